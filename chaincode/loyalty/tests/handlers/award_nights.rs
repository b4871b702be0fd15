//! Award nights: the price of the booking holds until the stay, and the points are spent, come back or are lost as the
//! programme said.

use folio_loyalty::books::Kind;
use folio_loyalty::rules::programme::{FreeNight, FreeNightChoice, Kept, Penalty, Season, SeasonDates, Selection};
use folio_loyalty::units::Points;
use serde_json::{Value, json};

use crate::redeemer::{BOOK, CANCEL, HYATT, RESERVE, Redeemer};
use crate::world::{AURORA, BOREA, CEDAR, CITY, LODGE, RESORT, TEXTBOOK, TODAY};

const DAY: i64 = 86_400;

fn nights(hotel: &str, arrival: &str, nights: u16, points: u64) -> Value {
    json!({ "hotel": hotel, "arrival": arrival, "nights": nights, "points": points })
}

/// World of Hyatt with a peak in August, an off-peak November, and every fifth night free.
fn seasons() -> Redeemer {
    Redeemer::hyatt_with(|definition| {
        let rules = definition.award_nights.as_mut().unwrap();
        let dates = |season, from: &str, until: &str| SeasonDates {
            season,
            from: from.parse().unwrap(),
            until: until.parse().unwrap(),
            hotels: Selection::Any,
        };
        rules.seasons =
            vec![dates(Season::Peak, "2016-08-01", "2016-08-31"), dates(Season::OffPeak, "2016-11-01", "2016-11-30")];
        rules.free_night = Some(FreeNight { every: 5, from_tier: None, which: FreeNightChoice::Cheapest });
    })
}

/// Late cancellation costs the first night, and not to come everything; both go to the hotel.
fn strict() -> Redeemer {
    Redeemer::hyatt_with(|definition| {
        let rules = definition.award_nights.as_mut().unwrap();
        rules.late_cancellation = Penalty { keeps: Kept::FirstNight, cash: false, pays_hotel: true };
        rules.no_show = Penalty { keeps: Kept::Everything, cash: false, pays_hotel: true };
    })
}

#[test]
fn anybody_may_ask_for_the_price_of_nights_and_the_booking_costs_the_same() {
    let mut cast = seasons();
    cast.world.client(AURORA, "", "");
    for (hotel, arrival, nights, points) in [
        (LODGE, "2016-03-01", 2, 10_000),
        (CITY, "2016-03-01", 1, 15_000),
        (CITY, "2016-07-31", 2, 33_000),
        (CITY, "2016-11-30", 2, 27_000),
        (RESORT, "2016-08-10", 1, 29_000),
        (CITY, "2016-07-31", 5, 4 * 18_000),
    ] {
        let asked = json!({ "programme": HYATT, "hotel": hotel, "arrival": arrival, "nights": nights, "as_of": TODAY });
        let quoted = cast.world.query("reward.award_night_quote", asked).unwrap();
        assert_eq!(quoted["points"], points, "{hotel} {arrival} {nights}");
        assert_eq!(quoted["nights"].as_array().unwrap().len(), usize::from(nights));
        assert_eq!(cast.refused(BOOK, self::nights(hotel, arrival, nights, points - 1)), "AWARD_PRICE_DIFFERS");
        if points <= 60_000 {
            let booked = cast.ok(BOOK, self::nights(hotel, arrival, nights, points));
            cast.ok(CANCEL, json!({ "reservation": booked["reservation"] }));
        }
    }
    let ask = |field: &str, value: Value| {
        let mut asked =
            json!({ "programme": HYATT, "hotel": CITY, "arrival": "2016-03-01", "nights": 1, "as_of": TODAY });
        asked[field] = value;
        asked
    };
    for (field, value, code) in [
        ("tier", json!("Tin"), "TIER_UNKNOWN"),
        ("nights", json!(31), "AWARD_NIGHTS_INVALID"),
        ("nights", json!(0), "AWARD_NIGHTS_INVALID"),
        ("programme", json!(TEXTBOOK), "AWARD_NOT_OFFERED"),
        ("hotel", json!("NO-SUCH"), "HOTEL_UNKNOWN"),
        ("as_of", json!("2014-12-31"), "PROGRAMME_NOT_IN_FORCE"),
    ] {
        assert_eq!(cast.world.query("reward.award_night_quote", ask(field, value)), Err(code), "{field}");
    }
}

