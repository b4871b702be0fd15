//! The catalogue of rewards: what is offered is what members get, and stock is neither lost nor given twice.

use folio_chaincode_sdk::Call;
use folio_loyalty::books::Kind;
use serde_json::{Value, json};

use crate::redeemer::{HYATT, RESERVE, Redeemer};
use crate::world::{AURORA, BOREA, CEDAR, CITY, LODGE, RESORT, TODAY};

fn event_names(call: &Call<Vec<u8>>) -> Vec<String> {
    let (name, payload) = call.event.clone().unwrap();
    let payload: Value = serde_json::from_slice(&payload).unwrap();
    let names: Vec<String> =
        payload["changes"].as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap().to_owned()).collect();
    assert_eq!(names[0], name);
    names
}

#[test]
fn a_programme_s_manager_offers_items_and_withdraws_them_and_nobody_edits_them() {
    let mut cast = Redeemer::hyatt();
    let terms = json!({ "name": "Spa", "prices": [{ "points": 500 }] });
    let define = json!({ "programme": HYATT, "item": "spa", "terms": terms });
    for (msp, role, code) in [
        (CEDAR, "agent", "ROLE_NOT_ALLOWED"),
        (CEDAR, "frontdesk", "ROLE_NOT_ALLOWED"),
        (AURORA, "manager", "ORGANISATION_NOT_ALLOWED"),
    ] {
        cast.world.client(msp, role, LODGE);
        assert_eq!(cast.world.refused("reward.define", define.clone()), code);
        assert_eq!(cast.world.refused("reward.withdraw", json!({ "programme": HYATT, "item": "spa" })), code);
    }
    cast.world.manager(CEDAR);
    let call = cast.world.submit("reward.define", define.clone());
    assert_eq!(event_names(&call), ["reward.item_defined"]);
    assert_eq!(cast.world.refused("reward.define", define.clone()), "REWARD_ITEM_EXISTS");
    let mut wrong = define.clone();
    wrong["terms"]["prices"] = json!([]);
    assert_eq!(cast.world.refused("reward.define", wrong), "REWARD_ITEM_INVALID");
    let mut nowhere = define;
    nowhere["programme"] = json!("no-such");
    assert_eq!(cast.world.refused("reward.define", nowhere), "PROGRAMME_UNKNOWN");
    let held = cast.ok(RESERVE, json!({ "points": 500, "item": "spa", "hotel": CITY }));
    let withdraw = json!({ "programme": HYATT, "item": "spa" });
    cast.world.manager(CEDAR);
    assert_eq!(event_names(&cast.world.submit("reward.withdraw", withdraw.clone())), ["reward.item_withdrawn"]);
    assert_eq!(cast.world.refused("reward.withdraw", withdraw), "REWARD_ITEM_WITHDRAWN");
    let again = json!({ "points": 500, "item": "spa", "hotel": CITY });
    assert_eq!(cast.refused(RESERVE, again), "REWARD_ITEM_WITHDRAWN");
    // What is held of it is still handed over.
    cast.world.desk(CITY);
    let end = cast.end(&held, TODAY);
    assert_eq!(cast.world.ok("reward.commit", end)["state"], "committed");
}

