//! What a programme owes its members, and how it came to that.

use schemars::JsonSchema;
use serde::Serialize;

use crate::books::{Kind, Totals};

use super::{SumTooLarge, in_64_bits};

/// The points that a programme owes between two dates: `closing = opening + imported + issued - reversed - redeemed -
/// converted - expired - forfeited - decayed - fees`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RollForward {
    /// Owed before the first date.
    pub opening: i64,
    /// Taken over from a system before this ledger.
    pub imported: i64,
    /// Given.
    pub issued: i64,
    /// Taken back, because what earned them was corrected.
    pub reversed: i64,
    /// Spent on rewards.
    pub redeemed: i64,
    /// Turned into a partner's currency.
    pub converted: i64,
    /// Lapsed with their lot.
    pub expired: i64,
    /// Lapsed with a resting account.
    pub forfeited: i64,
    /// Lost bit by bit.
    pub decayed: i64,
    /// Kept as fees.
    pub fees: i64,
    /// Owed after the last date: what members, wallets and treasuries hold, less what members owe.
    pub closing: i64,
}

/// Who holds the points that are owed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Held {
    /// Members, free to spend.
    pub available: i64,
    /// Members, from a later date on.
    pub pending: i64,
    /// Members, set aside for rewards.
    pub reserved: i64,
    /// Wallets.
    pub wallet: i64,
    /// Treasuries of merchants.
    pub treasury: i64,
    /// What members owe, because it was taken back after they had spent it.
    pub debt: i64,
}

impl Held {
    /// Who holds the points of these totals.
    pub fn of(totals: &Totals) -> Result<Self, SumTooLarge> {
        let held = |kind| in_64_bits(totals.of(kind));
        Ok(Self {
            available: held(Kind::Available)?,
            pending: held(Kind::Pending)?,
            reserved: held(Kind::Reserved)?,
            wallet: held(Kind::Wallet)?,
            treasury: held(Kind::Treasury)?,
            debt: in_64_bits(-totals.of(Kind::Debt))?,
        })
    }
}

impl RollForward {
    /// From the postings before the first date to those up to the last.
    pub fn between(before: &Totals, after: &Totals) -> Result<Self, SumTooLarge> {
        let moved = |kind| in_64_bits(after.of(kind).checked_sub(before.of(kind)).ok_or(SumTooLarge)?);
        // Points come out of these two, so that their balances are negative.
        let given = |kind| moved(kind)?.checked_neg().ok_or(SumTooLarge);
        Ok(Self {
            opening: liability(before)?,
            imported: given(Kind::Imported)?,
            issued: given(Kind::Issued)?,
            reversed: moved(Kind::Reversed)?,
            redeemed: moved(Kind::Redeemed)?,
            converted: moved(Kind::Converted)?,
            expired: moved(Kind::Expired)?,
            forfeited: moved(Kind::Forfeited)?,
            decayed: moved(Kind::Decayed)?,
            fees: moved(Kind::Fees)?,
            closing: liability(after)?,
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
        let sum = |points: &[i64]| points.iter().copied().map(i128::from).sum::<i128>();
        sum(&came) == sum(&went)
    }
}

/// The points that are owed.
fn liability(totals: &Totals) -> Result<i64, SumTooLarge> {
    // Debt is posted negative, and so is taken off here.
    [Kind::Available, Kind::Pending, Kind::Reserved, Kind::Wallet, Kind::Treasury, Kind::Debt]
        .into_iter()
        .try_fold(0_i128, |sum, kind| sum.checked_add(totals.of(kind)))
        .ok_or(SumTooLarge)
        .and_then(in_64_bits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::books::{Account, Entry};
    use crate::ids::MemberId;
    use crate::units::Points;

    fn sums(moves: &[(Account, Account, u64)]) -> Totals {
        let mut entry = Entry::new();
        for (from, to, points) in moves {
            entry.move_points(*from, *to, Points::new(*points).unwrap()).unwrap();
        }
        let mut totals = Totals::new();
        totals.add_entry(&entry).unwrap();
        totals
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
        assert_eq!(Held::of(&after).unwrap(), Held { available: 1_220, reserved: 50, debt: 40, ..Held::default() });
    }

    #[test]
    fn what_does_not_fit_into_64_bits_is_refused() {
        let mut totals = Totals::new();
        totals.add(Kind::Available, i64::MAX).unwrap();
        assert_eq!(Held::of(&totals).unwrap().available, i64::MAX);
        assert_eq!(RollForward::between(&Totals::new(), &totals).unwrap().closing, i64::MAX);
        totals.add(Kind::Available, 1).unwrap();
        assert_eq!(Held::of(&totals), Err(SumTooLarge));
        assert_eq!(RollForward::between(&Totals::new(), &totals), Err(SumTooLarge));
    }
}
