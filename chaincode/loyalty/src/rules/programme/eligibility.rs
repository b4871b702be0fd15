//! What counts: hotels, nights and revenue lines, for points, for tiers and for keeping an account active.

use folio_chaincode_sdk::Packed;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::scope::Selection;
use crate::rules::revenue::CategorySet;

/// Eligibility for each purpose. What is not said for a tier or for activity is as for points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Packed)]
#[serde(deny_unknown_fields)]
pub struct EligibilityRules {
    /// For earning points.
    pub points: Eligibility,
    /// For qualifying for a tier.
    #[serde(default)]
    pub qualification: Option<Eligibility>,
    /// For keeping the account active.
    #[serde(default)]
    pub activity: Option<Eligibility>,
}

/// What a hotel, a night and a line must be to count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Packed)]
#[serde(deny_unknown_fields)]
pub struct Eligibility {
    /// Revenue that counts. Tax, gratuity and totals cannot be among it.
    pub revenue: CategorySet,
    /// Brands where other revenue counts. The first that holds replaces the general set.
    #[serde(default)]
    pub revenue_exceptions: Vec<RevenueException>,
    /// Chains.
    #[serde(default)]
    pub chains: Selection,
    /// Brands.
    #[serde(default)]
    pub brands: Selection,
    /// Codes of hotels.
    #[serde(default)]
    pub hotels: Selection,
    /// Market segments.
    #[serde(default)]
    pub markets: Selection,
    /// Distribution channels.
    #[serde(default)]
    pub channels: Selection,
    /// Rate codes.
    #[serde(default)]
    pub rate_codes: Selection,
    /// Who must pay for the room.
    #[serde(default)]
    pub payer: Payer,
    /// Whether complimentary nights count.
    #[serde(default)]
    pub complimentary: bool,
    /// How many nights the stay must have.
    #[serde(default)]
    pub minimum_nights: u16,
    /// Whether a stay with zero or negative room revenue counts.
    #[serde(default)]
    pub unpaid: bool,
    /// Nights that are paid with points.
    #[serde(default)]
    pub rewards: Option<RewardNights>,
}

/// Revenue that counts at some brands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Packed)]
#[serde(deny_unknown_fields)]
pub struct RevenueException {
    /// The brands.
    pub brands: Selection,
    /// Revenue that counts there.
    pub revenue: CategorySet,
}

/// Who must pay for a room.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Packed)]
#[serde(rename_all = "snake_case")]
pub enum Payer {
    /// It does not matter.
    #[default]
    Anyone,
    /// The member.
    Member,
}

/// How nights that are paid with points are known, and what they do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Packed)]
#[serde(deny_unknown_fields)]
pub struct RewardNights {
    /// Their rate codes.
    pub rate_codes: Selection,
    /// Whether one of them makes the whole stay a reward stay that does not count.
    pub void_stay: bool,
}

impl Eligibility {
    /// The revenue that counts at a brand.
    pub fn revenue_at(&self, brand: &str) -> CategorySet {
        let exception = self.revenue_exceptions.iter().find(|exception| exception.brands.admits(brand));
        exception.map_or(self.revenue, |exception| exception.revenue)
    }
}

impl EligibilityRules {
    /// What counts for a tier.
    pub fn qualification(&self) -> &Eligibility {
        self.qualification.as_ref().unwrap_or(&self.points)
    }
}
