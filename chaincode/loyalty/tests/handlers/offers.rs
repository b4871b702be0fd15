//! Offers to one member, and vouchers.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::world::{AURORA, BOREA, CEDAR, CITY, HILTON, RESORT, Stay, World, hex};

fn cast() -> (World, String) {
    let mut world = World::new();
    let ann = world.enrol(HILTON, "2015-06-01");
    (world, ann)
}

fn percent(percent: u32) -> Value {
    json!({ "gives": { "percent": percent }, "when": { "from": "2016-01-01", "until": "2016-12-31" } })
}

fn issue(world: &mut World, member: &str, content: Value) -> String {
    world.agent(AURORA);
    let issued = world.ok("offer.issue", json!({ "programme": HILTON, "member": member, "content": content }));
    issued["offer"].as_str().unwrap().to_owned()
}

fn digest_of(code: &str) -> String {
    hex(&Sha256::new().chain_update(b"folio-voucher-v1\n").chain_update(code).finalize())
}

/// Reports a stay with an offer, or with a voucher's code.
fn post(world: &mut World, stay: &Stay, offer: Option<&str>, code: Option<&str>) -> Value {
    world.desk(CITY);
    world.hand_in(stay);
    if let Some(code) = code {
        world.ledger.set_transient("voucher", code);
    }
    let receipt = world.ok("stay.post", json!({ "hotel": CITY, "as_of": stay.as_of(), "offer": offer }));
    world.ledger.clear_transient();
    receipt
}

fn figures(receipt: &Value) -> Vec<(u64, i64, &str)> {
    let extras = receipt["extras"].as_array().unwrap().iter();
    let figure = |extra: &'_ Value| (extra["points"].as_u64().unwrap(), extra["delta"].as_i64().unwrap());
    extras.map(|extra| (figure(extra).0, figure(extra).1, extra["withheld"].as_str().unwrap_or_default())).collect()
}

#[test]
fn an_offer_is_used_by_one_stay_and_comes_back_when_the_stay_is_cancelled() {
    let (mut world, ann) = cast();
    let offer = issue(&mut world, &ann, percent(50));
    let stay =
        |confirmation: &str, version: u32| Stay::new(&ann, confirmation, "2016-01-20", 2).with("version", version);
    assert_eq!(figures(&post(&mut world, &stay("1", 1), Some(&offer), None)), [(1200, 1200, "")]);
    assert_eq!(figures(&post(&mut world, &stay("2", 1), Some(&offer), None)), [(0, 0, "OFFER_USED")]);
    assert_eq!(world.figures(HILTON, &ann).0, 3600 + 2400);
    assert_eq!(world.lines(HILTON, &ann)[1], ("campaign".to_owned(), 1200));
    // A later version keeps the offer without naming it.
    let half = stay("1", 2).at(5_000);
    assert_eq!(figures(&post(&mut world, &half, None, None)), [(600, -600, "")]);
    let gone = stay("1", 3).with("status", "cancelled");
    assert_eq!(figures(&post(&mut world, &gone, None, None)), [(0, -600, "CAMPAIGN_NOTHING_ELIGIBLE")]);
    assert_eq!(figures(&post(&mut world, &stay("2", 2), Some(&offer), None)), [(1200, 1200, "")]);
    let listed = world.query("offer.list", json!({ "programme": HILTON, "member": ann })).unwrap();
    assert!(listed["offers"][0]["stay"].is_string());
    let second = issue(&mut world, &ann, percent(1));
    let both = post(&mut world, &stay("2", 3), Some(&second), None);
    assert_eq!(figures(&both), [(1200, 0, ""), (0, 0, "OFFER_SECOND")]);
    assert_eq!(world.figures(HILTON, &ann).0, 3600);
}

