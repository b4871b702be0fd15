//! Campaigns from proposal to end: who decides, what is valid, and what may stay secret until it starts.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::campaigns::campaign;
use crate::world::{AURORA, BOREA, HILTON, TEXTBOOK, World, hex};

fn world() -> World {
    let mut world = World::new();
    world.replay_history();
    world.manager(AURORA);
    world
}

fn meant(id: &str) -> Value {
    json!({ "programme": HILTON, "campaign": id })
}

#[test]
fn the_owners_managers_decide_as_they_do_on_the_programme() {
    let mut world = world();
    let content = campaign("double", HILTON, json!({}));
    let proposal = || json!({ "content": content });
    world.agent(AURORA);
    assert_eq!(world.refused("campaign.propose", proposal()), "ROLE_NOT_ALLOWED");
    world.manager(BOREA);
    assert_eq!(world.refused("campaign.propose", proposal()), "ORGANISATION_NOT_ALLOWED");
    world.manager(AURORA);
    let proposed = world.ok("campaign.propose", proposal());
    assert_eq!((&proposed["stage"], &proposed["approvals_required"]), (&json!("proposed"), &json!(1)));
    assert_eq!(world.refused("campaign.activate", meant("double")), "CAMPAIGN_NOT_APPROVED");
    assert_eq!(world.refused("campaign.approve", meant("none")), "CAMPAIGN_UNKNOWN");
    let mut other = meant("double");
    other["digest"] = json!("0".repeat(64));
    assert_eq!(world.refused("campaign.approve", other), "CAMPAIGN_DIGEST_DIFFERS");
    let mut same = meant("double");
    same["digest"] = proposed["digest"].clone();
    same["request_id"] = json!("approval");
    assert_eq!(world.ok("campaign.approve", same.clone())["approvals"], 1);
    assert!(!world.submit("campaign.approve", same).writes_anything(), "the same request");
    assert_eq!(world.refused("campaign.approve", meant("double")), "CAMPAIGN_APPROVED_ALREADY");
    world.manager(BOREA);
    assert_eq!(world.refused("campaign.activate", meant("double")), "ORGANISATION_NOT_ALLOWED");
    assert_eq!(world.refused("campaign.close", meant("double")), "ORGANISATION_NOT_ALLOWED");
    world.manager(AURORA);
    assert_eq!(world.refused("campaign.close", meant("double")), "CAMPAIGN_NOT_ACTIVE");
    world.ok("campaign.activate", meant("double"));
    assert_eq!(world.refused("campaign.propose", proposal()), "CAMPAIGN_DECIDED");
    let listed = world.query("campaign.list", json!({ "programme": HILTON })).unwrap();
    assert_eq!(
        (&listed["campaigns"][0]["name"], &listed["campaigns"][0]["stage"]),
        (&json!("double"), &json!("active"))
    );
    let known = world.query("campaign.get", meant("double")).unwrap();
    assert_eq!(known["content"]["gives"]["each"]["percent"], "100");
    assert_eq!(world.query("campaign.get", meant("none")), Err("CAMPAIGN_UNKNOWN"));
}

#[test]
fn a_replaced_proposal_loses_its_approvals() {
    let mut world = world();
    world.ok("campaign.propose", json!({ "content": campaign("double", HILTON, json!({})) }));
    world.ok("campaign.approve", meant("double"));
    let other = campaign("double", HILTON, json!({ "name": "another" }));
    assert_eq!(world.ok("campaign.propose", json!({ "content": other }))["approvals"], 0);
    assert_eq!(world.refused("campaign.activate", meant("double")), "CAMPAIGN_NOT_APPROVED");
}

