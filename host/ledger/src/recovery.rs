//! Bringing the state database to the height of the block files when a ledger is opened.

use std::path::Path;

use folio_types::Digest;

use crate::{
    BlockStore, LedgerError,
    apply::{Changes, apply, tip_after},
    private_journal::PrivateJournal,
    replay::{replay, stored_block},
    staging::Staging,
    state::{Cache, StateDatabase, Tip},
};

/// Blocks between two lines of progress.
const PROGRESS_BLOCKS: u64 = 1_000;

/// Opens the state database beside `blocks`. One that belongs to other blocks, or to more blocks, is begun again.
pub(crate) fn open_state(dir: &Path, page_cache_bytes: u64, blocks: &BlockStore) -> Result<StateDatabase, LedgerError> {
    let database = StateDatabase::open_or_begin(dir, page_cache_bytes)?;
    let Some(tip) = database.tip()? else {
        // Nothing, or a format of another time: either way nothing in it counts.
        drop(database);
        return StateDatabase::begin_again(dir, page_cache_bytes);
    };
    if is_behind(blocks, &tip)? {
        return Ok(database);
    }
    let (height, blocks) = (tip.height, blocks.height());
    tracing::error!(state = height, blocks, "the state database speaks of other blocks; it is made again");
    drop(database);
    StateDatabase::begin_again(dir, page_cache_bytes)
}

/// Applies the blocks that the database lacks.
///
/// # Errors
/// [`LedgerError::CommitHash`] when a block's writes are not those that it was committed with.
pub(crate) fn catch_up(
    database: &StateDatabase,
    blocks: &BlockStore,
    journal: &PrivateJournal,
    cache: &Cache,
    staging: &Staging,
) -> Result<Option<Tip>, LedgerError> {
    let mut tip = database.tip()?;
    let from = tip.map_or(0, |tip| tip.height);
    let height = blocks.height();
    if from < height {
        tracing::info!(from, to = height, "state is made again from blocks");
    }
    for number in from..height {
        let previous = tip.and_then(|tip| tip.commit_hash);
        let replayed = replay(stored_block(blocks, number)?)?;
        let verdicts: Vec<_> = replayed.block.verdicts().collect();
        let next = tip_after(&replayed.block, &verdicts, &replayed.updates, previous.as_ref());
        check_commit_hash(&replayed.block, &next)?;
        let private = journal.read(number)?;
        let (transactions, updates) = (&replayed.transactions, &replayed.updates);
        apply(database, cache, staging, &Changes { tip: next, transactions, updates, private: &private })?;
        tip = Some(next);
        if number % PROGRESS_BLOCKS == PROGRESS_BLOCKS - 1 {
            tracing::info!(block = number, of = height, "state is made again from blocks");
        }
    }
    Ok(tip)
}

/// Compares the commit hash that a block carries with the one that its writes give.
pub(crate) fn check_commit_hash(block: &folio_wire::Block, computed: &Tip) -> Result<(), LedgerError> {
    let number = block.number;
    let stored =
        block.commit_hash().map_err(|error| LedgerError::Undecodable { block: number, reason: error.to_string() })?;
    if stored == computed.commit_hash {
        return Ok(());
    }
    let shown = |hash: Option<Digest>| hash.map_or_else(|| "none".to_owned(), hex::encode);
    Err(LedgerError::CommitHash { block: number, stored: shown(stored), computed: shown(computed.commit_hash) })
}

/// Whether the blocks begin with the ones that the tip was made from.
fn is_behind(blocks: &BlockStore, tip: &Tip) -> Result<bool, LedgerError> {
    if tip.height > blocks.height() || tip.height == 0 {
        return Ok(false);
    }
    Ok(stored_block(blocks, tip.height - 1)?.header_hash() == tip.block_hash)
}
