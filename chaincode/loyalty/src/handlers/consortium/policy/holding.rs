//! What the policy in force says; and what holds before there is one.

use folio_chaincode_sdk::{Context, Error, Result};

use crate::ids::OrgId;
use crate::rules::policy::Policy;
use crate::state::{POLICIES, POLICY_IN_FORCE, PolicyRow};

/// How many days a spending's business date may lie before the proposal, unless the consortium says otherwise.
pub(super) const SPEND_LAG_DAYS_MAX: u32 = 3;

/// How many days pass before a key that two managers gave a member holds, unless the consortium says otherwise.
pub(super) const RECOVERY_DAYS: u32 = 7;

/// The policy in force; nothing before the first.
pub(super) fn in_force(context: &Context<'_>) -> Result<Option<PolicyRow>> {
    POLICIES.get(context, &POLICY_IN_FORCE)
}

/// What a policy says.
pub(super) fn read(row: &PolicyRow) -> Result<Policy> {
    row.policy().map_err(|unreadable| unreadable.of("policy"))
}

/// The consortium's limit on how far spending may lag; none where the channel replays history.
pub(in crate::handlers) fn spend_lag_days_max(context: &Context<'_>) -> Result<Option<u32>> {
    Ok(in_force(context)?.map_or(Some(SPEND_LAG_DAYS_MAX), |row| row.spend_lag_days_max))
}

/// How many days pass before a key that two managers gave a member holds.
pub(in crate::handlers) fn recovery_days(context: &Context<'_>) -> Result<u32> {
    Ok(in_force(context)?.map_or(RECOVERY_DAYS, |row| row.recovery_days))
}

/// Whether an organisation is a source of rates of exchange now: before the first policy, and where it names none, every
/// one is.
pub(in crate::handlers) fn trusts_rates_of(context: &Context<'_>, organisation: &OrgId) -> Result<bool> {
    match in_force(context)? {
        Some(row) => Ok(read(&row)?.trusts_rates_of(organisation)),
        None => Ok(true),
    }
}

/// Refuses rates of exchange of an organisation that the policy does not name as their source. Before the first policy,
/// and where it names none, those of every organisation hold.
pub(in crate::handlers) fn fx_is_declared_by(context: &Context<'_>, organisation: &OrgId) -> Result<()> {
    let Some(row) = in_force(context)? else { return Ok(()) };
    if read(&row)?.trusts_rates_of(organisation) {
        return Ok(());
    }
    let message =
        format!("rates of exchange are declared by {}, as policy {} says", row.fx_sources.join(" or "), row.number);
    Err(Error::new("FX_SOURCE_NOT_NAMED", message))
}
