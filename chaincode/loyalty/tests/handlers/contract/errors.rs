//! The codes of refusals: what each means, and what to do.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::source::codes;
use super::{Files, to_text};

/// What each code means and what to do, by what it is about. A code has one entry.
const MEANINGS: &str = include_str!("errors.toml");

/// An entry: what a code is about, and what it means.
type Meanings = BTreeMap<String, (String, String)>;

fn meanings() -> Meanings {
    let tables: BTreeMap<String, BTreeMap<String, String>> = toml::from_str(MEANINGS).unwrap();
    let mut meanings = Meanings::new();
    for (about, table) in tables {
        for (code, meaning) in table {
            let twice = meanings.insert(code.clone(), (about.clone(), meaning));
            assert!(twice.is_none(), "{code} stands for two things in errors.toml");
        }
    }
    meanings
}

pub(super) fn write(files: &mut Files) {
    let codes = codes();
    let entry = |(code, (about, meaning)): (String, (String, String))| {
        let messages = codes.get(&code);
        json!({ "code": code, "about": about, "meaning": meaning, "messages": messages })
    };
    let errors: Vec<Value> = meanings().into_iter().map(entry).collect();
    files.insert("errors.json".to_owned(), to_text(&json!({ "errors": errors })));
}

#[test]
fn every_code_has_one_entry_and_every_entry_a_code() {
    let (codes, meanings) = (codes(), meanings());
    let missing: Vec<&String> = codes.keys().filter(|code| !meanings.contains_key(*code)).collect();
    let left: Vec<&String> = meanings.keys().filter(|code| !codes.contains_key(*code)).collect();
    assert!(
        missing.is_empty() && left.is_empty(),
        "tests/handlers/contract/errors.toml: add what {missing:?} mean, and take out {left:?}"
    );
}

#[test]
fn every_meaning_is_one_or_more_sentences() {
    for (code, (_, meaning)) in meanings() {
        assert!(meaning.ends_with('.') && meaning.len() <= 300, "{code}: {meaning}");
    }
}
