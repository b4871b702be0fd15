//! What cannot be rated waits on a worklist, for whatever reason, until it is corrected or what it waits for has come.

use folio_loyalty::state::AWAITED;
use serde_json::{Value, json};

use crate::world::{AURORA, BOREA, CEDAR, CITY, HILTON, NEW, Stay, World, register, secret};

fn world_with_member() -> (World, String) {
    let mut world = World::new();
    let member = world.enrol(HILTON, "2015-06-01");
    (world, member)
}

/// The reasons on a hotel's worklist, as its own desk reads it.
fn waiting(world: &mut World, hotel: &str) -> Vec<String> {
    world.desk(hotel);
    let page = world.query("stay.suspense", json!({ "hotel": hotel })).unwrap();
    let reasons = page["stays"].as_array().unwrap().iter();
    reasons.map(|stay| stay["reason"].as_str().unwrap().to_owned()).collect()
}

/// A change of a stay's JSON.
type Change = fn(&mut Value);

fn first_line(stay: &mut Value) -> &mut Value {
    &mut stay["rooms"][0]["lines"][0]
}

#[test]
fn nothing_unknown_is_refused_or_dropped() {
    let (mut world, member) = world_with_member();
    let cases: [(&str, Change); 15] = [
        ("PROGRAMME_UNKNOWN", |stay| stay["programme"] = "no-such".into()),
        ("PROGRAMME_UNKNOWN", |stay| stay["programme"] = "no key, and \"quoted\"".into()),
        ("PROGRAMME_UNKNOWN", |stay| stay["programme"] = "".into()),
        ("PROGRAMME_NOT_IN_FORCE", |stay| {
            stay["arrival"] = "2014-12-29".into();
            stay["departure"] = "2014-12-31".into();
        }),
        ("MEMBER_UNKNOWN", |stay| stay["member"] = "0".repeat(32).into()),
        ("CATEGORY_UNKNOWN", |stay| first_line(stay)["category"] = 15.into()),
        ("CATEGORY_UNKNOWN", |stay| first_line(stay)["category"] = 65_535.into()),
        ("CURRENCY_UNKNOWN", |stay| first_line(stay)["currency"] = "QQQ".into()),
        ("EXCHANGE_RATE_MISSING", |stay| first_line(stay)["currency"] = "GBP".into()),
        ("DEPARTURE_BEFORE_ARRIVAL", |stay| stay["arrival"] = "2015-07-04".into()),
        ("BOOKED_AFTER_DEPARTURE", |stay| stay["booked"] = "2015-07-04".into()),
        ("NIGHTS_MISMATCH", |stay| stay["arrival"] = "2015-06-25".into()),
        ("NIGHT_OUTSIDE_STAY", |stay| stay["rooms"][0]["nights"][0]["date"] = "2015-06-01".into()),
        ("LINE_OUTSIDE_STAY", |stay| first_line(stay)["date"] = "2015-06-01".into()),
        ("LINE_REPEATED", |stay| {
            let line = first_line(stay).clone();
            stay["rooms"][0]["lines"].as_array_mut().unwrap().push(line);
        }),
    ];
    for (number, (reason, change)) in cases.iter().enumerate() {
        let mut stay = Stay::new(&member, &number.to_string(), "2015-07-03", 2);
        change(&mut stay.0);
        let call = world.try_post(&stay);
        assert_eq!(call.event.as_ref().unwrap().0, "stay.suspended");
        let receipt: Value = call.json().unwrap();
        assert_eq!((&receipt["outcome"], &receipt["reasons"]), (&json!("suspended"), &json!([reason])));
        assert_eq!(receipt["points"]["delta"], 0);
        let kept = format!("stay/{}/1", receipt["stay"].as_str().unwrap());
        assert!(world.ledger.private_value(&format!("_implicit_org_{AURORA}"), &kept).is_some(), "{reason}");
    }
    let mut expected: Vec<&str> = cases.iter().map(|(reason, _)| *reason).collect();
    expected.sort_unstable();
    let mut found = waiting(&mut world, CITY);
    found.sort_unstable();
    assert_eq!(found, expected);
    assert_eq!(world.figures(HILTON, &member), (0, 0, 0));
}

