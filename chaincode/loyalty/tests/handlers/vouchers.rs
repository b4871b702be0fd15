//! Vouchers: told apart one by one, and handed on by who may.

use folio_loyalty::rules::programme::TokenRules;
use serde_json::{Value, json};

use crate::tokens::{Cast, address, rules, told};
use crate::world::{AURORA, BOREA, HILTON, MARRIOTT, TODAY, key};

const NOBODY: &str = "0000000000000000000000000000000000000000";

fn mint(token: &str, owner: u8) -> Value {
    json!({ "programme": MARRIOTT, "token_id": token, "owner": address(&key(owner)), "kind": "free-night",
        "uri": "https://bonvoy.example/v/1", "as_of": TODAY })
}

/// Voucher v1 of key 11, and v2 of key 12.
fn cast() -> Cast {
    let mut cast = Cast::new();
    cast.world.agent(BOREA);
    let call = cast.world.submit("Mint", mint("v1", 11));
    assert_eq!(told(&call).0, "voucher.minted");
    cast.world.ok("erc721:Mint", mint("v2", 12));
    cast
}

fn owner(cast: &mut Cast, token: &str) -> Value {
    cast.ask("OwnerOf", json!({ "token_id": token }))["owner"].clone()
}

fn count(cast: &mut Cast, owner: u8) -> Value {
    cast.ask("erc721:BalanceOf", json!({ "owner": address(&key(owner)) }))["count"].clone()
}

#[test]
fn a_voucher_is_made_handed_on_and_ended() {
    let mut cast = cast();
    assert_eq!(owner(&mut cast, "v1"), json!(address(&key(11))));
    let uri = cast.ask("TokenURI", json!({ "token_id": "v1" }));
    assert_eq!((&uri["kind"], &uri["uri"]), (&json!("free-night"), &json!("https://bonvoy.example/v/1")));
    let supply = cast.ask("erc721:TotalSupply", json!({}));
    assert_eq!((&supply["count"], &supply["token_ids"]), (&json!(2), &json!(["v1", "v2"])));
    let to = json!({ "from": address(&key(11)), "to": address(&key(12)), "token_id": "v1" });
    let call = cast.submit("erc721:TransferFrom", &key(11), to);
    assert_eq!(told(&call).0, "voucher.transferred");
    assert_eq!((count(&mut cast, 11), count(&mut cast, 12)), (json!(0), json!(2)));
    let call = cast.submit("Burn", &key(12), json!({ "token_id": "v1" }));
    assert_eq!(told(&call).0, "voucher.burned");
    assert_eq!(
        (count(&mut cast, 12), cast.ask("erc721:TotalSupply", json!({}))["count"].clone()),
        (json!(1), json!(1))
    );
    let gone = json!({ "programme": MARRIOTT, "token_id": "v1" });
    assert_eq!(cast.world.query("OwnerOf", gone), Err("VOUCHER_UNKNOWN"));
    cast.world.agent(BOREA);
    cast.world.ok("Mint", mint("v1", 11));
}

#[test]
fn only_the_programmes_agent_or_manager_makes_vouchers_and_only_good_ones() {
    let mut cast = cast();
    for (msp, role, code) in [
        (BOREA, "frontdesk", "ROLE_NOT_ALLOWED"),
        (BOREA, "auditor", "ROLE_NOT_ALLOWED"),
        (AURORA, "manager", "ORGANISATION_NOT_ALLOWED"),
    ] {
        cast.world.client(msp, role, "");
        assert_eq!(cast.world.refused("Mint", mint("v3", 11)), code);
    }
    cast.world.manager(BOREA);
    for (field, value, code) in [
        ("token_id", json!("v1"), "VOUCHER_EXISTS"),
        ("owner", json!(NOBODY), "WALLET_NOBODY"),
        ("valid_until", json!("2016-01-31"), "VOUCHER_EXPIRED"),
        ("as_of", json!("2016-02-03"), "AS_OF_IN_FUTURE"),
        ("uri", json!("two words"), "BAD_ARGUMENTS"),
        ("kind", json!(""), "BAD_ARGUMENTS"),
    ] {
        let mut arguments = mint("v3", 11);
        arguments[field] = value;
        assert_eq!(cast.world.refused("Mint", arguments), code, "{field}");
    }
    cast.world.manager(AURORA);
    let mut elsewhere = mint("v3", 11);
    elsewhere["programme"] = HILTON.into();
    assert_eq!(cast.world.refused("Mint", elsewhere), "TOKENS_NOT_OFFERED");
    let mut none = Cast::with(TokenRules { vouchers: None, ..rules() });
    none.world.manager(BOREA);
    assert_eq!(none.world.refused("Mint", mint("v1", 11)), "VOUCHERS_NOT_OFFERED");
}

