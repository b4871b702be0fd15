//! How many calendar years a member has spent in each tier.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::rules::programme::{TierRank, TierRules};

/// Calendar years by the highest tier that was held in each. There are no more entries than tiers ever were.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HeldYears {
    /// The latest year that is counted; 0 before the first.
    pub through: i32,
    /// The tier for which that year is counted; empty for the first tier, which is not counted.
    pub latest: String,
    /// How many years are counted for a tier, in order of its name.
    pub tiers: Vec<TierYears>,
}

/// Years in which a tier was the highest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TierYears {
    /// Name of the tier.
    pub tier: String,
    /// How many.
    pub years: u16,
}

impl HeldYears {
    /// Years in which a tier, or a higher one, was held.
    pub fn at_least(&self, tiers: &TierRules, name: &str) -> u16 {
        let Some(lowest) = tiers.rank_of(name) else { return 0 };
        let high_enough = |kept: &&TierYears| tiers.rank_of(&kept.tier).is_some_and(|rank| rank >= lowest);
        self.tiers.iter().filter(high_enough).fold(0, |sum, kept| sum.saturating_add(kept.years))
    }

    /// Notes that a tier was held from the latest year that is counted up to `year`. A year counts for the highest tier
    /// that was held in it.
    pub(super) fn note(&mut self, tiers: &TierRules, rank: TierRank, year: i32) {
        let name = if rank == TierRank::default() { "" } else { tiers.name_of(rank) };
        if self.through == 0 {
            self.through = year - 1;
        }
        if year > self.through {
            // An account that rests for longer than this is none.
            let years = u16::try_from(year - self.through).unwrap_or(u16::MAX);
            self.change(name, |counted| counted.saturating_add(years));
            (self.through, self.latest) = (year, name.to_owned());
        } else if year == self.through && rank > tiers.rank_of(&self.latest).unwrap_or_default() {
            let before = std::mem::replace(&mut self.latest, name.to_owned());
            self.change(&before, |counted| counted.saturating_sub(1));
            self.change(name, |counted| counted.saturating_add(1));
        }
    }

    /// Takes what another account of the same person has, where it is more: years may be the same years.
    pub(super) fn merge(&mut self, other: &Self) {
        for kept in &other.tiers {
            self.change(&kept.tier, |counted| counted.max(kept.years));
        }
        if other.through > self.through {
            (self.through, self.latest) = (other.through, other.latest.clone());
        }
    }

    fn change(&mut self, name: &str, change: impl FnOnce(u16) -> u16) {
        if name.is_empty() {
            return;
        }
        match self.tiers.binary_search_by(|kept| kept.tier.as_str().cmp(name)) {
            Ok(place) => self.tiers[place].years = change(self.tiers[place].years),
            Err(place) => self.tiers.insert(place, TierYears { tier: name.to_owned(), years: change(0) }),
        }
        self.tiers.retain(|kept| kept.years > 0);
    }
}