#[test]
fn what_cannot_be_rated_waits_on_the_hotels_worklist_until_a_new_version_corrects_it() {
    let (mut world, member) = world_with_member();
    let stay = |confirmation: &str| Stay::new(&member, confirmation, "2015-07-03", 2);
    let nobody = "0".repeat(32);
    for (stay, reason) in [
        (Stay::new(&nobody, "1", "2015-07-03", 2), "MEMBER_UNKNOWN"),
        (stay("2").with("programme", "no-such"), "PROGRAMME_UNKNOWN"),
        (stay("3").with("arrival", "2015-07-04"), "DEPARTURE_BEFORE_ARRIVAL"),
        (stay("4").with("arrival", "2015-06-25"), "NIGHTS_MISMATCH"),
        (Stay::new(&member, "5", "2014-12-31", 1), "PROGRAMME_NOT_IN_FORCE"),
    ] {
        let receipt = world.post(&stay);
        assert_eq!((&receipt["outcome"], &receipt["reasons"]), (&json!("suspended"), &json!([reason])));
        assert_eq!(receipt["points"]["delta"], 0);
    }
    world.desk(CITY);
    let mut waiting = Vec::new();
    let mut after = Value::Null;
    loop {
        let page = world.query("stay.suspense", json!({ "hotel": CITY, "limit": 2, "after": after })).unwrap();
        waiting.extend(page["stays"].as_array().unwrap().clone());
        after = page["next"].clone();
        if after.is_null() {
            break;
        }
    }
    assert_eq!(waiting.len(), 5);
    let receipt = world.post(&Stay::new(&member, "1", "2015-07-03", 2).with("version", 2));
    assert_eq!(receipt["outcome"], "posted");
    let left = world.query("stay.suspense", json!({ "hotel": CITY })).unwrap();
    assert_eq!(left["stays"].as_array().unwrap().len(), 4);
}

#[test]
fn a_version_that_waits_leaves_what_was_posted_as_it_is() {
    let (mut world, member) = world_with_member();
    let stay = Stay::new(&member, "1", "2015-07-03", 2);
    world.post(&stay);
    let receipt = world.post(&stay.clone().with("version", 2).with("arrival", "2015-06-01"));
    assert_eq!((&receipt["outcome"], &receipt["points"]["delta"]), (&json!("suspended"), &json!(0)));
    assert_eq!(world.figures(HILTON, &member), (2400, 0, 0));
    let receipt = world.post(&stay.with("version", 3).at(5_000));
    assert_eq!(receipt["points"]["delta"], -1200);
    let left = world.query("stay.suspense", json!({ "hotel": CITY })).unwrap();
    assert_eq!(left["stays"], json!([]));
}

#[test]
fn a_stay_in_a_currency_without_a_rate_waits() {
    let (mut world, member) = world_with_member();
    let mut stay = Stay::new(&member, "1", "2015-07-03", 1);
    stay.0["rooms"][0]["lines"][0]["currency"] = "GBP".into();
    assert_eq!(world.post(&stay)["reasons"], json!(["EXCHANGE_RATE_MISSING"]));
    world.manager(BOREA);
    world.ok("fx.post", json!({ "from": "GBP", "to": "USD", "date": "2015-07-01", "rate": "1.5" }));
    let receipt = world.post(&stay.with("version", 2));
    assert_eq!(receipt["points"]["total"], 1500);
}

#[test]
fn a_version_that_waits_is_judged_again_when_what_it_waits_for_has_come() {
    let (mut world, member) = world_with_member();
    let mut stay = Stay::new(&member, "1", "2015-07-03", 1);
    stay.0["rooms"][0]["lines"][0]["currency"] = "GBP".into();
    assert_eq!(world.resolve(&stay).unwrap_err().code, "STAY_VERSION_UNKNOWN");
    let first = world.post(&stay);
    let again = world.resolve(&stay).unwrap();
    assert_eq!((&again["reasons"], &again["duplicate"]), (&first["reasons"], &json!(true)), "it waits as before");
    world.manager(BOREA);
    world.ok("fx.post", json!({ "from": "GBP", "to": "USD", "date": "2015-07-01", "rate": "1.5" }));
    assert_eq!(world.post(&stay)["outcome"], "suspended", "a report again gets its first receipt");
    assert_eq!(world.resolve(&stay.clone().at(9_999)).unwrap_err().code, "STAY_CONTENT_DIFFERS");
    let receipt = world.resolve(&stay).unwrap();
    assert_eq!((&receipt["outcome"], &receipt["points"]["delta"]), (&json!("posted"), &json!(1500)));
    assert_eq!(waiting(&mut world, CITY), [] as [&str; 0]);
    for receipt in [world.resolve(&stay).unwrap(), world.post(&stay)] {
        assert_eq!((&receipt["outcome"], &receipt["duplicate"]), (&json!("posted"), &json!(true)));
    }
    assert_eq!(world.figures(HILTON, &member), (1500, 0, 0));
    let receipt = world.post(&stay.with("version", 2).at(20_000));
    assert_eq!(receipt["points"]["delta"], 1500, "a correction posts the difference to what was resolved");
}

