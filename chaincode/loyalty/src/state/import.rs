//! What came from a system before this ledger, and how the two compare.

use folio_chaincode_sdk::Record;

use super::ActorRow;

/// A batch of an import; under number 0 the seal of the whole import.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ImportRow {
    /// Digest of everything that was in it.
    #[prost(bytes = "vec", tag = "1")]
    pub digest: Vec<u8>,
    /// What it adds up to.
    #[prost(message, required, tag = "2")]
    pub totals: ImportTotalsRow,
    /// How many of its members were enrolled by it.
    #[prost(uint32, tag = "3")]
    pub enrolled: u32,
    /// Business date, in days since 1970.
    #[prost(sint32, tag = "4")]
    pub as_of: i32,
    /// How many batches were sealed; 0 in a batch.
    #[prost(uint32, tag = "5")]
    pub batches: u32,
    /// Who handed it in.
    #[prost(message, required, tag = "6")]
    pub by: ActorRow,
}

impl Record for ImportRow {}

/// What a batch or a whole import adds up to.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ImportTotalsRow {
    /// Members.
    #[prost(uint32, tag = "1")]
    pub members: u32,
    /// Lots.
    #[prost(uint32, tag = "2")]
    pub lots: u32,
    /// Points of all lots.
    #[prost(uint64, tag = "3")]
    pub points: u64,
    /// Points owed.
    #[prost(uint64, tag = "4")]
    pub debt: u64,
    /// Sum of the members' balance digests.
    #[prost(bytes = "vec", tag = "5")]
    pub check: Vec<u8>,
}

/// One comparison with a legacy system, of some members.
#[derive(Clone, PartialEq, prost::Message)]
pub struct MirrorRow {
    /// How many members were compared.
    #[prost(uint32, tag = "1")]
    pub members: u32,
    /// How many had the same balance on both sides.
    #[prost(uint32, tag = "2")]
    pub matching: u32,
    /// How many of the others have no account here.
    #[prost(uint32, tag = "3")]
    pub unknown: u32,
    /// How many of the others have moved on here since the date.
    #[prost(uint32, tag = "4")]
    pub moved: u32,
    /// Sum of the balances here.
    #[prost(sint64, tag = "5")]
    pub ledger: i64,
    /// Sum of the balances there.
    #[prost(sint64, tag = "6")]
    pub legacy: i64,
    /// Who compared.
    #[prost(message, required, tag = "7")]
    pub by: ActorRow,
    /// For how many of the others time had something to do that was not in the books yet.
    #[prost(uint32, tag = "8")]
    pub due: u32,
}

impl Record for MirrorRow {}
