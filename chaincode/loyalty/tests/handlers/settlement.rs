//! From rows of single transactions to positions: prices, seals and folds.

use folio_loyalty::handlers::ROUTER;
use folio_loyalty::rules::programme::RefundRules;
use folio_loyalty::state::{OWED, TOTALS};
use serde_json::{Value, json};

use crate::redeemer::{BOOK, HYATT, Redeemer};
use crate::settling::{
    FOLD, SEAL, agree, agreement, at_five, away, fold, owed, owed_by, position, reward, seal, world,
};
use crate::world::{AURORA, BOREA, CEDAR, CITY, HILTON, LODGE, RESORT, TEXTBOOK, TODAY, World};

const PRICE: &str = "settlement.price";

#[test]
fn points_are_owed_in_money_in_both_directions() {
    let (mut world, ann) = world();
    let receipt = world.post(&away(&ann, "1", "2015-07-03", 20));
    let points = receipt["points"]["total"].as_i64().unwrap();
    assert_eq!(owed_by(&mut world, HILTON, BOREA), at_five(points));
    let call = reward(&mut world, &ann, 10_000, LODGE);
    assert_eq!(call.refusal(), None);
    // 10,000 points at EUR 4 for 1,000.
    assert_eq!(owed_by(&mut world, HILTON, AURORA), 4_000);
    let rows = owed(&mut world, HILTON);
    let causes: Vec<_> = rows.iter().map(|row| row["items"][0]["cause"].as_str().unwrap()).collect();
    assert_eq!(causes, ["accrual", "redemption"]);
}

#[test]
fn corrections_of_a_stay_add_up_to_the_value_of_what_it_earns() {
    let (mut world, ann) = world();
    let mut last = 0;
    for (version, net) in [(1, 10_000), (2, 9_977), (3, 9_954), (4, 0), (5, 33_333), (6, 33_310)] {
        let stay = away(&ann, "1", "2015-07-03", 3).at(net).with("version", version);
        last = world.post(&stay)["points"]["total"].as_i64().unwrap();
        assert_eq!(owed_by(&mut world, HILTON, BOREA), at_five(last), "after version {version}");
    }
    assert!(last > 0);
    // In another programme, which has no agreement with the hotel's own organisation, nothing is left of it.
    world.post(&away(&ann, "1", "2015-07-03", 3).with("version", 7).with("programme", TEXTBOOK));
    assert_eq!(owed_by(&mut world, HILTON, BOREA), 0);
}

#[test]
fn a_stay_whose_check_out_moves_is_valued_by_the_agreement_of_each() {
    let mut world = World::new();
    // Agreements that fill the past are made from the latest to the earliest.
    agree(&mut world, HILTON, BOREA, agreement("2015-08-01", "USD", "9"));
    agree(&mut world, HILTON, BOREA, agreement("2015-01-01", "EUR", "5"));
    let ann = world.enrol(HILTON, "2015-06-01");
    let sums = |world: &mut World| -> (i64, i64) {
        let rows = owed(world, HILTON);
        let items: Vec<&Value> = rows.iter().flat_map(|row| row["items"].as_array().unwrap()).collect();
        let sum = |currency: &str| {
            let own = items.iter().filter(|item| item["currency"] == currency);
            own.map(|item| item["amount"].as_i64().unwrap()).sum()
        };
        (sum("EUR"), sum("USD"))
    };
    let points = |receipt: Value| receipt["points"]["total"].as_i64().unwrap();
    let july = points(world.post(&away(&ann, "1", "2015-07-31", 3)));
    assert_eq!(sums(&mut world), (at_five(july), 0));
    let august = points(world.post(&away(&ann, "1", "2015-08-01", 4).with("version", 2)));
    assert_eq!(sums(&mut world), (0, (august * 900 + 500) / 1_000));
    let back = points(world.post(&away(&ann, "1", "2015-07-31", 2).with("version", 3)));
    assert_eq!(sums(&mut world), (at_five(back), 0));
}

