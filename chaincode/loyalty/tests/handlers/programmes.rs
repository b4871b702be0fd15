//! Programmes: proposed, approved, in force, and never edited.

use folio_loyalty::rules::programme::{Definition, shipped};
use serde_json::{Value, json};

use crate::world::{AURORA, BOREA, HILTON, Stay, World};

fn hilton() -> Definition {
    Definition::from_toml(shipped().find(|(id, _)| *id == HILTON).unwrap().1).unwrap()
}

/// A manager of Aurora with a certificate of their own.
fn manager(world: &mut World, number: u8) {
    world.manager(AURORA);
    let mut creator =
        folio_chaincode_sdk::Creator { msp_id: AURORA.to_owned(), fingerprint: vec![number; 32], ..Default::default() };
    creator.attributes.push(("folio.role".to_owned(), "manager".to_owned()));
    world.ledger.set_creator(creator);
}

#[test]
fn a_version_is_in_force_after_as_many_managers_as_the_programme_asks_approved_it() {
    let mut world = World::empty();
    let version = json!({ "programme": HILTON, "version": 1 });
    manager(&mut world, 1);
    world.ok("programme.propose", json!({ "definition": hilton(), "approvals_required": 2 }));
    assert_eq!(world.refused("programme.activate", version.clone()), "PROGRAMME_NOT_APPROVED");
    world.ok("programme.approve", version.clone());
    assert_eq!(world.refused("programme.approve", version.clone()), "PROGRAMME_APPROVED_ALREADY");
    assert_eq!(world.refused("programme.activate", version.clone()), "PROGRAMME_NOT_APPROVED");
    manager(&mut world, 2);
    assert_eq!(world.ok("programme.approve", version.clone())["approvals"], 2);
    assert_eq!(world.ok("programme.activate", version.clone())["in_force"], true);
    assert_eq!(world.refused("programme.activate", version.clone()), "PROGRAMME_IN_FORCE");
    manager(&mut world, 3);
    assert_eq!(world.refused("programme.approve", version), "PROGRAMME_IN_FORCE");
}

#[test]
fn only_the_owners_managers_decide_on_a_programme() {
    let mut world = World::empty();
    world.manager(BOREA);
    assert_eq!(world.refused("programme.propose", json!({ "definition": hilton() })), "ORGANISATION_NOT_ALLOWED");
    world.manager(AURORA);
    world.ok("programme.propose", json!({ "definition": hilton() }));
    let version = json!({ "programme": HILTON, "version": 1 });
    world.agent(AURORA);
    assert_eq!(world.refused("programme.approve", version.clone()), "ROLE_NOT_ALLOWED");
    world.manager(BOREA);
    assert_eq!(world.refused("programme.approve", version.clone()), "ORGANISATION_NOT_ALLOWED");
    assert_eq!(world.refused("programme.activate", version), "ORGANISATION_NOT_ALLOWED");
    // A rival cannot take a programme over by naming itself as its owner.
    let taken = Definition { owner: BOREA.to_owned(), ..hilton() };
    assert_eq!(world.refused("programme.propose", json!({ "definition": taken })), "ORGANISATION_NOT_ALLOWED");
}

#[test]
fn a_replaced_proposal_loses_its_approvals_and_is_told_apart_by_its_digest() {
    let mut world = World::empty();
    world.manager(AURORA);
    let first = world.ok("programme.propose", json!({ "definition": hilton() }));
    let version = json!({ "programme": HILTON, "version": 1 });
    world.ok("programme.approve", version.clone());
    let other = Definition { name: "Hilton Honours".to_owned(), ..hilton() };
    let second = world.ok("programme.propose", json!({ "definition": other }));
    assert_ne!(first["digest"], second["digest"]);
    assert_eq!(world.refused("programme.activate", version), "PROGRAMME_NOT_APPROVED");
    let meant = json!({ "programme": HILTON, "version": 1, "digest": first["digest"] });
    assert_eq!(world.refused("programme.approve", meant), "PROGRAMME_DIGEST_DIFFERS");
}

