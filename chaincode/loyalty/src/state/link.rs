//! What two members have agreed on.

use folio_chaincode_sdk::Record;

use super::ActorRow;

/// What two members have agreed on. It stands when both have.
#[derive(Clone, PartialEq, prost::Message)]
pub struct LinkRow {
    /// Who has agreed to be linked.
    #[prost(message, repeated, tag = "1")]
    pub links: Vec<ConsentRow>,
    /// Who has agreed to be merged.
    #[prost(message, repeated, tag = "2")]
    pub merges: Vec<ConsentRow>,
}

impl Record for LinkRow {}

/// That a member has agreed.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ConsentRow {
    /// The member.
    #[prost(bytes = "vec", tag = "1")]
    pub member: Vec<u8>,
    /// Which of the two goes on, when they are merged.
    #[prost(bytes = "vec", tag = "2")]
    pub survivor: Vec<u8>,
    /// Business date, in days since 1970.
    #[prost(sint32, tag = "3")]
    pub date: i32,
    /// Who handed it in.
    #[prost(message, required, tag = "4")]
    pub by: ActorRow,
}
