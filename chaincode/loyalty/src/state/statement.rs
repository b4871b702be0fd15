//! Statement lines: one for each cause that moved a member's points.

use folio_chaincode_sdk::Record;

use super::ActorRow;

/// What moved the points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, prost::Enumeration)]
pub enum Cause {
    /// Nothing known.
    None = 0,
    /// A fixed earn, such as for enrolling.
    Activity = 1,
    /// A stay, or the difference that a later version of it makes.
    Stay = 2,
    /// Points given to another member.
    TransferSent = 3,
    /// Points received from another member.
    TransferReceived = 4,
    /// Points set aside for a reward.
    Reserved = 5,
    /// The reward was given.
    Redeemed = 6,
    /// The reward was not given.
    Released = 7,
    /// A lot reached its last day.
    Expired = 8,
    /// The account was inactive.
    Forfeited = 9,
    /// Points became a partner's currency.
    Converted = 10,
    /// A purchase, or the difference that a later version of it makes.
    Purchase = 11,
    /// Points that became available on their date.
    Matured = 12,
    /// Points that lost their worth bit by bit.
    Decayed = 13,
    /// The programme let points live longer.
    Extended = 14,
    /// The programme gave lapsed points back.
    Reinstated = 15,
    /// A campaign.
    Campaign = 16,
    /// Points went into a wallet.
    Withdrawn = 30,
    /// Points came out of a wallet.
    Deposited = 31,
    /// A merchant gave points.
    Awarded = 32,
    /// A balance of a system before this ledger.
    Imported = 33,
    /// The programme corrected the balance.
    Adjusted = 34,
    /// Points were given to a good cause.
    Donated = 20,
    /// A reward that was given was taken back.
    Refunded = 21,
    /// A booking was let go: what came back, and what was lost.
    Cancelled = 22,
    /// A certificate was issued.
    CertificateIssued = 23,
    /// A certificate was given to another member, or received.
    CertificateMoved = 24,
    /// A certificate was taken back.
    CertificateVoided = 25,
    /// Two accounts of one person became one.
    Merged = 40,
    /// Points set aside as a gift.
    GiftGiven = 41,
    /// The gift was claimed.
    GiftClaimed = 42,
    /// A gift that was claimed.
    GiftReceived = 43,
    /// The gift was called back.
    GiftReturned = 44,
    /// Points for so many nights, or for another occasion of the programme.
    Milestone = 45,
    /// The member left the programme.
    Closed = 46,
    /// Points put into a pool.
    PoolContributed = 47,
    /// Points taken out of a pool.
    PoolWithdrawn = 48,
    /// A benefit that is no longer due stays, because it was used.
    BenefitKept = 49,
}

/// One line of an account's statement.
#[derive(Clone, PartialEq, prost::Message)]
pub struct LineRow {
    /// Business date, in days since 1970.
    #[prost(sint32, tag = "1")]
    pub date: i32,
    /// What moved the points.
    #[prost(enumeration = "Cause", tag = "2")]
    pub cause: i32,
    /// Change of the points free to spend.
    #[prost(sint64, tag = "3")]
    pub available: i64,
    /// Change of the points set aside.
    #[prost(sint64, tag = "4")]
    pub reserved: i64,
    /// Change of the points owed.
    #[prost(sint64, tag = "5")]
    pub debt: i64,
    /// Points free to spend afterwards.
    #[prost(uint64, tag = "6")]
    pub balance: u64,
    /// The transaction.
    #[prost(bytes = "vec", tag = "7")]
    pub tx: Vec<u8>,
    /// The version of the programme that decided; 0 when none was asked.
    #[prost(uint32, tag = "8")]
    pub programme_version: u32,
    /// Who acted.
    #[prost(message, required, tag = "9")]
    pub by: ActorRow,
    /// The hotel, if any.
    #[prost(string, tag = "10")]
    pub hotel: String,
    /// The stay, if any.
    #[prost(bytes = "vec", tag = "11")]
    pub stay: Vec<u8>,
    /// The version of the stay.
    #[prost(uint32, tag = "12")]
    pub stay_version: u32,
    /// The reservation, if any.
    #[prost(bytes = "vec", tag = "13")]
    pub reservation: Vec<u8>,
    /// The other member of a transfer.
    #[prost(bytes = "vec", tag = "14")]
    pub other_member: Vec<u8>,
    /// The tier that the member holds from here on, when it changed.
    #[prost(string, tag = "15")]
    pub tier: String,
    /// The activity, if any.
    #[prost(string, tag = "16")]
    pub activity: String,
    /// What the payment of a fee is known by, if any.
    #[prost(string, tag = "17")]
    pub payment: String,
    /// The partner whose currency points became.
    #[prost(string, tag = "18")]
    pub partner: String,
    /// How many units of it.
    #[prost(uint64, tag = "19")]
    pub units: u64,
    /// The purchase, if any. `stay_version` is its version.
    #[prost(bytes = "vec", tag = "35")]
    pub purchase: Vec<u8>,
    /// Change of the points that become available on a later date.
    #[prost(sint64, tag = "36")]
    pub pending: i64,
    /// The campaign, if any.
    #[prost(string, tag = "37")]
    pub campaign: String,
    /// Address of the wallet, if any.
    #[prost(bytes = "vec", tag = "25")]
    pub wallet: Vec<u8>,
    /// The treasury, if any.
    #[prost(bytes = "vec", tag = "26")]
    pub treasury: Vec<u8>,
    /// The import, if any.
    #[prost(bytes = "vec", tag = "27")]
    pub import: Vec<u8>,
    /// Code of the reason for a correction.
    #[prost(string, tag = "28")]
    pub reason: String,
    /// The item of the catalogue, if any.
    #[prost(string, tag = "20")]
    pub item: String,
    /// The good cause, if any.
    #[prost(string, tag = "21")]
    pub good_cause: String,
    /// The certificate, if any.
    #[prost(bytes = "vec", tag = "22")]
    pub certificate: Vec<u8>,
    /// The member on whose word a pool's points moved.
    #[prost(bytes = "vec", tag = "30")]
    pub word_of: Vec<u8>,
    /// The offer, if any.
    #[prost(bytes = "vec", tag = "38")]
    pub offer: Vec<u8>,
}

impl Record for LineRow {}
