//! A legacy system that still runs beside: comparisons, and corrections that close what differs.

use serde_json::{Value, json};

use crate::tokens::told;
use crate::world::{AURORA, BOREA, HILTON, Stay, TODAY, World};

/// Ann with 2,400 points, and Bob with 1,200.
fn cast() -> (World, String, String) {
    let mut world = World::new();
    let (ann, bob) = (world.enrol(HILTON, "2015-06-01"), world.enrol(HILTON, "2015-06-01"));
    world.post(&Stay::new(&ann, "1", "2016-01-25", 2));
    world.post(&Stay::new(&bob, "2", "2016-01-25", 1));
    world.agent(AURORA);
    (world, ann, bob)
}

fn mirror(n: u8, balances: &[(&str, i64)]) -> Value {
    let balances: Vec<Value> =
        balances.iter().map(|(member, points)| json!({ "member": member, "points": points })).collect();
    json!({ "programme": HILTON, "mirror": format!("{n:02x}").repeat(16), "as_of": TODAY, "balances": balances })
}

fn adjust(member: &str, points: i64) -> Value {
    json!({ "programme": HILTON, "member": member, "points": points, "reason": "MIGRATION", "as_of": TODAY })
}

#[test]
fn corrections_close_what_a_comparison_finds() {
    let (mut world, ann, bob) = cast();
    let stranger = "99".repeat(16);
    let legacy = [(ann.as_str(), 2_400), (bob.as_str(), 1_150), (stranger.as_str(), 10)];
    let call = world.submit("points.mirror", mirror(1, &legacy));
    let found: Value = call.json().unwrap();
    assert_eq!(told(&call).0, "points.mirrored");
    assert_eq!((&found["members"], &found["matching"]), (&json!(3), &json!(1)));
    assert_eq!((&found["ledger"], &found["legacy"]), (&json!(3_600), &json!(3_560)));
    assert_eq!(
        found["differences"],
        json!([
            { "member": bob, "ledger": 1_200, "legacy": 1_150, "adjustment": -50, "known": true, "moved": false, "due": false },
            { "member": stranger, "ledger": 0, "legacy": 10, "adjustment": 10, "known": false, "moved": false, "due": false },
        ])
    );
    assert_eq!(world.figures(HILTON, &bob), (1_200, 0, 0), "nothing moves");
    let call = world.submit("points.adjust", adjust(&bob, -50));
    assert_eq!(told(&call).0, "points.adjusted");
    assert_eq!(world.lines(HILTON, &bob)[0], ("adjusted".to_owned(), -50));
    let again = world.ok("points.mirror", mirror(2, &legacy[..2]));
    assert_eq!((&again["matching"], &again["differences"]), (&json!(2), &json!([])));
    let list = world.query("points.mirror_list", json!({ "programme": HILTON, "as_of": TODAY })).unwrap();
    let matching: Vec<&Value> = list["checkpoints"].as_array().unwrap().iter().map(|row| &row["matching"]).collect();
    assert_eq!(matching, [&json!(1), &json!(2)]);
    assert_eq!(list["checkpoints"][0]["unknown"], 1);
}

#[test]
fn an_account_that_moved_on_is_told_from_one_that_differs() {
    let (mut world, ann, _) = cast();
    let mut arguments = mirror(1, &[(ann.as_str(), 2_000)]);
    arguments["as_of"] = "2016-01-24".into();
    let found = world.ok("points.mirror", arguments);
    assert_eq!(found["differences"][0]["moved"], true);
    let page = world.query("points.mirror_list", json!({ "programme": HILTON })).unwrap();
    assert_eq!(page["checkpoints"][0]["moved"], 1);
}

