//! Everything that a block changes in the database, as one atomic batch.

use std::collections::BTreeMap;

use bytes::Bytes;
use fjall::OwnedWriteBatch;
use folio_types::{BlockNumber, Namespace, PrivateSet, StateWrite, TxId, TxNumber, UpdateBatch, Version, Write};

use super::{Cache, StateDatabase, Tip, keys};
use crate::{LedgerError, TxLocation};

/// A batch under construction for one block.
pub(crate) struct BlockBatch<'a> {
    database: &'a StateDatabase,
    block: BlockNumber,
    batch: OwnedWriteBatch,
    /// What the block sets in world state, each key once: `None` deletes.
    state: Vec<(Bytes, Option<Bytes>)>,
    /// The same for private state. A batch must not hold a key twice, so a later transaction replaces an earlier one here.
    private: BTreeMap<Bytes, Option<Bytes>>,
}

impl<'a> BlockBatch<'a> {
    pub(crate) fn new(database: &'a StateDatabase, block: BlockNumber, capacity: usize) -> Self {
        let batch = OwnedWriteBatch::with_capacity(database.database.clone(), capacity);
        Self { database, block, batch, state: Vec::with_capacity(capacity), private: BTreeMap::new() }
    }

    /// The public and hashed writes.
    pub(crate) fn put_updates(&mut self, updates: &UpdateBatch) {
        for (namespace, writes) in updates.iter() {
            let prefix = keys::prefix(namespace);
            for (key, StateWrite { value, version }) in writes {
                let value = value.as_ref().map(|value| keys::state_value(*version, value));
                self.state.push((keys::state_key(&prefix, key), value));
            }
        }
    }

    /// The private writes of one transaction. Transactions must come in block order.
    pub(crate) fn put_private(&mut self, tx: TxNumber, set: &PrivateSet) {
        let version = Version::new(self.block, tx);
        for ((chaincode, collection), writes) in &set.collections {
            let prefix = keys::prefix(&Namespace::private(chaincode, collection));
            for (key, write) in writes {
                let value = match write {
                    Write::Put(value) => Some(keys::state_value(version, value)),
                    Write::Delete => None,
                };
                self.private.insert(keys::state_key(&prefix, key.as_bytes()), value);
            }
        }
    }

    /// That a valid transaction wrote a public key.
    pub(crate) fn put_history(&mut self, tx: TxNumber, chaincode: &str, key: &str) {
        let prefix = keys::history_prefix(chaincode, key.as_bytes());
        let key = keys::history_key(prefix, Version::new(self.block, tx));
        self.batch.insert(&self.database.history, key, Bytes::new());
    }

    /// Where a transaction stands.
    pub(crate) fn put_location(&mut self, tx_id: &TxId, location: &TxLocation) {
        let value = keys::location_value(location);
        self.batch.insert(&self.database.transactions, keys::tx_key(tx_id).as_slice(), value.as_slice());
    }

    /// Forgets a staged private set.
    pub(crate) fn unstage(&mut self, tx_id: &TxId) {
        self.batch.remove(&self.database.staging, keys::tx_key(tx_id).as_slice());
    }

    /// Writes the batch with the new tip, and then tells the cache.
    pub(crate) fn commit(mut self, tip: &Tip, cache: &Cache) -> Result<(), LedgerError> {
        self.state.extend(self.private);
        for (key, value) in &self.state {
            match value {
                Some(value) => self.batch.insert(&self.database.state, key.clone(), value.clone()),
                None => self.batch.remove(&self.database.state, key.clone()),
            }
        }
        self.database.put_tip(&mut self.batch, tip);
        cache.begin(tip.height);
        self.batch.commit().map_err(LedgerError::database)?;
        for (key, value) in self.state {
            cache.put(key, value, tip.height);
        }
        Ok(())
    }
}
