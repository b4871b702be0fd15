//! What a member may do with points: give them to another, and turn them into money's worth.

use folio_chaincode_sdk::Packed;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::scope::Selection;
use crate::units::{Points, Rational};

/// Limits of transfers between members. A limit that is not said does not exist.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Packed)]
#[serde(deny_unknown_fields, default)]
pub struct TransferRules {
    /// Fewest points of one transfer.
    pub minimum: Points,
    /// Transfers are a multiple of this.
    pub increment: Option<Points>,
    /// Most points of one transfer.
    pub maximum: Option<Points>,
    /// Most points that a member sends in a calendar year.
    pub sent_per_year: Option<Points>,
    /// Most points that a member receives in a calendar year.
    pub received_per_year: Option<Points>,
    /// Most transfers that a member sends in a calendar year.
    pub sent_count_per_year: Option<u16>,
    /// Most transfers that a member receives in a calendar year.
    pub received_count_per_year: Option<u16>,
    /// Age that both accounts must have, in days.
    pub account_age_days: u16,
    /// Whether both accounts must have had activity.
    pub activity_required: bool,
    /// Between which tiers.
    pub direction: TierDirection,
    /// What a transfer costs its sender; nothing said, it is free.
    pub fee: Option<TransferFee>,
    /// Age that an account without activity must have, in days.
    pub inactive_age_days: u16,
    /// Most transfers that a member sends in a calendar month.
    pub sent_count_per_month: Option<u16>,
    /// Most transfers that a member receives in a calendar month.
    pub received_count_per_month: Option<u16>,
    /// A member takes part in one transfer in so many days, sending or receiving.
    pub days_between: Option<u16>,
    /// Accounts that several members fill and spend together; nothing said, none are offered.
    pub pools: Option<PoolRules>,
}

/// Accounts that several members fill and spend together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Packed)]
#[serde(deny_unknown_fields)]
pub struct PoolRules {
    /// Most members of a pool.
    pub members_max: u16,
    /// Fewest points of one contribution.
    #[serde(default)]
    pub minimum: Points,
    /// Most points that a member contributes in a calendar year.
    #[serde(default)]
    pub contributed_per_year: Option<Points>,
    /// Who may spend what is in it.
    #[serde(default)]
    pub spend: PoolSpenders,
}

/// Who may spend the points of a pool.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Packed)]
#[serde(rename_all = "snake_case")]
pub enum PoolSpenders {
    /// The member who opened it, and after that one has left the next oldest.
    #[default]
    Opener,
    /// Every member of it.
    Any,
}

/// What a transfer costs its sender, in points, in money or in both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Packed)]
#[serde(deny_unknown_fields)]
pub struct TransferFee {
    /// It is asked for each block of so many points; a part of a block counts as one.
    pub per: Points,
    /// Points that the programme keeps, beside those that are transferred.
    #[serde(default)]
    pub points: Points,
    /// Money, in units of the programme's currency, that the sender pays to the programme before.
    #[serde(default)]
    pub money: Rational,
    /// Names of the tiers whose members pay nothing.
    #[serde(default)]
    pub exempt_tiers: Vec<String>,
    /// Names of the tiers to whose members points are sent for nothing.
    #[serde(default)]
    pub exempt_receivers: Vec<String>,
}

/// Between which tiers points may move.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Packed)]
#[serde(rename_all = "snake_case")]
pub enum TierDirection {
    /// Between any.
    #[default]
    Any,
    /// Only from a higher tier to a lower.
    Downward,
}

/// What points are worth.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Packed)]
#[serde(deny_unknown_fields)]
pub struct RedemptionRules {
    /// Worth of one point, in units of the programme's currency.
    pub value: Rational,
    /// Better worth for a tier or a quantity. Among those that hold, the best counts.
    #[serde(default)]
    pub better: Vec<BetterValue>,
    /// Fewest points of one redemption.
    #[serde(default)]
    pub minimum: Points,
    /// Redemptions are a multiple of this.
    #[serde(default)]
    pub increment: Option<Points>,
    /// Limits that hold on some channels in place of these. The first that names the channel counts.
    #[serde(default)]
    pub by_channel: Vec<ChannelRedemption>,
}

/// Limits of redemptions on some channels, such as the web or a reception.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Packed)]
#[serde(deny_unknown_fields, default)]
pub struct ChannelRedemption {
    /// The channels.
    pub channels: Selection,
    /// Fewest points of one redemption.
    pub minimum: Points,
    /// Redemptions are a multiple of this.
    pub increment: Option<Points>,
    /// Most points of one redemption.
    pub maximum: Option<Points>,
    /// Whether the member has no choice, and the most that balance and bill allow is taken.
    pub most_only: bool,
}

/// Points for the currencies of partners.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Packed)]
#[serde(deny_unknown_fields)]
pub struct ConversionRules {
    /// Fewest points of one conversion.
    #[serde(default)]
    pub minimum: Points,
    /// Most points of one conversion.
    #[serde(default)]
    pub maximum: Option<Points>,
    /// Conversions are a multiple of this.
    #[serde(default)]
    pub increment: Option<Points>,
    /// The partners.
    pub partners: Vec<PartnerRate>,
}

/// What a partner gives for points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Packed)]
#[serde(deny_unknown_fields)]
pub struct PartnerRate {
    /// Name of the partner.
    pub partner: String,
    /// Points for one unit of its currency.
    pub points_a_unit: Rational,
    /// What comes on top.
    #[serde(default)]
    pub bonus: Option<ConversionBonus>,
}

/// Units on top for each full step of points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Packed)]
#[serde(deny_unknown_fields)]
pub struct ConversionBonus {
    /// The step.
    pub every: Points,
    /// The units.
    pub units: u64,
}

/// A better worth. Both conditions must hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Packed)]
#[serde(deny_unknown_fields)]
pub struct BetterValue {
    /// Name of the lowest tier for which it holds.
    #[serde(default)]
    pub from_tier: Option<String>,
    /// Fewest points for which it holds.
    #[serde(default)]
    pub from_points: Points,
    /// Worth of one point, in units of the programme's currency.
    pub value: Rational,
}
