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
    /// A key that is to take the place of a lost one.
    #[prost(message, optional, tag = "40")]
    pub recovery: Option<RecoveryRow>,
    /// The member of whom this one became a part.
    #[prost(bytes = "vec", tag = "41")]
    pub merged_into: Vec<u8>,
}

impl Record for MemberRow {}

/// A key that is to take the place of a lost one.
#[derive(Clone, PartialEq, prost::Message)]
pub struct RecoveryRow {
    /// The key, in SEC1 form.
    #[prost(bytes = "vec", tag = "1")]
    pub key: Vec<u8>,
    /// The manager who asked for it.
    #[prost(message, required, tag = "2")]
    pub by: ActorRow,
    /// SHA-256 of that manager's certificate.
    #[prost(bytes = "vec", tag = "3")]
    pub fingerprint: Vec<u8>,
    /// From when on the key holds, in seconds since 1970; 0 while a second manager has not agreed.
    #[prost(sint64, tag = "4")]
    pub due_seconds: i64,
    /// The manager who agreed.
    #[prost(message, optional, tag = "5")]
    pub second: Option<ActorRow>,
}
