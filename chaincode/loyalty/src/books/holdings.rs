//! What one member has in one programme.

use crate::ids::{MemberId, ReservationId};
use crate::units::{Date, Overflow, Points};

use super::{Account, BooksError, Entry, LOTS_MAX, LotKey, Lots, Pending};

/// Most holds that one account has open at once.
pub const HOLDS_MAX: usize = 16;

/// A member's points in one programme: free lots, held lots, and debt.
///
/// Every change also writes the movements that it makes into an [`Entry`]. After an error both are to be dropped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holdings {
    pub(super) member: MemberId,
    pub(super) lots: Lots,
    pub(super) holds: Vec<Hold>,
    pub(super) debt: Points,
    pub(super) pending: Vec<Pending>,
}

/// Points set aside for a reward, with the lots they come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// Which reservation it belongs to.
    pub id: ReservationId,
    /// What is set aside; never nothing.
    pub lots: Lots,
    /// When it ends by itself, in seconds since 1970.
    pub ends_at_seconds: i64,
}

impl Holdings {
    /// An account that was just opened.
    pub const fn new(member: MemberId) -> Self {
        Self { member, lots: Lots::new(), holds: Vec::new(), debt: Points::ZERO, pending: Vec::new() }
    }

    /// An account as it was kept.
    pub const fn of(member: MemberId, lots: Lots, holds: Vec<Hold>, debt: Points) -> Self {
        Self { member, lots, holds, debt, pending: Vec::new() }
    }

    /// The same account with points that become available later, in order of their dates.
    pub fn with_pending(self, pending: Vec<Pending>) -> Self {
        Self { pending, ..self }
    }

    /// Whose it is.
    pub const fn member(&self) -> MemberId {
        self.member
    }

    /// The lots that are free to spend.
    pub const fn lots(&self) -> &Lots {
        &self.lots
    }

    /// The open holds, oldest first.
    pub fn holds(&self) -> &[Hold] {
        &self.holds
    }

    /// Points free to spend.
    pub fn available(&self) -> Points {
        self.lots.total()
    }

    /// Points set aside.
    pub fn reserved(&self) -> Result<Points, Overflow> {
        self.holds.iter().try_fold(Points::ZERO, |sum, hold| sum.checked_add(hold.lots.total()))
    }

    /// Points owed.
    pub const fn debt(&self) -> Points {
        self.debt
    }

    /// New points come in, and repay debt first.
    pub fn earn(&mut self, entry: &mut Entry, key: &LotKey, points: Points) -> Result<(), BooksError> {
        let mut lots = Lots::new();
        lots.put(key, points)?;
        self.come_in(entry, Account::Issued, lots)
    }

    /// Points that should not have been given are taken back: first from the lot they went into, those that are not
    /// available yet foremost, then from the others in spending order. What is spent already becomes debt. Held points are
    /// not touched: their reward is under way.
    pub fn take_back(&mut self, entry: &mut Entry, own: &LotKey, points: Points) -> Result<(), BooksError> {
        let from_pending = self.take_pending(own, points)?;
        entry.move_points(Account::Pending(self.member), Account::Reversed, from_pending)?;
        let points = points.checked_sub(from_pending)?;
        let from_own = self.lots.take_of(own, points);
        let missing = points.checked_sub(from_own)?;
        let from_others = self.lots.take_first(missing).total();
        let owed = missing.checked_sub(from_others)?;
        self.debt = self.debt.checked_add(owed)?;
        entry.move_points(Account::Available(self.member), Account::Reversed, from_own)?;
        entry.move_points(Account::Available(self.member), Account::Reversed, from_others)?;
        entry.move_points(Account::Debt(self.member), Account::Reversed, owed)?;
        Ok(())
    }