#[test]
fn booked_nights_are_held_until_the_stay_and_then_owed_once() {
    let mut cast = Redeemer::hyatt();
    let call = cast.submit(BOOK, nights(CITY, "2016-05-01", 2, 30_000));
    assert_eq!(call.event.as_ref().unwrap().0, "reward.award_booked");
    let booked: Value = call.json().unwrap();
    assert_eq!(
        (&booked["state"], &booked["arrival"], &booked["nights"]),
        (&json!("held"), &json!("2016-05-01"), &json!(2))
    );
    assert_eq!(cast.figures(), (30_000, 30_000, 0));
    let end = cast.end(&booked, "2016-05-01");
    cast.world.desk(CITY);
    let early = cast.end(&booked, TODAY);
    assert_eq!(cast.world.refused("reward.award_night_stay", early.clone()), "AWARD_NOT_ARRIVED");
    assert_eq!(cast.world.refused("reward.commit", early), "RESERVATION_IS_AWARD");
    cast.wait(90 * DAY);
    for (msp, role, hotels, code) in [
        (CEDAR, "agent", "", "ORGANISATION_NOT_ALLOWED"),
        (AURORA, "manager", CITY, "ROLE_NOT_ALLOWED"),
        (AURORA, "frontdesk", "AUR-2", "HOTEL_NOT_ALLOWED"),
        (BOREA, "frontdesk", CITY, "ORGANISATION_NOT_ALLOWED"),
    ] {
        cast.world.client(msp, role, hotels);
        assert_eq!(cast.world.refused("reward.award_night_stay", end.clone()), code, "{msp} {role}");
        assert_eq!(cast.world.refused("reward.award_night_no_show", end.clone()), code, "{msp} {role}");
    }
    cast.world.desk(CITY);
    let mut once = end.clone();
    once["request_id"] = json!("once");
    let given = cast.world.ok("reward.award_night_stay", once.clone());
    assert_eq!(given["state"], "committed");
    assert_eq!(cast.world.ok("reward.award_night_stay", once), given);
    assert_eq!(cast.world.refused("reward.award_night_stay", end), "RESERVATION_NOT_OPEN");
    assert_eq!((cast.figures(), cast.owed(), cast.total(Kind::Redeemed)), ((30_000, 0, 0), 30_000, 30_000));
}

#[test]
fn nights_that_cannot_be_booked_are_refused() {
    let mut cast = Redeemer::hyatt();
    for (fields, code) in [
        (nights(CITY, "2016-01-31", 1, 15_000), "AWARD_ARRIVAL_INVALID"),
        (nights(CITY, "2017-03-03", 1, 15_000), "AWARD_ARRIVAL_INVALID"),
        (nights(CITY, "2016-05-01", 31, 15_000), "AWARD_NIGHTS_INVALID"),
        (nights(CITY, "2016-05-01", 0, 0), "AWARD_NIGHTS_INVALID"),
        (nights(CITY, "2016-05-01", 5, 75_000), "POINTS_INSUFFICIENT"),
        (nights("NO-SUCH", "2016-05-01", 1, 15_000), "HOTEL_UNKNOWN"),
        (json!({ "arrival": "2016-05-01", "nights": 1, "points": 1 }), "AWARD_INTENT_INCOMPLETE"),
        (json!({ "hotel": CITY, "nights": 1, "points": 1 }), "AWARD_INTENT_INCOMPLETE"),
    ] {
        assert_eq!(cast.refused(BOOK, fields.clone()), code, "{fields}");
    }
    let mut other = Redeemer::hyatt_with(|definition| {
        definition.award_nights.as_mut().unwrap().categories[3].hotels.clear();
    });
    assert_eq!(other.refused(BOOK, nights(CITY, "2016-05-01", 1, 15_000)), "AWARD_HOTEL_NOT_LISTED");
    // A word for another function books nothing, and a hotel cannot book for its guest.
    let word = cast.word(RESERVE, nights(CITY, "2016-05-01", 1, 15_000));
    assert_eq!(cast.world.refused(BOOK, word), "INTENT_FOR_OTHER");
    let ann = cast.ann.clone();
    let order = cast.order(&ann, nights(CITY, "2016-05-01", 1, 15_000));
    assert_eq!(cast.world.refused(BOOK, order.clone()), "MEMBER_KEY_BOUND");
    cast.world.desk(LODGE);
    assert_eq!(cast.world.refused(BOOK, order), "ROLE_NOT_ALLOWED");
}

