//! The history of a member's tier.

use folio_chaincode_sdk::Record;

use super::ActorRow;

/// Why a tier changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, prost::Enumeration)]
pub enum TierCause {
    /// Nothing known.
    None = 0,
    /// A higher one was earned.
    Raised = 1,
    /// It was earned again, for another year.
    Renewed = 2,
    /// It ended.
    Lowered = 3,
    /// It was given for the status in another programme.
    Matched = 4,
    /// Two accounts of one person became one.
    Merged = 5,
    /// A system before this ledger had given it.
    Imported = 6,
}

/// A change of a tier.
#[derive(Clone, PartialEq, prost::Message)]
pub struct TierChangeRow {
    /// Business date, in days since 1970.
    #[prost(sint32, tag = "1")]
    pub date: i32,
    /// Name of the tier before.
    #[prost(string, tag = "2")]
    pub before: String,
    /// Name of the tier from then on.
    #[prost(string, tag = "3")]
    pub after: String,
    /// Its last day, in days since 1970; none when there is none.
    #[prost(sint32, optional, tag = "4")]
    pub valid_until: Option<i32>,
    /// Why.
    #[prost(enumeration = "TierCause", tag = "5")]
    pub cause: i32,
    /// What was said of it, if anything.
    #[prost(string, tag = "6")]
    pub reason: String,
    /// The version of the programme that decided.
    #[prost(uint32, tag = "7")]
    pub programme_version: u32,
    /// Who acted.
    #[prost(message, required, tag = "8")]
    pub by: ActorRow,
    /// The transaction.
    #[prost(bytes = "vec", tag = "9")]
    pub tx: Vec<u8>,
}

impl Record for TierChangeRow {}