#[test]
fn the_owner_the_approved_and_an_operator_hand_a_voucher_on_and_nobody_else() {
    let mut cast = cast();
    let (owner_key, approved, operator, thief) = (key(11), key(13), key(14), key(15));
    let hand = |to: u8| json!({ "from": address(&key(11)), "to": address(&key(to)), "token_id": "v1" });
    assert_eq!(cast.refused("erc721:TransferFrom", &thief, hand(15)), "VOUCHER_NOT_YOURS");
    let wrong = json!({ "from": address(&key(12)), "to": address(&key(13)), "token_id": "v1" });
    assert_eq!(cast.refused("erc721:TransferFrom", &owner_key, wrong), "VOUCHER_OWNER_DIFFERS");
    let lost = json!({ "from": address(&key(11)), "to": NOBODY, "token_id": "v1" });
    assert_eq!(cast.refused("erc721:TransferFrom", &owner_key, lost), "WALLET_NOBODY");

    let approve = |who: &str| json!({ "approved": who, "token_id": "v1" });
    assert_eq!(cast.refused("erc721:Approve", &thief, approve(&address(&thief))), "VOUCHER_NOT_YOURS");
    assert_eq!(cast.refused("erc721:Approve", &owner_key, approve(&address(&owner_key))), "WALLET_TO_SELF");
    let call = cast.submit("erc721:Approve", &owner_key, approve(&address(&approved)));
    assert_eq!(told(&call).0, "voucher.approved");
    let of_v1 = json!({ "token_id": "v1" });
    assert_eq!(cast.ask("GetApproved", of_v1.clone())["approved"], json!(address(&approved)));
    assert_eq!(cast.refused("Burn", &approved, of_v1.clone()), "VOUCHER_NOT_YOURS", "handing on is not ending");
    cast.ok("erc721:TransferFrom", &approved, hand(12));
    assert_eq!(cast.ask("GetApproved", of_v1.clone())["approved"], Value::Null, "an approval is for one owner");
    assert_eq!(cast.refused("erc721:TransferFrom", &approved, hand(12)), "VOUCHER_NOT_YOURS");

    let all = json!({ "owner": address(&key(12)), "operator": address(&operator) });
    assert_eq!(cast.ask("IsApprovedForAll", all.clone())["approved"], false);
    let set = |approved: bool| json!({ "operator": address(&key(14)), "approved": approved });
    let call = cast.submit("SetApprovalForAll", &key(12), set(true));
    assert_eq!(told(&call).0, "voucher.operator_set");
    assert_eq!(cast.ask("IsApprovedForAll", all.clone())["approved"], true);
    cast.ok("erc721:Approve", &operator, approve(&address(&approved)));
    cast.ok("erc721:Approve", &key(12), json!({ "approved": null, "token_id": "v1" }));
    let both = json!({ "from": address(&key(12)), "to": address(&key(11)), "token_id": "v1" });
    cast.ok("erc721:TransferFrom", &operator, both);
    cast.ok("SetApprovalForAll", &key(12), set(false));
    assert_eq!(cast.ask("IsApprovedForAll", all)["approved"], false);
    let second = json!({ "from": address(&key(12)), "to": address(&key(14)), "token_id": "v2" });
    assert_eq!(cast.refused("erc721:TransferFrom", &operator, second), "VOUCHER_NOT_YOURS");
    let own = json!({ "operator": address(&key(12)), "approved": true });
    assert_eq!(cast.refused("SetApprovalForAll", &key(12), own), "WALLET_TO_SELF");
    assert_eq!(owner(&mut cast, "v1"), json!(address(&key(11))));
}

#[test]
fn an_allowance_of_points_and_an_operator_do_not_end_each_other() {
    let mut cast = Cast::new();
    let (owner, other) = (address(&key(11)), address(&key(12)));
    cast.ok("Approve", &key(11), json!({ "spender": other, "value": 700 }));
    cast.ok("SetApprovalForAll", &key(11), json!({ "operator": other, "approved": true }));
    cast.ok("Approve", &key(11), json!({ "spender": other, "value": 0 }));
    let ask = json!({ "owner": owner, "operator": other });
    assert_eq!(cast.ask("IsApprovedForAll", ask)["approved"], true);
    cast.ok("Approve", &key(11), json!({ "spender": other, "value": 700 }));
    cast.ok("SetApprovalForAll", &key(11), json!({ "operator": other, "approved": false }));
    assert_eq!(cast.ask("Allowance", json!({ "owner": owner, "spender": other }))["value"], 700);
}

#[test]
fn a_voucher_is_good_through_its_last_day() {
    let mut cast = cast();
    cast.world.agent(BOREA);
    let mut arguments = mint("v3", 11);
    arguments["valid_until"] = TODAY.into();
    cast.world.ok("Mint", arguments);
    let hand = |from: u8, to: u8, day: &str| {
        json!({ "from": address(&key(from)), "to": address(&key(to)),
        "token_id": "v3", "as_of": day })
    };
    cast.ok("erc721:TransferFrom", &key(11), hand(11, 12, TODAY));
    assert_eq!(cast.refused("erc721:TransferFrom", &key(12), hand(12, 11, "2016-02-02")), "VOUCHER_EXPIRED");
    assert_eq!(cast.refused("erc721:TransferFrom", &key(12), hand(12, 11, "2016-01-31")), "AS_OF_BEFORE_LAST");
    cast.ok("Burn", &key(12), json!({ "token_id": "v3", "as_of": "2016-02-02" }));
}

#[test]
fn a_request_that_is_sent_twice_makes_one_voucher() {
    let mut cast = cast();
    cast.world.agent(BOREA);
    let mut arguments = mint("v9", 11);
    arguments["request_id"] = "m".into();
    let first = cast.world.ok("Mint", arguments.clone());
    assert_eq!(cast.world.ok("Mint", arguments), first);
    let mut word = cast.word("Burn", &key(11), json!({ "token_id": "v9" }));
    word["request_id"] = "b".into();
    let first = cast.world.ok("Burn", word.clone());
    assert_eq!(cast.world.ok("Burn", word), first);
    assert_eq!(first["owner"], NOBODY);
}
