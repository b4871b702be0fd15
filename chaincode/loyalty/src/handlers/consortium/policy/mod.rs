//! What the organisations agree on for all: `policy.propose`, `policy.approve` and `policy.get`.
//!
//! A chaincode cannot see which organisations a channel has, so that a policy names those that decide on the next one. The
//! first founds the consortium, and every organisation that it names must approve it; after that, more than half of those
//! that the policy in force names. An organisation has one voice, whichever of its managers speaks. Nobody can be left out
//! of the founding who owns a programme by then; whoever is not named hears of it by its event.
//!
//! Each organisation has one proposal, which it may replace: so that none overwrites another's, and none can be replaced
//! under the hands of those who approve it, since they name its digest.

mod decide;
mod holding;
mod view;

pub(in crate::handlers) use decide::{approve, propose};
pub(in crate::handlers) use holding::{fx_is_declared_by, recovery_days, spend_lag_days_max, trusts_rates_of};
pub(in crate::handlers) use view::get;