#[test]
fn a_comparison_is_refused_that_is_none() {
    let (mut world, ann, _) = cast();
    let many: Vec<String> = (0..501).map(|n| format!("{n:032x}")).collect();
    let many: Vec<(&str, i64)> = many.iter().map(|member| (member.as_str(), 0)).collect();
    for (arguments, code) in [
        (mirror(1, &[]), "MIRROR_INVALID"),
        (mirror(1, &many), "MIRROR_INVALID"),
        (mirror(1, &[(ann.as_str(), 1), (ann.as_str(), 2)]), "MIRROR_INVALID"),
        (mirror(1, &[(ann.as_str(), i64::MIN)]), "VALUE_OUT_OF_RANGE"),
    ] {
        assert_eq!(world.refused("points.mirror", arguments), code);
    }
    world.ok("points.mirror", mirror(1, &many[..500]));
    assert_eq!(world.refused("points.mirror", mirror(1, &[(ann.as_str(), 1)])), "MIRROR_USED");
    let mut once = mirror(2, &[(ann.as_str(), 1)]);
    once["request_id"] = "m".into();
    let first = world.ok("points.mirror", once.clone());
    assert_eq!(world.ok("points.mirror", once), first);
    for (msp, role, code) in [(AURORA, "pms", "ROLE_NOT_ALLOWED"), (BOREA, "agent", "ORGANISATION_NOT_ALLOWED")] {
        world.client(msp, role, "");
        assert_eq!(world.refused("points.mirror", mirror(3, &[(ann.as_str(), 1)])), code);
    }
    assert_eq!(world.query("points.mirror_list", json!({ "programme": HILTON })), Err("ORGANISATION_NOT_ALLOWED"));
}

#[test]
fn the_programme_corrects_a_balance_for_a_reason() {
    let (mut world, ann, _) = cast();
    for (points, figures) in [(600, (3_000, 0, 0)), (-2_900, (100, 0, 0)), (-150, (0, 0, 50)), (80, (30, 0, 0))] {
        world.agent(AURORA);
        let done = world.ok("points.adjust", adjust(&ann, points));
        assert_eq!((done["available"].as_u64().unwrap(), done["debt"].as_u64().unwrap()), (figures.0, figures.2));
        assert_eq!(world.figures(HILTON, &ann), figures);
    }
    let page = world.query("member.statement", json!({ "member": ann, "programme": HILTON })).unwrap();
    assert_eq!(page["lines"][0]["reason"], "MIGRATION");
    let mut once = adjust(&ann, 7);
    once["request_id"] = "a".into();
    let first = world.ok("points.adjust", once.clone());
    assert_eq!(world.ok("points.adjust", once), first);
    assert_eq!(world.figures(HILTON, &ann).0, 37);
}

#[test]
fn a_correction_is_refused_that_is_none_or_not_the_programmes() {
    let (mut world, ann, _) = cast();
    for (field, value, code) in [
        ("points", json!(0), "POINTS_ZERO"),
        ("points", json!(1_000_000_000_001_i64), "POINTS_ABOVE_MAXIMUM"),
        ("points", json!(i64::MAX), "POINTS_ABOVE_MAXIMUM"),
        ("points", json!(i64::MIN), "VALUE_OUT_OF_RANGE"),
        ("points", json!(1.5), "BAD_ARGUMENTS"),
        ("reason", json!(""), "BAD_ARGUMENTS"),
        ("member", json!("00".repeat(16)), "ACCOUNT_UNKNOWN"),
        ("programme", json!("none"), "PROGRAMME_UNKNOWN"),
        ("as_of", json!("2016-02-03"), "AS_OF_IN_FUTURE"),
    ] {
        let mut arguments = adjust(&ann, 10);
        arguments[field] = value;
        assert_eq!(world.refused("points.adjust", arguments), code, "{field}");
    }
    for (msp, role, code) in [
        (AURORA, "frontdesk", "ROLE_NOT_ALLOWED"),
        (AURORA, "auditor", "ROLE_NOT_ALLOWED"),
        (BOREA, "manager", "ORGANISATION_NOT_ALLOWED"),
    ] {
        world.client(msp, role, "");
        assert_eq!(world.refused("points.adjust", adjust(&ann, 10)), code);
    }
}
