//! Budgets and draws: what all members together have of a campaign, without a row that all of them write.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::campaigns::campaign;
use crate::world::{AURORA, BOREA, CEDAR, CITY, HILTON, LODGE, NOW, Stay, World, hex};

/// 500 points a stay, as long as 1,200 points last, and some fields otherwise.
fn first_come(fields: Value) -> Value {
    let mut all = json!({ "gives": { "each": { "per_stay": 500 } }, "budget": 1200 });
    all.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    campaign("first", HILTON, all)
}

fn cast(content: &Value, members: usize) -> (World, Vec<String>) {
    let mut world = World::new();
    world.replay_history();
    world.run_campaign(content);
    let members = (0..members).map(|_| world.enrol(HILTON, "2015-06-01")).collect();
    (world, members)
}

/// A stay of 1,200 points, reported so many seconds from now.
fn post_at(world: &mut World, member: &str, confirmation: &str, version: u32, seconds: i64) -> Value {
    world.ledger.set_timestamp(NOW + seconds);
    world.post(&Stay::new(member, confirmation, "2016-01-20", 1).with("version", version))
}

fn cancel_at(world: &mut World, member: &str, confirmation: &str, version: u32) {
    world.post(&Stay::new(member, confirmation, "2016-01-20", 1).with("version", version).with("status", "cancelled"));
}

/// Has claims judged so many seconds from now; anybody may.
fn award(world: &mut World, seconds: i64, limit: u32) -> Value {
    world.ledger.set_timestamp(NOW + seconds);
    world.desk(LODGE);
    let page = json!({ "programme": HILTON, "campaign": "first", "as_of": "2016-02-01", "limit": limit });
    world.ok("campaign.award", page)
}

fn balances(world: &mut World, members: &[String]) -> Vec<u64> {
    members.iter().map(|member| world.figures(HILTON, member).0).collect()
}

fn withheld(receipt: &Value) -> &str {
    receipt["extras"][0]["withheld"].as_str().unwrap_or_default()
}

#[test]
fn two_hundred_members_under_one_budget_in_one_block_do_not_conflict() {
    let (mut world, members) = cast(&first_come(json!({ "caps": { "times": 2 } })), 200);
    world.desk(CITY);
    let mut calls = Vec::new();
    for member in &members {
        world.hand_in(&Stay::new(member, &member[..20], "2016-01-20", 1));
        let arguments = json!({ "request_id": member, "hotel": CITY, "as_of": "2016-01-20" });
        calls.push(world.ledger.simulate(&folio_loyalty::handlers::ROUTER, "stay.post", &arguments));
    }
    for call in &calls {
        assert_eq!(call.refusal(), None);
        assert!(call.ranges.is_empty());
        assert!(world.ledger.commit(call).is_ok());
    }
    world.ledger.clear_transient();
    assert_eq!(balances(&mut world, &members), vec![1200; 200]);
    let mut judged = 0;
    loop {
        let page = award(&mut world, 3601, 50);
        judged += page["judged"].as_u64().unwrap();
        if page["more"] == json!(false) {
            break;
        }
    }
    assert_eq!(judged, 200);
    let given: u64 = balances(&mut world, &members).iter().map(|balance| balance - 1200).sum();
    assert_eq!(given, 1200);
}

#[test]
fn claims_are_judged_in_the_order_of_their_proposals_once_they_are_an_hour_old() {
    let (mut world, members) = cast(&first_come(json!({})), 4);
    // The third commits first, and was proposed last but one.
    for (member, seconds) in [(2, 30), (0, 10), (3, 40), (1, 20)] {
        let receipt = post_at(&mut world, &members[member], &member.to_string(), 1, seconds);
        assert_eq!(withheld(&receipt), "CAMPAIGN_AWAITS_BUDGET");
        assert_eq!(receipt["extras"][0]["points"], 0);
    }
    assert_eq!(award(&mut world, 3600, 9)["judged"], 0, "none is an hour old");
    let first = award(&mut world, 3625, 1);
    assert_eq!((&first["judged"], &first["granted"], &first["more"]), (&json!(1), &json!(500), &json!(true)));
    assert_eq!(award(&mut world, 3625, 9)["judged"], 1);
    assert_eq!(balances(&mut world, &members), [1700, 1700, 1200, 1200]);
    let rest = award(&mut world, 4000, 9);
    assert_eq!((&rest["judged"], &rest["granted"], &rest["left"]), (&json!(2), &json!(200), &json!(0)));
    assert_eq!(balances(&mut world, &members), [1700, 1700, 1400, 1200], "the third gets what is left");
    assert_eq!(award(&mut world, 5000, 9)["judged"], 0);
    let known = world.query("campaign.get", json!({ "programme": HILTON, "campaign": "first" })).unwrap();
    assert_eq!(known["budget"], json!({ "granted": 1200, "left": 0, "judged": 4 }));
    let lines = world.lines(HILTON, &members[0]);
    assert_eq!(lines[0], ("campaign".to_owned(), 500));
}

