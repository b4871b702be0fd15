//! Gifts that wait for somebody who is not known yet.

use folio_chaincode_sdk::Record;

use super::ActorRow;

/// A gift. Its points are held in the giver's account, and whether they still are stands there.
#[derive(Clone, PartialEq, prost::Message)]
pub struct GiftRow {
    /// The programme.
    #[prost(string, tag = "1")]
    pub programme: String,
    /// Who gives.
    #[prost(bytes = "vec", tag = "2")]
    pub from: Vec<u8>,
    /// The hold on the points, fee included.
    #[prost(bytes = "vec", tag = "3")]
    pub hold: Vec<u8>,
    /// Points that are given.
    #[prost(uint64, tag = "4")]
    pub points: u64,
    /// Points that the programme keeps.
    #[prost(uint64, tag = "5")]
    pub fee: u64,
    /// Business date on which it was given, in days since 1970.
    #[prost(sint32, tag = "6")]
    pub given: i32,
    /// When the hold ends by itself, in seconds since 1970.
    #[prost(sint64, tag = "7")]
    pub ends_at_seconds: i64,
    /// How it ended: 0 not yet, 1 claimed, 2 called back.
    #[prost(uint32, tag = "8")]
    pub ended: u32,
    /// Who claimed it.
    #[prost(bytes = "vec", tag = "9")]
    pub to: Vec<u8>,
    /// Who gave it.
    #[prost(message, required, tag = "10")]
    pub by: ActorRow,
}

impl Record for GiftRow {}
