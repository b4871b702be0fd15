//! Points as a token: they move by the word of a key, keep their lots and never live longer.

use folio_loyalty::handlers::ROUTER;
use folio_loyalty::rules::programme::{Decay, DefinitionError, TokenRules};
use folio_loyalty::state::ALLOWANCES;
use serde_json::{Value, json};

use crate::tokens::{Cast, address, by, programme, rules, told};
use crate::world::{BOREA, CEDAR, CITY, HILTON, MARRIOTT, NOW, Stay, TODAY, World, hex, key, signed};

const NOBODY: &str = "0000000000000000000000000000000000000000";
const DAY_SECONDS: i64 = 86_400;

#[test]
fn points_walk_into_a_wallet_to_another_and_into_an_account() {
    let mut cast = Cast::new();
    let done = cast.withdraw(5_000, &key(11));
    assert_eq!((&done["available"], &done["usable_until"]), (&json!(19_000), &json!("2017-12-31")));
    assert_eq!(cast.balance(&key(11)), 5_000);
    let call = cast.submit("Transfer", &key(11), json!({ "to": address(&key(12)), "value": 2_000 }));
    let (name, change) = told(&call);
    assert_eq!((name.as_str(), &change["value"]), ("token.transferred", &json!(2_000)));
    assert_eq!((&change["from"], &change["to"]), (&json!(address(&key(11))), &json!(address(&key(12)))));
    let bob = cast.bob.clone();
    let call = cast.submit("wallet.deposit", &key(12), json!({ "to": bob, "value": 1_500 }));
    assert_eq!(call.json::<Value>().unwrap()["balance"], 500);
    assert_eq!(told(&call).0, "wallet.deposited");
    let ann = cast.ann.clone();
    assert_eq!((cast.balance(&key(11)), cast.balance(&key(12))), (3_000, 500));
    assert_eq!((cast.figures(&ann), cast.figures(&bob)), ((19_000, 0, 0), (1_500, 0, 0)));
    for (member, line) in [(&ann, ("withdrawn", -5_000)), (&bob, ("deposited", 1_500))] {
        assert_eq!(cast.world.lines(MARRIOTT, member)[0], (line.0.to_owned(), line.1));
    }
    let page = cast.world.query("member.statement", json!({ "member": ann, "programme": MARRIOTT })).unwrap();
    let line = &page["lines"][0];
    assert_eq!((&line["wallet"], &line["by"]["member_signed"]), (&json!(address(&key(11))), &json!(true)));
}

#[test]
fn the_token_says_what_it_is() {
    let mut cast = Cast::new();
    assert_eq!(cast.ask("Name", json!({}))["name"], "Marriott Bonvoy");
    assert_eq!(cast.ask("Symbol", json!({}))["symbol"], "BON");
    assert_eq!(cast.ask("Decimals", json!({}))["decimals"], 0);
    assert_eq!(cast.ask("erc721:Name", json!({}))["name"], "Marriott Bonvoy");
    assert_eq!(cast.ask("erc721:Symbol", json!({}))["symbol"], "BONV");
    assert_eq!(cast.ask("BalanceOf", json!({ "account": address(&key(40)) }))["balance"], 0, "nobody ever heard of it");
    assert_eq!(cast.world.query("Symbol", json!({ "programme": HILTON })), Err("TOKENS_NOT_OFFERED"));
    assert_eq!(cast.world.query("erc721:Symbol", json!({ "programme": HILTON })), Err("TOKENS_NOT_OFFERED"));
    assert_eq!(cast.world.query("Name", json!({ "programme": "none" })), Err("PROGRAMME_UNKNOWN"));
    // Clients of contracts in parts may name the part, where only one has the function.
    assert_eq!(cast.ask("erc20:Symbol", json!({}))["symbol"], "BON");
    let mut world = World::new();
    world.activate(MARRIOTT, &programme(Some(TokenRules { vouchers: None, ..rules() })));
    assert_eq!(world.query("erc721:Name", json!({ "programme": MARRIOTT })), Err("VOUCHERS_NOT_OFFERED"));
}

