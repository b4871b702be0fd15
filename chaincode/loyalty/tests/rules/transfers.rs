//! Transfers: limits of single programmes, and the record of a year.

use folio_loyalty::rules::programme::TierRank;
use folio_loyalty::rules::transfer::{Party, TransferYear, check_transfer};

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
