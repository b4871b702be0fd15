//! A price for what had none: `settlement.price`.

use folio_chaincode_sdk::{Context, Cursor, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::handlers::call::access::{Actor, STAFF};
use crate::handlers::call::request::{self, RequestId};
use crate::handlers::outcome::event::{self, Event};
use crate::handlers::outcome::owing;
use crate::handlers::programme::terms;
use crate::ids::ProgrammeId;
use crate::state::{OUTSIDE, OutsideRow, OwedItemRow};
use crate::units::Overflow;

use super::row::RowName;

/// Rows of a call, when the caller does not say.
const PRICE_ROWS: u32 = 50;
/// Most rows of a call.
const PRICE_ROWS_MAX: u32 = 200;

/// Arguments of `settlement.price`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Price {
    request_id: RequestId,
    programme: ProgrammeId,
    /// Most rows outside the net to look at in this call.
    #[serde(default)]
    limit: Option<u32>,
    /// Where the call before ended.
    #[serde(default)]
    after: Option<Cursor>,
}

/// What a call has priced.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(in crate::handlers) struct Priced {
    programme: ProgrammeId,
    /// How many rows got a price, for all or some of their items.
    rows: u32,
    /// Where the next call goes on, if there are more rows.
    next: Option<Cursor>,
}

/// Staff of any organisation have folded rows valued that had no agreement when they were written and have one now. The
/// price comes as a row of its own in the open date, so that a row is priced once: then it no longer waits.
pub(in crate::handlers) fn price(context: &mut Context<'_>, arguments: Price) -> Result<Priced> {
    let actor = Actor::of(context)?;
    actor.require_role(STAFF)?;
    request::once(context, &arguments.request_id, &[], |context| {
        let Price { programme, limit, after, .. } = &arguments;
        terms::must_get(context, programme)?;
        let limit = limit.unwrap_or(PRICE_ROWS).clamp(1, PRICE_ROWS_MAX);
        let page = OUTSIDE.page(context, &(programme.clone(),), after.as_ref(), limit)?;
        let mut rows = 0_u32;
        for (key, outside) in page.rows.into_iter().filter(|(_, outside)| !outside.unpriced.is_empty()) {
            if price_row(context, &RowName::of(key), outside)? {
                rows = rows.saturating_add(1);
            }
        }
        event::emit(context, Event::SettlementPriced { programme: programme.clone(), rows })?;
        Ok(Priced { programme: programme.clone(), rows, next: page.next })
    })
}

/// Prices of a row what can be priced, and answers whether anything can. An item that gets its price follows twice: once to
/// take its points from what waits, and once to put them where the money is.
fn price_row(context: &mut Context<'_>, name: &RowName, mut outside: OutsideRow) -> Result<bool> {
    let owed = name.must_get(context)?;
    let (mut items, mut waiting) = (Vec::new(), Vec::new());
    for (place, item) in (0_u32..).zip(&owed.items).filter(|(place, _)| outside.unpriced.contains(place)) {
        let mut priced = item.clone();
        if owing::price(context, &name.sides(), &mut priced)? {
            let points = item.points.checked_neg().ok_or(Overflow)?;
            items.push(OwedItemRow { points, ..item.clone() });
            items.push(priced);
        } else {
            waiting.push(place);
        }
    }
    if items.is_empty() {
        return Ok(false);
    }
    name.follow(context, items)?;
    outside.unpriced = waiting;
    if outside.unpriced.is_empty() && outside.dispute.is_none() {
        OUTSIDE.delete(context, &name.key());
    } else {
        OUTSIDE.put(context, &name.key(), &outside);
    }
    Ok(true)
}
