//! Whatever happens to accounts, the books balance.

use proptest::prelude::*;

use crate::ids::{MemberId, OrgId, ProgrammeId, ReservationId};
use crate::units::{Date, Points, Rational};

use super::{Account, BooksError, CostClass, Entry, Holdings, Kind, LotKey, Totals};

const MEMBERS: usize = 3;

#[derive(Debug, Clone)]
enum Step {
    Earn { member: usize, month: i32, points: u64 },
    TakeBack { member: usize, month: i32, points: u64 },
    Transfer { from: usize, to: usize, points: u64, fee: u64 },
    Hold { member: usize, points: u64 },
    Redeem { member: usize, hold: usize },
    Release { member: usize, hold: usize },
    Expire { member: usize },
    Forfeit { member: usize },
    Convert { member: usize, points: u64 },
    EarnLater { member: usize, month: i32, points: u64, days: i32 },
    Mature { member: usize },
    Decay { member: usize, percent: i64 },
    SpendAndRefund { member: usize, points: u64 },
    GiveUp { member: usize, hold: usize, points: u64 },
    GiveHeld { from: usize, to: usize, hold: usize, points: u64 },
    Absorb { into: usize, from: usize },
}

fn step() -> impl Strategy<Value = Step> {
    let (member, month, points) = (0..MEMBERS, 0..30_i32, 0..500_u64);
    prop_oneof![
        4 => (member.clone(), month.clone(), points.clone()).prop_map(|(member, month, points)| Step::Earn { member, month, points }),
        2 => (member.clone(), month, points.clone()).prop_map(|(member, month, points)| Step::TakeBack { member, month, points }),
        2 => (member.clone(), member.clone(), points.clone(), 0..9_u64)
            .prop_map(|(from, to, points, fee)| Step::Transfer { from, to, points, fee }),
        2 => (member.clone(), points.clone()).prop_map(|(member, points)| Step::Hold { member, points }),
        1 => (member.clone(), member.clone(), 0..3_usize, points.clone())
            .prop_map(|(from, to, hold, points)| Step::GiveHeld { from, to, hold, points }),
        1 => (member.clone(), member.clone()).prop_map(|(into, from)| Step::Absorb { into, from }),
        1 => (member.clone(), points).prop_map(|(member, points)| Step::Convert { member, points }),
        1 => (member.clone(), 0..3_usize).prop_map(|(member, hold)| Step::Redeem { member, hold }),
        1 => (member.clone(), 0..3_usize).prop_map(|(member, hold)| Step::Release { member, hold }),
        1 => member.clone().prop_map(|member| Step::Expire { member }),
        2 => (member.clone(), 0..30_i32, 0..500_u64, 0..200_i32)
            .prop_map(|(member, month, points, days)| Step::EarnLater { member, month, points, days }),
        1 => member.clone().prop_map(|member| Step::Mature { member }),
        1 => (member.clone(), 0..=100_i64).prop_map(|(member, percent)| Step::Decay { member, percent }),
        1 => (member.clone(), 0..500_u64).prop_map(|(member, points)| Step::SpendAndRefund { member, points }),
        1 => (member.clone(), 0..3_usize, 0..300_u64)
            .prop_map(|(member, hold, points)| Step::GiveUp { member, hold, points }),
        1 => member.prop_map(|member| Step::Forfeit { member }),
    ]
}

fn key(month: i32) -> LotKey {
    let earned = start().add_months(month).unwrap();
    LotKey {
        // Every third month's points never expire.
        last_day: (month % 3 != 0).then(|| earned.add_months(12).unwrap().month_end()),
        earned,
        issuer: ProgrammeId::new("p").unwrap(),
        funder: OrgId::new("o").unwrap(),
        cost_class: CostClass::Stay,
    }
}

fn start() -> Date {
    "2015-01-01".parse().unwrap()
}

fn points(value: u64) -> Points {
    Points::new(value).unwrap()
}

