//! Totals of a programme.

use std::collections::BTreeMap;

use crate::units::Overflow;

use super::{Entry, Kind};

/// Sums of postings by kind of account: what one transaction adds to a programme's totals, or all of them together. They
/// are wider than a posting: many transactions of the most that one can move have a sum, too.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Totals {
    sums: BTreeMap<Kind, i128>,
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

    /// Adds other totals.
    pub fn add_all(&mut self, others: &Self) -> Result<(), Overflow> {
        others.iter().try_for_each(|(kind, points)| self.add(kind, points))
    }

    /// Adds to one line.
    pub fn add(&mut self, kind: Kind, points: impl Into<i128>) -> Result<(), Overflow> {
        let sum = self.of(kind).checked_add(points.into()).ok_or(Overflow)?;
        if sum == 0 {
            self.sums.remove(&kind);
        } else {
            self.sums.insert(kind, sum);
        }
        Ok(())
    }

    /// The balance of all accounts of a kind, as posted: what was issued and what is owed is negative.
    pub fn of(&self, kind: Kind) -> i128 {
        self.sums.get(&kind).copied().unwrap_or_default()
    }

    /// The lines that are not zero.
    pub fn iter(&self) -> impl Iterator<Item = (Kind, i128)> {
        self.sums.iter().map(|(kind, sum)| (*kind, *sum))
    }

    /// Whether nothing was moved.
    pub fn is_empty(&self) -> bool {
        self.sums.is_empty()
    }

    /// Whether every point that came in is somewhere: `imported + issued - reversed = available + pending + reserved +
    /// wallet + treasury + redeemed + converted + expired + forfeited + decayed + fees - debt`.
    pub fn balance(&self) -> bool {
        self.sums.values().try_fold(0_i128, |sum, points| sum.checked_add(*points)) == Some(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_wider_than_postings() {
        let mut totals = Totals::new();
        for _ in 0..3 {
            totals.add(Kind::Issued, -i64::MAX).unwrap();
            totals.add(Kind::Redeemed, i64::MAX).unwrap();
        }
        assert_eq!(totals.of(Kind::Redeemed), 3 * i128::from(i64::MAX));
        assert!(totals.balance());
    }
}
