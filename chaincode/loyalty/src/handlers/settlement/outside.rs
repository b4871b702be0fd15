//! What stands outside the net: `settlement.outside`.

use folio_chaincode_sdk::{Context, Cursor, Result};
use schemars::JsonSchema;
use serde::Serialize;

use crate::handlers::call::page::OfProgramme;
use crate::ids::ProgrammeId;
use crate::state::OUTSIDE;

use super::dispute::Disputed;
use super::position::{PAGE_ROWS, PAGE_ROWS_MAX, Reader};
use super::row::{Item, RowName};

/// A page of what stands outside the net of a programme.
#[derive(Serialize, JsonSchema)]
pub(in crate::handlers) struct Page {
    programme: ProgrammeId,
    /// Rows of folded dates of which something waits for a price.
    unpriced: Vec<Unpriced>,
    /// Rows that are or were disputed.
    disputes: Vec<Disputed>,
    next: Option<Cursor>,
}

/// A row of which something waits for a price.
#[derive(Serialize, JsonSchema)]
struct Unpriced {
    row: RowName,
    /// What waits.
    items: Vec<Item>,
}

/// Who may read what is owed sees what of it has no price, and what is disputed.
pub(in crate::handlers) fn outside(context: &Context<'_>, arguments: OfProgramme) -> Result<Page> {
    let OfProgramme { programme, limit, after } = arguments;
    let reader = Reader::of(context, &programme)?;
    let limit = limit.unwrap_or(PAGE_ROWS).clamp(1, PAGE_ROWS_MAX);
    let page = OUTSIDE.page(context, &(programme.clone(),), after.as_ref(), limit)?;
    let (mut unpriced, mut disputes) = (Vec::new(), Vec::new());
    for (key, outside) in page.rows {
        if !reader.may_see(&key.2, &key.3) {
            continue;
        }
        let row = RowName::of(key);
        if !outside.unpriced.is_empty() {
            let owed = row.must_get(context)?;
            let waiting = (0_u32..).zip(&owed.items).filter(|(place, _)| outside.unpriced.contains(place));
            let items = waiting.map(|(_, item)| Item::of(item)).collect::<Result<_>>()?;
            unpriced.push(Unpriced { row: row.clone(), items });
        }
        disputes.extend(outside.dispute.map(|dispute| Disputed::of(row, &dispute)));
    }
    Ok(Page { programme, unpriced, disputes, next: page.next })
}
