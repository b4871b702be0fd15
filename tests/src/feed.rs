//! A generated feed, and what of it must stay secret.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::Folio;

/// A generated feed on disk.
#[derive(Clone, Debug)]
pub struct Feed {
    path: PathBuf,
    lines: Vec<Value>,
}

impl Feed {
    /// Has `folio` generate a feed of so many reservations of so many members. Another seed gives other reservations.
    pub fn generate(folio: &Folio, path: &Path, stays: u32, members: u32, seed: u32) -> Result<Self> {
        let mut words = vec!["stays".into(), "generate".into(), path.as_os_str().to_owned()];
        for (option, number) in [("--stays", stays), ("--members", members), ("--seed", seed)] {
            words.extend([OsString::from(option), OsString::from(number.to_string())]);
        }
        folio.run(words)?;
        let text = fs::read_to_string(path)?;
        let lines = text.lines().map(serde_json::from_str).collect::<Result<Vec<Value>, _>>();
        let lines = lines.context("the feed cannot be read")?;
        let messages = lines.into_iter().filter(|line| line["stay"].is_object()).collect();
        Ok(Self { path: path.to_owned(), lines: messages })
    }

    /// Its file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Its messages: `source`, `as_of` and `stay`.
    pub fn lines(&self) -> &[Value] {
        &self.lines
    }

    /// Texts that may stand in no shared block: membership numbers, confirmation numbers and revenue lines, as a stay's
    /// JSON has them.
    pub fn secrets(&self) -> BTreeSet<String> {
        let mut secrets = BTreeSet::new();
        for stay in self.lines.iter().map(|line| &line["stay"]) {
            secrets.extend(stay["member_number"].as_str().map(str::to_owned));
            secrets.extend(stay["confirmation"].as_str().map(|number| format!("\"{number}\"")));
            for line in
                stay["rooms"].as_array().into_iter().flatten().flat_map(|room| room["lines"].as_array()).flatten()
            {
                secrets.insert(format!("\"net\":{}", line["net"]));
                secrets.insert(format!("\"gross\":{}", line["gross"]));
            }
        }
        secrets
    }
}
