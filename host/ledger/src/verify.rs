//! Checking a ledger folder that no peer has open.

use std::{
    collections::BTreeMap,
    fmt, fs, io,
    path::{Path, PathBuf},
};

use bytes::Bytes;
use folio_crypto::sha256;
use folio_types::{BlockNumber, Digest, HashedWrite, PrivateSet, ReadWriteSet, Write};
use folio_wire::Block;

use crate::{
    BLOCK_FILE_BYTES_MAX, LedgerError, TransactionRecord,
    apply::{Changes, apply, tip_after},
    block_store,
    error::IoContext,
    log::{Survey, read_frame, survey},
    private_journal, recovery,
    replay::{Replayed, replay},
    staging::Staging,
    state::{Cache, StateDatabase, Tip, state_hash},
};

/// Where state is made again for comparison, inside the ledger's folder. It is removed afterwards.
const SCRATCH_FOLDER: &str = "verify.tmp";

const PAGE_CACHE_BYTES: u64 = 32 * 1024 * 1024;

/// What a ledger folder was found to hold.
#[derive(Clone, Debug, Default)]
pub struct VerifyReport {
    /// Blocks that are whole and in order.
    pub height: BlockNumber,
    /// Their transactions.
    pub transactions: u64,
    /// Those of them that are valid.
    pub valid: u64,
    /// Block files.
    pub block_files: usize,
    /// Bytes of blocks as stored.
    pub block_bytes: u64,
    /// Header hash of the last block.
    pub block_hash: Option<Digest>,
    /// Commit hash of the last block.
    pub commit_hash: Option<Digest>,
    /// The height of the state database; nothing when there is none, which is no harm.
    pub state_height: Option<BlockNumber>,
    /// The state hash at that height, worked out from the blocks.
    pub state_hash: Option<Digest>,
    /// Everything that is not as it should be.
    pub findings: Vec<Finding>,
}

/// Something that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The block it concerns, if it is about one.
    pub block: Option<BlockNumber>,
    /// What is wrong.
    pub what: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.block {
            Some(block) => write!(f, "block {block}: {}", self.what),
            None => f.write_str(&self.what),
        }
    }
}

impl VerifyReport {
    /// Whether nothing was found wrong.
    pub fn is_sound(&self) -> bool {
        self.findings.is_empty()
    }

    fn find(&mut self, block: Option<BlockNumber>, what: impl ToString) {
        self.findings.push(Finding { block, what: what.to_string() });
    }
}

/// Reads a whole ledger folder: checksums, chain of hashes, commit hashes, and whether the state is what the blocks
/// give. Tells `progress` the blocks done and the blocks there are.
///
/// # Errors
/// Only when the folder cannot be read at all, such as [`LedgerError::Locked`]. What is wrong inside is a [`Finding`].
pub fn verify(dir: &Path, mut progress: impl FnMut(BlockNumber, BlockNumber)) -> Result<VerifyReport, LedgerError> {
    let scratch_dir = dir.join(SCRATCH_FOLDER);
    remove_folder(&scratch_dir)?;
    let mut report = VerifyReport::default();
    let blocks = survey(&dir.join("blocks"), &block_store::layout(BLOCK_FILE_BYTES_MAX))?;
    note_damage(&mut report, &blocks, "block file");
    report.block_files = blocks.files;
    report.block_bytes = blocks.bytes;
    let private = private_frames(&dir.join("private"), &mut report)?;
    let stored = StoredState::open(&dir.join("state"))?;
    report.state_height = stored.as_ref().map(|state| state.tip.height);

    let scratch = Scratch::begin(&scratch_dir)?;
    let mut tip: Option<Tip> = None;
    for (path, entry) in &blocks.frames {
        let (tag, payload) = read_frame(path, block_store::layout(0).magic, entry.number, entry.offset)?;
        let private = private.get(&entry.number).map_or(Ok(Vec::new()), |(path, offset)| {
            let (_, payload) = read_frame(path, private_journal::layout(0).magic, entry.number, *offset)?;
            private_journal::decode(entry.number, payload.into())
        });
        match check_block(&mut report, tip.as_ref(), entry.number, &tag, payload.into()) {
            Ok((replayed, next)) => {
                match private {
                    Ok(sets) => check_private(&mut report, entry.number, &sets, &replayed.transactions),
                    Err(error) => report.find(Some(entry.number), error),
                }
                scratch.apply(next, &replayed)?;
                tip = Some(next);
            }
            Err(error) => {
                report.find(Some(entry.number), error);
                break;
            }
        }
        if let Some(stored) = stored.as_ref().filter(|stored| stored.tip.height == entry.number + 1) {
            compare_state(&mut report, stored, &scratch, tip.as_ref())?;
        }
        progress(entry.number + 1, blocks.frames.len() as u64);
    }
    report.height = tip.map_or(0, |tip| tip.height);
    report.block_hash = tip.map(|tip| tip.block_hash);
    report.commit_hash = tip.and_then(|tip| tip.commit_hash);
    if let Some(stored) = stored.filter(|stored| stored.tip.height > report.height) {
        report.find(None, format!("the state is at height {}, above the blocks", stored.tip.height));
    }
    drop(scratch);
    remove_folder(&scratch_dir)?;
    Ok(report)
}

