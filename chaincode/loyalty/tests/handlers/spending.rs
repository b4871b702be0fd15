//! Spending: only by the member's word, once, within limits, and dated truly.

use k256::ecdsa::SigningKey;
use serde_json::{Value, json};

use crate::world::{AURORA, BOREA, CEDAR, CITY, HILTON, NOW, Stay, TEXTBOOK, TODAY, World, key, signed};

pub const TRANSFER: &str = "points.transfer";
pub const RESERVE: &str = "reward.reserve";

/// Ann, with a key and 24,000 Hilton points of last week, and Bob of the other chain with a Hilton account.
pub struct Cast {
    pub world: World,
    pub ann: String,
    pub bob: String,
    pub key: SigningKey,
}

impl Cast {
    pub fn new() -> Self {
        let mut world = World::new();
        let ann = world.enrol(HILTON, "2015-06-01");
        let bob = world.enrol(TEXTBOOK, "2015-06-01");
        let key = key(1);
        world.bind(HILTON, &ann, &key);
        world.post(&Stay::new(&ann, "1", "2016-01-25", 20));
        world.post(&Stay::new(&bob, "2", "2015-07-03", 1));
        Self { world, ann, bob, key }
    }

    pub fn transfer(&mut self, points: u64) -> Value {
        let (ann, bob) = (self.ann.clone(), self.bob.clone());
        self.world.intent(TRANSFER, json!({ "member": ann, "to": bob, "points": points }))
    }

    pub fn reserve(&mut self, points: u64, hotel: &str) -> Value {
        let ann = self.ann.clone();
        self.world.intent(RESERVE, json!({ "member": ann, "points": points, "hotel": hotel, "reward": "night" }))
    }

    pub fn ok(&mut self, function: &str, intent: &Value) -> Value {
        self.world.ok(function, signed(intent, &self.key))
    }

    pub fn refused(&mut self, function: &str, intent: &Value) -> &'static str {
        self.world.refused(function, signed(intent, &self.key))
    }

    pub fn figures(&mut self, member: &str) -> (u64, u64, u64) {
        self.world.figures(HILTON, member)
    }
}

#[test]
fn a_member_gives_points_to_another_by_a_signed_intent() {
    let mut cast = Cast::new();
    // Whoever hands the intent in, the signature decides.
    cast.world.client(CEDAR, "", "");
    let intent = cast.transfer(3000);
    let call = cast.world.submit(TRANSFER, signed(&intent, &cast.key));
    let done: Value = call.json().unwrap();
    assert_eq!((&done["points"], &done["available"]), (&json!(3000), &json!(21_000)));
    assert_eq!(call.event.unwrap().0, "points.transferred");
    let (ann, bob) = (cast.ann.clone(), cast.bob.clone());
    assert_eq!((cast.figures(&ann), cast.figures(&bob)), ((21_000, 0, 0), (4200, 0, 0)));
    assert_eq!(cast.world.account(HILTON, &bob)["last_activity"], "2015-07-03", "a gift is no activity");
    assert_eq!(cast.world.lines(HILTON, &ann)[0], ("transfer_sent".to_owned(), -3000));
    assert_eq!(cast.world.lines(HILTON, &bob)[0], ("transfer_received".to_owned(), 3000));
    let page = cast.world.query("member.statement", json!({ "member": ann, "programme": HILTON })).unwrap();
    assert_eq!(page["lines"][0]["by"]["member_signed"], true);
    assert_eq!(page["lines"][0]["other_member"], json!(bob));
}