fn run(members: &mut [Holdings], step: &Step, now: usize, entry: &mut Entry) -> Result<(), BooksError> {
    let today = start().add_days(i32::try_from(now).unwrap() * 40).unwrap();
    let id = ReservationId::new([u8::try_from(now).unwrap(); 16]);
    let nth = |holdings: &Holdings, hold: usize| holdings.holds().get(hold).map_or(id, |hold| hold.id);
    match *step {
        Step::Earn { member, month, points: earned } => members[member].earn(entry, &key(month), points(earned)),
        Step::TakeBack { member, month, points: back } => members[member].take_back(entry, &key(month), points(back)),
        Step::Transfer { from, to, points: moved, fee } if from != to => {
            let mut receiver = members[to].clone();
            members[from].transfer(entry, &mut receiver, points(moved), points(fee))?;
            members[to] = receiver;
            Ok(())
        }
        Step::Transfer { .. } => Ok(()),
        Step::Hold { member, points: held } => members[member].hold(entry, id, points(held), 0),
        Step::Redeem { member, hold } => {
            let id = nth(&members[member], hold);
            members[member].redeem(entry, id).map(drop)
        }
        Step::Release { member, hold } => {
            let id = nth(&members[member], hold);
            members[member].release(entry, id, today).map(drop)
        }
        Step::GiveHeld { from, to, hold, points: given } if from != to => {
            let (id, mut receiver) = (nth(&members[from], hold), members[to].clone());
            members[from].give_held(entry, &mut receiver, id, points(given), today)?;
            members[to] = receiver;
            Ok(())
        }
        Step::Absorb { into, from } if into != from => {
            let empty = Holdings::new(members[from].member());
            let other = std::mem::replace(&mut members[from], empty);
            members[into].absorb(entry, other)
        }
        Step::GiveHeld { .. } | Step::Absorb { .. } => Ok(()),
        Step::Expire { member } => members[member].expire(entry, today),
        Step::Forfeit { member } => members[member].forfeit(entry),
        Step::Convert { member, points: gone } => members[member].convert(entry, points(gone)),
        Step::SpendAndRefund { member, points: spent } => {
            let lots = members[member].spend(entry, points(spent))?;
            members[member].refund(entry, &lots, None, today)
        }
        Step::GiveUp { member, hold, points: kept } => {
            let id = nth(&members[member], hold);
            members[member].give_up(entry, id, points(kept), today)
        }
        Step::EarnLater { member, month, points: earned, days } => {
            members[member].earn_later(entry, &key(month), points(earned), today.add_days(days).unwrap())
        }
        Step::Mature { member } => members[member].mature(entry, today),
        Step::Decay { member, percent } => members[member].decay(entry, Rational::integer(percent)),
    }
}

proptest! {
    #[test]
    fn the_books_balance_after_any_history(steps in prop::collection::vec(step(), 1..80)) {
        let mut members: Vec<Holdings> = (0..MEMBERS).map(|n| Holdings::new(MemberId::new([u8::try_from(n).unwrap(); 16]))).collect();
        let mut totals = Totals::new();
        for (now, step) in steps.iter().enumerate() {
            let (mut after, mut entry) = (members.clone(), Entry::new());
            if run(&mut after, step, now, &mut entry).is_err() {
                continue;
            }
            prop_assert_eq!(entry.sum(), 0);
            for (before, after) in members.iter().zip(&after) {
                let change = |account: Account, before: Points, after: Points| (entry.of(account), after.posting_from(before));
                let (posted, moved) = change(Account::Available(after.member()), before.available(), after.available());
                prop_assert_eq!(posted, moved);
                let (posted, moved) = change(Account::Reserved(after.member()), before.reserved().unwrap(), after.reserved().unwrap());
                prop_assert_eq!(posted, moved);
                let pending = |holdings: &Holdings| holdings.pending_points().unwrap();
                let (posted, moved) = change(Account::Pending(after.member()), pending(before), pending(after));
                prop_assert_eq!(posted, moved);
                let (posted, moved) = change(Account::Debt(after.member()), after.debt(), before.debt());
                prop_assert_eq!(posted, moved);
                prop_assert!(after.debt().is_zero() || after.available().is_zero(), "points to spend beside debt");
                prop_assert!(after.lots().iter().all(|lot| !lot.points.is_zero()));
                prop_assert!(after.lots().iter().is_sorted_by(|first, second| first.key < second.key));
            }
            totals.add_entry(&entry).unwrap();
            members = after;
            prop_assert!(totals.balance());
            let sum = |of: fn(&Holdings) -> u64| members.iter().map(of).sum::<u64>();
            prop_assert_eq!(totals.of(Kind::Available), i128::from(sum(|holdings| holdings.available().get())));
            prop_assert_eq!(-totals.of(Kind::Debt), i128::from(sum(|holdings| holdings.debt().get())));
        }
    }
}
