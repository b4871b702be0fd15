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
