//! Tiers over the years: evaluated on a date, matched, kept by a challenge, and what the history tells.

use serde_json::{Value, json};

use crate::club::{club, order};
use crate::world::{AURORA, BOREA, CEDAR, IHG, NOW, TEXTBOOK, TODAY, World};

const YEAR: i64 = 366 * 86_400;

fn history(world: &mut World, member: &str) -> Vec<(String, String, String)> {
    world.agent(CEDAR);
    let page = world.query("tier.history", json!({ "programme": IHG, "member": member, "limit": 200 })).unwrap();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    page["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|change| (text(&change["after"]), text(&change["cause"]), text(&change["valid_until"])))
        .collect()
}

fn change(after: &str, cause: &str, until: &str) -> (String, String, String) {
    (after.to_owned(), cause.to_owned(), until.to_owned())
}

fn evaluate(world: &mut World, member: &str, as_of: &str) -> Value {
    world.agent(AURORA);
    world.ok("tier.evaluate", json!({ "programme": IHG, "member": member, "as_of": as_of }))
}

#[test]
fn anybody_of_the_consortium_brings_a_tier_up_to_a_date_and_twice_changes_nothing() {
    let mut world = club(|_| {});
    world.ledger.set_timestamp(NOW + 2 * YEAR);
    let ann = world.clubber(1);
    world.nights(&ann, "1", "2015-07-01", 20);
    world.client(BOREA, "auditor", "");
    let arguments = json!({ "programme": IHG, "member": ann, "as_of": "2017-01-01" });
    assert_eq!(world.refused("tier.evaluate", arguments.clone()), "ROLE_NOT_ALLOWED");
    for (as_of, tier) in
        [("2016-12-31", "Gold"), ("2017-01-01", "Club"), ("2017-01-01", "Club"), ("2016-01-01", "Club")]
    {
        assert_eq!(evaluate(&mut world, &ann, as_of)["tier"], json!(tier), "{as_of}");
    }
    assert_eq!(history(&mut world, &ann), [change("Club", "lowered", ""), change("Gold", "raised", "2016-12-31")]);
    let tomorrow = json!({ "programme": IHG, "member": ann, "as_of": "2018-02-03" });
    world.agent(AURORA);
    assert_eq!(world.refused("tier.evaluate", tomorrow), "AS_OF_IN_FUTURE");
    let nobody = json!({ "programme": IHG, "member": "0".repeat(32), "as_of": TODAY });
    assert_eq!(world.refused("tier.evaluate", nobody), "ACCOUNT_UNKNOWN");
}

#[test]
fn a_soft_landing_falls_one_tier_a_year_however_often_it_is_looked_at() {
    let mut histories = Vec::new();
    for visits in [&["2016-12-31", "2017-01-01", "2018-01-01", "2018-06-01", "2019-01-01"][..], &["2019-01-01"]] {
        let mut world = club(|definition| definition.tiers.soft_landing_months = Some(12));
        world.ledger.set_timestamp(NOW + 4 * YEAR);
        let ann = world.clubber(1);
        world.nights(&ann, "1", "2015-07-01", 40);
        for visit in visits {
            evaluate(&mut world, &ann, visit);
        }
        histories.push(history(&mut world, &ann));
    }
    let expected = [
        change("Club", "lowered", ""),
        change("Silver", "lowered", "2018-12-31"),
        change("Gold", "lowered", "2017-12-31"),
        change("Platinum", "raised", "2016-12-31"),
    ];
    assert_eq!(histories, [expected.clone(), expected]);
}

#[test]
fn a_matched_tier_ends_unless_the_challenge_is_met() {
    for (nights, tier, until) in [(4, "Club", json!(null)), (5, "Platinum", json!("2017-12-31"))] {
        let mut world = club(|_| {});
        world.ledger.set_timestamp(NOW + YEAR);
        let ann = world.clubber(1);
        let arguments = json!({ "programme": IHG, "member": ann, "tier": "Platinum", "as_of": TODAY,
            "until": "2016-05-31", "reason": "partner status",
            "challenge": { "nights": "5", "by": "2016-04-30", "keeps_until": "2017-12-31" } });
        world.agent(AURORA);
        assert_eq!(world.refused("member.match_status", arguments.clone()), "ORGANISATION_NOT_ALLOWED");
        world.client(CEDAR, "frontdesk", "");
        assert_eq!(world.refused("member.match_status", arguments.clone()), "ROLE_NOT_ALLOWED");
        world.agent(CEDAR);
        let request = world.request(arguments.clone());
        let call = world.submit("member.match_status", request.clone());
        assert_eq!(call.event.as_ref().unwrap().0, "member.status_matched");
        assert_eq!(call.json::<Value>().unwrap()["valid_until"], json!("2016-05-31"));
        assert!(!world.submit("member.match_status", request).writes_anything());
        assert_eq!(world.refused("member.match_status", arguments), "TIER_NOT_HIGHER");
        // Too early, in time, and too late: only the one in the middle counts.
        world.nights(&ann, "1", "2016-01-31", 3);
        world.nights(&ann, "2", "2016-03-10", nights);
        world.nights(&ann, "3", "2016-05-02", 1);
        let held = evaluate(&mut world, &ann, "2016-06-01");
        assert_eq!((&held["tier"], &held["valid_until"]), (&json!(tier), &until), "{nights}");
        let first = history(&mut world, &ann).pop().unwrap();
        assert_eq!(first, change("Platinum", "matched", "2016-05-31"));
    }
}

#[test]
fn a_match_needs_a_tier_a_time_and_a_true_link() {
    let mut world = club(|_| {});
    let ann = world.clubber(1);
    let other = world.enrol(TEXTBOOK, "2015-06-01");
    let base = json!({ "programme": IHG, "member": ann, "tier": "Gold", "as_of": TODAY, "until": "2016-12-31",
        "reason": "r" });
    let challenge = |by: &str, keeps: &str| json!({ "nights": "5", "by": by, "keeps_until": keeps });
    world.agent(CEDAR);
    for (field, value, code) in [
        ("tier", json!("Titanium"), "TIER_UNKNOWN"),
        ("tier", json!("Club"), "TIER_NOT_HIGHER"),
        ("until", json!("2016-01-31"), "MATCH_UNTIL_INVALID"),
        ("until", json!("2019-02-02"), "MATCH_UNTIL_INVALID"),
        ("as_of", json!("2016-02-03"), "AS_OF_IN_FUTURE"),
        ("linked", json!(other), "MEMBERS_NOT_LINKED"),
        ("challenge", challenge("2017-01-01", "2017-12-31"), "CHALLENGE_INVALID"),
        ("challenge", challenge("2016-04-01", "2016-12-31"), "CHALLENGE_INVALID"),
        ("challenge", challenge("2016-04-01", "2019-12-31"), "MATCH_UNTIL_INVALID"),
    ] {
        let mut arguments = base.clone();
        arguments[field] = value;
        assert_eq!(world.refused("member.match_status", arguments), code, "{field}");
    }
    let word = world.word(1, "member.link", &ann, json!({ "to": other }));
    world.ok("member.link", word);
    world.agent(BOREA);
    world.ok("member.link", order(&other, json!({ "programme": TEXTBOOK, "to": ann })));
    let mut linked = base;
    linked["linked"] = other.into();
    world.agent(CEDAR);
    world.ok("member.match_status", linked);
}

#[test]
fn nights_above_the_number_reached_count_in_the_next_year_whoever_looks_when() {
    for visits in [&["2016-01-01"][..], &[]] {
        let mut world = club(|definition| definition.tiers.rollover_nights = true);
        world.ledger.set_timestamp(NOW + 2 * YEAR);
        let ann = world.clubber(1);
        // 35 nights: Gold asks for 20, and 15 go over. Silver asks for 10.
        world.nights(&ann, "1", "2015-07-31", 30);
        world.nights(&ann, "2", "2015-08-31", 5);
        for visit in visits {
            evaluate(&mut world, &ann, visit);
        }
        world.nights(&ann, "3", "2016-03-01", 5);
        let account = world.account(IHG, &ann);
        assert_eq!((&account["nights_this_year"], &account["nights_carried_over"]), (&json!("5"), &json!("15")));
        let expected = [change("Gold", "renewed", "2017-12-31"), change("Gold", "raised", "2016-12-31")];
        assert_eq!(history(&mut world, &ann), expected, "15 and 5");
    }
}
