//! What a programme owes its members, and how it came to that.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use crate::books::{Kind, Totals};
use crate::units::Overflow;

/// Sums of a programme's postings since its first, wider than those of one transaction: many transactions of the most that
/// one can move have a sum, too.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sums {
    sums: BTreeMap<Kind, i128>,
}

/// The points that a programme owes between two dates: `closing = opening + imported + issued - reversed - redeemed -
/// converted - expired - forfeited - decayed - fees`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RollForward {
    /// Owed before the first date.
    pub opening: i128,
    /// Taken over from a system before this ledger.
    pub imported: i128,
    /// Given.
    pub issued: i128,
    /// Taken back, because what earned them was corrected.
    pub reversed: i128,
    /// Spent on rewards.
    pub redeemed: i128,
    /// Turned into a partner's currency.
    pub converted: i128,
    /// Lapsed with their lot.
    pub expired: i128,
    /// Lapsed with a resting account.
    pub forfeited: i128,
    /// Lost bit by bit.
    pub decayed: i128,
    /// Kept as fees.
    pub fees: i128,
    /// Owed after the last date: what members, wallets and treasuries hold, less what members owe.
    pub closing: i128,
}

/// Who holds the points that are owed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Held {
    /// Members, free to spend.
    pub available: i128,
    /// Members, from a later date on.
    pub pending: i128,
    /// Members, set aside for rewards.
    pub reserved: i128,
    /// Wallets.
    pub wallet: i128,
    /// Treasuries of merchants.
    pub treasury: i128,
    /// What members owe, because it was taken back after they had spent it.
    pub debt: i128,
}

impl Sums {
    /// Adds what a transaction posted.
    pub fn add_totals(&mut self, totals: &Totals) -> Result<(), Overflow> {
        totals.iter().try_for_each(|(kind, points)| self.add(kind, i128::from(points)))
    }

    /// Adds to one line.
    pub fn add(&mut self, kind: Kind, points: i128) -> Result<(), Overflow> {
        let sum = self.of(kind).checked_add(points).ok_or(Overflow)?;
        if sum == 0 {
            self.sums.remove(&kind);
        } else {
            self.sums.insert(kind, sum);
        }
        Ok(())
    }

    /// One line, as it is posted.
    pub fn of(&self, kind: Kind) -> i128 {
        self.sums.get(&kind).copied().unwrap_or_default()
    }

    /// The lines that are not zero.
    pub fn iter(&self) -> impl Iterator<Item = (Kind, i128)> {
        self.sums.iter().map(|(kind, sum)| (*kind, *sum))
    }

    /// Who holds the points.
    pub fn held(&self) -> Held {
        Held {
            available: self.of(Kind::Available),
            pending: self.of(Kind::Pending),
            reserved: self.of(Kind::Reserved),
            wallet: self.of(Kind::Wallet),
            treasury: self.of(Kind::Treasury),
            debt: -self.of(Kind::Debt),
        }
    }

    /// The points that are owed.
    fn liability(&self) -> Result<i128, Overflow> {
        let Held { available, pending, reserved, wallet, treasury, debt } = self.held();
        [available, pending, reserved, wallet, treasury, -debt]
            .into_iter()
            .try_fold(0_i128, |sum, held| sum.checked_add(held))
            .ok_or(Overflow)
    }
}

impl RollForward {
    /// From the postings before the first date to those up to the last.
    pub fn between(before: &Sums, after: &Sums) -> Result<Self, Overflow> {
        let moved = |kind| after.of(kind).checked_sub(before.of(kind)).ok_or(Overflow);
        // Points come out of these two, so that their balances are negative.
        let given = |kind| moved(kind)?.checked_neg().ok_or(Overflow);
        Ok(Self {
            opening: before.liability()?,
            imported: given(Kind::Imported)?,
            issued: given(Kind::Issued)?,
            reversed: moved(Kind::Reversed)?,
            redeemed: moved(Kind::Redeemed)?,
            converted: moved(Kind::Converted)?,
            expired: moved(Kind::Expired)?,
            forfeited: moved(Kind::Forfeited)?,
            decayed: moved(Kind::Decayed)?,
            fees: moved(Kind::Fees)?,
            closing: after.liability()?,
        })
    }

    /// Whether what is owed in the end is what was owed at first and all that moved between.
    pub fn balances(&self) -> bool {
        let came = [self.opening, self.imported, self.issued];
        let went = [
            self.reversed,
            self.redeemed,
            self.converted,
            self.expired,
            self.forfeited,
            self.decayed,
            self.fees,
            self.closing,
        ];
        came.iter().sum::<i128>() == went.iter().sum::<i128>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::books::{Account, Entry};
    use crate::ids::MemberId;
    use crate::units::Points;

    fn sums(moves: &[(Account, Account, u64)]) -> Sums {
        let mut entry = Entry::new();
        for (from, to, points) in moves {
            entry.move_points(*from, *to, Points::new(*points).unwrap()).unwrap();
        }
        let mut totals = Totals::new();
        totals.add_entry(&entry).unwrap();
        let mut sums = Sums::default();
        sums.add_totals(&totals).unwrap();
        sums
    }

    #[test]
    fn what_is_owed_rolls_forward_from_opening_to_closing() {
        let (ann, held) = (MemberId::new([1; 16]), Account::Available(MemberId::new([1; 16])));
        let before = sums(&[(Account::Imported, held, 1_000)]);
        let after = sums(&[
            (Account::Imported, held, 1_000),
            (Account::Issued, held, 500),
            (held, Account::Redeemed, 200),
            (held, Account::Reserved(ann), 50),
            (held, Account::Expired, 30),
            (Account::Debt(ann), Account::Reversed, 40),
        ]);
        let roll = RollForward::between(&before, &after).unwrap();
        assert_eq!((roll.opening, roll.issued, roll.reversed, roll.redeemed, roll.expired), (1_000, 500, 40, 200, 30));
        assert_eq!(roll.closing, 1_230);
        assert!(roll.balances());
        assert_eq!(after.held(), Held { available: 1_220, reserved: 50, debt: 40, ..Held::default() });
    }

    #[test]
    fn sums_are_wider_than_postings() {
        let most = sums(&[(Account::Issued, Account::Redeemed, i64::MAX.unsigned_abs())]);
        let mut sum = Sums::default();
        for _ in 0..3 {
            most.iter().for_each(|(kind, points)| sum.add(kind, points).unwrap());
        }
        assert_eq!(sum.of(Kind::Redeemed), 3 * i128::from(i64::MAX));
    }
}
