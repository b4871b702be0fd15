//! What an account is to be given beside points, and what is to be taken back.
//!
//! Accounts remember what was given, so that the judgement can be made again at any time and comes out the same: whatever
//! is due and was not given is given, and what was given for nights that were corrected away is taken back.

use super::programme::{BenefitRule, Definition, Occasion};
use super::tiers::{Counters, Standing};
use crate::units::{Date, NightCredits, Overflow};

/// What one rule has given for one period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Granted {
    /// Name of the rule.
    pub rule: String,
    /// The calendar year of the nights, or that in which the tier ends; 0 when there is none.
    pub period: i32,
    /// What was given, one bit for each number of nights, the lowest first.
    pub given: u32,
    /// Of these, what stays whatever becomes of the nights: it was used before they were corrected.
    pub kept: u32,
}

/// Something to give or to take back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due<'a> {
    /// The rule.
    pub rule: &'a BenefitRule,
    /// The period.
    pub period: i32,
    /// Which of the rule's numbers of nights, from 0.
    pub nth: u8,
    /// Whether to give it; otherwise it is to be taken back.
    pub gives: bool,
}

impl Due<'_> {
    /// The bit that stands for it.
    pub const fn bit(&self) -> u32 {
        1 << (self.nth as u32 & 31)
    }

    /// The number of nights for which it is given; zero when it is for something else.
    pub fn nights(&self) -> NightCredits {
        let Occasion::Nights { at, every, .. } = &self.rule.when else { return NightCredits::ZERO };
        let step = every.map_or(0, NightCredits::parts).saturating_mul(i32::from(self.nth));
        NightCredits::from_parts(at.parts().saturating_add(step))
    }
}

/// How many numbers of nights a rule names.
pub fn milestones(at: NightCredits, every: Option<NightCredits>, up_to: Option<NightCredits>) -> u32 {
    reached(at, every, up_to, up_to.unwrap_or(at))
}

/// How many of them are reached.
fn reached(at: NightCredits, every: Option<NightCredits>, up_to: Option<NightCredits>, nights: NightCredits) -> u32 {
    let last = up_to.map_or(nights, |last| last.min(nights));
    if last < at {
        return 0;
    }
    match every.map(NightCredits::parts).filter(|every| *every > 0) {
        Some(every) => (last.parts().saturating_sub(at.parts()) / every).unsigned_abs().saturating_add(1),
        None => 1,
    }
}

/// What is due to an account, in the order of the rules, and what is to be taken back.
pub fn due<'a>(
    definition: &'a Definition,
    counters: &Counters,
    standing: Standing,
    granted: &[Granted],
    day: Date,
) -> Result<Vec<Due<'a>>, Overflow> {
    let mut all = Vec::new();
    for rule in &definition.benefits {
        match &rule.when {
            Occasion::Enrolment => {}
            Occasion::Tier(name) => {
                let period = standing.valid_until.map_or(0, Date::year);
                let holds = definition.tiers.rank_of(name).is_some_and(|rank| standing.rank >= rank);
                if holds && of(granted, &rule.name, period).0 == 0 {
                    all.push(Due { rule, period, nth: 0, gives: true });
                }
            }
            Occasion::Nights { at, every, up_to } => {
                for period in [day.year() - 1, day.year()] {
                    let reached = reached(*at, *every, *up_to, counters.nights_of(period)).min(u32::BITS);
                    let due = u32::try_from((1_u64 << reached) - 1).unwrap_or(u32::MAX);
                    let (given, kept) = of(granted, &rule.name, period);
                    push_bits(&mut all, rule, period, due & !given, true);
                    push_bits(&mut all, rule, period, given & !due & !kept, false);
                }
            }
        }
    }
    Ok(all)
}

/// What is given for enrolling.
pub fn due_for_enrolling(definition: &Definition) -> impl Iterator<Item = Due<'_>> {
    let rules = definition.benefits.iter().filter(|rule| rule.when == Occasion::Enrolment);
    rules.map(|rule| Due { rule, period: 0, nth: 0, gives: true })
}

/// The record after something was given or taken back; `keeps` says that it stays although it is no longer due.
pub fn note(granted: &mut Vec<Granted>, due: &Due<'_>, keeps: bool) {
    let known = |kept: &Granted| kept.period == due.period && kept.rule == due.rule.name;
    let place = granted.iter().position(known).unwrap_or_else(|| {
        granted.push(Granted { rule: due.rule.name.clone(), period: due.period, given: 0, kept: 0 });
        granted.len() - 1
    });
    if let Some(record) = granted.get_mut(place) {
        match (due.gives, keeps) {
            (true, _) => record.given |= due.bit(),
            (false, true) => record.kept |= due.bit(),
            (false, false) => record.given &= !due.bit(),
        }
    }
}

/// Forgets what can neither be given again nor be taken back: years before the last one.
pub fn forget_before(granted: &mut Vec<Granted>, day: Date) {
    granted.retain(|record| record.given != 0 && (record.period == 0 || record.period >= day.year() - 1));
}

/// What two accounts of one person were given, together.
pub fn merge(granted: &mut Vec<Granted>, other: &[Granted]) {
    for record in other {
        match granted.iter_mut().find(|kept| kept.period == record.period && kept.rule == record.rule) {
            Some(kept) => {
                kept.given |= record.given;
                kept.kept |= record.kept;
            }
            None => granted.push(record.clone()),
        }
    }
}

fn of(granted: &[Granted], rule: &str, period: i32) -> (u32, u32) {
    let found = granted.iter().find(|record| record.period == period && record.rule == rule);
    found.map_or((0, 0), |record| (record.given, record.kept))
}

fn push_bits<'a>(all: &mut Vec<Due<'a>>, rule: &'a BenefitRule, period: i32, bits: u32, gives: bool) {
    let nths = (0..32_u8).filter(|nth| bits >> nth & 1 == 1);
    all.extend(nths.map(|nth| Due { rule, period, nth, gives }));
}
