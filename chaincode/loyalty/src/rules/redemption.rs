//! What points are worth when they are spent.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::programme::{Definition, RedemptionRules, TierRank};
use crate::units::{Currency, Money, Overflow, Points, Rational, Rounding};

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
    /// More points than the channel allows.
    #[error("{points} points are above the maximum of {maximum} a redemption")]
    AboveMaximum {
        /// Points to redeem.
        points: Points,
        /// The maximum.
        maximum: Points,
    },
    /// The bill is in another currency than points are worth something in.
    #[error("points are worth {expected}, and the bill is in {got}: give it in {expected}")]
    BillCurrency {
        /// The programme's currency.
        expected: Currency,
        /// The bill's.
        got: Currency,
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
            Self::AboveMaximum { .. } => "REDEMPTION_ABOVE_MAXIMUM",
            Self::BillCurrency { .. } => "REDEMPTION_BILL_CURRENCY",
            Self::Increment { .. } => "REDEMPTION_INCREMENT",
            Self::Overflow(_) => "REDEMPTION_OVERFLOW",
        }
    }
}

/// Most choices that are listed one by one.
pub const CHOICES_MAX: usize = 50;

/// What a member may redeem against a bill.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Choices {
    /// The amounts that may be chosen, from the least. Where there are more than can be listed, the most is the last; where
    /// any number of points may be chosen, the least and the most are listed.
    pub choices: Vec<Choice>,
    /// Chosen amounts are a multiple of this.
    pub increment: Points,
    /// Whether there are amounts between those listed.
    pub more_between: bool,
}

/// Points, and what they are worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Choice {
    /// The points.
    pub points: Points,
    /// Their worth.
    pub worth: Money,
}

/// Limits of one redemption.
#[derive(Debug, Clone, Copy)]
struct Limits {
    minimum: Points,
    increment: Option<Points>,
    maximum: Option<Points>,
    most_only: bool,
}

/// The worth of points for a member of a tier, in the programme's currency. A fraction of the smallest unit is dropped.
pub fn redemption_worth(definition: &Definition, tier: TierRank, points: Points) -> Result<Money, RedemptionRefusal> {
    redemption_worth_by(definition, tier, points, None)
}

/// The worth of points that are redeemed on a channel.
pub fn redemption_worth_by(
    definition: &Definition,
    tier: TierRank,
    points: Points,
    channel: Option<&str>,
) -> Result<Money, RedemptionRefusal> {
    let rules = definition.redemption.as_ref().ok_or(RedemptionRefusal::NotOffered)?;
    let limits = Limits::of(rules, channel);
    if points.is_zero() || points < limits.minimum {
        return Err(RedemptionRefusal::BelowMinimum { points, minimum: limits.minimum });
    }
    if let Some(maximum) = limits.maximum.filter(|maximum| points > *maximum) {
        return Err(RedemptionRefusal::AboveMaximum { points, maximum });
    }
    if let Some(increment) = limits.increment.filter(|increment| !points.is_multiple_of(*increment)) {
        return Err(RedemptionRefusal::Increment { points, increment });
    }
    Ok(worth(definition, rules, tier, points)?)
}

/// What a member of a tier may redeem on a channel: never more than there is to spend, nor than the bill.
pub fn choices(
    definition: &Definition,
    tier: TierRank,
    balance: Points,
    bill: Option<Money>,
    channel: Option<&str>,
) -> Result<Choices, RedemptionRefusal> {
    let rules = definition.redemption.as_ref().ok_or(RedemptionRefusal::NotOffered)?;
    if let Some(bill) = bill.filter(|bill| bill.currency != definition.currency) {
        return Err(RedemptionRefusal::BillCurrency { expected: definition.currency, got: bill.currency });
    }
    let limits = Limits::of(rules, channel);
    let step = limits.increment.map_or(1, Points::get).max(1);
    let most = limits.maximum.map_or(balance, |maximum| maximum.min(balance)).get() / step;
    let fits = |steps: u64| {
        let worth = Points::new(steps.saturating_mul(step)).and_then(|points| worth(definition, rules, tier, points));
        worth.is_ok_and(|worth| bill.is_none_or(|bill| worth.minor <= bill.minor))
    };
    let (least, most) = (limits.minimum.get().div_ceil(step).max(1), last_that_fits(most, fits));
    let increment = Points::new(step)?;
    if least > most {
        return Ok(Choices { increment, ..Choices::default() });
    }
    let listed: Vec<u64> = match limits.increment {
        _ if limits.most_only => vec![most],
        Some(_) => (least..most).take(CHOICES_MAX - 1).chain([most]).collect(),
        None if least == most => vec![most],
        None => vec![least, most],
    };
    let more_between = !limits.most_only && u64::try_from(listed.len()).is_ok_and(|listed| listed <= most - least);
    let choices = listed.into_iter().map(|steps| {
        let points = Points::new(steps.checked_mul(step).ok_or(Overflow)?)?;
        Ok(Choice { points, worth: worth(definition, rules, tier, points)? })
    });
    Ok(Choices { choices: choices.collect::<Result<_, Overflow>>()?, increment, more_between })
}