    /// Points go to another member, lot by lot, so that they neither live longer nor cost another party; the programme
    /// keeps `fee` on top.
    pub fn transfer(
        &mut self,
        entry: &mut Entry,
        to: &mut Self,
        points: Points,
        fee: Points,
    ) -> Result<(), BooksError> {
        self.must_afford(points.checked_add(fee)?)?;
        let moved = self.lots.take_first(points);
        let kept = self.lots.take_first(fee).total();
        entry.move_points(Account::Available(self.member), Account::Fees, kept)?;
        to.come_in(entry, Account::Available(self.member), moved)
    }

    /// Points become a partner's currency, for good.
    pub fn convert(&mut self, entry: &mut Entry, points: Points) -> Result<(), BooksError> {
        self.must_afford(points)?;
        let gone = self.lots.take_first(points).total();
        entry.move_points(Account::Available(self.member), Account::Converted, gone)?;
        Ok(())
    }

    /// Sets points aside for a reward.
    pub fn hold(
        &mut self,
        entry: &mut Entry,
        id: ReservationId,
        points: Points,
        ends_at_seconds: i64,
    ) -> Result<(), BooksError> {
        self.must_afford(points)?;
        if self.holds.len() >= HOLDS_MAX {
            return Err(BooksError::TooManyHolds);
        }
        let lots = self.lots.take_first(points);
        entry.move_points(Account::Available(self.member), Account::Reserved(self.member), points)?;
        self.holds.push(Hold { id, lots, ends_at_seconds });
        Ok(())
    }

    /// The reward was given: the points are spent. The answer is the lots that they were of.
    pub fn redeem(&mut self, entry: &mut Entry, id: ReservationId) -> Result<Lots, BooksError> {
        let lots = self.end_hold(id)?.lots;
        entry.move_points(Account::Reserved(self.member), Account::Redeemed, lots.total())?;
        Ok(lots)
    }

    /// The reward was not given: the lots come back as they were, and repay debt first. A lot that reached its last day
    /// while it was held expires now.
    pub fn release(&mut self, entry: &mut Entry, id: ReservationId, today: Date) -> Result<Points, BooksError> {
        let lots = self.end_hold(id)?.lots;
        let points = lots.total();
        self.come_back(entry, Account::Reserved(self.member), lots, today)?;
        Ok(points)
    }

    /// The holds that ended by themselves before `seconds`.
    pub fn ended_before(&self, seconds: i64) -> Vec<ReservationId> {
        self.holds.iter().filter(|hold| hold.ends_at_seconds < seconds).map(|hold| hold.id).collect()
    }

    /// Free lots whose last day is past are gone.
    pub fn expire(&mut self, entry: &mut Entry, today: Date) -> Result<(), BooksError> {
        let points = self.lots.take_past(today).total();
        entry.move_points(Account::Available(self.member), Account::Expired, points)?;
        Ok(())
    }

    /// The account was inactive for too long: all free points are gone.
    pub fn forfeit(&mut self, entry: &mut Entry) -> Result<(), BooksError> {
        let points = std::mem::take(&mut self.lots).total();
        entry.move_points(Account::Available(self.member), Account::Forfeited, points)?;
        Ok(())
    }

    pub(super) fn must_afford(&self, needed: Points) -> Result<(), BooksError> {
        let available = self.available();
        if needed.is_zero() {
            Err(BooksError::Nothing)
        } else if !self.debt.is_zero() {
            Err(BooksError::Indebted { debt: self.debt })
        } else if needed > available {
            Err(BooksError::Overdraft { needed, available })
        } else {
            Ok(())
        }
    }

    /// Lots come back from an account as they were. Those that reached their last day meanwhile expire now.
    pub(super) fn come_back(
        &mut self,
        entry: &mut Entry,
        from: Account,
        mut lots: Lots,
        today: Date,
    ) -> Result<(), BooksError> {
        let expired = lots.take_past(today).total();
        entry.move_points(from, Account::Expired, expired)?;
        self.come_in(entry, from, lots)
    }

