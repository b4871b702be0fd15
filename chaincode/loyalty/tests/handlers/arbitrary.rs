//! Whatever bytes come in, a function answers or refuses: it does not panic, misuse the ledger or break its own state.

use folio_chaincode_sdk::codes;
use folio_loyalty::handlers::ROUTER;
use folio_loyalty::rules::programme::{Definition, shipped};
use proptest::prelude::*;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::redeemer::{HYATT, Redeemer};
use crate::world::{AURORA, BOREA, CEDAR, CITY, HILTON, NOW, RESORT, Stay, TEXTBOOK, TODAY, World, secret};

/// Names that arguments have.
const FIELDS: &[&str] = &[
    "request_id",
    "hotel",
    "chain",
    "brand",
    "name",
    "currency",
    "secret_commitment",
    "from",
    "to",
    "date",
    "rate",
    "spend_lag_days_max",
    "definition",
    "approvals_required",
    "programme",
    "version",
    "digest",
    "as_of",
    "member",
    "key",
    "intent",
    "signature",
    "order",
    "hold_seconds",
    "reservation",
    "limit",
    "after",
    "stay",
    "tier",
    "item",
    "terms",
    "add",
    "remove",
    "restock",
    "reservations",
    "arrival",
    "nights",
    "certificate",
    "cash",
    "via",
    "bill",
    "worth",
    "last_day",
    "transferable",
    "reason",
    "shop",
    "purchase",
    "activity",
    "other",
    "wallet",
    "value",
    "account",
    "owner",
    "spender",
    "operator",
    "approved",
    "token_id",
    "kind",
    "uri",
    "valid_until",
    "treasury",
    "organisation",
    "points",
    "till",
    "tills",
    "payment",
    "import",
    "batch",
    "batches",
    "control",
    "rows",
    "mirror",
    "balances",
    "pool",
    "claim",
    "days",
    "survivor",
    "benefit",
    "choice",
    "joiner",
    "opener",
    "until",
    "challenge",
    "linked",
    "by",
    "keeps_until",
    "host",
    "agreement",
    "number",
    "effective_from",
    "accrual_per_thousand",
    "redemption",
    "per_thousand",
    "per_night",
    "from_percent",
    "minor",
    "row",
    "debtor",
    "creditor",
    "tx",
    "outcome",
    "agreed",
    "through",
    "month",
    "closing",
    "amount",
    "unfolded_after",
    "occupancy_percent",
    "campaign",
    "content",
    "committed",
    "commitment",
    "salt",
    "seed",
    "members",
    "remove",
    "by_staff",
    "voucher",
    "offer",
    "arrival",
    "departure",
    "booked",
];

fn scalar(member: String) -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        (0..9_u32).prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "[a-f0-9]{64}".prop_map(Value::from),
        "[a-f0-9]{32}".prop_map(Value::from),
        "[a-f0-9]{40}".prop_map(Value::from),
        "0[23][a-f0-9]{64}".prop_map(Value::from),
        prop::sample::select(vec![
            CITY,
            RESORT,
            HILTON,
            TEXTBOOK,
            "EUR",
            "USD",
            "2015-07-03",
            "2016-02-01",
            "1900-01-01",
            "9999-12-31",
            "1/3",
            "-9223372036854775808/9223372036854775807",
            "Gold",
            "r1",
            AURORA,
            BOREA,
            "2016-01",
            "upheld",
            "XXX",
            "checked_out",
        ])
        .prop_map(Value::from),
        Just(Value::from(member)),
    ]
}

fn nested(member: String) -> impl Strategy<Value = Value> {
    scalar(member).prop_recursive(4, 24, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((prop::sample::select(FIELDS), inner), 0..6)
                .prop_map(|fields| fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()),
        ]
    })
}

fn object(member: String) -> impl Strategy<Value = Value> {
    prop::collection::vec((prop::sample::select(FIELDS), nested(member)), 0..9)
        .prop_map(|fields| fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

/// Every place in a value.
fn pointers(value: &Value, here: &str, found: &mut Vec<String>) {
    found.push(here.to_owned());
    match value {
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(n, item)| pointers(item, &format!("{here}/{n}"), found));
        }
        Value::Object(fields) => {
            fields.iter().for_each(|(name, item)| pointers(item, &format!("{here}/{name}"), found));
        }
        _ => {}
    }
}

