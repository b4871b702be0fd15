//! The blocks of a channel, as those who deliver them see them.

use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use folio_ledger::{BlockStore, LedgerError};
use folio_types::{BlockNumber, Digest};
use tokio::sync::watch;

/// Stored blocks, and the one that is being stored.
///
/// A block is shown as soon as its batch is committed: the consensus log can make it again, byte for byte, so that
/// nobody needs to wait until the block store has synced it.
#[derive(Debug)]
pub(super) struct Blocks {
    store: BlockStore,
    being_stored: Mutex<Option<(BlockNumber, Bytes)>>,
    height: watch::Sender<BlockNumber>,
}

impl Blocks {
    pub(super) fn new(store: BlockStore) -> Self {
        let (height, _) = watch::channel(store.height());
        Self { store, being_stored: Mutex::new(None), height }
    }

    /// The number of blocks, now and as it rises.
    pub(super) fn height(&self) -> watch::Receiver<BlockNumber> {
        self.height.subscribe()
    }

    /// The encoded block, or `None` beyond the height. It may read from disk.
    pub(super) fn block(&self, number: BlockNumber) -> Result<Option<Bytes>, LedgerError> {
        let shown = self.being_stored().clone();
        match shown {
            Some((shown, block)) if shown == number => Ok(Some(block)),
            _ => self.store.bytes(number),
        }
    }

    /// Shows the next block, then stores it. When this returns, the block survives a power cut.
    pub(super) fn publish(&self, number: BlockNumber, hash: &Digest, block: Bytes) -> Result<(), LedgerError> {
        *self.being_stored() = Some((number, block.clone()));
        self.height.send_replace(number.saturating_add(1));
        self.store.append(number, hash, block)?;
        *self.being_stored() = None;
        Ok(())
    }

    fn being_stored(&self) -> MutexGuard<'_, Option<(BlockNumber, Bytes)>> {
        self.being_stored.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
