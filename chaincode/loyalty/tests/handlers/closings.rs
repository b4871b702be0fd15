//! Closings: payables set off in pairs and among all, accepted by those that they are about.

use serde_json::{Value, json};

use crate::settling::{agree, agreement, at_five, away, fold, reward, seal, world};
use crate::world::{AURORA, BOREA, CEDAR, HILTON, LODGE, Stay, TEXTBOOK, World};

const CLOSE: &str = "settlement.close";

/// Seals and folds both programmes.
fn fold_all(world: &mut World, date: &str) {
    for programme in [HILTON, TEXTBOOK] {
        seal(world, programme, date);
        fold(world, programme, 100);
    }
}

fn nets(closing: &Value) -> Vec<(String, i64)> {
    let nets = closing["figures"]["multilateral"].as_array().unwrap().iter();
    nets.map(|net| (net["organisation"].as_str().unwrap().to_owned(), net["amount"].as_i64().unwrap())).collect()
}

fn bilateral(closing: &Value) -> Vec<(String, String, i64)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let pairs = closing["figures"]["bilateral"].as_array().unwrap().iter();
    pairs.map(|pair| (text(&pair["debtor"]), text(&pair["creditor"]), pair["amount"].as_i64().unwrap())).collect()
}

#[test]
fn earning_here_and_spending_there_is_netted_in_pairs_and_among_all() {
    let (mut world, ann) = world();
    agree(&mut world, TEXTBOOK, AURORA, agreement("2015-01-01", "EUR", "5"));
    // Ann earns at Borea's resort and spends at Cedar's lodge; Bob of Borea's programme earns at Aurora's hotel.
    let ann_earns = world.post(&away(&ann, "1", "2015-07-03", 20))["points"]["total"].as_i64().unwrap();
    let bob = world.enrol(TEXTBOOK, "2015-06-01");
    let stay = Stay::new(&bob, "2", "2015-07-03", 10).with("programme", TEXTBOOK);
    let bob_earns = world.post(&stay)["points"]["total"].as_i64().unwrap();
    let (ann_earns, bob_earns) = (at_five(ann_earns), at_five(bob_earns));
    assert!(ann_earns > bob_earns && bob_earns > 0);
    assert_eq!(reward(&mut world, &ann, 10_000, LODGE).refusal(), None);
    world.ledger.set_timestamp(crate::world::NOW + 86_400);
    fold_all(&mut world, "2016-02-01");
    world.client(CEDAR, "auditor", "");
    let preview = world.query("settlement.net", json!({ "currency": "EUR", "through": "2016-02-01" })).unwrap();
    world.manager(CEDAR);
    let closing = world.ok(CLOSE, json!({ "currency": "EUR", "through": "2016-02-01" }));
    assert_eq!(preview["figures"], closing["figures"]);
    assert_eq!(closing["closing"], 1);
    let text = str::to_owned;
    assert_eq!(
        bilateral(&closing),
        [(text(AURORA), text(CEDAR), 4_000), (text(BOREA), text(AURORA), ann_earns - bob_earns)]
    );
    let expected =
        [(text(AURORA), ann_earns - bob_earns - 4_000), (text(BOREA), bob_earns - ann_earns), (text(CEDAR), 4_000)];
    assert_eq!(nets(&closing), expected);
    assert_eq!(nets(&closing).iter().map(|(_, amount)| amount).sum::<i64>(), 0);
    assert_eq!(closing["parties"], json!([AURORA, BOREA, CEDAR]));
}

#[test]
fn only_folded_dates_are_closed_and_once() {
    let (mut world, ann) = world();
    world.post(&away(&ann, "1", "2015-07-03", 2));
    let close = |world: &mut World, through: &str| {
        world.manager(BOREA);
        world.submit(CLOSE, json!({ "currency": "EUR", "through": through })).refusal()
    };
    assert_eq!(close(&mut world, "2015-07-31"), Some("DATE_NOT_FOLDED"));
    seal(&mut world, HILTON, "2015-07-31");
    fold(&mut world, HILTON, 10);
    assert_eq!(close(&mut world, "2015-07-31"), Some("DATE_NOT_FOLDED"), "the other programme is not folded");
    seal(&mut world, TEXTBOOK, "2015-08-31");
    assert_eq!(close(&mut world, "2015-07-31"), Some("DATE_NOT_FOLDED"));
    fold(&mut world, TEXTBOOK, 10);
    assert_eq!(close(&mut world, "2015-08-01"), Some("DATE_NOT_FOLDED"));
    assert_eq!(close(&mut world, "2015-07-31"), None);
    for date in ["2015-07-31", "2015-07-30"] {
        assert_eq!(close(&mut world, date), Some("DATE_CLOSED"));
    }
    world.client(BOREA, "agent", "");
    assert_eq!(world.refused(CLOSE, json!({ "currency": "EUR", "through": "2015-08-31" })), "ROLE_NOT_ALLOWED");
    world.manager(BOREA);
    for (arguments, code) in [
        (json!({ "currency": "EUR" }), "CLOSING_DATE_INVALID"),
        (json!({ "currency": "EUR", "month": "2015-13" }), "CLOSING_DATE_INVALID"),
        (json!({ "currency": "EUR", "month": "2015-08", "through": "2015-08-31" }), "CLOSING_DATE_INVALID"),
        // What has no price is in no currency and is never closed.
        (json!({ "currency": "XXX", "through": "2015-07-31" }), "CURRENCY_UNKNOWN"),
    ] {
        assert_eq!(world.refused(CLOSE, arguments), code);
    }
    let usd = world.ok(CLOSE, json!({ "currency": "USD", "month": "2015-07", "request_id": "usd" }));
    assert_eq!((&usd["through"], &usd["parties"]), (&json!("2015-07-31"), &json!([])));
    assert_eq!(world.ok(CLOSE, json!({ "currency": "USD", "month": "2015-07", "request_id": "usd" })), usd);
}

