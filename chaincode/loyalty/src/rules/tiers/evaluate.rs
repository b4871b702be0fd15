//! The tier that counters earn.

use serde::{Deserialize, Serialize};

use super::counters::{Counters, SPEND_STEP_MINOR, Tally};
use crate::rules::programme::{Definition, Predicate, TierRank, Validity};
use crate::units::{Date, NightCredits, Overflow, Rational};

/// The tier that a member holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Standing {
    /// Its rank in the version of the programme that judged it.
    pub rank: TierRank,
    /// Last day on which it is held; `None` for ever, as the first tier is.
    pub valid_until: Option<Date>,
}

/// How a standing came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// As before.
    Kept,
    /// A higher tier.
    Raised,
    /// The same tier for longer.
    Renewed,
    /// A lower tier, after the validity ended.
    Lowered,
}

/// A judgement of a member's tier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decision {
    /// The tier from now on.
    pub standing: Standing,
    /// How it differs.
    pub change: Change,
}

/// The tier that a member holds on a date, which is not before the last one on which the account changed.
///
/// Counters are judged for the window of the date and, where years count, for the year before it, so that a stay reported
/// after the new year still raises the tier that it earned.
pub fn evaluate(
    definition: &Definition,
    counters: &Counters,
    current: Standing,
    as_of: Date,
) -> Result<Decision, Overflow> {
    let held = |standing: Standing| standing.valid_until.is_none_or(|until| as_of <= until);
    let mut best = if held(current) { current } else { Standing::default() };
    for anchor in anchors(definition, as_of)? {
        if let Some(rank) = highest_met(definition, counters, anchor)? {
            let earned = Standing { rank, valid_until: valid_until(definition.tiers.validity, anchor)? };
            let better = (earned.rank, end(earned)) > (best.rank, end(best));
            if held(earned) && better {
                best = earned;
            }
        }
    }
    let change = match best.rank.cmp(&current.rank) {
        std::cmp::Ordering::Greater => Change::Raised,
        std::cmp::Ordering::Less => Change::Lowered,
        std::cmp::Ordering::Equal if best == current => Change::Kept,
        std::cmp::Ordering::Equal => Change::Renewed,
    };
    Ok(Decision { standing: best, change })
}

/// The dates whose windows can earn a tier that still holds.
fn anchors(definition: &Definition, as_of: Date) -> Result<impl Iterator<Item = Date>, Overflow> {
    let year_before =
        if definition.tiers.counts_calendar_years() { Some(as_of.year_end().add_years(-1)?) } else { None };
    Ok([Some(as_of), year_before].into_iter().flatten())
}

fn highest_met(definition: &Definition, counters: &Counters, anchor: Date) -> Result<Option<TierRank>, Overflow> {
    let judge = Judge { definition, counters, anchor };
    let tally = counters.within(definition.tiers.window, anchor)?;
    for (rank, predicate) in definition.tiers.reachable().rev() {
        if judge.is_met(predicate, &tally)? {
            return Ok(Some(rank));
        }
    }
    Ok(None)
}

/// Judges conditions for the windows of one date.
struct Judge<'a> {
    definition: &'a Definition,
    counters: &'a Counters,
    anchor: Date,
}

impl Judge<'_> {
    /// Whether a condition is met by a tally; one over another window has a tally of its own.
    fn is_met(&self, predicate: &Predicate, tally: &Tally) -> Result<bool, Overflow> {
        match predicate {
            Predicate::All(parts) => parts.iter().try_fold(true, |met, part| Ok(met && self.is_met(part, tally)?)),
            Predicate::Any(parts) => parts.iter().try_fold(false, |met, part| Ok(met || self.is_met(part, tally)?)),
            Predicate::Within { window, of } => self.is_met(of, &*self.counters.within(*window, self.anchor)?),
            leaf => {
                let (have, need) = measure(self.definition, leaf, tally)?;
                Ok(have >= need)
            }
        }
    }
}

/// What a member has and needs for one condition, in the condition's unit. A combination of conditions has neither.
pub(super) fn measure(
    definition: &Definition,
    condition: &Predicate,
    tally: &Tally,
) -> Result<(Rational, Rational), Overflow> {
    let nights = |credits: NightCredits| Rational::from(credits);
    Ok(match condition {
        Predicate::Nights(need) => (nights(tally.nights), nights(*need)),
        Predicate::Stays(need) => (Rational::integer(i64::from(tally.stays)), Rational::integer(i64::from(*need))),
        Predicate::Spend(need) => {
            let step = Rational::new(SPEND_STEP_MINOR, definition.currency.minor_units().unwrap_or(1))?;
            (Rational::integer(tally.spend_steps).checked_mul(step)?, *need)
        }
        Predicate::Points { balance, at_least } => {
            let have = definition.balance_index(balance).map_or(0, |place| tally.points_of(place));
            (Rational::integer(have), Rational::integer(at_least.posting()))
        }
        Predicate::All(_) | Predicate::Any(_) | Predicate::Within { .. } => (Rational::ZERO, Rational::ZERO),
    })
}

fn valid_until(validity: Validity, reached: Date) -> Result<Option<Date>, Overflow> {
    match validity {
        Validity::Unlimited => Ok(None),
        Validity::Months(months) => reached.add_months(i32::from(months)).map(Some),
        Validity::CalendarYears { years, months } => {
            let end = reached.year_end().add_years(i32::from(years))?;
            end.add_months(i32::from(months)).map(Some)
        }
    }
}

/// Orders ends of validity: no end is later than every date.
fn end(standing: Standing) -> (bool, Option<Date>) {
    (standing.valid_until.is_none(), standing.valid_until)
}
