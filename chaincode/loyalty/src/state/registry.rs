//! Hotels, what their systems call revenue, and exchange rates: what the consortium has declared.

use folio_chaincode_sdk::Record;

use super::ActorRow;

/// A registered hotel.
#[derive(Clone, PartialEq, prost::Message)]
pub struct HotelRow {
    /// The organisation that owns it: whose manager registered it.
    #[prost(string, tag = "1")]
    pub organisation: String,
    /// Its chain, as programmes name it.
    #[prost(string, tag = "2")]
    pub chain: String,
    /// Its brand, as programmes name it.
    #[prost(string, tag = "3")]
    pub brand: String,
    /// Its name for people.
    #[prost(string, tag = "4")]
    pub name: String,
    /// The currency in which it keeps its folios.
    #[prost(string, tag = "5")]
    pub currency: String,
    /// Commitment to the organisation's secret, from which the keys of its stays are derived.
    #[prost(bytes = "vec", tag = "6")]
    pub secret_commitment: Vec<u8>,
    /// Who registered it.
    #[prost(message, required, tag = "7")]
    pub by: ActorRow,
}

impl Record for HotelRow {}

/// A hotel that is not registered yet, as the organisation that reports stays of it vouches for it.
#[derive(Clone, PartialEq, prost::Message)]
pub struct AwaitedHotelRow {
    /// Commitment to the organisation's secret, from which the keys of the stays that wait are derived. The registration
    /// must repeat it.
    #[prost(bytes = "vec", tag = "1")]
    pub secret_commitment: Vec<u8>,
    /// Who reported the first stay.
    #[prost(message, required, tag = "2")]
    pub by: ActorRow,
}

impl Record for AwaitedHotelRow {}

/// The rates from one currency to another that begin in one calendar month, in order of their dates.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ExchangeMonthRow {
    /// The rates.
    #[prost(message, repeated, tag = "1")]
    pub rates: Vec<DatedRateRow>,
}

impl Record for ExchangeMonthRow {}

/// The months in which rates of a pair of currencies were declared.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ExchangeMonthsRow {
    /// The months, counted from the year 0, in order.
    #[prost(uint32, repeated, tag = "1")]
    pub months: Vec<u32>,
}

impl Record for ExchangeMonthsRow {}

/// A rate that holds from a date until the next one.
#[derive(Clone, PartialEq, prost::Message)]
pub struct DatedRateRow {
    /// First date, in days since 1970.
    #[prost(sint32, tag = "1")]
    pub from: i32,
    /// Units of the target currency for one unit of the source, as a ratio.
    #[prost(int64, tag = "2")]
    pub numerator: i64,
    /// See the numerator.
    #[prost(int64, tag = "3")]
    pub denominator: i64,
    /// The organisation that declared it.
    #[prost(string, tag = "4")]
    pub organisation: String,
}

/// Which revenue categories the codes of a hotel's property management system stand for, in order of the codes.
#[derive(Clone, PartialEq, prost::Message)]
pub struct RevenueMapRow {
    /// The codes.
    #[prost(message, repeated, tag = "1")]
    pub codes: Vec<RevenueCodeRow>,
    /// Who mapped last.
    #[prost(message, required, tag = "2")]
    pub by: ActorRow,
}

impl Record for RevenueMapRow {}

/// What one code stands for.
#[derive(Clone, PartialEq, prost::Message)]
pub struct RevenueCodeRow {
    /// The code, as the system posts it.
    #[prost(string, tag = "1")]
    pub code: String,
    /// Number of the OpenTravel revenue category.
    #[prost(uint32, tag = "2")]
    pub category: u32,
}
