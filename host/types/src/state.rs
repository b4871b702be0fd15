//! The seam between those who read world state and those who keep it.

use bytes::Bytes;
use thiserror::Error;

use crate::{BlockNumber, Namespace, TxId, Version};

/// A value of world state and the transaction that wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionedValue {
    /// The value as written.
    pub value: Bytes,
    /// Who wrote it.
    pub version: Version,
}

/// One past write of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryEntry {
    /// The transaction that wrote.
    pub tx_id: TxId,
    /// Where that transaction stands.
    pub version: Version,
    /// The value written; `None` for a deletion.
    pub value: Option<Bytes>,
}

/// The store could not answer. It says nothing about the key; the caller gives up.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("world state cannot be read: {reason}")]
pub struct StateError {
    /// What the store said.
    pub reason: String,
}

/// World state at one height. Implemented by the ledger's snapshots, and by maps in tests.
pub trait StateReader: Send + Sync {
    /// The number of blocks whose writes are visible.
    fn height(&self) -> BlockNumber;

    /// The value of `key`, or `None` where it does not exist.
    fn get(&self, namespace: &Namespace, key: &[u8]) -> Result<Option<VersionedValue>, StateError>;

    /// At most `limit` entries with `start <= key < end`, in byte order. An empty `end` is no bound.
    fn range(
        &self,
        namespace: &Namespace,
        start: &[u8],
        end: &[u8],
        limit: usize,
    ) -> Result<Vec<(Bytes, VersionedValue)>, StateError>;

    /// At most `limit` past writes of a public key before `before`, newest first.
    fn history(
        &self,
        chaincode: &str,
        key: &[u8],
        before: Option<Version>,
        limit: usize,
    ) -> Result<Vec<HistoryEntry>, StateError>;
}
