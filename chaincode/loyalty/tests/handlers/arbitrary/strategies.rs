//! JSON of any shape, and JSON that somebody has meddled with.

use proptest::prelude::*;
use serde_json::Value;

use crate::world::{AURORA, BOREA, CITY, HILTON, RESORT, TEXTBOOK};

/// Names that arguments have.
pub(super) const FIELDS: &[&str] = &[
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
    "organisations",
    "fx_sources",
    "recovery_days",
    "proposed_by",
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

pub(super) fn scalar(member: String) -> impl Strategy<Value = Value> {
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

pub(super) fn nested(member: String) -> impl Strategy<Value = Value> {
    scalar(member).prop_recursive(4, 24, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((prop::sample::select(FIELDS), inner), 0..6)
                .prop_map(|fields| fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()),
        ]
    })
}

pub(super) fn object(member: String) -> impl Strategy<Value = Value> {
    prop::collection::vec((prop::sample::select(FIELDS), nested(member)), 0..9)
        .prop_map(|fields| fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

/// Every place in a value.
pub(super) fn pointers(value: &Value, here: &str, found: &mut Vec<String>) {
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
pub(super) fn mutated(value: Value, member: String) -> impl Strategy<Value = Value> {
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
