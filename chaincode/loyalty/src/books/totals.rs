//! Totals of a programme.

use std::collections::BTreeMap;

use crate::units::Overflow;

use super::{Entry, Kind};

/// Sums of postings by kind of account: what one transaction adds to a programme's totals, or all of them together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Totals {
    sums: BTreeMap<Kind, i64>,
}

impl Totals {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds what an entry posts.
    pub fn add_entry(&mut self, entry: &Entry) -> Result<(), Overflow> {
        entry.postings().try_for_each(|(account, points)| self.add(account.kind(), points))
    }

    /// Adds to one line.
    pub fn add(&mut self, kind: Kind, points: i64) -> Result<(), Overflow> {
        let sum = self.of(kind).checked_add(points).ok_or(Overflow)?;
        if sum == 0 {
            self.sums.remove(&kind);
        } else {
            self.sums.insert(kind, sum);
        }
        Ok(())
    }

    /// The balance of all accounts of a kind, as posted: what was issued and what is owed is negative.
    pub fn of(&self, kind: Kind) -> i64 {
        self.sums.get(&kind).copied().unwrap_or_default()
    }

    /// The lines that are not zero.
    pub fn iter(&self) -> impl Iterator<Item = (Kind, i64)> {
        self.sums.iter().map(|(kind, sum)| (*kind, *sum))
    }

    /// Whether nothing was moved.
    pub fn is_empty(&self) -> bool {
        self.sums.is_empty()
    }

    /// Whether every point that came in is somewhere: `imported + issued - reversed = available + pending + reserved +
    /// wallet + treasury + redeemed + converted + expired + forfeited + decayed + fees - debt`.
    pub fn balance(&self) -> bool {
        self.sums.values().map(|points| i128::from(*points)).sum::<i128>() == 0
    }
}
