//! Accounts that end: one becomes part of another, or its member leaves.

use super::{Account, BooksError, Entry, HOLDS_MAX, Holdings, Pending};

impl Holdings {
    /// Everything that another account of the same person has comes into this one: debt, holds, free lots and those that
    /// are not available yet. What is owed in one is repaid from what is free in the other, so that it does not matter
    /// which of the two goes on.
    pub fn absorb(&mut self, entry: &mut Entry, other: Self) -> Result<(), BooksError> {
        let Self { member: from, lots, holds, debt, pending } = other;
        entry.move_points(Account::Debt(self.member), Account::Debt(from), debt)?;
        self.debt = self.debt.checked_add(debt)?;
        for hold in holds {
            entry.move_points(Account::Reserved(from), Account::Reserved(self.member), hold.lots.total())?;
            self.holds.push(hold);
        }
        if self.holds.len() > HOLDS_MAX {
            return Err(BooksError::TooManyHolds);
        }
        for Pending { from: date, lots } in pending {
            entry.move_points(Account::Pending(from), Account::Pending(self.member), lots.total())?;
            match self.pending.binary_search_by_key(&date, |kept| kept.from) {
                Ok(at) => self.pending[at].lots.put_all(&lots)?,
                Err(at) => self.pending.insert(at, Pending { from: date, lots }),
            }
        }
        self.pending_points()?;
        self.come_in(entry, Account::Available(from), lots)?;
        let repaid = self.lots.take_first(self.debt).total();
        self.debt = self.debt.checked_sub(repaid)?;
        entry.move_points(Account::Available(self.member), Account::Debt(self.member), repaid)?;
        Ok(())
    }

    /// The member leaves: what is free and what would be available later is given up.
    pub fn leave(&mut self, entry: &mut Entry) -> Result<(), BooksError> {
        for pending in std::mem::take(&mut self.pending) {
            entry.move_points(Account::Pending(self.member), Account::Forfeited, pending.lots.total())?;
        }
        self.forfeit(entry)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::books::testing::{lot, points};
    use crate::books::{Kind, LotKey, Totals};
    use crate::ids::{MemberId, ReservationId};
    use crate::units::Points;

    fn key(earned: &str) -> LotKey {
        lot(earned, None)
    }

    fn account(id: u8, lots: &[(&str, u64)], debt: u64, held: u64) -> Holdings {
        let mut holdings = Holdings::new(MemberId::new([id; 16]));
        for (earned, amount) in lots {
            holdings.earn(&mut Entry::new(), &key(earned), points(*amount)).unwrap();
        }
        if held > 0 {
            holdings.hold(&mut Entry::new(), ReservationId::new([id; 16]), points(held), 9).unwrap();
        }
        let all = holdings.available().checked_add(points(debt)).unwrap();
        let back = if debt > 0 { all } else { Points::ZERO };
        holdings.take_back(&mut Entry::new(), &key("2015-01-01"), back).unwrap();
        holdings
    }

    #[test]
    fn it_does_not_matter_which_of_two_accounts_goes_on() {
        let july = [("2015-07-01", 100), ("2015-08-01", 50)];
        for (first, second) in [
            (account(1, &july, 0, 20), account(2, &[("2015-08-01", 7)], 0, 5)),
            (account(1, &july, 0, 0), account(2, &[], 30, 0)),
            (account(1, &july, 0, 120), account(2, &[], 200, 0)),
            (account(1, &[], 10, 0), account(2, &[], 20, 0)),
        ] {
            let merged = |into: &Holdings, from: &Holdings| {
                let (mut into, mut entry, mut totals) = (into.clone(), Entry::new(), Totals::new());
                into.absorb(&mut entry, from.clone()).unwrap();
                assert_eq!(entry.sum(), 0);
                assert_eq!(entry.of(Account::Available(from.member())), -from.available().posting());
                assert_eq!(entry.of(Account::Debt(from.member())), from.debt().posting());
                assert_eq!(into.holds().len(), first.holds().len() + second.holds().len());
                totals.add_entry(&entry).unwrap();
                assert_eq!(totals.of(Kind::Reserved), 0);
                (into.lots().clone(), into.reserved().unwrap(), into.debt())
            };
            assert_eq!(merged(&first, &second), merged(&second, &first));
        }
    }
}
