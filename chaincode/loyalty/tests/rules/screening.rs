//! What cannot be rated waits for correction, with its reason.

use folio_loyalty::rules::programme::TierRank;
use folio_loyalty::rules::rating::{Explain, GROUP_STAYS_MAX, Member, rate};
use folio_loyalty::rules::stay::{Status, Stay};
use folio_loyalty::units::ExchangeRates;

use crate::support::{ROOM, charge, date, hotel, paid_stay, programme, rated, room, stay, suspended};

type Change = fn(&mut Stay<'static>);

#[test]
fn facts_that_do_not_add_up_suspend_a_stay() {
    let textbook = programme("textbook");
    let cases: [(&str, Change); 13] = [
        ("DEPARTURE_BEFORE_ARRIVAL", |stay| stay.departure = date("2026-01-31")),
        ("BOOKED_AFTER_DEPARTURE", |stay| stay.booked = Some(date("2026-02-04"))),
        ("NIGHTS_MISMATCH", |stay| stay.departure = date("2026-02-02")),
        ("NIGHTS_MISMATCH", |stay| stay.departure = date("2026-02-04")),
        ("NIGHTS_MISMATCH", |stay| stay.rooms.clear()),
        ("NIGHTS_MISMATCH", |stay| stay.rooms[0].nights[1].date = date("2026-02-01")),
        ("NIGHTS_MISMATCH", |stay| stay.departure = date("2029-02-01")),
        ("NIGHT_OUTSIDE_STAY", |stay| stay.rooms[0].nights[1].date = date("2026-02-03")),
        ("LINE_OUTSIDE_STAY", |stay| stay.rooms[0].lines[0].date = date("2026-02-04")),
        ("LINE_REPEATED", |stay| {
            let line = stay.rooms[0].lines[0].clone();
            stay.rooms[0].lines.push(line);
        }),
        ("CATEGORY_UNKNOWN", |stay| stay.rooms[0].lines[0].category = 15),
        ("CURRENCY_UNKNOWN", |stay| stay.rooms[0].lines[0].currency = "QQQ".parse().unwrap()),
        ("EXCHANGE_RATE_MISSING", |stay| stay.rooms[0].lines[0].currency = "GBP".parse().unwrap()),
    ];
    for (code, change) in cases {
        let mut stay = paid_stay("2026-02-01", 2, 600);
        change(&mut stay);
        assert_eq!(suspended(&textbook, &stay).map(|suspense| suspense.code()), Some(code));
    }
    assert_eq!(suspended(&textbook, &paid_stay("2026-02-01", 2, 600)), None);
}

#[test]
fn an_early_departure_with_its_booked_nights_is_suspended() {
    let mut stay = paid_stay("2026-02-01", 8, 600);
    stay.departure = date("2026-02-02");
    assert_eq!(suspended(&programme("textbook"), &stay).map(|suspense| suspense.code()), Some("NIGHTS_MISMATCH"));
}

#[test]
fn a_stay_that_did_not_take_place_is_not_asked_for_nights() {
    let mut stay = paid_stay("2026-02-01", 2, 600);
    stay.status = Status::Cancelled;
    stay.rooms[0].nights.clear();
    stay.rooms[0].lines[0].currency = "QQQ".parse().unwrap();
    assert_eq!(suspended(&programme("textbook"), &stay), None);
}

#[test]
fn a_guest_may_change_rooms_within_a_stay() {
    let textbook = programme("textbook");
    let mut moved = stay("2026-02-01", 3);
    moved.rooms = vec![room(date("2026-02-01"), 1), room(date("2026-02-02"), 2)];
    charge(&mut moved, 0, ROOM, 10_000, "USD");
    assert_eq!(rated(&textbook, &[&moved], TierRank(0), "Hilton").nights_slept, 3);
}

#[test]
fn groups_are_bounded_and_of_one_member_and_hotel() {
    let textbook = programme("textbook");
    let rates = ExchangeRates::into_currency(textbook.currency);
    let stay = paid_stay("2026-02-01", 1, 100);
    let mut elsewhere = stay.clone();
    elsewhere.hotel = "BOR-RESORT".into();
    let attempt = |stays: &[&Stay<'_>]| {
        rate(&textbook, stays, Member { tier: TierRank(0) }, &hotel("Hilton"), &rates, Explain::No)
            .map_err(|error| error.code())
    };
    assert_eq!(attempt(&[]), Err("RATING_GROUP_SIZE"));
    assert_eq!(attempt(&vec![&stay; GROUP_STAYS_MAX + 1]), Err("RATING_GROUP_SIZE"));
    assert_eq!(attempt(&[&stay, &elsewhere]), Err("RATING_GROUP_MIXED"));
}