#[test]
fn a_campaign_is_closed_by_as_many_managers_as_must_approve_it() {
    let mut world = world();
    let definition = world.query("programme.get", json!({ "programme": HILTON })).unwrap()["definition"].clone();
    world.run_campaign(&campaign("double", HILTON, json!({})));
    let mut next = definition;
    next["version"] = json!(2);
    next["effective_from"] = json!("2016-02-02");
    world.ok("programme.propose", json!({ "definition": next, "approvals_required": 2 }));
    let version = json!({ "programme": HILTON, "version": 2 });
    world.ok("programme.approve", version.clone());
    world.ok("programme.activate", version);
    assert_eq!(world.ok("campaign.close", meant("double"))["stage"], "active", "one of two");
    assert_eq!(world.refused("campaign.close", meant("double")), "CAMPAIGN_APPROVED_ALREADY");
    let mut creator = folio_chaincode_sdk::Creator {
        msp_id: AURORA.to_owned(),
        fingerprint: vec![9; 32],
        ..folio_chaincode_sdk::Creator::default()
    };
    creator.attributes.push(("folio.role".to_owned(), "manager".to_owned()));
    world.ledger.set_creator(creator);
    assert_eq!(world.ok("campaign.close", meant("double"))["stage"], "closed");
}

#[test]
fn what_is_wrong_with_a_campaign_is_named_by_key_and_rule() {
    let steps = json!({ "spend_steps": { "every": "0.5", "points": 0 } });
    let mut world = world();
    for (fields, keys) in [
        (json!({ "id": "Double" }), vec!["id"]),
        (json!({ "name": "" }), vec!["name"]),
        (json!({ "when": { "until": "2016-01-01" } }), vec!["when.from"]),
        (json!({ "when": { "from": "2016-01-02", "until": "2016-01-01" } }), vec!["when.until"]),
        (json!({ "earners": { "stays": false } }), vec!["earners"]),
        (json!({ "tiers": ["Gold", "Iron"] }), vec!["tiers[1]"]),
        (json!({ "register_by": "2016-01-02" }), vec!["register_by"]),
        (json!({ "who": "registered", "register_by": "2016-02-02" }), vec!["register_by"]),
        (json!({ "every": 1 }), vec!["every"]),
        (json!({ "gives": { "each": {} } }), vec!["gives.each"]),
        (json!({ "gives": { "each": { "percent": -1 } } }), vec!["gives.each.percent"]),
        (json!({ "gives": { "each": { "per_stay": 1_000_000_001 } } }), vec!["gives.each.per_stay"]),
        (json!({ "gives": steps, "budget": 5 }), vec!["gives.spend_steps.points", "gives.spend_steps.every", "budget"]),
        (json!({ "gives": { "points_steps": { "every": "1.5", "points": 1 } } }), vec!["gives.points_steps.every"]),
        (json!({ "caps": { "points": 0, "times": 0 }, "budget": 0 }), vec!["caps.points", "caps.times", "budget"]),
        (json!({ "sponsor": "a b" }), vec!["sponsor"]),
        (
            json!({ "draw": { "commitment": "0".repeat(64), "prizes": 101, "points": 0 } }),
            vec!["draw.prizes", "draw.points", "who"],
        ),
    ] {
        let content = campaign("double", HILTON, fields.clone());
        let call = world.submit("campaign.propose", json!({ "content": content }));
        let error = call.json::<Value>().unwrap_err();
        assert_eq!(error.code, "CAMPAIGN_INVALID", "{fields}: {error}");
        let text = error.to_string();
        let named: Vec<&str> = text.split("not valid: ").nth(1).unwrap().split("; ").collect();
        let named: Vec<&str> = named.iter().map(|problem| problem.split(' ').next().unwrap()).collect();
        assert_eq!(named, keys, "{text}");
    }
    let unknown = campaign("double", HILTON, json!({ "percent": 100 }));
    assert_eq!(world.refused("campaign.propose", json!({ "content": unknown })), "BAD_ARGUMENTS");
    assert_eq!(world.refused("campaign.propose", json!({})), "CAMPAIGN_MISSING");
    let none = campaign("double", "none", json!({}));
    assert_eq!(world.refused("campaign.propose", json!({ "content": none })), "PROGRAMME_UNKNOWN");
    let hotels: Vec<String> = (0..200).map(|number| format!("{number:060}")).collect();
    let when = json!({ "from": "2016-01-01", "until": "2016-01-31", "hotels": { "only": hotels } });
    let large = campaign("double", HILTON, json!({ "when": when }));
    assert_eq!(world.refused("campaign.propose", json!({ "content": large })), "CAMPAIGN_TOO_LARGE");
}