#[test]
fn one_key_has_one_address_in_whichever_form_it_comes() {
    let mut cast = Cast::new();
    cast.withdraw(5_000, &key(11));
    let long = hex(key(11).verifying_key().to_sec1_point(false).as_bytes());
    assert_eq!(
        cast.world.query("ClientAccountID", json!({ "key": long })).unwrap()["account"],
        json!(address(&key(11)))
    );
    assert_eq!(cast.ask("ClientAccountBalance", json!({ "key": long }))["balance"], 5_000);
    assert_eq!(cast.world.query("ClientAccountID", json!({ "key": "0102" })), Err("KEY_INVALID"));
    let mut word = cast.word("Transfer", &key(11), json!({ "to": address(&key(12)), "value": 1 }));
    word["key"] = long.into();
    cast.world.ok("Transfer", word);
    assert_eq!(cast.balance(&key(12)), 1);
}

#[test]
fn points_leave_only_as_the_programme_and_the_member_say() {
    let mut cast = Cast::new();
    for (points, code) in [(99, "WITHDRAWAL_BELOW_MINIMUM"), (10_001, "WITHDRAWAL_DAILY_MAXIMUM")] {
        let arguments = cast.withdrawal(points, &key(11));
        assert_eq!(cast.world.refused("wallet.withdraw", arguments), code);
    }
    cast.withdraw(9_950, &key(11));
    let arguments = cast.withdrawal(100, &key(12));
    assert_eq!(cast.world.refused("wallet.withdraw", arguments), "WITHDRAWAL_DAILY_MAXIMUM", "a day has one maximum");
    let ann = cast.ann.clone();
    for (wallet, code) in [(json!(null), "WITHDRAWAL_WALLET_MISSING"), (json!(NOBODY), "WALLET_NOBODY")] {
        let fields = json!({ "programme": MARRIOTT, "member": ann, "points": 500, "wallet": wallet });
        let intent = cast.world.intent("wallet.withdraw", fields);
        assert_eq!(cast.world.refused("wallet.withdraw", signed(&intent, &key(1))), code);
    }
    // The next day has a maximum of its own.
    cast.world.ledger.set_timestamp(NOW + DAY_SECONDS);
    let fields = json!({ "programme": MARRIOTT, "member": ann, "points": 10_000, "wallet": address(&key(11)),
        "as_of": "2016-02-02", "valid_until": NOW + DAY_SECONDS + 60 });
    let intent = cast.world.intent("wallet.withdraw", fields);
    cast.world.ok("wallet.withdraw", signed(&intent, &key(1)));
    let wide = TokenRules { daily_maximum: None, ..rules() };
    let mut cast = Cast::with(wide);
    let arguments = cast.withdrawal(24_001, &key(11));
    assert_eq!(cast.world.refused("wallet.withdraw", arguments), "POINTS_INSUFFICIENT");
    let mut cast = Cast::with(TokenRules { withdrawals: false, ..rules() });
    let arguments = cast.withdrawal(500, &key(11));
    assert_eq!(cast.world.refused("wallet.withdraw", arguments), "WITHDRAWAL_NOT_OFFERED");
}

#[test]
fn a_hotel_cannot_withdraw_a_guests_points() {
    let mut cast = Cast::new();
    let (ann, bob) = (cast.ann.clone(), cast.bob.clone());
    let order = |member: &str| {
        json!({ "order": { "programme": MARRIOTT, "member": member, "points": 500,
        "wallet": address(&key(11)), "as_of": TODAY } })
    };
    for (msp, role, hotel, member, code) in [
        (CEDAR, "frontdesk", CITY, &ann, "ORGANISATION_NOT_ALLOWED"),
        (BOREA, "frontdesk", CITY, &ann, "ROLE_NOT_ALLOWED"),
        (BOREA, "agent", "", &ann, "MEMBER_KEY_BOUND"),
        (BOREA, "agent", "", &bob, "POINTS_INSUFFICIENT"),
    ] {
        cast.world.client(msp, role, hotel);
        assert_eq!(cast.world.refused("wallet.withdraw", order(member)), code);
    }
    cast.world.post(&Stay::new(&bob, "2", "2016-01-25", 5).with("programme", MARRIOTT));
    cast.world.agent(BOREA);
    cast.world.ok("wallet.withdraw", order(&bob));
    assert_eq!(cast.balance(&key(11)), 500, "a member without a key has the agent");
}

