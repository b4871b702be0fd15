//! What was done, what was refused and what came to nothing. Everything that is sent ends here.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use folio_client::Committed;
use folio_types::BlockNumber;
use serde::Deserialize;

use super::tally::{Count, Tally};
use crate::sending::Tries;

/// Refusals that are no fault, by function and code: limits of transfers that depend on what the two members have done
/// before. Whatever else is refused is a finding.
const EXPECTED: &[(&str, &str)] = &[
    ("points.transfer", "TRANSFER_ACCOUNT_AGE"),
    ("points.transfer", "TRANSFER_NO_ACTIVITY"),
    ("points.transfer", "TRANSFER_RECEIVED_CAP"),
    ("points.transfer", "TRANSFER_RECEIVED_COUNT"),
    ("points.transfer", "TRANSFER_RECEIVED_MONTH"),
    ("points.transfer", "TRANSFER_SENT_CAP"),
    ("points.transfer", "TRANSFER_SENT_COUNT"),
    ("points.transfer", "TRANSFER_SENT_MONTH"),
    ("points.transfer", "TRANSFER_TOO_SOON"),
];

/// The log of a rehearsal.
#[derive(Default)]
pub(super) struct Log(Mutex<Entries>);

/// What stands in it.
#[derive(Default)]
pub(super) struct Entries {
    pub(super) tally: Tally,
    /// The newest block that a receipt named.
    pub(super) newest: BlockNumber,
    /// Acts by name.
    pub(super) done: BTreeMap<String, u64>,
    /// Wishes that came to nothing before anything was sent, by reason.
    pub(super) unmet: BTreeMap<String, u64>,
    /// Refusals, by function and code.
    pub(super) refused: BTreeMap<(String, String), u64>,
    pub(super) tries: Tries,
}

/// A transaction's event: everything that changed.
#[derive(Deserialize)]
struct Changes {
    changes: Vec<Change>,
}

/// One of them, as far as it is read here.
#[derive(Deserialize)]
struct Change {
    name: String,
    #[serde(default)]
    programme: String,
    #[serde(default)]
    points: serde_json::Value,
}

impl Log {
    /// The entries, to be read or added to.
    pub(super) fn entries(&self) -> MutexGuard<'_, Entries> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts an act that was done.
    pub(super) fn done(&self, what: &str) {
        count(&mut self.entries().done, what.to_owned());
    }

    /// Counts a wish that came to nothing.
    pub(super) fn unmet(&self, why: &str) {
        count(&mut self.entries().unmet, why.to_owned());
    }

    /// Counts a refusal.
    pub(super) fn refused(&self, function: &str, code: &str) {
        count(&mut self.entries().refused, (function.to_owned(), code.to_owned()));
    }

    /// Notes a transaction: its block, and what lapsed with it.
    pub(super) fn committed(&self, committed: &Committed) {
        let mut entries = self.entries();
        entries.newest = entries.newest.max(committed.block);
        let Some(event) = &committed.event else { return };
        let Ok(Changes { changes }) = serde_json::from_slice(&event.payload) else { return };
        for change in changes {
            let Some(points) = change.points.as_i64() else { continue };
            let line: fn(&mut Count) -> &mut i64 = match change.name.as_str() {
                "points.expired" => |count| &mut count.expired,
                "points.forfeited" => |count| &mut count.forfeited,
                "points.decayed" => |count| &mut count.decayed,
                _ => continue,
            };
            *line(entries.tally.at(committed.block, &change.programme)) += points;
        }
    }

    /// Adds how often something was tried.
    pub(super) fn tried(&self, tries: &Tries) {
        let sums = &mut self.entries().tries;
        sums.conflicts += tries.conflicts;
        sums.mismatches += tries.mismatches;
        sums.reconnects += tries.reconnects;
        sums.transactions += tries.transactions;
    }
}

/// Whether a rule of a programme refuses so what the script cannot know beforehand.
pub(super) fn is_expected(function: &str, code: &str) -> bool {
    EXPECTED.contains(&(function, code))
}

fn count<N: Ord>(counts: &mut BTreeMap<N, u64>, name: N) {
    *counts.entry(name).or_default() += 1;
}
