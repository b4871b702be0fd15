//! The catalogue of rewards and its stock.

use folio_chaincode_sdk::{Record, from_packed, to_packed};

use crate::rules::catalogue::ItemTerms;

use super::{ActorRow, Unreadable};

/// An item of a programme's catalogue. Its terms never change; it may be withdrawn, and
/// more of it put into stock.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ItemRow {
    /// The terms, in packed form.
    #[prost(bytes = "vec", tag = "1")]
    pub terms: Vec<u8>,
    /// Who offered it.
    #[prost(message, required, tag = "2")]
    pub by: ActorRow,
    /// Who withdrew it, if anybody did.
    #[prost(message, optional, tag = "3")]
    pub withdrawn_by: Option<ActorRow>,
    /// How many pieces were ever put into its stock.
    #[prost(uint64, tag = "4")]
    pub pieces: u64,
}

impl Record for ItemRow {}

/// One shelf of the stock of an item. What was dealt to it follows from the pieces of the item.
#[derive(Clone, PartialEq, prost::Message)]
pub struct StockRow {
    /// How many are no longer there.
    #[prost(uint64, tag = "1")]
    pub gone: u64,
    /// Which of these were taken and are not known to be given.
    #[prost(message, repeated, tag = "2")]
    pub taken: Vec<StockTakenRow>,
}

impl Record for StockRow {}

/// One of an item that was taken out of stock.
#[derive(Clone, PartialEq, prost::Message)]
pub struct StockTakenRow {
    /// The reservation.
    #[prost(bytes = "vec", tag = "1")]
    pub reservation: Vec<u8>,
    /// When its hold ends by itself, in seconds since 1970.
    #[prost(sint64, tag = "2")]
    pub ends_at_seconds: i64,
}

/// What a member took of an item that is limited for each.
#[derive(Clone, PartialEq, prost::Message)]
pub struct TakenRow {
    /// The reservations; those that came to nothing are dropped when the row is written next.
    #[prost(bytes = "vec", repeated, tag = "1")]
    pub reservations: Vec<Vec<u8>>,
}

impl Record for TakenRow {}

impl ItemRow {
    /// The row of an item that is offered from now on.
    pub fn of(terms: &ItemTerms, by: ActorRow) -> Self {
        Self { terms: to_packed(terms), by, withdrawn_by: None, pieces: 0 }
    }

    /// What the programme says about it.
    pub fn terms(&self) -> Result<ItemTerms, Unreadable> {
        from_packed(&self.terms).map_err(|_| Unreadable)
    }
}