#[test]
fn a_stay_that_moves_to_another_member_is_owed_once() {
    let (mut world, ann) = world();
    let bob = world.enrol(HILTON, "2015-06-01");
    let first = world.post(&away(&ann, "1", "2015-07-03", 3));
    let second = world.post(&away(&bob, "1", "2015-07-03", 2).with("version", 2));
    let points = |receipt: &Value| receipt["points"]["total"].as_i64().unwrap();
    assert_ne!(points(&first), points(&second));
    assert_eq!(owed_by(&mut world, HILTON, BOREA), at_five(points(&second)));
}

#[test]
fn a_reward_is_paid_by_the_agreement_of_its_booking_and_by_how_full_the_house_was() {
    let mut cast = Redeemer::hyatt_with(|definition| definition.refund = Some(RefundRules { days: 30, grace_days: 0 }));
    agree(&mut cast.world, HYATT, AURORA, agreement("2015-01-01", "EUR", "5"));
    let mut next = agreement("2016-02-03", "EUR", "5");
    next["redemption"]["per_night"] =
        json!([{ "from_percent": 0, "minor": 3_000 }, { "from_percent": 90, "minor": 12_000 }]);
    agree(&mut cast.world, HYATT, AURORA, next);
    let book = |cast: &mut Redeemer, as_of: &str, arrival: &str| {
        let night = json!({ "hotel": CITY, "arrival": arrival, "nights": 1, "points": 15_000, "as_of": as_of });
        cast.ok(BOOK, night)
    };
    let before = book(&mut cast, TODAY, "2016-02-10");
    cast.wait(5 * 86_400);
    let [full, empty, other] =
        ["2016-02-11", "2016-02-12", "2016-02-13"].map(|night| book(&mut cast, "2016-02-06", night));
    cast.wait(10 * 86_400);
    cast.world.desk(CITY);
    let end = |held: &Value, percent: u8| json!({ "reservation": held["reservation"], "as_of": "2016-02-15", "occupancy_percent": percent });
    let mut paid = 0;
    for (held, percent, minor) in [(&before, 95, 6_000), (&full, 95, 12_000), (&empty, 0, 3_000)] {
        cast.world.desk(CITY);
        cast.world.ok("reward.award_night_stay", end(held, percent));
        paid += minor;
        assert_eq!(owed_by(&mut cast.world, HYATT, CEDAR), paid);
    }
    cast.world.desk(CITY);
    assert_eq!(cast.world.refused("reward.award_night_stay", end(&other, 101)), "AWARD_OCCUPANCY_INVALID");
    // The hotel that takes a reward back gives up just what it was owed for it.
    for (held, minor) in [(&full, 12_000), (&before, 6_000)] {
        cast.world.desk(CITY);
        cast.world.ok("reward.refund", cast.end(held, "2016-02-15"));
        paid -= minor;
        assert_eq!(owed_by(&mut cast.world, HYATT, CEDAR), paid);
    }
}

#[test]
fn a_date_is_sealed_when_it_is_over_and_only_onwards() {
    let (mut world, _) = world();
    world.agent(AURORA);
    assert_eq!(world.refused(SEAL, json!({ "programme": HILTON, "date": "2016-01-31" })), "ROLE_NOT_ALLOWED");
    world.manager(CEDAR);
    assert_eq!(world.refused(SEAL, json!({ "programme": "none", "date": "2016-01-31" })), "PROGRAMME_UNKNOWN");
    assert_eq!(world.refused(SEAL, json!({ "programme": HILTON, "date": TODAY })), "DATE_NOT_OVER");
    let sealed = world.ok(SEAL, json!({ "programme": HILTON, "date": "2016-01-31", "request_id": "s" }));
    assert_eq!((&sealed["sealed_through"], &sealed["open_date"]), (&json!("2016-01-31"), &json!("2016-02-01")));
    assert_eq!(world.ok(SEAL, json!({ "programme": HILTON, "date": "2016-01-31", "request_id": "s" })), sealed);
    for date in ["2016-01-31", "2016-01-30"] {
        assert_eq!(world.refused(SEAL, json!({ "programme": HILTON, "date": date })), "DATE_SEALED");
    }
}

