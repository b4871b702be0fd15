//! Agreements between a programme's owner and a host: who makes them, and which holds.

use folio_chaincode_sdk::Call;
use serde_json::{Value, json};

use crate::settling::{agree, agreement, owed};
use crate::world::{AURORA, BOREA, CEDAR, CITY, HILTON, LODGE, RESORT, Stay, World};

const PROPOSE: &str = "agreement.propose";
const ACCEPT: &str = "agreement.accept";

fn proposal(agreement: Value) -> Value {
    json!({ "programme": HILTON, "host": BOREA, "agreement": agreement })
}

fn number(number: u32) -> Value {
    json!({ "programme": HILTON, "host": BOREA, "number": number })
}

/// The agreement of Borea's hotel that holds on a date.
fn held(world: &mut World, hotel: Option<&str>, date: &str) -> Option<u64> {
    world.manager(AURORA);
    let got = world.query("agreement.get", json!({ "programme": HILTON, "host": BOREA, "hotel": hotel, "date": date }));
    got.unwrap()["in_force"][0]["number"].as_u64()
}

#[test]
fn one_side_proposes_and_the_other_accepts() {
    let mut world = World::new();
    world.manager(BOREA);
    let proposed = world.ok(PROPOSE, proposal(agreement("2015-01-01", "EUR", "5")));
    assert_eq!((&proposed["number"], &proposed["accepted_by"]), (&json!(1), &Value::Null));
    assert_eq!(held(&mut world, None, "2016-01-01"), None, "it takes two");
    world.manager(BOREA);
    assert_eq!(world.refused(ACCEPT, number(1)), "ORGANISATION_NOT_ALLOWED");
    world.manager(AURORA);
    let accepted = world.ok(ACCEPT, number(1));
    assert_eq!((&accepted["proposed_by"], &accepted["accepted_by"]), (&json!(BOREA), &json!(AURORA)));
    assert_eq!(world.refused(ACCEPT, number(1)), "AGREEMENT_UNKNOWN");
    assert_eq!(held(&mut world, None, "2014-12-31"), None);
    assert_eq!(held(&mut world, None, "2015-01-01"), Some(1));
}

#[test]
fn an_agreement_is_between_the_programmes_owner_and_a_host() {
    let mut world = World::new();
    let fair = || agreement("2015-01-01", "EUR", "5");
    for (msp, role, arguments, code) in [
        (AURORA, "agent", proposal(fair()), "ROLE_NOT_ALLOWED"),
        (CEDAR, "manager", proposal(fair()), "ORGANISATION_NOT_ALLOWED"),
        (AURORA, "manager", json!({ "programme": "none", "host": BOREA, "agreement": fair() }), "PROGRAMME_UNKNOWN"),
        (AURORA, "manager", json!({ "programme": HILTON, "host": AURORA, "agreement": fair() }), "AGREEMENT_WITH_SELF"),
        (
            AURORA,
            "manager",
            json!({ "programme": HILTON, "host": BOREA, "hotel": LODGE, "agreement": fair() }),
            "AGREEMENT_HOTEL_INVALID",
        ),
        (
            AURORA,
            "manager",
            json!({ "programme": HILTON, "host": BOREA, "hotel": "NONE", "agreement": fair() }),
            "HOTEL_UNKNOWN",
        ),
        (AURORA, "manager", proposal(agreement("2015-01-01", "XXQ", "5")), "CURRENCY_UNKNOWN"),
        (AURORA, "manager", proposal(agreement("2015-01-01", "XXX", "5")), "CURRENCY_UNKNOWN"),
        (AURORA, "manager", proposal(agreement("2015-01-01", "EUR", "-1")), "AGREEMENT_PRICE_INVALID"),
        (AURORA, "manager", proposal(agreement("2015-01-01", "EUR", "9223372036854775807")), "AGREEMENT_PRICE_INVALID"),
    ] {
        world.client(msp, role, "");
        assert_eq!(world.refused(PROPOSE, arguments), code);
    }
    let mut banded = fair();
    banded["redemption"]["per_night"] = json!([{ "from_percent": 10, "minor": 1 }]);
    world.manager(AURORA);
    assert_eq!(world.refused(PROPOSE, proposal(banded)), "AGREEMENT_BANDS_INVALID");
    world.ok(PROPOSE, proposal(fair()));
    world.manager(CEDAR);
    assert_eq!(world.refused(ACCEPT, number(1)), "ORGANISATION_NOT_ALLOWED");
    let ask = json!({ "programme": HILTON, "host": BOREA });
    assert_eq!(world.query("agreement.get", ask.clone()).err(), Some("ORGANISATION_NOT_ALLOWED"));
    world.client(BOREA, "pms", RESORT);
    assert_eq!(world.query("agreement.get", ask.clone()).err(), Some("ROLE_NOT_ALLOWED"));
    world.client(CEDAR, "auditor", "");
    assert_eq!(world.query("agreement.get", ask).unwrap()["proposed"].as_array().unwrap().len(), 1);
}

