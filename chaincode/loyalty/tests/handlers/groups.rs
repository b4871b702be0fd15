//! Stays that are rated as one.

use serde_json::{Value, json};

use crate::world::{AURORA, CITY, HILTON, Stay, TODAY, World, secret};

/// Stays of Ann's, all of one group.
fn leg(ann: &str, confirmation: &str, check_out: &str, nights: i32) -> Stay {
    Stay::new(ann, confirmation, check_out, nights).with("group", "G-1")
}

fn cast() -> (World, String) {
    let mut world = World::new();
    let ann = world.enrol(HILTON, "2015-06-01");
    (world, ann)
}

/// Reports a stay with the reports of the others of its group.
fn post(world: &mut World, stay: &Stay, legs: &[&Stay]) -> Result<Value, &'static str> {
    let legs: Vec<String> = legs.iter().map(|leg| leg.0.to_string()).collect();
    world.ledger.set_transient("legs", serde_json::to_vec(&legs).unwrap());
    world.try_post(stay).json().map_err(|error| error.code)
}

#[test]
fn legs_in_any_order_come_to_the_same() {
    let legs = |ann: &str| {
        [
            leg(ann, "1", "2016-01-12", 2).at(33_333),
            leg(ann, "2", "2016-01-15", 3).at(11_111),
            leg(ann, "3", "2016-01-16", 1),
        ]
    };
    let mut seen = Vec::new();
    for order in [[0, 1, 2], [2, 1, 0], [1, 0, 2], [1, 2, 0]] {
        let (mut world, ann) = cast();
        let legs = legs(&ann);
        let mut before: Vec<&Stay> = Vec::new();
        for place in order {
            post(&mut world, &legs[place], &before).unwrap();
            before.push(&legs[place]);
        }
        let account = world.account(HILTON, &ann);
        seen.push((account["available"].clone(), account["nights"].clone(), account["stays"].clone()));
    }
    assert_eq!(seen[0].2, json!(1), "they count as one stay");
    assert!(seen.iter().all(|other| *other == seen[0]), "{seen:?}");
}

#[test]
fn a_correction_of_one_leg_rates_the_group_again() {
    let (mut world, ann) = cast();
    let (first, second) = (leg(&ann, "1", "2016-01-12", 2), leg(&ann, "2", "2016-01-15", 3));
    post(&mut world, &first, &[]).unwrap();
    post(&mut world, &second, &[&first]).unwrap();
    assert_eq!(world.figures(HILTON, &ann).0, 6_000);
    let late = first.clone().with("version", 2).at(20_000);
    let receipt = post(&mut world, &late, &[&second]).unwrap();
    assert_eq!((&receipt["points"]["delta"], &receipt["points"]["total"]), (&json!(2_400), &json!(8_400)));
    assert_eq!(post(&mut world, &late, &[]).unwrap()["duplicate"], true, "what was answered needs no legs");
    let gone = second.clone().with("version", 2).with("status", "cancelled");
    let receipt = post(&mut world, &gone, &[&late]).unwrap();
    assert_eq!((&receipt["points"]["delta"], &receipt["points"]["total"]), (&json!(-3_600), &json!(4_800)));
}

#[test]
fn a_group_is_not_rated_without_all_its_legs_nor_left() {
    let (mut world, ann) = cast();
    let (first, second) = (leg(&ann, "1", "2016-01-12", 2), leg(&ann, "2", "2016-01-15", 3));
    post(&mut world, &first, &[]).unwrap();
    assert_eq!(post(&mut world, &second, &[]), Err("STAY_LEGS_MISSING"));
    let dearer = first.clone().at(90_000);
    assert_eq!(post(&mut world, &second, &[&dearer]), Err("STAY_LEGS_MISSING"), "not as it was reported");
    world.ledger.set_transient("legs", b"{}".to_vec());
    assert_eq!(world.try_post(&second).refusal(), Some("STAY_LEGS_MALFORMED"));
    let receipt = post(&mut world, &second, &[&first]).unwrap();
    for group in [json!("G-2"), Value::Null] {
        let other = second.clone().with("version", 2).with("group", group);
        assert_eq!(post(&mut world, &other, &[&first]), Err("STAY_GROUP_CHANGED"));
    }
    let alone = Stay::new(&ann, "3", "2016-01-20", 1);
    world.post(&alone);
    let joins = alone.with("version", 2).with("group", "G-1");
    assert_eq!(post(&mut world, &joins, &[&first, &second]), Err("STAY_GROUP_CHANGED"));
    assert_eq!(world.figures(HILTON, &ann).0, 7_200);
    // Voided, it may go where it belongs.
    assert_eq!(void(&mut world, &receipt["stay"], &[]), Err("STAY_LEGS_MISSING"));
    assert_eq!(void(&mut world, &receipt["stay"], &[&first]).unwrap()["points"], -3_600);
    assert_eq!(post(&mut world, &second, &[]).unwrap()["outcome"], "voided");
    let elsewhere = second.with("version", 2).with("group", "G-2");
    assert_eq!(post(&mut world, &elsewhere, &[]).unwrap()["points"]["delta"], 3_600);
    assert_eq!(world.figures(HILTON, &ann).0, 7_200);
}

fn void(world: &mut World, stay: &Value, legs: &[&Stay]) -> Result<Value, &'static str> {
    let legs: Vec<String> = legs.iter().map(|leg| leg.0.to_string()).collect();
    world.desk(CITY);
    world.ledger.set_transient("legs", serde_json::to_vec(&legs).unwrap());
    world.ledger.set_transient("secret", secret(AURORA));
    let arguments = json!({ "hotel": CITY, "stay": stay, "reason": "wrong guest", "as_of": TODAY });
    let call = world.submit("stay.void", arguments);
    world.ledger.clear_transient();
    call.json().map_err(|error| error.code)
}

#[test]
fn a_voided_stay_leaves_nothing_and_may_be_reported_anew() {
    let (mut world, ann) = cast();
    let stay = Stay::new(&ann, "1", "2016-01-20", 5);
    let receipt = world.post(&stay);
    assert_eq!(void(&mut world, &receipt["stay"], &[]).unwrap()["points"], -6_000);
    assert_eq!(void(&mut world, &receipt["stay"], &[]), Err("STAY_NOT_POSTED"));
    assert_eq!(void(&mut world, &json!("00".repeat(16)), &[]), Err("STAY_UNKNOWN"));
    let account = world.account(HILTON, &ann);
    assert_eq!((&account["available"], &account["nights"], &account["stays"]), (&json!(0), &json!("0"), &json!(0)));
    let again = world.post(&stay.with("version", 2));
    assert_eq!(again["points"]["delta"], 6_000);
    // A grouped stay that is alone in its group takes its posting along.
    let moved = Stay::new(&ann, "2", "2016-01-21", 1).with("group", "G-7");
    post(&mut world, &moved, &[]).unwrap();
    let moved = post(&mut world, &moved.with("version", 2).with("group", Value::Null), &[]).unwrap();
    assert_eq!((&moved["points"]["delta"], &moved["together"]), (&json!(0), &Value::Null));
}
