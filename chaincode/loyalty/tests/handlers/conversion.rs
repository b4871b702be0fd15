//! Points that become a partner's currency.

use folio_loyalty::rules::programme::{Definition, shipped};
use serde_json::{Value, json};

use crate::world::{BOREA, CEDAR, MARRIOTT, Stay, World, key, signed};

const CONVERT: &str = "points.convert";

/// Marriott Bonvoy, and Ann with a key and 24,000 points.
fn cast() -> (World, String) {
    let (_, text) = shipped().find(|(id, _)| *id == MARRIOTT).unwrap();
    let mut world = World::new();
    world.activate(MARRIOTT, &Definition::from_toml(text).unwrap());
    let ann = world.enrol(MARRIOTT, "2015-06-01");
    world.bind(MARRIOTT, &ann, &key(1));
    world.post(&Stay::new(&ann, "1", "2016-01-25", 20).with("programme", MARRIOTT));
    (world, ann)
}

fn intent(world: &mut World, ann: &str, points: u64, partner: Option<&str>) -> Value {
    let units = points / 3;
    let fields = json!({ "programme": MARRIOTT, "member": ann, "points": points, "partner": partner, "units": units });
    let intent = world.intent(CONVERT, fields);
    signed(&intent, &key(1))
}

#[test]
fn converted_points_leave_the_books_and_the_event_tells_what_to_credit() {
    let (mut world, ann) = cast();
    // Whoever hands the intent in, the signature decides.
    world.client(CEDAR, "", "");
    let arguments = intent(&mut world, &ann, 6_000, Some("AA"));
    let call = world.submit(CONVERT, arguments);
    let done: Value = call.json().unwrap();
    assert_eq!((&done["units"], &done["available"]), (&json!(2_000), &json!(18_000)));
    let (name, event) = call.event.unwrap();
    let event: Value = serde_json::from_slice(&event).unwrap();
    assert_eq!(name, "points.converted");
    let change = &event["changes"][0];
    assert_eq!((&change["partner"], &change["points"], &change["units"]), (&json!("AA"), &json!(6_000), &json!(2_000)));
    assert_eq!(world.figures(MARRIOTT, &ann), (18_000, 0, 0));
    let page = world.query("member.statement", json!({ "member": ann, "programme": MARRIOTT })).unwrap();
    let line = &page["lines"][0];
    assert_eq!((&line["cause"], &line["available"]), (&json!("converted"), &json!(-6_000)));
    assert_eq!((&line["partner"], &line["units"]), (&json!("AA"), &json!(2_000)));
}

#[test]
fn a_conversion_that_the_member_did_not_sign_or_cannot_afford_changes_nothing() {
    let (mut world, ann) = cast();
    for (points, partner, code) in [
        (24_003, Some("AA"), "POINTS_INSUFFICIENT"),
        (3_000, Some("ZZ"), "CONVERSION_PARTNER_UNKNOWN"),
        (3_000, None, "CONVERSION_PARTNER_MISSING"),
    ] {
        let arguments = intent(&mut world, &ann, points, partner);
        assert_eq!(world.refused(CONVERT, arguments), code);
    }
    let more = json!({ "programme": MARRIOTT, "member": ann, "points": 3_000, "partner": "AA", "units": 1_001 });
    let more = world.intent(CONVERT, more);
    assert_eq!(world.refused(CONVERT, signed(&more, &key(1))), "CONVERSION_UNITS_DIFFER");
    let mut arguments = intent(&mut world, &ann, 3_000, Some("AA"));
    let text = arguments["intent"].as_str().unwrap().replace("\"AA\"", "\"default\"");
    arguments["intent"] = json!(text);
    assert_eq!(world.refused(CONVERT, arguments), "INTENT_SIGNATURE_INVALID");
    world.agent(BOREA);
    let order =
        json!({ "programme": MARRIOTT, "member": ann, "points": 3_000, "partner": "AA", "as_of": "2016-02-01" });
    assert_eq!(world.refused(CONVERT, json!({ "order": order })), "MEMBER_KEY_BOUND");
    assert_eq!(world.figures(MARRIOTT, &ann), (24_000, 0, 0));
}