/// The value with some places replaced.
fn mutated(value: Value, member: String) -> impl Strategy<Value = Value> {
    let mut places = Vec::new();
    pointers(&value, "", &mut places);
    prop::collection::vec((prop::sample::select(places), nested(member)), 1..4).prop_map(move |changes| {
        let mut value = value.clone();
        for (place, new) in changes {
            if let Some(old) = value.pointer_mut(&place) {
                *old = new;
            }
        }
        value
    })
}

/// A world with a member, and who may do most.
fn world() -> (World, String) {
    let mut world = World::new();
    let member = world.enrol(HILTON, "2015-06-01");
    world.post(&Stay::new(&member, "1", "2015-07-03", 2));
    (world, member)
}

/// Calls a function, and holds what every call promises.
fn call(world: &mut World, function: &str, object: &[u8]) {
    let args = vec![function.as_bytes().to_vec(), object.to_vec()];
    let call = world.ledger.simulate_args(&ROUTER, args);
    if let Err(error) = &call.result {
        let code = error.code;
        assert!(code != codes::MISUSE && code != codes::STATE_UNREADABLE, "{function}: {error}");
        assert!(code.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_'));
        assert!(!call.writes_anything(), "{function} was refused and wrote");
    }
}

const MEMBER: &str = "00000000000000000000000000000000";

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn no_function_breaks_on_any_json(
        objects in prop::collection::vec(object(MEMBER.to_owned()), ROUTER.names().count()),
        bytes in prop::collection::vec(any::<u8>(), 0..64),
        (role, msp) in (prop::sample::select(vec!["pms", "agent", "manager", "auditor", ""]), prop::sample::select(vec![AURORA, BOREA])),
    ) {
        let (mut world, member) = world();
        world.client(msp, role, CITY);
        world.ledger.set_transient("secret", secret(AURORA));
        world.ledger.set_transient("number", bytes.clone());
        for (function, object) in ROUTER.names().zip(&objects) {
            let text = object.to_string().replace(MEMBER, &member);
            call(&mut world, function, text.as_bytes());
            call(&mut world, function, &bytes);
        }
    }

    #[test]
    fn no_stay_breaks_its_posting(stay in mutated(Stay::new(MEMBER, "2", "2015-07-03", 2).0, MEMBER.to_owned())) {
        let (mut world, member) = world();
        world.desk(CITY);
        world.ledger.set_transient("secret", secret(AURORA));
        let json = stay.to_string().replace(MEMBER, &member);
        world.ledger.set_transient("stay", json);
        let arguments = json!({ "request_id": "x", "hotel": CITY, "as_of": "2016-02-02" }).to_string();
        call(&mut world, "stay.post", arguments.as_bytes());
        call(&mut world, "programme.simulate", format!(r#"{{"programme":"{HILTON}"}}"#).as_bytes());
    }

    #[test]
    fn no_definition_breaks_its_proposal_or_a_stay_under_it(definition in mutated(textbook(), MEMBER.to_owned())) {
        let mut world = World::empty();
        world.manager(BOREA);
        let proposal = json!({ "request_id": "p", "definition": definition });
        let proposed = world.ledger.submit(&ROUTER, "programme.propose", &proposal);
        if proposed.result.is_ok() {
            world.ok("hotel.register", crate::world::register(RESORT, BOREA, "Resort"));
            let stay = Stay::new(MEMBER, "1", "2015-07-03", 2).with("hotel", RESORT);
            world.hand_in(&stay);
            let programme = definition["programme"].as_str().unwrap();
            call(&mut world, "programme.simulate", json!({ "programme": programme, "version": 1 }).to_string().as_bytes());
        }
    }

    #[test]
    fn no_item_breaks_its_offer_or_its_having(
        terms in mutated(item(), MEMBER.to_owned()),
        order in mutated(order(), MEMBER.to_owned()),
    ) {
        let mut cast = Redeemer::hyatt();
        let member = cast.other("2");
        cast.world.manager(CEDAR);
        let offer = json!({ "request_id": "offer", "programme": HYATT, "item": "bag", "terms": terms });
        call(&mut cast.world, "reward.define", offer.to_string().as_bytes());
        if cast.world.ledger.submit(&ROUTER, "reward.define", &offer).result.is_err() {
            let plain = json!({ "request_id": "plain", "programme": HYATT, "item": "bag", "terms": item() });
            cast.world.ledger.submit(&ROUTER, "reward.define", &plain).result.unwrap();
        }
        let stock = json!({ "request_id": "stock", "programme": HYATT, "item": "bag", "add": 9 });
        let _ = cast.world.ledger.submit(&ROUTER, "reward.stock", &stock);
        cast.world.agent(CEDAR);
        let order = json!({ "request_id": "x", "order": order }).to_string().replace(MEMBER, &member);
        for function in ["reward.reserve", "reward.award_night_book", "reward.award_night_cancel", "certificate.transfer"] {
            call(&mut cast.world, function, order.as_bytes());
        }
        let available = json!({ "programme": HYATT, "member": member, "as_of": "2016-02-01" });
        call(&mut cast.world, "reward.available", available.to_string().as_bytes());
    }

    #[test]
    fn no_arguments_break_settlement(
        (function, arguments) in prop::sample::select(settlement_calls())
            .prop_flat_map(|(function, arguments)| (Just(function), mutated(arguments, MEMBER.to_owned()))),
        (role, msp) in (prop::sample::select(vec!["manager", "auditor", "agent"]), prop::sample::select(vec![AURORA, BOREA])),
    ) {
        let (mut world, member) = world();
        crate::settling::agree(&mut world, HILTON, BOREA, crate::settling::agreement("2015-01-01", "EUR", "5"));
        world.post(&Stay::new(&member, "1", "2015-07-03", 2).with("hotel", RESORT));
        for programme in [HILTON, TEXTBOOK] {
            crate::settling::seal(&mut world, programme, "2015-07-31");
            crate::settling::fold(&mut world, programme, 10);
        }
        world.client(msp, role, CITY);
        call(&mut world, function, arguments.to_string().replace(MEMBER, &member).as_bytes());
    }

    #[test]
    fn nothing_that_is_asked_of_a_campaign_breaks_it(
        (function, asked) in prop::sample::select(asked_of_campaigns())
            .prop_flat_map(|(function, asked)| (Just(function), mutated(asked, MEMBER.to_owned()))),
    ) {
        let (mut world, member) = world();
        world.replay_history();
        world.run_campaign(&campaign());
        world.post(&Stay::new(&member, "2", "2016-01-20", 3));
        world.ledger.set_timestamp(crate::world::NOW + 7_200);
        world.manager(AURORA);
        let mut arguments: Value = serde_json::from_str(&asked.to_string().replace(MEMBER, &member)).unwrap();
        if let Some(fields) = arguments.as_object_mut() {
            fields.insert("request_id".to_owned(), "x".into());
        }
        call(&mut world, function, arguments.to_string().as_bytes());
    }

    #[test]
    fn no_campaign_breaks_its_proposal_or_a_stay_under_it(content in mutated(campaign(), MEMBER.to_owned())) {
        let (mut world, member) = world();
        world.replay_history();
        world.manager(AURORA);
        let proposal = json!({ "request_id": "p", "content": content });
        let proposed = world.ledger.submit(&ROUTER, "campaign.propose", &proposal);
        if proposed.result.is_ok() {
            let meant = json!({ "request_id": "a", "programme": HILTON, "campaign": content["id"] });
            world.ledger.submit(&ROUTER, "campaign.approve", &meant);
            let meant = json!({ "request_id": "b", "programme": HILTON, "campaign": content["id"] });
            world.ledger.submit(&ROUTER, "campaign.activate", &meant);
            world.desk(CITY);
            world.hand_in(&Stay::new(&member, "2", "2016-01-20", 3));
            let arguments = json!({ "request_id": "x", "hotel": CITY, "as_of": "2016-02-02" }).to_string();
            call(&mut world, "stay.post", arguments.as_bytes());
            call(&mut world, "programme.simulate", format!(r#"{{"programme":"{HILTON}"}}"#).as_bytes());
        }
    }

    #[test]
    fn no_intent_breaks_a_transfer(intent in object(MEMBER.to_owned())) {
        let (mut world, member) = world();
        world.bind(HILTON, &member, &crate::world::key(1));
        let mut intent = intent;
        if let Some(fields) = intent.as_object_mut() {
            fields.insert("member".to_owned(), member.into());
        }
        let mut arguments = crate::world::signed(&intent, &crate::world::key(1));
        arguments["request_id"] = "x".into();
        for function in [
            "points.transfer",
            "reward.reserve",
            "reward.award_night_book",
            "reward.award_night_cancel",
            "certificate.transfer",
            "wallet.withdraw",
            "points.gift",
            "points.cancel_gift",
            "pool.open",
            "pool.leave",
            "pool.contribute",
            "pool.withdraw",
            "member.rotate_key",
            "member.cancel_recovery",
            "member.link",
            "member.merge",
            "member.close",
            "benefit.choose",
        ] {
            call(&mut world, function, arguments.to_string().as_bytes());
        }
    }

    #[test]
    fn no_word_of_a_wallet_breaks_a_token(
        (function, intent) in prop::sample::select(wallet_intents())
            .prop_flat_map(|(function, intent)| (Just(function), mutated(intent, MEMBER.to_owned()))),
    ) {
        let (mut world, member) = world();
        let intent = serde_json::from_str(&intent.to_string().replace(MEMBER, &member)).unwrap();
        let mut arguments = crate::tokens::by(&crate::world::key(11), &intent);
        arguments["request_id"] = "x".into();
        call(&mut world, function, arguments.to_string().as_bytes());
    }

    #[test]
    fn no_batch_breaks_an_import(batch in mutated(batch(), MEMBER.to_owned())) {
        let (mut world, member) = world();
        world.manager(AURORA);
        call(&mut world, "points.import", batch.to_string().replace(MEMBER, &member).as_bytes());
    }
}

/// What a wallet may say, for each function.
fn wallet_intents() -> Vec<(&'static str, Value)> {
    let (own, other) = (crate::tokens::address(&crate::world::key(11)), crate::tokens::address(&crate::world::key(12)));
    let intent = |function: &'static str, fields: Value| {
        let mut intent = json!({ "channel": "folio", "chaincode": "loyalty", "function": function, "programme": HILTON,
            "nonce": "11".repeat(16), "valid_until": NOW + 60, "wallet": own, "as_of": TODAY });
        intent.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        (function, intent)
    };
    vec![
        intent("wallet.deposit", json!({ "to": MEMBER, "value": 0 })),
        intent("Transfer", json!({ "to": other, "value": 0 })),
        intent("Approve", json!({ "spender": other, "value": 9 })),
        intent("TransferFrom", json!({ "from": own, "to": other, "value": 0 })),
        intent("erc721:Approve", json!({ "approved": other, "token_id": "v" })),
        intent("erc721:TransferFrom", json!({ "from": own, "to": other, "token_id": "v" })),
        intent("SetApprovalForAll", json!({ "operator": other, "approved": true })),
        intent("Burn", json!({ "token_id": "v" })),
    ]
}

/// A batch of one row with everything in it.
fn batch() -> Value {
    let check = &Sha256::digest(format!("{MEMBER}:300:0"))[..16];
    json!({
        "request_id": "x", "programme": HILTON, "import": "11".repeat(16), "batch": 1, "as_of": TODAY,
        "control": { "members": 1, "lots": 2, "points": 300, "debt": 0, "check": crate::world::hex(check) },
        "rows": [{
            "member": MEMBER, "lots": [{ "points": 100, "earned": "2015-03-17", "last_day": "2016-12-31" },
                { "points": 200, "earned": "2015-11-02" }],
            "debt": 0, "tier": { "name": "Gold", "valid_until": "2017-03-31" },
            "counted": [{ "date": "2015-07-03", "nights": "7/2", "stays": 2, "spend_steps": 410, "points": { "points": 3 } }],
            "enrolled": "2011-05-05", "last_activity": "2016-01-10",
        }],
    })
}

/// A good call of each function of agreements and settlement, but for a cursor or the end of a key.
fn settlement_calls() -> Vec<(&'static str, Value)> {
    let mut agreement = crate::settling::agreement("2016-03-01", "EUR", "5");
    agreement["redemption"]["per_night"] = json!([{ "from_percent": 0, "minor": 100 }]);
    let row = json!({ "programme": HILTON, "date": "2015-07-03", "debtor": BOREA, "creditor": AURORA,
        "tx": "0".repeat(32) });
    let money = json!({ "minor": 5, "currency": "EUR" });
    let calls = vec![
        ("agreement.propose", json!({ "programme": HILTON, "host": BOREA, "hotel": RESORT, "agreement": agreement })),
        ("agreement.accept", json!({ "programme": HILTON, "host": BOREA, "number": 1 })),
        ("agreement.get", json!({ "programme": HILTON, "host": BOREA, "hotel": RESORT, "date": "2015-07-03" })),
        ("settlement.seal", json!({ "programme": HILTON, "date": "2015-08-31" })),
        ("settlement.fold", json!({ "programme": HILTON, "limit": 5 })),
        ("settlement.price", json!({ "programme": HILTON, "limit": 5, "after": "D" })),
        ("settlement.position", json!({ "programme": HILTON, "from": "2015-07-01", "to": "2015-07-31", "limit": 5 })),
        ("settlement.owed", json!({ "programme": HILTON, "from": "2015-07-01", "to": "2015-07-31", "after": "o" })),
        ("settlement.outside", json!({ "programme": HILTON, "limit": 5 })),
        ("settlement.dispute", json!({ "row": row, "reason": "doubt" })),
        ("settlement.settle_dispute", json!({ "row": row, "outcome": { "agreed": 5 } })),
        ("settlement.net", json!({ "currency": "EUR", "month": "2015-07" })),
        ("settlement.close", json!({ "currency": "EUR", "through": "2015-07-31" })),
        ("settlement.accept", json!({ "currency": "EUR", "closing": 1 })),
        ("settlement.get", json!({ "currency": "EUR", "closing": 1 })),
        (
            "settlement.liability",
            json!({ "programme": HILTON, "from": "2015-07-01", "to": "2015-07-31", "after": "d" }),
        ),
        (
            "settlement.estimate_breakage",
            json!({ "programme": HILTON, "date": "2015-07-31", "rate": "1/5", "amount": money }),
        ),
    ];
    calls
        .into_iter()
        .map(|(function, mut arguments)| {
            arguments["request_id"] = json!("x");
            (function, arguments)
        })
        .collect()
}

/// What may be asked of a campaign and of offers, as it is right.
fn asked_of_campaigns() -> Vec<(&'static str, Value)> {
    let meant = json!({ "programme": HILTON, "campaign": "c" });
    let with = |fields: Value| {
        let mut all = meant.clone();
        all.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        all
    };
    let registration = with(json!({ "member": MEMBER, "as_of": "2016-01-20" }));
    let offer = json!({ "gives": { "percent": "1/3" }, "when": { "until": "2016-12-31" }, "minimum_nights": 1 });
    vec![
        ("campaign.close", meant.clone()),
        ("campaign.get", meant.clone()),
        ("campaign.register", json!({ "by_staff": registration })),
        ("campaign.target", with(json!({ "members": [MEMBER, MEMBER], "remove": false }))),
        ("campaign.award", with(json!({ "as_of": "2016-02-01", "limit": 5 }))),
        ("campaign.draw", with(json!({ "as_of": "2016-02-01", "seed": "0".repeat(64), "limit": 5 }))),
        ("campaign.reveal", with(json!({ "content": "{}", "salt": "0".repeat(64) }))),
        ("offer.issue", json!({ "programme": HILTON, "member": MEMBER, "content": offer })),
        ("offer.list", json!({ "programme": HILTON, "member": MEMBER, "limit": 3 })),
    ]
}

fn campaign() -> Value {
    json!({
        "id": "c", "programme": HILTON, "name": "c",
        "when": { "from": "2016-01-01", "until": "2016-01-31", "dated_by": "arrival", "hotels": { "only": [CITY] } },
        "weekdays": ["monday", "tuesday"], "minimum_nights": 1, "tiers": ["Member"], "every": 2,
        "gives": { "each": { "percent": "1/3", "per_night": 1, "per_stay": 2 } },
        "caps": { "points": 1000, "times": 2 }, "budget": 5000, "stacking": { "exclusive": "g" },
        "counts_towards_tier": true,
    })
}

fn textbook() -> Value {
    let (_, text) = shipped().find(|(id, _)| *id == TEXTBOOK).unwrap();
    serde_json::to_value(Definition::from_toml(text).unwrap()).unwrap()
}

/// An item that says everything that one may say.
fn item() -> Value {
    json!({
        "name": "Bag", "kind": "article", "given_by": { "hotels": { "brands": { "except": ["Lodge"] } } },
        "prices": [{ "points": 900 }, { "points": 400, "cash": { "minor": 2500, "currency": "EUR" } }],
        "from": "2016-01-01", "until": "2016-12-31", "from_tier": "Member", "member_cap": 3, "shards": 2,
    })
}

/// An order that says everything that one may say.
fn order() -> Value {
    json!({
        "programme": HYATT, "member": MEMBER, "points": 900, "hotel": CITY, "as_of": "2016-02-01", "item": "bag",
        "cash": null, "via": null, "arrival": "2016-05-01", "nights": 2, "certificate": null, "reservation": null,
        "to": null, "reward": "bag",
    })
}
