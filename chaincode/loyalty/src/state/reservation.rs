//! Rewards that members asked for.

use folio_chaincode_sdk::Record;

use super::LotsRow;

/// A reward that a member asked for. Whether its points are still held stands in the account, beside them.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ReservationRow {
    /// The programme.
    #[prost(string, tag = "1")]
    pub programme: String,
    /// The member.
    #[prost(bytes = "vec", tag = "2")]
    pub member: Vec<u8>,
    /// The hotel that gives the reward; empty when the programme or a merchant does.
    #[prost(string, tag = "3")]
    pub hotel: String,
    /// The organisation that owns the hotel, if any.
    #[prost(string, tag = "4")]
    pub hotel_organisation: String,
    /// What is given for the points.
    #[prost(string, tag = "5")]
    pub reward: String,
    /// How many points the member pays.
    #[prost(uint64, tag = "6")]
    pub points: u64,
    /// The version of the programme whose prices hold for it.
    #[prost(uint32, tag = "7")]
    pub programme_version: u32,
    /// When it ends by itself, in seconds since 1970.
    #[prost(sint64, tag = "8")]
    pub ends_at_seconds: i64,
    /// How it ended.
    #[prost(enumeration = "Ended", tag = "9")]
    pub ended: i32,
    /// The item of the catalogue, if any.
    #[prost(string, tag = "10")]
    pub item: String,
    /// The shelf of the item's stock from which it was taken, counted from 1; 0 when the item has no stock.
    #[prost(uint32, tag = "11")]
    pub shelf: u32,
    /// Whether the hold ran out and the stock was given back: it can no longer be committed.
    #[prost(bool, tag = "12")]
    pub stock_returned: bool,
    /// Money that is collected beside the points, in smallest units.
    #[prost(sint64, tag = "13")]
    pub cash_minor: i64,
    /// Its currency; empty when there is none.
    #[prost(string, tag = "14")]
    pub cash_currency: String,
    /// What the programme owes the hotel for it, in points: what the member pays, and what a certificate pays.
    #[prost(uint64, tag = "15")]
    pub worth: u64,
    /// The lots that were spent, once it is committed.
    #[prost(message, optional, tag = "16")]
    pub lots: Option<LotsRow>,
    /// Business date on which it was committed, in days since 1970.
    #[prost(sint32, optional, tag = "17")]
    pub committed_on: Option<i32>,
    /// The certificate that pays for it, if any.
    #[prost(bytes = "vec", tag = "18")]
    pub certificate: Vec<u8>,
    /// The nights that are booked, if any.
    #[prost(message, optional, tag = "19")]
    pub award: Option<AwardRow>,
    /// The certificate that was bought, if any.
    #[prost(bytes = "vec", tag = "20")]
    pub bought_certificate: Vec<u8>,
    /// Business date on which it was asked for, in days since 1970: by the agreement of that date the hotel is paid.
    #[prost(sint32, tag = "21")]
    pub held_on: i32,
    /// How full the hotel was when nights were spent, in percent, as it tells.
    #[prost(uint32, tag = "22")]
    pub occupancy_percent: u32,
}

/// How a reward ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, prost::Enumeration)]
pub enum Ended {
    /// Not yet.
    Not = 0,
    /// It was given.
    Committed = 1,
    /// It was not given.
    Released = 2,
    /// It was given, and taken back.
    Refunded = 3,
    /// The member cancelled it.
    Cancelled = 4,
    /// The guest did not come.
    NoShow = 5,
}

/// Nights that are paid with points.
#[derive(Clone, Copy, PartialEq, prost::Message)]
pub struct AwardRow {
    /// Day of arrival, in days since 1970.
    #[prost(sint32, tag = "1")]
    pub arrival: i32,
    /// How many nights.
    #[prost(uint32, tag = "2")]
    pub nights: u32,
    /// What the price table says for the first of them, in points.
    #[prost(uint64, tag = "3")]
    pub first_night: u64,
}

impl Record for ReservationRow {}
