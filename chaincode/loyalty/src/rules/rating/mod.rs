//! What a stay earns.
//!
//! One to several stay versions that count as one are rated together, under one version of the programme. First it is
//! decided whether they can be rated at all ([`Outcome::Suspended`]); a stay that can be rated but earns nothing is a
//! [`Rating`] of zero with its reasons. The same input gives the same rating on every peer.

mod amounts;
mod earned;
mod explain;
mod group;
mod purchase;
mod qualification;
mod rate;
mod screen;
mod share;
mod walk;

use schemars::JsonSchema;
use serde::Serialize;

pub use explain::Explained;
pub use purchase::rate_purchase;
pub use rate::rate;
pub use screen::screen;
pub use share::{Covers, Share, share_of_purchase, share_of_stays};

use super::programme::TierRank;
use super::reason::{Reason, Suspense};
use super::tiers::Contribution;
use crate::units::{ExchangeError, NightCredits, Overflow, Points};

/// Most stay versions that are rated as one.
pub const GROUP_STAYS_MAX: usize = 32;

/// The member, as the account stands when the stay is rated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Member {
    /// The tier held at check-out.
    pub tier: TierRank,
}

/// Whether to keep an account of every point. Only a simulation pays for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Explain {
    /// No.
    No,
    /// Yes.
    Yes,
}

/// What became of a stay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It cannot be rated until somebody corrects or completes it.
    Suspended(Suspense),
    /// It was rated, if only with zero.
    Rated(Rating),
}

/// What a stay, or a group of stays, earns.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Rating {
    /// Base points.
    pub base: Points,
    /// Bonus of the member's tier.
    pub bonus: Points,
    /// What was added to reach the programme's minimum for a stay.
    pub top_up: Points,
    /// All points.
    pub total: Points,
    /// Points of balances that are not spent, by the place of the balance.
    pub status: Vec<StatusPoints>,
    /// Nights that the guest slept, each date once, whether they count or not.
    pub nights_slept: u32,
    /// Credits towards a tier.
    pub nights: NightCredits,
    /// What the stay adds to the member's counters, one entry for each period to which something belongs.
    pub contributions: Vec<Contribution>,
    /// Whether the stay keeps the account active.
    pub activity: bool,
    /// Why the stay, or parts of it, earned nothing.
    pub reasons: Vec<Reason>,
    /// An account of every point, when asked for.
    pub explanation: Vec<Explained>,
}

/// Points of a balance that is not spent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct StatusPoints {
    /// Place of the balance in the definition.
    pub balance: u8,
    /// The points.
    pub points: Points,
}

/// Why a rating could not be made. The stay is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RatingError {
    /// No stay, or more than are rated as one.
    #[error("a rating takes 1 to {GROUP_STAYS_MAX} stays, and got {got}")]
    GroupSize {
        /// How many there were.
        got: usize,
    },
    /// The stays are not of one member in one programme and one hotel.
    #[error("stays of different members, programmes or hotels cannot be rated as one")]
    GroupMixed,
    /// An amount left its range.
    #[error(transparent)]
    Overflow(#[from] Overflow),
    /// An amount could not be exchanged.
    #[error(transparent)]
    Exchange(#[from] ExchangeError),
}

impl RatingError {
    /// The stable code of the refusal.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::GroupSize { .. } => "RATING_GROUP_SIZE",
            Self::GroupMixed => "RATING_GROUP_MIXED",
            Self::Overflow(_) | Self::Exchange(ExchangeError::Overflow(_)) => "RATING_OVERFLOW",
            Self::Exchange(ExchangeError::RateMissing { .. }) => "EXCHANGE_RATE_MISSING",
        }
    }
}
