//! The consortium's policies: `policy.set` and `policy.get`.

use folio_chaincode_sdk::{Context, Error, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::state::{POLICIES, PolicyRow, Role, SPENDING_POLICY};

use super::access::Actor;
use super::clock;
use super::event::{self, Event};
use super::request::{self, RequestId};

/// A longer lag is no limit and must be said so.
const SPEND_LAG_DAYS_LIMIT: u32 = 366;

/// Arguments of `policy.set`.
#[derive(Deserialize, JsonSchema)]
pub(super) struct Set {
    request_id: RequestId,
    /// How many days a spending's business date may lie before the proposal; `null` lifts the limit, for a channel that
    /// replays history.
    #[serde(deserialize_with = "Option::deserialize")]
    spend_lag_days_max: Option<u32>,
}

/// Arguments of `policy.get`.
#[derive(Deserialize, JsonSchema)]
pub(super) struct Get {}

/// The policies that hold.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(super) struct Policies {
    /// See [`Set`].
    spend_lag_days_max: Option<u32>,
    /// Whether the limit is lifted, because the channel replays history.
    replays_history: bool,
    /// The organisation that set it; `null` while the default holds.
    set_by: Option<String>,
}

/// A manager of any organisation sets the policy for all. Everybody sees who did.
pub(super) fn set(context: &mut Context<'_>, arguments: Set) -> Result<Policies> {
    let actor = Actor::of(context)?;
    actor.require_role(&[Role::Manager])?;
    let id = arguments.request_id.clone();
    request::once(context, &id, &[], |context| {
        let spend_lag_days_max = arguments.spend_lag_days_max;
        if spend_lag_days_max.is_some_and(|days| days > SPEND_LAG_DAYS_LIMIT) {
            let message = format!("the lag is at most {SPEND_LAG_DAYS_LIMIT} days, or null for no limit");
            return Err(Error::new("POLICY_INVALID", message));
        }
        POLICIES.put(context, &SPENDING_POLICY, &PolicyRow { spend_lag_days_max, by: actor.row() });
        event::emit(context, Event::PolicySet { spend_lag_days_max })?;
        Ok(Policies::of(spend_lag_days_max, Some(actor.organisation.to_string())))
    })
}

/// Anybody on the channel may ask what holds.
pub(super) fn get(context: &Context<'_>, _: Get) -> Result<Policies> {
    let row = POLICIES.get(context, &SPENDING_POLICY)?;
    Ok(match row {
        Some(row) => Policies::of(row.spend_lag_days_max, Some(row.by.organisation)),
        None => Policies::of(Some(clock::SPEND_LAG_DAYS_MAX), None),
    })
}

impl Policies {
    fn of(spend_lag_days_max: Option<u32>, set_by: Option<String>) -> Self {
        Self { spend_lag_days_max, replays_history: spend_lag_days_max.is_none(), set_by }
    }
}
