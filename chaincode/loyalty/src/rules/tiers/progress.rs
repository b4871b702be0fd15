//! How far a member is from each tier.

use schemars::JsonSchema;
use serde::Serialize;

use super::counters::Counters;
use super::evaluate::measure;
use crate::rules::programme::{Definition, Predicate, Window};
use crate::units::{Date, Overflow, Rational};

/// How far a member is from a tier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Progress {
    /// Name of the tier.
    pub tier: String,
    /// What must be reached.
    pub condition: Condition,
    /// Whether it is then held for ever.
    pub for_ever: bool,
}

/// A condition, what it needs and what the member has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Condition {
    /// `nights`, `stays`, `spend`, `points`, `brands`, `ratio`, `years_at_tier`, or `all` and `any` of the parts.
    pub what: &'static str,
    /// Whether it is met.
    pub met: bool,
    /// What the member has, for a condition without parts.
    pub have: Option<Rational>,
    /// What is needed, for a condition without parts.
    pub need: Option<Rational>,
    /// The conditions combined.
    pub parts: Vec<Condition>,
}

/// How far the member is from every tier on a date, lowest first; then from holding tiers for ever.
pub fn progress(definition: &Definition, counters: &Counters, as_of: Date) -> Result<Vec<Progress>, Overflow> {
    let mut all = Vec::new();
    let tiers = &definition.tiers;
    let reachable = tiers.reachable().map(|(rank, predicate)| (rank, predicate, tiers.window, false));
    let for_ever = tiers.for_ever().map(|(rank, predicate)| (rank, predicate, Window::Lifetime, true));
    for (rank, predicate, window, for_ever) in reachable.chain(for_ever) {
        let condition = condition(definition, counters, predicate, window, as_of)?;
        all.push(Progress { tier: tiers.name_of(rank).to_owned(), condition, for_ever });
    }
    Ok(all)
}

fn condition(
    definition: &Definition,
    counters: &Counters,
    predicate: &Predicate,
    window: Window,
    as_of: Date,
) -> Result<Condition, Overflow> {
    let parts_of = |parts: &[Predicate]| -> Result<Vec<Condition>, Overflow> {
        parts.iter().map(|part| condition(definition, counters, part, window, as_of)).collect()
    };
    let combined = |what, met, parts| Condition { what, met, have: None, need: None, parts };
    let what = match predicate {
        Predicate::All(parts) => {
            let parts = parts_of(parts)?;
            return Ok(combined("all", parts.iter().all(|part| part.met), parts));
        }
        Predicate::Any(parts) => {
            let parts = parts_of(parts)?;
            return Ok(combined("any", parts.iter().any(|part| part.met), parts));
        }
        Predicate::Within { window, of } => return condition(definition, counters, of, *window, as_of),
        Predicate::Nights(_) => "nights",
        Predicate::Stays(_) => "stays",
        Predicate::Spend(_) => "spend",
        Predicate::Points { .. } => "points",
        Predicate::Brands(_) => "brands",
        Predicate::Ratio { .. } => "ratio",
        Predicate::YearsAtTier { .. } => "years_at_tier",
    };
    let tally = counters.counted(&definition.tiers, window, as_of)?;
    let (have, need) = measure(definition, counters, predicate, &tally)?;
    Ok(Condition { what, met: have >= need, have: Some(have), need: Some(need), parts: Vec::new() })
}
