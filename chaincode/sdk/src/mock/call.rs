//! What a simulated call came to.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use serde::de::DeserializeOwned;

use super::MockLedger;
use crate::{Error, Position, Result};

/// A simulated call: its result, and its read-write set.
#[derive(Clone, Debug)]
pub struct Call<R> {
    /// What the handler returned, or why the call ended.
    pub result: Result<R>,
    /// The transaction's id.
    pub tx_id: String,
    /// Public keys read, with their versions.
    pub reads: BTreeMap<String, Option<Position>>,
    /// Ranges scanned, each with the keys that the call learnt of.
    pub ranges: Vec<Range>,
    /// Public keys written; `None` deletes.
    pub writes: BTreeMap<String, Option<Vec<u8>>>,
    /// Private keys read, clear or hashed, by collection and key.
    pub private_reads: BTreeMap<(String, String), Option<Position>>,
    /// Private keys written, by collection and key.
    pub private_writes: BTreeMap<(String, String), Option<Vec<u8>>>,
    /// The transaction's event.
    pub event: Option<(String, Vec<u8>)>,
    /// Lines for the peer's log.
    pub log: Vec<String>,
}

/// A range as far as it was scanned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Range {
    /// First key asked for.
    pub start: String,
    /// Bound, exclusive when `exhausted`, else the last key seen.
    pub end: String,
    /// Whether the scan reached its bound.
    pub exhausted: bool,
    /// Keys seen, with their versions.
    pub results: Vec<(String, Position)>,
}

/// Why a call can no longer be committed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Conflict {
    /// A key that was read has changed (Fabric's `MVCC_READ_CONFLICT`).
    #[error("{key:?} was read and has changed since")]
    Read {
        /// The key.
        key: String,
    },
    /// A range that was scanned has changed (Fabric's `PHANTOM_READ_CONFLICT`).
    #[error("the range from {start:?} was scanned and has changed since")]
    Phantom {
        /// First key of the range.
        start: String,
    },
}

impl Call<Vec<u8>> {
    /// The result as JSON.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T> {
        let bytes = self.result.clone()?;
        serde_json::from_slice(&bytes).map_err(|error| Error::new("NOT_JSON", error.to_string()))
    }
}

impl<R> Call<R> {
    /// The code of the refusal, if the call was refused.
    pub fn refusal(&self) -> Option<&'static str> {
        self.result.as_ref().err().map(|error| error.code)
    }

    /// Whether a public or private key is written.
    pub fn writes_anything(&self) -> bool {
        !self.writes.is_empty() || !self.private_writes.is_empty()
    }

    /// Every public key that was read, alone or in a range.
    pub fn read_keys(&self) -> BTreeSet<&str> {
        let in_ranges = self.ranges.iter().flat_map(|range| range.results.iter().map(|(key, _)| key.as_str()));
        self.reads.keys().map(String::as_str).chain(in_ranges).collect()
    }

    /// Every public key that is written.
    pub fn written_keys(&self) -> BTreeSet<&str> {
        self.writes.keys().map(String::as_str).collect()
    }

    pub(super) fn check_against(&self, ledger: &MockLedger) -> std::result::Result<(), Conflict> {
        for (key, version) in &self.reads {
            if ledger.values.get(key).map(|stored| stored.version) != *version {
                return Err(Conflict::Read { key: key.clone() });
            }
        }
        for (key, version) in &self.private_reads {
            if ledger.private.get(key).map(|stored| stored.version) != *version {
                return Err(Conflict::Read { key: key.1.clone() });
            }
        }
        for range in &self.ranges {
            let end = if range.exhausted { Bound::Excluded(&range.end) } else { Bound::Included(&range.end) };
            let now = ledger.values.range::<String, _>((Bound::Included(&range.start), end));
            if !now.map(|(key, stored)| (key, stored.version)).eq(range.results.iter().map(|(key, v)| (key, *v))) {
                return Err(Conflict::Phantom { start: range.start.clone() });
            }
        }
        Ok(())
    }
}
