//! What a stay earns: balances, rates, rooms, night credits and the order of the calculation.

use folio_chaincode_sdk::Packed;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::scope::Scope;
use crate::units::{BlockRule, NightCredits, Points, Rational, Rounding};

/// One of the balances that a member holds in the programme, with the rule that feeds it. The first is the one that is
/// spent; the books know the others by their place in the list, so a later version may add but not reorder them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Packed)]
#[serde(deny_unknown_fields)]
pub struct Balance {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub kind: BalanceKind,
    /// What stays add to it.
    pub earn: Earn,
}

/// What a balance is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Packed)]
#[serde(rename_all = "snake_case")]
pub enum BalanceKind {
    /// Points that can be spent.
    Reward,
    /// Points that only count towards a tier.
    Status,
}

/// How stays feed a balance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Packed)]
#[serde(deny_unknown_fields)]
pub struct Earn {
    /// The rate where no exception holds.
    pub rate: EarnRate,
    /// What an eligible stay earns at least.
    #[serde(default)]
    pub minimum_per_stay: Points,
    /// Other rates. The first that holds replaces the general rate.
    #[serde(default)]
    pub exceptions: Vec<EarnException>,
}

/// Points for money, for nights and for the stay; they add up.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Packed)]
#[serde(deny_unknown_fields, default)]
pub struct EarnRate {
    /// Points for each block of eligible revenue.
    pub points: Rational,
    /// Size of the block, in units of the programme's currency; nothing stands for one unit.
    pub per: Option<Rational>,
    /// What an incomplete block is worth.
    pub partial_block: BlockRule,
    /// Points for each eligible night of each room.
    pub per_night: Rational,
    /// Points for the stay; the terms of its first eligible night decide.
    pub per_stay: Rational,
}

/// A rate that holds in some places or for some time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Packed)]
#[serde(deny_unknown_fields)]
pub struct EarnException {
    /// Where and when.
    pub when: Scope,
    /// The rate.
    pub rate: EarnRate,
}

/// Which rooms of a group count. On each night the rooms in which the member sleeps come first, then the order listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Packed)]
#[serde(deny_unknown_fields, default)]
pub struct RoomRules {
    /// How many rooms earn on one night.
    pub earning_max: u8,
    /// How many rooms give night credit on one night.
    pub night_credit_max: u8,
    /// Whether the member must sleep in one of the rooms.
    pub member_must_occupy: bool,
}

/// What a night counts towards a tier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Packed)]
#[serde(deny_unknown_fields, default)]
pub struct NightCreditRules {
    /// Credit for one night.
    pub per_night: NightCredits,
    /// Other credits. The first that holds replaces the general one.
    pub exceptions: Vec<NightCreditException>,
}

/// A night credit that holds in some places or for some time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Packed)]
#[serde(deny_unknown_fields)]
pub struct NightCreditException {
    /// Where and when.
    pub when: Scope,
    /// Credit for one night.
    pub per_night: NightCredits,
}

/// How parts become whole points, and in which order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Packed)]
#[serde(deny_unknown_fields, default)]
pub struct Calculation {
    /// How fractions of a point are rounded.
    pub rounding: Rounding,
    /// What is rounded.
    pub scope: RoundingScope,
    /// What the tier's bonus is a percentage of.
    pub bonus_applies_to: BonusBase,
    /// What follows the base points, in this order.
    pub order: Vec<Step>,
    /// How many days after the check-out or the purchase its points can be spent.
    pub available_after_days: u16,
}

/// What is rounded to whole points.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Packed)]
#[serde(rename_all = "snake_case")]
pub enum RoundingScope {
    /// Each revenue line.
    Line,
    /// The sum of the stay, or of the stays that are rated as one.
    #[default]
    Stay,
}

/// What the tier's bonus is a percentage of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Packed)]
#[serde(rename_all = "snake_case")]
pub enum BonusBase {
    /// Points for money alone, without those for nights and for the stay.
    Classic,
    /// All base points.
    #[default]
    Base,
    /// All points so far in the order of the calculation.
    Total,
}

/// A step that follows the base points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Packed)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// The bonus of the member's tier.
    TierBonus,
    /// The minimum that an eligible stay earns.
    Minimum,
}

impl EarnRate {
    /// Size of the block, in units of the programme's currency.
    pub fn block(&self) -> Rational {
        self.per.unwrap_or(Rational::ONE)
    }
}

impl Default for RoomRules {
    fn default() -> Self {
        Self { earning_max: 1, night_credit_max: 1, member_must_occupy: false }
    }
}

impl Default for NightCreditRules {
    fn default() -> Self {
        Self { per_night: NightCredits::ONE, exceptions: Vec::new() }
    }
}

impl Default for Calculation {
    fn default() -> Self {
        Self {
            rounding: Rounding::default(),
            scope: RoundingScope::default(),
            bonus_applies_to: BonusBase::default(),
            order: vec![Step::TierBonus, Step::Minimum],
            available_after_days: 0,
        }
    }
}
