//! Why a member cannot have an item, or a programme cannot offer it.

use crate::units::{Date, Money, Points};

/// Why a member cannot have an item.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ItemRefusal {
    /// It cannot be offered like this.
    #[error("the item cannot be offered: {key} {rule}")]
    Invalid {
        /// What is wrong.
        key: &'static str,
        /// The rule that it breaks.
        rule: String,
    },
    /// Not on this day.
    #[error("the item is not offered on {day}")]
    NotOffered {
        /// The day.
        day: Date,
    },
    /// The member's tier is too low.
    #[error("the item is for members from tier {tier} on")]
    Tier {
        /// The lowest tier.
        tier: String,
    },
    /// Somebody else gives it.
    #[error("the item is given by {by}")]
    NotGivenHere {
        /// Who gives it.
        by: String,
    },
    /// It has no such price.
    #[error("the item does not cost {points} points{}", and_cash(.cash))]
    PriceDiffers {
        /// Points offered.
        points: Points,
        /// Money offered.
        cash: Option<Money>,
    },
}

impl ItemRefusal {
    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Invalid { .. } => "REWARD_ITEM_INVALID",
            Self::NotOffered { .. } => "REWARD_ITEM_NOT_OFFERED",
            Self::Tier { .. } => "REWARD_TIER_TOO_LOW",
            Self::NotGivenHere { .. } => "REWARD_NOT_GIVEN_HERE",
            Self::PriceDiffers { .. } => "REWARD_PRICE_DIFFERS",
        }
    }
}

fn and_cash(cash: &Option<Money>) -> String {
    cash.map_or_else(String::new, |cash| format!(" and {cash}"))
}
