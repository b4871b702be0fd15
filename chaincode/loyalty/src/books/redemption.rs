//! Spending at once, giving up a part of what was held, and taking a reward back.

use crate::ids::ReservationId;
use crate::units::{Date, Points};

use super::{Account, BooksError, Entry, Holdings, Lot, LotKey, Lots};

impl Holdings {
    /// Points are spent at once, with nothing held in between. The answer is the lots that they were of.
    pub fn spend(&mut self, entry: &mut Entry, points: Points) -> Result<Lots, BooksError> {
        self.must_afford(points)?;
        let lots = self.lots.take_first(points);
        entry.move_points(Account::Available(self.member), Account::Redeemed, points)?;
        Ok(lots)
    }

    /// A hold ends, and `kept` points of it are lost; the rest comes back as when it is released. What would end first is
    /// lost first.
    pub fn give_up(
        &mut self,
        entry: &mut Entry,
        id: ReservationId,
        kept: Points,
        today: Date,
    ) -> Result<(), BooksError> {
        let mut lots = self.end_hold(id)?.lots;
        let lost = lots.take_first(kept).total();
        entry.move_points(Account::Reserved(self.member), Account::Forfeited, lost)?;
        self.come_back(entry, Account::Reserved(self.member), lots, today)
    }

    /// A reward that was given is taken back: its lots come back, and repay debt first. None of them ends before
    /// `usable_until`, where that is said; else those that reached their last day meanwhile expire again at once.
    pub fn refund(
        &mut self,
        entry: &mut Entry,
        lots: &Lots,
        usable_until: Option<Date>,
        today: Date,
    ) -> Result<(), BooksError> {
        let mut back = Lots::new();
        for Lot { key, points } in lots.iter() {
            let last_day = key.last_day.map(|last| usable_until.map_or(last, |until| until.max(last)));
            back.put(&LotKey { last_day, ..key }, points)?;
        }
        self.come_back(entry, Account::Redeemed, back, today)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::books::testing::{ANN, date, lot, points};

    const REWARD: ReservationId = ReservationId::new([9; 16]);

    fn key(last_day: Option<&str>) -> LotKey {
        lot("2015-07-01", last_day)
    }

    /// Ann, with 100 points that end in January 2016 and 50 that do not.
    fn ann() -> Holdings {
        let mut ann = Holdings::new(ANN);
        ann.earn(&mut Entry::new(), &key(Some("2016-01-31")), points(100)).unwrap();
        ann.earn(&mut Entry::new(), &key(None), points(50)).unwrap();
        ann
    }

    fn figures(holdings: &Holdings) -> (u64, u64, u64) {
        (holdings.available().get(), holdings.reserved().unwrap().get(), holdings.debt().get())
    }

    #[test]
    fn what_was_spent_and_refunded_in_time_leaves_the_lots_as_they_were() {
        let mut ann = ann();
        let before = ann.clone();
        let mut entry = Entry::new();
        let lots = ann.spend(&mut entry, points(120)).unwrap();
        assert_eq!((figures(&ann), entry.of(Account::Redeemed)), ((30, 0, 0), 120));
        ann.refund(&mut entry, &lots, None, date("2016-01-31")).unwrap();
        assert_eq!(ann, before);
        assert!(entry.is_empty(), "redeemed is net of refunds");
        assert_eq!(ann.spend(&mut entry, points(151)).unwrap_err().code(), "POINTS_INSUFFICIENT");
        assert_eq!(ann.spend(&mut entry, Points::ZERO).unwrap_err().code(), "POINTS_ZERO");
    }

    #[test]
    fn a_refunded_lot_that_expired_meanwhile_expires_again_or_is_usable_for_the_days_of_grace() {
        for (usable_until, available, expired) in [(None, 50, 100), (Some("2016-03-31"), 150, 0)] {
            let mut ann = ann();
            let lots = ann.spend(&mut Entry::new(), points(150)).unwrap();
            let mut entry = Entry::new();
            ann.refund(&mut entry, &lots, usable_until.map(date), date("2016-03-01")).unwrap();
            assert_eq!((figures(&ann), entry.of(Account::Expired)), ((available, 0, 0), expired));
            assert_eq!((entry.of(Account::Redeemed), entry.sum()), (-150, 0));
            ann.expire(&mut Entry::new(), date("2016-04-01")).unwrap();
            assert_eq!(figures(&ann), (50, 0, 0));
        }
    }

    #[test]
    fn a_refund_repays_debt_first() {
        let mut ann = ann();
        let lots = ann.spend(&mut Entry::new(), points(150)).unwrap();
        ann.take_back(&mut Entry::new(), &key(None), points(40)).unwrap();
        let mut entry = Entry::new();
        ann.refund(&mut entry, &lots, None, date("2016-01-01")).unwrap();
        assert_eq!((figures(&ann), entry.of(Account::Debt(ANN)), entry.sum()), ((110, 0, 0), 40, 0));
    }

    #[test]
    fn what_is_given_up_is_lost_and_the_rest_comes_back() {
        for (kept, day, available, forfeited, expired) in [
            (0, "2016-01-01", 150, 0, 0),
            (70, "2016-01-01", 80, 70, 0),
            (120, "2016-01-01", 30, 120, 0),
            (70, "2016-02-01", 50, 70, 30),
        ] {
            let mut ann = ann();
            ann.hold(&mut Entry::new(), REWARD, points(120), 0).unwrap();
            let mut entry = Entry::new();
            ann.give_up(&mut entry, REWARD, points(kept), date(day)).unwrap();
            assert_eq!(figures(&ann), (available, 0, 0), "{kept} {day}");
            assert_eq!(
                (entry.of(Account::Forfeited), entry.of(Account::Expired)),
                (forfeited, expired),
                "{kept} {day}"
            );
            assert_eq!(entry.sum(), 0);
            assert!(ann.give_up(&mut entry, REWARD, points(kept), date(day)).is_err());
        }
    }
}