#[test]
fn what_comes_after_a_seal_lands_in_the_open_date_and_keeps_its_own() {
    let (mut world, ann) = world();
    world.post(&away(&ann, "1", "2015-07-03", 3));
    seal(&mut world, HILTON, "2016-01-31");
    let rows = |world: &World| -> Vec<(String, Vec<u8>)> {
        let own = [OWED.spec().prefix, TOTALS.spec().prefix];
        let rows = world.ledger.state().filter(|(key, _)| key.starts_with(own));
        let sealed = rows.filter(|(key, _)| key.contains("hilton-honors,201") && !key.contains("2016-02-01"));
        sealed.map(|(key, value)| (key.to_owned(), value.to_vec())).collect()
    };
    let before = rows(&world);
    world.post(&away(&ann, "1", "2015-07-03", 3).at(20_000).with("version", 2));
    world.post(&away(&ann, "2", "2015-08-03", 1));
    assert_eq!(rows(&world), before, "a sealed date is never rewritten");
    let late: Vec<Value> = owed(&mut world, HILTON).split_off(1);
    assert_eq!(late.len(), 2);
    for row in late {
        assert_eq!(row["row"]["date"], "2016-02-01");
        assert!(["2015-07-03", "2015-08-03"].contains(&row["business_date"].as_str().unwrap()));
    }
}

#[test]
fn a_posting_that_has_not_seen_the_seal_conflicts_with_it() {
    let (mut world, ann) = world();
    world.desk(RESORT);
    world.hand_in(&away(&ann, "1", "2015-07-03", 3));
    let arguments = json!({ "request_id": "p", "hotel": RESORT, "as_of": "2015-07-03" });
    let posted = world.ledger.simulate(&ROUTER, "stay.post", &arguments);
    seal(&mut world, HILTON, "2016-01-31");
    assert!(world.ledger.commit(&posted).is_err());
    // Two that have both seen it do not.
    let bob = world.enrol(HILTON, "2015-06-01");
    let mut simulate = |member: &str, confirmation: &str| {
        world.desk(RESORT);
        world.hand_in(&away(member, confirmation, "2015-07-03", 3));
        let arguments = json!({ "request_id": confirmation, "hotel": RESORT, "as_of": "2015-07-03" });
        world.ledger.simulate(&ROUTER, "stay.post", &arguments)
    };
    let (first, second) = (simulate(&ann, "1"), simulate(&bob, "2"));
    assert!(world.ledger.commit(&first).is_ok());
    assert!(world.ledger.commit(&second).is_ok());
}

