//! Transfers: limits of single programmes, and the record of a year.

use folio_loyalty::rules::programme::{TierDirection, TierRank, TransferFee};
use folio_loyalty::rules::transfer::{
    Party, TransferYear, check_claiming, check_giving, check_transfer, transfer_cost,
};
use folio_loyalty::units::Points;

use crate::support::{date, points, programme, textbook_with, tier};

fn party(tier: TierRank, sent: u64, received: u64) -> Party {
    let year = TransferYear { year: 2026, sent: points(sent), received: points(received), ..TransferYear::default() };
    Party { tier, enrolled: date("2020-01-01"), active: true, year }
}

#[test]
fn textbook_points_move_only_downward_and_up_to_a_maximum() {
    let textbook = programme("textbook");
    let (silver, gold) = (tier(&textbook, "Silver"), tier(&textbook, "Gold"));
    for (from, to, amount, code) in [
        (gold, silver, 1000, None),
        (gold, silver, 1001, Some("TRANSFER_ABOVE_MAXIMUM")),
        (silver, gold, 10, Some("TRANSFER_TIER_DIRECTION")),
        (gold, gold, 10, Some("TRANSFER_TIER_DIRECTION")),
        (gold, silver, 0, Some("TRANSFER_BELOW_MINIMUM")),
    ] {
        let (from, to) = (party(from, 0, 0), party(to, 0, 0));
        let checked = check_transfer(&textbook, points(amount), &from, &to, date("2026-06-01"));
        assert_eq!(checked.err().map(|refusal| refusal.code()), code);
    }
}

#[test]
fn a_programme_that_says_nothing_offers_no_transfers() {
    let silent = textbook_with(|definition| definition.transfer = None);
    let member = party(TierRank(0), 0, 0);
    let refusal = check_transfer(&silent, points(1), &member, &member, date("2026-06-01")).unwrap_err();
    assert_eq!(refusal.code(), "TRANSFER_NOT_OFFERED");
}

#[test]
fn the_record_of_a_year_starts_again_with_the_next() {
    let year = TransferYear::default();
    let year = year.after_sending(points(10), date("2026-12-31")).unwrap();
    let year = year.after_receiving(points(5), date("2026-12-31")).unwrap();
    assert_eq!((year.sent, year.received, year.sent_count, year.received_count), (points(10), points(5), 1, 1));
    let next = year.after_sending(points(7), date("2027-01-01")).unwrap();
    assert_eq!((next.year, next.sent, next.received, next.sent_count), (2027, points(7), points(0), 1));
}

#[test]
fn a_programme_limits_how_often_and_how_soon() {
    let definition = textbook_with(|definition| {
        let rules = definition.transfer.as_mut().unwrap();
        rules.direction = TierDirection::Any;
        rules.inactive_age_days = 90;
        rules.sent_count_per_month = Some(2);
        rules.received_count_per_month = Some(1);
        rules.days_between = Some(10);
    });
    let today = "2026-06-30";
    let after = |sent: &[&str], received: &[&str]| {
        let mut year = TransferYear::default();
        for (days, is_sent) in [(sent, true), (received, false)] {
            for day in days {
                let next = if is_sent { TransferYear::after_sending } else { TransferYear::after_receiving };
                year = next(year, points(5), date(day)).unwrap();
            }
        }
        Party { tier: TierRank(0), enrolled: date("2026-03-01"), active: true, year }
    };
    let fresh = after(&[], &[]);
    for (sender, receiver, code) in [
        (fresh, fresh, None),
        (after(&["2026-06-01", "2026-06-02"], &[]), fresh, Some("TRANSFER_SENT_MONTH")),
        (after(&["2026-05-01", "2026-05-02"], &[]), fresh, None),
        (fresh, after(&[], &["2026-06-01"]), Some("TRANSFER_RECEIVED_MONTH")),
        (after(&["2026-06-21"], &[]), fresh, Some("TRANSFER_TOO_SOON")),
        (after(&[], &["2026-06-20"]), fresh, None),
        (fresh, after(&["2026-06-21"], &[]), Some("TRANSFER_TOO_SOON")),
        (Party { active: false, ..fresh }, fresh, None),
        (Party { active: false, enrolled: date("2026-04-02"), ..fresh }, fresh, Some("TRANSFER_ACCOUNT_AGE")),
        (fresh, Party { active: false, enrolled: date("2026-04-02"), ..fresh }, Some("TRANSFER_ACCOUNT_AGE")),
        (fresh, Party { enrolled: date("2026-06-29"), ..fresh }, None),
    ] {
        let checked = check_transfer(&definition, points(10), &sender, &receiver, date(today));
        assert_eq!(checked.err().map(|refusal| refusal.code()), code, "{sender:?} {receiver:?}");
        let alone = check_giving(&definition, points(10), &sender, date(today));
        let claimed = check_claiming(&definition, points(10), &sender, &receiver, date(today));
        assert_eq!(alone.and(claimed).err().map(|refusal| refusal.code()), code, "a gift has the same limits");
    }
}

