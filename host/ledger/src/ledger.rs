//! The ledger of one channel.

use std::{
    fmt,
    path::Path,
    sync::{Arc, Mutex, RwLock},
};

use bytes::Bytes;
use folio_types::{BlockNumber, Digest, PrivateSet, StateReader, TxId};
use folio_wire::Block;

use crate::{
    BLOCK_FILE_BYTES_MAX, BlockStore, BlockStoreOptions, Commit, LedgerError, Snapshot, Step, StepHook, TxLocation,
    apply::{Changes, apply, tip_after},
    error::IoContext,
    private_journal::PrivateJournal,
    recovery,
    replay::stored_block,
    staging::Staging,
    state::{Cache, StateDatabase, Tip},
    sync::{lock, read, write},
};

/// How a ledger is opened.
#[derive(Clone, Debug)]
pub struct LedgerOptions {
    /// Size at which a new block file is begun.
    pub block_file_bytes_max: u64,
    /// Memory for recent values of world state.
    pub value_cache_bytes: usize,
    /// Memory for pages of the state database.
    pub page_cache_bytes: u64,
    /// Whether a committed block survives a power cut. Only scratch that is thrown away can do without.
    pub durable: bool,
    /// Asked before each step of a commit.
    pub hook: StepHook,
}

impl Default for LedgerOptions {
    fn default() -> Self {
        Self {
            block_file_bytes_max: BLOCK_FILE_BYTES_MAX,
            value_cache_bytes: 16 * 1024 * 1024,
            page_cache_bytes: 16 * 1024 * 1024,
            durable: true,
            hook: StepHook::default(),
        }
    }
}

/// Blocks, world state, history and private values of one channel.
///
/// Any number of threads read; commits take turns.
pub struct Ledger {
    blocks: Arc<BlockStore>,
    journal: PrivateJournal,
    database: StateDatabase,
    cache: Arc<Cache>,
    staging: Staging,
    current: RwLock<Arc<Snapshot>>,
    writer: Mutex<Writer>,
    hook: StepHook,
}

struct Writer {
    tip: Option<Tip>,
    poisoned: Option<String>,
}

/// Where the chain ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ChainTip {
    /// The number of blocks committed, which is also the number of the next one.
    pub height: BlockNumber,
    /// Header hash of the last block.
    pub block_hash: Option<Digest>,
    /// Commit hash of the last block; genesis has none.
    pub commit_hash: Option<Digest>,
}

impl fmt::Debug for Ledger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ledger").field("height", &self.height()).finish_non_exhaustive()
    }
}

impl Ledger {
    /// Opens the ledger in `dir`, or begins one. State that lags behind the blocks, or is lost, is made again first.
    pub fn open(dir: &Path, options: LedgerOptions) -> Result<Self, LedgerError> {
        let LedgerOptions { block_file_bytes_max: file_bytes_max, value_cache_bytes, page_cache_bytes, .. } = options;
        let LedgerOptions { durable, hook, .. } = options;
        let block_options = BlockStoreOptions { file_bytes_max, durable, hook: hook.clone() };
        let blocks = Arc::new(BlockStore::open(&dir.join("blocks"), block_options)?);
        let journal = PrivateJournal::open(&dir.join("private"), file_bytes_max, hook.clone(), blocks.height())?;
        let database = recovery::open_state(&dir.join("state"), page_cache_bytes, &blocks)?;
        let cache = Arc::new(Cache::new(value_cache_bytes, blocks.height()));
        let staging = Staging::open(&database)?;
        let tip = recovery::catch_up(&database, &blocks, &journal, &cache, &staging)?;
        let current = Snapshot::take(blocks.height(), database.clone(), cache.clone(), blocks.clone());
        Ok(Self {
            blocks,
            journal,
            database,
            cache,
            staging,
            current: RwLock::new(Arc::new(current)),
            writer: Mutex::new(Writer { tip, poisoned: None }),
            hook,
        })
    }

    /// The number of blocks whose writes readers see.
    pub fn height(&self) -> BlockNumber {
        read(&self.current).height()
    }

    /// Where the chain ends, for whoever makes or checks the next block.
    pub fn tip(&self) -> ChainTip {
        lock(&self.writer).tip.map_or_else(ChainTip::default, |tip| ChainTip {
            height: tip.height,
            block_hash: Some(tip.block_hash),
            commit_hash: tip.commit_hash,
        })
    }