#[test]
fn an_article_is_held_handed_over_and_owed_and_the_event_tells_of_stock() {
    let mut cast = Redeemer::hyatt();
    cast.offer("bag", 5_000, json!({ "shelves": 4 }), 10);
    let call = cast.submit(RESERVE, json!({ "points": 5_000, "item": "bag", "hotel": CITY }));
    assert_eq!(event_names(&call), ["reward.reserved", "reward.stock_taken"]);
    let held: Value = call.json().unwrap();
    assert_eq!((&held["state"], &held["item"], &held["points"]), (&json!("held"), &json!("bag"), &json!(5_000)));
    assert_eq!((cast.free("bag"), cast.figures()), (json!(9), (55_000, 5_000, 0)));
    cast.world.desk(CITY);
    let end = cast.end(&held, TODAY);
    let call = cast.world.submit("reward.commit", end);
    assert!(!call.writes.keys().any(|key| key.starts_with('K')), "who commits does not write stock");
    assert_eq!((cast.free("bag"), cast.figures(), cast.owed()), (json!(9), (55_000, 0, 0), 5_000));
    assert_eq!(cast.total(Kind::Redeemed), 5_000);
    let ann = cast.ann.clone();
    cast.world.agent(CEDAR);
    let page = cast.world.query("member.statement", json!({ "member": ann, "programme": HYATT })).unwrap();
    assert_eq!((&page["lines"][0]["cause"], &page["lines"][0]["item"]), (&json!("redeemed"), &json!("bag")));
    // Another is held and given back.
    let held = cast.ok(RESERVE, json!({ "points": 5_000, "item": "bag", "hotel": CITY }));
    cast.world.desk(CITY);
    let end = cast.end(&held, TODAY);
    cast.world.ok("reward.release", end);
    assert_eq!((cast.free("bag"), cast.figures()), (json!(9), (55_000, 0, 0)));
}

#[test]
fn the_member_pays_a_price_of_the_item_in_points_or_with_money_that_the_word_names() {
    let mut cast = Redeemer::hyatt();
    let prices = json!([{ "points": 9_000 }, { "points": 4_000, "cash": { "minor": 2_500, "currency": "EUR" } }]);
    cast.offer("bag", 0, json!({ "prices": prices }), 0);
    for (points, cash) in [
        (4_000, json!(null)),
        (8_999, json!(null)),
        (4_000, json!({ "minor": 2_499, "currency": "EUR" })),
        (4_000, json!({ "minor": 2_500, "currency": "USD" })),
        (9_000, json!({ "minor": 2_500, "currency": "EUR" })),
        (i64::MAX, json!(null)),
    ] {
        let fields = json!({ "points": points, "cash": cash, "item": "bag", "hotel": CITY });
        assert_eq!(cast.refused(RESERVE, fields), "REWARD_PRICE_DIFFERS", "{points} {cash}");
    }
    let cash = json!({ "minor": 2_500, "currency": "EUR" });
    let held = cast.ok(RESERVE, json!({ "points": 4_000, "cash": cash, "item": "bag", "hotel": CITY }));
    assert_eq!((&held["cash"], cast.figures()), (&cash, (56_000, 4_000, 0)));
    let bill = json!({ "points": 4_000, "cash": cash, "hotel": CITY });
    assert_eq!(cast.refused(RESERVE, bill), "REWARD_ITEM_MISSING");
}

#[test]
fn an_item_is_for_its_days_its_tiers_and_its_places() {
    let mut cast = Redeemer::hyatt();
    cast.offer("spring", 500, json!({ "from": "2016-02-02" }), 0);
    cast.offer("winter", 500, json!({ "until": "2016-01-31" }), 0);
    cast.offer("suite", 500, json!({ "from_tier": "Globalist" }), 0);
    cast.offer("lodge", 500, json!({ "given_by": { "hotels": { "brands": { "only": ["Lodge"] } } } }), 0);
    cast.offer("shop", 500, json!({ "given_by": { "merchant": "Bags Ltd" } }), 0);
    for (item, hotel, code) in [
        ("none", Some(CITY), "REWARD_ITEM_UNKNOWN"),
        ("spring", Some(CITY), "REWARD_ITEM_NOT_OFFERED"),
        ("winter", Some(CITY), "REWARD_ITEM_NOT_OFFERED"),
        ("suite", Some(CITY), "REWARD_TIER_TOO_LOW"),
        ("lodge", Some(CITY), "REWARD_NOT_GIVEN_HERE"),
        ("lodge", None, "REWARD_NOT_GIVEN_HERE"),
        ("shop", Some(CITY), "REWARD_NOT_GIVEN_HERE"),
        ("lodge", Some("NO-SUCH"), "HOTEL_UNKNOWN"),
    ] {
        let fields = json!({ "points": 500, "item": item, "hotel": hotel });
        assert_eq!(cast.refused(RESERVE, fields), code, "{item} {hotel:?}");
    }
    cast.ok(RESERVE, json!({ "points": 500, "item": "lodge", "hotel": LODGE }));
    // What a merchant gives, the programme's own people commit, and nobody is owed.
    let held = cast.ok(RESERVE, json!({ "points": 500, "item": "shop" }));
    assert_eq!(held["hotel"], json!(null));
    let end = cast.end(&held, TODAY);
    cast.world.desk(CITY);
    assert_eq!(cast.world.refused("reward.commit", end.clone()), "ORGANISATION_NOT_ALLOWED");
    cast.world.agent(CEDAR);
    cast.world.ok("reward.commit", end);
    assert_eq!((cast.owed(), cast.total(Kind::Redeemed)), (0, 500));
}

