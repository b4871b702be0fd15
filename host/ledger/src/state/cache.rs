//! Recent values in memory, in front of the state database.
//!
//! An entry says from which height on it holds. A snapshot below that height does not use it, and asks the database.
//! Two rules keep entries true: a commit moves the epoch before it puts its first value, and a reader may add what it
//! found only while the epoch is still its snapshot's height, judged under the same lock that the commit takes.

use std::{
    collections::HashMap,
    mem,
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

use bytes::Bytes;
use folio_types::BlockNumber;

use crate::sync::lock;

const SHARDS: usize = 64;

/// What an entry costs beside its key and value.
const ENTRY_OVERHEAD_BYTES: usize = 96;

/// A bounded map from state keys to state values (version and value, as the database holds them).
#[derive(Debug)]
pub(crate) struct Cache {
    shards: Vec<Mutex<Shard>>,
    epoch: AtomicU64,
    generation_bytes_max: usize,
}

/// Two generations: what is used moves to the young one; when that is full, the old one is dropped.
#[derive(Debug, Default)]
struct Shard {
    young: HashMap<Bytes, Entry>,
    old: HashMap<Bytes, Entry>,
    young_bytes: usize,
}

#[derive(Clone, Debug)]
struct Entry {
    /// `None` says that the key does not exist.
    value: Option<Bytes>,
    holds_from: BlockNumber,
}

impl Cache {
    pub(crate) fn new(bytes_max: usize, height: BlockNumber) -> Self {
        Self {
            shards: (0..SHARDS).map(|_| Mutex::default()).collect(),
            epoch: AtomicU64::new(height),
            generation_bytes_max: bytes_max / SHARDS / 2,
        }
    }

    /// What is known of a key at `height`: `None` nothing, `Some(None)` that it does not exist.
    pub(crate) fn get(&self, key: &[u8], height: BlockNumber) -> Option<Option<Bytes>> {
        let mut shard = lock(self.shard(key));
        if let Some(entry) = shard.young.get(key) {
            return (entry.holds_from <= height).then(|| entry.value.clone());
        }
        let (key, entry) = shard.old.remove_entry(key)?;
        let found = (entry.holds_from <= height).then(|| entry.value.clone());
        shard.put(key, entry, self.generation_bytes_max);
        found
    }

    /// Adds what a snapshot at `height` found in the database, unless a commit has begun since.
    pub(crate) fn fill(&self, key: Bytes, value: Option<Bytes>, height: BlockNumber) {
        let mut shard = lock(self.shard(&key));
        if self.epoch.load(Ordering::SeqCst) == height {
            shard.put(key, Entry { value, holds_from: height }, self.generation_bytes_max);
        }
    }

    /// Says that a commit to `height` begins: what older snapshots read from now on is not added.
    pub(crate) fn begin(&self, height: BlockNumber) {
        self.epoch.store(height, Ordering::SeqCst);
    }

    /// Sets what a key holds from `height` on.
    pub(crate) fn put(&self, key: Bytes, value: Option<Bytes>, height: BlockNumber) {
        let mut shard = lock(self.shard(&key));
        shard.put(key, Entry { value, holds_from: height }, self.generation_bytes_max);
    }

    fn shard(&self, key: &[u8]) -> &Mutex<Shard> {
        &self.shards[crc32fast::hash(key) as usize % SHARDS]
    }
}

impl Shard {
    fn put(&mut self, key: Bytes, entry: Entry, bytes_max: usize) {
        let cost = cost(&key, &entry);
        self.old.remove(&key);
        if let Some(slot) = self.young.get_mut(&key) {
            self.young_bytes = self.young_bytes + cost - self::cost(&key, slot);
            *slot = entry;
        } else {
            self.young_bytes += cost;
            self.young.insert(key, entry);
        }
        if self.young_bytes > bytes_max {
            let next = HashMap::with_capacity(self.young.len());
            self.old = mem::replace(&mut self.young, next);
            self.young_bytes = 0;
        }
    }
}

fn cost(key: &[u8], entry: &Entry) -> usize {
    key.len() + entry.value.as_ref().map_or(0, Bytes::len) + ENTRY_OVERHEAD_BYTES
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &'static str) -> Bytes {
        Bytes::from_static(text.as_bytes())
    }

    fn value(text: &'static str) -> Option<Bytes> {
        Some(Bytes::from_static(text.as_bytes()))
    }

    #[test]
    fn a_snapshot_below_a_write_does_not_see_it() {
        let cache = Cache::new(1 << 20, 5);
        cache.begin(6);
        cache.put(key("k"), value("new"), 6);
        assert_eq!(cache.get(b"k", 5), None);
        assert_eq!(cache.get(b"k", 6), Some(value("new")));
        assert_eq!(cache.get(b"k", 7), Some(value("new")));
    }

    #[test]
    fn a_reader_that_a_commit_overtook_adds_nothing() {
        let cache = Cache::new(1 << 20, 5);
        cache.begin(6);
        cache.fill(key("k"), value("stale"), 5);
        assert_eq!(cache.get(b"k", 6), None);
        cache.fill(key("k"), None, 6);
        assert_eq!(cache.get(b"k", 6), Some(None));
        assert_eq!(cache.get(b"k", 5), None);
    }

    #[test]
    fn old_entries_make_room_and_used_ones_stay() {
        let cache = Cache::new(SHARDS * 2 * 2_000, 0);
        cache.put(key("used"), value("x"), 0);
        for i in 0..100_000u32 {
            cache.put(Bytes::copy_from_slice(&i.to_be_bytes()), value("y"), 0);
            assert!(cache.get(b"used", 0).is_some());
        }
        assert_eq!(cache.get(&0u32.to_be_bytes(), 0), None);
        let entries = |shard: &Shard| shard.young.len() + shard.old.len();
        let kept: usize = cache.shards.iter().map(|shard| entries(&lock(shard))).sum();
        assert!(kept * ENTRY_OVERHEAD_BYTES <= SHARDS * 2 * 2_200, "{kept} entries kept");
    }
}