#[test]
fn a_claim_that_comes_late_is_judged_by_the_next_page() {
    let (mut world, members) = cast(&first_come(json!({})), 2);
    post_at(&mut world, &members[0], "0", 1, 100);
    assert_eq!(award(&mut world, 4000, 9)["judged"], 1);
    // Proposed before the one that was judged, and committed after it.
    post_at(&mut world, &members[1], "1", 1, 50);
    assert_eq!(award(&mut world, 4000, 9)["judged"], 1);
    assert_eq!(balances(&mut world, &members), [1700, 1700]);
}

#[test]
fn corrections_before_and_after_the_award_keep_the_books_exact() {
    let percent = first_come(json!({ "gives": { "each": { "percent": 50 } }, "caps": { "points": 2000 } }));
    let (mut world, members) = cast(&percent, 3);
    let stay = |member: usize, version: u32, nights: i32| {
        Stay::new(&members[member], &member.to_string(), "2016-01-20", nights).with("version", version)
    };
    world.post(&stay(0, 1, 1));
    world.post(&stay(0, 2, 2).with("status", "cancelled"));
    assert_eq!(world.ledger.state().filter(|(key, _)| key.starts_with('y')).count(), 0, "nothing is claimed any more");
    world.post(&stay(0, 3, 2));
    world.ledger.set_timestamp(NOW + 1);
    world.post(&stay(1, 1, 1));
    world.post(&stay(2, 1, 1));
    world.post(&stay(2, 2, 1).with("member", members[1].as_str()));
    assert_eq!(award(&mut world, 4000, 9)["granted"], 1200);
    // The first wanted 1,200 and got it all.
    assert_eq!(balances(&mut world, &members), [3600, 2400, 0]);
    for (version, nights, points, why) in [(4, 1, 600, ""), (5, 4, 1200, ""), (6, 1, 600, "")] {
        let receipt = world.post(&stay(0, version, nights));
        assert_eq!((&receipt["extras"][0]["points"], withheld(&receipt)), (&json!(points), why), "{version}");
    }
    let refused = world.post(&stay(1, 2, 3));
    assert_eq!(withheld(&refused), "CAMPAIGN_BUDGET_USED_UP");
    assert_eq!(balances(&mut world, &members), [1800, 4800, 0]);
    cancel_at(&mut world, &members[0], "0", 7);
    cancel_at(&mut world, &members[1], "1", 7);
    cancel_at(&mut world, &members[1], "2", 7);
    for member in &members {
        assert_eq!(world.figures(HILTON, member), (0, 0, 0));
    }
    let again = world.post(&stay(0, 8, 1));
    assert_eq!(again["extras"][0]["points"], 600, "it can have what it was granted");
}

#[test]
fn what_waits_counts_towards_caps_until_it_is_refused() {
    let (mut world, members) = cast(&first_come(json!({ "caps": { "times": 1 }, "budget": 500 })), 2);
    post_at(&mut world, &members[0], "0", 1, 0);
    post_at(&mut world, &members[1], "1", 1, 1);
    assert_eq!(withheld(&post_at(&mut world, &members[1], "2", 1, 2)), "CAMPAIGN_CAPPED");
    award(&mut world, 4000, 9);
    assert_eq!(withheld(&post_at(&mut world, &members[1], "3", 1, 4000)), "CAMPAIGN_AWAITS_BUDGET");
    assert_eq!(withheld(&post_at(&mut world, &members[0], "4", 1, 4000)), "CAMPAIGN_CAPPED");
}

