//! What a member had beside points goes on with whom the member became part of.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::campaigns::{campaign, cast, extras, told};
use crate::redeemer::{BOOK, HYATT, RESERVE, Redeemer};
use crate::world::{AURORA, CEDAR, CITY, HILTON, Stay, TEXTBOOK, TODAY, World, hex, key, programme_owner, signed};

/// The member of key 2 becomes part of the member of key 1.
fn merge(world: &mut World, programme: &str, old: &str, new: &str) {
    merge_with(world, programme, (2, old), (1, new));
}

/// A member becomes part of another; each has the key of a number.
fn merge_with(world: &mut World, programme: &str, (old_key, old): (u8, &str), (new_key, new): (u8, &str)) {
    for (seed, member, other) in [(old_key, old, new), (new_key, new, old)] {
        let word = json!({ "programme": programme, "member": member, "to": other, "survivor": new, "points": 0 });
        let intent = world.intent("member.merge", word);
        let merged = world.ok("member.merge", signed(&intent, &key(seed)));
        assert_eq!(merged["merged"], json!(seed == new_key));
    }
}

/// Ann, and another member with a key, who is about to become part of her.
fn redeemers() -> (Redeemer, String) {
    let mut cast = Redeemer::hyatt();
    let old = cast.other("2");
    cast.world.bind(HYATT, &old, &key(2));
    (cast, old)
}

fn certificate(cast: &mut Redeemer, member: &str, transferable: bool) -> Value {
    cast.world.agent(CEDAR);
    let issued = cast.world.ok(
        "certificate.issue",
        json!({ "programme": HYATT, "member": member, "worth": { "night": { "category": "4" } },
            "last_day": "2016-12-31", "transferable": transferable, "reason": "40 nights", "as_of": TODAY }),
    );
    issued["certificate"].clone()
}

fn certificates(cast: &mut Redeemer, member: &str) -> (Vec<String>, Value) {
    cast.world.agent(CEDAR);
    let page = cast.world.query("certificate.list", json!({ "programme": HYATT, "member": member })).unwrap();
    let states = page["certificates"].as_array().unwrap().iter();
    (states.map(|one| one["state"].as_str().unwrap().to_owned()).collect(), page["also_under"].clone())
}

#[test]
fn certificates_pay_for_who_goes_on() {
    let (mut cast, old) = redeemers();
    let ann = cast.ann.clone();
    let night = certificate(&mut cast, &old, false);
    merge(&mut cast.world, HYATT, &old, &ann);
    assert_eq!(certificates(&mut cast, &ann), (vec![], json!([old])));
    assert_eq!(certificates(&mut cast, &old).0, ["open"]);
    cast.world.agent(CEDAR);
    let ask = json!({ "programme": HYATT, "member": ann, "as_of": TODAY });
    assert_eq!(cast.world.query("reward.available", ask).unwrap()["certificates"][0]["certificate"], night);
    let booking = json!({ "hotel": CITY, "arrival": "2016-05-01", "nights": 1, "certificate": night });
    let booked = cast.ok(BOOK, booking);
    assert_eq!(certificates(&mut cast, &ann).0, ["held"]);
    assert!(certificates(&mut cast, &old).0.is_empty());
    cast.wait(90 * 86_400);
    cast.world.desk(CITY);
    let end = cast.end(&booked, "2016-05-01");
    cast.world.ok("reward.award_night_stay", end);
    assert_eq!(certificates(&mut cast, &ann).0, ["used"]);
}

#[test]
fn certificates_are_given_away_and_taken_back_by_either_id() {
    let (mut cast, old) = redeemers();
    let (ann, bob) = (cast.ann.clone(), cast.other("3"));
    let (given, first, second) =
        (certificate(&mut cast, &old, true), certificate(&mut cast, &old, false), certificate(&mut cast, &old, false));
    merge(&mut cast.world, HYATT, &old, &ann);
    cast.ok("certificate.transfer", json!({ "certificate": given, "to": bob }));
    assert_eq!(certificates(&mut cast, &bob).0, ["open"]);
    for (certificate, member) in [(first, &ann), (second, &old)] {
        cast.world.agent(CEDAR);
        let void = json!({ "programme": HYATT, "member": member, "certificate": certificate, "as_of": TODAY });
        assert_eq!(cast.world.ok("certificate.void", void)["state"], "void");
    }
}

