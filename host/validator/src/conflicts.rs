//! Whether what a transaction read is still so: versions of keys, and the content of ranges.

use std::{collections::BTreeMap, ops::Bound};

use bytes::Bytes;
use folio_types::{Namespace, NamespaceSet, RangeRead, StateError, StateReader, UpdateBatch, ValidationCode, Version};

use crate::refusal::Refusal;

/// How one namespace's reads compare with the committed ledger, the block's own writes left aside.
#[derive(Clone, Debug, Default)]
pub(crate) struct AgainstState {
    /// The first read whose version is no longer the committed one.
    stale_read: Option<String>,
    /// For each range scan whether it would find the same again.
    ranges_hold: Vec<bool>,
    /// The first hashed read whose version is no longer the committed one.
    stale_hashed: Option<String>,
}

impl AgainstState {
    /// Compares one namespace's reads with the committed ledger.
    pub(crate) fn compare(chaincode: &str, set: &NamespaceSet, state: &dyn StateReader) -> Result<Self, StateError> {
        let public = Namespace::public(chaincode);
        let mut against = Self::default();
        for (key, read) in &set.reads {
            if let Some(now) = changed_version(state, &public, key.as_bytes(), *read)? {
                against.stale_read = Some(stale(key, *read, now));
                break;
            }
        }
        for range in &set.ranges {
            against.ranges_hold.push(range_holds(range, &public, state)?);
        }
        'collections: for (collection, hashed) in &set.collections {
            let namespace = Namespace::hashed(chaincode, collection);
            for (key_hash, read) in &hashed.reads {
                if let Some(now) = changed_version(state, &namespace, key_hash, *read)? {
                    against.stale_hashed = Some(stale(&format!("a key of {collection}"), *read, now));
                    break 'collections;
                }
            }
        }
        Ok(against)
    }
}

/// Looks for conflicts in one namespace, in Fabric's order: reads, ranges, hashed reads.
pub(crate) fn find_conflict(
    chaincode: &str,
    set: &NamespaceSet,
    against: &AgainstState,
    updates: &UpdateBatch,
    state: &dyn StateReader,
) -> Result<Option<Refusal>, StateError> {
    let public = Namespace::public(chaincode);
    let mvcc = |reason: String| Some(Refusal::new(ValidationCode::MvccReadConflict, reason));
    let rewritten = |key: &str| format!("{key} was read, and an earlier transaction of the block writes it");
    if let Some(written) = updates.namespace(&public)
        && let Some(key) = set.reads.keys().find(|key| written.contains_key(key.as_bytes()))
    {
        return Ok(mvcc(rewritten(key)));
    }
    if let Some(reason) = &against.stale_read {
        return Ok(mvcc(reason.clone()));
    }
    for (range, holds) in set.ranges.iter().zip(&against.ranges_hold) {
        let written = writes_in(range, &public, updates);
        let holds = if written.is_empty() { *holds } else { range_holds_with(range, &public, &written, state)? };
        if !holds {
            let reason =
                format!("the range from {:?} to {:?} holds other keys or versions now", range.start, range.end);
            return Ok(Some(Refusal::new(ValidationCode::PhantomReadConflict, reason)));
        }
    }
    for (collection, hashed) in &set.collections {
        let written = updates.namespace(&Namespace::hashed(chaincode, collection));
        if written.is_some_and(|written| hashed.reads.keys().any(|key| written.contains_key(key.as_slice()))) {
            return Ok(mvcc(rewritten(&format!("a key of {collection}"))));
        }
    }
    Ok(against.stale_hashed.clone().and_then(mvcc))
}

/// The committed version of a key, where it is not the one that was read.
fn changed_version(
    state: &dyn StateReader,
    namespace: &Namespace,
    key: &[u8],
    read: Option<Version>,
) -> Result<Option<Option<Version>>, StateError> {
    let now = state.get(namespace, key)?.map(|value| value.version);
    Ok((now != read).then_some(now))
}

fn stale(key: &str, read: Option<Version>, now: Option<Version>) -> String {
    let shown = |version: Option<Version>| version.map_or_else(|| "none".to_owned(), |version| version.to_string());
    format!("{key} was read at version {}, and is at {} now", shown(read), shown(now))
}

/// The bounds of a scan, the upper one exclusive. A scan that stopped early ends with the key that it returned last.
fn bounds(range: &RangeRead) -> (Vec<u8>, Vec<u8>) {
    let mut end = range.end.as_bytes().to_vec();
    if !range.exhausted {
        end.push(0);
    }
    (range.start.as_bytes().to_vec(), end)
}

fn range_holds(range: &RangeRead, namespace: &Namespace, state: &dyn StateReader) -> Result<bool, StateError> {
    let (start, end) = bounds(range);
    let found = state.range(namespace, &start, &end, range.results.len() + 1)?;
    let found = found.iter().map(|(key, value)| (key.as_ref(), value.version));
    Ok(found.eq(recorded(range)))
}

/// The same, with the block's own writes laid over the committed ledger.
fn range_holds_with(
    range: &RangeRead,
    namespace: &Namespace,
    written: &[(&Bytes, Option<Version>)],
    state: &dyn StateReader,
) -> Result<bool, StateError> {
    let (start, end) = bounds(range);
    // Even if every write deletes a key, one more than were recorded would be left.
    let limit = range.results.len() + written.len() + 1;
    let committed = state.range(namespace, &start, &end, limit)?;
    let mut found: BTreeMap<&Bytes, Version> = committed.iter().map(|(key, value)| (key, value.version)).collect();
    for (key, version) in written {
        match version {
            Some(version) => found.insert(key, *version),
            None => found.remove(key),
        };
    }
    Ok(found.into_iter().map(|(key, version)| (key.as_ref(), version)).eq(recorded(range)))
}

fn recorded(range: &RangeRead) -> impl Iterator<Item = (&[u8], Version)> {
    range.results.iter().map(|(key, version)| (key.as_bytes(), *version))
}

/// What the block writes inside of a range: the new version, or none for a deletion.
fn writes_in<'a>(
    range: &RangeRead,
    namespace: &Namespace,
    updates: &'a UpdateBatch,
) -> Vec<(&'a Bytes, Option<Version>)> {
    let Some(written) = updates.namespace(namespace) else {
        return Vec::new();
    };
    let (start, end) = bounds(range);
    let upper = if end.is_empty() { Bound::Unbounded } else { Bound::Excluded(end.as_slice()) };
    if !end.is_empty() && start >= end {
        return Vec::new();
    }
    let entries = written.range::<[u8], _>((Bound::Included(start.as_slice()), upper));
    entries.map(|(key, write)| (key, write.value.as_ref().map(|_| write.version))).collect()
}