#[test]
fn a_member_has_no_more_of_an_item_than_its_cap_and_what_came_to_nothing_does_not_count() {
    let mut cast = Redeemer::hyatt();
    cast.offer("bag", 500, json!({ "member_cap": 2 }), 0);
    let fields = json!({ "points": 500, "item": "bag", "hotel": CITY });
    let (first, second) = (cast.ok(RESERVE, fields.clone()), cast.ok(RESERVE, fields.clone()));
    assert_eq!(cast.refused(RESERVE, fields.clone()), "REWARD_MEMBER_CAP");
    cast.world.desk(CITY);
    let (give, back) = (cast.end(&first, TODAY), cast.end(&second, TODAY));
    cast.world.ok("reward.commit", give);
    cast.world.ok("reward.release", back);
    cast.ok(RESERVE, fields.clone());
    assert_eq!(cast.refused(RESERVE, fields.clone()), "REWARD_MEMBER_CAP");
    // The third hold runs out, and counts no more.
    cast.wait(900 + 301);
    cast.ok(RESERVE, fields.clone());
    assert_eq!(cast.refused(RESERVE, fields), "REWARD_MEMBER_CAP");
    let bob = cast.other("2");
    let order = cast.order(&bob, json!({ "points": 500, "item": "bag", "hotel": CITY }));
    cast.world.ok(RESERVE, order);
}

#[test]
fn the_last_piece_goes_to_the_next_member_when_the_desks_terminal_dies() {
    let mut cast = Redeemer::hyatt();
    cast.offer("bag", 500, json!({ "shelves": 1 }), 1);
    let bob = cast.other("2");
    let fields = json!({ "points": 500, "item": "bag", "hotel": CITY });
    let dead = cast.ok(RESERVE, fields.clone());
    let order = cast.order(&bob, fields.clone());
    assert_eq!(cast.world.refused(RESERVE, order.clone()), "REWARD_OUT_OF_STOCK");
    assert_eq!(cast.free("bag"), json!(0));
    // A day is the longest that a piece may be kept from others.
    let mut long = cast.word(RESERVE, fields);
    long["hold_seconds"] = json!(86_401);
    assert_eq!(cast.world.refused(RESERVE, long), "REWARD_HOLD_INVALID");
    cast.wait(900 + 301);
    assert_eq!(cast.free("bag"), json!(1), "a hold that ran out counts as free");
    cast.world.agent(CEDAR);
    let next = cast.world.ok(RESERVE, order);
    assert_eq!(cast.free("bag"), json!(0));
    // Even a desk whose clock is behind cannot give the piece of the hold that ran out.
    cast.wait(-400);
    cast.world.desk(CITY);
    let late = cast.end(&dead, TODAY);
    assert_eq!(cast.world.refused("reward.commit", late.clone()), "RESERVATION_EXPIRED");
    cast.wait(400);
    cast.world.ok("reward.release", late);
    assert_eq!((cast.free("bag"), cast.figures()), (json!(0), (60_000, 0, 0)));
    let end = cast.end(&next, TODAY);
    cast.world.desk(CITY);
    cast.world.ok("reward.commit", end);
    cast.wait(900 + 301);
    assert_eq!(cast.free("bag"), json!(0), "what was given is gone");
    assert_eq!(cast.total(Kind::Redeemed), 500);
}

