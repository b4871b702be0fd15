//! The catalogue of a programme: `reward.define`, `reward.withdraw`, `reward.stock` and `reward.catalogue`.

use folio_chaincode_sdk::{Context, Cursor, Error, Result, Rows};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::handlers::call::access::Actor;
use crate::handlers::call::page::OfProgramme;
use crate::handlers::call::request::{self, RequestId};
use crate::handlers::outcome::event::{self, Event};
use crate::handlers::programme::terms::{self, Terms};
use crate::ids::{ItemId, ProgrammeId};
use crate::rules::catalogue::ItemTerms;
use crate::state::{CATALOGUE, ItemRow, Role};

use super::shelf::{self, COUNTED_ROWS_MAX};

/// Most pieces of one item that are ever put into stock.
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

/// An item of a catalogue.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(in crate::handlers) struct Item {
    pub(super) item: ItemId,
    pub(super) terms: ItemTerms,
    withdrawn: bool,
    /// How many pieces were ever put into its stock.
    pieces: u64,
}

/// An item with what is left of it.
#[derive(Serialize, JsonSchema)]
pub(super) struct Listed {
    #[serde(flatten)]
    pub(super) item: Item,
    /// How many are free to take. None where there is always enough, and where there is more to count than one query may,
    /// together with the items before it: ask for fewer items then.
    free: Option<u64>,
}

/// A page of a catalogue.
#[derive(Serialize, JsonSchema)]
pub(in crate::handlers) struct Page {
    programme: ProgrammeId,
    items: Vec<Listed>,
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
        CATALOGUE.put(context, &key, &ItemRow::of(&terms, actor.row()));
        event::emit(context, Event::ItemDefined { programme, item: item.clone() })?;
        Ok(Item { item, terms, withdrawn: false, pieces: 0 })
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
        Item::of(item.clone(), &row)
    })
}

/// The programme puts pieces into the stock of an item, or takes some out.
pub(in crate::handlers) fn stock(context: &mut Context<'_>, arguments: Stock) -> Result<Item> {
    let actor = Actor::of(context)?;
    actor.require_role(&[Role::Manager, Role::Agent])?;
    request::once(context, &arguments.request_id, &[], |context| {
        let Stock { programme, item, add, remove, .. } = &arguments;
        actor.require_organisation(&terms::must_get(context, programme)?.owner)?;
        let mut row = must_get(context, programme, item)?;
        let shelves = read_terms(&row)?.shelves;
        if shelves == 0 {
            return Err(Error::new("REWARD_STOCK_UNLIMITED", format!("item {item} is offered without a stock")));
        }
        let pieces = row.pieces.checked_add(*add).filter(|pieces| *pieces <= STOCK_MAX);
        row.pieces = pieces.ok_or_else(|| {
            let message = format!("{add} more: at most {STOCK_MAX} pieces of an item are ever put into stock");
            Error::new("REWARD_STOCK_INVALID", message)
        })?;
        shelf::Stock { programme, item, pieces: row.pieces, shelves }.clear(context, *remove)?;
        if *add > 0 {
            CATALOGUE.put(context, &(programme.clone(), item.clone()), &row);
        }
        let (programme, told) = (programme.clone(), item.clone());
        let (added, removed) = (*add, *remove);
        event::emit(context, Event::StockChanged { programme, item: told, added, removed, pieces: row.pieces })?;
        Item::of(item.clone(), &row)
    })
}

/// Anybody on the channel may read a catalogue: it is published.
pub(in crate::handlers) fn catalogue(context: &Context<'_>, arguments: OfProgramme) -> Result<Page> {
    let OfProgramme { programme, limit, after } = arguments;
    terms::must_get(context, &programme)?;
    let page = page(context, &programme, limit, after.as_ref())?;
    let mut left = COUNTED_ROWS_MAX;
    let items = page.rows.into_iter().map(|((_, item), row)| Listed::of(context, &programme, item, &row, &mut left));
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

/// What the programme says about an item, which must not be withdrawn, and how many pieces were put into its stock.
pub(super) fn must_be_offered(
    context: &Context<'_>,
    programme: &ProgrammeId,
    item: &ItemId,
) -> Result<(ItemTerms, u64)> {
    let row = must_be_open(context, programme, item)?;
    Ok((read_terms(&row)?, row.pieces))
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
    fn of(item: ItemId, row: &ItemRow) -> Result<Self> {
        Ok(Self { item, terms: read_terms(row)?, withdrawn: row.withdrawn_by.is_some(), pieces: row.pieces })
    }
}

impl Listed {
    /// The item with what is free of it, as far as `left` lets rows be counted.
    pub(super) fn of(
        context: &Context<'_>,
        programme: &ProgrammeId,
        item: ItemId,
        row: &ItemRow,
        left: &mut usize,
    ) -> Result<Self> {
        let item = Item::of(item, row)?;
        let (pieces, shelves) = (item.pieces, item.terms.shelves);
        let free = match shelves {
            0 => None,
            shelves => shelf::Stock { programme, item: &item.item, pieces, shelves }.free(context, left)?,
        };
        Ok(Self { item, free })
    }

    /// Whether there is one to take, as far as is known.
    pub(super) fn is_in_stock(&self) -> bool {
        self.free.is_none_or(|free| free > 0)
    }
}
