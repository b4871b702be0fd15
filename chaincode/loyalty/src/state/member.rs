//! Members and their holds.

use folio_chaincode_sdk::Record;

use super::ActorRow;

/// A member of the consortium. What identifies the person stands in private data.
#[derive(Clone, PartialEq, prost::Message)]
pub struct MemberRow {
    /// The programme that enrolled the member.
    #[prost(string, tag = "1")]
    pub home_programme: String,
    /// The organisation that owned it then.
    #[prost(string, tag = "2")]
    pub home_organisation: String,
    /// Business date of enrolment, in days since 1970.
    #[prost(sint32, tag = "3")]
    pub enrolled: i32,
    /// The member's secp256k1 key in SEC1 form; empty while none is bound.
    #[prost(bytes = "vec", tag = "4")]
    pub key: Vec<u8>,
    /// Salted digest of the membership number; empty when none was given.
    #[prost(bytes = "vec", tag = "5")]
    pub number_digest: Vec<u8>,
    /// Who enrolled the member.
    #[prost(message, required, tag = "6")]
    pub by: ActorRow,
}

impl Record for MemberRow {}

/// A hold on points for a reward. Whether it is still open stands in the account, beside its points.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ReservationRow {
    /// The programme.
    #[prost(string, tag = "1")]
    pub programme: String,
    /// The member.
    #[prost(bytes = "vec", tag = "2")]
    pub member: Vec<u8>,
    /// The hotel that gives the reward.
    #[prost(string, tag = "3")]
    pub hotel: String,
    /// The organisation that owns the hotel.
    #[prost(string, tag = "4")]
    pub hotel_organisation: String,
    /// What is given for the points.
    #[prost(string, tag = "5")]
    pub reward: String,
    /// How many points are held.
    #[prost(uint64, tag = "6")]
    pub points: u64,
    /// The version of the programme whose prices hold for it.
    #[prost(uint32, tag = "7")]
    pub programme_version: u32,
    /// When it ends by itself, in seconds since 1970.
    #[prost(sint64, tag = "8")]
    pub ends_at_seconds: i64,
    /// How it ended: 0 not yet, 1 committed, 2 released.
    #[prost(uint32, tag = "9")]
    pub ended: u32,
}

impl Record for ReservationRow {}
