//! Points for somebody who is not enrolled yet.

use folio_loyalty::rules::programme::{Definition, TierDirection, TransferFee, TransferRules};
use serde_json::{Value, json};

use crate::club::{claim_of, club, order, points};
use crate::world::{AURORA, CEDAR, IHG, NOW, TODAY, World};

const GIFT: &str = "points.gift";
const CLAIM: &str = "points.claim_gift";
const CANCEL: &str = "points.cancel_gift";
const SECRET: &[u8] = b"sixteen bytes ok";

fn rules(definition: &mut Definition) -> &mut TransferRules {
    definition.transfer.as_mut().unwrap()
}

/// Ann, with a key and 24,000 points.
fn cast(change: impl FnOnce(&mut Definition)) -> (World, String) {
    let mut world = club(change);
    let ann = world.clubber(1);
    world.nights(&ann, "1", "2016-01-25", 20);
    (world, ann)
}

fn give(world: &mut World, ann: &str, amount: u64, secret: &[u8]) -> Value {
    world.word(1, GIFT, ann, json!({ "points": amount, "claim": claim_of(secret) }))
}

fn claim(world: &mut World, member: &str, secret: &[u8]) -> Value {
    world.agent(CEDAR);
    world.ledger.set_transient("claim", secret);
    json!({ "programme": IHG, "member": member, "as_of": TODAY })
}

#[test]
fn a_gift_is_held_under_a_hash_and_goes_to_whoever_brings_the_secret() {
    let (mut world, ann) = cast(|_| {});
    world.client(AURORA, "", "");
    let arguments = give(&mut world, &ann, 3_000, SECRET);
    let call = world.submit(GIFT, arguments.clone());
    assert_eq!(call.json::<Value>().unwrap()["state"], json!("open"));
    assert_eq!(call.event.unwrap().0, "points.gift_given");
    assert_eq!(world.refused(GIFT, arguments), "INTENT_REPLAYED");
    assert_eq!(world.club_figures(&ann), (21_000, 3_000, 0));

    let bob = world.enrol(IHG, TODAY);
    for (secret, code) in [(&b"another sixteen!"[..], "GIFT_UNKNOWN"), (b"short", "GIFT_SECRET_MISSING")] {
        let arguments = claim(&mut world, &bob, secret);
        assert_eq!(world.refused(CLAIM, arguments), code);
    }
    let arguments = claim(&mut world, &bob, SECRET);
    world.agent(AURORA);
    assert_eq!(world.refused(CLAIM, arguments.clone()), "ORGANISATION_NOT_ALLOWED");
    world.client(CEDAR, "auditor", "");
    assert_eq!(world.refused(CLAIM, arguments.clone()), "ROLE_NOT_ALLOWED");
    let to_ann = claim(&mut world, &ann, SECRET);
    assert_eq!(world.refused(CLAIM, to_ann), "TRANSFER_TO_SELF");
    let nobody = claim(&mut world, &"0".repeat(32), SECRET);
    assert_eq!(world.refused(CLAIM, nobody), "MEMBER_UNKNOWN");

    world.agent(CEDAR);
    let request = world.request(arguments);
    let done = world.ok(CLAIM, request.clone());
    assert_eq!((&done["points"], &done["to"]), (&json!(3_000), &json!(bob)));
    assert!(!world.submit(CLAIM, request).writes_anything(), "the same request again");
    let again = claim(&mut world, &bob, SECRET);
    assert_eq!(world.refused(CLAIM, again), "GIFT_ENDED");
    assert_eq!((world.club_figures(&ann), world.club_figures(&bob)), ((21_000, 0, 0), (3_000, 0, 0)));
    assert_eq!(world.lines(IHG, &ann)[0].0, "gift_claimed");
    assert_eq!(world.lines(IHG, &bob)[0], ("gift_received".to_owned(), 3_000));
}

#[test]
fn a_gift_that_nobody_claims_in_time_comes_back() {
    let (mut world, ann) = cast(|_| {});
    let fields = json!({ "points": 3_000, "claim": claim_of(SECRET), "days": 2 });
    let arguments = world.word(1, GIFT, &ann, fields);
    world.ok(GIFT, arguments);
    let bob = world.enrol(IHG, TODAY);
    world.ledger.set_timestamp(NOW + 2 * 86_400 + 1);
    let arguments = claim(&mut world, &bob, SECRET);
    assert_eq!(world.refused(CLAIM, arguments), "GIFT_ENDED");
    world.ledger.set_timestamp(NOW + 2 * 86_400 + 301);
    world.agent(CEDAR);
    world.ok("tier.evaluate", json!({ "programme": IHG, "member": ann, "as_of": "2016-02-03" }));
    assert_eq!(world.club_figures(&ann), (24_000, 0, 0));
}