#[test]
fn an_offer_that_does_not_hold_leaves_the_stay_as_it_is_and_says_why() {
    let (mut world, ann) = cast();
    let bob = world.enrol(HILTON, "2015-06-01");
    for (number, (holder, content, withheld)) in [
        (&bob, percent(50), "OFFER_UNKNOWN"),
        (&ann, json!({ "gives": { "percent": 50 }, "when": { "until": "2016-01-19" } }), "CAMPAIGN_OTHER_SCOPE"),
        (
            &ann,
            json!({ "gives": { "per_stay": 5 }, "when": { "until": "2016-12-31", "rate_codes": { "only": ["X"] } } }),
            "CAMPAIGN_NOTHING_ELIGIBLE",
        ),
        (
            &ann,
            json!({ "gives": { "per_stay": 5 }, "when": { "until": "2016-12-31" }, "minimum_nights": 3 }),
            "CAMPAIGN_SHORT_STAY",
        ),
        (
            &ann,
            json!({ "gives": { "percent": "0.01" }, "when": { "until": "2016-12-31" } }),
            "CAMPAIGN_LESS_THAN_A_POINT",
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let offer = issue(&mut world, holder, content);
        let stay = Stay::new(&ann, &number.to_string(), "2016-01-20", 2);
        let receipt = post(&mut world, &stay, Some(&offer), None);
        assert_eq!((&receipt["outcome"], figures(&receipt)), (&json!("posted"), vec![(0, 0, withheld)]));
    }
    assert!(world.lines(HILTON, &ann).iter().all(|(cause, _)| cause == "stay"));
}

#[test]
fn a_voucher_is_for_whoever_hands_in_its_code_first() {
    let (mut world, ann) = cast();
    let bob = world.enrol(HILTON, "2015-06-01");
    world.manager(AURORA);
    let content = json!({ "gives": { "per_stay": 700 }, "when": { "until": "2016-12-31" } });
    let issue = json!({ "programme": HILTON, "voucher": digest_of("VINTER-7Q4M9Z2K8PXA3W"), "content": content });
    let issued = world.ok("offer.issue", issue.clone());
    assert_eq!(world.refused("offer.issue", issue), "OFFER_EXISTS");
    let code = Some("VINTER-7Q4M9Z2K8PXA3W");
    let stay = |member: &str, version: u32| Stay::new(member, "1", "2016-01-20", 1).with("version", version);
    assert_eq!(figures(&post(&mut world, &stay(&ann, 1), None, Some("GUESS"))), [(0, 0, "OFFER_UNKNOWN")]);
    // Its id stands on the ledger, and is no code.
    let id = issued["offer"].as_str().unwrap();
    assert_eq!(figures(&post(&mut world, &stay(&ann, 2), Some(id), None)), [(0, 0, "OFFER_UNKNOWN")]);
    assert_eq!(figures(&post(&mut world, &stay(&ann, 3), None, code)), [(700, 700, "")]);
    let other = Stay::new(&bob, "2", "2016-01-20", 1);
    assert_eq!(figures(&post(&mut world, &other, None, code)), [(0, 0, "OFFER_USED")]);
    // The stay turns out to be Bob's: the voucher is free again, and his to use.
    assert_eq!(figures(&post(&mut world, &stay(&bob, 4), None, code)), [(700, 700, "")]);
    assert_eq!((world.figures(HILTON, &ann).0, world.figures(HILTON, &bob).0), (0, 2 * 1200 + 700));
    for (_, value) in world.ledger.state() {
        assert!(!value.windows(10).any(|window| window == b"VINTER-7Q4"), "the code stands in the open");
    }
    world.desk(CITY);
    world.hand_in(&stay(&bob, 5));
    world.ledger.set_transient("voucher", "A");
    let both = json!({ "hotel": CITY, "as_of": "2016-01-20", "offer": id });
    assert_eq!(world.refused("stay.post", both), "OFFER_AMBIGUOUS");
}

#[test]
fn the_desk_of_a_hotel_verifies_an_offer() {
    let (mut world, ann) = cast();
    let content =
        json!({ "gives": { "per_stay": 5 }, "when": { "until": "2016-06-30", "hotels": { "only": [CITY] } } });
    let offer = issue(&mut world, &ann, content);
    let ask = |hotel: &str, departure: &str| {
        json!({ "programme": HILTON, "member": ann, "offer": offer, "hotel": hotel, "arrival": "2016-01-18",
            "departure": departure })
    };
    for (hotel, departure, valid, withheld) in [
        (CITY, "2016-01-20", true, Value::Null),
        (CITY, "2016-07-01", false, json!("CAMPAIGN_OTHER_SCOPE")),
        (RESORT, "2016-01-20", false, json!("CAMPAIGN_OTHER_SCOPE")),
    ] {
        world.desk(hotel);
        let verified = world.query("offer.verify", ask(hotel, departure)).unwrap();
        assert_eq!((&verified["valid"], &verified["withheld"]), (&json!(valid), &withheld), "{hotel} {departure}");
    }
    world.desk(RESORT);
    assert_eq!(world.query("offer.verify", ask(CITY, "2016-01-20")), Err("ORGANISATION_NOT_ALLOWED"));
    world.desk(CITY);
    let mut none = ask(CITY, "2016-01-20");
    none["offer"] = Value::Null;
    assert_eq!(world.query("offer.verify", none.clone()), Err("OFFER_MISSING"));
    world.ledger.set_transient("voucher", "NONE");
    assert_eq!(world.query("offer.verify", none).unwrap()["withheld"], "OFFER_UNKNOWN");
    world.ledger.clear_transient();
    world.client(CEDAR, "auditor", "");
    assert!(world.query("offer.list", json!({ "programme": HILTON, "member": ann })).is_ok());
    world.agent(CEDAR);
    let listed = world.query("offer.list", json!({ "programme": HILTON, "member": ann }));
    assert_eq!(listed, Err("ORGANISATION_NOT_ALLOWED"));
}

#[test]
fn offers_are_issued_by_the_programme_and_are_valid() {
    let (mut world, ann) = cast();
    let offer = |fields: Value| {
        let mut all = json!({ "programme": HILTON, "member": ann, "content": percent(50) });
        all.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        all
    };
    world.agent(BOREA);
    assert_eq!(world.refused("offer.issue", offer(json!({}))), "ORGANISATION_NOT_ALLOWED");
    world.desk(CITY);
    assert_eq!(world.refused("offer.issue", offer(json!({}))), "ROLE_NOT_ALLOWED");
    world.agent(AURORA);
    for (fields, code) in [
        (json!({ "member": "0".repeat(32) }), "MEMBER_UNKNOWN"),
        (json!({ "member": null }), "OFFER_HOLDER_MISSING"),
        (json!({ "voucher": "0".repeat(64) }), "OFFER_HOLDER_MISSING"),
        (json!({ "content": { "gives": {}, "when": { "until": "2016-12-31" } } }), "OFFER_INVALID"),
        (json!({ "content": { "gives": { "per_stay": 5 } } }), "OFFER_INVALID"),
    ] {
        assert_eq!(world.refused("offer.issue", offer(fields.clone())), code, "{fields}");
    }
    let mut same = offer(json!({}));
    same["request_id"] = json!("same");
    world.ok("offer.issue", same.clone());
    assert!(!world.submit("offer.issue", same).writes_anything());
}
