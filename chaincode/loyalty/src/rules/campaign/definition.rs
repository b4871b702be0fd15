//! One campaign of a programme.

use folio_chaincode_sdk::HexId;
use folio_chaincode_sdk::Packed;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::rules::programme::Scope;
use crate::units::{Date, Points, Rational, Weekday};

/// A campaign: what its programme's owner gives for some time, to whom, and how much of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Packed)]
#[serde(deny_unknown_fields)]
pub struct Campaign {
    /// Its id: lowercase letters, digits and hyphens. It is never used again.
    pub id: String,
    /// The programme.
    pub programme: String,
    /// Its name for people.
    pub name: String,
    /// Where and when. Both its first and its last date must be said.
    pub when: Scope,
    /// Last date of booking; a booking whose date is not known counts as made on arrival.
    #[serde(default)]
    pub book_by: Option<Date>,
    /// Evenings of the nights that count, or days of the purchase; nothing listed stands for all.
    #[serde(default)]
    pub weekdays: Vec<Weekday>,
    /// What is rewarded.
    #[serde(default)]
    pub earners: Earners,
    /// How many nights the stay must have.
    #[serde(default)]
    pub minimum_nights: u16,
    /// Names of the tiers whose members take part; nothing listed stands for all.
    #[serde(default)]
    pub tiers: Vec<String>,
    /// Who takes part.
    #[serde(default)]
    pub who: Who,
    /// Last date of registration; nothing said, the campaign's last.
    #[serde(default)]
    pub register_by: Option<Date>,
    /// Rewards only every second, third and so on of a member's stays that meet the rest.
    #[serde(default)]
    pub every: Option<u16>,
    /// What it gives.
    #[serde(default)]
    pub gives: Gives,
    /// The most that one member has of it.
    #[serde(default)]
    pub caps: Caps,
    /// The most that all members together have of it. Claims are judged in the order in which they came.
    #[serde(default)]
    pub budget: Option<Points>,
    /// How it goes together with other campaigns.
    #[serde(default)]
    pub stacking: Stacking,
    /// Whether its points count towards a tier.
    #[serde(default)]
    pub counts_towards_tier: bool,
    /// The organisation that pays for its points; nothing said, the programme's own. Another one must approve it.
    #[serde(default)]
    pub sponsor: Option<String>,
    /// Prizes that are drawn among those who registered.
    #[serde(default)]
    pub draw: Option<Draw>,
}

/// What a campaign rewards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Packed)]
#[serde(deny_unknown_fields, default)]
pub struct Earners {
    /// Whether stays are.
    pub stays: bool,
    /// Kinds of purchases that are.
    pub sources: Vec<String>,
}

/// Who takes part in a campaign.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Packed)]
#[serde(rename_all = "snake_case")]
pub enum Who {
    /// Every member.
    #[default]
    Everyone,
    /// Whoever had registered by the check-out, or by the purchase.
    Registered,
    /// Whom the programme listed.
    Listed,
}

/// What a campaign gives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Packed)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Gives {
    /// Something for each stay or purchase.
    Each(EachStay),
    /// Points for steps of the member's eligible spend in the campaign, in units of the programme's currency. As for a
    /// tier, each stay's spend is counted in whole steps of [`SPEND_STEP_MINOR`](crate::rules::tiers::SPEND_STEP_MINOR).
    SpendSteps(Steps),
    /// Points for steps of the points that the member earned in the campaign.
    PointsSteps(Steps),
}

/// What is given for one stay or purchase; the parts add up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Packed)]
#[serde(deny_unknown_fields, default)]
pub struct EachStay {
    /// Percent of the base points: a hundred doubles them.
    pub percent: Rational,
    /// Points for each eligible night of each room.
    pub per_night: Points,
    /// Points for the stay or purchase.
    pub per_stay: Points,
}

/// Points for each step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Packed)]
#[serde(deny_unknown_fields)]
pub struct Steps {
    /// How much a step is.
    pub every: Rational,
    /// How many points it gives.
    pub points: Points,
    /// How many steps a member can reach; nothing said, any number.
    #[serde(default)]
    pub most: Option<u16>,
}

/// The most that one member has of a campaign.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Packed)]
#[serde(deny_unknown_fields, default)]
pub struct Caps {
    /// Points.
    pub points: Option<Points>,
    /// Stays and purchases that are rewarded.
    pub times: Option<u16>,
}

/// How a campaign goes together with others.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Packed)]
#[serde(rename_all = "snake_case")]
pub enum Stacking {
    /// Beside all others.
    #[default]
    All,
    /// Of the campaigns of this group, only the one that gives most for a stay counts.
    Exclusive(String),
}

/// Prizes that are drawn among those who registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Packed)]
#[serde(deny_unknown_fields)]
pub struct Draw {
    /// SHA-256 of the 32 bytes that decide the draw, and are told after the campaign's end.
    pub commitment: HexId<32>,
    /// How many prizes there are.
    pub prizes: u16,
    /// How many points each is.
    pub points: Points,
}

impl Campaign {
    /// Whether what a member has had of it must be kept beside the stays.
    pub fn keeps_account(&self) -> bool {
        self.who != Who::Everyone
            || self.every.is_some()
            || self.caps != Caps::default()
            || !matches!(self.gives, Gives::Each(_))
    }

    /// The steps that it gives points for, if that is what it does.
    pub const fn steps(&self) -> Option<Steps> {
        match self.gives {
            Gives::Each(_) => None,
            Gives::SpendSteps(steps) | Gives::PointsSteps(steps) => Some(steps),
        }
    }
}

impl EachStay {
    /// Whether it gives nothing.
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

impl Default for Earners {
    fn default() -> Self {
        Self { stays: true, sources: Vec::new() }
    }
}

impl Default for Gives {
    fn default() -> Self {
        Self::Each(EachStay::default())
    }
}
