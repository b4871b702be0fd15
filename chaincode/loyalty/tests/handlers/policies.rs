//! What the organisations of the consortium agree on, and how many of them must.

use serde_json::{Value, json};

use crate::world::{AURORA, BOREA, CEDAR, World};

const ALL: [&str; 3] = [AURORA, BOREA, CEDAR];

/// A policy that names these organisations.
fn policy(organisations: &[&str]) -> Value {
    json!({ "organisations": organisations, "spend_lag_days_max": 3 })
}

fn propose(world: &mut World, msp: &str, policy: Value) -> Value {
    world.manager(msp);
    world.ok("policy.propose", policy)
}

/// A manager of `msp` approves what `proposed` answered.
fn approval(world: &mut World, msp: &str, proposed: &Value) -> Value {
    world.manager(msp);
    json!({ "proposed_by": proposed["proposed_by"], "digest": proposed["digest"] })
}

fn approve(world: &mut World, msp: &str, proposed: &Value) -> Value {
    let approval = approval(world, msp, proposed);
    world.ok("policy.approve", approval)
}

fn refused(world: &mut World, msp: &str, proposed: &Value) -> &'static str {
    let approval = approval(world, msp, proposed);
    world.refused("policy.approve", approval)
}

fn standing(decided: &Value) -> (u64, u64, bool) {
    let count = |name: &str| decided[name].as_u64().unwrap();
    (count("approvals"), count("approvals_required"), decided["in_force"].as_bool().unwrap())
}

#[test]
fn a_default_holds_before_the_first_policy() {
    let mut world = World::empty();
    let default = json!({
        "number": null, "organisations": [], "fx_sources": [], "spend_lag_days_max": 3, "recovery_days": 7,
        "replays_history": false, "proposed_by": null, "approved_by": [], "proposed": []
    });
    assert_eq!(world.query("policy.get", json!({})).unwrap(), default);
}

#[test]
fn all_that_it_names_found_a_consortium_and_more_than_half_change_it() {
    let mut world = World::empty();
    let first = propose(&mut world, AURORA, policy(&ALL));
    assert_eq!(standing(&first), (1, 3, false));
    assert_eq!(standing(&approve(&mut world, BOREA, &first)), (2, 3, false));
    assert_eq!(world.query("policy.get", json!({})).unwrap()["number"], json!(null));
    assert_eq!(standing(&approve(&mut world, CEDAR, &first)), (3, 3, true));
    let lifted = json!({ "organisations": ALL, "fx_sources": [BOREA], "spend_lag_days_max": null });
    let second = propose(&mut world, CEDAR, lifted);
    assert_eq!(standing(&second), (1, 2, false));
    assert_eq!(standing(&approve(&mut world, AURORA, &second)), (2, 2, true));
    let holds = json!({
        "number": 2, "organisations": ALL, "fx_sources": [BOREA], "spend_lag_days_max": null, "recovery_days": 7,
        "replays_history": true, "proposed_by": CEDAR, "approved_by": [CEDAR, AURORA], "proposed": []
    });
    assert_eq!(world.query("policy.get", json!({})).unwrap(), holds);
}

#[test]
fn an_organisation_has_one_voice_and_only_if_it_is_named() {
    let mut world = World::empty();
    let first = propose(&mut world, AURORA, policy(&[AURORA, BOREA]));
    assert_eq!(refused(&mut world, AURORA, &first), "POLICY_APPROVED_ALREADY");
    world.other_manager(AURORA);
    let again = json!({ "proposed_by": AURORA, "digest": first["digest"] });
    assert_eq!(world.refused("policy.approve", again), "POLICY_APPROVED_ALREADY", "by another manager");
    assert_eq!(refused(&mut world, CEDAR, &first), "POLICY_VOICE_MISSING");
    assert_eq!(standing(&approve(&mut world, BOREA, &first)), (2, 2, true));
    world.manager(CEDAR);
    assert_eq!(world.refused("policy.propose", policy(&ALL)), "POLICY_VOICE_MISSING");
    // Who is named in a proposal has a voice once it is in force.
    let second = propose(&mut world, BOREA, policy(&ALL));
    assert_eq!(refused(&mut world, CEDAR, &second), "POLICY_VOICE_MISSING");
    assert_eq!(standing(&approve(&mut world, AURORA, &second)), (2, 2, true));
    assert_eq!(standing(&propose(&mut world, CEDAR, policy(&ALL))), (1, 2, false));
}

#[test]
fn nobody_founds_a_consortium_without_those_who_own_a_programme() {
    let mut world = World::new();
    world.manager(AURORA);
    assert_eq!(world.refused("policy.propose", policy(&[AURORA])), "POLICY_ORGANISATION_MISSING");
    world.agree(policy(&ALL));
    let mut alone = World::empty();
    assert_eq!(standing(&propose(&mut alone, AURORA, policy(&[AURORA]))), (1, 1, true));
}

#[test]
fn who_founds_a_consortium_is_in_it_and_a_later_policy_keeps_one_of_those_who_decide() {
    let mut world = World::empty();
    world.manager(AURORA);
    assert_eq!(world.refused("policy.propose", policy(&[BOREA, CEDAR])), "POLICY_VOICE_MISSING");
    world.agree(policy(&[AURORA, BOREA]));
    world.manager(AURORA);
    assert_eq!(world.refused("policy.propose", policy(&[CEDAR])), "POLICY_INVALID");
    // Whoever leaves may say so.
    let leaving = propose(&mut world, AURORA, policy(&[BOREA, CEDAR]));
    assert_eq!(standing(&approve(&mut world, BOREA, &leaving)), (2, 2, true));
}

