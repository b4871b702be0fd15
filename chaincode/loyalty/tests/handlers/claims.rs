//! Stays that a guest misses.

use serde_json::{Value, json};

use crate::world::{AURORA, BOREA, CITY, HILTON, RESORT, TODAY, World, secret};

#[test]
fn a_claim_waits_on_the_hotels_worklist_until_it_is_answered() {
    let mut world = World::new();
    let ann = world.enrol(HILTON, "2015-06-01");
    world.agent(AURORA);
    let claim = json!({ "programme": HILTON, "member": ann, "hotel": RESORT, "as_of": TODAY });
    assert_eq!(world.refused("stay.claim", claim.clone()), "CLAIM_MISSING");
    world.ledger.set_transient("claim", b"two nights in January, confirmation 4711".to_vec());
    world.ledger.set_transient("secret", secret(AURORA));
    let made = world.ok("stay.claim", claim.clone());
    world.agent(BOREA);
    assert_eq!(world.refused("stay.claim", claim), "ORGANISATION_NOT_ALLOWED");
    world.ledger.clear_transient();
    world.desk(RESORT);
    let page = world.query("stay.claims", json!({ "hotel": RESORT })).unwrap();
    assert_eq!((&page["claims"][0]["claim"], &page["claims"][0]["member"]), (&made["claim"], &json!(ann)));
    let answer = json!({ "hotel": RESORT, "claim": made["claim"], "answer": "no such guest" });
    world.desk(CITY);
    assert_eq!(world.refused("stay.answer_claim", answer.clone()), "ORGANISATION_NOT_ALLOWED");
    assert_eq!(world.query("stay.claims", json!({ "hotel": RESORT })), Err("ORGANISATION_NOT_ALLOWED"));
    world.desk(RESORT);
    assert_eq!(world.ok("stay.answer_claim", answer.clone())["stay"], Value::Null);
    assert_eq!(world.refused("stay.answer_claim", answer), "CLAIM_UNKNOWN");
    assert_eq!(world.query("stay.claims", json!({ "hotel": RESORT })).unwrap()["claims"], json!([]));
}
