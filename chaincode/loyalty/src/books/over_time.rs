//! What time and the programme's goodwill do to points: they become available, fade, live longer, come back.

use crate::units::{Date, Overflow, Points, Rational, Rounding};

use super::{Account, BooksError, Entry, Holdings, LotKey, Lots};

/// Points that were earned and become available on a later date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    /// First date on which they can be spent.
    pub from: Date,
    /// The points; never none.
    pub lots: Lots,
}

impl Holdings {
    /// What becomes available later, soonest first.
    pub fn pending(&self) -> &[Pending] {
        &self.pending
    }

    /// Points that become available later.
    pub fn pending_points(&self) -> Result<Points, Overflow> {
        self.pending.iter().try_fold(Points::ZERO, |sum, pending| sum.checked_add(pending.lots.total()))
    }

    /// New points come in that can be spent from a date on.
    pub fn earn_later(
        &mut self,
        entry: &mut Entry,
        key: &LotKey,
        points: Points,
        from: Date,
    ) -> Result<(), BooksError> {
        if points.is_zero() {
            return Ok(());
        }
        self.pending_points()?.checked_add(points)?;
        let at = match self.pending.binary_search_by_key(&from, |pending| pending.from) {
            Ok(at) => at,
            Err(at) => {
                self.pending.insert(at, Pending { from, lots: Lots::new() });
                at
            }
        };
        self.pending[at].lots.put(key, points)?;
        entry.move_points(Account::Issued, Account::Pending(self.member), points)?;
        self.must_tell_apart()
    }

    /// What has become available by a day comes in, and repays debt first. A lot that reached its last day meanwhile
    /// expires.
    pub fn mature(&mut self, entry: &mut Entry, today: Date) -> Result<(), BooksError> {
        let ripe = self.pending.partition_point(|pending| pending.from <= today);
        let ripe: Vec<Pending> = self.pending.drain(..ripe).collect();
        for mut pending in ripe {
            let expired = pending.lots.take_past(today).total();
            entry.move_points(Account::Pending(self.member), Account::Expired, expired)?;
            self.come_in(entry, Account::Pending(self.member), pending.lots)?;
        }
        Ok(())
    }

    /// A share of the free points fades, in spending order. A fraction of a point stays with the member.
    pub fn decay(&mut self, entry: &mut Entry, percent: Rational) -> Result<(), BooksError> {
        let share = percent.checked_div(Rational::HUNDRED)?;
        let lost = Rational::integer(self.available().posting()).checked_mul(share)?.round(Rounding::Floor);
        let lost = self.lots.take_first(Points::from_posting_or_zero(lost)).total();
        entry.move_points(Account::Available(self.member), Account::Decayed, lost)?;
        Ok(())
    }

    /// Free points that end on one day end on a later one. Answers how many they are; nothing moves between accounts.
    pub fn extend(&mut self, ending: Date, to: Date) -> Result<Points, BooksError> {
        let lots: Vec<_> = self.lots.iter().filter(|lot| lot.key.last_day == Some(ending)).collect();
        let mut extended = Points::ZERO;
        for lot in lots {
            let taken = self.lots.take_of(&lot.key, lot.points);
            self.lots.put(&LotKey { last_day: Some(to), ..lot.key }, taken)?;
            extended = extended.checked_add(taken)?;
        }
        Ok(extended)
    }

    /// The programme gives back what has expired or was forfeited, as a lot of its own.
    pub fn reinstate(
        &mut self,
        entry: &mut Entry,
        from: Account,
        key: &LotKey,
        points: Points,
    ) -> Result<(), BooksError> {
        let mut lots = Lots::new();
        lots.put(key, points)?;
        self.come_in(entry, from, lots)
    }