#[test]
fn the_first_id_of_the_longest_chain_of_mergers_leads_to_the_last() {
    let mut world = World::new();
    let ids: Vec<String> = (0..10)
        .map(|n| {
            let member = world.enrol(HILTON, "2015-06-01");
            world.bind(HILTON, &member, &key(n + 1));
            member
        })
        .collect();
    world.post(&Stay::new(&ids[0], "1", "2016-01-20", 2));
    let points = world.figures(HILTON, &ids[0]);
    let chain: Vec<(u8, &str)> = (1..).zip(ids.iter().map(String::as_str)).collect();
    for pair in chain[..9].windows(2) {
        merge_with(&mut world, HILTON, pair[0], pair[1]);
    }
    assert_eq!(world.figures(HILTON, &ids[8]), points);
    // A stay of the first id is one of the last's.
    world.post(&Stay::new(&ids[0], "2", "2016-01-20", 2));
    assert_eq!(world.figures(HILTON, &ids[8]), (2 * points.0, 0, 0));
    let word = json!({ "programme": HILTON, "member": ids[8], "to": ids[9], "survivor": ids[9], "points": 0 });
    let intent = world.intent("member.merge", word);
    world.ok("member.merge", signed(&intent, &key(9)));
    let word = json!({ "programme": HILTON, "member": ids[9], "to": ids[8], "survivor": ids[9], "points": 0 });
    let intent = world.intent("member.merge", word);
    assert_eq!(world.refused("member.merge", signed(&intent, &key(10))), "MERGE_LIMIT");
}

#[test]
fn a_certificate_that_was_bought_under_the_old_id_is_taken_back() {
    let (mut cast, old) = redeemers();
    let kind = json!({ "certificate": { "worth": { "night": { "category": "1" } }, "days": 365 } });
    cast.offer("night", 4_000, json!({ "kind": kind }), 0);
    let fields = json!({ "programme": HYATT, "member": old, "points": 4_000, "item": "night" });
    let intent = cast.world.intent(RESERVE, fields);
    let bought = cast.world.ok(RESERVE, signed(&intent, &key(2)));
    let ann = cast.ann.clone();
    merge(&mut cast.world, HYATT, &old, &ann);
    assert_eq!(cast.figures(), (116_000, 0, 0));
    cast.world.agent(CEDAR);
    let end = cast.end(&bought, TODAY);
    cast.world.ok("reward.refund", end);
    assert_eq!((cast.figures(), certificates(&mut cast, &old).0), ((120_000, 0, 0), vec!["void".to_owned()]));
}

#[test]
fn two_ids_have_no_more_of_an_item_than_one_member_may() {
    let (mut cast, old) = redeemers();
    cast.offer("bag", 500, json!({ "member_cap": 2 }), 0);
    let ann = cast.ann.clone();
    let order = cast.order(&old, json!({ "points": 500, "item": "bag", "hotel": CITY }));
    // A member with a key says so by a signature.
    assert_eq!(cast.world.refused(RESERVE, order), "MEMBER_KEY_BOUND");
    let fields = json!({ "programme": HYATT, "member": old, "points": 500, "item": "bag", "hotel": CITY });
    let intent = cast.world.intent(RESERVE, fields);
    cast.world.ok(RESERVE, signed(&intent, &key(2)));
    merge(&mut cast.world, HYATT, &old, &ann);
    cast.ok(RESERVE, json!({ "points": 500, "item": "bag", "hotel": CITY }));
    assert_eq!(cast.refused(RESERVE, json!({ "points": 500, "item": "bag", "hotel": CITY })), "REWARD_MEMBER_CAP");
}

/// Two members with keys, the second of whom is about to become part of the first, in a world with these campaigns.
fn guests(campaigns: &[Value]) -> (World, String, String) {
    let (mut world, ann) = cast(HILTON, campaigns);
    let old = world.enrol(HILTON, "2015-06-01");
    world.bind(HILTON, &ann, &key(1));
    world.bind(HILTON, &old, &key(2));
    (world, ann, old)
}

fn register(world: &mut World, campaign: &str, member: &str) -> Option<&'static str> {
    world.agent(programme_owner(HILTON));
    let registration = json!({ "programme": HILTON, "campaign": campaign, "member": member, "as_of": "2016-01-10" });
    world.submit("campaign.register", json!({ "by_staff": registration })).refusal()
}

#[test]
fn a_registration_and_a_cap_are_those_of_the_person() {
    let club = campaign("club", HILTON, json!({ "who": "registered", "caps": { "points": 3_000 } }));
    let list = campaign("list", HILTON, json!({ "who": "listed", "caps": { "times": 1 } }));
    let (mut world, ann, old) = guests(&[club, list]);
    assert_eq!(register(&mut world, "club", &old), None);
    world.manager(AURORA);
    world.ok("campaign.target", json!({ "programme": HILTON, "campaign": "list", "members": [old] }));
    let before = world.post(&Stay::new(&old, "1", "2016-01-20", 2));
    assert_eq!(extras(&before), [told("club", 2_400, 2_400, ""), told("list", 2_400, 2_400, "")]);
    merge(&mut world, HILTON, &old, &ann);
    assert_eq!(register(&mut world, "club", &ann), Some("CAMPAIGN_REGISTERED_ALREADY"));
    let after = world.post(&Stay::new(&ann, "2", "2016-01-22", 2));
    assert_eq!(extras(&after), [told("club", 600, 600, ""), told("list", 0, 0, "CAMPAIGN_CAPPED")]);
    // What a correction gives back is free for both ids.
    world.post(&Stay::new(&old, "1", "2016-01-20", 2).with("version", 2).with("status", "cancelled"));
    let again = world.post(&Stay::new(&ann, "2", "2016-01-22", 2).with("version", 2));
    assert_eq!(extras(&again), [told("club", 2_400, 1_800, ""), told("list", 2_400, 2_400, "")]);
}

