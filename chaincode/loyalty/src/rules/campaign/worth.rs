//! What the part of a stay or a purchase that a campaign covers is worth.

use super::definition::{Campaign, EachStay, Gives};
use crate::rules::programme::Definition;
use crate::rules::rating::Share;
use crate::rules::tiers::SPEND_STEP_MINOR;
use crate::units::{Overflow, Points, Rational, Rounding};

/// What a campaign makes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Worth {
    /// So many points.
    Points(Points),
    /// So much is counted towards the next step: steps of spend, or points.
    Counted(i64),
}

impl Campaign {
    /// What a share is worth. `earned` is what the whole stay or purchase earned by the programme's definition.
    pub fn worth(&self, definition: &Definition, share: &Share, earned: Points) -> Result<Worth, Overflow> {
        Ok(match self.gives {
            Gives::Each(gives) => Worth::Points(gives.points(definition, share)?),
            Gives::PointsSteps(_) => Worth::Counted(earned.posting()),
            Gives::SpendSteps(_) => {
                let steps = share.spend.checked_div(Rational::integer(SPEND_STEP_MINOR))?;
                Worth::Counted(steps.round(Rounding::HalfUp))
            }
        })
    }

    /// How many points a member has reached by steps who has counted so much.
    pub fn reached(&self, definition: &Definition, counted: i64) -> Result<Points, Overflow> {
        let (steps, unit) = match self.gives {
            Gives::Each(_) => return Ok(Points::ZERO),
            Gives::PointsSteps(steps) => (steps, Rational::ONE),
            Gives::SpendSteps(steps) => {
                let minor_units = definition.currency.minor_units().unwrap_or(1);
                (steps, Rational::new(SPEND_STEP_MINOR, minor_units)?)
            }
        };
        let exact = Rational::integer(counted.max(0)).checked_mul(unit)?.checked_div(steps.every)?;
        let whole = exact.round(Rounding::Floor);
        let reached = steps.most.map_or(whole, |most| whole.min(i64::from(most)));
        let points = reached.checked_mul(steps.points.posting()).ok_or(Overflow)?;
        let points = Points::from_posting_or_zero(points);
        Ok(self.caps.points.map_or(points, |cap| points.min(cap)))
    }
}

impl EachStay {
    /// The points for a share, rounded as the programme rounds.
    pub fn points(&self, definition: &Definition, share: &Share) -> Result<Points, Overflow> {
        let percent = Rational::integer(share.base.posting()).checked_mul(self.percent)?;
        let part = percent.checked_div(Rational::HUNDRED)?.round(definition.calculation.rounding);
        let nights = self.per_night.get().checked_mul(u64::from(share.nights)).ok_or(Overflow)?;
        Points::from_posting_or_zero(part).checked_add(Points::new(nights)?)?.checked_add(self.per_stay)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::campaign::{Caps, Steps, example_campaigns};
    use crate::rules::programme::shipped;

    fn textbook() -> Definition {
        Definition::from_toml(shipped().find(|(id, _)| *id == "textbook").unwrap().1).unwrap()
    }

    fn points(value: u64) -> Points {
        Points::new(value).unwrap()
    }

    #[test]
    fn the_parts_for_each_stay_add_up_and_the_percentage_is_rounded_as_the_programme_says() {
        let share = Share { eligible: true, base: points(999), nights: 3, spend: Rational::ZERO };
        for (percent, per_night, per_stay, expected) in [
            ("100", 0, 0, 999),
            ("50", 0, 0, 499),
            ("0", 10, 0, 30),
            ("0", 0, 7, 7),
            ("0.1", 1, 1, 4),
            ("10000", 0, 0, 99_900),
        ] {
            let (per_night, per_stay) = (points(per_night), points(per_stay));
            let gives = EachStay { percent: percent.parse().unwrap(), per_night, per_stay };
            assert_eq!(gives.points(&textbook(), &share), Ok(points(expected)), "{percent}");
        }
        let most = Share { base: Points::MAX, nights: u32::MAX, ..share };
        let gives = EachStay { percent: Rational::HUNDRED, per_night: points(1), per_stay: points(1) };
        assert_eq!(gives.points(&textbook(), &most), Err(Overflow), "nothing wraps");
    }

    #[test]
    fn steps_are_reached_by_what_is_counted_and_never_fall_below_zero() {
        let (_, text) = example_campaigns().next().unwrap();
        let mut campaign = Campaign::from_toml(text, &textbook()).unwrap();
        let reached = |campaign: &Campaign, counted| campaign.reached(&textbook(), counted).unwrap().get();
        for (counted, expected) in [(-5, 0), (0, 0), (999, 0), (1000, 200), (1999, 200), (5000, 200)] {
            assert_eq!(reached(&campaign, counted), expected, "{counted} dollars");
        }
        let steps = Steps { every: Rational::integer(1000), points: points(200), most: None };
        campaign.gives = Gives::SpendSteps(steps);
        assert_eq!(reached(&campaign, 5999), 1000);
        campaign.caps = Caps { points: Some(points(500)), times: None };
        assert_eq!(reached(&campaign, 5999), 500);
        campaign.gives = Gives::PointsSteps(Steps { every: Rational::integer(2000), ..steps });
        campaign.caps = Caps::default();
        assert_eq!(reached(&campaign, 4000), 400);
        campaign.gives = Gives::PointsSteps(Steps { every: Rational::ONE, ..steps });
        assert_eq!(campaign.reached(&textbook(), i64::MAX), Err(Overflow), "nothing wraps");
    }

    #[test]
    fn spend_is_counted_in_whole_units_and_points_as_they_are() {
        let (_, text) = example_campaigns().next().unwrap();
        let campaign = Campaign::from_toml(text, &textbook()).unwrap();
        let spend = |minor| Share { eligible: true, spend: Rational::integer(minor), ..Share::default() };
        for (minor, counted) in [(12_049, 120), (12_050, 121), (-150, -1), (0, 0)] {
            assert_eq!(campaign.worth(&textbook(), &spend(minor), points(7)), Ok(Worth::Counted(counted)), "{minor}");
        }
        let steps = Campaign { gives: Gives::PointsSteps(campaign.steps().unwrap()), ..campaign };
        assert_eq!(steps.worth(&textbook(), &spend(1), points(7)), Ok(Worth::Counted(7)));
    }
}