#[test]
fn a_committed_campaign_is_told_before_it_is_activated_and_only_as_it_was() {
    let mut world = world();
    let content = campaign("c1", HILTON, json!({})).to_string();
    let salt = [3; 32];
    let digest =
        Sha256::new().chain_update(b"folio-campaign-v1\n").chain_update(salt).chain_update(&content).finalize();
    let committed = json!({ "programme": HILTON, "campaign": "c1", "commitment": hex(&digest) });
    let proposed = world.ok("campaign.propose", json!({ "committed": committed }));
    assert_eq!((&proposed["stage"], &proposed["digest"]), (&json!("committed"), &json!(hex(&digest))));
    world.ok("campaign.approve", meant("c1"));
    assert_eq!(world.refused("campaign.activate", meant("c1")), "CAMPAIGN_NOT_REVEALED");
    assert_eq!(world.query("campaign.get", meant("c1")).unwrap()["content"], Value::Null);
    let reveal = |content: &str, salt: [u8; 32]| json!({ "programme": HILTON, "campaign": "c1", "content": content, "salt": hex(&salt) });
    assert_eq!(world.refused("campaign.reveal", reveal(&content, [4; 32])), "CAMPAIGN_REVEAL_DIFFERS");
    let other = campaign("c1", HILTON, json!({ "minimum_nights": 9 })).to_string();
    assert_eq!(world.refused("campaign.reveal", reveal(&other, salt)), "CAMPAIGN_REVEAL_DIFFERS");
    world.manager(BOREA);
    assert_eq!(world.refused("campaign.reveal", reveal(&content, salt)), "ORGANISATION_NOT_ALLOWED");
    world.manager(AURORA);
    let revealed = world.ok("campaign.reveal", reveal(&content, salt));
    assert_eq!((&revealed["stage"], &revealed["approvals"]), (&json!("proposed"), &json!(1)));
    assert_eq!(world.refused("campaign.reveal", reveal(&content, salt)), "CAMPAIGN_NOT_COMMITTED");
    world.ok("campaign.activate", meant("c1"));
}

#[test]
fn a_commitment_to_something_else_than_a_campaign_of_this_id_cannot_be_revealed() {
    let mut world = world();
    for (content, code) in [
        ("{}".to_owned(), "CAMPAIGN_MALFORMED"),
        (campaign("c2", HILTON, json!({})).to_string(), "CAMPAIGN_REVEAL_DIFFERS"),
        (campaign("c1", TEXTBOOK, json!({})).to_string(), "CAMPAIGN_INVALID"),
        (campaign("c1", HILTON, json!({ "every": 0 })).to_string(), "CAMPAIGN_INVALID"),
    ] {
        let digest = Sha256::new().chain_update(b"folio-campaign-v1\n").chain_update([0; 32]).chain_update(&content);
        let committed = json!({ "programme": HILTON, "campaign": "c1", "commitment": hex(&digest.finalize()) });
        world.ok("campaign.propose", json!({ "committed": committed }));
        let reveal = json!({ "programme": HILTON, "campaign": "c1", "content": content, "salt": hex(&[0; 32]) });
        assert_eq!(world.refused("campaign.reveal", reveal), code, "{content}");
    }
}

#[test]
fn a_programme_has_a_bounded_number_of_active_campaigns() {
    let mut world = world();
    for number in 0..32 {
        world.run_campaign(&campaign(&format!("c{number}"), HILTON, json!({})));
    }
    world.ok("campaign.propose", json!({ "content": campaign("more", HILTON, json!({})) }));
    world.ok("campaign.approve", meant("more"));
    assert_eq!(world.refused("campaign.activate", meant("more")), "CAMPAIGNS_FULL");
    world.ok("campaign.close", meant("c7"));
    world.ok("campaign.activate", meant("more"));
    let page = world.query("campaign.list", json!({ "programme": HILTON, "limit": 10 })).unwrap();
    assert_eq!(page["campaigns"].as_array().unwrap().len(), 10);
    assert!(page["next"].is_string());
}
