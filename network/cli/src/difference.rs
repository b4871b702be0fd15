//! What differs between two definitions, key by key.

use std::collections::BTreeMap;

use anyhow::Result;
use folio_loyalty::rules::programme::Definition;
use serde::Serialize;
use serde_json::Value;

/// Keys by which the entries of a list are known, where they have one; others are known by their place.
const ENTRY_NAMES: [&str; 3] = ["name", "activity", "partner"];

/// A key whose value is not the same on both sides.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Difference {
    /// Path of the key, such as `tiers.levels[Gold].bonus_percent`.
    pub(crate) key: String,
    /// What it was; nothing when it is new.
    pub(crate) before: Option<Value>,
    /// What it is; nothing when it is gone.
    pub(crate) after: Option<Value>,
}

/// The differences, sorted by key. What a definition says nothing of, and what has no default, is not there.
pub(crate) fn differences(before: &Definition, after: &Definition) -> Result<Vec<Difference>> {
    let (mut before, mut after) = (keys_of(before)?, keys_of(after)?);
    let keys: Vec<String> = before.keys().chain(after.keys()).cloned().collect();
    let mut found = BTreeMap::new();
    for key in keys {
        let (was, is) = (before.remove(&key), after.remove(&key));
        if was != is {
            found.insert(key, (was, is));
        }
    }
    Ok(found.into_iter().map(|(key, (before, after))| Difference { key, before, after }).collect())
}

fn keys_of(definition: &Definition) -> Result<BTreeMap<String, Value>> {
    let mut keys = BTreeMap::new();
    spread(String::new(), serde_json::to_value(definition)?, &mut keys);
    Ok(keys)
}

/// Puts a value under its path: the parts of an object and the objects of a list each under their own.
fn spread(path: String, value: Value, keys: &mut BTreeMap<String, Value>) {
    match value {
        Value::Null => {}
        Value::Object(fields) => {
            for (name, field) in fields {
                let path = if path.is_empty() { name } else { format!("{path}.{name}") };
                spread(path, field, keys);
            }
        }
        Value::Array(entries) if entries.iter().any(Value::is_object) => {
            let name_of = |entry: &Value| ENTRY_NAMES.iter().find_map(|name| entry[name].as_str().map(str::to_owned));
            let names: Vec<Option<String>> = entries.iter().map(name_of).collect();
            // Entries are known by their names, so that their order, which may matter, is told by itself.
            if names.iter().all(Option::is_some) {
                keys.insert(format!("{path} in order"), Value::from_iter(names.iter().flatten().cloned()));
            }
            for ((place, entry), name) in entries.into_iter().enumerate().zip(names) {
                let name = name.unwrap_or_else(|| place.to_string());
                spread(format!("{path}[{name}]"), entry, keys);
            }
        }
        other => _ = keys.insert(path, other),
    }
}

#[cfg(test)]
mod tests {
    use folio_loyalty::rules::programme::shipped;
    use serde_json::json;

    use super::*;

    fn hilton(changes: &[(&str, &str)]) -> Definition {
        let (_, text) = shipped().find(|(id, _)| *id == "hilton-honors").unwrap();
        let text = changes.iter().fold(text.to_owned(), |text, (from, to)| {
            assert!(text.contains(from), "{from}");
            text.replacen(from, to, 1)
        });
        Definition::from_toml(&text).unwrap()
    }

    #[test]
    fn a_definition_does_not_differ_from_itself() {
        assert_eq!(differences(&hilton(&[]), &hilton(&[])).unwrap(), []);
    }

    #[test]
    fn what_was_changed_added_or_taken_away_is_named_by_its_key() {
        let after = hilton(&[("version = 1\n", "version = 2\n"), ("name = \"Silver\"", "name = \"Argent\"")]);
        let found = differences(&hilton(&[]), &after).unwrap();
        let of = |key: &str| found.iter().find(|difference| difference.key == key).unwrap();
        assert_eq!((&of("version").before, &of("version").after), (&Some(json!(1)), &Some(json!(2))));
        assert_eq!(of("tiers.levels[Argent].name").before, None);
        assert_eq!(of("tiers.levels[Silver].name").after, None);
        let names = |value: &Option<Value>| value.as_ref().unwrap()[1].clone();
        let order = of("tiers.levels in order");
        assert_eq!((names(&order.before), names(&order.after)), (json!("Silver"), json!("Argent")));
        assert!(found.iter().all(|difference| {
            let key = &difference.key;
            ["version", "tiers.levels in order"].contains(&key.as_str())
                || ["Silver", "Argent"].iter().any(|name| key.contains(name))
        }));
    }
}