    /// Lots come in from an account; the first of them repay debt.
    pub(super) fn come_in(&mut self, entry: &mut Entry, from: Account, mut lots: Lots) -> Result<(), BooksError> {
        let repaid = lots.take_first(self.debt).total();
        self.debt = self.debt.checked_sub(repaid)?;
        entry.move_points(from, Account::Debt(self.member), repaid)?;
        entry.move_points(from, Account::Available(self.member), lots.total())?;
        self.lots.put_all(&lots)?;
        self.must_tell_apart()
    }

    /// Refuses more lots than an account tells apart. Those that are held or not available yet and have no free points
    /// count too, so that there is always room for them to come in.
    pub(super) fn must_tell_apart(&self) -> Result<(), BooksError> {
        if self.lots.len() + self.tied_only() > LOTS_MAX { Err(BooksError::TooManyLots) } else { Ok(()) }
    }

    fn tied_only(&self) -> usize {
        if self.holds.is_empty() && self.pending.is_empty() {
            return 0;
        }
        let held = self.holds.iter().map(|hold| &hold.lots);
        let tied = held.chain(self.pending.iter().map(|pending| &pending.lots));
        let mut keys: Vec<LotKey> = tied.flat_map(|lots| lots.iter().map(|lot| lot.key)).collect();
        keys.sort();
        keys.dedup();
        keys.retain(|key| !self.lots.contains(key));
        keys.len()
    }

