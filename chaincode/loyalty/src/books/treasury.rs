//! Points that a merchant holds to give to its customers.

use crate::ids::TreasuryId;
use crate::units::Points;

use super::{Account, BooksError, Entry, Holdings, LotKey, Lots};

/// One till of a treasury. All points of a treasury are of one kind, so that a till counts them and keeps no lots: they
/// are bought and not yet earned by anybody, and their life begins when they are given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Till {
    treasury: TreasuryId,
    points: Points,
}

impl Till {
    /// A till with these points.
    pub const fn of(treasury: TreasuryId, points: Points) -> Self {
        Self { treasury, points }
    }

    /// Points in it.
    pub const fn points(&self) -> Points {
        self.points
    }

    /// The issuer puts points in.
    pub fn fund(&mut self, entry: &mut Entry, points: Points) -> Result<(), BooksError> {
        self.points = self.points.checked_add(points)?;
        entry.move_points(Account::Issued, Account::Treasury(self.treasury), points)?;
        Ok(())
    }

    /// Gives up to `points` to a member, whatever there is, as points of this lot, and says how many. They repay debt first.
    pub fn give(
        &mut self,
        entry: &mut Entry,
        to: &mut Holdings,
        key: &LotKey,
        points: Points,
    ) -> Result<Points, BooksError> {
        let given = points.min(self.points);
        self.points = self.points.checked_sub(given)?;
        let mut lots = Lots::new();
        lots.put(key, given)?;
        to.come_in(entry, Account::Treasury(self.treasury), lots)?;
        Ok(given)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::books::testing::{ANN, lot, points};
    use crate::units::Overflow;

    const TREASURY: TreasuryId = TreasuryId::new([7; 16]);

    fn key() -> LotKey {
        lot("2015-07-01", None)
    }

    #[test]
    fn a_till_gives_what_it_has_and_no_more() {
        let (mut till, mut ann, mut entry) = (Till::of(TREASURY, Points::ZERO), Holdings::new(ANN), Entry::new());
        till.fund(&mut entry, points(100)).unwrap();
        for (asked, given, left) in [(30, 30, 70), (90, 70, 0), (1, 0, 0)] {
            assert_eq!(till.give(&mut entry, &mut ann, &key(), points(asked)), Ok(points(given)));
            assert_eq!(till.points(), points(left));
        }
        assert_eq!((ann.available(), ann.lots().len()), (points(100), 1));
        assert_eq!(entry.of(Account::Treasury(TREASURY)), 0);
        assert_eq!((entry.of(Account::Issued), entry.of(Account::Available(ANN))), (-100, 100));
    }

    #[test]
    fn what_is_given_repays_debt_first() {
        let (mut till, mut ann) = (Till::of(TREASURY, points(100)), Holdings::new(ANN));
        ann.take_back(&mut Entry::new(), &key(), points(30)).unwrap();
        let mut entry = Entry::new();
        till.give(&mut entry, &mut ann, &key(), points(100)).unwrap();
        assert_eq!((ann.available(), ann.debt()), (points(70), Points::ZERO));
        assert_eq!((entry.of(Account::Treasury(TREASURY)), entry.of(Account::Debt(ANN))), (-100, 30));
    }

    #[test]
    fn a_till_does_not_wrap() {
        let mut till = Till::of(TREASURY, Points::MAX);
        assert_eq!(till.fund(&mut Entry::new(), points(1)), Err(BooksError::Overflow(Overflow)));
    }
}
