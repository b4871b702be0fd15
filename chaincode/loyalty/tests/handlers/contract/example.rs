//! Examples of events, made from their schemas: the same at every time.

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::world::hex;

/// Texts by the name of their field, or by the name of the event and that of the field where they differ.
const TEXTS: &[(&str, &str)] = &[
    ("activity", "newsletter"),
    ("after", "Gold"),
    ("answer", "stay.posted"),
    ("before", "Silver"),
    ("campaign", "spring-double"),
    ("choice", "suite-night"),
    ("creditor", "BoreaMSP"),
    ("currency", "EUR"),
    ("debtor", "AuroraMSP"),
    ("from", "EUR"),
    ("good_cause", "reforestation"),
    ("host", "BoreaMSP"),
    ("hotel", "AUR-CITY"),
    ("item", "spa-credit"),
    ("kind", "breakfast"),
    ("organisation", "AuroraMSP"),
    ("owner", "AuroraMSP"),
    ("partner", "skyline-miles"),
    ("programme", "aurora-club"),
    ("proposed_by", "AuroraMSP"),
    ("reason", "guest complaint"),
    ("reasons", "BELOW_ONE_POINT"),
    ("rule", "gold-upgrade"),
    ("shop", "AUR-SPA"),
    ("stay.suspended reason", "NIGHTS_MISMATCH"),
    ("tier", "Gold"),
    ("to", "USD"),
    ("token_id", "v-2026-0001"),
];

/// Numbers by the name of their field.
const NUMBERS: &[(&str, i64)] = &[
    ("accepted", 1),
    ("added", 200),
    ("approvals", 2),
    ("batch", 1),
    ("batches", 12),
    ("closing", 3),
    ("closings", 2),
    ("codes", 18),
    ("debt", 0),
    ("due", 1_773_914_400),
    ("entrants", 1200),
    ("fee", 50),
    ("free", 40),
    ("granted", 90_000),
    ("judged", 180),
    ("kept", 2000),
    ("left", 3),
    ("matching", 499),
    ("members", 500),
    ("nights", 2),
    ("number", 2),
    ("paid", 3),
    ("pieces", 500),
    ("parties", 2),
    ("points", 1250),
    ("recovery_days", 7),
    ("removed", 0),
    ("returned", 18_000),
    ("rows", 120),
    ("shelf", 0),
    ("spend_lag_days_max", 3),
    ("units", 500),
    ("value", 1250),
    ("version", 1),
];

/// Days by the name of their field.
const DAYS: &[(&str, &str)] = &[
    ("arrival", "2026-05-01"),
    ("as_of", "2026-03-14"),
    ("date", "2026-03-14"),
    ("effective_from", "2026-04-01"),
    ("last_day", "2027-03-31"),
    ("through", "2026-03-14"),
    ("to", "2027-12-31"),
    ("until", "2027-03-31"),
    ("valid_until", "2027-03-31"),
];

/// An event that fits its schema.
pub(super) fn of(event: &str, schema: &Value) -> Value {
    record(event, schema)
}

fn record(event: &str, schema: &Value) -> Value {
    let fields = schema["properties"].as_object().unwrap();
    fields.iter().map(|(name, field)| (name.clone(), value(event, name, field))).collect::<Map<_, _>>().into()
}

fn value(event: &str, name: &str, schema: &Value) -> Value {
    if let Some(only) = schema.get("const") {
        return only.clone();
    }
    if let Some(choices) = schema.get("enum").and_then(Value::as_array) {
        return choices[0].clone();
    }
    if let Some(choices) = schema.get("oneOf").or_else(|| schema.get("anyOf")).and_then(Value::as_array) {
        return value(event, name, &choices[0]);
    }
    let kind = schema["type"].as_array().map_or(&schema["type"], |kinds| &kinds[0]);
    match kind.as_str().unwrap_or_default() {
        "boolean" => true.into(),
        "integer" => number(event, name).into(),
        "string" => text(event, name, schema).into(),
        "array" => vec![value(event, name, &schema["items"])].into(),
        "object" => record(event, schema),
        _ => panic!("{event}: no example for `{name}`: {schema}"),
    }
}

fn number(event: &str, name: &str) -> i64 {
    *told(NUMBERS, event, name).unwrap_or_else(|| panic!("{event}: add an example of the number `{name}`"))
}

fn text(event: &str, name: &str, schema: &Value) -> String {
    let pattern = schema.get("pattern").and_then(Value::as_str).unwrap_or_default();
    if let Some(digits) = pattern.strip_prefix("^[0-9a-f]{").and_then(|rest| rest.strip_suffix("}$")) {
        return hex(&Sha256::digest(name))[..digits.parse().unwrap()].to_owned();
    }
    let texts = if schema.get("format").is_some_and(|format| format == "date") { DAYS } else { TEXTS };
    let text = told(texts, event, name).unwrap_or_else(|| panic!("{event}: add an example of the text `{name}`"));
    (*text).to_owned()
}

fn told<'a, T>(table: &'a [(&str, T)], event: &str, name: &str) -> Option<&'a T> {
    let own = format!("{event} {name}");
    let find = |wanted: &str| table.iter().find(|(field, _)| *field == wanted).map(|(_, example)| example);
    find(&own).or_else(|| find(name))
}
