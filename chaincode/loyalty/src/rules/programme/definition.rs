//! One version of a programme.

use folio_chaincode_sdk::Packed;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::activity::{ActivityEarn, PurchaseEarn};
use super::award::{AwardNightRules, RefundRules};
use super::benefit::BenefitRule;
use super::earning::{Balance, BalanceKind, Calculation, NightCreditRules, RoomRules};
use super::eligibility::EligibilityRules;
use super::lapse::ExpiryRules;
use super::scope::DateChoice;
use super::spending::{ConversionRules, RedemptionRules, TransferRules};
use super::tier::TierRules;
use super::tokens::TokenRules;
use crate::units::{Currency, Date, Points};

/// One version of a programme: what its owner decided, from a date on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Packed)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// Id of the programme: lowercase letters, digits and hyphens.
    pub programme: String,
    /// Its name for people.
    pub name: String,
    /// The organisation that decides on it and owes its points.
    pub owner: String,
    /// Number of the version, from 1.
    pub version: u32,
    /// First date on which the version holds. Only the first version may take effect in the past.
    pub effective_from: Date,
    /// Which date of a stay decides whether the version holds for it.
    #[serde(default)]
    pub dated_by: DateChoice,
    /// The currency in which spend is counted and points are worth something.
    pub currency: Currency,
    /// How parts become whole points.
    #[serde(default)]
    pub calculation: Calculation,
    /// What a member can hold, and what stays add to it.
    pub balances: Vec<Balance>,
    /// What counts.
    pub eligibility: EligibilityRules,
    /// Which rooms of a group count.
    #[serde(default)]
    pub rooms: RoomRules,
    /// What a night counts towards a tier.
    #[serde(default)]
    pub night_credit: NightCreditRules,
    /// The tiers.
    pub tiers: TierRules,
    /// When points lapse.
    #[serde(default)]
    pub expiry: ExpiryRules,
    /// Transfers between members; nothing said, none are offered.
    #[serde(default)]
    pub transfer: Option<TransferRules>,
    /// Redemption for money's worth; nothing said, none is offered.
    #[serde(default)]
    pub redemption: Option<RedemptionRules>,
    /// Fixed earns for what is not a stay.
    #[serde(default)]
    pub activities: Vec<ActivityEarn>,
    /// Conversion to the currencies of partners; nothing said, none is offered.
    #[serde(default)]
    pub conversion: Option<ConversionRules>,
    /// What purchases earn that are not stays: events, restaurants, shops.
    #[serde(default)]
    pub purchases: Vec<PurchaseEarn>,
    /// Points and vouchers as tokens; nothing said, they are none.
    #[serde(default)]
    pub tokens: Option<TokenRules>,
    /// Nights for points; nothing said, none are offered.
    #[serde(default)]
    pub award_nights: Option<AwardNightRules>,
    /// Taking back rewards that were given; nothing said, they are not taken back.
    #[serde(default)]
    pub refund: Option<RefundRules>,
    /// What members are given for enrolling, for tiers and for nights.
    #[serde(default)]
    pub benefits: Vec<BenefitRule>,
}

impl Definition {
    /// Place of a balance, by name.
    pub fn balance_index(&self, name: &str) -> Option<usize> {
        self.balances.iter().position(|balance| balance.name == name)
    }

    /// The balance that is spent, with its place; a valid definition has exactly one.
    pub fn reward_balance(&self) -> Option<(usize, &Balance)> {
        self.balances.iter().enumerate().find(|(_, balance)| balance.kind == BalanceKind::Reward)
    }

    /// The points of an activity; nothing when the programme does not reward it.
    pub fn points_for(&self, activity: &str) -> Points {
        self.activity(activity).map_or(Points::ZERO, |earn| earn.points)
    }

    /// The fixed earn of an activity; none when the programme does not reward it.
    pub fn activity(&self, activity: &str) -> Option<&ActivityEarn> {
        self.activities.iter().find(|earn| earn.activity == activity)
    }
}
