//! Looking at policies: `policy.get`.

use folio_chaincode_sdk::{Context, PAGE_ENTRIES_MAX, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ids::OrgId;
use crate::rules::policy::{ORGANISATIONS_MAX, Policy};
use crate::state::{ActorRow, POLICY_PROPOSALS, PolicyRow};

use super::decide::{Decided, is_next};
use super::holding::{RECOVERY_DAYS, SPEND_LAG_DAYS_MAX, in_force, read};

/// Arguments of `policy.get`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Get {}

/// The policy that holds, and those that are proposed.
#[derive(Serialize, JsonSchema)]
pub(in crate::handlers) struct Policies {
    /// The number of the policy in force; `null` before the first, when a default holds.
    number: Option<u32>,
    #[serde(flatten)]
    holds: Said,
    /// Whether the limit on old spending is lifted, because the channel replays history.
    replays_history: bool,
    /// The organisation that proposed it; `null` while the default holds.
    proposed_by: Option<String>,
    /// The organisations that approved it, by which it came in force.
    approved_by: Vec<String>,
    /// What would follow it.
    proposed: Vec<Proposed>,
}

/// What a policy says.
#[derive(Serialize, JsonSchema)]
struct Said {
    /// The organisations that decide on the next policy.
    organisations: Vec<OrgId>,
    /// The organisations whose managers declare rates of exchange; none for those of every organisation.
    fx_sources: Vec<OrgId>,
    /// How many days a spending's business date may lie before the proposal.
    spend_lag_days_max: Option<u32>,
    /// How many days pass before a key that two managers gave a member in place of a lost one holds.
    recovery_days: u32,
}

/// A policy that is proposed.
#[derive(Serialize, JsonSchema)]
struct Proposed {
    #[serde(flatten)]
    decided: Decided,
    #[serde(flatten)]
    says: Said,
    /// The organisations that approve it.
    approved_by: Vec<String>,
}

/// Anybody on the channel may ask what holds, and what is proposed.
pub(in crate::handlers) fn get(context: &Context<'_>, _: Get) -> Result<Policies> {
    let row = in_force(context)?;
    let holds = row.as_ref().map_or_else(|| Ok(before_the_first()), read)?;
    let proposed = proposed(context, row.as_ref())?;
    let replays_history = holds.spend_lag_days_max.is_none();
    let (number, proposed_by, approvals) =
        row.map_or((None, None, Vec::new()), |row| (Some(row.number), Some(row.proposed_by), row.approvals));
    let approved_by = organisations_of(approvals);
    Ok(Policies { number, holds: holds.into(), replays_history, proposed_by, approved_by, proposed })
}

fn before_the_first() -> Policy {
    Policy {
        organisations: Vec::new(),
        fx_sources: Vec::new(),
        spend_lag_days_max: Some(SPEND_LAG_DAYS_MAX),
        recovery_days: RECOVERY_DAYS,
    }
}

/// The proposals that can still come in force, one of each organisation. Those that were overtaken are passed over, however
/// many they are.
fn proposed(context: &Context<'_>, in_force: Option<&PolicyRow>) -> Result<Vec<Proposed>> {
    let (mut proposed, mut after) = (Vec::new(), None);
    loop {
        let page = POLICY_PROPOSALS.page(context, &(), after.as_ref(), PAGE_ENTRIES_MAX)?;
        for (_, row) in page.rows.into_iter().filter(|(_, row)| is_next(in_force, &row.policy)) {
            proposed.push(Proposed {
                decided: Decided::of(context, in_force, &row)?,
                says: read(&row.policy)?.into(),
                approved_by: organisations_of(row.approvals),
            });
            if proposed.len() >= ORGANISATIONS_MAX {
                return Ok(proposed);
            }
        }
        after = page.next;
        if after.is_none() {
            return Ok(proposed);
        }
    }
}

fn organisations_of(approvals: Vec<ActorRow>) -> Vec<String> {
    approvals.into_iter().map(|approval| approval.organisation).collect()
}

impl From<Policy> for Said {
    fn from(policy: Policy) -> Self {
        let Policy { organisations, fx_sources, spend_lag_days_max, recovery_days } = policy;
        Self { organisations, fx_sources, spend_lag_days_max, recovery_days }
    }
}