#[test]
fn a_no_show_is_told_after_the_first_night_and_owes_nobody_where_points_come_back() {
    let mut cast = Redeemer::hyatt();
    let booked = cast.ok(BOOK, nights(CITY, "2016-02-03", 2, 30_000));
    cast.wait(2 * DAY);
    cast.world.desk(CITY);
    let early = cast.end(&booked, "2016-02-03");
    assert_eq!(cast.world.refused("reward.award_night_no_show", early), "AWARD_NIGHT_NOT_OVER");
    let end = cast.end(&booked, "2016-02-04");
    let call = cast.world.submit("reward.award_night_no_show", end);
    assert_eq!(call.event.as_ref().unwrap().0, "reward.award_no_show");
    let done: Value = call.json().unwrap();
    assert_eq!((&done["state"], &done["kept"], &done["returned"]), (&json!("no_show"), &json!(0), &json!(30_000)));
    assert_eq!((cast.figures(), cast.owed()), ((60_000, 0, 0), 0));
}

#[test]
fn until_the_deadline_all_points_come_back_and_later_those_that_the_programme_said() {
    // Arrival on the fifth, and no loss until the third.
    for (days, as_of, points, code) in [
        (2, "2016-02-03", 0, None),
        (2, "2016-02-03", 15_000, Some("AWARD_PENALTY_DIFFERS")),
        (3, "2016-02-04", 15_000, None),
        (3, "2016-02-04", 0, Some("AWARD_PENALTY_DIFFERS")),
        // A hotel may still be on the day before the proposal, and nobody dates back further.
        (3, "2016-02-02", 0, None),
        (4, "2016-02-02", 0, Some("AWARD_PENALTY_DIFFERS")),
        (4, "2016-02-02", 15_000, None),
        (4, "2016-02-06", 15_000, Some("AWARD_ARRIVED")),
    ] {
        let mut cast = strict();
        let booked = cast.ok(BOOK, nights(CITY, "2016-02-05", 2, 30_000));
        cast.wait(days * DAY);
        let fields = json!({ "reservation": booked["reservation"], "points": points, "as_of": as_of });
        match code {
            Some(code) => assert_eq!(cast.refused(CANCEL, fields), code, "{days} {as_of} {points}"),
            None => {
                let done = cast.ok(CANCEL, fields);
                assert_eq!((&done["state"], &done["kept"]), (&json!("cancelled"), &json!(points)));
                let paid = i64::try_from(points).unwrap();
                assert_eq!(cast.figures(), (60_000 - points, 0, 0), "{days} {as_of}");
                assert_eq!((cast.owed(), cast.total(Kind::Forfeited)), (paid, paid));
            }
        }
    }
}