    /// World state as it is now. It stays as it is however many blocks follow.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        read(&self.current).clone()
    }

    /// Commits the next block: writes verdicts and commit hash into it, stores it, applies its writes, shows them.
    /// Returns the block as stored.
    ///
    /// The block is committed when its bytes are synced. A failure behind that point loses nothing: opening the ledger
    /// again applies the block.
    ///
    /// # Errors
    /// [`LedgerError::OutOfOrder`], [`LedgerError::BrokenChain`] and [`LedgerError::Inconsistent`] change nothing. After
    /// any other failure the ledger takes no more blocks until it is opened again.
    pub fn commit(&self, commit: Commit) -> Result<Block, LedgerError> {
        let mut writer = lock(&self.writer);
        if let Some(reason) = &writer.poisoned {
            return Err(LedgerError::poisoned(reason));
        }
        check(&commit, writer.tip.as_ref())?;
        match self.store_and_apply(commit, writer.tip.as_ref()) {
            Ok((block, tip)) => {
                writer.tip = Some(tip);
                Ok(block)
            }
            Err(error) => {
                writer.poisoned = Some(error.to_string());
                Err(error)
            }
        }
    }

    /// A block's bytes as stored.
    pub fn block_bytes(&self, number: BlockNumber) -> Result<Option<Bytes>, LedgerError> {
        if number < self.height() { self.blocks.bytes(number) } else { Ok(None) }
    }

    /// A block.
    pub fn block(&self, number: BlockNumber) -> Result<Option<Block>, LedgerError> {
        if number < self.height() { stored_block(&self.blocks, number).map(Some) } else { Ok(None) }
    }

    /// The block with this header hash.
    pub fn block_by_hash(&self, header_hash: &Digest) -> Result<Option<Block>, LedgerError> {
        self.blocks.number_by_hash(header_hash)?.map_or(Ok(None), |number| self.block(number))
    }

    /// Where a committed transaction stands. Of two with one id the first is found.
    pub fn transaction(&self, tx_id: &TxId) -> Result<Option<TxLocation>, LedgerError> {
        self.snapshot().transaction(tx_id)
    }

    /// A digest over all state that peers share, and the height that it speaks of. Equal peers give equal digests.
    ///
    /// It reads the whole state, beside commits that go on.
    pub fn state_hash(&self) -> Result<(BlockNumber, Digest), LedgerError> {
        let snapshot = self.snapshot();
        Ok((snapshot.height(), snapshot.state_hash()?))
    }

    /// Keeps the private values of an endorsed transaction until it is committed, or
    /// [`STAGED_BLOCKS_MAX`](crate::STAGED_BLOCKS_MAX) blocks have passed.
    ///
    /// # Errors
    /// [`LedgerError::StagingFull`] when too many wait already: the proposal may be tried again later.
    pub fn stage_private(&self, tx_id: TxId, set: &PrivateSet) -> Result<(), LedgerError> {
        self.staging.stage(&self.database, tx_id, set, self.height())
    }

    /// The private values kept for a transaction.
    pub fn staged_private(&self, tx_id: &TxId) -> Result<Option<PrivateSet>, LedgerError> {
        self.staging.staged(&self.database, tx_id)
    }

    fn store_and_apply(&self, commit: Commit, tip: Option<&Tip>) -> Result<(Block, Tip), LedgerError> {
        let Commit { mut block, transactions, updates, private } = commit;
        let verdicts: Vec<_> = transactions.iter().map(|record| record.code).collect();
        let tip = tip_after(&block, &verdicts, &updates, tip.and_then(|tip| tip.commit_hash).as_ref());
        block.set_verdicts(&verdicts);
        if let Some(hash) = &tip.commit_hash {
            block.set_commit_hash(hash);
        }
        self.journal.append(block.number, &private)?;
        self.blocks.append(block.number, &tip.block_hash, block.encode())?;
        self.before(Step::StateWrite)?;
        let changes = Changes { tip, transactions: &transactions, updates: &updates, private: &private };
        apply(&self.database, &self.cache, &self.staging, &changes)?;
        self.before(Step::Publish)?;
        let snapshot = Snapshot::take(tip.height, self.database.clone(), self.cache.clone(), self.blocks.clone());
        *write(&self.current) = Arc::new(snapshot);
        Ok((block, tip))
    }

    fn before(&self, step: Step) -> Result<(), LedgerError> {
        self.hook.before(step).context("apply a block to", Path::new("the state database"))
    }
}

/// Whether the parts of a commit fit each other and the chain.
fn check(commit: &Commit, tip: Option<&Tip>) -> Result<(), LedgerError> {
    let block = &commit.block;
    let (expected, expected_hash) = (tip.map_or(0, |tip| tip.height), tip.map(|tip| tip.block_hash));
    if block.number != expected {
        return Err(LedgerError::OutOfOrder { expected, got: block.number });
    }
    if block.previous_hash != expected_hash {
        let shown = |hash: Option<Digest>| hash.map_or_else(|| "none".to_owned(), hex::encode);
        let (expected, got) = (shown(expected_hash), shown(block.previous_hash));
        return Err(LedgerError::BrokenChain { block: block.number, expected, got });
    }
    let inconsistent = |reason: String| Err(LedgerError::Inconsistent { block: block.number, reason });
    let (entries, records) = (block.data.len(), commit.transactions.len());
    if entries != records {
        return inconsistent(format!("it has {entries} transactions, but {records} records"));
    }
    let is_valid = |tx: &u64| {
        let record = usize::try_from(*tx).ok().and_then(|tx| commit.transactions.get(tx));
        record.is_some_and(|record| record.code.is_valid())
    };
    match commit.private.iter().find(|(tx, _)| !is_valid(tx)) {
        Some((tx, _)) => inconsistent(format!("private values are given for transaction {tx}, which is not valid")),
        None => Ok(()),
    }
}
