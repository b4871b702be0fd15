//! Offers to one member, or to the bearer of a voucher.

use folio_chaincode_sdk::Packed;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::definition::EachStay;
use super::visit::Visit;
use crate::rules::programme::Scope;
use crate::rules::reason::Withheld;

/// What is offered for one stay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Packed)]
#[serde(deny_unknown_fields)]
pub struct Offer {
    /// What it gives.
    pub gives: EachStay,
    /// Where and when it can be used.
    #[serde(default)]
    pub when: Scope,
    /// How many nights the stay must have.
    #[serde(default)]
    pub minimum_nights: u16,
    /// Whether its points count towards a tier.
    #[serde(default)]
    pub counts_towards_tier: bool,
}

impl Offer {
    /// Whether it can hold for the stay; the nights then decide one by one.
    pub fn admits(&self, visit: &Visit<'_>) -> Result<(), Withheld> {
        if !self.when.covers_stay(&visit.hotel, visit.dates) {
            return Err(Withheld::OtherScope);
        }
        if visit.nights < u32::from(self.minimum_nights) { Err(Withheld::ShortStay) } else { Ok(()) }
    }
}