#[test]
fn an_account_is_opened_for_a_receiver_of_another_chain() {
    let mut world = World::new();
    let (ann, bob) = (world.enrol(TEXTBOOK, "2015-06-01"), world.enrol(HILTON, "2015-06-01"));
    world.bind(TEXTBOOK, &ann, &key(1));
    // Textbook points move downward only: Ann is Silver, and Bob has no account there yet.
    world.post(&Stay::new(&ann, "1", "2016-01-25", 5).with("programme", TEXTBOOK));
    let intent = world.intent(TRANSFER, json!({ "programme": TEXTBOOK, "member": ann, "to": bob, "points": 200 }));
    world.ok(TRANSFER, signed(&intent, &key(1)));
    assert_eq!((world.figures(TEXTBOOK, &ann), world.figures(TEXTBOOK, &bob)), ((500, 0, 0), (200, 0, 0)));
    let account = world.account(TEXTBOOK, &bob);
    assert_eq!((&account["opened"], &account["tier"]), (&json!(TODAY), &json!("Member")));
    world.bind(HILTON, &bob, &key(2));
    let back = world.intent(TRANSFER, json!({ "programme": TEXTBOOK, "member": bob, "to": ann, "points": 100 }));
    assert_eq!(world.refused(TRANSFER, signed(&back, &key(2))), "TRANSFER_TIER_DIRECTION");
}

#[test]
fn a_member_of_another_chain_is_known_by_the_home_account() {
    let mut cast = Cast::new();
    let idle = cast.world.enrol(HILTON, "2015-06-01");
    // Enrolled elsewhere: one long ago, with points for it, and one just now.
    for (as_of, again) in [("2015-06-01", Ok(())), (TODAY, Err("TRANSFER_ACCOUNT_AGE"))] {
        let guest = cast.world.enrol(TEXTBOOK, as_of);
        for _ in 0..2 {
            let ann = cast.ann.clone();
            let intent = cast.world.intent(TRANSFER, json!({ "member": ann, "to": guest, "points": 1000 }));
            let call = cast.world.submit(TRANSFER, signed(&intent, &cast.key));
            assert_eq!(call.refusal().map_or(Ok(()), Err), again, "{as_of}");
        }
    }
    let ann = cast.ann.clone();
    let intent = cast.world.intent(TRANSFER, json!({ "member": ann, "to": idle, "points": 1000 }));
    assert_eq!(cast.refused(TRANSFER, &intent), "TRANSFER_NO_ACTIVITY");
}

#[test]
fn an_altered_intent_is_refused() {
    let mut cast = Cast::new();
    let intent = cast.transfer(1000);
    let good = signed(&intent, &cast.key);
    let text = good["intent"].as_str().unwrap();
    let other_key = signed(&intent, &key(2));
    for (what, intent, signature, code) in [
        ("amount", text.replace("1000", "9000"), good["signature"].clone(), "INTENT_SIGNATURE_INVALID"),
        ("a space", format!("{text} "), good["signature"].clone(), "INTENT_SIGNATURE_INVALID"),
        ("another key", text.to_owned(), other_key["signature"].clone(), "INTENT_SIGNATURE_INVALID"),
        ("no DER", text.to_owned(), json!("00ff"), "INTENT_SIGNATURE_INVALID"),
        ("no hex", text.to_owned(), json!("zz"), "BAD_ARGUMENTS"),
        ("no JSON", "1000".to_owned(), good["signature"].clone(), "INTENT_MALFORMED"),
        ("two members", text.replacen('{', "{\"member\":\"00\",", 1), good["signature"].clone(), "INTENT_MALFORMED"),
    ] {
        let refused = cast.world.refused(TRANSFER, json!({ "intent": intent, "signature": signature }));
        assert_eq!(refused, code, "{what}");
    }
    let mut high_s = good.clone();
    high_s["signature"] = json!(malleated(good["signature"].as_str().unwrap()));
    assert_eq!(cast.world.refused(TRANSFER, high_s), "INTENT_SIGNATURE_INVALID");
    cast.world.ok(TRANSFER, good);
}

/// The other signature over the same message: with the high S.
fn malleated(der: &str) -> String {
    let bytes: Vec<u8> =
        (0..der.len()).step_by(2).map(|at| u8::from_str_radix(&der[at..at + 2], 16).unwrap()).collect();
    let signature = k256::ecdsa::Signature::from_der(&bytes).unwrap();
    let high = k256::ecdsa::Signature::from_scalars(signature.r().to_bytes(), (-*signature.s()).to_bytes()).unwrap();
    crate::world::hex(high.to_der().as_bytes())
}

