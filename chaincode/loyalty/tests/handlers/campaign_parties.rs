//! Who takes part in a campaign and who pays for it, and what becomes of it when a stay turns out to be another's.

use folio_chaincode_sdk::{Call, Record};
use folio_loyalty::state::{OWED, OwedRow};
use serde_json::json;

use crate::campaigns::{campaign, cast, extras, told};
use crate::world::{AURORA, BOREA, CEDAR, CITY, HILTON, RESORT, Stay, TEXTBOOK, TODAY, World, key, signed};

#[test]
fn a_stay_of_another_member_takes_its_campaigns_along() {
    let third = json!({ "every": 2, "gives": { "each": { "per_stay": 500 } }, "caps": { "points": 500 } });
    let (mut world, ann) = cast(HILTON, &[campaign("double", HILTON, json!({})), campaign("second", HILTON, third)]);
    let bob = world.enrol(HILTON, "2015-06-01");
    world.post(&Stay::new(&ann, "1", "2016-01-20", 1));
    world.post(&Stay::new(&ann, "2", "2016-01-20", 1));
    assert_eq!(world.figures(HILTON, &ann).0, 2 * 2400 + 500);
    let call = world.try_post(&Stay::new(&bob, "2", "2016-01-20", 1).with("version", 2).with("hotel", CITY));
    assert_eq!(call.refusal(), None);
    assert_eq!(world.figures(HILTON, &ann).0, 2400);
    assert_eq!(world.figures(HILTON, &bob).0, 2400, "it is his first");
    // In a programme without campaigns nothing is left of them.
    world.post(&Stay::new(&ann, "1", "2016-01-20", 1).with("version", 2).with("programme", TEXTBOOK));
    assert_eq!(world.figures(HILTON, &ann), (0, 0, 0));
}

#[test]
fn what_one_transaction_makes_one_organisation_owe_another_is_one_sum() {
    let (mut world, ann) = cast(HILTON, &[]);
    let bob = world.enrol(HILTON, "2015-06-01");
    let owed = |call: &Call<Vec<u8>>| -> Vec<i64> {
        let rows = call.writes.iter().filter(|(key, _)| key.starts_with(OWED.spec().prefix));
        let row = |value: &Option<Vec<u8>>| OwedRow::from_state(value.as_ref().unwrap(), "owed").unwrap();
        rows.map(|(_, value)| row(value).items.iter().map(|item| item.points).sum()).collect()
    };
    let stay =
        |member: &str, version| Stay::new(member, "1", "2016-01-20", 1).with("hotel", RESORT).with("version", version);
    assert_eq!(owed(&world.try_post(&stay(&ann, 1))), [1_200]);
    assert_eq!(owed(&world.try_post(&stay(&bob, 2))), [0], "what is taken from Ann is given to Bob");
}

#[test]
fn a_closed_campaign_follows_the_stays_that_have_a_part_in_it_and_no_others() {
    let (mut world, ann) = cast(HILTON, &[campaign("double", HILTON, json!({}))]);
    world.post(&Stay::new(&ann, "1", "2016-01-20", 1));
    world.manager(AURORA);
    let meant = json!({ "programme": HILTON, "campaign": "double" });
    assert_eq!(world.ok("campaign.close", meant.clone())["stage"], "closed");
    assert_eq!(world.refused("campaign.close", meant.clone()), "CAMPAIGN_NOT_ACTIVE");
    assert_eq!(world.refused("campaign.activate", meant), "CAMPAIGN_DECIDED");
    assert_eq!(extras(&world.post(&Stay::new(&ann, "2", "2016-01-20", 1))), []);
    let later = Stay::new(&ann, "1", "2016-01-20", 2).with("version", 2);
    assert_eq!(extras(&world.post(&later)), [told("double", 2400, 1200, "")]);
    world.post(&later.with("version", 3).with("status", "cancelled"));
    assert_eq!(world.figures(HILTON, &ann).0, 1200);
}

#[test]
fn members_register_by_their_word_or_by_staff_before_they_leave() {
    let (mut world, ann) = cast(HILTON, &[campaign("club", HILTON, json!({ "who": "registered" }))]);
    let bob = world.enrol(HILTON, "2015-06-01");
    world.bind(HILTON, &ann, &key(1));
    world.desk(CITY);
    let intent = world
        .intent("campaign.register", json!({ "member": ann, "campaign": "club", "points": 0, "as_of": "2016-01-10" }));
    let word = signed(&intent, &key(1));
    assert_eq!(world.ok("campaign.register", word.clone())["registered"], "2016-01-10");
    assert_eq!(world.refused("campaign.register", word), "INTENT_REPLAYED");
    let other = world.intent("points.transfer", json!({ "member": ann, "campaign": "club", "points": 0 }));
    assert_eq!(world.refused("campaign.register", signed(&other, &key(1))), "INTENT_FOR_OTHER");
    let by_staff = |campaign: &str, as_of: &str| json!({ "by_staff": { "programme": HILTON, "campaign": campaign, "member": bob, "as_of": as_of } });
    world.desk(RESORT);
    assert_eq!(world.refused("campaign.register", by_staff("club", "2016-01-20")), "ORGANISATION_NOT_ALLOWED");
    world.desk(CITY);
    assert_eq!(world.refused("campaign.register", by_staff("none", "2016-01-20")), "CAMPAIGN_UNKNOWN");
    assert_eq!(world.refused("campaign.register", by_staff("club", "2016-02-01")), "CAMPAIGN_REGISTRATION_OVER");
    assert_eq!(world.refused("campaign.register", by_staff("club", "2016-02-03")), "AS_OF_IN_FUTURE");
    assert_eq!(world.refused("campaign.register", json!({})), "MANDATE_MISSING");
    let mut registration = by_staff("club", "2016-01-20");
    registration["request_id"] = json!("bob");
    world.ok("campaign.register", registration.clone());
    assert!(!world.submit("campaign.register", registration).writes_anything(), "the same request");
    assert_eq!(world.refused("campaign.register", by_staff("club", "2016-01-20")), "CAMPAIGN_REGISTERED_ALREADY");
    for (member, check_out, points, withheld) in [
        (&ann, "2016-01-10", 1200, ""),
        (&bob, "2016-01-19", 0, "CAMPAIGN_NOT_REGISTERED"),
        (&bob, "2016-01-20", 1200, ""),
    ] {
        let receipt = world.post(&Stay::new(member, &format!("{member}{check_out}"), check_out, 1));
        let delta = i64::try_from(points).unwrap();
        assert_eq!(extras(&receipt), [told("club", points, delta, withheld)], "{check_out}");
    }
}