#[test]
fn the_giver_calls_a_gift_back_and_it_counts_no_more() {
    let (mut world, ann) = cast(|definition| rules(definition).sent_count_per_year = Some(1));
    let carl = world.clubber(3);
    let arguments = give(&mut world, &ann, 3_000, SECRET);
    world.ok(GIFT, arguments);
    let more = give(&mut world, &ann, 1_000, b"another sixteen!");
    assert_eq!(world.refused(GIFT, more), "TRANSFER_SENT_COUNT");
    let fields = json!({ "claim": claim_of(SECRET) });
    let of_other = world.word(3, CANCEL, &carl, fields.clone());
    assert_eq!(world.refused(CANCEL, of_other), "GIFT_OF_OTHER");
    let unnamed = world.word(1, CANCEL, &ann, json!({}));
    assert_eq!(world.refused(CANCEL, unnamed), "GIFT_CLAIM_MISSING");
    let cancel = world.word(1, CANCEL, &ann, fields.clone());
    assert_eq!(world.ok(CANCEL, cancel)["state"], json!("cancelled"));
    let again = world.word(1, CANCEL, &ann, fields);
    assert_eq!(world.refused(CANCEL, again), "GIFT_ENDED");
    assert_eq!(world.club_figures(&ann), (24_000, 0, 0));
    assert_eq!(world.lines(IHG, &ann)[0], ("gift_returned".to_owned(), 3_000));
    let same_hash = give(&mut world, &ann, 1_000, SECRET);
    assert_eq!(world.refused(GIFT, same_hash), "GIFT_EXISTS");
    let more = give(&mut world, &ann, 1_000, b"another sixteen!");
    world.ok(GIFT, more);
}

#[test]
fn limits_hold_for_the_giver_at_once_and_for_the_receiver_at_the_claim() {
    let (mut world, ann) = cast(|definition| {
        rules(definition).received_per_year = Some(points(2_000));
        rules(definition).direction = TierDirection::Downward;
    });
    for (fields, code) in [
        (json!({ "points": 500, "claim": claim_of(SECRET) }), "TRANSFER_BELOW_MINIMUM"),
        (json!({ "points": 1_500, "claim": claim_of(SECRET) }), "TRANSFER_INCREMENT"),
        (json!({ "points": 1_000 }), "GIFT_CLAIM_MISSING"),
        (json!({ "points": 1_000, "claim": claim_of(SECRET), "days": 0 }), "GIFT_DAYS_INVALID"),
        (json!({ "points": 1_000, "claim": claim_of(SECRET), "days": 367 }), "GIFT_DAYS_INVALID"),
        (json!({ "points": 25_000, "claim": claim_of(SECRET) }), "POINTS_INSUFFICIENT"),
        (json!({ "points": 1_000, "claim": claim_of(SECRET), "fee": 1 }), "TRANSFER_FEE_DIFFERS"),
    ] {
        let arguments = world.word(1, GIFT, &ann, fields.clone());
        assert_eq!(world.refused(GIFT, arguments), code, "{fields}");
    }
    let arguments = give(&mut world, &ann, 3_000, SECRET);
    world.ok(GIFT, arguments);
    let bob = world.enrol(IHG, TODAY);
    let too_many = claim(&mut world, &bob, SECRET);
    assert_eq!(world.refused(CLAIM, too_many), "TRANSFER_RECEIVED_CAP");
    let gold = world.enrol(IHG, "2015-06-01");
    world.nights(&gold, "9", "2016-01-25", 20);
    let upward = claim(&mut world, &gold, SECRET);
    assert_eq!(world.refused(CLAIM, upward), "TRANSFER_TIER_DIRECTION");
}

#[test]
fn the_fee_is_held_with_the_gift_and_kept_at_the_claim() {
    let fee = TransferFee {
        per: points(1_000),
        points: points(10),
        money: Default::default(),
        exempt_tiers: Vec::new(),
        exempt_receivers: Vec::new(),
    };
    let (mut world, _) = cast(|definition| rules(definition).fee = Some(fee));
    // Without a key: the programme's agent acts on an order.
    let dora = world.enrol(IHG, "2015-06-01");
    world.nights(&dora, "2", "2016-01-20", 5);
    let arguments = order(&dora, json!({ "points": 2_000, "claim": claim_of(SECRET), "fee": 20 }));
    world.agent(AURORA);
    assert_eq!(world.refused(GIFT, arguments.clone()), "ORGANISATION_NOT_ALLOWED");
    world.agent(CEDAR);
    world.ok(GIFT, arguments);
    assert_eq!(world.club_figures(&dora), (3_980, 2_020, 0));
    let bob = world.enrol(IHG, TODAY);
    let arguments = claim(&mut world, &bob, SECRET);
    world.ok(CLAIM, arguments);
    assert_eq!((world.club_figures(&dora), world.club_figures(&bob)), ((3_980, 0, 0), (2_000, 0, 0)));
}