#[test]
fn an_intent_is_good_for_one_function_on_one_channel_for_a_day_and_once() {
    let mut cast = Cast::new();
    let good = cast.transfer(1000);
    for (field, value, code) in [
        ("channel", json!("other"), "INTENT_FOR_OTHER"),
        ("chaincode", json!("other"), "INTENT_FOR_OTHER"),
        ("function", json!(RESERVE), "INTENT_FOR_OTHER"),
        ("valid_until", json!(NOW - 1), "INTENT_EXPIRED"),
        ("valid_until", json!(NOW + 86_400 + 301), "INTENT_TOO_LONG"),
        ("valid_until", json!(i64::MAX), "INTENT_TOO_LONG"),
        ("nonce", json!("12"), "INTENT_MALFORMED"),
        ("surprise", json!(1), "INTENT_MALFORMED"),
        ("points", json!(-5), "INTENT_MALFORMED"),
        ("to", json!(null), "TRANSFER_RECEIVER_MISSING"),
        ("to", json!(cast.ann), "TRANSFER_TO_SELF"),
    ] {
        let mut intent = good.clone();
        intent[field] = value;
        assert_eq!(cast.refused(TRANSFER, &intent), code, "{field}");
    }
    cast.ok(TRANSFER, &good);
    assert_eq!(cast.refused(TRANSFER, &good), "INTENT_REPLAYED");
    let (ann, bob) = (cast.ann.clone(), cast.bob.clone());
    assert_eq!((cast.figures(&ann).0, cast.figures(&bob).0), (23_000, 2200));
}

#[test]
fn a_request_that_is_sent_twice_moves_points_once() {
    let mut cast = Cast::new();
    let intent = cast.transfer(1000);
    let mut arguments = signed(&intent, &cast.key);
    arguments["request_id"] = "once".into();
    let first = cast.world.ok(TRANSFER, arguments.clone());
    assert_eq!(cast.world.ok(TRANSFER, arguments.clone()), first);
    let other = cast.transfer(2000);
    let mut other = signed(&other, &cast.key);
    other["request_id"] = "once".into();
    assert_eq!(cast.world.refused(TRANSFER, other), "REQUEST_REUSED");
    let ann = cast.ann.clone();
    assert_eq!(cast.figures(&ann).0, 23_000);
}

#[test]
fn a_hotel_cannot_spend_a_guests_points() {
    let mut cast = Cast::new();
    let order = json!({ "programme": HILTON, "member": cast.ann, "to": cast.bob, "points": 1000, "as_of": TODAY });
    for (msp, role, hotels, code) in [
        (AURORA, "frontdesk", CITY, "ROLE_NOT_ALLOWED"),
        (AURORA, "manager", "", "ROLE_NOT_ALLOWED"),
        (BOREA, "agent", "", "ORGANISATION_NOT_ALLOWED"),
        (AURORA, "agent", "", "MEMBER_KEY_BOUND"),
    ] {
        cast.world.client(msp, role, hotels);
        assert_eq!(cast.world.refused(TRANSFER, json!({ "order": order })), code, "{msp} {role}");
    }
    assert_eq!(cast.world.refused(TRANSFER, json!({})), "MANDATE_MISSING");
    let intent = cast.transfer(1000);
    let mut both = signed(&intent, &cast.key);
    both["order"] = order;
    assert_eq!(cast.world.refused(TRANSFER, both), "MANDATE_MISSING");
}

#[test]
fn the_agent_acts_for_a_member_without_a_key_and_the_statement_says_so() {
    let mut cast = Cast::new();
    let (ann, bob) = (cast.ann.clone(), cast.bob.clone());
    for n in 0..5 {
        cast.world.post(&Stay::new(&bob, &format!("b{n}"), "2016-01-25", 1));
    }
    let unsigned = cast.world.intent(TRANSFER, json!({ "member": bob, "to": ann, "points": 1000 }));
    assert_eq!(cast.refused(TRANSFER, &unsigned), "MEMBER_KEY_MISSING");
    cast.world.agent(AURORA);
    let order = json!({ "programme": HILTON, "member": bob, "to": ann, "points": 1000, "as_of": TODAY });
    cast.world.ok(TRANSFER, json!({ "order": order }));
    let page = cast.world.query("member.statement", json!({ "member": bob, "programme": HILTON })).unwrap();
    let by = &page["lines"][0]["by"];
    assert_eq!((&by["role"], &by["member_signed"]), (&json!("agent"), &json!(false)));
}

