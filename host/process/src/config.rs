//! Configuration: one TOML file, then the environment over it.

use std::path::Path;

use serde::de::DeserializeOwned;
use toml::{Table, Value};

use crate::ProcessError;

/// Reads the TOML file at `path` and lays the environment over it: with the prefix `FOLIO_PEER`, the variable
/// `FOLIO_PEER__TLS__KEY` sets `key` in the table `tls`. A value that parses as TOML is taken as such, any other is
/// a string.
pub fn load_config<T: DeserializeOwned>(path: &Path, prefix: &str) -> Result<T, ProcessError> {
    let text =
        std::fs::read_to_string(path).map_err(|source| ProcessError::unreadable("configuration", path, source))?;
    let refuse = |reason: String| ProcessError::Config { path: path.to_owned(), reason };
    let mut table: Table = toml::from_str(&text).map_err(|error| refuse(error.to_string()))?;
    let start = format!("{prefix}__");
    let mut overrides: Vec<_> = std::env::vars().filter(|(name, _)| name.starts_with(&start)).collect();
    overrides.sort();
    for (name, value) in overrides {
        let keys: Vec<_> = name[start.len()..].split("__").map(str::to_lowercase).collect();
        set(&mut table, &keys, parse(&value)).map_err(|key| refuse(format!("{name}: {key} is no table")))?;
    }
    // Read from text when nothing is laid over it: the error then names the line.
    if std::env::vars().any(|(name, _)| name.starts_with(&start)) {
        table.try_into().map_err(|error| refuse(format!("with the environment's {prefix}__ variables: {error}")))
    } else {
        toml::from_str(&text).map_err(|error| refuse(error.to_string()))
    }
}

fn set(table: &mut Table, keys: &[String], value: Value) -> Result<(), String> {
    match keys {
        [] => Ok(()),
        [last] => {
            table.insert(last.clone(), value);
            Ok(())
        }
        [first, rest @ ..] => match table.entry(first).or_insert_with(|| Value::Table(Table::new())) {
            Value::Table(inner) => set(inner, rest, value),
            _ => Err(first.clone()),
        },
    }
}

fn parse(text: &str) -> Value {
    let document = toml::from_str::<Table>(&format!("value = {text}"));
    document.ok().and_then(|mut table| table.remove("value")).unwrap_or_else(|| Value::String(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Sample {
        name: String,
        inner: Inner,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Inner {
        count: u32,
    }

    #[test]
    fn an_unknown_key_is_refused_with_its_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        std::fs::write(&path, "name = \"a\"\n[inner]\ncount = 1\ncuont = 2\n").unwrap();
        let error = load_config::<Sample>(&path, "FOLIO_NO_SUCH_PREFIX").unwrap_err().to_string();
        assert!(error.contains("cuont") && error.contains('4'), "{error}");
    }

    #[test]
    fn a_nested_key_can_be_overridden_and_keeps_its_type() {
        let mut table: Table = toml::from_str("name = \"a\"\n[inner]\ncount = 1").unwrap();
        set(&mut table, &["inner".into(), "count".into()], parse("7")).unwrap();
        set(&mut table, &["name".into()], parse("127.0.0.1:7051")).unwrap();
        let sample: Sample = table.try_into().unwrap();
        assert_eq!(sample, Sample { name: "127.0.0.1:7051".into(), inner: Inner { count: 7 } });
    }
}