#[test]
fn a_version_that_comes_to_wait_for_something_else_says_so() {
    let (mut world, _) = world_with_member();
    let stranger = "7".repeat(32);
    let mut stay = Stay::new(&stranger, "1", "2015-07-03", 2);
    stay.0["rooms"][0]["lines"][0]["category"] = 15.into();
    assert_eq!(world.post(&stay)["reasons"], json!(["MEMBER_UNKNOWN"]));
    world.agent(AURORA);
    world.ok("member.enrol", json!({ "programme": HILTON, "member": stranger, "as_of": "2015-06-01" }));
    let receipt = world.resolve(&stay).unwrap();
    assert_eq!((&receipt["outcome"], &receipt["reasons"]), (&json!("suspended"), &json!(["CATEGORY_UNKNOWN"])));
    assert_eq!(waiting(&mut world, CITY), ["CATEGORY_UNKNOWN"]);
}

#[test]
fn stays_of_a_hotel_that_is_not_registered_wait_until_it_is() {
    let (mut world, member) = world_with_member();
    let stay = |confirmation: &str| Stay::new(&member, confirmation, "2015-07-03", 2).with("hotel", NEW);
    let mut keys = Vec::new();
    for confirmation in ["1", "2", "3"] {
        let call = world.try_post(&stay(confirmation));
        let receipt: Value = call.json().unwrap();
        assert_eq!((&receipt["outcome"], &receipt["reasons"]), (&json!("suspended"), &json!(["HOTEL_UNKNOWN"])));
        assert_eq!(receipt["points"]["delta"], 0);
        let touched: String = call.writes.keys().filter_map(|key| key.chars().next()).collect();
        assert_eq!(touched.trim_start_matches('q').replace('u', ""), "sw", "no account, no line, no totals");
        let private: Vec<_> = call.private_writes.keys().map(|(collection, _)| collection.as_str()).collect();
        assert_eq!(private, ["_implicit_org_AuroraMSP"], "nobody else keeps it yet");
        keys.push(receipt["stay"].clone());
    }
    let again = world.try_post(&stay("1"));
    assert!(!again.writes_anything());
    assert_eq!(again.json::<Value>().unwrap()["duplicate"], true);
    assert_eq!(world.resolve(&stay("1")).unwrap()["reasons"], json!(["HOTEL_UNKNOWN"]));
    assert_eq!(waiting(&mut world, NEW), ["HOTEL_UNKNOWN"; 3]);
    assert_eq!(world.figures(HILTON, &member), (0, 0, 0));

    world.manager(AURORA);
    world.ok("hotel.register", register(NEW, AURORA, "Hilton"));
    assert_eq!(waiting(&mut world, NEW), ["HOTEL_UNKNOWN"; 3], "registering rates nothing by itself");
    let later = world.post(&stay("1").with("version", 2));
    let same = world.resolve(&stay("2")).unwrap();
    for (receipt, key, version) in [(later, &keys[0], 2), (same, &keys[1], 1)] {
        assert_eq!((&receipt["stay"], &receipt["version"]), (key, &json!(version)), "the stay keeps its key");
        assert_eq!((&receipt["outcome"], &receipt["points"]["delta"]), (&json!("posted"), &json!(2400)));
    }
    assert_eq!(waiting(&mut world, NEW), ["HOTEL_UNKNOWN"]);
    assert_eq!(world.figures(HILTON, &member), (4800, 0, 0));
    assert_eq!(world.ledger.state().filter(|(key, _)| key.starts_with(AWAITED.spec().prefix)).count(), 0);
    world.desk(NEW);
    assert_eq!(world.query("stay.get", json!({ "stay": keys[0] })).unwrap()["receipts"].as_array().unwrap().len(), 2);
}

#[test]
fn only_whom_an_organisation_vouches_for_reports_stays_of_an_unknown_hotel() {
    let (mut world, member) = world_with_member();
    let stay = Stay::new(&member, "1", "2015-07-03", 2).with("hotel", NEW);
    let arguments = || json!({ "hotel": NEW, "as_of": "2015-07-03" });
    for (role, hotels) in [("pms", ""), ("pms", CITY), ("frontdesk", "AUR-NEW2"), ("manager", NEW), ("agent", NEW)] {
        world.client(AURORA, role, hotels);
        world.hand_in(&stay);
        assert_eq!(world.refused("stay.post", arguments()), "HOTEL_UNKNOWN", "{role} {hotels}");
    }
    world.client(AURORA, "pms", "CITY, AUR-NEW");
    world.ledger.set_transient("stay", stay.clone().with("hotel", CITY).json());
    assert_eq!(world.refused("stay.post", arguments()), "STAY_HOTEL_DIFFERS", "a malformed call, and no suspense");
    world.hand_in(&stay);
    assert_eq!(world.ok("stay.post", arguments())["outcome"], "suspended");
    world.client(AURORA, "pms", "A|B");
    assert_eq!(world.refused("stay.post", json!({ "hotel": "A|B", "as_of": "2015-07-03" })), "HOTEL_INVALID");
}

