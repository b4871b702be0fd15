//! A programme's postings over time, added up from what each transaction wrote.

use anyhow::Result;
use folio_chaincode_sdk::Error;
use folio_loyalty::books::Totals;
use folio_loyalty::ids::ProgrammeId;
use folio_loyalty::state::{DATES, FOLDED, LatestFirst, TOTALS};
use folio_loyalty::units::Date;
use folio_types::StateReader;
use serde::Serialize;

use super::sheet::{Cell, Share};
use crate::rows::{each_row, row};

/// An estimate of what will never be spent, as a manager of the programme noted it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Estimate {
    /// After which date it is expected.
    pub(crate) date: Date,
    /// Which part of the points, in percent.
    pub(crate) rate_percent: Share,
    pub(crate) currency: String,
    /// In smallest units.
    pub(crate) amount_minor: i64,
    /// Whose manager.
    pub(crate) by: String,
}

/// Calls `visit` with the postings of each transaction, under the date in which they stand: for what came after a seal,
/// that is the date that was open then.
pub(super) fn each_posting(
    state: &dyn StateReader,
    programme: &ProgrammeId,
    mut visit: impl FnMut(Date, &Totals) -> Result<()>,
) -> Result<()> {
    each_row(state, &TOTALS, &(programme.clone(),), |(_, date, _), row| {
        let mut totals = Totals::new();
        row.add_to(&mut totals).map_err(|error| error.of("totals"))?;
        visit(date, &totals)
    })
}

/// The newest folded sums of a date that is folded as a whole, up to `to`.
pub(super) fn folded(state: &dyn StateReader, programme: &ProgrammeId, to: Date) -> Result<Option<(Date, Totals)>> {
    let Some(through) = through(state, programme, folio_loyalty::state::TOTALS_FOLDED)? else { return Ok(None) };
    let mut newest = None;
    each_row(state, &FOLDED, &(programme.clone(),), |(_, LatestFirst(date)), row| {
        if newest.is_none() && date <= to.min(through) {
            newest = Some((date, row.sums().map_err(|error| error.of("folded totals"))?));
        }
        Ok(())
    })?;
    Ok(newest)
}

/// Every estimate of breakage, the newest first.
pub(super) fn estimates(state: &dyn StateReader, programme: &ProgrammeId) -> Result<Vec<Estimate>> {
    let mut estimates = Vec::new();
    each_row(state, &FOLDED, &(programme.clone(),), |(_, LatestFirst(date)), row| {
        estimates.extend(row.breakage.map(|breakage| Estimate {
            date,
            rate_percent: Share { part: breakage.numerator.into(), whole: breakage.denominator.into() },
            currency: breakage.currency,
            amount_minor: breakage.amount,
            by: breakage.by.organisation,
        }));
        Ok(())
    })?;
    Ok(estimates)
}

/// Through which date a programme is sealed, or its rows are folded.
pub(super) fn through(
    state: &dyn StateReader,
    programme: &ProgrammeId,
    what: u16,
) -> Result<Option<Date>, anyhow::Error> {
    let found = row(state, &DATES, &(programme.clone(), what))?;
    Ok(found.and_then(|row| row.through).map(date).transpose()?)
}

/// A date of a row.
pub(super) fn date(days: i32) -> Result<Date, Error> {
    Date::from_days(days).map_err(|error| folio_loyalty::state::Unreadable::from(error).of("date"))
}

impl Estimate {
    pub(super) fn cells(&self) -> [Cell; 4] {
        let amount = Cell::Money(self.amount_minor.into(), self.currency.clone());
        [self.date.into(), self.rate_percent.into(), amount, self.currency.as_str().into()]
    }
}