#[test]
fn a_campaign_for_listed_members_is_for_them_alone() {
    let open = campaign("open", HILTON, json!({}));
    let (mut world, ann) = cast(HILTON, &[campaign("list", HILTON, json!({ "who": "listed" })), open]);
    let bob = world.enrol(HILTON, "2015-06-01");
    let target = |members: &[&str], remove: bool| json!({ "programme": HILTON, "campaign": "list", "members": members, "remove": remove });
    world.agent(AURORA);
    assert_eq!(world.refused("campaign.target", target(&[&ann], false)), "ROLE_NOT_ALLOWED");
    world.manager(AURORA);
    assert_eq!(world.ok("campaign.target", target(&[&ann, &bob, &ann], false))["changed"], 2);
    assert_eq!(world.ok("campaign.target", target(&[&bob], true))["changed"], 1);
    assert_eq!(world.refused("campaign.target", target(&[&"0".repeat(32)], false)), "MEMBER_UNKNOWN");
    assert_eq!(world.refused("campaign.target", target(&[ann.as_str(); 201], false)), "CAMPAIGN_TARGETS_MANY");
    let mut wrong = target(&[&ann], false);
    wrong["campaign"] = json!("open");
    assert_eq!(world.refused("campaign.target", wrong), "CAMPAIGN_NOT_LISTED");
    assert_eq!(extras(&world.post(&Stay::new(&ann, "1", "2016-01-20", 1)))[0], told("list", 1200, 1200, ""));
    assert_eq!(
        extras(&world.post(&Stay::new(&bob, "2", "2016-01-20", 1)))[0],
        told("list", 0, 0, "CAMPAIGN_NOT_LISTED")
    );
}

#[test]
fn a_sponsor_pays_for_its_campaign_and_must_approve_it() {
    let sponsored = campaign("sponsored", HILTON, json!({ "sponsor": CEDAR }));
    let (mut world, ann) = cast(HILTON, &[]);
    let meant = json!({ "programme": HILTON, "campaign": "sponsored" });
    world.manager(AURORA);
    world.ok("campaign.propose", json!({ "content": sponsored }));
    world.ok("campaign.approve", meant.clone());
    assert_eq!(world.refused("campaign.activate", meant.clone()), "CAMPAIGN_SPONSOR_MISSING");
    world.manager(BOREA);
    assert_eq!(world.refused("campaign.approve", meant.clone()), "ORGANISATION_NOT_ALLOWED");
    world.agent(CEDAR);
    assert_eq!(world.refused("campaign.approve", meant.clone()), "ROLE_NOT_ALLOWED");
    world.manager(CEDAR);
    assert_eq!(world.ok("campaign.approve", meant.clone())["sponsor_approved"], true);
    assert_eq!(world.refused("campaign.activate", meant.clone()), "ORGANISATION_NOT_ALLOWED");
    world.manager(AURORA);
    world.ok("campaign.activate", meant);
    let call = world.try_post(&Stay::new(&ann, "1", "2016-01-20", 1));
    let owed: Vec<&String> = call.writes.keys().filter(|key| key.starts_with('o')).collect();
    assert_eq!(owed.len(), 1, "{owed:?}");
    assert!(owed[0].contains(CEDAR) && owed[0].contains(AURORA), "the sponsor owes the programme: {owed:?}");
}

#[test]
fn a_live_channel_activates_campaigns_that_are_still_to_come() {
    let mut world = World::new();
    let content = campaign("past", HILTON, json!({}));
    world.manager(AURORA);
    world.ok("campaign.propose", json!({ "content": content }));
    let meant = json!({ "programme": HILTON, "campaign": "past" });
    world.ok("campaign.approve", meant.clone());
    assert_eq!(world.refused("campaign.activate", meant), "CAMPAIGN_IN_PAST");
    let today = json!({ "when": { "from": TODAY, "until": "2016-02-29" } });
    world.run_campaign(&campaign("today", HILTON, today));
    let ann = world.enrol(HILTON, TODAY);
    let receipt = world.post(&Stay::new(&ann, "1", TODAY, 1));
    assert_eq!(extras(&receipt), [told("today", 1200, 1200, "")]);
    assert_eq!(world.ledger.state().filter(|(key, _)| key.starts_with('k')).count(), 0);
}
