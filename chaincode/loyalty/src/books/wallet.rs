//! What stands in a wallet: points of one programme, as a token.

use crate::ids::WalletAddress;
use crate::units::{Date, Points};

use super::{Account, BooksError, Entry, Holdings, LOTS_MAX, Lot, LotKey, Lots};

/// A wallet's points in one programme. They keep their lots: nothing lives longer, or costs another party, because it
/// went through a wallet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wallet {
    address: WalletAddress,
    lots: Lots,
}

impl Wallet {
    /// A wallet with these lots.
    pub const fn of(address: WalletAddress, lots: Lots) -> Self {
        Self { address, lots }
    }

    /// Its address.
    pub const fn address(&self) -> WalletAddress {
        self.address
    }

    /// Its lots.
    pub const fn lots(&self) -> &Lots {
        &self.lots
    }

    /// Points in it, those among them that have lapsed since it was last touched.
    pub fn balance(&self) -> Points {
        self.lots.total()
    }

    /// Lots whose last day is past are gone.
    pub fn expire(&mut self, entry: &mut Entry, today: Date) -> Result<(), BooksError> {
        let points = self.lots.take_past(today).total();
        entry.move_points(self.account(), Account::Expired, points)?;
        Ok(())
    }

    /// Points go to another wallet, lot by lot.
    pub fn send(&mut self, entry: &mut Entry, to: &mut Self, points: Points) -> Result<(), BooksError> {
        let moved = self.take(points)?;
        entry.move_points(self.account(), to.account(), points)?;
        to.come_in(moved)
    }

    /// Points go into a member's account, lot by lot, and repay debt first.
    pub fn deposit(&mut self, entry: &mut Entry, to: &mut Holdings, points: Points) -> Result<(), BooksError> {
        let moved = self.take(points)?;
        to.come_in(entry, self.account(), moved)
    }

    const fn account(&self) -> Account {
        Account::Wallet(self.address)
    }

    fn take(&mut self, needed: Points) -> Result<Lots, BooksError> {
        let available = self.balance();
        if needed.is_zero() {
            Err(BooksError::Nothing)
        } else if needed > available {
            Err(BooksError::Overdraft { needed, available })
        } else {
            Ok(self.lots.take_first(needed))
        }
    }

    fn come_in(&mut self, lots: Lots) -> Result<(), BooksError> {
        self.lots.put_all(&lots)?;
        if self.lots.len() > LOTS_MAX { Err(BooksError::TooManyLots) } else { Ok(()) }
    }
}

impl Holdings {
    /// Points go into a wallet, lot by lot. Inactivity ends accounts and knows no wallets, so `latest` is put onto what
    /// leaves: a lot ends with it, or before.
    pub fn withdraw(
        &mut self,
        entry: &mut Entry,
        to: &mut Wallet,
        points: Points,
        latest: Option<Date>,
    ) -> Result<(), BooksError> {
        self.must_afford(points)?;
        let moved = self.lots.take_first(points);
        entry.move_points(Account::Available(self.member), to.account(), points)?;
        to.come_in(moved.iter().map(|lot| ending_by(&lot, latest)).collect())
    }
}

