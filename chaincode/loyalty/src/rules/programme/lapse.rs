//! When points lapse.

use crate::units::Rational;
use folio_chaincode_sdk::Packed;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Expiry of a programme's points. With nothing said they do not expire.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Packed)]
#[serde(deny_unknown_fields, default)]
pub struct ExpiryRules {
    /// All points lapse when the account rests for too long.
    pub inactivity: Option<Inactivity>,
    /// Points lapse this many months after they were earned, whatever the account does.
    pub hard_months: Option<u16>,
    /// Whether the hard expiry is moved to the end of its month.
    pub to_month_end: bool,
    /// Points fade.
    pub decay: Option<Decay>,
    /// How many months longer the programme may let points live that end; none when it may not.
    pub extension_months_max: Option<u16>,
    /// How many days after points lapsed the programme may give them back; none when it may not.
    pub reinstatement_days: Option<u16>,
    /// Points lapse this many days after they were earned; in place of `hard_months`.
    pub hard_days: Option<u16>,
}

/// Points that fade: a share of what the member has, each time that so many months have passed since the account was
/// opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Packed)]
#[serde(deny_unknown_fields)]
pub struct Decay {
    /// The share, in percent.
    pub percent: Rational,
    /// How often.
    pub every_months: u16,
}

/// Expiry of an account that rests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Packed)]
#[serde(deny_unknown_fields)]
pub struct Inactivity {
    /// Months without activity after which the points lapse.
    pub months: u16,
    /// What counts as activity.
    pub activity: Vec<ActivityKind>,
    /// Names of the tiers whose members are exempt.
    #[serde(default)]
    pub exempt_tiers: Vec<String>,
}

/// A kind of entry in an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema, Packed)]
#[serde(rename_all = "snake_case")]
pub enum ActivityKind {
    /// A stay that counts as activity.
    Stay,
    /// Points spent on a reward.
    Redemption,
    /// Points given to another member.
    TransferSent,
    /// Points received from another member.
    TransferReceived,
    /// A fixed earn, such as for enrolment.
    Bonus,
    /// A purchase that is not a stay.
    Purchase,
}