impl Limits {
    /// Those of the channel, where the programme has any, or else those of all channels.
    fn of(rules: &RedemptionRules, channel: Option<&str>) -> Self {
        let own = channel.and_then(|channel| rules.by_channel.iter().find(|limits| limits.channels.admits(channel)));
        match own {
            Some(own) => {
                Self { minimum: own.minimum, increment: own.increment, maximum: own.maximum, most_only: own.most_only }
            }
            None => Self { minimum: rules.minimum, increment: rules.increment, maximum: None, most_only: false },
        }
    }
}

fn worth(definition: &Definition, rules: &RedemptionRules, tier: TierRank, points: Points) -> Result<Money, Overflow> {
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

/// The largest number up to `most` that fits, where more never fits when less does not. Worth rises with points.
fn last_that_fits(most: u64, fits: impl Fn(u64) -> bool) -> u64 {
    let (mut known, mut beyond) = (0, most.saturating_add(1));
    while beyond - known > 1 {
        let middle = known + (beyond - known) / 2;
        if fits(middle) { known = middle } else { beyond = middle }
    }
    known
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
            by_channel: Vec::new(),
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
            by_channel: Vec::new(),
        });
        for (amount, minor) in [(2000, 4000), (4000, 8000)] {
            assert_eq!(redemption_worth(&definition, TierRank(0), points(amount)).unwrap().minor, minor);
        }
        assert!(redemption_worth(&definition, TierRank(0), points(4540)).is_err());
    }

    #[test]
    fn choices_stay_within_balance_bill_and_what_the_channel_allows() {
        let definition = Definition::from_toml(shipped().find(|(id, _)| *id == "accor-all").unwrap().1).unwrap();
        let euros = |minor| Some(Money::new(minor, "EUR".parse().unwrap()));
        for (balance, bill, channel, expected) in [
            (4_540, euros(9_000), Some("web"), &[(2_000, 4_000), (4_000, 8_000)][..]),
            (4_540, euros(9_000), None, &[(2_000, 4_000), (4_000, 8_000)]),
            (4_540, euros(7_999), Some("web"), &[(2_000, 4_000)]),
            (4_540, euros(3_999), Some("web"), &[]),
            (1_999, None, Some("web"), &[]),
            (6_000, None, Some("app"), &[(2_000, 4_000), (4_000, 8_000), (6_000, 12_000)]),
            // Elsewhere the most is taken.
            (5_540, euros(11_000), Some("agency"), &[(4_000, 8_000)]),
        ] {
            let found = choices(&definition, TierRank(0), points(balance), bill, channel).unwrap();
            let found: Vec<_> = found.choices.iter().map(|choice| (choice.points.get(), choice.worth.minor)).collect();
            assert_eq!(found, expected, "{balance} {bill:?} {channel:?}");
        }
        let dollars = Some(Money::new(1, "USD".parse().unwrap()));
        let refused = choices(&definition, TierRank(0), points(4_540), dollars, None).unwrap_err();
        assert_eq!(refused.code(), "REDEMPTION_BILL_CURRENCY");
        let too_much = redemption_worth_by(&definition, TierRank(0), points(1_002_000), Some("web")).unwrap_err();
        assert_eq!(too_much.code(), "REDEMPTION_ABOVE_MAXIMUM");
    }

    #[test]
    fn choices_without_end_are_cut_and_say_so() {
        let accor = Definition::from_toml(shipped().find(|(id, _)| *id == "accor-all").unwrap().1).unwrap();
        let many = choices(&accor, TierRank(0), points(900_000), None, Some("web")).unwrap();
        let last = many.choices.last().unwrap();
        assert_eq!((many.choices.len(), last.points.get(), many.more_between), (CHOICES_MAX, 900_000, true));
        let free = choices(&textbook(), TierRank(0), points(1_000), None, None).unwrap();
        let amounts: Vec<_> = free.choices.iter().map(|choice| choice.points.get()).collect();
        assert_eq!((amounts.as_slice(), free.more_between, free.increment.get()), (&[1, 1_000][..], true, 1));
        // Points beyond what money can express are not offered.
        let all = choices(&textbook(), TierRank(0), Points::MAX, None, None).unwrap();
        assert_eq!(all.choices.last().unwrap().worth.minor, i64::MAX - i64::MAX % 10);
        assert_eq!(choices(&textbook(), TierRank(0), Points::ZERO, None, None).unwrap().choices, []);
    }
}
