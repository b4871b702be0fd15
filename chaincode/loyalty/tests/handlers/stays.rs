//! Stays: rated once, corrected by difference, never dropped, and private.

use folio_loyalty::state::{SUSPENSE, TOTALS};
use serde_json::{Value, json};

use crate::world::{AURORA, BOREA, CEDAR, CITY, HILTON, LODGE, RESORT, Stay, TEXTBOOK, World, secret};

fn world_with_member() -> (World, String) {
    let mut world = World::new();
    let member = world.enrol(HILTON, "2015-06-01");
    (world, member)
}

#[test]
fn a_stay_earns_points_nights_and_a_tier() {
    let (mut world, member) = world_with_member();
    let receipt = world.post(&Stay::new(&member, "1", "2015-07-03", 2));
    assert_eq!(receipt["outcome"], "posted");
    // 200 EUR are 240 USD, at ten points each.
    assert_eq!(receipt["points"], json!({ "base": 2400, "bonus": 0, "total": 2400, "delta": 2400 }));
    assert_eq!((&receipt["nights"], &receipt["duplicate"]), (&json!("2"), &json!(false)));
    assert_eq!(receipt["tier"], json!({ "before": "Member", "after": "Member" }));
    let call = world.try_post(&Stay::new(&member, "2", "2015-08-11", 8));
    let receipt: Value = call.json().unwrap();
    assert_eq!(receipt["tier"], json!({ "before": "Member", "after": "Silver" }));
    assert_eq!(receipt["points"]["bonus"], 0, "a stay does not earn the bonus of the tier that it led to");
    let (name, payload) = call.event.unwrap();
    let payload: Value = serde_json::from_slice(&payload).unwrap();
    assert_eq!(name, "stay.posted");
    assert_eq!(payload["changes"][0]["name"], "stay.posted");
    assert_eq!(payload["changes"][1]["name"], "tier.changed");
    let receipt = world.post(&Stay::new(&member, "3", "2015-09-03", 1));
    assert_eq!(receipt["points"], json!({ "base": 1200, "bonus": 240, "total": 1440, "delta": 1440 }));
    let account = world.account(HILTON, &member);
    assert_eq!(account["tier"], "Silver");
    assert_eq!(account["tier_valid_until"], "2017-03-31");
    assert_eq!(account["available"], 2400 + 9600 + 1440);
    assert_eq!(world.lines(HILTON, &member).len(), 3);
}

#[test]
fn the_same_version_again_gets_its_first_receipt_and_writes_nothing() {
    let (mut world, member) = world_with_member();
    let stay = Stay::new(&member, "1", "2015-07-03", 2);
    let first = world.post(&stay);
    let again = world.try_post(&stay);
    assert!(!again.writes_anything());
    assert_eq!(again.event, None);
    let mut again: Value = again.json().unwrap();
    assert_eq!(again["duplicate"], true);
    again["duplicate"] = false.into();
    assert_eq!(again, first);
    assert_eq!(world.figures(HILTON, &member), (2400, 0, 0));
}

#[test]
fn the_same_version_with_other_content_is_refused_with_both_digests() {
    let (mut world, member) = world_with_member();
    world.post(&Stay::new(&member, "1", "2015-07-03", 2));
    let call = world.try_post(&Stay::new(&member, "1", "2015-07-03", 2).at(20_000));
    let error = call.result.unwrap_err();
    assert_eq!(error.code, "STAY_CONTENT_DIFFERS");
    let digests = error.message.split(|c: char| !c.is_ascii_hexdigit()).filter(|word| word.len() == 64);
    assert_eq!(digests.collect::<std::collections::BTreeSet<_>>().len(), 2, "{error}");
}

#[test]
fn a_later_version_posts_the_difference_either_way() {
    let (mut world, member) = world_with_member();
    let stay = Stay::new(&member, "1", "2015-07-03", 2);
    for (version, net, delta, available) in [
        (1, 10_000, 2400, 2400),
        (2, 12_500, 600, 3000),
        (3, 5_000, -1800, 1200),
        (4, 5_000, 0, 1200),
        (6, 10_000, 1200, 2400),
    ] {
        let receipt = world.post(&stay.clone().at(net).with("version", version));
        assert_eq!(receipt["points"]["delta"], delta, "version {version}");
        assert_eq!(world.figures(HILTON, &member), (available, 0, 0), "version {version}");
    }
    let receipt = world.post(&stay.clone().with("version", 7).with("status", "cancelled").with("rooms", json!([])));
    assert_eq!((&receipt["outcome"], &receipt["points"]["delta"]), (&json!("zero_point"), &json!(-2400)));
    assert_eq!(receipt["reasons"], json!(["CANCELLED"]));
    assert_eq!(world.figures(HILTON, &member), (0, 0, 0));
    assert_eq!(world.account(HILTON, &member)["nights"], "0", "night credits go, too");
}

