//! Disputes: outside the net, to be seen, until both sides agree.

use serde_json::{Value, json};

use crate::settling::{at_five, away, fold, owed, owed_by, seal, world};
use crate::world::{AURORA, BOREA, CEDAR, HILTON, TEXTBOOK, World};

const DISPUTE: &str = "settlement.dispute";
const SETTLE: &str = "settlement.settle_dispute";

/// A row of July that Borea owes, and what it comes to.
fn cast() -> (World, Value, i64) {
    let (mut world, ann) = world();
    let points = world.post(&away(&ann, "1", "2015-07-03", 3))["points"]["total"].as_i64().unwrap();
    let row = owed(&mut world, HILTON)[0]["row"].clone();
    (world, row, at_five(points))
}

/// Seals, folds and closes a month, and answers what Borea owes Aurora in it.
fn close(world: &mut World, month: &str, last_day: &str) -> i64 {
    for programme in [HILTON, TEXTBOOK] {
        seal(world, programme, last_day);
        fold(world, programme, 100);
    }
    world.manager(CEDAR);
    let closing = world.ok("settlement.close", json!({ "currency": "EUR", "month": month }));
    let nets = closing["figures"]["multilateral"].as_array().unwrap().clone();
    assert_eq!(nets.iter().map(|net| net["amount"].as_i64().unwrap()).sum::<i64>(), 0);
    nets.iter().find(|net| net["organisation"] == AURORA).map_or(0, |net| net["amount"].as_i64().unwrap())
}

fn dispute(world: &mut World, row: &Value) -> Value {
    world.manager(BOREA);
    world.ok(DISPUTE, json!({ "row": row, "reason": "not_our_guest" }))
}

fn settle(world: &mut World, msp: &str, row: &Value, outcome: Value) -> Value {
    world.manager(msp);
    world.ok(SETTLE, json!({ "row": row, "outcome": outcome }))
}

#[test]
fn a_disputed_row_leaves_the_net_and_its_outcome_lands_in_the_open_date() {
    for (outcome, part) in [(json!("upheld"), 0), (json!("dismissed"), 100), (json!({ "agreed": 7 }), 7)] {
        let (mut world, row, whole) = cast();
        let part = if part == 100 { whole } else { part };
        // Whether it is folded already does not matter.
        if part == 7 {
            seal(&mut world, HILTON, "2015-07-04");
            fold(&mut world, HILTON, 10);
        }
        let open = dispute(&mut world, &row);
        assert_eq!((&open["amounts"][0]["minor"], &open["settled"]), (&json!(whole), &json!(false)));
        assert_eq!(close(&mut world, "2015-07", "2015-07-31"), 0);
        world.client(CEDAR, "auditor", "");
        let page = world.query("settlement.outside", json!({ "programme": HILTON })).unwrap();
        assert_eq!((&page["disputes"][0]["row"], &page["disputes"][0]["settled"]), (&row, &json!(false)));
        let closing = world.query("settlement.get", json!({ "currency": "EUR" })).unwrap();
        assert_eq!(closing["figures"]["disputed"][0]["amount"], json!(whole));

        assert_eq!(settle(&mut world, BOREA, &row, json!("upheld"))["settled"], false);
        let said = settle(&mut world, AURORA, &row, json!("dismissed"));
        assert_eq!((&said["settled"], &said["creditor"]), (&json!(false), &json!("dismissed")));
        let before = owed_by(&mut world, HILTON, BOREA);
        // One side comes round, and then the other names the same.
        let ended = settle(&mut world, AURORA, &row, outcome.clone())["settled"] == true
            || settle(&mut world, BOREA, &row, outcome.clone())["settled"] == true;
        assert!(ended, "{outcome}");
        assert_eq!(owed_by(&mut world, HILTON, BOREA) - before, part);
        world.manager(BOREA);
        assert_eq!(world.refused(SETTLE, json!({ "row": row, "outcome": outcome })), "DISPUTE_UNKNOWN");
        assert_eq!(close(&mut world, "2015-08", "2015-08-31"), 0, "it lands where today is");
        world.ledger.set_timestamp(crate::world::NOW + 60 * 86_400);
        assert_eq!(close(&mut world, "2016-02", "2016-02-29"), part);
    }
}

