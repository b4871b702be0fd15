//! World state at one height.

use std::{fmt, sync::Arc};

use bytes::Bytes;
use fjall::Readable;
use folio_types::{
    BlockNumber, Digest, HistoryEntry, Namespace, StateError, StateReader, TxId, Version, VersionedValue,
};

use super::{Cache, StateDatabase, keys, state_hash};
use crate::{BlockStore, LedgerError, TxLocation, replay};

/// World state as it was after a block, however many blocks follow.
///
/// It keeps what it reads from being cleaned away, so it is for one task, not for ever.
pub struct Snapshot {
    height: BlockNumber,
    view: fjall::Snapshot,
    database: StateDatabase,
    cache: Arc<Cache>,
    blocks: Arc<BlockStore>,
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Snapshot").field("height", &self.height).finish_non_exhaustive()
    }
}

impl Snapshot {
    /// The state that `database` holds now, which is the state at `height`.
    pub(crate) fn take(
        height: BlockNumber,
        database: StateDatabase,
        cache: Arc<Cache>,
        blocks: Arc<BlockStore>,
    ) -> Self {
        let view = database.view();
        Self { height, view, database, cache, blocks }
    }

    /// The digest over all shared state: see [`crate::Ledger::state_hash`].
    pub fn state_hash(&self) -> Result<Digest, LedgerError> {
        state_hash(&self.database, &self.view)
    }

    /// Where a transaction stands, among the blocks below this snapshot's height.
    pub fn transaction(&self, tx_id: &TxId) -> Result<Option<TxLocation>, LedgerError> {
        let stored = self.view.get(&self.database.transactions, keys::tx_key(tx_id)).map_err(LedgerError::database)?;
        let damaged = || LedgerError::Database { reason: format!("the entry of transaction {tx_id} makes no sense") };
        stored.map(|bytes| keys::read_location(&bytes).ok_or_else(damaged)).transpose()
    }

    fn stored(&self, key: Bytes) -> Result<Option<Bytes>, StateError> {
        if let Some(known) = self.cache.get(&key, self.height) {
            return Ok(known);
        }
        let value = self.view.get(&self.database.state, &key).map_err(unreadable)?;
        // Copied, since the database hands out a piece of a page, which would stay in memory with it.
        let value = value.map(|value| Bytes::copy_from_slice(&value));
        self.cache.fill(key, value.clone(), self.height);
        Ok(value)
    }
}

impl StateReader for Snapshot {
    fn height(&self) -> BlockNumber {
        self.height
    }

    fn get(&self, namespace: &Namespace, key: &[u8]) -> Result<Option<VersionedValue>, StateError> {
        let stored = self.stored(keys::state_key(&keys::prefix(namespace), key))?;
        stored.map(|stored| versioned(&stored)).transpose()
    }

    fn range(
        &self,
        namespace: &Namespace,
        start: &[u8],
        end: &[u8],
        limit: usize,
    ) -> Result<Vec<(Bytes, VersionedValue)>, StateError> {
        let prefix = keys::prefix(namespace);
        let (lower, upper) = keys::state_bounds(&prefix, start, end);
        if lower >= upper {
            return Ok(Vec::new());
        }
        let entries = self.view.range(&self.database.state, lower..upper).take(limit);
        entries
            .map(|entry| {
                let (key, stored) = entry.into_inner().map_err(unreadable)?;
                let key = Bytes::copy_from_slice(&key[prefix.len()..]);
                Ok((key, versioned(&Bytes::copy_from_slice(&stored))?))
            })
            .collect()
    }

    fn history(
        &self,
        chaincode: &str,
        key: &[u8],
        before: Option<Version>,
        limit: usize,
    ) -> Result<Vec<HistoryEntry>, StateError> {
        let prefix = keys::history_prefix(chaincode, key);
        let upper = keys::history_key(prefix.clone(), Version::default());
        // The version itself is excluded by the zero byte behind it, since all history keys of a key are equally long.
        let lower = before.map_or_else(
            || prefix.clone(),
            |version| {
                let mut key = keys::history_key(prefix.clone(), version);
                key.push(0);
                key
            },
        );
        let mut block = None;
        let entries = self.view.range(&self.database.history, lower..=upper).take(limit);
        entries
            .map(|entry| {
                let version = entry.key().map_err(unreadable).map(|key| keys::read_history_key(&key))?;
                let version = version.ok_or_else(|| senseless("an entry of the history"))?;
                Ok(replay::past_write(&self.blocks, &mut block, version, chaincode, key)?)
            })
            .collect()
    }
}

fn versioned(stored: &Bytes) -> Result<VersionedValue, StateError> {
    let version = keys::read_version(stored).ok_or_else(|| senseless("a value of the state"))?;
    Ok(VersionedValue { value: stored.slice(keys::VERSION_BYTES..), version })
}

fn unreadable(error: fjall::Error) -> StateError {
    StateError { reason: format!("the state database failed: {error:?}") }
}

fn senseless(what: &str) -> StateError {
    StateError { reason: format!("{what} makes no sense") }
}
