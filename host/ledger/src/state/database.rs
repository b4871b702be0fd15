//! The database behind world state.

use std::{fs, io, path::Path};

use bytes::Bytes;
use fjall::{Database, Keyspace, KeyspaceCreateOptions, OwnedWriteBatch};
use folio_types::{BlockNumber, Digest, TxId};

use super::keys;
use crate::{LedgerError, error::IoContext};

/// Changes with every change of the keys or values below; a database of another format is made again.
const FORMAT: u16 = 1;

const TIP_KEY: &str = "tip";
const TIP_BYTES: usize = 2 + 8 + 32 + 1 + 32;

/// Memory that each keyspace fills before it is written out. There are four that fill, and one more of each may be on its
/// way to disk, so that this bounds most of what a peer holds.
const MEMTABLE_BYTES_MAX: u64 = 4 * 1024 * 1024;

/// Size of the database's own journal, which is deleted from its old end. Opening reads all of it.
const JOURNAL_BYTES_MAX: u64 = 64 * 1024 * 1024;

const WORKER_THREADS: usize = 2;

/// How far the database has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tip {
    /// The number of blocks applied.
    pub(crate) height: BlockNumber,
    /// Header hash of the last of them.
    pub(crate) block_hash: Digest,
    /// Its commit hash; the first block has none.
    pub(crate) commit_hash: Option<Digest>,
}

impl Tip {
    fn encode(&self) -> [u8; TIP_BYTES] {
        let mut out = [0; TIP_BYTES];
        out[..2].copy_from_slice(&FORMAT.to_be_bytes());
        out[2..10].copy_from_slice(&self.height.to_be_bytes());
        out[10..42].copy_from_slice(&self.block_hash);
        if let Some(hash) = &self.commit_hash {
            out[42] = 1;
            out[43..].copy_from_slice(hash);
        }
        out
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        if bytes.len() != TIP_BYTES || bytes[..2] != FORMAT.to_be_bytes() {
            return None;
        }
        Some(Self {
            height: BlockNumber::from_be_bytes(bytes[2..10].try_into().ok()?),
            block_hash: bytes[10..42].try_into().ok()?,
            commit_hash: if bytes[42] == 1 { Some(bytes[43..].try_into().ok()?) } else { None },
        })
    }
}

/// World state, history, transaction index and staged private values. Nothing in it is ever synced on purpose: what a
/// power cut takes is made again from the block files.
#[derive(Clone)]
pub(crate) struct StateDatabase {
    pub(super) database: Database,
    pub(super) state: Keyspace,
    pub(super) history: Keyspace,
    pub(super) transactions: Keyspace,
    pub(super) staging: Keyspace,
    meta: Keyspace,
}

impl StateDatabase {
    /// Opens the database in `dir`. One that cannot be read is deleted and begun again; the caller sees it by its tip.
    pub(crate) fn open_or_begin(dir: &Path, page_cache_bytes: u64) -> Result<Self, LedgerError> {
        match Self::try_open(dir, page_cache_bytes) {
            Ok(database) => Ok(database),
            Err(fjall::Error::Locked) => Err(LedgerError::Locked { path: dir.to_owned() }),
            Err(error) if !is_damage(&error) => Err(LedgerError::database(error)),
            Err(error) => {
                tracing::warn!(folder = %dir.display(), ?error, "the state database cannot be read; it is made again");
                Self::begin_again(dir, page_cache_bytes)
            }
        }
    }

    /// Deletes the database in `dir`, and begins an empty one.
    pub(crate) fn begin_again(dir: &Path, page_cache_bytes: u64) -> Result<Self, LedgerError> {
        match fs::remove_dir_all(dir) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error).context("remove", dir),
            _ => {}
        }
        Self::open(dir, page_cache_bytes)
    }

    /// Opens the database in `dir` as it is.
    pub(crate) fn open(dir: &Path, page_cache_bytes: u64) -> Result<Self, LedgerError> {
        Self::try_open(dir, page_cache_bytes).map_err(|error| match error {
            fjall::Error::Locked => LedgerError::Locked { path: dir.to_owned() },
            error => LedgerError::database(error),
        })
    }

    fn try_open(dir: &Path, page_cache_bytes: u64) -> fjall::Result<Self> {
        let database = Database::builder(dir)
            .cache_size(page_cache_bytes)
            .max_journaling_size(JOURNAL_BYTES_MAX)
            .worker_threads(WORKER_THREADS)
            .open()?;
        let options = || KeyspaceCreateOptions::default().max_memtable_size(MEMTABLE_BYTES_MAX);
        Ok(Self {
            state: database.keyspace("state", options)?,
            history: database.keyspace("history", options)?,
            transactions: database.keyspace("transactions", options)?,
            staging: database.keyspace("staging", options)?,
            meta: database.keyspace("meta", options)?,
            database,
        })
    }

    /// The database as it is now, however much is written later.
    pub(crate) fn view(&self) -> fjall::Snapshot {
        self.database.snapshot()
    }

    /// How far the database has come; `None` when it is empty or of another format.
    pub(crate) fn tip(&self) -> Result<Option<Tip>, LedgerError> {
        let bytes = self.meta.get(TIP_KEY).map_err(LedgerError::database)?;
        Ok(bytes.and_then(|bytes| Tip::decode(&bytes)))
    }

    /// Whether some block has a transaction with this id.
    pub(crate) fn has_transaction(&self, tx_id: &TxId) -> Result<bool, LedgerError> {
        self.transactions.contains_key(keys::tx_key(tx_id)).map_err(LedgerError::database)
    }

    /// Keeps a staged private set.
    pub(crate) fn stage(&self, tx_id: &TxId, value: Vec<u8>) -> Result<(), LedgerError> {
        self.staging.insert(keys::tx_key(tx_id), value).map_err(LedgerError::database)
    }

    /// A staged private set.
    pub(crate) fn staged(&self, tx_id: &TxId) -> Result<Option<Bytes>, LedgerError> {
        let value = self.staging.get(keys::tx_key(tx_id)).map_err(LedgerError::database)?;
        Ok(value.map(|value| Bytes::copy_from_slice(&value)))
    }

    /// Shows every staged private set to `see`.
    pub(crate) fn each_staged(&self, mut see: impl FnMut(TxId, &[u8])) -> Result<(), LedgerError> {
        for entry in self.staging.iter() {
            let (key, value) = entry.into_inner().map_err(LedgerError::database)?;
            if let Ok(digest) = Digest::try_from(key.as_ref()) {
                see(TxId::from_digest(digest), &value);
            }
        }
        Ok(())
    }

    pub(super) fn put_tip(&self, batch: &mut OwnedWriteBatch, tip: &Tip) {
        batch.insert(&self.meta, TIP_KEY, tip.encode().as_slice());
    }
}

/// Whether the files are bad, rather than out of reach.
fn is_damage(error: &fjall::Error) -> bool {
    let is_bad_content = |error: &io::Error| {
        use io::ErrorKind::{InvalidData, NotFound, UnexpectedEof};
        matches!(error.kind(), InvalidData | NotFound | UnexpectedEof)
    };
    match error {
        fjall::Error::Io(error) | fjall::Error::Storage(fjall::LsmError::Io(error)) => is_bad_content(error),
        _ => true,
    }
}
