//! The catalogue of a programme: `reward.define`, `reward.withdraw`, `reward.stock` and `reward.catalogue`.

use folio_chaincode_sdk::{Context, Cursor, Error, Result, Rows};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::handlers::call::access::Actor;
use crate::handlers::call::request::{self, RequestId};
use crate::handlers::outcome::event::{self, Event};
use crate::handlers::programme::terms::{self, Terms};
use crate::ids::{ItemId, ProgrammeId};
use crate::rules::catalogue::ItemTerms;
use crate::state::{CATALOGUE, ItemRow, Role, STOCK};

use super::shelf;

/// Most pieces of one item in stock.
const STOCK_MAX: u64 = 1_000_000_000;

/// Items of a page, when the caller does not say, and at most.
const PAGE_ITEMS: u32 = 20;
const PAGE_ITEMS_MAX: u32 = 50;

/// Arguments of `reward.define`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Define {
    request_id: RequestId,
    programme: ProgrammeId,
    item: ItemId,
    terms: ItemTerms,
}

/// Arguments of `reward.withdraw`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Withdraw {
    request_id: RequestId,
    programme: ProgrammeId,
    item: ItemId,
}

/// Arguments of `reward.stock`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Stock {
    request_id: RequestId,
    programme: ProgrammeId,
    item: ItemId,
    /// Pieces that come in.
    #[serde(default)]
    add: u64,
    /// Pieces that are taken out.
    #[serde(default)]
    remove: u64,
}

/// Arguments of `reward.catalogue`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Catalogue {
    programme: ProgrammeId,
    #[serde(default)]
    limit: Option<u32>,
    /// Where the page before ended.
    #[serde(default)]
    after: Option<Cursor>,
}

/// An item of a catalogue.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(in crate::handlers) struct Item {
    pub(super) item: ItemId,
    pub(super) terms: ItemTerms,
    withdrawn: bool,
    /// How many are free to take; none where there is always enough.
    free: Option<u64>,
}

/// A page of a catalogue.
#[derive(Serialize, JsonSchema)]
pub(in crate::handlers) struct Page {
    programme: ProgrammeId,
    items: Vec<Item>,
    next: Option<Cursor>,
}

/// A manager of the programme offers an item. What it says is never edited: another price is another item.
pub(in crate::handlers) fn define(context: &mut Context<'_>, arguments: Define) -> Result<Item> {
    let actor = Actor::of(context)?;
    actor.require_role(&[Role::Manager])?;
    let id = arguments.request_id.clone();
    request::once(context, &id, &[], |context| {
        let Define { programme, item, terms, .. } = arguments;
        actor.require_organisation(&terms::must_get(context, &programme)?.owner)?;
        terms.validate(&Terms::named(context, &programme, None)?.definition)?;
        let key = (programme.clone(), item.clone());
        if CATALOGUE.contains(context, &key) {
            let message = format!("item {item} exists already: withdraw it and offer another");
            return Err(Error::new("REWARD_ITEM_EXISTS", message));
        }
        CATALOGUE.put(context, &key, &ItemRow::of(&terms, actor.row())?);
        event::emit(context, Event::ItemDefined { programme, item: item.clone() })?;
        Ok(Item { item, free: (terms.shards > 0).then_some(0), terms, withdrawn: false })
    })
}

/// A manager of the programme no longer offers an item. What members hold of it is still handed over.
pub(in crate::handlers) fn withdraw(context: &mut Context<'_>, arguments: Withdraw) -> Result<Item> {
    let actor = Actor::of(context)?;
    actor.require_role(&[Role::Manager])?;
    request::once(context, &arguments.request_id, &[], |context| {
        let Withdraw { programme, item, .. } = &arguments;
        actor.require_organisation(&terms::must_get(context, programme)?.owner)?;
        let row = ItemRow { withdrawn_by: Some(actor.row()), ..must_be_open(context, programme, item)? };
        CATALOGUE.put(context, &(programme.clone(), item.clone()), &row);
        event::emit(context, Event::ItemWithdrawn { programme: programme.clone(), item: item.clone() })?;
        Item::of(context, programme, item.clone(), &row)
    })
}

