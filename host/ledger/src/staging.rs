//! Private values between endorsement and commit.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Mutex,
};

use bytes::Bytes;
use folio_types::{BlockNumber, PrivateSet, TxId};

use crate::{LedgerError, state::StateDatabase, sync::lock};

/// Most transactions whose private values wait for their commit.
pub const STAGED_SETS_MAX: usize = 50_000;

/// Most bytes that they take together.
pub const STAGED_BYTES_MAX: usize = 256 * 1024 * 1024;

/// Blocks after which a transaction is no longer waited for: 100 s where a block is cut every 20 ms. A peer that was away
/// endorses at its old height, and commits what it endorsed only after the blocks that it missed.
pub const STAGED_BLOCKS_MAX: u64 = 5_000;

const HEIGHT_BYTES: usize = 8;

/// The private sets that this peer endorsed and has not seen committed.
///
/// They survive the end of the process, but not a power cut: an endorsement does not wait for the disk.
pub(crate) struct Staging {
    index: Mutex<Index>,
}

#[derive(Default)]
struct Index {
    sets: HashMap<TxId, (BlockNumber, usize)>,
    by_height: BTreeSet<(BlockNumber, TxId)>,
    bytes: usize,
}

impl Staging {
    pub(crate) fn open(database: &StateDatabase) -> Result<Self, LedgerError> {
        let mut index = Index::default();
        database.each_staged(|tx_id, value| {
            if let Some(height) = value.first_chunk::<HEIGHT_BYTES>() {
                index.insert(tx_id, BlockNumber::from_be_bytes(*height), value.len());
            }
        })?;
        Ok(Self { index: Mutex::new(index) })
    }

    pub(crate) fn stage(
        &self,
        database: &StateDatabase,
        tx_id: TxId,
        set: &PrivateSet,
        height: BlockNumber,
    ) -> Result<(), LedgerError> {
        let mut value = height.to_be_bytes().to_vec();
        value.extend_from_slice(&folio_wire::encode_private_set(set));
        let mut index = lock(&self.index);
        if index.sets.len() >= STAGED_SETS_MAX || index.bytes + value.len() > STAGED_BYTES_MAX {
            return Err(LedgerError::StagingFull { entries: index.sets.len(), bytes: index.bytes });
        }
        index.insert(tx_id, height, value.len());
        database.stage(&tx_id, value)
    }

    pub(crate) fn staged(&self, database: &StateDatabase, tx_id: &TxId) -> Result<Option<PrivateSet>, LedgerError> {
        if !lock(&self.index).sets.contains_key(tx_id) {
            return Ok(None);
        }
        let Some(value) = database.staged(tx_id)? else {
            return Ok(None);
        };
        let unreadable =
            |reason: String| LedgerError::Database { reason: format!("staged values of {tx_id}: {reason}") };
        let set: Bytes = value.slice(HEIGHT_BYTES.min(value.len())..);
        folio_wire::decode_private_set(&set).map(Some).map_err(|error| unreadable(error.to_string()))
    }

    /// Forgets the transactions of a block, and all that waited too long; says which.
    pub(crate) fn settle(&self, block: BlockNumber, tx_ids: impl Iterator<Item = TxId>) -> Vec<TxId> {
        let mut index = lock(&self.index);
        if index.sets.is_empty() {
            return Vec::new();
        }
        let mut settled: Vec<_> = tx_ids.filter(|tx_id| index.remove(tx_id)).collect();
        while let Some((height, tx_id)) = index.by_height.first().copied()
            && height + STAGED_BLOCKS_MAX <= block
        {
            index.remove(&tx_id);
            settled.push(tx_id);
        }
        settled
    }
}

impl Index {
    fn insert(&mut self, tx_id: TxId, height: BlockNumber, bytes: usize) {
        self.remove(&tx_id);
        self.sets.insert(tx_id, (height, bytes));
        self.by_height.insert((height, tx_id));
        self.bytes += bytes;
    }

    fn remove(&mut self, tx_id: &TxId) -> bool {
        let Some((height, bytes)) = self.sets.remove(tx_id) else {
            return false;
        };
        self.by_height.remove(&(height, *tx_id));
        self.bytes -= bytes;
        true
    }
}