#[test]
fn a_version_older_than_the_newest_is_superseded_and_posts_nothing() {
    let (mut world, member) = world_with_member();
    let stay = Stay::new(&member, "1", "2015-07-03", 2);
    world.post(&stay.clone().with("version", 3));
    let receipt = world.post(&stay.clone().with("version", 2).at(99_900));
    assert_eq!((&receipt["outcome"], &receipt["points"]["delta"]), (&json!("superseded"), &json!(0)));
    assert_eq!(world.post(&stay.with("version", 2).at(99_900))["duplicate"], true);
    assert_eq!(world.figures(HILTON, &member), (2400, 0, 0));
}

#[test]
fn a_late_version_keeps_the_tier_of_the_first_rating() {
    let (mut world, member) = world_with_member();
    let stay = Stay::new(&member, "1", "2015-07-03", 2);
    world.post(&stay);
    world.post(&Stay::new(&member, "2", "2015-08-11", 8));
    let receipt = world.post(&stay.clone().at(12_500).with("version", 2));
    assert_eq!(receipt["points"], json!({ "base": 3000, "bonus": 0, "total": 3000, "delta": 600 }));
    assert_eq!(receipt["tier"]["before"], "Silver");
}

#[test]
fn a_stay_that_moves_to_another_member_or_programme_is_taken_back_there() {
    let (mut world, ann) = world_with_member();
    let bob = world.enrol(HILTON, "2015-06-01");
    let stay = Stay::new(&ann, "1", "2015-07-03", 2);
    world.post(&stay);
    let receipt = world.post(&stay.clone().with("member", bob.as_str()).with("version", 2));
    assert_eq!(receipt["points"]["delta"], 2400);
    assert_eq!((world.figures(HILTON, &ann), world.figures(HILTON, &bob)), ((0, 0, 0), (2400, 0, 0)));
    assert_eq!(world.account(HILTON, &ann)["stays"], 0);
    let receipt = world.post(&stay.with("member", bob.as_str()).with("programme", TEXTBOOK).with("version", 3));
    assert_eq!((&receipt["programme"], &receipt["points"]["delta"]), (&json!(TEXTBOOK), &json!(240)));
    assert_eq!((world.figures(HILTON, &bob), world.figures(TEXTBOOK, &bob)), ((0, 0, 0), (240, 0, 0)));
}

#[test]
fn what_is_spent_and_taken_back_becomes_debt_that_later_stays_repay() {
    let (mut world, member) = world_with_member();
    let stay = Stay::new(&member, "1", "2016-01-29", 5);
    world.post(&stay);
    world.agent(AURORA);
    let order = json!({ "programme": HILTON, "member": member, "points": 5000, "hotel": CITY, "as_of": "2016-01-31" });
    let held = world.ok("reward.reserve", json!({ "order": order }));
    world.desk(CITY);
    world.ok("reward.commit", json!({ "reservation": held["reservation"], "as_of": "2016-01-31" }));
    assert_eq!(world.figures(HILTON, &member), (1000, 0, 0));
    world.post(&stay.clone().at(0).with("version", 2));
    assert_eq!(world.figures(HILTON, &member), (0, 0, 5000));
    world.agent(AURORA);
    let order = json!({ "programme": HILTON, "member": member, "points": 5000, "hotel": CITY, "as_of": "2016-01-31" });
    assert_eq!(world.refused("reward.reserve", json!({ "order": order })), "MEMBER_IN_DEBT");
    world.post(&Stay::new(&member, "2", "2016-01-31", 5));
    assert_eq!(world.figures(HILTON, &member), (1000, 0, 0));
}

#[test]
fn zero_point_stays_are_accepted_and_say_which_rule_it_was() {
    let (mut world, member) = world_with_member();
    let stay = |confirmation: &str| Stay::new(&member, confirmation, "2015-07-03", 2);
    for (stay, reasons) in [
        (stay("1").with("status", "no_show"), json!(["NO_SHOW"])),
        (stay("2").with("status", "cancelled"), json!(["CANCELLED"])),
        (stay("3").at(0), json!(["RATE_NOT_POSITIVE"])),
        (stay("4").market("Groups"), json!(["MARKET_INELIGIBLE"])),
    ] {
        let call = world.try_post(&stay);
        let receipt: Value = call.json().unwrap();
        assert_eq!((&receipt["outcome"], &receipt["reasons"]), (&json!("zero_point"), &reasons));
        assert_eq!(call.event.unwrap().0, "stay.zero_point");
        assert!(!call.writes.keys().any(|key| key.starts_with(['a', 'l', 'd'])), "the account is not touched");
    }
    let day_use = Stay::new(&member, "5", "2015-07-03", 0).with(
        "rooms",
        json!([{
        "number": null, "occupant_member": true, "payer_member": true, "nights": [],
        "lines": [{ "folio": "1", "posting": "1", "date": "2015-07-03", "category": 9, "net": 5000, "gross": 5000,
            "currency": "EUR" }] }]),
    );
    let receipt = world.post(&day_use);
    assert_ne!(receipt["outcome"], "suspended", "day use is no mistake: {receipt}");
}