#[test]
fn only_the_member_cancels_and_only_her_own_nights() {
    let mut cast = Redeemer::hyatt();
    let booked = cast.ok(BOOK, nights(CITY, "2016-05-01", 2, 30_000));
    let bob = cast.other("2");
    let cancel = json!({ "reservation": booked["reservation"] });
    let order = cast.order(&bob, cancel.clone());
    assert_eq!(cast.world.refused(CANCEL, order), "RESERVATION_OF_OTHER");
    assert_eq!(cast.refused(CANCEL, json!({})), "AWARD_INTENT_INCOMPLETE");
    assert_eq!(cast.refused(CANCEL, json!({ "reservation": "0".repeat(32) })), "RESERVATION_UNKNOWN");
    let desk = cast.ok(RESERVE, json!({ "points": 1_000, "hotel": CITY }));
    assert_eq!(cast.refused(CANCEL, json!({ "reservation": desk["reservation"] })), "RESERVATION_NOT_AWARD");
    cast.world.desk(CITY);
    let end = cast.end(&desk, TODAY);
    assert_eq!(cast.world.refused("reward.award_night_stay", end), "RESERVATION_NOT_AWARD");
    let word = cast.word(CANCEL, cancel);
    // Whoever hands it in, the signature decides.
    cast.world.client(BOREA, "", "");
    let call = cast.world.submit(CANCEL, word);
    assert_eq!(call.event.as_ref().unwrap().0, "reward.award_cancelled");
    assert_eq!(cast.figures(), (59_000, 1_000, 0));
    let ann = cast.ann.clone();
    assert_eq!(cast.world.lines(HYATT, &ann)[0], ("cancelled".to_owned(), 30_000));
    // A hotel that cannot take its guest gives all points back.
    let booked = cast.ok(BOOK, nights(CITY, "2016-05-01", 1, 15_000));
    cast.world.desk(CITY);
    let end = cast.end(&booked, TODAY);
    cast.world.ok("reward.release", end);
    assert_eq!(cast.figures(), (59_000, 1_000, 0));
}

#[test]
fn who_does_not_come_loses_what_the_version_of_the_booking_said() {
    let mut cast = strict();
    let booked = cast.ok(BOOK, nights(CITY, "2016-05-01", 2, 30_000));
    // A later version that keeps nothing is for later bookings.
    let mut milder = crate::redeemer::definition(HYATT);
    milder.version = 2;
    milder.effective_from = "2016-03-01".parse().unwrap();
    milder.award_nights.as_mut().unwrap().categories[3].standard = Points::new(16_000).unwrap();
    cast.world.activate(HYATT, &milder);
    cast.wait(91 * DAY);
    cast.world.desk(CITY);
    let end = cast.end(&booked, "2016-05-02");
    let done = cast.world.ok("reward.award_night_no_show", end);
    assert_eq!((&done["kept"], &done["points_returned"]), (&json!(30_000), &json!(false)));
    assert_eq!((cast.figures(), cast.owed()), ((30_000, 0, 0), 30_000));
    assert_eq!(cast.total(Kind::Forfeited), 30_000);
}

#[test]
fn points_of_nights_that_nobody_reports_come_back_by_themselves() {
    let mut cast = strict();
    let booked = cast.ok(BOOK, nights(CITY, "2016-02-03", 1, 15_000));
    // Two days ahead, one night, and a week for the hotel to report.
    cast.wait(10 * DAY + 1);
    cast.world.desk(CITY);
    let end = cast.end(&booked, "2016-02-10");
    for function in ["reward.award_night_stay", "reward.award_night_no_show"] {
        assert_eq!(cast.world.refused(function, end.clone()), "RESERVATION_EXPIRED", "{function}");
    }
    cast.wait(300);
    cast.world.client(BOREA, "", "");
    cast.world.ok("reward.release", end);
    assert_eq!((cast.figures(), cast.owed(), cast.total(Kind::Forfeited)), ((60_000, 0, 0), 0, 0));
}

#[test]
fn lots_that_end_while_nights_are_held_end_when_they_come_back() {
    let mut cast = Redeemer::hyatt_with(|definition| definition.expiry.hard_months = Some(2));
    let booked = cast.ok(BOOK, nights(CITY, "2016-05-01", 2, 30_000));
    cast.wait(60 * DAY);
    let done = cast.ok(CANCEL, json!({ "reservation": booked["reservation"], "as_of": "2016-04-01" }));
    assert_eq!(done["points_returned"], true);
    assert_eq!(cast.figures(), (0, 0, 0));
    assert_eq!((cast.total(Kind::Expired), cast.total(Kind::Redeemed)), (60_000, 0));
}