#[test]
fn folding_goes_on_where_it_stopped_and_takes_no_row_twice() {
    let (mut world, ann) = world();
    world.client(BOREA, "auditor", "");
    assert_eq!(world.refused(FOLD, json!({ "programme": HILTON })), "ROLE_NOT_ALLOWED");
    world.client(BOREA, "frontdesk", RESORT);
    assert_eq!(world.refused(FOLD, json!({ "programme": HILTON })), "DATE_NOT_SEALED");
    let mut owed_points = 0;
    for (number, check_out) in ["2015-07-03", "2015-07-03", "2015-07-03", "2015-07-04"].iter().enumerate() {
        let receipt = world.post(&away(&ann, &number.to_string(), check_out, 2));
        owed_points += receipt["points"]["total"].as_i64().unwrap();
    }
    let before = position(&mut world, HILTON);
    assert_eq!((before["folded"].as_array().unwrap().len(), before["unfolded"].as_array().unwrap().len()), (0, 2));
    seal(&mut world, HILTON, "2015-07-31");
    world.client(CEDAR, "pms", LODGE);
    let one = world.ok(FOLD, json!({ "programme": HILTON, "limit": 1, "request_id": "f" }));
    assert_eq!((&one["complete"], &one["owed_through"], &one["rows"]), (&json!(false), &Value::Null, &json!(2)));
    assert_eq!(world.ok(FOLD, json!({ "programme": HILTON, "limit": 1, "request_id": "f" })), one);
    let halfway = position(&mut world, HILTON);
    let points = |part: &Value| -> i64 {
        part.as_array().unwrap().iter().map(|position| position["points"].as_i64().unwrap()).sum()
    };
    assert_eq!(points(&halfway["folded"]) + points(&halfway["unfolded"]), owed_points);
    // Two folds at once take the same rows: one of them conflicts.
    world.client(CEDAR, "pms", LODGE);
    let simulate = |world: &mut World, id: &str| {
        world.ledger.simulate(&ROUTER, FOLD, &json!({ "programme": HILTON, "limit": 1, "request_id": id }))
    };
    let (first, second) = (simulate(&mut world, "g"), simulate(&mut world, "h"));
    assert!(world.ledger.commit(&first).is_ok());
    assert!(world.ledger.commit(&second).is_err());
    assert_eq!(fold(&mut world, HILTON, 1), 2 * 4 - 2 * 2);
    assert_eq!(fold(&mut world, HILTON, 1), 0, "nothing is left");
    let after = position(&mut world, HILTON);
    assert_eq!((&after["sealed_through"], &after["folded_through"]), (&json!("2015-07-31"), &json!("2015-07-31")));
    assert_eq!(after["unfolded"], json!([]));
    assert_eq!(points(&after["folded"]), owed_points);
    let items: Vec<u64> =
        after["folded"].as_array().unwrap().iter().map(|position| position["items"].as_u64().unwrap()).collect();
    assert_eq!(items, [3, 1]);
}

#[test]
fn a_posting_does_not_conflict_with_the_folding_of_sealed_dates() {
    let (mut world, ann) = world();
    world.post(&away(&ann, "1", "2015-07-03", 2));
    seal(&mut world, HILTON, "2015-07-31");
    world.client(CEDAR, "pms", LODGE);
    let folded = world.ledger.simulate(&ROUTER, FOLD, &json!({ "programme": HILTON, "request_id": "f" }));
    world.post(&away(&ann, "2", "2015-07-03", 2));
    assert!(world.ledger.commit(&folded).is_ok());
}

#[test]
fn what_has_no_agreement_stays_to_be_seen_until_it_gets_a_price() {
    let mut world = World::new();
    let ann = world.enrol(HILTON, "2015-06-01");
    let first = world.post(&away(&ann, "1", "2015-07-03", 3))["points"]["total"].as_i64().unwrap();
    seal(&mut world, HILTON, "2015-07-31");
    fold(&mut world, HILTON, 10);
    let unpriced = |world: &mut World| -> i64 {
        world.manager(BOREA);
        let page = world.query("settlement.outside", json!({ "programme": HILTON })).unwrap();
        let rows = page["unpriced"].as_array().unwrap().clone();
        rows.iter().flat_map(|row| row["items"].as_array().unwrap()).map(|item| item["points"].as_i64().unwrap()).sum()
    };
    assert_eq!(unpriced(&mut world), first);
    let position = position(&mut world, HILTON);
    assert_eq!((&position["folded"][0]["currency"], &position["folded"][0]["points"]), (&Value::Null, &json!(first)));
    let price = |world: &mut World, request: &str| {
        world.client(CEDAR, "agent", "");
        world.ok(PRICE, json!({ "programme": HILTON, "limit": 1, "request_id": request }))
    };
    assert_eq!(price(&mut world, "none")["rows"], 0);
    agree(&mut world, HILTON, BOREA, agreement("2015-01-01", "EUR", "5"));
    // A correction is priced at once; what it corrects is not yet.
    let last = world.post(&away(&ann, "1", "2015-07-03", 3).at(7_777).with("version", 2));
    let last = last["points"]["total"].as_i64().unwrap();
    assert_eq!(owed_by(&mut world, HILTON, BOREA), at_five(last) - at_five(first));
    assert_eq!(price(&mut world, "some")["rows"], 1);
    assert_eq!(price(&mut world, "some")["rows"], 1, "the same request");
    assert_eq!(price(&mut world, "more")["rows"], 0, "a row is priced once");
    assert_eq!(owed_by(&mut world, HILTON, BOREA), at_five(last));
    assert_eq!(unpriced(&mut world), 0);
    let rows = owed(&mut world, HILTON);
    let follower = rows.iter().find(|row| !row["origin"].is_null()).unwrap();
    assert_eq!((&follower["row"]["date"], &follower["origin"]["date"]), (&json!(TODAY), &json!("2015-07-03")));
    world.client(AURORA, "auditor", "");
    assert_eq!(world.refused(PRICE, json!({ "programme": HILTON })), "ROLE_NOT_ALLOWED");
}

