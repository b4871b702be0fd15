//! What a member can have now.

use serde_json::{Value, json};

use crate::redeemer::{ACCOR, HYATT, RESERVE, Redeemer, definition};
use crate::world::{AURORA, BOREA, CEDAR, CITY, LODGE, Stay, TODAY, World};

const AVAILABLE: &str = "reward.available";

#[test]
fn a_channel_leaves_the_choice_or_takes_the_most() {
    let mut world = World::new();
    world.activate(ACCOR, &definition(ACCOR));
    let ann = world.enrol(ACCOR, "2015-06-01");
    // 25 points for ten euros.
    world.post(&Stay::new(&ann, "1", "2016-01-25", 1).with("programme", ACCOR).at(181_600));
    world.agent(BOREA);
    let mut asked = json!({ "programme": ACCOR, "member": ann, "as_of": TODAY, "channel": "app",
        "bill": { "minor": 9_000, "currency": "EUR" } });
    let choices = world.query(AVAILABLE, asked.clone()).unwrap()["redemption"]["choices"].clone();
    assert_eq!(choices.as_array().unwrap().len(), 2, "the application leaves the choice");
    asked["channel"] = json!("call centre");
    let choices = world.query(AVAILABLE, asked.clone()).unwrap()["redemption"]["choices"].clone();
    assert_eq!(choices.as_array().unwrap().len(), 1, "there the most is taken");
    asked["bill"]["currency"] = json!("USD");
    assert_eq!(world.query(AVAILABLE, asked), Err("REDEMPTION_BILL_CURRENCY"));
    // What may not be chosen cannot be reserved.
    let order =
        json!({ "programme": ACCOR, "member": ann, "points": 3_000, "hotel": CITY, "via": "web", "as_of": TODAY });
    assert_eq!(world.refused(RESERVE, json!({ "order": order })), "REDEMPTION_INCREMENT");
}

#[test]
fn a_member_is_shown_what_she_can_pay_on_this_day_in_this_place() {
    let mut cast = Redeemer::hyatt();
    let prices = json!([{ "points": 70_000 }, { "points": 9_000, "cash": { "minor": 100, "currency": "EUR" } }]);
    cast.offer("a-both", 1, json!({ "prices": prices }), 0);
    cast.offer("b-dear", 60_001, json!({}), 0);
    cast.offer("c-later", 500, json!({ "from": "2016-03-01" }), 0);
    cast.offer("d-suite", 500, json!({ "from_tier": "Globalist" }), 0);
    cast.offer("e-gone", 500, json!({ "shelves": 1 }), 0);
    cast.offer("f-lodge", 500, json!({ "given_by": { "hotels": { "hotels": { "only": [LODGE] } } } }), 0);
    cast.offer("g-withdrawn", 500, json!({}), 0);
    cast.world.ok("reward.withdraw", json!({ "programme": HYATT, "item": "g-withdrawn" }));
    let ann = cast.ann.clone();
    let issue = json!({ "programme": HYATT, "member": ann, "worth": { "night": { "category": "4" } },
        "last_day": "2016-02-29", "reason": "x", "as_of": TODAY });
    cast.world.ok("certificate.issue", issue);
    let mut ask = |hotel: Value, as_of: &str| {
        let asked = json!({ "programme": HYATT, "member": ann, "as_of": as_of, "hotel": hotel });
        cast.world.query(AVAILABLE, asked).unwrap()
    };
    let items = |found: &Value| -> Vec<String> {
        found["items"].as_array().unwrap().iter().map(|item| item["item"].as_str().unwrap().to_owned()).collect()
    };
    let anywhere = ask(json!(null), TODAY);
    assert_eq!(
        (&anywhere["available"], items(&anywhere)),
        (&json!(60_000), vec!["a-both".to_owned(), "f-lodge".to_owned()])
    );
    assert_eq!(anywhere["items"][0]["prices"].as_array().unwrap().len(), 1, "only what she can pay");
    assert_eq!(anywhere["award_nights"].as_array().unwrap().len(), 8);
    assert_eq!(anywhere["certificates"].as_array().unwrap().len(), 1);
    let here = ask(json!(CITY), "2016-03-01");
    assert_eq!(items(&here), ["a-both", "c-later"]);
    assert_eq!(here["certificates"], json!([]), "it was good until yesterday");
    let nights = &here["award_nights"];
    assert_eq!(nights.as_array().unwrap().len(), 1);
    let counts: Vec<_> =
        nights[0]["seasons"].as_array().unwrap().iter().map(|season| season["nights"].clone()).collect();
    assert_eq!((&nights[0]["category"], counts), (&json!("4"), vec![json!(5), json!(4), json!(3)]));
}

#[test]
fn holds_that_ran_out_and_lots_that_ended_count_as_they_will_when_touched() {
    let mut cast = Redeemer::hyatt_with(|definition| definition.expiry.hard_months = Some(2));
    cast.ok(RESERVE, json!({ "points": 20_000, "hotel": CITY }));
    let ann = cast.ann.clone();
    cast.world.agent(CEDAR);
    let available = |cast: &mut Redeemer, as_of: &str| {
        let asked = json!({ "programme": HYATT, "member": ann, "as_of": as_of });
        cast.world.query(AVAILABLE, asked).unwrap()["available"].clone()
    };
    assert_eq!(available(&mut cast, TODAY), 40_000);
    cast.wait(900 + 301);
    assert_eq!(available(&mut cast, TODAY), 60_000);
    assert_eq!(available(&mut cast, "2016-03-26"), 0);
}

#[test]
fn only_the_programmes_staff_and_auditors_see_what_a_member_can_have() {
    let mut cast = Redeemer::hyatt();
    let asked = json!({ "programme": HYATT, "member": cast.ann, "as_of": TODAY });
    for (msp, role, answer) in [
        (CEDAR, "agent", None),
        (CEDAR, "frontdesk", None),
        (AURORA, "auditor", None),
        (AURORA, "frontdesk", Some("ORGANISATION_NOT_ALLOWED")),
        (CEDAR, "", Some("ROLE_NOT_ALLOWED")),
    ] {
        cast.world.client(msp, role, CITY);
        assert_eq!(cast.world.query(AVAILABLE, asked.clone()).err(), answer, "{msp} {role}");
    }
    let mut nobody = asked;
    nobody["member"] = json!("0".repeat(32));
    cast.world.agent(CEDAR);
    assert_eq!(cast.world.query(AVAILABLE, nobody), Err("ACCOUNT_UNKNOWN"));
}
