//! What points are worth when they are spent.

use super::programme::{Definition, TierRank};
use crate::units::{Money, Overflow, Points, Rational, Rounding};

/// Why a redemption is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RedemptionRefusal {
    /// The programme offers no redemption for money's worth.
    #[error("the programme offers no redemption")]
    NotOffered,
    /// Fewer points than the programme allows.
    #[error("{points} points are below the minimum of {minimum}")]
    BelowMinimum {
        /// Points to redeem.
        points: Points,
        /// The minimum.
        minimum: Points,
    },
    /// Not a multiple of the increment.
    #[error("{points} points are not a multiple of {increment}")]
    Increment {
        /// Points to redeem.
        points: Points,
        /// The increment.
        increment: Points,
    },
    /// The worth left its range.
    #[error(transparent)]
    Overflow(#[from] Overflow),
}

impl RedemptionRefusal {
    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotOffered => "REDEMPTION_NOT_OFFERED",
            Self::BelowMinimum { .. } => "REDEMPTION_BELOW_MINIMUM",
            Self::Increment { .. } => "REDEMPTION_INCREMENT",
            Self::Overflow(_) => "REDEMPTION_OVERFLOW",
        }
    }
}

/// The worth of points for a member of a tier, in the programme's currency. A fraction of the smallest unit is dropped.
pub fn redemption_worth(definition: &Definition, tier: TierRank, points: Points) -> Result<Money, RedemptionRefusal> {
    let rules = definition.redemption.as_ref().ok_or(RedemptionRefusal::NotOffered)?;
    if points.is_zero() || points < rules.minimum {
        return Err(RedemptionRefusal::BelowMinimum { points, minimum: rules.minimum });
    }
    if let Some(increment) = rules.increment.filter(|increment| !points.is_multiple_of(*increment)) {
        return Err(RedemptionRefusal::Increment { points, increment });
    }
    let reached = |name: &String| definition.tiers.rank_of(name).is_some_and(|rank| tier >= rank);
    let better = rules
        .better
        .iter()
        .filter(|better| better.from_tier.as_ref().is_none_or(reached) && points >= better.from_points);
    let value = better.map(|better| better.value).fold(rules.value, Rational::max);
    let units = Rational::integer(definition.currency.minor_units().unwrap_or(1));
    let minor = Rational::integer(points.posting()).checked_mul(value)?.checked_mul(units)?;
    Ok(Money::new(minor.round(Rounding::Floor), definition.currency))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::programme::{BetterValue, RedemptionRules, shipped};

    fn points(value: u64) -> Points {
        Points::new(value).unwrap()
    }

    fn textbook() -> Definition {
        Definition::from_toml(shipped().find(|(id, _)| *id == "textbook").unwrap().1).unwrap()
    }

    #[test]
    fn a_thousand_textbook_points_are_worth_a_hundred() {
        let worth = redemption_worth(&textbook(), TierRank(0), points(1000)).unwrap();
        assert_eq!(worth.to_string(), "100.00 USD");
    }

    #[test]
    fn the_best_worth_among_tier_and_quantity_counts() {
        let mut definition = textbook();
        let better = |from_tier: Option<&str>, from_points, value: &str| BetterValue {
            from_tier: from_tier.map(str::to_owned),
            from_points: points(from_points),
            value: value.parse().unwrap(),
        };
        definition.redemption = Some(RedemptionRules {
            value: "0.1".parse().unwrap(),
            better: vec![
                better(Some("Gold"), 0, "0.12"),
                better(None, 5000, "0.11"),
                better(Some("Gold"), 5000, "0.15"),
            ],
            minimum: points(100),
            increment: Some(points(100)),
        });
        definition.validate().unwrap();
        let gold = definition.tiers.rank_of("Gold").unwrap();
        for (tier, amount, minor) in [
            (TierRank(0), 1000, 10_000),
            (gold, 1000, 12_000),
            (TierRank(0), 5000, 55_000),
            (gold, 5000, 75_000),
            (TierRank(3), 5000, 75_000),
        ] {
            assert_eq!(redemption_worth(&definition, tier, points(amount)).unwrap().minor, minor);
        }
        for (amount, code) in
            [(0, "REDEMPTION_BELOW_MINIMUM"), (99, "REDEMPTION_BELOW_MINIMUM"), (150, "REDEMPTION_INCREMENT")]
        {
            assert_eq!(redemption_worth(&definition, gold, points(amount)).unwrap_err().code(), code);
        }
        definition.redemption = None;
        assert_eq!(redemption_worth(&definition, gold, points(100)).unwrap_err().code(), "REDEMPTION_NOT_OFFERED");
    }

    #[test]
    fn redeemable_steps_of_a_published_programme_have_their_published_worth() {
        // Accor: 2,000 points are worth EUR 40, in steps of 2,000.
        let mut definition = textbook();
        definition.currency = "EUR".parse().unwrap();
        definition.redemption = Some(RedemptionRules {
            value: "0.02".parse().unwrap(),
            better: Vec::new(),
            minimum: points(2000),
            increment: Some(points(2000)),
        });
        for (amount, minor) in [(2000, 4000), (4000, 8000)] {
            assert_eq!(redemption_worth(&definition, TierRank(0), points(amount)).unwrap().minor, minor);
        }
        assert!(redemption_worth(&definition, TierRank(0), points(4540)).is_err());
    }
}