    /// Takes up to `points` of a lot out of what is not available yet, the latest first.
    pub(super) fn take_pending(&mut self, own: &LotKey, points: Points) -> Result<Points, Overflow> {
        let mut taken = Points::ZERO;
        for pending in self.pending.iter_mut().rev() {
            let missing = points.checked_sub(taken)?;
            taken = taken.checked_add(pending.lots.take_of(own, missing))?;
        }
        self.pending.retain(|pending| !pending.lots.is_empty());
        Ok(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::books::testing;
    use crate::books::testing::{ANN, date, points};

    fn lot(last_day: Option<&str>) -> LotKey {
        testing::lot("2016-01-01", last_day)
    }

    #[test]
    fn pending_points_come_in_on_their_date_and_repay_debt_first() {
        let mut ann = Holdings::new(ANN);
        ann.take_back(&mut Entry::new(), &lot(None), points(30)).unwrap();
        let mut entry = Entry::new();
        ann.earn_later(&mut entry, &lot(None), points(100), date("2016-02-10")).unwrap();
        ann.earn_later(&mut entry, &lot(Some("2016-02-20")), points(7), date("2016-02-12")).unwrap();
        assert_eq!((ann.available(), ann.debt(), ann.pending_points().unwrap()), (points(0), points(30), points(107)));
        for (day, available, pending) in [("2016-02-09", 0, 107), ("2016-02-10", 70, 7), ("2016-02-12", 77, 0)] {
            let mut ann = ann.clone();
            let mut entry = Entry::new();
            ann.mature(&mut entry, date(day)).unwrap();
            assert_eq!((ann.available(), ann.pending_points().unwrap()), (points(available), points(pending)), "{day}");
            assert_eq!(entry.sum(), 0);
        }
        let mut entry = Entry::new();
        ann.mature(&mut entry, date("2016-03-01")).unwrap();
        assert_eq!((ann.available(), entry.of(Account::Expired)), (points(70), 7), "its last day passed meanwhile");
    }

    #[test]
    fn what_is_taken_back_comes_from_the_pending_part_of_its_lot_first() {
        let mut ann = Holdings::new(ANN);
        ann.earn(&mut Entry::new(), &lot(None), points(10)).unwrap();
        ann.earn_later(&mut Entry::new(), &lot(None), points(100), date("2016-02-10")).unwrap();
        let mut entry = Entry::new();
        ann.take_back(&mut entry, &lot(None), points(105)).unwrap();
        assert_eq!((entry.of(Account::Pending(ANN)), entry.of(Account::Available(ANN))), (-100, -5));
        assert_eq!((ann.available(), ann.pending().len(), ann.debt()), (points(5), 0, points(0)));
    }

    #[test]
    fn a_share_fades_and_its_fraction_stays() {
        for (start, percent, left) in [(1_000, "10", 900), (9, "10", 9), (19, "10", 18), (0, "10", 0), (7, "100", 0)] {
            let mut ann = Holdings::new(ANN);
            ann.earn(&mut Entry::new(), &lot(None), points(start)).unwrap();
            let mut entry = Entry::new();
            ann.decay(&mut entry, percent.parse().unwrap()).unwrap();
            assert_eq!(ann.available(), points(left), "{percent} of {start}");
            assert_eq!(entry.of(Account::Decayed), i64::try_from(start - left).unwrap());
        }
        let mut ann = Holdings::new(ANN);
        ann.earn(&mut Entry::new(), &lot(None), Points::MAX).unwrap();
        assert!(ann.decay(&mut Entry::new(), "10".parse().unwrap()).is_ok_and(|()| ann.available() < Points::MAX));
    }

    #[test]
    fn extended_points_merge_with_those_that_end_then() {
        let mut ann = Holdings::new(ANN);
        for (last_day, amount) in [("2016-01-31", 10), ("2016-03-31", 5)] {
            ann.earn(&mut Entry::new(), &lot(Some(last_day)), points(amount)).unwrap();
        }
        assert_eq!(ann.extend(date("2016-01-31"), date("2016-03-31")).unwrap(), points(10));
        assert_eq!((ann.lots().len(), ann.available()), (1, points(15)));
        assert_eq!(ann.extend(date("2016-01-31"), date("2016-03-31")).unwrap(), points(0));
    }
}