/// Checks a block by itself and against the one before it, and works out what it changes.
fn check_block(
    report: &mut VerifyReport,
    before: Option<&Tip>,
    number: BlockNumber,
    tag: &Digest,
    payload: Bytes,
) -> Result<(Replayed, Tip), LedgerError> {
    let undecodable = |reason: String| LedgerError::Undecodable { block: number, reason };
    let block = Block::decode(&payload).map_err(|error| undecodable(error.to_string()))?;
    if block.number != number {
        return Err(undecodable(format!("it calls itself block {}", block.number)));
    }
    let shown = |hash: Option<Digest>| hash.map_or_else(|| "none".to_owned(), hex::encode);
    let expected = before.map(|tip| tip.block_hash);
    if block.previous_hash != expected {
        let (expected, got) = (shown(expected), shown(block.previous_hash));
        report.find(Some(number), format!("its previous hash is {got}, the chain has {expected}"));
    }
    if block.header_hash() != *tag {
        report.find(Some(number), "it is stored under another header hash");
    }
    if let Err(error) = block.check_data_hash() {
        report.find(Some(number), error);
    }
    let replayed = replay(block)?;
    let verdicts: Vec<_> = replayed.block.verdicts().collect();
    let previous = before.and_then(|tip| tip.commit_hash);
    let tip = tip_after(&replayed.block, &verdicts, &replayed.updates, previous.as_ref());
    if let Err(error) = recovery::check_commit_hash(&replayed.block, &tip) {
        report.find(Some(number), error);
    }
    report.transactions += verdicts.len() as u64;
    report.valid += verdicts.iter().filter(|code| code.is_valid()).count() as u64;
    Ok((replayed, tip))
}

/// Checks that private values are those whose hashes stand in the block.
fn check_private(
    report: &mut VerifyReport,
    block: BlockNumber,
    sets: &[(u64, PrivateSet)],
    transactions: &[TransactionRecord],
) {
    for (tx, set) in sets {
        let public =
            usize::try_from(*tx).ok().and_then(|tx| transactions.get(tx)).and_then(|record| record.set.as_ref());
        for ((chaincode, collection), writes) in &set.collections {
            for (key, write) in writes {
                if hashed_write(public, chaincode, collection, key) != Some(hash_of(write)) {
                    let what = format!("transaction {tx}: a private value of {collection} is not the one in the block");
                    report.find(Some(block), what);
                }
            }
        }
    }
}

fn hashed_write(set: Option<&ReadWriteSet>, chaincode: &str, collection: &str, key: &str) -> Option<HashedWrite> {
    let collection = set?.namespaces.get(chaincode)?.collections.get(collection)?;
    collection.writes.get(&sha256(&[key.as_bytes()])).copied()
}

fn hash_of(write: &Write) -> HashedWrite {
    match write {
        Write::Put(value) => HashedWrite::Put(sha256(&[value])),
        Write::Delete => HashedWrite::Delete,
    }
}

fn compare_state(
    report: &mut VerifyReport,
    stored: &StoredState,
    scratch: &Scratch,
    tip: Option<&Tip>,
) -> Result<(), LedgerError> {
    let expected = state_hash(&scratch.database, &scratch.database.view())?;
    report.state_hash = Some(expected);
    if tip != Some(&stored.tip) {
        report.find(None, "the state database speaks of other blocks");
    }
    let got = state_hash(&stored.database, &stored.database.view())?;
    if got != expected {
        let (expected, got) = (hex::encode(expected), hex::encode(got));
        report.find(None, format!("the state hash is {got}, the blocks give {expected}"));
    }
    Ok(())
}

/// The frames of the private journal by block. A peer without private values has no journal.
fn private_frames(dir: &Path, report: &mut VerifyReport) -> Result<BTreeMap<BlockNumber, (PathBuf, u32)>, LedgerError> {
    if !dir.exists() {
        return Ok(BTreeMap::new());
    }
    let survey = survey(dir, &private_journal::layout(BLOCK_FILE_BYTES_MAX))?;
    note_damage(report, &survey, "private journal");
    Ok(survey.frames.into_iter().map(|(path, entry)| (entry.number, (path, entry.offset))).collect())
}

fn note_damage(report: &mut VerifyReport, survey: &Survey, what: &str) {
    if let Some(error) = &survey.damage {
        report.find(None, error);
    }
    if survey.torn_bytes > 0 {
        report.find(None, format!("the last {what} ends in {} bytes of an unfinished write", survey.torn_bytes));
    }
}

/// The state database of the folder.
struct StoredState {
    database: StateDatabase,
    tip: Tip,
}

impl StoredState {
    fn open(dir: &Path) -> Result<Option<Self>, LedgerError> {
        if !dir.exists() {
            return Ok(None);
        }
        let database = StateDatabase::open(dir, PAGE_CACHE_BYTES)?;
        Ok(database.tip()?.map(|tip| Self { database, tip }))
    }
}

/// State made again from the blocks.
struct Scratch {
    database: StateDatabase,
    cache: Cache,
    staging: Staging,
}

impl Scratch {
    fn begin(dir: &Path) -> Result<Self, LedgerError> {
        let database = StateDatabase::begin_again(dir, PAGE_CACHE_BYTES)?;
        let staging = Staging::open(&database)?;
        Ok(Self { database, cache: Cache::new(0, 0), staging })
    }

    fn apply(&self, tip: Tip, replayed: &Replayed) -> Result<(), LedgerError> {
        let (transactions, updates) = (&replayed.transactions, &replayed.updates);
        apply(&self.database, &self.cache, &self.staging, &Changes { tip, transactions, updates, private: &[] })
    }
}

fn remove_folder(dir: &Path) -> Result<(), LedgerError> {
    match fs::remove_dir_all(dir) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error).context("remove", dir),
        _ => Ok(()),
    }
}
