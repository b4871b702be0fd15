//! The functions: what each takes and answers.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use folio_chaincode_sdk::{Call, codes};
use folio_loyalty::handlers::ROUTER;
use serde_json::{Value, json};

use super::{Files, events, to_text};
use crate::schema::Schema;

/// A function's schemas.
struct Function {
    arguments: Schema,
    result: Schema,
}

static FUNCTIONS: LazyLock<BTreeMap<&str, Function>> = LazyLock::new(|| {
    let function = |shape: folio_chaincode_sdk::Shape| Function {
        arguments: Schema::new(shape.arguments.to_value()),
        result: Schema::new(shape.result.to_value()),
    };
    ROUTER.shapes().map(|shape| (shape.function, function(shape))).collect()
});

pub(super) fn write(files: &mut Files) {
    for shape in ROUTER.shapes() {
        let text = to_text(&json!({
            "function": shape.function,
            "writes": shape.writes,
            "arguments": shape.arguments,
            "result": shape.result,
        }));
        // A colon cannot stand in the name of a file everywhere.
        files.insert(format!("functions/{}.json", shape.function.replace(':', ".")), text);
    }
}

/// Holds a call against the contract: what is read fits the schema of the arguments, what is answered that of the result,
/// and what is told that of the events.
pub fn hold(name: &str, arguments: &Value, call: &Call<Vec<u8>>) {
    let Some(function) = FUNCTIONS.get(name) else { return };
    if call.refusal() != Some(codes::BAD_ARGUMENTS) {
        let told = function.arguments.check(arguments);
        told.unwrap_or_else(|fault| panic!("{name} took what its schema does not allow: {fault}"));
    }
    if let Ok(answer) = call.json() {
        let told = function.result.check(&answer);
        told.unwrap_or_else(|fault| panic!("{name} answered what its schema does not say: {fault}"));
    }
    if let Some((_, payload)) = &call.event {
        events::hold(&serde_json::from_slice(payload).unwrap());
    }
}

/// Holds the repetition of a call: it does nothing, and answers the same. Only a report may say that it came twice.
pub fn hold_repeated(name: &str, first: &Call<Vec<u8>>, again: &Call<Vec<u8>>) {
    let told = |call: &Call<Vec<u8>>| {
        let mut answer: Value =
            call.json().unwrap_or_else(|error| panic!("{name} refuses a repeated request: {error}"));
        answer.as_object_mut().unwrap().remove("duplicate");
        answer
    };
    assert_eq!(told(again), told(first), "{name} answers a repeated request otherwise");
    assert!(!again.writes_anything(), "{name} does a repeated request again");
}

#[test]
fn every_write_has_a_request_id() {
    for shape in ROUTER.shapes().filter(|shape| shape.writes) {
        let required = shape.arguments.get("required").and_then(Value::as_array);
        assert!(required.is_some_and(|fields| fields.contains(&"request_id".into())), "{}", shape.function);
    }
}

#[test]
fn no_function_takes_a_field_that_its_schema_does_not_name() {
    for shape in ROUTER.shapes() {
        assert_eq!(shape.arguments.get("additionalProperties"), Some(&false.into()), "{}", shape.function);
    }
}