#[test]
fn stock_is_put_in_and_taken_out_by_the_programme() {
    let mut cast = Redeemer::hyatt();
    cast.offer("bag", 500, json!({ "shelves": 3 }), 8);
    cast.offer("drink", 500, json!({}), 0);
    let stock = |add: u64, remove: u64| json!({ "programme": HYATT, "item": "bag", "add": add, "remove": remove });
    for (msp, role, code) in [(CEDAR, "frontdesk", "ROLE_NOT_ALLOWED"), (BOREA, "manager", "ORGANISATION_NOT_ALLOWED")]
    {
        cast.world.client(msp, role, LODGE);
        assert_eq!(cast.world.refused("reward.stock", stock(1, 0)), code);
    }
    cast.world.manager(CEDAR);
    for (add, remove) in [(0, 9), (u64::MAX, 0), (1_000_000_000, 0)] {
        assert_eq!(cast.world.refused("reward.stock", stock(add, remove)), "REWARD_STOCK_INVALID", "{add} {remove}");
    }
    let call = cast.world.submit("reward.stock", stock(0, 1));
    assert_eq!(event_names(&call), ["reward.stock_changed"]);
    assert_eq!((&call.json::<Value>().unwrap()["pieces"], cast.free("bag")), (&json!(8), json!(7)));
    let unlimited = json!({ "programme": HYATT, "item": "drink", "add": 1 });
    assert_eq!(cast.world.refused("reward.stock", unlimited), "REWARD_STOCK_UNLIMITED");
    // Seven pieces on three shelves: all of them are found, and the one that comes later.
    cast.world.manager(CEDAR);
    cast.world.ok("reward.stock", stock(1, 0));
    for _ in 0..8 {
        cast.ok(RESERVE, json!({ "points": 500, "item": "bag", "hotel": CITY }));
    }
    let ninth = json!({ "points": 500, "item": "bag", "hotel": CITY });
    assert_eq!(cast.refused(RESERVE, ninth), "REWARD_OUT_OF_STOCK");
}

#[test]
fn a_request_that_is_sent_twice_takes_one_piece_and_an_intent_is_good_once() {
    let mut cast = Redeemer::hyatt();
    cast.offer("bag", 500, json!({ "shelves": 1 }), 5);
    let mut word = cast.word(RESERVE, json!({ "points": 500, "item": "bag", "hotel": CITY }));
    word["request_id"] = json!("once");
    let first = cast.world.ok(RESERVE, word.clone());
    assert_eq!(cast.world.ok(RESERVE, word.clone()), first);
    word["request_id"] = json!("twice");
    assert_eq!(cast.world.refused(RESERVE, word), "INTENT_REPLAYED");
    assert_eq!((cast.free("bag"), cast.figures()), (json!(4), (59_500, 500, 0)));
}

#[test]
fn who_owes_points_has_no_items() {
    let mut cast = Redeemer::hyatt();
    cast.offer("bag", 60_000, json!({}), 0);
    cast.offer("drink", 1, json!({}), 0);
    let held = cast.ok(RESERVE, json!({ "points": 60_000, "item": "bag", "hotel": CITY }));
    let end = cast.end(&held, TODAY);
    cast.world.desk(CITY);
    cast.world.ok("reward.commit", end);
    assert_eq!(cast.refused(RESERVE, json!({ "points": 1, "item": "drink", "hotel": CITY })), "POINTS_INSUFFICIENT");
    let ann = cast.ann.clone();
    let nothing = crate::world::Stay::new(&ann, "1", "2016-01-25", 20).with("programme", HYATT).with("version", 2);
    cast.world.post(&nothing.at(40_000));
    assert_eq!(cast.figures(), (0, 0, 12_000));
    assert_eq!(cast.refused(RESERVE, json!({ "points": 1, "item": "drink", "hotel": CITY })), "MEMBER_IN_DEBT");
}

