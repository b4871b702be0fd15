//! What is expected never to be spent: `settlement.estimate_breakage`.

use folio_chaincode_sdk::{Context, Error, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::handlers::call::access::Actor;
use crate::handlers::call::request::{self, RequestId};
use crate::handlers::outcome::event::{self, Event};
use crate::handlers::programme::terms;
use crate::ids::ProgrammeId;
use crate::state::{BreakageRow, FOLDED, FoldedRow, LatestFirst, Role, TOTALS_FOLDED, Unreadable};
use crate::units::{Date, Money, Rational};

use super::dates;
use super::liability::{last_row, sums_through};

/// How many folded dates are looked through for an estimate: a year of them, and some.
const LOOK_BACK_ROWS: u32 = 400;

/// Arguments of `settlement.estimate_breakage`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Estimate {
    request_id: RequestId,
    programme: ProgrammeId,
    /// The folded date after which it is expected.
    date: Date,
    /// Which part of the points will never be spent, from 0 to 1.
    rate: Rational,
    /// What they are worth.
    amount: Money,
}

/// An estimate of what will never be spent.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(in crate::handlers) struct Breakage {
    date: Date,
    rate: Rational,
    amount: Money,
    /// Whose manager estimates so.
    by: String,
}

/// A manager of the programme's organisation notes an estimate, which is never changed: another is of a later date. It
/// stands beside the points that it is about and moves none of them.
pub(in crate::handlers) fn estimate_breakage(context: &mut Context<'_>, arguments: Estimate) -> Result<Breakage> {
    let actor = Actor::of(context)?;
    request::once(context, &arguments.request_id, &[], |context| {
        let Estimate { programme, date, rate, amount, .. } = &arguments;
        actor.require(&[Role::Manager], &terms::must_get(context, programme)?.owner)?;
        let in_range = (Rational::ZERO..=Rational::ONE).contains(rate) && amount.minor >= 0;
        if !in_range || amount.currency.decimals().is_none() {
            let message = "a rate is from 0 to 1, and an amount is not negative and in a currency of the code list";
            return Err(Error::new("BREAKAGE_INVALID", message));
        }
        if dates::through(context, programme, TOTALS_FOLDED)? < Some(*date) {
            let message = format!("totals of {programme} are not folded through {date}: what is estimated must stand");
            return Err(Error::new("DATE_NOT_FOLDED", message));
        }
        let mut row = match last_row(context, programme, *date)? {
            Some((found, row)) if found == *date => row,
            // Nothing moved on that date, so that what stood before it stands.
            _ => FoldedRow::of(&sums_through(context, programme, *date)?),
        };
        if row.breakage.is_some() {
            return Err(Error::new(
                "BREAKAGE_EXISTS",
                format!("breakage of {programme} after {date} is estimated already"),
            ));
        }
        row.breakage = Some(BreakageRow {
            numerator: rate.numerator(),
            denominator: rate.denominator(),
            currency: amount.currency.to_string(),
            amount: amount.minor,
            by: actor.row(),
        });
        FOLDED.put(context, &(programme.clone(), LatestFirst(*date)), &row);
        event::emit(context, Event::BreakageEstimated { programme: programme.clone(), date: *date })?;
        Ok(Breakage { date: *date, rate: *rate, amount: *amount, by: actor.organisation.to_string() })
    })
}

/// The newest estimate up to a date.
pub(super) fn newest(context: &Context<'_>, programme: &ProgrammeId, to: Date) -> Result<Option<Breakage>> {
    let (from, end) = ((programme.clone(), LatestFirst(to)), (programme.clone(), LatestFirst(Date::FIRST)));
    let page = FOLDED.page_between(context, &from, &end, None, LOOK_BACK_ROWS)?;
    let found = page.rows.into_iter().find_map(|((_, LatestFirst(date)), row)| Some((date, row.breakage?)));
    let read = |(date, row): (Date, BreakageRow)| {
        Ok::<_, Unreadable>(Breakage {
            date,
            rate: Rational::new(row.numerator, row.denominator)?,
            amount: Money::new(row.amount, row.currency.parse().map_err(|_| Unreadable)?),
            by: row.by.organisation,
        })
    };
    found.map(read).transpose().map_err(|error| error.of("folded totals"))
}