#[test]
fn the_programmes_limits_on_transfers_hold() {
    let mut cast = Cast::new();
    for (points, code) in [
        (999, "TRANSFER_BELOW_MINIMUM"),
        (1500, "TRANSFER_INCREMENT"),
        (25_000, "POINTS_INSUFFICIENT"),
        (501_000, "TRANSFER_SENT_CAP"),
    ] {
        let intent = cast.transfer(points);
        assert_eq!(cast.refused(TRANSFER, &intent), code, "{points}");
    }
    for _ in 0..6 {
        let intent = cast.transfer(1000);
        cast.ok(TRANSFER, &intent);
    }
    let seventh = cast.transfer(1000);
    assert_eq!(cast.refused(TRANSFER, &seventh), "TRANSFER_SENT_COUNT");
    let mut world = cast.world;
    let newcomer = world.enrol(HILTON, TODAY);
    let intent = world.intent(TRANSFER, json!({ "member": cast.ann, "to": newcomer, "points": 1000 }));
    assert_eq!(world.refused(TRANSFER, signed(&intent, &cast.key)), "TRANSFER_ACCOUNT_AGE");
    let nobody = world.intent(TRANSFER, json!({ "member": cast.ann, "to": "0".repeat(32), "points": 1000 }));
    assert_eq!(world.refused(TRANSFER, signed(&nobody, &cast.key)), "MEMBER_UNKNOWN");
}

#[test]
fn two_transfers_of_the_same_points_at_once_do_not_both_commit() {
    let mut cast = Cast::new();
    let mut simulate = |request: &str| {
        let intent = cast.transfer(20_000);
        let mut arguments = signed(&intent, &cast.key);
        arguments["request_id"] = request.into();
        cast.world.ledger.simulate(&folio_loyalty::handlers::ROUTER, TRANSFER, &arguments)
    };
    let (first, second) = (simulate("a"), simulate("b"));
    assert!(cast.world.ledger.commit(&first).is_ok());
    assert!(cast.world.ledger.commit(&second).is_err());
    let ann = cast.ann.clone();
    assert_eq!(cast.figures(&ann).0, 4000);
}

#[test]
fn spending_is_dated_today_or_nearly_so() {
    let mut cast = Cast::new();
    for (as_of, code) in
        [("2016-02-03", "AS_OF_IN_FUTURE"), ("2016-01-28", "AS_OF_TOO_OLD"), ("2016-01-24", "AS_OF_BEFORE_LAST")]
    {
        let mut intent = cast.transfer(1000);
        intent["as_of"] = as_of.into();
        assert_eq!(cast.refused(TRANSFER, &intent), code, "{as_of}");
    }
    for as_of in ["2016-01-29", "2016-02-02"] {
        let mut intent = cast.transfer(1000);
        intent["as_of"] = as_of.into();
        cast.ok(TRANSFER, &intent);
    }
    let mut earlier = cast.transfer(1000);
    earlier["as_of"] = "2016-02-01".into();
    assert_eq!(cast.refused(TRANSFER, &earlier), "AS_OF_BEFORE_LAST");
}

#[test]
fn a_channel_that_replays_history_says_so_and_spends_on_old_dates() {
    let mut cast = Cast::new();
    cast.world.ledger.set_timestamp(NOW + 1000 * 86_400);
    let mut intent = cast.transfer(1000);
    intent["valid_until"] = (NOW + 1000 * 86_400 + 60).into();
    assert_eq!(cast.refused(TRANSFER, &intent), "AS_OF_TOO_OLD");
    cast.world.replay_history();
    cast.ok(TRANSFER, &intent);
}
