//! Programmes and their versions.

use folio_chaincode_sdk::Record;

use super::ActorRow;

/// A programme: who decides on it, and which versions are in force when.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ProgrammeRow {
    /// The organisation that decides on it.
    #[prost(string, tag = "1")]
    pub owner: String,
    /// How many of its managers must approve a version.
    #[prost(uint32, tag = "2")]
    pub approvals_required: u32,
    /// The versions in force, oldest first.
    #[prost(message, repeated, tag = "3")]
    pub in_force: Vec<InForceRow>,
    /// The campaigns that are active, by id: so a stay finds those that may hold for it without looking for them.
    #[prost(message, repeated, tag = "20")]
    pub campaigns: Vec<ActiveCampaignRow>,
}

impl Record for ProgrammeRow {}

/// When a version takes effect.
#[derive(Clone, PartialEq, prost::Message)]
pub struct InForceRow {
    /// Number of the version.
    #[prost(uint32, tag = "1")]
    pub version: u32,
    /// First date, in days since 1970.
    #[prost(sint32, tag = "2")]
    pub effective_from: i32,
    /// Which date of a stay is meant: 0 booking, 1 arrival, 2 check-out.
    #[prost(uint32, tag = "3")]
    pub dated_by: u32,
}

/// When an active campaign may hold.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ActiveCampaignRow {
    /// Its id.
    #[prost(string, tag = "1")]
    pub id: String,
    /// First date, in days since 1970.
    #[prost(sint32, tag = "2")]
    pub from: i32,
    /// Last date, in days since 1970.
    #[prost(sint32, tag = "3")]
    pub until: i32,
    /// Which date of a stay is meant: 0 booking, 1 arrival, 2 check-out.
    #[prost(uint32, tag = "4")]
    pub dated_by: u32,
    /// Whether it rewards stays.
    #[prost(bool, tag = "5")]
    pub stays: bool,
    /// Whether it rewards purchases.
    #[prost(bool, tag = "6")]
    pub purchases: bool,
}

/// One version of a programme. Once it is in force nothing of it changes.
#[derive(Clone, PartialEq, prost::Message)]
pub struct VersionRow {
    /// The definition, in its stored form.
    #[prost(bytes = "vec", tag = "1")]
    pub definition: Vec<u8>,
    /// Who proposed it.
    #[prost(message, required, tag = "2")]
    pub by: ActorRow,
    /// SHA-256 of the certificates of those who approved it, in order.
    #[prost(bytes = "vec", repeated, tag = "3")]
    pub approvals: Vec<Vec<u8>>,
    /// How many managers must approve later versions, once this one is in force.
    #[prost(uint32, tag = "4")]
    pub approvals_required: u32,
}

impl Record for VersionRow {}