#[test]
fn only_the_hotels_own_system_and_desk_report_its_stays() {
    let (mut world, member) = world_with_member();
    let stay = Stay::new(&member, "1", "2015-07-03", 2);
    for (msp, role, hotels, code) in [
        (AURORA, "manager", CITY, "ROLE_NOT_ALLOWED"),
        (AURORA, "auditor", CITY, "ROLE_NOT_ALLOWED"),
        (AURORA, "agent", CITY, "ROLE_NOT_ALLOWED"),
        (AURORA, "pms", "", "HOTEL_NOT_ALLOWED"),
        (AURORA, "pms", "AUR-CITY2,OTHER", "HOTEL_NOT_ALLOWED"),
        (BOREA, "pms", CITY, "ORGANISATION_NOT_ALLOWED"),
    ] {
        world.client(msp, role, hotels);
        world.hand_in(&stay);
        let refused = world.refused("stay.post", json!({ "hotel": CITY, "as_of": "2015-07-03" }));
        assert_eq!(refused, code, "{msp} {role} {hotels}");
    }
    world.client(AURORA, "pms", "OTHER, AUR-CITY");
    world.ok("stay.post", json!({ "hotel": CITY, "as_of": "2015-07-03" }));
}

#[test]
fn a_report_names_its_hotel_its_secret_and_a_sensible_date() {
    let (mut world, member) = world_with_member();
    let stay = Stay::new(&member, "1", "2015-07-03", 2);
    world.desk(CITY);
    let arguments = || json!({ "hotel": CITY, "as_of": "2015-07-03" });
    assert_eq!(world.refused("stay.post", arguments()), "STAY_MISSING");
    world.ledger.set_transient("stay", stay.json());
    assert_eq!(world.refused("stay.post", arguments()), "SECRET_MISSING");
    world.ledger.set_transient("secret", [7; 31]);
    assert_eq!(world.refused("stay.post", arguments()), "SECRET_INVALID");
    world.ledger.set_transient("secret", secret(BOREA));
    assert_eq!(world.refused("stay.post", arguments()), "SECRET_INVALID");
    world.ledger.set_transient("secret", secret(AURORA));
    for (as_of, code) in [("2015-07-02", "AS_OF_BEFORE_DEPARTURE"), ("2016-02-03", "AS_OF_IN_FUTURE")] {
        assert_eq!(world.refused("stay.post", json!({ "hotel": CITY, "as_of": as_of })), code);
    }
    for (stay, code) in [
        (stay.clone().with("hotel", RESORT), "STAY_HOTEL_DIFFERS"),
        (stay.clone().with("version", 0), "STAY_VERSION_ZERO"),
        (stay.clone().with("guest", "Ann"), "STAY_MALFORMED"),
        (stay.clone().with("member", "ann"), "STAY_MEMBER_MALFORMED"),
    ] {
        world.ledger.set_transient("stay", stay.json());
        assert_eq!(world.refused("stay.post", arguments()), code);
    }
}

#[test]
fn one_request_id_stands_for_one_report() {
    let (mut world, member) = world_with_member();
    let stay = Stay::new(&member, "1", "2015-07-03", 2);
    let arguments = || json!({ "request_id": "same", "hotel": CITY, "as_of": "2015-07-03" });
    world.desk(CITY);
    world.hand_in(&stay);
    let first = world.ok("stay.post", arguments());
    let again = world.submit("stay.post", arguments());
    assert!(!again.writes_anything());
    let again: Value = again.json().unwrap();
    assert_eq!((&again["stay"], &again["duplicate"]), (&first["stay"], &json!(true)));
    world.hand_in(&Stay::new(&member, "2", "2015-07-03", 2));
    assert_eq!(world.refused("stay.post", arguments()), "REQUEST_REUSED");
}

