//! The events: what each tells, with an example.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use folio_loyalty::handlers::event::Event;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use super::{Files, example, to_text};
use crate::schema::Schema;

/// The schema of an event by its name, with all that it refers to in itself.
static EVENTS: LazyLock<BTreeMap<String, Value>> = LazyLock::new(|| {
    let settings = SchemaSettings::draft2020_12().for_serialize().with(|settings| settings.inline_subschemas = true);
    let all = settings.into_generator().into_root_schema_for::<Event>().to_value();
    let variants = all["oneOf"].as_array().unwrap().iter().cloned();
    variants.map(|event| (event["properties"]["name"]["const"].as_str().unwrap().to_owned(), event)).collect()
});

static CHECKED: LazyLock<BTreeMap<&str, Schema>> =
    LazyLock::new(|| EVENTS.iter().map(|(name, schema)| (name.as_str(), Schema::new(schema.clone()))).collect());

pub(super) fn write(files: &mut Files) {
    let entry = |(name, schema): (&String, &Value)| {
        let mut fields: Map<String, Value> = schema.as_object().unwrap().clone();
        let description = fields.remove("description").unwrap_or_else(|| panic!("{name} says nothing of itself"));
        json!({ "name": name, "description": description, "schema": fields, "example": example::of(name, schema) })
    };
    let events: Vec<Value> = EVENTS.iter().map(entry).collect();
    let text = to_text(&json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "payload": "one JSON object: its list `changes` has what the transaction changed, what it was for first",
        "events": events,
    }));
    files.insert("events.json".to_owned(), text);
}

/// Holds the payload of a transaction's event against the schemas.
pub(super) fn hold(payload: &Value) {
    for change in payload["changes"].as_array().unwrap() {
        let name = change["name"].as_str().unwrap();
        CHECKED[name]
            .check(change)
            .unwrap_or_else(|fault| panic!("{name} tells what its schema does not say: {fault}"));
    }
}

#[test]
fn the_catalogue_has_every_event_once() {
    let names: BTreeSet<&str> = Event::NAMES.iter().copied().collect();
    assert_eq!(names.len(), Event::NAMES.len());
    assert_eq!(EVENTS.keys().map(String::as_str).collect::<BTreeSet<_>>(), names);
}

#[test]
fn every_example_reads_back_as_its_event() {
    for (name, schema) in &*EVENTS {
        let example = example::of(name, schema);
        CHECKED[name.as_str()].check(&example).unwrap_or_else(|fault| panic!("{name}: {fault}"));
        let event: Event = serde_json::from_value(example.clone()).unwrap_or_else(|fault| panic!("{name}: {fault}"));
        assert_eq!(event.name(), name);
        assert_eq!(serde_json::to_value(event).unwrap(), example);
    }
}