    pub(super) fn end_hold(&mut self, id: ReservationId) -> Result<Hold, BooksError> {
        let at = self.holds.iter().position(|hold| hold.id == id).ok_or(BooksError::HoldNotOpen { id })?;
        Ok(self.holds.remove(at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::books::testing::{ANN, date, lot as key, points};

    const BOB: MemberId = MemberId::new([2; 16]);
    const REWARD: ReservationId = ReservationId::new([9; 16]);

    fn july() -> LotKey {
        key("2015-07-01", Some("2017-07-31"))
    }

    fn august() -> LotKey {
        key("2015-08-01", None)
    }

    /// Ann, with 100 points of July, which expire, and 50 of August, which do not.
    fn ann() -> Holdings {
        let mut ann = Holdings::new(ANN);
        ann.earn(&mut Entry::new(), &july(), points(100)).unwrap();
        ann.earn(&mut Entry::new(), &august(), points(50)).unwrap();
        ann
    }

    fn figures(holdings: &Holdings) -> (u64, u64, u64) {
        (holdings.available().get(), holdings.reserved().unwrap().get(), holdings.debt().get())
    }

    #[test]
    fn taking_back_goes_through_the_own_lot_then_the_others_then_into_debt() {
        for (back, july_left, august_left, debt) in [(30, 100, 20, 0), (70, 80, 0, 0), (150, 0, 0, 0), (180, 0, 0, 30)]
        {
            let mut ann = ann();
            let mut entry = Entry::new();
            ann.take_back(&mut entry, &august(), points(back)).unwrap();
            let left = |key: &LotKey| ann.lots().iter().find(|lot| lot.key == *key).map_or(0, |lot| lot.points.get());
            assert_eq!((left(&july()), left(&august()), ann.debt().get()), (july_left, august_left, debt), "{back}");
            assert_eq!(entry.of(Account::Reversed), i64::try_from(back).unwrap());
            assert_eq!(entry.sum(), 0);
        }
    }

    #[test]
    fn debt_blocks_spending_and_is_repaid_by_what_comes_in_next() {
        let mut ann = ann();
        ann.take_back(&mut Entry::new(), &august(), points(180)).unwrap();
        let refused = ann.hold(&mut Entry::new(), REWARD, points(1), 0);
        assert_eq!(refused, Err(BooksError::Indebted { debt: points(30) }));
        let mut entry = Entry::new();
        ann.earn(&mut entry, &august(), points(20)).unwrap();
        assert_eq!(figures(&ann), (0, 0, 10));
        assert_eq!(entry.of(Account::Debt(ANN)), 20);
        ann.earn(&mut Entry::new(), &august(), points(20)).unwrap();
        assert_eq!(figures(&ann), (10, 0, 0));
    }

    #[test]
    fn a_transfer_repays_the_receivers_debt_and_keeps_the_lots_conditions() {
        let (mut ann, mut bob) = (ann(), Holdings::new(BOB));
        bob.take_back(&mut Entry::new(), &august(), points(40)).unwrap();
        let mut entry = Entry::new();
        ann.transfer(&mut entry, &mut bob, points(120), points(10)).unwrap();
        assert_eq!((figures(&ann), figures(&bob)), ((20, 0, 0), (80, 0, 0)));
        assert_eq!(entry.of(Account::Fees), 10);
        assert_eq!(entry.of(Account::Debt(BOB)), 40);
        assert_eq!(entry.of(Account::Available(ANN)), -130);
        let lots: Vec<_> = bob.lots().iter().map(|lot| (lot.key.clone(), lot.points.get())).collect();
        assert_eq!(lots, [(july(), 60), (august(), 20)]);
    }

    #[test]
    fn no_one_spends_more_than_there_is() {
        let (mut ann, mut bob) = (ann(), Holdings::new(BOB));
        let overdraft = BooksError::Overdraft { needed: points(151), available: points(150) };
        assert_eq!(ann.transfer(&mut Entry::new(), &mut bob, points(150), points(1)), Err(overdraft));
        assert_eq!(ann.hold(&mut Entry::new(), REWARD, points(151), 0), Err(overdraft));
        assert_eq!(ann.hold(&mut Entry::new(), REWARD, Points::ZERO, 0), Err(BooksError::Nothing));
    }

    #[test]
    fn a_released_hold_restores_its_lots_and_expires_those_whose_day_is_past() {
        let before = ann();
        for (day, available) in [("2017-07-31", 150), ("2017-08-01", 50)] {
            let mut ann = before.clone();
            ann.hold(&mut Entry::new(), REWARD, points(120), 1_000).unwrap();
            assert_eq!(figures(&ann), (30, 120, 0));
            let mut entry = Entry::new();
            ann.release(&mut entry, REWARD, date(day)).unwrap();
            assert_eq!(figures(&ann), (available, 0, 0), "{day}");
            assert_eq!(entry.of(Account::Expired), 150 - i64::try_from(available).unwrap());
            assert_eq!(entry.sum(), 0);
        }
    }

    #[test]
    fn a_hold_is_ended_once() {
        let mut ann = ann();
        ann.hold(&mut Entry::new(), REWARD, points(120), 1_000).unwrap();
        assert_eq!(ann.ended_before(1_000), []);
        assert_eq!(ann.ended_before(1_001), [REWARD]);
        let mut entry = Entry::new();
        assert_eq!(ann.redeem(&mut entry, REWARD).map(|lots| lots.total()), Ok(points(120)));
        assert_eq!(entry.of(Account::Redeemed), 120);
        assert_eq!(figures(&ann), (30, 0, 0));
        assert_eq!(ann.redeem(&mut entry, REWARD), Err(BooksError::HoldNotOpen { id: REWARD }));
        assert_eq!(ann.release(&mut entry, REWARD, date("2016-01-01")), Err(BooksError::HoldNotOpen { id: REWARD }));
    }

    #[test]
    fn held_lots_count_towards_the_bound_on_lots() {
        let mut ann = Holdings::new(ANN);
        let month = |n: usize| key("1990-01-01", None).earned.add_months(i32::try_from(n).unwrap()).unwrap();
        let lot = |n| LotKey { earned: month(n), ..august() };
        for n in 0..LOTS_MAX {
            ann.earn(&mut Entry::new(), &lot(n), points(1)).unwrap();
        }
        ann.hold(&mut Entry::new(), REWARD, points(200), 0).unwrap();
        assert_eq!(ann.clone().earn(&mut Entry::new(), &lot(LOTS_MAX), points(1)), Err(BooksError::TooManyLots));
        ann.earn(&mut Entry::new(), &lot(3), points(1)).unwrap();
        ann.release(&mut Entry::new(), REWARD, date("2015-01-01")).unwrap();
        assert_eq!(ann.lots().len(), LOTS_MAX);
    }
}
