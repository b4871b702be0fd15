//! What is earned otherwise than by staying.

use folio_loyalty::rules::programme::{ActivityEarn, ActivityLimit, Definition, Period, shipped};
use folio_loyalty::units::Points;
use serde_json::{Value, json};

use crate::world::{ACCOR, AURORA, BOREA, CITY, RESORT, TEXTBOOK, World, purchase};

fn shipped_definition(id: &str) -> Definition {
    Definition::from_toml(shipped().find(|(shipped, _)| *shipped == id).unwrap().1).unwrap()
}

/// ALL in force, and Ann in it.
fn cast() -> (World, String) {
    let mut world = World::new();
    world.activate(ACCOR, &shipped_definition(ACCOR));
    let ann = world.enrol(ACCOR, "2015-06-01");
    (world, ann)
}

fn points(value: u64) -> Points {
    Points::new(value).unwrap()
}

/// A textbook programme that rewards reviews twice a year and both members of a referral.
fn with_activities() -> Definition {
    let mut definition = shipped_definition(TEXTBOOK);
    let limit = Some(ActivityLimit { times: 2, per: Period::Year });
    definition.activities.extend([
        ActivityEarn { activity: "review".to_owned(), points: points(50), limit, other: Points::ZERO },
        ActivityEarn { activity: "referral".to_owned(), points: points(200), limit: None, other: points(80) },
    ]);
    definition
}

#[test]
fn an_event_earns_a_point_for_two_euros_up_to_its_cap() {
    let (mut world, ann) = cast();
    for (order, euros, earned, reasons) in [
        ("1", 119_999, 59_999, json!([])),
        ("2", 119_998, 59_999, json!([])),
        ("3", 500_000, 60_000, json!(["SPEND_CAPPED"])),
        ("4", 99, 49, json!([])),
        ("5", 1, 0, json!(["BELOW_ONE_POINT"])),
        ("6", -10, 0, json!(["BELOW_ONE_POINT"])),
    ] {
        let event = purchase(&ann, ACCOR, "event", order, euros * 100);
        let receipt: Value = world.purchase(&event, "2016-01-21").json().unwrap();
        assert_eq!((&receipt["points"]["total"], &receipt["reasons"]), (&json!(earned), &reasons), "{euros} euros");
    }
    let other = purchase(&ann, ACCOR, "shop", "7", 10_000);
    let receipt: Value = world.purchase(&other, "2016-01-21").json().unwrap();
    assert_eq!((&receipt["outcome"], &receipt["reasons"]), (&json!("zero_point"), &json!(["SOURCE_INELIGIBLE"])));
}

#[test]
fn a_later_version_of_a_purchase_posts_the_difference() {
    let (mut world, ann) = cast();
    let mut event = purchase(&ann, ACCOR, "event", "1", 100_000);
    let receipt: Value = world.purchase(&event, "2016-01-21").json().unwrap();
    assert_eq!((&receipt["points"]["delta"], &receipt["duplicate"]), (&json!(500), &json!(false)));
    let again: Value = world.purchase(&event, "2016-01-22").json().unwrap();
    assert_eq!((&again["points"]["delta"], &again["duplicate"]), (&json!(500), &json!(true)));
    let first = event.clone();
    event["version"] = json!(3);
    event["items"][0]["net"] = json!(40_000);
    let less: Value = world.purchase(&event, "2016-01-22").json().unwrap();
    assert_eq!((&less["points"]["total"], &less["points"]["delta"]), (&json!(200), &json!(-300)));
    let mut late = first.clone();
    late["version"] = json!(2);
    let late: Value = world.purchase(&late, "2016-01-22").json().unwrap();
    assert_eq!(late["outcome"], "superseded");
    let mut changed = first;
    changed["items"][0]["net"] = json!(1);
    assert_eq!(world.purchase(&changed, "2016-01-22").refusal(), Some("PURCHASE_CONTENT_DIFFERS"));
    event["version"] = json!(4);
    event["status"] = json!("cancelled");
    let gone: Value = world.purchase(&event, "2016-01-23").json().unwrap();
    assert_eq!((&gone["points"]["delta"], &gone["reasons"]), (&json!(-200), &json!(["CANCELLED"])));
    assert_eq!(world.figures(ACCOR, &ann), (0, 0, 0));
    let causes: Vec<i64> = world
        .lines(ACCOR, &ann)
        .into_iter()
        .map(|(cause, points)| {
            assert_eq!(cause, "purchase");
            points
        })
        .collect();
    assert_eq!(causes, [-200, -300, 500]);
    world.desk(CITY);
    let known = world.query("purchase.get", json!({ "purchase": gone["purchase"] })).unwrap();
    assert_eq!(known["receipts"].as_array().unwrap().len(), 4);
    world.desk(RESORT);
    assert_eq!(world.query("purchase.get", json!({ "purchase": gone["purchase"] })), Err("ORGANISATION_NOT_ALLOWED"));
}

