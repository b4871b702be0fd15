//! What is meddled with: calls and definitions that are in order.

use folio_loyalty::rules::programme::{Definition, shipped};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::redeemer::HYATT;
use crate::world::{AURORA, BOREA, CITY, HILTON, NOW, RESORT, TEXTBOOK, TODAY};

use super::MEMBER;

/// What a wallet may say, for each function.
pub(super) fn wallet_intents() -> Vec<(&'static str, Value)> {
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
pub(super) fn batch() -> Value {
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
pub(super) fn settlement_calls() -> Vec<(&'static str, Value)> {
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
pub(super) fn asked_of_campaigns() -> Vec<(&'static str, Value)> {
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

pub(super) fn campaign() -> Value {
    json!({
        "id": "c", "programme": HILTON, "name": "c",
        "when": { "from": "2016-01-01", "until": "2016-01-31", "dated_by": "arrival", "hotels": { "only": [CITY] } },
        "weekdays": ["monday", "tuesday"], "minimum_nights": 1, "tiers": ["Member"], "every": 2,
        "gives": { "each": { "percent": "1/3", "per_night": 1, "per_stay": 2 } },
        "caps": { "points": 1000, "times": 2 }, "budget": 5000, "stacking": { "exclusive": "g" },
        "counts_towards_tier": true,
    })
}

pub(super) fn textbook() -> Value {
    let (_, text) = shipped().find(|(id, _)| *id == TEXTBOOK).unwrap();
    serde_json::to_value(Definition::from_toml(text).unwrap()).unwrap()
}

/// An item that says everything that one may say.
pub(super) fn item() -> Value {
    json!({
        "name": "Bag", "kind": "article", "given_by": { "hotels": { "brands": { "except": ["Lodge"] } } },
        "prices": [{ "points": 900 }, { "points": 400, "cash": { "minor": 2500, "currency": "EUR" } }],
        "from": "2016-01-01", "until": "2016-12-31", "from_tier": "Member", "member_cap": 3, "shelves": 2,
    })
}

/// An order that says everything that one may say.
pub(super) fn order() -> Value {
    json!({
        "programme": HYATT, "member": MEMBER, "points": 900, "hotel": CITY, "as_of": "2016-02-01", "item": "bag",
        "cash": null, "via": null, "arrival": "2016-05-01", "nights": 2, "certificate": null, "reservation": null,
        "to": null, "reward": "bag",
    })
}
