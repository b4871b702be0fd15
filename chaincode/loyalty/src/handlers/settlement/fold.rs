//! Adding sealed rows up: `settlement.fold`.

use std::collections::BTreeMap;

use folio_chaincode_sdk::{Context, Cursor, Error, PAGE_ENTRIES_MAX, Result, codes};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::books::Totals;
use crate::handlers::call::access::{Actor, STAFF};
use crate::handlers::call::request::{self, RequestId};
use crate::handlers::outcome::event::{self, Event};
use crate::handlers::programme::terms;
use crate::ids::{OrgId, ProgrammeId};
use crate::state::{
    CurrencyCode, DATES, FOLDED, FoldedRow, LatestFirst, OUTSIDE, OWED, OWED_FOLDED, OutsideRow, OwedItemRow,
    POSITIONS, PositionRow, SEALED, TOTALS, TOTALS_FOLDED, ThroughRow, UNPRICED,
};
use crate::units::Date;

use super::dates;

/// Rows of a fold, when the caller does not say.
const FOLD_ROWS: u32 = 500;

/// Arguments of `settlement.fold`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Fold {
    request_id: RequestId,
    programme: ProgrammeId,
    /// Most rows of each kind to fold in this call.
    #[serde(default)]
    limit: Option<u32>,
}

/// How far folding has come.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(in crate::handlers) struct Folded {
    programme: ProgrammeId,
    /// How many rows were folded by this call.
    rows: u32,
    /// Through which date what is owed is folded.
    owed_through: Option<Date>,
    /// Through which date totals are folded.
    totals_through: Option<Date>,
    /// Whether no sealed row is left.
    complete: bool,
}

/// A position that rows are added to: date, debtor, creditor and currency.
type Place = (Date, OrgId, OrgId, CurrencyCode);

/// Staff of any organisation have sealed rows of a programme added up: what is owed to positions, totals to those of their
/// date. It goes on where the last fold has stopped, so that no row is taken twice and none is left out, and two folds at
/// once conflict.
pub(in crate::handlers) fn fold(context: &mut Context<'_>, arguments: Fold) -> Result<Folded> {
    let actor = Actor::of(context)?;
    actor.require_role(STAFF)?;
    request::once(context, &arguments.request_id, &[], |context| {
        let Fold { programme, limit, .. } = &arguments;
        terms::must_get(context, programme)?;
        let sealed = dates::through(context, programme, SEALED)?.ok_or_else(|| {
            Error::new("DATE_NOT_SEALED", format!("no date of {programme} is sealed: have one sealed first"))
        })?;
        let limit = limit.unwrap_or(FOLD_ROWS).clamp(1, PAGE_ENTRIES_MAX);
        let rows = fold_owed(context, programme, sealed, limit)?;
        let rows = rows.saturating_add(fold_totals(context, programme, sealed, limit)?);
        let owed_through = dates::through(context, programme, OWED_FOLDED)?;
        let totals_through = dates::through(context, programme, TOTALS_FOLDED)?;
        let complete = owed_through == Some(sealed) && totals_through == Some(sealed);
        event::emit(context, Event::SettlementFolded { programme: programme.clone(), rows, complete })?;
        Ok(Folded { programme: programme.clone(), rows, owed_through, totals_through, complete })
    })
}

fn fold_owed(context: &mut Context<'_>, programme: &ProgrammeId, sealed: Date, limit: u32) -> Result<u32> {
    let stretch = Stretch::of(context, programme, OWED_FOLDED)?;
    if stretch.first > sealed {
        return Ok(0);
    }
    let (from, to) = ((programme.clone(), stretch.first), (programme.clone(), sealed.add_days(1)?));
    let page = OWED.page_between(context, &from, &to, stretch.after.as_ref(), limit)?;
    let mut added: BTreeMap<Place, PositionRow> = BTreeMap::new();
    for (key, row) in &page.rows {
        let (_, date, debtor, creditor, _) = key;
        for item in &row.items {
            let place = (*date, debtor.clone(), creditor.clone(), currency_of(item)?);
            added.entry(place).or_default().add(item)?;
        }
        let unpriced = row.unpriced();
        if !unpriced.is_empty() {
            let outside = OUTSIDE.get(context, key)?.unwrap_or_default();
            OUTSIDE.put(context, key, &OutsideRow { unpriced, ..outside });
        }
    }
    for ((date, debtor, creditor, currency), sum) in added {
        let key = (programme.clone(), date, debtor, creditor, currency);
        let mut position = POSITIONS.get(context, &key)?.unwrap_or_default();
        position.add_position(&sum)?;
        POSITIONS.put(context, &key, &position);
    }
    let last = page.next.as_ref().and(page.rows.last()).map(|(key, _)| OWED.key(key));
    stretch.advance(context, programme, sealed, last);
    Ok(count(page.rows.len()))
}