#[test]
fn a_wallet_acts_by_its_own_key_alone_for_one_function_once() {
    let mut cast = Cast::new();
    cast.withdraw(5_000, &key(11));
    let to = address(&key(12));
    let good = json!({ "programme": MARRIOTT, "wallet": address(&key(11)), "to": to, "value": 1_000 });
    let good = cast.world.intent("Transfer", good);
    for (field, value, code) in [
        ("channel", json!("other"), "INTENT_FOR_OTHER"),
        ("chaincode", json!("other"), "INTENT_FOR_OTHER"),
        ("function", json!("Approve"), "INTENT_FOR_OTHER"),
        ("valid_until", json!(NOW - 1), "INTENT_EXPIRED"),
        ("valid_until", json!(NOW + DAY_SECONDS + 301), "INTENT_TOO_LONG"),
        ("nonce", json!("12"), "INTENT_MALFORMED"),
        ("surprise", json!(1), "INTENT_MALFORMED"),
        ("value", json!(-1), "INTENT_MALFORMED"),
        ("value", json!(u64::MAX), "INTENT_MALFORMED"),
        ("wallet", json!(to), "WALLET_KEY_DIFFERS"),
        ("as_of", json!("2016-02-03"), "AS_OF_IN_FUTURE"),
        ("as_of", json!("2016-01-31"), "AS_OF_BEFORE_LAST"),
    ] {
        let mut intent = good.clone();
        intent[field] = value;
        assert_eq!(cast.world.refused("Transfer", by(&key(11), &intent)), code, "{field}");
    }
    let word = by(&key(11), &good);
    let text = word["intent"].as_str().unwrap().replace("1000", "4000");
    for (what, field, value, code) in [
        ("amount", "intent", json!(text), "INTENT_SIGNATURE_INVALID"),
        ("another key's word", "key", by(&key(12), &good)["key"].clone(), "INTENT_SIGNATURE_INVALID"),
        ("no key", "key", json!("00"), "KEY_INVALID"),
        ("no DER", "signature", json!("00ff"), "INTENT_SIGNATURE_INVALID"),
    ] {
        let mut word = word.clone();
        word[field] = value;
        assert_eq!(cast.world.refused("Transfer", word), code, "{what}");
    }
    cast.world.ok("Transfer", word.clone());
    assert_eq!(cast.world.refused("Transfer", word), "INTENT_REPLAYED");
    assert_eq!((cast.balance(&key(11)), cast.balance(&key(12))), (4_000, 1_000));
}

#[test]
fn a_request_that_is_sent_twice_moves_points_once() {
    let mut cast = Cast::new();
    let mut withdrawal = cast.withdrawal(5_000, &key(11));
    withdrawal["request_id"] = "w".into();
    let first = cast.world.ok("wallet.withdraw", withdrawal.clone());
    assert_eq!(cast.world.ok("wallet.withdraw", withdrawal), first);
    let bob = cast.bob.clone();
    for (function, fields) in [
        ("Transfer", json!({ "to": address(&key(12)), "value": 1_000 })),
        ("Approve", json!({ "spender": address(&key(12)), "value": 500 })),
        ("wallet.deposit", json!({ "to": bob, "value": 1_000 })),
    ] {
        let mut word = cast.word(function, &key(11), fields);
        word["request_id"] = function.into();
        let first = cast.world.ok(function, word.clone());
        assert_eq!(cast.world.ok(function, word), first);
    }
    let mut word = cast.word(
        "TransferFrom",
        &key(12),
        json!({ "from": address(&key(11)), "to": address(&key(13)), "value": 500 }),
    );
    word["request_id"] = "Transfer".into();
    assert_eq!(cast.world.refused("TransferFrom", word.clone()), "REQUEST_REUSED");
    word["request_id"] = "f".into();
    let first = cast.world.ok("TransferFrom", word.clone());
    assert_eq!(cast.world.ok("TransferFrom", word), first);
    assert_eq!((cast.balance(&key(11)), cast.balance(&key(12)), cast.balance(&key(13))), (2_500, 1_000, 500));
}

