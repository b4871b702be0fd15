//! How often a member was rewarded for what a programme rewards only so often.

use super::programme::{ActivityLimit, Period};
use crate::units::Date;

/// Uses of limited activities, one entry for each, of its latest period only.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ActivityUses {
    /// The uses, in no order. There are never more than the programme has activities.
    pub uses: Vec<ActivityUse>,
}

/// Uses of one activity in one period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActivityUse {
    /// Name of the activity.
    pub activity: String,
    /// Number of the period: a month's running number, a year, or zero for ever.
    pub period: i32,
    /// How often.
    pub times: u16,
}

impl ActivityUses {
    /// Counts one use on a day; `false` when the limit is reached, and nothing is counted then. A use in a period before
    /// the latest one is counted in that: what has been seen is not forgotten.
    #[must_use]
    pub fn count(&mut self, activity: &str, limit: ActivityLimit, day: Date) -> bool {
        let period = number(limit.per, day);
        let at = self.uses.iter().position(|used| used.activity == activity).unwrap_or_else(|| {
            self.uses.push(ActivityUse { activity: activity.to_owned(), period, times: 0 });
            self.uses.len() - 1
        });
        let used = &mut self.uses[at];
        if period > used.period {
            *used = ActivityUse { activity: activity.to_owned(), period, times: 0 };
        }
        let allowed = used.times < limit.times;
        if allowed {
            used.times += 1;
        }
        allowed
    }

    /// Adds what another account of the same person has used up.
    pub fn merge(&mut self, other: &Self) {
        for used in &other.uses {
            match self.uses.iter_mut().find(|kept| kept.activity == used.activity) {
                Some(kept) if kept.period == used.period => kept.times = kept.times.saturating_add(used.times),
                Some(kept) if kept.period < used.period => *kept = used.clone(),
                Some(_) => {}
                None => self.uses.push(used.clone()),
            }
        }
    }
}

fn number(period: Period, day: Date) -> i32 {
    match period {
        Period::Month => day.month_index(),
        Period::Year => day.year(),
        Period::Ever => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_activity_is_rewarded_so_often_in_a_period() {
        let date = |text: &str| text.parse::<Date>().unwrap();
        for (per, second, allowed) in [
            (Period::Month, "2016-01-31", false),
            (Period::Month, "2016-02-01", true),
            (Period::Year, "2016-12-31", false),
            (Period::Year, "2017-01-01", true),
            (Period::Year, "2015-12-31", false),
            (Period::Ever, "2099-01-01", false),
        ] {
            let limit = ActivityLimit { times: 1, per };
            let mut uses = ActivityUses::default();
            assert!(uses.count("review", limit, date("2016-01-15")));
            assert_eq!(uses.count("review", limit, date(second)), allowed, "{per:?} {second}");
            assert!(uses.count("survey", limit, date(second)), "activities are counted apart");
        }
    }
}