#[test]
fn only_campaigns_with_a_budget_are_awarded_and_by_those_of_the_consortium() {
    let (mut world, _) = cast(&first_come(json!({})), 0);
    world.run_campaign(&campaign("open", HILTON, json!({})));
    let page = |campaign: &str| json!({ "programme": HILTON, "campaign": campaign, "as_of": "2016-02-01" });
    world.client(CEDAR, "auditor", "");
    assert_eq!(world.refused("campaign.award", page("first")), "ROLE_NOT_ALLOWED");
    world.agent(CEDAR);
    assert_eq!(world.refused("campaign.award", page("open")), "CAMPAIGN_NO_BUDGET");
    assert_eq!(world.refused("campaign.award", page("none")), "CAMPAIGN_UNKNOWN");
    let mut early = page("first");
    early["as_of"] = json!("2016-02-03");
    assert_eq!(world.refused("campaign.award", early), "AS_OF_IN_FUTURE");
    let mut twice = page("first");
    twice["request_id"] = json!("same");
    world.ok("campaign.award", twice.clone());
    assert!(!world.submit("campaign.award", twice).writes_anything());
}

const SEED: [u8; 32] = [7; 32];

fn raffle() -> Value {
    let commitment = hex(&Sha256::digest(SEED));
    let fields = json!({
        "who": "registered", "gives": { "each": {} },
        "draw": { "commitment": commitment, "prizes": 3, "points": 5000 },
    });
    campaign("raffle", HILTON, fields)
}

fn draw(seed: [u8; 32], as_of: &str) -> Value {
    json!({ "programme": HILTON, "campaign": "raffle", "seed": hex(&seed), "as_of": as_of, "limit": 4 })
}

#[test]
fn prizes_go_to_the_lowest_tickets_of_the_seed_that_was_committed_to() {
    let (mut world, members) = cast(&raffle(), 10);
    for member in &members[..9] {
        world.agent(AURORA);
        let registration =
            json!({ "programme": HILTON, "campaign": "raffle", "member": member, "as_of": "2016-01-05" });
        world.ok("campaign.register", json!({ "by_staff": registration }));
    }
    world.agent(AURORA);
    assert_eq!(world.refused("campaign.draw", draw(SEED, "2016-01-31")), "CAMPAIGN_NOT_OVER");
    assert_eq!(world.refused("campaign.draw", draw([8; 32], "2016-02-01")), "CAMPAIGN_SEED_DIFFERS");
    world.agent(BOREA);
    assert_eq!(world.refused("campaign.draw", draw(SEED, "2016-02-01")), "ORGANISATION_NOT_ALLOWED");
    world.agent(AURORA);
    let mut entrants = Vec::new();
    let last = loop {
        let page = world.ok("campaign.draw", draw(SEED, "2016-02-01"));
        entrants.push(page["entrants"].as_u64().unwrap());
        if page["done"] == json!(true) {
            break page;
        }
    };
    assert_eq!(entrants, [4, 8, 9, 9], "three pages of entrants and one of winners");
    let ticket = |member: &String| {
        let bytes: Vec<u8> = (0..16).map(|at| u8::from_str_radix(&member[2 * at..2 * at + 2], 16).unwrap()).collect();
        Sha256::new().chain_update(SEED).chain_update(bytes).finalize().to_vec()
    };
    let mut expected = members[..9].to_vec();
    expected.sort_by_key(ticket);
    assert_eq!(last["winners"], json!(expected[..3]));
    assert_eq!(world.refused("campaign.draw", draw(SEED, "2016-02-01")), "CAMPAIGN_DRAWN");
    for member in &members {
        let won = expected[..3].contains(member);
        assert_eq!(world.figures(HILTON, member).0, if won { 5000 } else { 0 });
    }
    let known = world.query("campaign.get", json!({ "programme": HILTON, "campaign": "raffle" })).unwrap();
    assert_eq!((&known["draw"]["paid"], &known["draw"]["seed"]), (&json!(3), &json!(hex(&SEED))));
}

#[test]
fn a_draw_without_entrants_is_done_at_once() {
    let (mut world, _) = cast(&raffle(), 0);
    world.run_campaign(&campaign("open", HILTON, json!({})));
    world.agent(AURORA);
    let mut other = draw(SEED, "2016-02-01");
    other["campaign"] = json!("open");
    assert_eq!(world.refused("campaign.draw", other), "CAMPAIGN_NO_DRAW");
    assert_eq!(world.ok("campaign.draw", draw(SEED, "2016-02-01"))["done"], true);
    assert_eq!(world.refused("campaign.draw", draw(SEED, "2016-02-01")), "CAMPAIGN_DRAWN");
}