#[test]
fn an_unknown_hotel_and_its_registration_have_one_secret() {
    let (mut world, member) = world_with_member();
    let stay = |confirmation: &str| Stay::new(&member, confirmation, "2015-07-03", 2).with("hotel", NEW);
    world.post(&stay("1"));
    world.desk(NEW);
    world.ledger.set_transient("stay", stay("2").json());
    world.ledger.set_transient("secret", [7; 32]);
    assert_eq!(world.refused("stay.post", json!({ "hotel": NEW, "as_of": "2015-07-03" })), "SECRET_INVALID");
    world.manager(AURORA);
    assert_eq!(world.refused("hotel.register", register(NEW, BOREA, "Hilton")), "SECRET_INVALID");
    world.ok("hotel.register", register(NEW, AURORA, "Hilton"));
}

#[test]
fn a_hotel_that_another_organisation_registers_leaves_the_stays_where_they_wait() {
    let (mut world, member) = world_with_member();
    let stay = |version: u32| Stay::new(&member, "1", "2015-07-03", 2).with("hotel", NEW).with("version", version);
    let waits = world.post(&stay(1))["stay"].clone();
    // Borea vouches for the same code, and its worklist is its own.
    world.client(BOREA, "pms", NEW);
    world.ledger.set_transient("stay", stay(1).json());
    world.ledger.set_transient("secret", secret(BOREA));
    let other = world.ok("stay.post", json!({ "hotel": NEW, "as_of": "2015-07-03" }))["stay"].clone();
    assert_ne!(waits, other);

    world.manager(BOREA);
    world.ok("hotel.register", register(NEW, BOREA, "Resort"));
    for function in ["stay.post", "stay.resolve"] {
        for version in [1, 2] {
            world.desk(NEW);
            world.hand_in(&stay(version));
            let arguments = json!({ "hotel": NEW, "as_of": "2015-07-03" });
            assert_eq!(world.refused(function, arguments), "ORGANISATION_NOT_ALLOWED", "{function} {version}");
        }
    }
    for (msp, role, own) in [(AURORA, "frontdesk", &waits), (AURORA, "manager", &waits), (BOREA, "manager", &other)] {
        world.client(msp, role, NEW);
        let page = world.query("stay.suspense", json!({ "hotel": NEW })).unwrap();
        let stays = page["stays"].as_array().unwrap();
        assert_eq!((stays.len(), &stays[0]["stay"], &stays[0]["organisation"]), (1, own, &json!(msp)), "{msp} {role}");
        for stay in [&waits, &other] {
            assert_eq!(world.query("stay.get", json!({ "stay": stay })).is_ok(), stay == own, "{msp} {role}");
        }
    }
    world.client(CEDAR, "manager", NEW);
    assert_eq!(world.query("stay.suspense", json!({ "hotel": NEW })), Err("ORGANISATION_NOT_ALLOWED"));
    world.client(CEDAR, "auditor", "");
    let all = world.query("stay.suspense", json!({ "hotel": NEW })).unwrap();
    assert_eq!(all["stays"].as_array().unwrap().len(), 2);

    world.client(BOREA, "pms", NEW);
    world.ledger.set_transient("stay", stay(1).json());
    world.ledger.set_transient("secret", secret(BOREA));
    let receipt = world.ok("stay.resolve", json!({ "hotel": NEW, "as_of": "2015-07-03" }));
    assert_eq!((&receipt["stay"], &receipt["outcome"]), (&other, &json!("posted")));
    assert_eq!(world.figures(HILTON, &member), (2400, 0, 0));
}

#[test]
fn a_hotel_that_nobody_vouches_for_has_no_worklist() {
    let mut world = World::new();
    world.desk(NEW);
    assert_eq!(world.query("stay.suspense", json!({ "hotel": NEW })), Err("HOTEL_UNKNOWN"));
}

#[test]
fn a_simulation_says_that_the_hotel_is_unknown() {
    let (mut world, member) = world_with_member();
    world.hand_in(&Stay::new(&member, "1", "2015-07-03", 2).with("hotel", NEW));
    let simulated = world.query("programme.simulate", json!({ "programme": HILTON })).unwrap();
    assert_eq!((&simulated["suspended"], &simulated["rating"]), (&json!("HOTEL_UNKNOWN"), &Value::Null));
}
