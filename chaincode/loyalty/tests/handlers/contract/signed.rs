//! What members and wallets sign, what comes in the transient map, and the reasons that receipts give.

use std::collections::BTreeSet;

use folio_loyalty::handlers::{ROUTER, contract};
use folio_loyalty::rules::reason::{Reason, Suspense};
use schemars::{JsonSchema, schema_for};
use serde_json::{Map, Value, json};

use super::{Files, to_text};

pub(super) fn write(files: &mut Files) {
    let wallets: Map<String, Value> =
        contract::wallet_intents().into_iter().map(|(function, schema)| (function.into(), schema.to_value())).collect();
    let member = json!({
        "signed": "folio-intent-v1\n, then the exact text of the intent",
        "functions": taking_intents(false),
        "schema": contract::member_intent(),
    });
    let wallet = json!({
        "signed": "folio-intent-v1\n, then the exact text of the intent",
        "schemas": wallets,
    });
    files.insert("intent.json".to_owned(), to_text(&json!({ "member": member, "wallet": wallet })));
    let reports: Map<String, Value> =
        contract::reports().into_iter().map(|(name, schema)| (name.into(), schema.to_value())).collect();
    files.insert("transient.json".to_owned(), to_text(&Value::Object(reports)));
    let reasons = json!({ "suspense": entries::<Suspense>(), "reason": entries::<Reason>() });
    files.insert("reasons.json".to_owned(), to_text(&reasons));
}

/// Functions that take an intent: one of a wallet comes with its key, one of a member does not.
fn taking_intents(with_key: bool) -> BTreeSet<&'static str> {
    let takes = |arguments: &schemars::Schema| {
        let fields = arguments.get("properties").and_then(Value::as_object);
        fields.is_some_and(|fields| fields.contains_key("intent") && fields.contains_key("key") == with_key)
    };
    ROUTER.shapes().filter(|shape| takes(&shape.arguments)).map(|shape| shape.function).collect()
}

/// The codes of a catalogue, each with what it means.
fn entries<T: JsonSchema>() -> Vec<Value> {
    let schema = schema_for!(T).to_value();
    let entry = |code: &Value| json!({ "code": code["const"], "meaning": code["description"] });
    schema["oneOf"].as_array().unwrap().iter().map(entry).collect()
}

#[test]
fn every_function_of_wallets_has_a_schema_of_what_is_signed() {
    let told: BTreeSet<&str> = contract::wallet_intents().into_iter().map(|(function, _)| function).collect();
    assert_eq!(told, taking_intents(true));
}