#[test]
fn a_donation_is_spent_at_once_and_the_statement_names_the_cause() {
    let mut cast = Redeemer::hyatt();
    cast.offer("trees", 1_000, json!({ "kind": { "donation": { "cause": "a forest" } } }), 0);
    let call = cast.submit(RESERVE, json!({ "points": 1_000, "item": "trees" }));
    assert_eq!(event_names(&call), ["reward.donated"]);
    let given: Value = call.json().unwrap();
    assert_eq!(given["state"], "committed");
    assert_eq!((cast.figures(), cast.total(Kind::Redeemed), cast.owed()), ((59_000, 0, 0), 1_000, 0));
    let ann = cast.ann.clone();
    let page = cast.world.query("member.statement", json!({ "member": ann, "programme": HYATT })).unwrap();
    let line = &page["lines"][0];
    assert_eq!((&line["cause"], &line["good_cause"]), (&json!("donated"), &json!("a forest")));
    assert_eq!((&line["available"], &line["item"]), (&json!(-1_000), &json!("trees")));
    let end = cast.end(&given, TODAY);
    cast.world.agent(CEDAR);
    for function in ["reward.commit", "reward.release"] {
        assert_eq!(cast.world.refused(function, end.clone()), "RESERVATION_NOT_OPEN");
    }
}

#[test]
fn what_ran_out_is_found_by_a_query_and_swept_by_anybody() {
    let mut cast = Redeemer::hyatt();
    cast.offer("bag", 500, json!({ "shelves": 2 }), 4);
    let bob = cast.other("2");
    let order = cast.order(&bob, json!({ "points": 500, "item": "bag", "hotel": CITY }));
    let held = [cast.world.ok(RESERVE, order), cast.ok(RESERVE, json!({ "points": 2_000, "hotel": RESORT }))];
    let given = cast.ok(RESERVE, json!({ "points": 1_000, "hotel": RESORT }));
    let end = cast.end(&given, TODAY);
    cast.world.desk(RESORT);
    cast.world.ok("reward.commit", end);
    let overdue = |cast: &mut Redeemer| {
        cast.world.client(AURORA, "frontdesk", CITY);
        let page = cast.world.query("reward.overdue", json!({ "programme": HYATT })).unwrap();
        page["reservations"].as_array().unwrap().clone()
    };
    assert_eq!(overdue(&mut cast), [] as [Value; 0]);
    let ids: Vec<Value> = held.iter().map(|held| held["reservation"].clone()).collect();
    cast.world.client(AURORA, "", "");
    assert_eq!(cast.world.query("reward.overdue", json!({ "programme": HYATT })), Err("ROLE_NOT_ALLOWED"));
    cast.wait(900 + 301);
    let found = overdue(&mut cast);
    assert_eq!(found.len(), 2);
    assert!(ids.iter().all(|id| found.contains(id)));
    let all = json!({ "reservations": [ids[0], ids[1], given["reservation"]], "as_of": TODAY });
    cast.world.client(BOREA, "", "");
    let call = cast.world.submit("reward.sweep", all.clone());
    assert!(call.ranges.is_empty(), "what is submitted scans nothing");
    let swept: Value = call.json().unwrap();
    assert_eq!((&swept["released"], &swept["skipped"]), (&json!(ids), &json!([given["reservation"]])));
    assert_eq!((cast.figures(), cast.world.figures(HYATT, &bob)), ((59_000, 0, 0), (60_000, 0, 0)));
    assert_eq!((cast.free("bag"), cast.total(Kind::Reserved)), (json!(4), 0));
    assert_eq!(overdue(&mut cast), [] as [Value; 0]);
    for reservations in [json!([]), json!(vec![ids[0].clone(); 33])] {
        let arguments = json!({ "reservations": reservations, "as_of": TODAY });
        assert_eq!(cast.world.refused("reward.sweep", arguments), "SWEEP_INVALID");
    }
    let unknown = json!({ "reservations": ["0".repeat(32)], "as_of": TODAY });
    assert_eq!(cast.world.refused("reward.sweep", unknown), "RESERVATION_UNKNOWN");
}