fn fold_totals(context: &mut Context<'_>, programme: &ProgrammeId, sealed: Date, limit: u32) -> Result<u32> {
    let stretch = Stretch::of(context, programme, TOTALS_FOLDED)?;
    if stretch.first > sealed {
        return Ok(0);
    }
    let (from, to) = ((programme.clone(), stretch.first), (programme.clone(), sealed.add_days(1)?));
    let page = TOTALS.page_between(context, &from, &to, stretch.after.as_ref(), limit)?;
    let newest = FOLDED.page(context, &(programme.clone(),), None, 1)?.rows.pop();
    let mut sums = match newest {
        Some((_, row)) => row.sums().map_err(|error| error.of("folded totals"))?,
        None => Totals::new(),
    };
    let mut by_date: BTreeMap<Date, FoldedRow> = BTreeMap::new();
    for ((_, date, _), row) in &page.rows {
        row.add_to(&mut sums).map_err(|error| error.of("totals"))?;
        by_date.insert(*date, FoldedRow::of(&sums));
    }
    for (date, row) in by_date {
        FOLDED.put(context, &(programme.clone(), LatestFirst(date)), &row);
    }
    let last = page.next.as_ref().and(page.rows.last()).map(|(key, _)| TOTALS.key(key));
    stretch.advance(context, programme, sealed, last);
    Ok(count(page.rows.len()))
}

/// The dates that are not folded yet.
pub(super) struct Stretch {
    what: u16,
    through: Option<i32>,
    /// The first of them.
    pub(super) first: Date,
    /// The last row that was folded of them.
    pub(super) after: Option<Cursor>,
}

impl Stretch {
    /// From where folding goes on.
    pub(super) fn of(context: &Context<'_>, programme: &ProgrammeId, what: u16) -> Result<Self> {
        let row = dates::read(context, programme, what)?;
        let first = dates::day_after(row.date()?)?;
        let after = Some(row.after).filter(|after| !after.is_empty()).map(Cursor::from);
        Ok(Self { what, through: row.through, first, after })
    }

    /// Notes how far folding has come: the last row of a page that has a next, or all that is sealed.
    fn advance(self, context: &mut Context<'_>, programme: &ProgrammeId, sealed: Date, last: Option<String>) {
        let row = match last {
            Some(after) => ThroughRow { through: self.through, after },
            None => ThroughRow { through: Some(sealed.days()), after: String::new() },
        };
        DATES.put(context, &(programme.clone(), self.what), &row);
    }
}

impl PositionRow {
    /// Adds an item.
    pub(super) fn add(&mut self, item: &OwedItemRow) -> Result<()> {
        self.amount.add(item.amount)?;
        self.points.add(item.points)?;
        self.items = self.items.saturating_add(1);
        Ok(())
    }

    fn add_position(&mut self, other: &Self) -> Result<()> {
        self.amount = self.amount.sum(other.amount)?;
        self.points = self.points.sum(other.points)?;
        self.items = self.items.saturating_add(other.items);
        Ok(())
    }
}

/// The currency under which an item is counted.
pub(super) fn currency_of(item: &OwedItemRow) -> Result<CurrencyCode> {
    let code = if item.is_priced() { &item.currency } else { UNPRICED };
    CurrencyCode::new(code).ok_or_else(|| Error::new(codes::STATE_UNREADABLE, "owed holds no code of a currency"))
}

fn count(rows: usize) -> u32 {
    u32::try_from(rows).unwrap_or(u32::MAX)
}
