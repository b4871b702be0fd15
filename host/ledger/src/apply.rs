//! Bringing a block's changes into the state database.

use std::collections::BTreeSet;

use folio_types::{Digest, PrivateSet, TxId, TxNumber, UpdateBatch, ValidationCode};
use folio_wire::{Block, commit_hash};

use crate::{
    LedgerError, TransactionRecord, TxLocation,
    staging::Staging,
    state::{BlockBatch, Cache, StateDatabase, Tip},
};

/// Entries of a batch beside those of world state, for a transaction.
const OTHER_ENTRIES_PER_TX: usize = 6;

/// Everything that one block changes.
pub(crate) struct Changes<'a> {
    pub(crate) tip: Tip,
    pub(crate) transactions: &'a [TransactionRecord],
    pub(crate) updates: &'a UpdateBatch,
    pub(crate) private: &'a [(TxNumber, PrivateSet)],
}

/// Writes a block's changes, all or nothing.
pub(crate) fn apply(
    database: &StateDatabase,
    cache: &Cache,
    staging: &Staging,
    changes: &Changes<'_>,
) -> Result<(), LedgerError> {
    let number = changes.tip.height - 1;
    let capacity = changes.updates.len() + changes.transactions.len() * OTHER_ENTRIES_PER_TX;
    let mut batch = BlockBatch::new(database, number, capacity);
    batch.put_updates(changes.updates);
    for (tx, set) in changes.private {
        batch.put_private(*tx, set);
    }
    let mut seen = BTreeSet::new();
    for (tx, record) in (0..).zip(changes.transactions) {
        if let Some(id) = record.id
            && seen.insert(id)
            && is_first(database, &id, record.code)?
        {
            batch.put_location(&id, &TxLocation { block: number, tx, code: record.code });
        }
        for (chaincode, part) in record.set.iter().flat_map(|set| &set.namespaces) {
            part.writes.keys().for_each(|key| batch.put_history(tx, chaincode, key));
        }
    }
    for tx_id in staging.settle(number, seen.into_iter()) {
        batch.unstage(&tx_id);
    }
    batch.commit(&changes.tip, cache)
}

/// The tip after a block, with the commit hash that its verdicts and writes give. Genesis has none.
pub(crate) fn tip_after(
    block: &Block,
    verdicts: &[ValidationCode],
    updates: &UpdateBatch,
    previous: Option<&Digest>,
) -> Tip {
    Tip {
        height: block.number + 1,
        block_hash: block.header_hash(),
        commit_hash: (block.number > 0).then(|| commit_hash(verdicts, updates, previous)),
    }
}

/// Whether no earlier block has this id. Of a valid transaction the validator made sure.
fn is_first(database: &StateDatabase, id: &TxId, code: ValidationCode) -> Result<bool, LedgerError> {
    Ok(code.is_valid() || !database.has_transaction(id)?)
}
