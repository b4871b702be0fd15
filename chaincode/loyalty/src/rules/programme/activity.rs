//! What is earned otherwise than by staying: fixed points for doing something, and points for other purchases.

use folio_chaincode_sdk::Packed;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::earning::EarnRate;
use super::scope::{Scope, Selection};
use crate::units::{Points, Rational};

/// A fixed earn for doing something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Packed)]
#[serde(deny_unknown_fields)]
pub struct ActivityEarn {
    /// What is rewarded, such as `enrolment`, `review` or `referral`.
    pub activity: String,
    /// How many points it earns.
    pub points: Points,
    /// How often it is rewarded; nothing said, whenever it happens.
    #[serde(default)]
    pub limit: Option<ActivityLimit>,
    /// Points for the other member that it takes, such as the one who was referred.
    #[serde(default)]
    pub other: Points,
}

/// How often an activity is rewarded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Packed)]
#[serde(deny_unknown_fields)]
pub struct ActivityLimit {
    /// So many times.
    pub times: u16,
    /// In this period.
    pub per: Period,
}

/// A period in which something is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Packed)]
#[serde(rename_all = "snake_case")]
pub enum Period {
    /// A calendar month.
    Month,
    /// A calendar year.
    Year,
    /// As long as the account is.
    Ever,
}

/// What purchases of one source earn. The first entry that covers an item decides on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Packed)]
#[serde(deny_unknown_fields)]
pub struct PurchaseEarn {
    /// What kind of purchase it is, such as `event` or `restaurant`.
    pub source: String,
    /// Where and when. It looks at the date of the purchase; rates and rooms are of stays only.
    #[serde(default)]
    pub when: Scope,
    /// Categories of items, as the shop names them.
    #[serde(default)]
    pub categories: Selection,
    /// Points for money, and `per_stay` for each purchase.
    pub rate: EarnRate,
    /// Most spend of one purchase that earns, in units of the programme's currency.
    #[serde(default)]
    pub spend_cap: Option<Rational>,
    /// Whether the bonus of the member's tier comes on top.
    #[serde(default)]
    pub tier_bonus: bool,
    /// Whether its spend counts towards a tier.
    #[serde(default)]
    pub qualifies: bool,
}