/// The lot, with a last day that is not after `latest`.
fn ending_by(lot: &Lot, latest: Option<Date>) -> Lot {
    let last_day = [lot.key.last_day, latest].into_iter().flatten().min();
    Lot { key: LotKey { last_day, ..lot.key.clone() }, points: lot.points }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::books::testing::{ANN, date, lot, points};
    use crate::ids::MemberId;

    const ONE: WalletAddress = WalletAddress::new([1; 20]);
    const TWO: WalletAddress = WalletAddress::new([2; 20]);

    fn key(last_day: Option<&str>) -> LotKey {
        lot("2015-07-01", last_day)
    }

    /// Ann, with 100 points that end in 2016 and 50 that never do.
    fn ann() -> Holdings {
        let mut ann = Holdings::new(ANN);
        ann.earn(&mut Entry::new(), &key(Some("2016-12-31")), points(100)).unwrap();
        ann.earn(&mut Entry::new(), &key(None), points(50)).unwrap();
        ann
    }

    fn lots(lots: &Lots) -> Vec<(Option<Date>, u64)> {
        lots.iter().map(|lot| (lot.key.last_day, lot.points.get())).collect()
    }

    #[test]
    fn a_walk_through_a_wallet_never_makes_points_live_longer() {
        let end = |text: &str| Some(date(text));
        for (latest, there) in [
            (None, vec![(end("2016-12-31"), 100), (None, 20)]),
            (end("2017-06-30"), vec![(end("2016-12-31"), 100), (end("2017-06-30"), 20)]),
            (end("2016-06-30"), vec![(end("2016-06-30"), 120)]),
        ] {
            let (mut ann, mut one, mut two) = (ann(), Wallet::of(ONE, Lots::new()), Wallet::of(TWO, Lots::new()));
            let mut entry = Entry::new();
            ann.withdraw(&mut entry, &mut one, points(120), latest).unwrap();
            assert_eq!((entry.of(Account::Available(ANN)), entry.of(Account::Wallet(ONE))), (-120, 120));
            one.send(&mut entry, &mut two, points(120)).unwrap();
            assert_eq!(lots(two.lots()), there);
            let mut bob = Holdings::new(MemberId::new([2; 16]));
            two.deposit(&mut entry, &mut bob, points(120)).unwrap();
            assert_eq!(lots(bob.lots()), there);
            assert_eq!(entry.postings().count(), 2, "what passed through the wallets is gone from them");
            assert_eq!(entry.sum(), 0);
        }
    }

    #[test]
    fn a_wallet_never_gives_more_than_it_has() {
        let (mut one, mut two) = (Wallet::of(ONE, Lots::new()), Wallet::of(TWO, Lots::new()));
        ann().withdraw(&mut Entry::new(), &mut one, points(150), None).unwrap();
        let overdraft = BooksError::Overdraft { needed: points(151), available: points(150) };
        assert_eq!(one.send(&mut Entry::new(), &mut two, points(151)), Err(overdraft));
        assert_eq!(one.deposit(&mut Entry::new(), &mut ann(), points(151)), Err(overdraft));
        assert_eq!(one.send(&mut Entry::new(), &mut two, Points::ZERO), Err(BooksError::Nothing));
        assert_eq!(one.balance(), points(150));
    }

    #[test]
    fn lots_in_a_wallet_reach_their_last_day() {
        let mut one = Wallet::of(ONE, Lots::new());
        ann().withdraw(&mut Entry::new(), &mut one, points(150), None).unwrap();
        let mut entry = Entry::new();
        one.expire(&mut entry, date("2016-12-31")).unwrap();
        assert!(entry.is_empty());
        one.expire(&mut entry, date("2017-01-01")).unwrap();
        assert_eq!((entry.of(Account::Expired), one.balance()), (100, points(50)));
    }

    #[test]
    fn a_deposit_repays_debt_and_debt_keeps_points_from_wallets() {
        let (mut bob, mut one) = (Holdings::new(MemberId::new([2; 16])), Wallet::of(ONE, Lots::new()));
        ann().withdraw(&mut Entry::new(), &mut one, points(100), None).unwrap();
        bob.take_back(&mut Entry::new(), &key(None), points(30)).unwrap();
        let refused = bob.withdraw(&mut Entry::new(), &mut one, points(1), None);
        assert_eq!(refused, Err(BooksError::Indebted { debt: points(30) }));
        one.deposit(&mut Entry::new(), &mut bob, points(100)).unwrap();
        assert_eq!((bob.available(), bob.debt()), (points(70), Points::ZERO));
    }

    #[test]
    fn a_wallet_tells_as_many_lots_apart_as_an_account() {
        let mut wallet = Wallet::of(ONE, Lots::new());
        let day = |n: usize| date("1990-01-01").add_days(i32::try_from(n).unwrap()).unwrap();
        let lot = |n| Lot { key: LotKey { earned: day(n), ..key(None) }, points: points(1) };
        wallet.come_in((0..LOTS_MAX).map(lot).collect()).unwrap();
        assert_eq!(wallet.come_in([lot(LOTS_MAX)].into_iter().collect()), Err(BooksError::TooManyLots));
    }
}
