//! Whatever bytes come in, a function answers or refuses: it does not panic, misuse the ledger or break its own state.

mod samples;
mod strategies;

use folio_chaincode_sdk::codes;
use folio_loyalty::handlers::ROUTER;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::redeemer::{HYATT, Redeemer};
use crate::world::{AURORA, BOREA, CEDAR, CITY, HILTON, RESORT, Stay, TEXTBOOK, World, secret};

use samples::{asked_of_campaigns, batch, campaign, item, order, settlement_calls, textbook, wallet_intents};
use strategies::{mutated, object};

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