#[test]
fn later_versions_follow_in_order_and_take_effect_in_the_future() {
    let mut world = World::new();
    world.manager(AURORA);
    let next = |version, from: &str| Definition { version, effective_from: from.parse().unwrap(), ..hilton() };
    for (definition, code) in [
        (next(1, "2017-01-01"), "PROGRAMME_VERSION_NOT_NEXT"),
        (next(3, "2017-01-01"), "PROGRAMME_VERSION_NOT_NEXT"),
        (next(2, "2015-01-01"), "PROGRAMME_INVALID"),
        (Definition { currency: "EUR".parse().unwrap(), ..next(2, "2017-01-01") }, "PROGRAMME_INVALID"),
    ] {
        assert_eq!(world.refused("programme.propose", json!({ "definition": definition })), code);
    }
    let version = json!({ "programme": HILTON, "version": 2 });
    world.ok("programme.propose", json!({ "definition": next(2, "2016-01-31") }));
    world.ok("programme.approve", version.clone());
    assert_eq!(world.refused("programme.activate", version.clone()), "PROGRAMME_IN_PAST");
    world.ok("programme.propose", json!({ "definition": next(2, "2017-01-01") }));
    world.ok("programme.approve", version.clone());
    world.ok("programme.activate", version);
    let versions = world.query("programme.versions", json!({ "programme": HILTON })).unwrap();
    assert_eq!(versions["in_force"].as_array().unwrap().len(), 2);
    for (as_of, version) in [("2016-12-31", 1), ("2017-01-01", 2)] {
        let found = world.query("programme.get", json!({ "programme": HILTON, "as_of": as_of })).unwrap();
        assert_eq!(found["version"], version);
        assert_eq!(found["definition"]["programme"], HILTON);
    }
}

#[test]
fn a_definition_that_breaks_rules_is_refused_with_all_of_them() {
    let mut world = World::empty();
    world.manager(AURORA);
    let mut definition = serde_json::to_value(hilton()).unwrap();
    definition["currency"] = "QQQ".into();
    let call = world.submit("programme.propose", json!({ "definition": definition }));
    let error = call.result.unwrap_err();
    assert_eq!(error.code, "PROGRAMME_INVALID");
    assert!(error.message.contains("currency"), "{error}");
    definition["surprise"] = 1.into();
    assert_eq!(world.refused("programme.propose", json!({ "definition": definition })), "BAD_ARGUMENTS");
    let mut nested = json!([]);
    for _ in 0..40 {
        nested = json!([nested]);
    }
    assert_eq!(world.refused("programme.propose", json!({ "definition": nested })), "BAD_ARGUMENTS");
}

#[test]
fn a_simulation_explains_every_point_and_writes_nothing() {
    let mut world = World::new();
    let stay = Stay::new(&"0".repeat(32), "1", "2015-07-03", 2);
    world.hand_in(&stay);
    let simulated: Value = world.query("programme.simulate", json!({ "programme": HILTON, "tier": "Gold" })).unwrap();
    // 200 EUR are 240 USD: 2,400 points, and 80 percent for Gold.
    assert_eq!(simulated["rating"]["base"], 2400);
    assert_eq!(simulated["rating"]["bonus"], 1920);
    assert!(!simulated["rating"]["explanation"].as_array().unwrap().is_empty());
    world.ledger.set_transient("stay", stay.with("departure", "2015-07-04").json());
    let simulated = world.query("programme.simulate", json!({ "programme": HILTON })).unwrap();
    assert_eq!((&simulated["suspended"], &simulated["rating"]), (&json!("NIGHTS_MISMATCH"), &Value::Null));
    let unknown = world.query("programme.simulate", json!({ "programme": HILTON, "tier": "Tin" }));
    assert_eq!(unknown, Err("TIER_UNKNOWN"));
    world.ledger.clear_transient();
    assert_eq!(world.query("programme.simulate", json!({ "programme": HILTON })), Err("STAY_MISSING"));
}
