//! Treasuries of merchants.

use folio_chaincode_sdk::Record;

use super::ActorRow;

/// A part of a treasury: its head, or one of its tills.
///
/// All awards of a merchant out of one row would conflict, so the points are spread over tills, a row each.
#[derive(Clone, PartialEq, prost::Message)]
pub struct TreasuryRow {
    /// What the treasury is; in its head alone.
    #[prost(message, optional, tag = "1")]
    pub head: Option<TreasuryHeadRow>,
    /// Points in the till beyond its share of what was spread over all: fewer when more was given than put in.
    #[prost(sint64, tag = "2")]
    pub points: i64,
}

impl Record for TreasuryRow {}

/// What a treasury is, and how many points were spread over its tills.
#[derive(Clone, PartialEq, prost::Message)]
pub struct TreasuryHeadRow {
    /// The programme whose points it holds.
    #[prost(string, tag = "1")]
    pub programme: String,
    /// The merchant's organisation, whose staff give the points away and which pays for them.
    #[prost(string, tag = "2")]
    pub organisation: String,
    /// The hotel whose treasury it is; empty when it is the organisation's.
    #[prost(string, tag = "3")]
    pub hotel: String,
    /// How many tills it has.
    #[prost(uint32, tag = "4")]
    pub tills: u32,
    /// Who opened it.
    #[prost(message, required, tag = "5")]
    pub by: ActorRow,
    /// Points that were put into all tills together.
    #[prost(uint64, tag = "6")]
    pub spread: u64,
}
