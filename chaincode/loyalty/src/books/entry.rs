//! Journal entries.

use std::collections::BTreeMap;

use crate::units::{Overflow, Points};

use super::Account;

/// One journal entry of one programme: what a single cause does to its accounts.
///
/// The only way to change it is to move points from one account to another, so its postings always sum to zero.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entry {
    postings: BTreeMap<Account, i64>,
}

impl Entry {
    /// An entry that moves nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Moves points: the balance of `from` falls, that of `to` rises.
    pub fn move_points(&mut self, from: Account, to: Account, points: Points) -> Result<(), Overflow> {
        if points.is_zero() {
            return Ok(());
        }
        self.post(from, points.posting().checked_neg().ok_or(Overflow)?)?;
        self.post(to, points.posting())
    }

    /// What the entry adds to an account; negative when it takes away.
    pub fn of(&self, account: Account) -> i64 {
        self.postings.get(&account).copied().unwrap_or_default()
    }

    /// All postings, none of them zero.
    pub fn postings(&self) -> impl Iterator<Item = (Account, i64)> {
        self.postings.iter().map(|(account, points)| (*account, *points))
    }

    /// Whether nothing moves.
    pub fn is_empty(&self) -> bool {
        self.postings.is_empty()
    }

    /// The sum of all postings, which is zero.
    pub fn sum(&self) -> i128 {
        self.postings.values().map(|points| i128::from(*points)).sum()
    }

    fn post(&mut self, account: Account, points: i64) -> Result<(), Overflow> {
        let sum = self.of(account).checked_add(points).ok_or(Overflow)?;
        if sum == 0 {
            self.postings.remove(&account);
        } else {
            self.postings.insert(account, sum);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::books::testing::points;
    use crate::ids::MemberId;

    #[test]
    fn postings_of_an_entry_sum_to_zero() {
        let member = MemberId::new([1; 16]);
        let mut entry = Entry::new();
        entry.move_points(Account::Issued, Account::Debt(member), points(30)).unwrap();
        entry.move_points(Account::Issued, Account::Available(member), points(70)).unwrap();
        assert_eq!(entry.of(Account::Issued), -100);
        assert_eq!(entry.of(Account::Available(member)), 70);
        assert_eq!(entry.sum(), 0);
        entry.move_points(Account::Available(member), Account::Issued, points(70)).unwrap();
        assert_eq!(entry.postings().count(), 2, "a posting that came to zero is gone");
    }

    #[test]
    fn an_entry_does_not_wrap() {
        let mut entry = Entry::new();
        entry.move_points(Account::Issued, Account::Redeemed, Points::MAX).unwrap();
        assert_eq!(entry.move_points(Account::Issued, Account::Redeemed, Points::MAX), Err(Overflow));
    }
}