#[test]
fn what_comes_after_a_closing_lands_in_the_next() {
    let (mut world, ann) = world();
    let first = world.post(&away(&ann, "1", "2015-07-03", 3))["points"]["total"].as_i64().unwrap();
    fold_all(&mut world, "2015-07-31");
    world.manager(AURORA);
    let july = world.ok(CLOSE, json!({ "currency": "EUR", "month": "2015-07" }));
    assert_eq!(bilateral(&july), [(BOREA.to_owned(), AURORA.to_owned(), at_five(first))]);
    // The guest got too many points, which turns the payable of August round.
    let corrected = away(&ann, "1", "2015-07-03", 3).at(2_000).with("version", 2);
    let last = world.post(&corrected)["points"]["total"].as_i64().unwrap();
    fold_all(&mut world, "2015-08-31");
    world.manager(AURORA);
    let august = world.ok(CLOSE, json!({ "currency": "EUR", "month": "2015-08" }));
    assert_eq!(bilateral(&august), [(AURORA.to_owned(), BOREA.to_owned(), at_five(first) - at_five(last))]);
    assert_eq!(august["programmes"][0]["from"], "2015-08-01");
    world.client(BOREA, "auditor", "");
    let read = |world: &mut World, closing: Value| {
        world.query("settlement.get", json!({ "currency": "EUR", "closing": closing })).unwrap()
    };
    assert_eq!(read(&mut world, json!(1))["figures"], july["figures"]);
    assert_eq!(read(&mut world, Value::Null)["closing"], 2);
    assert_eq!(
        world.query("settlement.get", json!({ "currency": "EUR", "closing": 3 })).err(),
        Some("CLOSING_UNKNOWN")
    );
    assert_eq!(world.query("settlement.get", json!({ "currency": "JPY" })).err(), Some("CLOSING_UNKNOWN"));
}

#[test]
fn a_programme_that_begins_after_a_closing_is_part_of_the_next_from_its_beginning() {
    use folio_loyalty::rules::programme::{Definition, shipped};
    let (mut world, _) = world();
    fold_all(&mut world, "2015-07-31");
    world.manager(AURORA);
    world.ok(CLOSE, json!({ "currency": "EUR", "month": "2015-07" }));
    let (id, text) = shipped().find(|(id, _)| *id == crate::world::IHG).unwrap();
    world.activate(id, &Definition::from_toml(text).unwrap());
    agree(&mut world, id, AURORA, agreement("2015-01-01", "EUR", "5"));
    let carl = world.enrol(id, "2015-06-01");
    let stay = Stay::new(&carl, "9", "2015-07-10", 3).with("programme", id);
    let points = world.post(&stay)["points"]["total"].as_i64().unwrap();
    assert!(points > 0);
    fold_all(&mut world, "2015-08-31");
    world.manager(AURORA);
    assert_eq!(world.refused(CLOSE, json!({ "currency": "EUR", "month": "2015-08" })), "DATE_NOT_FOLDED");
    seal(&mut world, id, "2015-08-31");
    fold(&mut world, id, 10);
    world.manager(AURORA);
    let august = world.ok(CLOSE, json!({ "currency": "EUR", "month": "2015-08" }));
    assert_eq!(bilateral(&august), [(AURORA.to_owned(), CEDAR.to_owned(), at_five(points))]);
}

#[test]
fn each_party_accepts_a_closing_once() {
    let (mut world, ann) = world();
    world.post(&away(&ann, "1", "2015-07-03", 3));
    fold_all(&mut world, "2015-07-31");
    world.manager(CEDAR);
    let closed = world.ok(CLOSE, json!({ "currency": "EUR", "month": "2015-07" }));
    let accept = json!({ "currency": "EUR", "closing": 1 });
    assert_eq!(world.refused("settlement.accept", accept.clone()), "CLOSING_NOT_PARTY");
    world.agent(AURORA);
    assert_eq!(world.refused("settlement.accept", accept.clone()), "ROLE_NOT_ALLOWED");
    world.manager(AURORA);
    let unknown = json!({ "currency": "EUR", "closing": 2 });
    assert_eq!(world.refused("settlement.accept", unknown), "CLOSING_UNKNOWN");
    let once = world.ok("settlement.accept", accept.clone());
    assert_eq!(once["accepted"], json!([AURORA]));
    assert_eq!(world.refused("settlement.accept", accept.clone()), "CLOSING_ACCEPTED");
    world.manager(BOREA);
    let call = world.submit("settlement.accept", accept);
    let both: Value = call.json().unwrap();
    assert_eq!((&both["accepted"], &both["figures"]), (&json!([AURORA, BOREA]), &closed["figures"]));
    let (name, event) = call.event.unwrap();
    let event: Value = serde_json::from_slice(&event).unwrap();
    assert_eq!(name, "settlement.accepted");
    assert_eq!((&event["changes"][0]["accepted"], &event["changes"][0]["parties"]), (&json!(2), &json!(2)));
}
