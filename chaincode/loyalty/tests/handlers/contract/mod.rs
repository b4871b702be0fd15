//! The contract that others build on: `chaincode/loyalty/contract` says what the code says.

mod errors;
mod events;
mod example;
mod functions;
mod signed;
mod source;

pub use functions::{hold, hold_repeated};

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fs};

use serde_json::Value;

/// Set to write the contract anew instead of comparing it.
const WRITE: &str = "FOLIO_WRITE_CONTRACT";

/// Every generated file of the contract, by its path in the folder.
type Files = BTreeMap<String, String>;

fn generated() -> Files {
    let mut files = Files::new();
    functions::write(&mut files);
    signed::write(&mut files);
    events::write(&mut files);
    errors::write(&mut files);
    files
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("contract")
}

/// The generated files that stand in the folder.
fn committed() -> Files {
    let mut files = Files::new();
    for within in ["", "functions/"] {
        let Ok(entries) = fs::read_dir(folder().join(within)) else { continue };
        for path in entries.map(|entry| entry.unwrap().path()).filter(|path| path.extension() == Some("json".as_ref()))
        {
            let name = format!("{within}{}", path.file_name().unwrap().to_str().unwrap());
            files.insert(name, fs::read_to_string(path).unwrap());
        }
    }
    files
}

/// The JSON with its fields in the order of the alphabet, whatever features serde was built with.
fn to_text(value: &Value) -> String {
    fn sorted(value: &Value) -> Value {
        match value {
            Value::Object(fields) => {
                let fields: BTreeMap<&String, Value> = fields.iter().map(|(name, it)| (name, sorted(it))).collect();
                fields.into_iter().map(|(name, it)| (name.clone(), it)).collect()
            }
            Value::Array(items) => items.iter().map(sorted).collect(),
            other => other.clone(),
        }
    }
    let mut text = serde_json::to_string_pretty(&sorted(value)).unwrap();
    text.push('\n');
    text
}

#[test]
fn the_contract_says_what_the_code_says() {
    let (says, stands) = (generated(), committed());
    if env::var_os(WRITE).is_some() {
        fs::create_dir_all(folder().join("functions")).unwrap();
        stands
            .keys()
            .filter(|name| !says.contains_key(*name))
            .for_each(|name| fs::remove_file(folder().join(name)).unwrap());
        says.iter().for_each(|(name, text)| fs::write(folder().join(name), text).unwrap());
        return;
    }
    let differs: Vec<&String> =
        says.keys().chain(stands.keys()).filter(|name| says.get(*name) != stands.get(*name)).collect();
    assert!(
        differs.is_empty(),
        "{differs:?} in chaincode/loyalty/contract differ from the code. Look whether a client would mind; then write them \
         anew with {WRITE}=1 cargo test -p folio-loyalty --test handlers contract"
    );
}
