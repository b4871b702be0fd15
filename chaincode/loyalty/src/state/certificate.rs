//! Certificates, which pay for a reward once.

use folio_chaincode_sdk::Record;

use crate::rules::certificate::CertificateWorth;
use crate::units::Points;

use super::{ActorRow, Unreadable};

/// A certificate, under the member who holds it.
#[derive(Clone, PartialEq, prost::Message)]
pub struct CertificateRow {
    /// Points that it pays at most; 0 when it is for a night of a category.
    #[prost(uint64, tag = "1")]
    pub points: u64,
    /// Points that the member may add.
    #[prost(uint64, tag = "2")]
    pub top_up: u64,
    /// The category of hotels in which it pays for a night; empty when it pays in points.
    #[prost(string, tag = "3")]
    pub category: String,
    /// Last day on which it is good, in days since 1970.
    #[prost(sint32, tag = "4")]
    pub last_day: i32,
    /// Whether the member may give it to another.
    #[prost(bool, tag = "5")]
    pub transferable: bool,
    /// Where it stands.
    #[prost(enumeration = "CertificateState", tag = "6")]
    pub state: i32,
    /// The reward that it pays for, when it is held or used.
    #[prost(bytes = "vec", tag = "7")]
    pub reservation: Vec<u8>,
    /// What it was given for: an item of the catalogue, or what the programme says.
    #[prost(string, tag = "8")]
    pub origin: String,
    /// Who issued it.
    #[prost(message, required, tag = "9")]
    pub by: ActorRow,
}

impl Record for CertificateRow {}

/// Where a certificate stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, prost::Enumeration)]
pub enum CertificateState {
    /// It can be used.
    Open = 0,
    /// It pays for a reward that is not given yet. When that runs out, it can be used again.
    Held = 1,
    /// It was used.
    Used = 2,
    /// The programme took it back.
    Void = 3,
}

impl CertificateRow {
    /// What it pays for.
    pub fn worth(&self) -> Result<CertificateWorth, Unreadable> {
        if !self.category.is_empty() {
            return Ok(CertificateWorth::Night { category: self.category.clone() });
        }
        Ok(CertificateWorth::UpTo { points: Points::new(self.points)?, top_up: Points::new(self.top_up)? })
    }

    /// The row with what it pays for.
    #[must_use]
    pub fn with_worth(self, worth: &CertificateWorth) -> Self {
        match worth {
            CertificateWorth::UpTo { points, top_up } => Self { points: points.get(), top_up: top_up.get(), ..self },
            CertificateWorth::Night { category } => Self { category: category.clone(), ..self },
        }
    }
}