#[test]
fn a_side_has_one_proposal_and_a_request_is_done_once() {
    let mut world = World::new();
    world.manager(AURORA);
    let mut first = proposal(agreement("2015-01-01", "EUR", "5"));
    first["request_id"] = json!("same");
    let call: Call<Vec<u8>> = world.submit(PROPOSE, first.clone());
    let again = world.submit(PROPOSE, first);
    assert_eq!(again.json::<Value>().unwrap(), call.json::<Value>().unwrap());
    assert!(!again.writes_anything());
    world.ok(PROPOSE, proposal(agreement("2015-01-01", "EUR", "6")));
    world.manager(BOREA);
    assert_eq!(world.refused(ACCEPT, number(1)), "AGREEMENT_UNKNOWN");
    world.ok(ACCEPT, number(2));
}

#[test]
fn an_agreement_never_takes_a_date_that_may_have_been_used() {
    let mut world = World::new();
    agree(&mut world, HILTON, BOREA, agreement("2015-06-01", "EUR", "5"));
    world.manager(AURORA);
    for (from, hotel, code) in [
        ("2015-06-01", None, "AGREEMENT_DATE_TAKEN"),
        ("2015-07-01", None, "AGREEMENT_PAST"),
        // The day after the proposal may be a business date already.
        ("2016-02-02", None, "AGREEMENT_PAST"),
        ("2015-07-01", Some(RESORT), "AGREEMENT_PAST"),
    ] {
        let mut arguments = proposal(agreement(from, "EUR", "7"));
        arguments["hotel"] = json!(hotel);
        assert_eq!(world.refused(PROPOSE, arguments), code, "{from} {hotel:?}");
    }
    // What comes before the first fills what was empty, and what comes later follows.
    agree(&mut world, HILTON, BOREA, agreement("2015-01-01", "EUR", "7"));
    agree(&mut world, HILTON, BOREA, agreement("2016-02-03", "USD", "8"));
    for (date, number) in [("2015-01-01", 2), ("2015-06-01", 1), ("2016-02-02", 1), ("2016-02-03", 3)] {
        assert_eq!(held(&mut world, None, date), Some(number), "{date}");
    }
    // A proposal that was in time is refused when it is accepted too late.
    world.manager(AURORA);
    let late = world.ok(PROPOSE, proposal(agreement("2016-02-10", "EUR", "9")));
    world.ledger.set_timestamp(crate::world::NOW + 30 * 86_400);
    world.manager(BOREA);
    assert_eq!(
        world.refused(ACCEPT, json!({ "programme": HILTON, "host": BOREA, "number": late["number"] })),
        "AGREEMENT_PAST"
    );
}

#[test]
fn the_agreement_of_a_hotel_goes_before_that_of_its_host() {
    let mut world = World::new();
    let narrow = json!({ "programme": HILTON, "host": BOREA, "hotel": RESORT, "agreement": agreement("2015-07-01", "EUR", "10") });
    world.manager(AURORA);
    let number = world.ok(PROPOSE, narrow)["number"].clone();
    world.manager(BOREA);
    world.ok(ACCEPT, json!({ "programme": HILTON, "host": BOREA, "hotel": RESORT, "number": number }));
    agree(&mut world, HILTON, BOREA, agreement("2015-01-01", "EUR", "5"));
    assert_eq!(held(&mut world, Some(RESORT), "2015-06-30"), Some(2));
    assert_eq!(held(&mut world, Some(RESORT), "2015-07-01"), Some(1));
    assert_eq!(held(&mut world, Some(CITY), "2015-07-01"), Some(2));
    let ann = world.enrol(HILTON, "2015-06-01");
    for (confirmation, check_out, agreement) in [("1", "2015-06-30", 2), ("2", "2015-07-01", 1)] {
        world.post(&Stay::new(&ann, confirmation, check_out, 2).with("hotel", RESORT));
        let rows = owed(&mut world, HILTON);
        assert_eq!(rows.last().unwrap()["items"][0]["agreement"], json!(agreement));
    }
}
