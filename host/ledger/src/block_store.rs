//! The blocks of a channel, in append-only files.

use std::{
    collections::{BTreeSet, VecDeque},
    path::Path,
    sync::{Mutex, RwLock},
};

use bytes::Bytes;
use folio_types::{BlockNumber, Digest};

use crate::{
    LedgerError, Step, StepHook,
    log::{FrameLog, Layout},
    sync::{lock, read, write},
};

/// Size at which a new block file is begun.
pub const BLOCK_FILE_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// Most bytes of lately written or read blocks that are kept in memory.
const RECENT_BLOCKS_BYTES_MAX: usize = 16 * 1024 * 1024;

/// How a block store is opened.
#[derive(Clone, Debug)]
pub struct BlockStoreOptions {
    /// A file that would grow beyond this is followed by a new one.
    pub file_bytes_max: u64,
    /// Whether a block that was appended survives a power cut. Only scratch that is thrown away can do without.
    pub durable: bool,
    /// Asked before each step of an append.
    pub hook: StepHook,
}

impl Default for BlockStoreOptions {
    fn default() -> Self {
        Self { file_bytes_max: BLOCK_FILE_BYTES_MAX, durable: true, hook: StepHook::default() }
    }
}

/// Append-only storage of blocks: the only thing on a peer that cannot be made again from something else.
///
/// It keeps bytes, and does not look into them. A block counts as stored once [`append`](Self::append) returned.
#[derive(Debug)]
pub struct BlockStore {
    log: FrameLog,
    by_hash: RwLock<HashIndex>,
    recent: Mutex<Recent>,
}

impl BlockStore {
    /// Opens the store in `dir`, or begins one. An unfinished block at the end is cut off, and the process log says so.
    ///
    /// # Errors
    /// [`LedgerError::Corrupt`] names file, offset and block where stored bytes were changed;
    /// [`LedgerError::Locked`] when another process has the store open.
    pub fn open(dir: &Path, options: BlockStoreOptions) -> Result<Self, LedgerError> {
        let layout = Layout { durable: options.durable, ..layout(options.file_bytes_max) };
        let (log, tags) = FrameLog::open(dir, layout, options.hook, None)?;
        let mut by_hash = HashIndex::default();
        for (number, hash) in tags {
            by_hash.insert(number, hash);
        }
        Ok(Self { log, by_hash: RwLock::new(by_hash), recent: Mutex::default() })
    }

    /// The number of blocks stored, which is also the number of the next one.
    pub fn height(&self) -> BlockNumber {
        self.log.next()
    }

    /// The header hash of the last block.
    pub fn last_hash(&self) -> Option<Digest> {
        read(&self.by_hash).last
    }

    /// Stores the next block. When this returns, the block survives a power cut.
    ///
    /// # Errors
    /// [`LedgerError::OutOfOrder`] for any block but the next. After a failure of the disk the store answers
    /// [`LedgerError::Poisoned`] until it is opened again, since nobody knows what the disk holds.
    pub fn append(&self, number: BlockNumber, header_hash: &Digest, block: Bytes) -> Result<(), LedgerError> {
        self.log.append(number, header_hash, &block)?;
        write(&self.by_hash).insert(number, *header_hash);
        lock(&self.recent).insert(number, block);
        Ok(())
    }

    /// The bytes of a block, as they were given to [`append`](Self::append).
    pub fn bytes(&self, number: BlockNumber) -> Result<Option<Bytes>, LedgerError> {
        if let Some(block) = lock(&self.recent).get(number) {
            return Ok(Some(block));
        }
        let Some((_, payload)) = self.log.read(number)? else {
            return Ok(None);
        };
        let block = Bytes::from(payload);
        lock(&self.recent).insert(number, block.clone());
        Ok(Some(block))
    }

    /// The number of the block with this header hash.
    pub fn number_by_hash(&self, header_hash: &Digest) -> Result<Option<BlockNumber>, LedgerError> {
        let candidates = read(&self.by_hash).candidates(header_hash);
        for number in candidates {
            if self.log.read(number)?.is_some_and(|(tag, _)| tag == *header_hash) {
                return Ok(Some(number));
            }
        }
        Ok(None)
    }
}

/// How the files of a block store look.
pub(crate) fn layout(file_bytes_max: u64) -> Layout {
    Layout {
        magic: *b"FolioBlk",
        extension: "blocks",
        consecutive: true,
        file_bytes_max,
        durable: true,
        write_step: Step::BlockWrite,
        sync_step: Step::BlockSync,
    }
}

/// Blocks by the beginning of their hash: 16 bytes a block. Whoever asks compares the whole hash.
#[derive(Debug, Default)]
struct HashIndex {
    prefixes: BTreeSet<(u64, BlockNumber)>,
    last: Option<Digest>,
}

impl HashIndex {
    fn insert(&mut self, number: BlockNumber, hash: Digest) {
        self.prefixes.insert((prefix(&hash), number));
        self.last = Some(hash);
    }

    fn candidates(&self, hash: &Digest) -> Vec<BlockNumber> {
        let prefix = prefix(hash);
        self.prefixes.range((prefix, 0)..=(prefix, BlockNumber::MAX)).map(|(_, number)| *number).collect()
    }
}

fn prefix(hash: &Digest) -> u64 {
    hash[..8].iter().fold(0, |prefix, byte| (prefix << 8) | u64::from(*byte))
}

#[derive(Debug, Default)]
struct Recent {
    blocks: VecDeque<(BlockNumber, Bytes)>,
    bytes: usize,
}

impl Recent {
    fn get(&self, number: BlockNumber) -> Option<Bytes> {
        self.blocks.iter().find(|(found, _)| *found == number).map(|(_, block)| block.clone())
    }

    fn insert(&mut self, number: BlockNumber, block: Bytes) {
        self.bytes += block.len();
        self.blocks.push_back((number, block));
        while self.bytes > RECENT_BLOCKS_BYTES_MAX
            && let Some((_, oldest)) = self.blocks.pop_front()
        {
            self.bytes -= oldest.len();
        }
    }
}