#[test]
fn transfers_keep_to_the_balance_and_have_somebody_else_at_their_end() {
    let mut cast = Cast::new();
    cast.withdraw(5_000, &key(11));
    for (to, value, code) in [
        (address(&key(12)), 5_001, "POINTS_INSUFFICIENT"),
        (address(&key(11)), 1, "WALLET_TO_SELF"),
        (NOBODY.to_owned(), 1, "WALLET_NOBODY"),
    ] {
        assert_eq!(cast.refused("Transfer", &key(11), json!({ "to": to, "value": value })), code);
    }
    assert_eq!(
        cast.refused("Transfer", &key(12), json!({ "to": address(&key(11)), "value": 1 })),
        "POINTS_INSUFFICIENT"
    );
    let elsewhere = json!({ "to": address(&key(12)), "value": 1, "programme": "none" });
    assert_eq!(cast.refused("Transfer", &key(11), elsewhere), "PROGRAMME_UNKNOWN");
    assert_eq!(
        cast.refused("wallet.deposit", &key(11), json!({ "to": "00".repeat(16), "value": 1 })),
        "MEMBER_UNKNOWN"
    );
    let bob = cast.bob.clone();
    assert_eq!(cast.refused("wallet.deposit", &key(11), json!({ "to": bob, "value": 0 })), "POINTS_ZERO");
    // Nothing is a transfer, too: it is told, and touches nobody's wallet.
    let call = cast.submit("Transfer", &key(12), json!({ "to": address(&key(11)), "value": 0 }));
    assert_eq!(told(&call).0, "token.transferred");
    assert!(call.writes.keys().all(|key| !key.starts_with('W')));
    assert_eq!(cast.balance(&key(11)), 5_000);
}

#[test]
fn a_spender_takes_what_the_owner_allows_and_no_more() {
    let mut cast = Cast::new();
    cast.withdraw(5_000, &key(11));
    let (owner, spender, third) = (address(&key(11)), address(&key(12)), address(&key(13)));
    let take = |value: u64| json!({ "from": owner, "to": third, "value": value });
    let left = |cast: &mut Cast| cast.ask("Allowance", json!({ "owner": owner, "spender": spender }))["value"].clone();
    assert_eq!(left(&mut cast), 0);
    assert_eq!(cast.refused("TransferFrom", &key(12), take(1)), "ALLOWANCE_EXCEEDED");
    let call = cast.submit("Approve", &key(11), json!({ "spender": spender, "value": 9_000 }));
    assert_eq!(told(&call).0, "token.approved");
    cast.ok("TransferFrom", &key(12), take(3_000));
    assert_eq!(left(&mut cast), 6_000);
    assert_eq!(cast.refused("TransferFrom", &key(12), take(6_001)), "ALLOWANCE_EXCEEDED");
    assert_eq!(cast.refused("TransferFrom", &key(12), take(2_001)), "POINTS_INSUFFICIENT", "allowed is not there");
    assert_eq!(cast.refused("TransferFrom", &key(13), take(1)), "ALLOWANCE_EXCEEDED", "another's allowance");
    cast.ok("Approve", &key(11), json!({ "spender": spender, "value": 1_000 }));
    cast.ok("TransferFrom", &key(12), take(1_000));
    assert_eq!(left(&mut cast), 0, "what is allowed anew is in place of what was");
    let row = cast.world.ledger.state().find(|(key, _)| key.starts_with(ALLOWANCES.spec().prefix));
    assert_eq!(row, None, "what allows nothing has no row");
    let nobody = json!({ "spender": NOBODY, "value": 1 });
    assert_eq!(cast.refused("Approve", &key(11), nobody), "WALLET_NOBODY");
    assert_eq!((cast.balance(&key(11)), cast.balance(&key(13))), (1_000, 4_000));
}

