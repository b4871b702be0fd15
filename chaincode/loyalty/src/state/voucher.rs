//! Vouchers: tokens that are told apart one by one.

use folio_chaincode_sdk::Record;

use super::ActorRow;

/// A voucher. It stands under the address of nobody; the row under its owner's address has nothing but says that it is
/// there, so that an owner's vouchers are counted by a scan and no counter is shared.
#[derive(Clone, PartialEq, prost::Message)]
pub struct VoucherRow {
    /// Address of the owner.
    #[prost(bytes = "vec", tag = "1")]
    pub owner: Vec<u8>,
    /// Address of the wallet that may hand it on, too; empty when there is none.
    #[prost(bytes = "vec", tag = "2")]
    pub approved: Vec<u8>,
    /// What it is for.
    #[prost(string, tag = "3")]
    pub kind: String,
    /// Where it is described.
    #[prost(string, tag = "4")]
    pub uri: String,
    /// Last day on which it is good, in days since 1970.
    #[prost(sint32, optional, tag = "5")]
    pub valid_until: Option<i32>,
    /// Business date on which it was minted, in days since 1970.
    #[prost(sint32, tag = "6")]
    pub minted: i32,
    /// Who minted it.
    #[prost(message, optional, tag = "7")]
    pub by: Option<ActorRow>,
}

impl Record for VoucherRow {}