#[test]
fn a_value_that_is_no_amount_of_money_leaves_the_stay_without_a_price() {
    let mut world = World::new();
    agree(&mut world, HILTON, BOREA, agreement("2015-01-01", "CLF", "1000000"));
    let ann = world.enrol(HILTON, "2015-06-01");
    for confirmation in ["1", "2"] {
        let receipt = world.post(&away(&ann, confirmation, "2015-07-03", 20).at(1_000_000_000_000));
        assert_eq!(receipt["outcome"], "posted");
    }
    seal(&mut world, HILTON, "2015-07-03");
    fold(&mut world, HILTON, 10);
    world.client(CEDAR, "pms", LODGE);
    assert_eq!(world.ok(PRICE, json!({ "programme": HILTON }))["rows"], 0);
    let position = position(&mut world, HILTON);
    assert_eq!((&position["folded"][0]["currency"], &position["folded"][0]["items"]), (&Value::Null, &json!(2)));
}

#[test]
fn what_is_owed_is_read_by_its_sides_the_programme_and_auditors() {
    let (mut world, ann) = world();
    world.post(&away(&ann, "1", "2015-07-03", 2));
    seal(&mut world, HILTON, "2015-07-03");
    fold(&mut world, HILTON, 10);
    world.post(&away(&ann, "2", "2015-07-04", 2));
    for (msp, role, seen) in [
        (AURORA, "manager", Ok(2)),
        (BOREA, "manager", Ok(2)),
        (CEDAR, "manager", Ok(0)),
        (CEDAR, "auditor", Ok(2)),
        (BOREA, "agent", Err("ROLE_NOT_ALLOWED")),
    ] {
        world.client(msp, role, CITY);
        let rows = world.query("settlement.owed", json!({ "programme": HILTON }));
        assert_eq!(rows.map(|page| page["rows"].as_array().unwrap().len()), seen, "{msp} {role}");
        let position = world.query("settlement.position", json!({ "programme": HILTON }));
        let count = |page: Value| page["folded"].as_array().unwrap().len() + page["unfolded"].as_array().unwrap().len();
        assert_eq!(position.map(count), seen, "{msp} {role}");
    }
    world.manager(AURORA);
    for function in ["settlement.owed", "settlement.position", "settlement.liability"] {
        let asked = json!({ "programme": HILTON, "from": "2015-07-02", "to": "2015-07-01" });
        assert_eq!(world.query(function, asked).err(), Some("DATES_INVALID"));
    }
    let part = json!({ "programme": HILTON, "from": "2015-07-04", "to": "2015-07-04" });
    assert_eq!(world.query("settlement.owed", part.clone()).unwrap()["rows"].as_array().unwrap().len(), 1);
    let position = world.query("settlement.position", part).unwrap();
    assert_eq!((position["folded"].as_array().unwrap().len(), position["unfolded"].as_array().unwrap().len()), (0, 1));
}