#[test]
fn a_gift_that_was_called_back_counts_no_more_in_its_year_and_month() {
    let given = TransferYear::default().after_sending(points(10), date("2026-05-31")).unwrap();
    for (back, sent, count, in_month) in [("2026-05-31", 0, 0, 0), ("2026-06-01", 0, 0, 0), ("2027-01-01", 0, 0, 0)] {
        let year = given.after_calling_back(points(10), date("2026-05-31"), date(back));
        assert_eq!((year.sent, year.sent_count, year.sent_in_month), (points(sent), count, in_month), "{back}");
        assert_eq!(year.latest, Some(date("2026-05-31")));
    }
    let next = given.after_sending(points(7), date("2027-01-02")).unwrap();
    let back = next.after_calling_back(points(10), date("2026-05-31"), date("2027-01-03"));
    assert_eq!((back.sent, back.sent_count), (points(7), 1), "another year's");
}

#[test]
fn a_fee_may_be_waived_for_who_receives() {
    let definition = textbook_with(|definition| {
        definition.transfer.as_mut().unwrap().fee = Some(TransferFee {
            per: points(100),
            points: points(3),
            money: Default::default(),
            exempt_tiers: vec!["Gold".to_owned()],
            exempt_receivers: vec!["Silver".to_owned()],
        });
    });
    let (silver, gold) = (tier(&definition, "Silver"), tier(&definition, "Gold"));
    for (from, to, fee) in [
        (TierRank(0), Some(TierRank(0)), 6),
        (TierRank(0), Some(silver), 0),
        (TierRank(0), Some(gold), 6),
        (TierRank(0), None, 6),
        (gold, None, 0),
        (silver, None, 6),
    ] {
        let cost = transfer_cost(&definition, from, to, points(101)).unwrap();
        assert_eq!(cost.points, points(fee), "{from:?} to {to:?}");
    }
}

#[test]
fn two_records_of_one_person_are_one_record() {
    let date = |text| date(text);
    let first = TransferYear::default().after_sending(points(10), date("2026-05-01")).unwrap();
    let second = TransferYear::default().after_receiving(points(4), date("2026-05-20")).unwrap();
    let third = TransferYear::default().after_sending(points(9), date("2025-12-31")).unwrap();
    for (left, right, sent, in_month) in [(first, second, 10, 1), (first, third, 10, 1), (second, third, 0, 0)] {
        let merged = left.merged(right).unwrap();
        assert_eq!(merged, right.merged(left).unwrap());
        assert_eq!((merged.sent, merged.sent_in_month), (points(sent), in_month));
    }
    let full = TransferYear { sent: Points::MAX, ..first };
    assert!(full.merged(first).is_err(), "no record wraps");
}