#[test]
fn a_purchase_that_cannot_be_rated_is_refused_with_its_reason() {
    let (mut world, ann) = cast();
    let event = |change: &dyn Fn(&mut Value)| {
        let mut event = purchase(&ann, ACCOR, "event", "9", 10_000);
        change(&mut event);
        event
    };
    for (purchase, code) in [
        (event(&|event| event["member"] = json!("00".repeat(16))), "MEMBER_UNKNOWN"),
        (event(&|event| event["member"] = json!("x")), "PURCHASE_MEMBER_MALFORMED"),
        (event(&|event| event["programme"] = json!("none")), "PROGRAMME_UNKNOWN"),
        (event(&|event| event["date"] = json!("2014-01-01")), "PROGRAMME_NOT_IN_FORCE"),
        (event(&|event| event["date"] = json!("2016-01-22")), "AS_OF_BEFORE_PURCHASE"),
        (event(&|event| event["version"] = json!(0)), "PURCHASE_VERSION_ZERO"),
        (event(&|event| event["tip"] = json!(1)), "PURCHASE_MALFORMED"),
        (event(&|event| event["items"][0]["currency"] = json!("QQQ")), "CURRENCY_UNKNOWN"),
        (event(&|event| event["items"][0]["currency"] = json!("CHF")), "EXCHANGE_RATE_MISSING"),
        (event(&|event| event["items"][0]["net"] = json!(i64::MAX)), "PURCHASE_TOO_LARGE"),
        (event(&|event| event["items"][0]["net"] = json!(i64::MIN)), "PURCHASE_TOO_LARGE"),
    ] {
        let call = world.purchase(&purchase, "2016-01-21");
        assert!(!call.writes_anything());
        assert_eq!(call.refusal(), Some(code));
    }
    world.client(BOREA, "frontdesk", CITY);
    assert_eq!(world.refused("purchase.post", json!({ "shop": CITY, "as_of": "2016-01-21" })), "PURCHASE_MISSING");
    assert_eq!(world.figures(ACCOR, &ann), (0, 0, 0));
}

#[test]
fn an_activity_is_rewarded_as_often_as_the_programme_says() {
    let mut world = World::empty();
    world.activate(TEXTBOOK, &with_activities());
    let (ann, bob) = (world.enrol(TEXTBOOK, "2015-06-01"), world.enrol(TEXTBOOK, "2015-06-01"));
    world.agent(BOREA);
    let award = |activity: &str, as_of: &str| json!({ "programme": TEXTBOOK, "member": ann, "activity": activity, "as_of": as_of });
    for (as_of, balance) in [("2015-07-01", 150), ("2015-12-31", 200), ("2016-01-01", 250)] {
        assert_eq!(world.ok("points.award", award("review", as_of))["available"], balance, "{as_of}");
    }
    assert_eq!(world.ok("points.award", award("review", "2016-01-02"))["points"], 50);
    assert_eq!(world.refused("points.award", award("review", "2016-01-03")), "ACTIVITY_LIMIT");
    assert_eq!(world.refused("points.award", award("survey", "2016-01-03")), "ACTIVITY_UNKNOWN");
    assert_eq!(world.refused("points.award", award("referral", "2016-01-03")), "ACTIVITY_OTHER_MISSING");
    let mut referral = award("referral", "2016-01-03");
    referral["other"] = json!(ann);
    assert_eq!(world.refused("points.award", referral.clone()), "ACTIVITY_WITH_SELF");
    referral["other"] = json!(bob);
    assert_eq!(world.ok("points.award", referral)["other_points"], 80);
    assert_eq!(world.refused("points.award", award("review", "2016-02-03")), "AS_OF_IN_FUTURE");
    assert_eq!(world.figures(TEXTBOOK, &ann), (500, 0, 0));
    assert_eq!(world.figures(TEXTBOOK, &bob), (180, 0, 0));
    world.agent(AURORA);
    assert_eq!(world.refused("points.award", award("review", "2016-01-03")), "ORGANISATION_NOT_ALLOWED");
}