#[test]
fn proposals_that_were_overtaken_hide_none_that_can_come_in_force() {
    let mut world = World::empty();
    let many: Vec<String> = (0..70).map(|number| format!("A{number:02}MSP")).collect();
    for msp in &many {
        propose(&mut world, msp, policy(&[msp, AURORA]));
    }
    world.agree(policy(&ALL));
    let open = propose(&mut world, CEDAR, policy(&ALL));
    let proposed = world.query("policy.get", json!({})).unwrap()["proposed"].clone();
    let digests: Vec<&Value> = proposed.as_array().unwrap().iter().map(|one| &one["digest"]).collect();
    assert_eq!(digests, [&open["digest"]]);
}

#[test]
fn what_is_approved_is_what_was_read() {
    let mut world = World::empty();
    let first = propose(&mut world, AURORA, policy(&ALL));
    let replaced = json!({ "organisations": ALL, "spend_lag_days_max": null });
    let second = propose(&mut world, AURORA, replaced);
    assert_eq!(refused(&mut world, BOREA, &first), "POLICY_DIGEST_DIFFERS");
    approve(&mut world, BOREA, &second);
    let proposed = world.query("policy.get", json!({})).unwrap()["proposed"].clone();
    assert_eq!(proposed.as_array().unwrap().len(), 1);
    assert_eq!(
        (&proposed[0]["digest"], &proposed[0]["approved_by"], &proposed[0]["spend_lag_days_max"]),
        (&second["digest"], &json!([AURORA, BOREA]), &json!(null))
    );
    // Another organisation's proposal stands beside it, and is overtaken when this one comes in force.
    let other = propose(&mut world, CEDAR, policy(&ALL));
    approve(&mut world, CEDAR, &second);
    assert_eq!(refused(&mut world, BOREA, &other), "POLICY_OVERTAKEN");
    assert_eq!(refused(&mut world, BOREA, &second), "POLICY_UNKNOWN");
}

#[test]
fn a_policy_outside_its_range_is_refused() {
    let mut world = World::empty();
    world.manager(AURORA);
    for policy in [
        json!({ "organisations": [], "spend_lag_days_max": 3 }),
        json!({ "organisations": ALL, "spend_lag_days_max": 100_000 }),
        json!({ "organisations": ALL, "spend_lag_days_max": 3, "recovery_days": 91 }),
    ] {
        assert_eq!(world.refused("policy.propose", policy), "POLICY_INVALID");
    }
    assert_eq!(world.refused("policy.propose", json!({ "organisations": ALL })), "BAD_ARGUMENTS");
}

#[test]
fn rates_come_from_the_organisations_that_the_policy_names() {
    let mut world = World::empty();
    let rate = |date: &str| json!({ "from": "EUR", "to": "USD", "date": date, "rate": "1.1" });
    world.manager(CEDAR);
    world.ok("fx.post", rate("2015-07-01"));
    world.agree(policy(&ALL));
    world.ok("fx.post", rate("2015-07-02"));
    world.agree(json!({ "organisations": ALL, "fx_sources": [BOREA], "spend_lag_days_max": 3 }));
    for (msp, code) in [(AURORA, Some("FX_SOURCE_NOT_NAMED")), (CEDAR, Some("FX_SOURCE_NOT_NAMED")), (BOREA, None)] {
        world.manager(msp);
        assert_eq!(world.submit("fx.post", rate("2015-07-03")).refusal(), code, "{msp}");
    }
}

#[test]
fn a_named_source_replaces_the_rate_of_one_that_is_not_and_nobody_else_changes_any() {
    let mut world = World::empty();
    let rate = |rate: &str| json!({ "from": "EUR", "to": "USD", "date": "2015-07-01", "rate": rate });
    let holds = |world: &mut World| {
        let ask = json!({ "from": "EUR", "to": "USD", "date": "2015-07-02" });
        let found = world.query("fx.get", ask).unwrap();
        (found["rate"].clone(), found["organisation"].clone())
    };
    world.manager(CEDAR);
    world.ok("fx.post", rate("1/2"));
    world.manager(BOREA);
    assert_eq!(world.refused("fx.post", rate("11/10")), "FX_EXISTS", "every organisation is a source yet");
    world.agree(json!({ "organisations": ALL, "fx_sources": [AURORA, BOREA], "spend_lag_days_max": 3 }));
    assert_eq!(holds(&mut world), (json!("1/2"), json!(CEDAR)), "it holds until it is replaced");
    world.manager(CEDAR);
    assert_eq!(world.refused("fx.post", rate("1/3")), "FX_SOURCE_NOT_NAMED");
    world.manager(BOREA);
    world.ok("fx.post", rate("11/10"));
    assert_eq!(holds(&mut world), (json!("11/10"), json!(BOREA)));
    for msp in [BOREA, AURORA] {
        world.manager(msp);
        assert_eq!(world.refused("fx.post", rate("6/5")), "FX_EXISTS", "{msp}");
    }
}

#[test]
fn a_rate_is_declared_for_a_date_that_has_come() {
    let mut world = World::empty();
    world.manager(AURORA);
    let rate = |date: &str| json!({ "from": "EUR", "to": "USD", "date": date, "rate": "1.1" });
    assert_eq!(world.refused("fx.post", rate("2016-02-03")), "AS_OF_IN_FUTURE");
    world.ok("fx.post", rate("2016-02-02"));
}
