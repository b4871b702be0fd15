//! What members are given beside the points of their stays.

use folio_chaincode_sdk::Packed;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::units::{NightCredits, Points};

/// Something that is given on an occasion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Packed)]
#[serde(deny_unknown_fields)]
pub struct BenefitRule {
    /// Its name, by which accounts remember what was given: a later version keeps it for the same rule.
    pub name: String,
    /// On which occasion.
    pub when: Occasion,
    /// What is given. Of several the member chooses one.
    pub offers: Vec<Offer>,
    /// In how many days the choice must be made; afterwards nothing is given.
    #[serde(default)]
    pub choose_days: Option<u16>,
}

/// When something is given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Packed)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Occasion {
    /// The programme enrols the member.
    Enrolment,
    /// This tier, or a higher one, is held: once for each calendar year in which its validity ends.
    Tier(String),
    /// So many nights in a calendar year, without those that were carried into it.
    Nights {
        /// The first number.
        at: NightCredits,
        /// Each so many more; nothing said, the first number only.
        #[serde(default)]
        every: Option<NightCredits>,
        /// The last number.
        #[serde(default)]
        up_to: Option<NightCredits>,
    },
}

/// What is given: points, or a benefit that hotels honour.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Packed)]
#[serde(deny_unknown_fields)]
pub struct Offer {
    /// Its name.
    pub benefit: String,
    /// How often it can be used.
    #[serde(default = "once")]
    pub uses: u16,
    /// For how many months it can be used; nothing said, for ever.
    #[serde(default)]
    pub months: Option<u16>,
    /// Points, in place of anything to use.
    #[serde(default)]
    pub points: Points,
}

const fn once() -> u16 {
    1
}
