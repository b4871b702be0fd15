//! What organisations owe each other in points of a programme: `settlement.position`.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use folio_chaincode_sdk::{Context, Cursor, PAGE_ENTRIES_MAX, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::handlers::call::access::Actor;
use crate::handlers::programme::terms;
use crate::ids::{OrgId, ProgrammeId};
use crate::rules::settlement::in_64_bits;
use crate::state::{CurrencyCode, OWED, OWED_FOLDED, POSITIONS, PositionRow, Role, SEALED, UNPRICED};
use crate::units::Date;

use super::dates;
use super::fold::{Stretch, currency_of};

/// Rows of a page, when the caller does not say.
pub(super) const PAGE_ROWS: u32 = 100;
/// Most rows of a page.
pub(super) const PAGE_ROWS_MAX: u32 = PAGE_ENTRIES_MAX;

/// Arguments of `settlement.position`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Ask {
    programme: ProgrammeId,
    /// The first date; nothing stands for the beginning.
    #[serde(default)]
    from: Option<Date>,
    /// The last date; nothing stands for the newest.
    #[serde(default)]
    to: Option<Date>,
    /// Rows of each part.
    #[serde(default)]
    limit: Option<u32>,
    /// Where the page before ended in the folded part.
    #[serde(default)]
    after: Option<Cursor>,
    /// Where the page before ended in the part that is not folded.
    #[serde(default)]
    unfolded_after: Option<Cursor>,
}

/// A page of positions.
#[derive(Serialize, JsonSchema)]
pub(in crate::handlers) struct Page {
    programme: ProgrammeId,
    sealed_through: Option<Date>,
    folded_through: Option<Date>,
    /// Sums of folded rows, which are final.
    folded: Vec<Position>,
    /// Where the folded part goes on.
    next: Option<Cursor>,
    /// Sums of so many rows as `limit` says that are not folded yet: more may come in dates that are not sealed.
    unfolded: Vec<Position>,
    /// Where that part goes on; its sums are to be added to these.
    unfolded_next: Option<Cursor>,
}

/// What one organisation owes another for a date, in one currency.
#[derive(Serialize, JsonSchema)]
struct Position {
    date: Date,
    debtor: OrgId,
    creditor: OrgId,
    /// Nothing stands for what has no price yet.
    currency: Option<CurrencyCode>,
    /// In smallest units.
    amount: i64,
    points: i64,
    items: u64,
}

/// Who reads what is owed.
pub(super) struct Reader {
    actor: Actor,
    sees_all: bool,
}

impl Reader {
    /// A manager of any organisation, who sees what it owes or is owed, and all in a programme of its own; or an auditor.
    pub(super) fn of(context: &Context<'_>, programme: &ProgrammeId) -> Result<Self> {
        let actor = Actor::of(context)?;
        actor.require_role(&[Role::Manager, Role::Auditor])?;
        let owner = terms::must_get(context, programme)?.owner;
        let sees_all = actor.is_auditor() || actor.organisation.as_str() == owner;
        Ok(Self { actor, sees_all })
    }

    /// Whether what is between these two is shown.
    pub(super) fn may_see(&self, debtor: &OrgId, creditor: &OrgId) -> bool {
        self.sees_all || [debtor, creditor].contains(&&self.actor.organisation)
    }
}

/// Managers of both sides and of the programme's organisation, and auditors, read what is owed, summed up.
pub(in crate::handlers) fn position(context: &Context<'_>, arguments: Ask) -> Result<Page> {
    let Ask { programme, from, to, limit, after, unfolded_after } = arguments;
    let reader = Reader::of(context, &programme)?;
    let limit = limit.unwrap_or(PAGE_ROWS).clamp(1, PAGE_ROWS_MAX);
    let (from, to) = dates::asked(from, to)?;
    let (start, end) = ((programme.clone(), from), (programme.clone(), dates::end_after(to)));
    let page = POSITIONS.page_between(context, &start, &end, after.as_ref(), limit)?;
    let seen = page.rows.into_iter().filter(|(key, _)| reader.may_see(&key.2, &key.3));
    let folded =
        seen.map(|((_, date, debtor, creditor, currency), row)| Position::of((date, debtor, creditor, currency), &row));
    let folded = folded.collect::<Result<_>>()?;
    let (unfolded, unfolded_next) =
        unfolded(context, &reader, &programme, &(from..=to), unfolded_after.as_ref(), limit)?;
    Ok(Page {
        sealed_through: dates::through(context, &programme, SEALED)?,
        folded_through: dates::through(context, &programme, OWED_FOLDED)?,
        programme,
        folded,
        next: page.next,
        unfolded,
        unfolded_next,
    })
}

fn unfolded(
    context: &Context<'_>,
    reader: &Reader,
    programme: &ProgrammeId,
    wanted: &RangeInclusive<Date>,
    after: Option<&Cursor>,
    limit: u32,
) -> Result<(Vec<Position>, Option<Cursor>)> {
    // A fold may have stopped within the dates that are asked for.
    let stretch = Stretch::of(context, programme, OWED_FOLDED)?;
    let (from, to) = ((programme.clone(), stretch.first), (programme.clone(), Date::LAST));
    let page = OWED.page_between(context, &from, &to, after.or(stretch.after.as_ref()), limit)?;
    let mut sums: BTreeMap<_, PositionRow> = BTreeMap::new();
    for ((_, date, debtor, creditor, _), row) in &page.rows {
        if !wanted.contains(date) || !reader.may_see(debtor, creditor) {
            continue;
        }
        for item in &row.items {
            let place = (*date, debtor.clone(), creditor.clone(), currency_of(item)?);
            sums.entry(place).or_default().add(item)?;
        }
    }
    let positions = sums.into_iter().map(|(place, sum)| Position::of(place, &sum));
    Ok((positions.collect::<Result<_>>()?, page.next))
}

impl Position {
    fn of((date, debtor, creditor, currency): (Date, OrgId, OrgId, CurrencyCode), row: &PositionRow) -> Result<Self> {
        Ok(Self {
            date,
            debtor,
            creditor,
            currency: Some(currency).filter(|currency| currency.as_str() != UNPRICED),
            amount: in_64_bits(row.amount.into())?,
            points: in_64_bits(row.points.into())?,
            items: row.items,
        })
    }
}
