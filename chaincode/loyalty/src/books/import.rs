//! Opening balances: what a member had in a system before this ledger.

use crate::units::Points;

use super::{Account, BooksError, Entry, Holdings, Lots};

impl Holdings {
    /// Lots come in from the system before. They repay debt that the member has here.
    pub fn import(&mut self, entry: &mut Entry, lots: Lots) -> Result<(), BooksError> {
        self.come_in(entry, Account::Imported, lots)
    }

    /// The member owed points to the system before. What there is to spend here repays them, and the rest is owed here.
    pub fn import_debt(&mut self, entry: &mut Entry, points: Points) -> Result<(), BooksError> {
        let repaid = self.lots.take_first(points).total();
        let owed = points.checked_sub(repaid)?;
        self.debt = self.debt.checked_add(owed)?;
        entry.move_points(Account::Available(self.member), Account::Imported, repaid)?;
        entry.move_points(Account::Debt(self.member), Account::Imported, owed)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::books::testing::{ANN, lot, points};
    use crate::books::{Kind, Totals};

    fn lots(value: u64) -> Lots {
        let mut lots = Lots::new();
        lots.put(&lot("2015-07-01", None), points(value)).unwrap();
        lots
    }

    #[test]
    fn points_and_debt_of_the_system_before_meet() {
        for (first_points, had, owed, available, debt, imported) in [
            (true, 100, 30, 70, 0, -70),
            (false, 100, 30, 70, 0, -70),
            (true, 20, 50, 0, 30, 30),
            (true, 0, 50, 0, 50, 50),
        ] {
            let (mut ann, mut entry, mut totals) = (Holdings::new(ANN), Entry::new(), Totals::new());
            if first_points {
                ann.import(&mut entry, lots(had)).unwrap();
                ann.import_debt(&mut entry, points(owed)).unwrap();
            } else {
                ann.import_debt(&mut entry, points(owed)).unwrap();
                ann.import(&mut entry, lots(had)).unwrap();
            }
            assert_eq!((ann.available().get(), ann.debt().get()), (available, debt));
            totals.add_entry(&entry).unwrap();
            assert_eq!(totals.of(Kind::Imported), imported);
            assert!(totals.balance());
        }
    }
}