#[test]
fn points_in_a_wallet_end_when_the_account_would_have_and_never_later() {
    let mut cast = Cast::new();
    cast.withdraw(5_000, &key(11));
    let lots = cast.ask("wallet.get", json!({ "wallet": address(&key(11)) }))["lots"].clone();
    assert_eq!(lots, json!([{ "points": 5_000, "earned": "2016-01-01", "last_day": "2017-12-31" }]));
    let on = |day: &str| json!({ "account": address(&key(11)), "as_of": day });
    assert_eq!(cast.ask("BalanceOf", on("2017-12-31"))["balance"], 5_000);
    assert_eq!(cast.ask("BalanceOf", on("2018-01-01"))["balance"], 0, "no longer than the account, had it rested");
    assert_eq!(cast.ask("TotalSupply", json!({ "as_of": "2017-12-31" }))["total_supply"], 5_000);
    assert_eq!(cast.ask("TotalSupply", json!({ "as_of": "2018-01-01" }))["total_supply"], 0);
    // Two years later the wallet is touched: what has lapsed is booked, whoever touches it.
    cast.world.replay_history();
    let now = NOW + 731 * DAY_SECONDS;
    cast.world.ledger.set_timestamp(now);
    let late = json!({ "to": address(&key(12)), "value": 1, "as_of": "2018-02-01", "valid_until": now + 60 });
    assert_eq!(cast.refused("Transfer", &key(11), late), "POINTS_INSUFFICIENT");
    let ann = cast.ann.clone();
    cast.world.post(&Stay::new(&ann, "9", "2018-01-31", 5).with("programme", MARRIOTT));
    let fields = json!({ "programme": MARRIOTT, "member": ann, "points": 500, "wallet": address(&key(11)),
        "as_of": "2018-02-01", "valid_until": now + 60 });
    let intent = cast.world.intent("wallet.withdraw", fields);
    let call = cast.world.submit("wallet.withdraw", signed(&intent, &key(1)));
    let (_, payload) = call.event.unwrap();
    let payload: Value = serde_json::from_slice(&payload).unwrap();
    let expired = payload["changes"].as_array().unwrap().iter().find(|change| change["name"] == "wallet.expired");
    assert_eq!(expired.unwrap()["points"], 5_000);
    assert_eq!(cast.ask("BalanceOf", on("2018-02-01"))["balance"], 500);
}

#[test]
fn debt_keeps_points_from_wallets_and_a_deposit_repays_it() {
    let mut cast = Cast::with(TokenRules { daily_maximum: None, ..rules() });
    cast.withdraw(10_000, &key(11));
    let ann = cast.ann.clone();
    let corrected = Stay::new(&ann, "1", "2016-01-25", 20).with("programme", MARRIOTT).with("version", 2).at(0);
    cast.world.post(&corrected);
    let (_, _, debt) = cast.figures(&ann);
    assert!(debt > 0, "the stay's points are in the wallet");
    let arguments = cast.withdrawal(100, &key(11));
    assert_eq!(cast.world.refused("wallet.withdraw", arguments), "MEMBER_IN_DEBT");
    cast.ok("wallet.deposit", &key(11), json!({ "to": ann, "value": 10_000 }));
    assert_eq!(cast.figures(&ann), (10_000 - debt, 0, 0));
}

#[test]
fn a_wallet_opens_an_account_for_a_member_of_another_chain() {
    let mut cast = Cast::new();
    cast.withdraw(5_000, &key(11));
    let guest = cast.world.enrol(HILTON, "2015-06-01");
    cast.ok("wallet.deposit", &key(11), json!({ "to": guest, "value": 700 }));
    assert_eq!(cast.figures(&guest), (700, 0, 0));
}

