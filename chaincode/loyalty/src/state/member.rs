//! Members.

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
