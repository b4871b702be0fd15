//! What a programme owes its members: `settlement.liability`.

use folio_chaincode_sdk::{Context, Cursor, PAGE_ENTRIES_MAX, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::books::Totals;
use crate::handlers::call::access::Actor;
use crate::handlers::programme::terms;
use crate::ids::ProgrammeId;
use crate::rules::settlement::{Held, RollForward};
use crate::state::{FOLDED, FoldedRow, LatestFirst, Role, SEALED, TOTALS, TOTALS_FOLDED};
use crate::units::Date;

use super::breakage::{self, Breakage};
use super::dates;
use super::fold::Stretch;

/// Pages of rows that are not folded, of one call.
const UNFOLDED_PAGES_MAX: usize = 10;

/// Arguments of `settlement.liability`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Ask {
    programme: ProgrammeId,
    /// The first date; nothing stands for the beginning.
    #[serde(default)]
    from: Option<Date>,
    /// The last date; nothing stands for the newest.
    #[serde(default)]
    to: Option<Date>,
    /// Where the call before ended. Its figures are to be added to these.
    #[serde(default)]
    after: Option<Cursor>,
}

/// What a programme owes, in points, from one date to another.
#[derive(Serialize, JsonSchema)]
pub(in crate::handlers) struct Liability {
    programme: ProgrammeId,
    sealed_through: Option<Date>,
    folded_through: Option<Date>,
    /// The two parts together.
    liability: RollForward,
    /// Who holds the points after the last date.
    held: Held,
    /// The part of rows that are folded, which is final.
    folded: RollForward,
    /// The part of rows that are not.
    unfolded: RollForward,
    /// Where the part that is not folded goes on. The next call answers only what follows.
    next: Option<Cursor>,
    /// The newest estimate of what will never be spent. It is money and moves no points.
    breakage: Option<Breakage>,
}

/// A manager of the programme's organisation, or an auditor, asks what is owed to members and how it came to that. Rows
/// count in the date in which they stand, which for what came after a seal is the date that was open then.
pub(in crate::handlers) fn liability(context: &Context<'_>, arguments: Ask) -> Result<Liability> {
    let Ask { programme, from, to, after } = arguments;
    let actor = Actor::of(context)?;
    let owner = terms::must_get(context, &programme)?.owner;
    if !actor.is_auditor() {
        actor.require(&[Role::Manager], &owner)?;
    }
    let (from, to) = dates::asked(from, to)?;
    let (opening, closing) = match after {
        None => (sums_before(context, &programme, from)?, sums_through(context, &programme, to)?),
        Some(_) => (Totals::new(), Totals::new()),
    };
    let (unfolded_opening, unfolded_closing, next) = unfolded(context, &programme, (from, to), after)?;
    let (mut all_opening, mut all_closing) = (opening.clone(), closing.clone());
    all_opening.add_all(&unfolded_opening)?;
    all_closing.add_all(&unfolded_closing)?;
    Ok(Liability {
        sealed_through: dates::through(context, &programme, SEALED)?,
        folded_through: dates::through(context, &programme, TOTALS_FOLDED)?,
        liability: RollForward::between(&all_opening, &all_closing)?,
        held: Held::of(&all_closing)?,
        folded: RollForward::between(&opening, &closing)?,
        unfolded: RollForward::between(&unfolded_opening, &unfolded_closing)?,
        next,
        breakage: breakage::newest(context, &programme, to)?,
        programme,
    })
}

/// The folded row of the last date that has one, up to a date.
pub(super) fn last_row(context: &Context<'_>, programme: &ProgrammeId, to: Date) -> Result<Option<(Date, FoldedRow)>> {
    let (from, end) = ((programme.clone(), LatestFirst(to)), (programme.clone(), LatestFirst(Date::FIRST)));
    let newest = FOLDED.page_between(context, &from, &end, None, 1)?.rows.pop();
    Ok(newest.map(|((_, LatestFirst(date)), row)| (date, row)))
}

/// The folded sums after a date.
pub(super) fn sums_through(context: &Context<'_>, programme: &ProgrammeId, to: Date) -> Result<Totals> {
    let row = last_row(context, programme, to)?;
    let sums = row.map(|(_, row)| row.sums()).transpose().map_err(|error| error.of("folded totals"))?;
    Ok(sums.unwrap_or_default())
}

fn sums_before(context: &Context<'_>, programme: &ProgrammeId, from: Date) -> Result<Totals> {
    match from.add_days(-1) {
        Ok(before) => sums_through(context, programme, before),
        Err(_) => Ok(Totals::new()),
    }
}

/// The sums of rows that are not folded: before the first date, and up to the last.
fn unfolded(
    context: &Context<'_>,
    programme: &ProgrammeId,
    (from, to): (Date, Date),
    after: Option<Cursor>,
) -> Result<(Totals, Totals, Option<Cursor>)> {
    let stretch = Stretch::of(context, programme, TOTALS_FOLDED)?;
    let (start, end) = ((programme.clone(), stretch.first), (programme.clone(), Date::LAST));
    let (mut opening, mut closing) = (Totals::new(), Totals::new());
    let mut next = after.or(stretch.after);
    for _ in 0..UNFOLDED_PAGES_MAX {
        let page = TOTALS.page_between(context, &start, &end, next.as_ref(), PAGE_ENTRIES_MAX)?;
        for ((_, date, _), row) in page.rows {
            if date > to {
                return Ok((opening, closing, None));
            }
            row.add_to(&mut closing).map_err(|error| error.of("totals"))?;
            if date < from {
                row.add_to(&mut opening).map_err(|error| error.of("totals"))?;
            }
        }
        next = page.next;
        if next.is_none() {
            break;
        }
    }
    Ok((opening, closing, next))
}
