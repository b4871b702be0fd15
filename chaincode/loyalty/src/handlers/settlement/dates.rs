//! How far a programme's business dates are sealed and folded.

use folio_chaincode_sdk::{Context, Error, Result};

use crate::ids::ProgrammeId;
use crate::state::{DATES, SEALED, ThroughRow, Unreadable};
use crate::units::Date;

/// The business date in which a row of a programme is to stand: its own, or the one that is open when that is sealed. Who
/// asks conflicts with a seal that comes in between, and with nothing else.
pub(in crate::handlers) fn open_date(context: &Context<'_>, programme: &ProgrammeId, day: Date) -> Result<Date> {
    match through(context, programme, SEALED)? {
        Some(sealed) if day <= sealed => Ok(sealed.add_days(1)?),
        _ => Ok(day),
    }
}

/// The last date that is sealed or folded; nothing when none is.
pub(super) fn through(context: &Context<'_>, programme: &ProgrammeId, what: u16) -> Result<Option<Date>> {
    read(context, programme, what)?.date()
}

/// How far folding has come.
pub(super) fn read(context: &Context<'_>, programme: &ProgrammeId, what: u16) -> Result<ThroughRow> {
    Ok(DATES.get(context, &(programme.clone(), what))?.unwrap_or_default())
}

/// The date that follows, or the first of all.
pub(super) fn day_after(date: Option<Date>) -> Result<Date> {
    Ok(date.map_or(Ok(Date::FIRST), |date| date.add_days(1))?)
}

/// The first and the last date that a query asks for; where one is not said, it is that of all.
pub(super) fn asked(from: Option<Date>, to: Option<Date>) -> Result<(Date, Date)> {
    let (from, to) = (from.unwrap_or(Date::FIRST), to.unwrap_or(Date::LAST));
    if from <= to { Ok((from, to)) } else { Err(Error::new("DATES_INVALID", format!("{from} is after {to}"))) }
}

/// The date that ends a range up to a date. The last of all ends itself: nothing is dated so.
pub(super) fn end_after(to: Date) -> Date {
    to.add_days(1).unwrap_or(Date::LAST)
}

impl ThroughRow {
    /// The last date that is done.
    pub(super) fn date(&self) -> Result<Option<Date>> {
        let date = self.through.map(Date::from_days).transpose();
        date.map_err(|error| Unreadable::from(error).of("business dates"))
    }
}
