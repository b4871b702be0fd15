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

impl Standing {
    /// Whether it is still held on a date.
    pub fn is_held_on(self, date: Date) -> bool {
        self.valid_until.is_none_or(|until| date <= until)
    }

    /// Whether it is of a higher tier, or of the same for longer.
    pub fn is_above(self, other: Self) -> bool {
        (self.rank, end(self)) > (other.rank, end(other))
    }
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
    let mut best = landed(definition, current, as_of)?;
    let mut offer = |standing: Standing| {
        if standing.is_held_on(as_of) && standing.is_above(best) {
            best = standing;
        }
    };
    for anchor in anchors(definition, as_of)? {
        if let Some(rank) = highest_met(definition, counters, anchor)? {
            offer(Standing { rank, valid_until: valid_until(definition.tiers.validity, anchor)? });
        }
    }
    if let Some(rank) = highest_for_ever(definition, counters, as_of)? {
        offer(Standing { rank, valid_until: None });
    }
    if let Some(challenge) = counters.challenge.as_ref().filter(|challenge| challenge.is_met())
        && let Some(rank) = definition.tiers.rank_of(&challenge.tier)
    {
        offer(Standing { rank, valid_until: Some(challenge.keeps_until) });
    }
    Ok(Decision { standing: best, change: change_of(current, best) })
}

/// Judges a tier, and counts the calendar years in which it was held where some tier asks for them: that of the date, and
/// those since the latest that is counted.
pub fn judge(
    definition: &Definition,
    counters: &mut Counters,
    current: Standing,
    as_of: Date,
) -> Result<Decision, Overflow> {
    let tiers = &definition.tiers;
    if !tiers.counts_held_years() {
        return evaluate(definition, counters, current, as_of);
    }
    let mut passed = Some(current);
    while let Some(standing) = passed {
        let last = standing.valid_until.map_or(as_of, |until| until.min(as_of));
        counters.held_years.note(tiers, standing.rank, last.year());
        passed = if standing.is_held_on(as_of) { None } else { next_lower(definition, standing)? };
    }
    let first = evaluate(definition, counters, current, as_of)?.standing;
    counters.held_years.note(tiers, first.rank, as_of.year());
    // The year that was just counted may be the last that was missing.
    let last = evaluate(definition, counters, first, as_of)?.standing;
    counters.held_years.note(tiers, last.rank, as_of.year());
    Ok(Decision { standing: last, change: change_of(current, last) })
}

/// What is left of a standing on a date: itself, what the programme's soft landing leads to, or the first tier.
fn landed(definition: &Definition, current: Standing, as_of: Date) -> Result<Standing, Overflow> {
    let mut left = current;
    while !left.is_held_on(as_of) {
        match next_lower(definition, left)? {
            Some(lower) => left = lower,
            None => return Ok(Standing::default()),
        }
    }
    Ok(left)
}

/// Where a standing that has ended lands softly: one tier lower, from its end on.
fn next_lower(definition: &Definition, ended: Standing) -> Result<Option<Standing>, Overflow> {
    let lower = ended.rank.0.checked_sub(1).map(TierRank).filter(|rank| *rank > TierRank::default());
    let (Some(rank), Some(months), Some(end)) = (lower, definition.tiers.soft_landing_months, ended.valid_until) else {
        return Ok(None);
    };
    let until = end.add_months(i32::from(months))?;
    // The end of a month stays one.
    let until = if end == end.month_end() { until.month_end() } else { until };
    Ok(Some(Standing { rank, valid_until: Some(until) }))
}

/// The dates whose windows can earn a tier that still holds.
fn anchors(definition: &Definition, as_of: Date) -> Result<impl Iterator<Item = Date>, Overflow> {
    let year_before =
        if definition.tiers.counts_calendar_years() { Some(as_of.year_end().add_years(-1)?) } else { None };
    Ok([Some(as_of), year_before].into_iter().flatten())
}

fn highest_met(definition: &Definition, counters: &Counters, anchor: Date) -> Result<Option<TierRank>, Overflow> {
    let judge = Judge { definition, counters, anchor };
    let tally = counters.counted(&definition.tiers, definition.tiers.window, anchor)?;
    for (rank, predicate) in definition.tiers.reachable().rev() {
        if judge.is_met(predicate, &tally)? {
            return Ok(Some(rank));
        }
    }
    Ok(None)
}

fn highest_for_ever(definition: &Definition, counters: &Counters, anchor: Date) -> Result<Option<TierRank>, Overflow> {
    let judge = Judge { definition, counters, anchor };
    for (rank, predicate) in definition.tiers.for_ever().rev() {
        if judge.is_met(predicate, &counters.lifetime)? {
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
            Predicate::Within { window, of } => {
                self.is_met(of, &*self.counters.counted(&self.definition.tiers, *window, self.anchor)?)
            }
            // What nearly every condition asks for needs no ratio to compare.
            Predicate::Nights(need) => Ok(tally.nights >= *need),
            Predicate::Stays(need) => Ok(i64::from(tally.stays) >= i64::from(*need)),
            leaf => {
                let (have, need) = measure(self.definition, self.counters, leaf, tally)?;
                Ok(have >= need)
            }
        }
    }
}

/// What a member has and needs for one condition, in the condition's unit. A combination of conditions has neither.
pub(super) fn measure(
    definition: &Definition,
    counters: &Counters,
    condition: &Predicate,
    tally: &Tally,
) -> Result<(Rational, Rational), Overflow> {
    let nights = |credits: NightCredits| Rational::from(credits);
    let whole = |count: i64| Rational::integer(count);
    let points = |balance: &str| definition.balance_index(balance).map_or(0, |place| tally.points_of(place));
    Ok(match condition {
        Predicate::Nights(need) => (nights(tally.nights), nights(*need)),
        Predicate::Stays(need) => (whole(i64::from(tally.stays)), whole(i64::from(*need))),
        Predicate::Spend(need) => (spend(definition, tally)?, *need),
        Predicate::Points { balance, at_least } => (whole(points(balance)), whole(at_least.posting())),
        Predicate::Brands(need) => {
            let brands = i64::try_from(tally.brands()).map_err(|_| Overflow)?;
            (whole(brands), whole(i64::from(*need)))
        }
        Predicate::Ratio { balance, times, at_least } => {
            let spent = spend(definition, tally)?;
            let have = match spent.is_positive() {
                true => whole(points(balance)).checked_div(spent)?.checked_mul(*times)?,
                false => Rational::ZERO,
            };
            (have, *at_least)
        }
        Predicate::YearsAtTier { tier, at_least } => {
            let years = counters.held_years.at_least(&definition.tiers, tier);
            (whole(i64::from(years)), whole(i64::from(*at_least)))
        }
        Predicate::All(_) | Predicate::Any(_) | Predicate::Within { .. } => (Rational::ZERO, Rational::ZERO),
    })
}

/// Qualifying spend in units of the programme's currency.
fn spend(definition: &Definition, tally: &Tally) -> Result<Rational, Overflow> {
    let step = Rational::new(SPEND_STEP_MINOR, definition.currency.minor_units().unwrap_or(1))?;
    Rational::integer(tally.spend_steps).checked_mul(step)
}

fn change_of(before: Standing, after: Standing) -> Change {
    match after.rank.cmp(&before.rank) {
        std::cmp::Ordering::Greater => Change::Raised,
        std::cmp::Ordering::Less => Change::Lowered,
        std::cmp::Ordering::Equal if after == before => Change::Kept,
        std::cmp::Ordering::Equal => Change::Renewed,
    }
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
