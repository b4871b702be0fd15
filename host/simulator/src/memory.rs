//! World state in ordered maps, for tests and benchmarks of whoever simulates.

use std::collections::BTreeMap;
use std::ops::Bound;

use bytes::Bytes;
use folio_types::{
    BlockNumber, Digest, HistoryEntry, Namespace, StateError, StateReader, StateWrite, TxId, UpdateBatch, Version,
    VersionedValue,
};

use crate::Simulated;

/// World state that lives in memory. It keeps the same rules as the ledger's snapshots, without a disk.
#[derive(Clone, Debug, Default)]
pub struct MemoryState {
    height: BlockNumber,
    values: BTreeMap<Namespace, BTreeMap<Bytes, VersionedValue>>,
    history: BTreeMap<(String, Bytes), Vec<HistoryEntry>>,
}

impl MemoryState {
    /// State before the first block.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a block that holds only this simulation, valid, with its private values; returns its version.
    pub fn commit(&mut self, simulated: &Simulated) -> Version {
        let version = Version::new(self.height, 0);
        let mut batch = UpdateBatch::default();
        batch.apply(version.block, version.tx, &simulated.rwset);
        for ((chaincode, collection), writes) in &simulated.private.collections {
            for (key, write) in writes {
                let value = match write {
                    folio_types::Write::Put(value) => Some(value.clone()),
                    folio_types::Write::Delete => None,
                };
                let key = Bytes::copy_from_slice(key.as_bytes());
                batch.put(Namespace::private(chaincode, collection), key, StateWrite { value, version });
            }
        }
        self.apply(&batch);
        version
    }

    /// Adds a block with these writes.
    pub fn apply(&mut self, batch: &UpdateBatch) {
        for (namespace, writes) in batch.iter() {
            for (key, write) in writes {
                self.write(namespace, key, write);
            }
        }
        self.height += 1;
    }

    /// Bytes of all keys and values that every peer holds, so without private values.
    pub fn shared_bytes(&self) -> u64 {
        let shared = self.values.iter().filter(|(namespace, _)| !matches!(namespace, Namespace::Private(..)));
        let rows = shared.flat_map(|(_, values)| values);
        rows.map(|(key, found)| (key.len() + found.value.len()) as u64).sum()
    }

    fn write(&mut self, namespace: &Namespace, key: &Bytes, write: &StateWrite) {
        let values = self.values.entry(namespace.clone()).or_default();
        match &write.value {
            Some(value) => {
                values.insert(key.clone(), VersionedValue { value: value.clone(), version: write.version });
            }
            None => {
                values.remove(key);
            }
        }
        if let Namespace::Public(chaincode) = namespace {
            let tx_id = TxId::from_digest(made_up_digest(write.version));
            let entry = HistoryEntry { tx_id, version: write.version, value: write.value.clone() };
            self.history.entry((chaincode.clone(), key.clone())).or_default().push(entry);
        }
    }
}

/// Ids of transactions that never had one: the version, spread over a digest.
fn made_up_digest(version: Version) -> Digest {
    let mut digest = Digest::default();
    digest[..8].copy_from_slice(&version.block.to_be_bytes());
    digest[8..16].copy_from_slice(&version.tx.to_be_bytes());
    digest
}

impl StateReader for MemoryState {
    fn height(&self) -> BlockNumber {
        self.height
    }

    fn get(&self, namespace: &Namespace, key: &[u8]) -> Result<Option<VersionedValue>, StateError> {
        Ok(self.values.get(namespace).and_then(|values| values.get(key)).cloned())
    }

    fn range(
        &self,
        namespace: &Namespace,
        start: &[u8],
        end: &[u8],
        limit: usize,
    ) -> Result<Vec<(Bytes, VersionedValue)>, StateError> {
        let bound = if end.is_empty() { Bound::Unbounded } else { Bound::Excluded(end) };
        if !end.is_empty() && start >= end {
            return Ok(Vec::new());
        }
        let Some(values) = self.values.get(namespace) else { return Ok(Vec::new()) };
        let entries = values.range::<[u8], _>((Bound::Included(start), bound)).take(limit);
        Ok(entries.map(|(key, found)| (key.clone(), found.clone())).collect())
    }

    fn history(
        &self,
        chaincode: &str,
        key: &[u8],
        before: Option<Version>,
        limit: usize,
    ) -> Result<Vec<HistoryEntry>, StateError> {
        let Some(entries) = self.history.get(&(chaincode.to_owned(), Bytes::copy_from_slice(key))) else {
            return Ok(Vec::new());
        };
        let older = entries.iter().rev().filter(|entry| before.is_none_or(|before| entry.version < before));
        Ok(older.take(limit).cloned().collect())
    }
}