/// The programme counts the stock of an item anew, and spreads it evenly over the shards.
pub(in crate::handlers) fn stock(context: &mut Context<'_>, arguments: Stock) -> Result<Item> {
    let actor = Actor::of(context)?;
    actor.require_role(&[Role::Manager, Role::Agent])?;
    request::once(context, &arguments.request_id, &[], |context| {
        let Stock { programme, item, add, remove, .. } = &arguments;
        actor.require_organisation(&terms::must_get(context, programme)?.owner)?;
        let row = must_get(context, programme, item)?;
        let shards = read_terms(&row)?.shards;
        if shards == 0 {
            return Err(Error::new("REWARD_STOCK_UNLIMITED", format!("item {item} is offered without a stock")));
        }
        let mut rows = Vec::with_capacity(usize::from(shards));
        for shard in 0..shards {
            let key = (programme.clone(), item.clone(), shard);
            rows.push((shelf::tidied(context, &key)?, key));
        }
        let there = rows.iter().try_fold(0_u64, |sum, (row, _)| sum.checked_add(row.free));
        let free = there.and_then(|there| there.checked_add(*add)?.checked_sub(*remove));
        let Some(free) = free.filter(|free| *free <= STOCK_MAX) else {
            let message = format!("{add} in and {remove} out: a stock has 0 to {STOCK_MAX} pieces");
            return Err(Error::new("REWARD_STOCK_INVALID", message));
        };
        for (mut row, key) in rows {
            let extra = u64::from(u64::from(key.2) < free % u64::from(shards));
            row.free = free / u64::from(shards) + extra;
            STOCK.put(context, &key, &row);
        }
        event::emit(context, Event::StockChanged { programme: programme.clone(), item: item.clone(), free })?;
        Item::of(context, programme, item.clone(), &row)
    })
}

/// Anybody on the channel may read a catalogue: it is published.
pub(in crate::handlers) fn catalogue(context: &Context<'_>, arguments: Catalogue) -> Result<Page> {
    let Catalogue { programme, limit, after } = arguments;
    terms::must_get(context, &programme)?;
    let page = page(context, &programme, limit, after.as_ref())?;
    let items = page.rows.into_iter().map(|((_, item), row)| Item::of(context, &programme, item, &row));
    Ok(Page { items: items.collect::<Result<_>>()?, programme, next: page.next })
}

/// Items of a catalogue in order of their ids.
pub(super) fn page(
    context: &Context<'_>,
    programme: &ProgrammeId,
    limit: Option<u32>,
    after: Option<&Cursor>,
) -> Result<Rows<(ProgrammeId, ItemId), ItemRow>> {
    let limit = limit.unwrap_or(PAGE_ITEMS).clamp(1, PAGE_ITEMS_MAX);
    CATALOGUE.page(context, &(programme.clone(),), after, limit)
}

/// What the programme says about an item, which must not be withdrawn.
pub(super) fn must_be_offered(context: &Context<'_>, programme: &ProgrammeId, item: &ItemId) -> Result<ItemTerms> {
    read_terms(&must_be_open(context, programme, item)?)
}

/// What the programme says about an item.
pub(super) fn read_terms(row: &ItemRow) -> Result<ItemTerms> {
    row.terms().map_err(|unreadable| unreadable.of("catalogue item"))
}

fn must_be_open(context: &Context<'_>, programme: &ProgrammeId, item: &ItemId) -> Result<ItemRow> {
    let row = must_get(context, programme, item)?;
    if row.withdrawn_by.is_some() {
        return Err(Error::new("REWARD_ITEM_WITHDRAWN", format!("item {item} is no longer offered")));
    }
    Ok(row)
}

fn must_get(context: &Context<'_>, programme: &ProgrammeId, item: &ItemId) -> Result<ItemRow> {
    let row = CATALOGUE.get(context, &(programme.clone(), item.clone()))?;
    row.ok_or_else(|| Error::new("REWARD_ITEM_UNKNOWN", format!("{programme} has no item {item}")))
}

impl Item {
    /// The item with what is free of it.
    pub(super) fn of(context: &Context<'_>, programme: &ProgrammeId, item: ItemId, row: &ItemRow) -> Result<Self> {
        let terms = read_terms(row)?;
        let free = match terms.shards {
            0 => None,
            shards => Some(shelf::free(context, programme, &item, shards)?),
        };
        Ok(Self { item, terms, withdrawn: row.withdrawn_by.is_some(), free })
    }

    /// Whether there is one to take.
    pub(super) fn is_in_stock(&self) -> bool {
        self.free.is_none_or(|free| free > 0)
    }
}
