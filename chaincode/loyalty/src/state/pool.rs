//! Pools.

use folio_chaincode_sdk::Record;

/// Who fills and spends a pool. Its points stand in the account of its id.
#[derive(Clone, PartialEq, prost::Message)]
pub struct PoolRow {
    /// The programme.
    #[prost(string, tag = "1")]
    pub programme: String,
    /// Its members, in the order in which they joined; the first has opened it, or is the next oldest.
    #[prost(message, repeated, tag = "2")]
    pub members: Vec<PoolMemberRow>,
    /// Business date on which it was opened, in days since 1970.
    #[prost(sint32, tag = "3")]
    pub opened: i32,
}

impl Record for PoolRow {}

/// A member of a pool.
#[derive(Clone, PartialEq, prost::Message)]
pub struct PoolMemberRow {
    /// The member.
    #[prost(bytes = "vec", tag = "1")]
    pub member: Vec<u8>,
    /// Business date of joining, in days since 1970.
    #[prost(sint32, tag = "2")]
    pub joined: i32,
    /// Points that the member has put in and not taken out again.
    #[prost(uint64, tag = "3")]
    pub contributed: u64,
}