#[test]
fn different_members_and_wallets_never_conflict() {
    let mut cast = Cast::new();
    let bob = cast.bob.clone();
    cast.world.bind(MARRIOTT, &bob, &key(2));
    cast.world.post(&Stay::new(&bob, "2", "2016-01-25", 5).with("programme", MARRIOTT));
    cast.withdraw(5_000, &key(11));
    cast.ok("Transfer", &key(11), json!({ "to": address(&key(21)), "value": 2_000 }));
    let fields = json!({ "programme": MARRIOTT, "member": bob, "points": 500, "wallet": address(&key(31)) });
    let intent = cast.world.intent("wallet.withdraw", fields);
    let calls = [
        ("wallet.withdraw", cast.withdrawal(500, &key(41))),
        ("wallet.withdraw", signed(&intent, &key(2))),
        ("Transfer", cast.word("Transfer", &key(11), json!({ "to": address(&key(12)), "value": 100 }))),
        ("Transfer", cast.word("Transfer", &key(21), json!({ "to": address(&key(22)), "value": 100 }))),
    ];
    let simulated: Vec<_> = calls
        .into_iter()
        .map(|(function, arguments)| {
            let arguments = cast.world.request(arguments);
            cast.world.ledger.simulate(&ROUTER, function, &arguments)
        })
        .collect();
    for call in &simulated {
        assert_eq!(call.refusal(), None);
        assert!(call.ranges.is_empty(), "what is submitted scans nothing");
        cast.world.ledger.commit(call).unwrap();
    }
}

#[test]
fn the_supply_adds_up_over_pages() {
    let mut cast = Cast::new();
    cast.withdraw(5_000, &key(11));
    for n in 12..17 {
        cast.ok("Transfer", &key(11), json!({ "to": address(&key(n)), "value": 300 }));
    }
    let (mut supply, mut wallets, mut after) = (0, 0, Value::Null);
    loop {
        let page = cast.ask("TotalSupply", json!({ "limit": 4, "after": after }));
        supply += page["total_supply"].as_u64().unwrap();
        wallets += page["wallets"].as_u64().unwrap();
        after = page["next"].clone();
        if after.is_null() {
            break;
        }
    }
    assert_eq!((supply, wallets), (5_000, 6));
}

#[test]
fn what_a_programme_says_of_tokens_must_make_sense() {
    let points = |value: u64| folio_loyalty::units::Points::new(value).unwrap();
    for (tokens, key) in [
        (TokenRules { symbol: String::new(), ..rules() }, "tokens.symbol"),
        (TokenRules { symbol: "bon".to_owned(), ..rules() }, "tokens.symbol"),
        (TokenRules { symbol: "BONVOYPOINTS".to_owned(), ..rules() }, "tokens.symbol"),
        (TokenRules { vouchers: Some("B-V".to_owned()), ..rules() }, "tokens.vouchers"),
        (TokenRules { vouchers: Some("BON".to_owned()), ..rules() }, "tokens.vouchers"),
        (TokenRules { daily_maximum: Some(points(99)), ..rules() }, "tokens.daily_maximum"),
        (TokenRules { minimum: points(0), daily_maximum: Some(points(0)), ..rules() }, "tokens.daily_maximum"),
    ] {
        let mut definition = programme(None);
        definition.tokens = Some(tokens);
        let DefinitionError::Invalid { problems } = definition.validate().unwrap_err() else { panic!("{key}") };
        assert_eq!(problems.iter().map(|problem| problem.key.as_str()).collect::<Vec<_>>(), [key]);
    }
    // Points fade in accounts alone.
    let mut fading = programme(Some(rules()));
    fading.expiry.decay = Some(Decay { percent: "10".parse().unwrap(), every_months: 12 });
    assert!(fading.validate().unwrap_err().to_string().contains("tokens.withdrawals"));
    fading.tokens = Some(TokenRules { withdrawals: false, ..rules() });
    fading.validate().unwrap();
}
