//! Stays, and those that wait for correction.

use folio_chaincode_sdk::Record;

use super::{ActorRow, ContributionRow, LotRow, PostedExtraRow};

/// What became of a stay version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, prost::Enumeration)]
pub enum Outcome {
    /// Nothing known.
    None = 0,
    /// It was rated and earned points.
    Posted = 1,
    /// It was rated and earned none.
    ZeroPoint = 2,
    /// It waits for correction.
    Suspended = 3,
    /// A later version was there already.
    Superseded = 4,
    /// What was posted for it was taken back.
    Voided = 5,
}

/// A stay: receipts of its versions, and what is posted for it now.
#[derive(Clone, PartialEq, prost::Message)]
pub struct StayRow {
    /// The hotel.
    #[prost(string, tag = "1")]
    pub hotel: String,
    /// Receipts of the newest versions, in order of version.
    #[prost(message, repeated, tag = "2")]
    pub receipts: Vec<ReceiptRow>,
    /// What is posted for the stay.
    #[prost(message, optional, tag = "3")]
    pub posted: Option<PostedRow>,
    /// The organisation that reported it while the hotel was not registered; empty stands for the hotel's.
    #[prost(string, tag = "4")]
    pub organisation: String,
    /// The group that it is rated with, which then holds what is posted; empty for a stay by itself.
    #[prost(bytes = "vec", tag = "5")]
    pub group: Vec<u8>,
}

impl Record for StayRow {
    /// Schema 1 was never released.
    const SCHEMA: u8 = 2;
}

/// What became of one version of a stay.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ReceiptRow {
    /// The version.
    #[prost(uint32, tag = "1")]
    pub version: u32,
    /// Salted digest of its JSON.
    #[prost(bytes = "vec", tag = "2")]
    pub digest: Vec<u8>,
    /// What became of it.
    #[prost(enumeration = "Outcome", tag = "3")]
    pub outcome: i32,
    /// Business date, in days since 1970.
    #[prost(sint32, tag = "4")]
    pub as_of: i32,
    /// The programme, when it is known.
    #[prost(string, tag = "5")]
    pub programme: String,
    /// The version of the programme that rated it; 0 when none did.
    #[prost(uint32, tag = "6")]
    pub programme_version: u32,
    /// Base points.
    #[prost(uint64, tag = "7")]
    pub base: u64,
    /// Bonus points, a minimum's top-up among them.
    #[prost(uint64, tag = "8")]
    pub bonus: u64,
    /// What it changed in the member's points.
    #[prost(sint64, tag = "9")]
    pub delta: i64,
    /// Night credits, in sixtieths.
    #[prost(sint32, tag = "10")]
    pub night_parts: i32,
    /// The member's tier before.
    #[prost(string, tag = "11")]
    pub tier_before: String,
    /// The member's tier after; empty when it is the same.
    #[prost(string, tag = "12")]
    pub tier_after: String,
    /// Codes of the reasons.
    #[prost(string, repeated, tag = "13")]
    pub reasons: Vec<String>,
    /// How many stays were rated as one with it; 0 for a stay by itself.
    #[prost(uint32, tag = "14")]
    pub together: u32,
    /// What campaigns and an offer give beside it.
    #[prost(message, repeated, tag = "20")]
    pub extras: Vec<ExtraRow>,
}

/// What a campaign or an offer gives for a stay or a purchase, as a receipt tells it.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ExtraRow {
    /// The campaign; empty for an offer.
    #[prost(string, tag = "1")]
    pub campaign: String,
    /// The offer; empty for a campaign.
    #[prost(bytes = "vec", tag = "2")]
    pub offer: Vec<u8>,
    /// What it gives for the version; what steps give belongs to no version.
    #[prost(uint64, tag = "3")]
    pub points: u64,
    /// What the version changed in the member's points.
    #[prost(sint64, tag = "4")]
    pub delta: i64,
    /// Code of the reason why it gives nothing, or nothing yet.
    #[prost(string, tag = "5")]
    pub withheld: String,
}

/// What is posted for a stay: all that is needed to post the difference to a later version, or to take it back.
#[derive(Clone, PartialEq, prost::Message)]
pub struct PostedRow {
    /// The programme.
    #[prost(string, tag = "1")]
    pub programme: String,
    /// The member.
    #[prost(bytes = "vec", tag = "2")]
    pub member: Vec<u8>,
    /// The tier under which the stay was first rated, which later versions keep.
    #[prost(string, tag = "3")]
    pub tier: String,
    /// The lot into which its points went, and how many they are.
    #[prost(message, required, tag = "4")]
    pub lot: LotRow,
    /// What it added to the member's counters.
    #[prost(message, repeated, tag = "5")]
    pub contributions: Vec<ContributionRow>,
    /// When it earned, in days since 1970: by the agreement of that date a later version is valued, too.
    #[prost(sint32, tag = "15")]
    pub earned_on: i32,
    /// What it has of campaigns and of an offer.
    #[prost(message, repeated, tag = "20")]
    pub extras: Vec<PostedExtraRow>,
}

/// A stay that waits for correction.
#[derive(Clone, PartialEq, prost::Message)]
pub struct SuspenseRow {
    /// The version that waits.
    #[prost(uint32, tag = "1")]
    pub version: u32,
    /// Business date, in days since 1970.
    #[prost(sint32, tag = "2")]
    pub as_of: i32,
    /// Code of the reason.
    #[prost(string, tag = "3")]
    pub reason: String,
}

impl Record for SuspenseRow {}

/// Stays that are rated as one, and what is posted for all of them.
#[derive(Clone, PartialEq, prost::Message)]
pub struct GroupRow {
    /// Keys of the stays, in the order in which they were first reported.
    #[prost(bytes = "vec", repeated, tag = "1")]
    pub stays: Vec<Vec<u8>>,
    /// What is posted for them together.
    #[prost(message, optional, tag = "2")]
    pub posted: Option<PostedRow>,
}

impl Record for GroupRow {}

/// A purchase: receipts of its versions, and what is posted for it now.
#[derive(Clone, PartialEq, prost::Message)]
pub struct PurchaseRow {
    /// The shop.
    #[prost(string, tag = "1")]
    pub shop: String,
    /// Receipts of the newest versions, in order of version.
    #[prost(message, repeated, tag = "2")]
    pub receipts: Vec<ReceiptRow>,
    /// What is posted for the purchase.
    #[prost(message, optional, tag = "3")]
    pub posted: Option<PostedRow>,
}

impl Record for PurchaseRow {}

/// A guest's claim for a stay that is missing. Its particulars stand in private data.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ClaimRow {
    /// The programme.
    #[prost(string, tag = "1")]
    pub programme: String,
    /// The member.
    #[prost(bytes = "vec", tag = "2")]
    pub member: Vec<u8>,
    /// Business date, in days since 1970.
    #[prost(sint32, tag = "3")]
    pub as_of: i32,
    /// Who claimed for the member.
    #[prost(message, required, tag = "4")]
    pub by: ActorRow,
}

impl Record for ClaimRow {}