#[test]
fn of_two_reports_at_once_one_commits_and_the_other_gets_the_receipt_on_retry() {
    let (mut world, member) = world_with_member();
    let stay = Stay::new(&member, "1", "2015-07-03", 2);
    world.desk(CITY);
    world.hand_in(&stay);
    let mut simulate = |request: &str| {
        let arguments = json!({ "request_id": request, "hotel": CITY, "as_of": "2015-07-03" });
        world.ledger.simulate(&folio_loyalty::handlers::ROUTER, "stay.post", &arguments)
    };
    let (first, second) = (simulate("a"), simulate("b"));
    assert!(world.ledger.commit(&first).is_ok());
    assert!(world.ledger.commit(&second).is_err());
    assert_eq!(world.post(&stay)["duplicate"], true);
    assert_eq!(world.figures(HILTON, &member), (2400, 0, 0));
}

#[test]
fn stays_of_two_members_at_once_do_not_conflict() {
    let (mut world, ann) = world_with_member();
    let bob = world.enrol(HILTON, "2015-06-01");
    world.desk(CITY);
    let mut simulate = |member: &str, confirmation: &str| {
        world.hand_in(&Stay::new(member, confirmation, "2015-07-03", 2));
        let arguments = json!({ "request_id": confirmation, "hotel": CITY, "as_of": "2015-07-03" });
        world.ledger.simulate(&folio_loyalty::handlers::ROUTER, "stay.post", &arguments)
    };
    let (first, second) = (simulate(&ann, "1"), simulate(&bob, "2"));
    assert!(world.ledger.commit(&first).is_ok());
    assert!(world.ledger.commit(&second).is_ok());
}

#[test]
fn a_guest_of_another_chain_makes_the_host_owe_the_issuer() {
    let (mut world, member) = world_with_member();
    let stay = Stay::new(&member, "1", "2015-07-03", 2).with("hotel", RESORT);
    let call = world.try_post(&stay);
    let owed = |call: &folio_chaincode_sdk::Call<Vec<u8>>| -> Vec<String> {
        call.writes.keys().filter(|key| key.starts_with('o')).cloned().collect()
    };
    assert!(owed(&call)[0].starts_with("ohilton-honors,2015-07-03BoreaMSP,AuroraMSP,"));
    let at_home = world.try_post(&Stay::new(&member, "2", "2015-07-03", 2));
    assert_eq!(owed(&at_home), [] as [String; 0]);
    let totals = call.writes.keys().filter(|key| key.starts_with(TOTALS.spec().prefix)).count();
    assert_eq!(totals, 1);
}

#[test]
fn a_stay_is_read_by_its_hotel_its_programme_and_auditors() {
    let (mut world, member) = world_with_member();
    let receipt = world.post(&Stay::new(&member, "1", "2015-07-03", 2).with("hotel", RESORT));
    let stay = json!({ "stay": receipt["stay"] });
    for (msp, role, hotels, allowed) in [
        (BOREA, "frontdesk", RESORT, true),
        (BOREA, "manager", "", true),
        (AURORA, "agent", "", true),
        (CEDAR, "auditor", "", true),
        (BOREA, "frontdesk", "BOR-2", false),
        (AURORA, "frontdesk", CITY, false),
        (CEDAR, "manager", LODGE, false),
    ] {
        world.client(msp, role, hotels);
        let found = world.query("stay.get", stay.clone());
        assert_eq!(found.is_ok(), allowed, "{msp} {role} {found:?}");
        let worklist = world.query("stay.suspense", json!({ "hotel": RESORT }));
        assert_eq!(worklist.is_ok(), allowed && (msp, role) != (AURORA, "agent"), "{msp} {role}");
    }
    world.client(CEDAR, "auditor", "");
    let known = world.query("stay.get", stay).unwrap();
    assert_eq!(known["receipts"][0]["points"]["total"], 2400);
    assert_eq!(world.query("stay.get", json!({ "stay": "0".repeat(32) })), Err("STAY_UNKNOWN"));
    assert_eq!(SUSPENSE.spec().prefix, 'w');
}

#[test]
fn only_the_newest_receipts_of_a_stay_are_kept() {
    let (mut world, member) = world_with_member();
    let stay = Stay::new(&member, "1", "2015-07-03", 2);
    let mut key = Value::Null;
    for version in 1..=20 {
        key = world.post(&stay.clone().with("version", version))["stay"].clone();
    }
    world.desk(CITY);
    let known = world.query("stay.get", json!({ "stay": key })).unwrap();
    assert_eq!(known["receipts"].as_array().unwrap().len(), 16);
    assert_eq!(world.post(&stay.with("version", 1))["outcome"], "superseded");
    assert_eq!(world.figures(HILTON, &member), (2400, 0, 0));
}