#[test]
fn a_dispute_is_raised_by_a_side_before_the_date_is_closed_and_once() {
    let (mut world, row, _) = cast();
    let arguments = json!({ "row": row, "reason": "not_our_guest" });
    for (msp, role, code) in [(CEDAR, "manager", "ORGANISATION_NOT_ALLOWED"), (BOREA, "agent", "ROLE_NOT_ALLOWED")] {
        world.client(msp, role, "");
        assert_eq!(world.refused(DISPUTE, arguments.clone()), code);
        assert_eq!(world.refused(SETTLE, json!({ "row": row, "outcome": "upheld" })), code);
    }
    world.manager(AURORA);
    let mut other = row.clone();
    other["tx"] = json!("0".repeat(32));
    assert_eq!(world.refused(DISPUTE, json!({ "row": other, "reason": "x" })), "OWED_UNKNOWN");
    assert_eq!(world.refused(SETTLE, json!({ "row": row, "outcome": "upheld" })), "DISPUTE_UNKNOWN");
    let mut once = arguments.clone();
    once["request_id"] = json!("d");
    let first = world.ok(DISPUTE, once.clone());
    assert_eq!(world.ok(DISPUTE, once), first);
    assert_eq!(world.refused(DISPUTE, arguments.clone()), "DISPUTE_EXISTS");
    for amount in [-1, i64::MAX] {
        let outcome = json!({ "agreed": amount });
        assert_eq!(world.refused(SETTLE, json!({ "row": row, "outcome": outcome })), "DISPUTE_AMOUNT_INVALID");
    }
    settle(&mut world, AURORA, &row, json!("dismissed"));
    settle(&mut world, BOREA, &row, json!("dismissed"));
    world.manager(BOREA);
    assert_eq!(world.refused(DISPUTE, arguments), "DISPUTE_EXISTS");
    let outcome = owed(&mut world, HILTON).into_iter().find(|row| !row["origin"].is_null()).unwrap();
    world.manager(BOREA);
    assert_eq!(world.refused(DISPUTE, json!({ "row": outcome["row"], "reason": "x" })), "DISPUTE_SETTLED");

    let (mut world, row, whole) = cast();
    assert_eq!(close(&mut world, "2015-07", "2015-07-31"), whole);
    world.manager(BOREA);
    assert_eq!(world.refused(DISPUTE, json!({ "row": row, "reason": "x" })), "DATE_CLOSED");
}

#[test]
fn what_has_no_price_cannot_be_disputed() {
    let mut world = World::new();
    let ann = world.enrol(HILTON, "2015-06-01");
    world.post(&away(&ann, "1", "2015-07-03", 3));
    let row = owed(&mut world, HILTON)[0]["row"].clone();
    world.manager(BOREA);
    assert_eq!(world.refused(DISPUTE, json!({ "row": row, "reason": "x" })), "DISPUTE_UNPRICED");
}

#[test]
fn a_dispute_and_a_closing_at_once_conflict() {
    use folio_loyalty::handlers::ROUTER;
    let (mut world, row, _) = cast();
    for programme in [HILTON, TEXTBOOK] {
        seal(&mut world, programme, "2015-07-31");
        fold(&mut world, programme, 100);
    }
    world.manager(BOREA);
    let dispute = json!({ "row": row, "reason": "x", "request_id": "d" });
    let disputed = world.ledger.simulate(&ROUTER, DISPUTE, &dispute);
    let close = json!({ "currency": "EUR", "month": "2015-07", "request_id": "c" });
    let closed = world.ledger.simulate(&ROUTER, "settlement.close", &close);
    assert!(disputed.refusal().is_none() && closed.refusal().is_none());
    assert!(world.ledger.commit(&closed).is_ok());
    assert!(world.ledger.commit(&disputed).is_err());
}
