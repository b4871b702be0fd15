//! The example programme says something under every key that a definition has.

use std::collections::BTreeSet;

use folio_loyalty::rules::programme::{Definition, shipped};
use serde_json::Value;

/// Keys that the example leaves out, since another key excludes them.
const EXCLUDED: [&str; 5] = [
    // In place of `hard_months`.
    "ExpiryRules.hard_days",
    // Points that may leave into wallets do not fade.
    "ExpiryRules.decay",
    "Decay.percent",
    "Decay.every_months",
    // The validity of a tier goes by years or by months.
    "Validity.months",
];

/// The published schema. It tells keys as `Type.key`.
struct Keys {
    schema: Value,
}

impl Keys {
    /// The definition that a part of the schema refers to, with its name, or the part itself under the name around it.
    fn resolved<'a>(&'a self, part: &'a Value, name: &'a str) -> (&'a Value, &'a str) {
        let Some(reference) = part["$ref"].as_str() else { return (part, name) };
        let target = reference.rsplit('/').next().unwrap();
        (&self.schema["$defs"][target], target)
    }

    /// Every key that may be said at or below a part of the schema.
    fn all(&self, part: &Value, name: &str, seen: &mut BTreeSet<String>) {
        let (part, name) = self.resolved(part, name);
        for (key, below) in part["properties"].as_object().into_iter().flatten() {
            let key = format!("{name}.{key}");
            if seen.insert(key.clone()) {
                self.all(below, &key, seen);
            }
        }
        for below in alternatives(part).chain(part.get("items")) {
            self.all(below, name, seen);
        }
    }

    /// Every key that the value says.
    fn said(&self, part: &Value, name: &str, value: &Value, seen: &mut BTreeSet<String>) {
        let (part, name) = self.resolved(part, name);
        for below in alternatives(part) {
            self.said(below, name, value, seen);
        }
        for (key, below) in part["properties"].as_object().into_iter().flatten() {
            if let Some(value) = value.get(key) {
                let key = format!("{name}.{key}");
                self.said(below, &key, value, seen);
                seen.insert(key);
            }
        }
        if let (Some(below), Some(values)) = (part.get("items"), value.as_array()) {
            values.iter().for_each(|value| self.said(below, name, value, seen));
        }
    }
}

/// The parts of which a value matches one or all.
fn alternatives(part: &Value) -> impl Iterator<Item = &Value> {
    ["oneOf", "anyOf", "allOf"].into_iter().filter_map(|of| part[of].as_array()).flatten()
}

#[test]
fn the_example_says_something_under_every_key_of_a_definition() {
    let (_, text) = shipped().find(|(id, _)| *id == "everything").unwrap();
    Definition::from_toml(text).unwrap();
    let written: toml::Value = toml::from_str(text).unwrap();
    let written = serde_json::to_value(written).unwrap();
    let keys = Keys { schema: serde_json::to_value(schemars::schema_for!(Definition)).unwrap() };
    let (mut all, mut said) = (BTreeSet::new(), BTreeSet::new());
    keys.all(&keys.schema, "Definition", &mut all);
    keys.said(&keys.schema, "Definition", &written, &mut said);
    for known in ["Definition.benefits", "Predicate.years_at_tier", "Selection.except", "PoolRules.spend"] {
        assert!(all.contains(known), "{known} is a key: {all:?}");
    }
    let excluded: BTreeSet<String> = EXCLUDED.map(str::to_owned).into();
    let missing: Vec<_> = all.difference(&said).filter(|key| !excluded.contains(*key)).collect();
    assert!(missing.is_empty(), "write these into programmes/everything.toml: {missing:?}");
    let needless: Vec<_> = excluded.iter().filter(|key| said.contains(*key) || !all.contains(*key)).collect();
    assert!(needless.is_empty(), "these are said, or are no keys: {needless:?}");
}