#[test]
fn a_person_has_one_ticket_in_a_draw() {
    const SEED: [u8; 32] = [7; 32];
    let commitment = hex(&Sha256::digest(SEED));
    let prizes = json!({ "who": "registered", "draw": { "commitment": commitment, "prizes": 3, "points": 5_000 } });
    let (mut world, ann, old) = guests(&[campaign("draw", HILTON, prizes)]);
    for member in [&old, &ann] {
        assert_eq!(register(&mut world, "draw", member), None);
    }
    merge(&mut world, HILTON, &old, &ann);
    world.agent(AURORA);
    let draw = json!({ "programme": HILTON, "campaign": "draw", "seed": hex(&SEED), "as_of": "2016-02-01" });
    let drawn = world.ok("campaign.draw", draw);
    assert_eq!((&drawn["entrants"], &drawn["winners"]), (&json!(1), &json!([ann])));
}

#[test]
fn a_person_without_an_account_wins_once() {
    const SEED: [u8; 32] = [7; 32];
    let commitment = hex(&Sha256::digest(SEED));
    let prizes = json!({ "who": "registered", "draw": { "commitment": commitment, "prizes": 3, "points": 5_000 } });
    let (mut world, _) = cast(HILTON, &[campaign("draw", HILTON, prizes)]);
    let ids: Vec<String> = (1..=3)
        .map(|seed| {
            let member = world.enrol(TEXTBOOK, "2015-06-01");
            world.bind(TEXTBOOK, &member, &key(seed));
            member
        })
        .collect();
    for member in &ids[1..] {
        assert_eq!(register(&mut world, "draw", member), None);
    }
    for (seed, old) in [(2, &ids[1]), (3, &ids[2])] {
        merge_with(&mut world, TEXTBOOK, (seed, old), (1, &ids[0]));
    }
    world.agent(AURORA);
    let draw = json!({ "programme": HILTON, "campaign": "draw", "seed": hex(&SEED), "as_of": "2016-02-01" });
    let mut drawn = world.ok("campaign.draw", draw.clone());
    while drawn["done"] == false {
        drawn = world.ok("campaign.draw", draw.clone());
    }
    assert_eq!((drawn["winners"].as_array().unwrap().len(), &drawn["paid"]), (2, &json!(2)));
    assert_eq!(world.figures(HILTON, &ids[0]).0, 5_000);
}

#[test]
fn an_unused_offer_is_used_by_who_goes_on() {
    let (mut world, ann, old) = guests(&[]);
    world.agent(AURORA);
    let content = json!({ "gives": { "per_stay": 50 }, "when": { "until": "2016-12-31" } });
    let issued = world.ok("offer.issue", json!({ "programme": HILTON, "member": old, "content": content }));
    let offer = issued["offer"].clone();
    let verify = |world: &mut World| {
        world.desk(CITY);
        let ask = json!({ "programme": HILTON, "member": ann, "offer": offer, "hotel": CITY, "arrival": "2016-01-18",
            "departure": "2016-01-20" });
        world.query("offer.verify", ask).unwrap()["valid"].clone()
    };
    assert_eq!(verify(&mut world), json!(false));
    merge(&mut world, HILTON, &old, &ann);
    assert_eq!(verify(&mut world), json!(true));
    world.agent(AURORA);
    let list = world.query("offer.list", json!({ "programme": HILTON, "member": ann })).unwrap();
    assert_eq!((&list["offers"], &list["also_under"]), (&json!([]), &json!([old])));
    let stay = Stay::new(&ann, "1", "2016-01-20", 2);
    for (version, points, delta) in [(1, 50, 50), (2, 50, 0)] {
        world.desk(CITY);
        let stay = stay.clone().with("version", version);
        world.hand_in(&stay);
        let receipt = world.ok("stay.post", json!({ "hotel": CITY, "as_of": stay.as_of(), "offer": offer }));
        world.ledger.clear_transient();
        let extra = &receipt["extras"][0];
        assert_eq!((&extra["points"], &extra["delta"]), (&json!(points), &json!(delta)), "version {version}");
    }
    assert_eq!(verify(&mut world), json!(false), "it is used");
    assert_eq!(world.figures(HILTON, &ann).0, 2_450);
}
