//! Dates: what an argument may say, given when the proposal was made.

use folio_chaincode_sdk::{Context, Error, Result};

use crate::handlers::consortium::policy::spend_lag_days_max;
use crate::state::Account;
use crate::units::Date;

const SECONDS_A_DAY: i64 = 86_400;

/// Hotels east of the proposal's clock are on the next day already.
const DAYS_AHEAD_MAX: i32 = 1;

/// How far the clocks of the network may be apart. An endorser refuses a proposal that is further from its own.
pub(in crate::handlers) const CLOCK_SKEW_SECONDS: i64 = 300;

/// The date of the proposal, in UTC.
pub(in crate::handlers) fn proposal_date(context: &Context<'_>) -> Result<Date> {
    date_of(context.invocation().timestamp_seconds)
}

/// The date of a time in seconds since 1970, in UTC.
pub(in crate::handlers) fn date_of(seconds: i64) -> Result<Date> {
    let days = i32::try_from(seconds.div_euclid(SECONDS_A_DAY)).ok();
    days.and_then(|days| Date::from_days(days).ok())
        .ok_or_else(|| Error::new("TIME_OUT_OF_RANGE", format!("{seconds} seconds since 1970 is no date")))
}

/// The last business date that a proposal may use.
pub(in crate::handlers) fn latest_business_date(context: &Context<'_>) -> Result<Date> {
    Ok(proposal_date(context)?.add_days(DAYS_AHEAD_MAX)?)
}

/// A business date never lies after the day that follows the proposal.
pub(in crate::handlers) fn require_not_in_future(context: &Context<'_>, as_of: Date) -> Result<()> {
    let latest = latest_business_date(context)?;
    if as_of <= latest {
        return Ok(());
    }
    Err(Error::new("AS_OF_IN_FUTURE", format!("business date {as_of} is after {latest}, the day after the proposal")))
}

/// The day by which a deadline is judged: nobody dates back to before it. A hotel west of the proposal's clock may be on
/// the day before still. A channel that replays history goes by the business date alone.
pub(in crate::handlers) fn deadline_day(context: &Context<'_>, as_of: Date) -> Result<Date> {
    if spend_lag_days_max(context)?.is_none() {
        return Ok(as_of);
    }
    Ok(as_of.max(proposal_date(context)?.add_days(-DAYS_AHEAD_MAX)?))
}

/// Spending is dated today, or nearly so, and never before what the account has seen: or points could be spent on a day
/// on which they had not lapsed yet.
pub(in crate::handlers) fn require_spendable(context: &Context<'_>, account: &Account, as_of: Date) -> Result<()> {
    require_spendable_since(context, account.last_business_date, as_of)
}

/// The same for what was last touched on business date `last`, be it an account or a wallet.
pub(in crate::handlers) fn require_spendable_since(context: &Context<'_>, last: Date, as_of: Date) -> Result<()> {
    if as_of < last {
        return Err(Error::new(
            "AS_OF_BEFORE_LAST",
            format!("business date {as_of} is before {last}, the last of what is spent from"),
        ));
    }
    require_recent(context, as_of)
}

/// A business date that somebody names for what happens now: today, or nearly so.
pub(in crate::handlers) fn require_recent(context: &Context<'_>, as_of: Date) -> Result<()> {
    require_not_in_future(context, as_of)?;
    let Some(lag) = spend_lag_days_max(context)? else { return Ok(()) };
    let earliest = proposal_date(context)?.add_days(-i32::try_from(lag).unwrap_or(i32::MAX))?;
    if as_of >= earliest {
        return Ok(());
    }
    Err(Error::new(
        "AS_OF_TOO_OLD",
        format!("business date {as_of} is before {earliest}: spending may lag {lag} days behind the proposal"),
    ))
}
