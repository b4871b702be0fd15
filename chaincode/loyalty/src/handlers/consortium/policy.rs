//! The consortium's policies: `policy.set` and `policy.get`.

use folio_chaincode_sdk::{Context, Error, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::handlers::call::access::Actor;
use crate::handlers::call::clock;
use crate::handlers::call::request::{self, RequestId};
use crate::handlers::outcome::event::{self, Event};
use crate::state::{POLICIES, PolicyRow, RECOVERY_POLICY, Role, SPENDING_POLICY};

/// A longer lag is no limit and must be said so.
const SPEND_LAG_DAYS_LIMIT: u32 = 366;

/// How many days pass before a key that two managers gave a member holds, unless the consortium says otherwise.
const RECOVERY_DAYS: u32 = 7;

/// A longer wait would keep members from their points for too long.
const RECOVERY_DAYS_LIMIT: u32 = 90;

/// Arguments of `policy.set`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Set {
    request_id: RequestId,
    /// How many days a spending's business date may lie before the proposal; `null` lifts the limit, for a channel that
    /// replays history.
    #[serde(deserialize_with = "Option::deserialize")]
    spend_lag_days_max: Option<u32>,
    /// How many days pass before a key that two managers gave a member in place of a lost one holds; nothing said, it
    /// stays as it is.
    #[serde(default)]
    recovery_days: Option<u32>,
}

/// Arguments of `policy.get`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Get {}

/// The policies that hold.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(in crate::handlers) struct Policies {
    /// See [`Set`].
    spend_lag_days_max: Option<u32>,
    /// Whether the limit is lifted, because the channel replays history.
    replays_history: bool,
    /// The organisation that set it; `null` while the default holds.
    set_by: Option<String>,
    /// See [`Set`].
    #[serde(default)]
    recovery_days: u32,
}

/// A manager of any organisation sets the policy for all. Everybody sees who did.
pub(in crate::handlers) fn set(context: &mut Context<'_>, arguments: Set) -> Result<Policies> {
    let actor = Actor::of(context)?;
    actor.require_role(&[Role::Manager])?;
    let id = arguments.request_id.clone();
    request::once(context, &id, &[], |context| {
        let spend_lag_days_max = arguments.spend_lag_days_max;
        if spend_lag_days_max.is_some_and(|days| days > SPEND_LAG_DAYS_LIMIT) {
            let message = format!("the lag is at most {SPEND_LAG_DAYS_LIMIT} days, or null for no limit");
            return Err(Error::new("POLICY_INVALID", message));
        }
        POLICIES.put(
            context,
            &SPENDING_POLICY,
            &PolicyRow { spend_lag_days_max, by: actor.row(), ..PolicyRow::default() },
        );
        if let Some(days) = arguments.recovery_days {
            if days > RECOVERY_DAYS_LIMIT {
                let message = format!("the wait is at most {RECOVERY_DAYS_LIMIT} days");
                return Err(Error::new("POLICY_INVALID", message));
            }
            let row = PolicyRow { recovery_days: Some(days), by: actor.row(), ..PolicyRow::default() };
            POLICIES.put(context, &RECOVERY_POLICY, &row);
        }
        let recovery_days = recovery_days(context)?;
        event::emit(context, Event::PolicySet { spend_lag_days_max, recovery_days })?;
        Ok(Policies::of(spend_lag_days_max, Some(actor.organisation.to_string()), recovery_days))
    })
}

/// Anybody on the channel may ask what holds.
pub(in crate::handlers) fn get(context: &Context<'_>, _: Get) -> Result<Policies> {
    let row = POLICIES.get(context, &SPENDING_POLICY)?;
    Ok(match row {
        Some(row) => Policies::of(row.spend_lag_days_max, Some(row.by.organisation), recovery_days(context)?),
        None => Policies::of(Some(clock::SPEND_LAG_DAYS_MAX), None, recovery_days(context)?),
    })
}

/// How many days pass before a key that two managers gave a member holds.
pub(in crate::handlers) fn recovery_days(context: &Context<'_>) -> Result<u32> {
    let row = POLICIES.get(context, &RECOVERY_POLICY)?;
    Ok(row.and_then(|row| row.recovery_days).unwrap_or(RECOVERY_DAYS))
}

impl Policies {
    fn of(spend_lag_days_max: Option<u32>, set_by: Option<String>, recovery_days: u32) -> Self {
        Self { spend_lag_days_max, replays_history: spend_lag_days_max.is_none(), set_by, recovery_days }
    }
}
