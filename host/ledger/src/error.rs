//! What can go wrong in a ledger folder.

use std::{io, path::PathBuf};

use folio_types::{BlockNumber, StateError};
use thiserror::Error;

/// Why the ledger could not do what it was asked.
///
/// None of these is a verdict on a transaction. Most mean that the process should stop and be started again.
#[derive(Debug, Error)]
pub enum LedgerError {
    /// The operating system refused.
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        /// What was tried, such as `open`.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The operating system's answer.
        source: io::Error,
    },
    /// Bytes that were once written whole are no longer what was written.
    #[error("{} is corrupt at offset {offset} (block {block}): {reason}", file.display())]
    Corrupt {
        /// The damaged file.
        file: PathBuf,
        /// Where the damaged frame begins.
        offset: u64,
        /// The block that should stand there.
        block: BlockNumber,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// Another process works in this folder.
    #[error("{} is in use by another process", path.display())]
    Locked {
        /// The folder.
        path: PathBuf,
    },
    /// An earlier write failed, so nothing more is written until the process starts again.
    #[error("the store takes no more writes since an earlier one failed: {reason}")]
    Poisoned {
        /// That failure.
        reason: String,
    },
    /// Blocks must come one after the other.
    #[error("block {got} was offered where block {expected} is due")]
    OutOfOrder {
        /// The next block.
        expected: BlockNumber,
        /// The block that came.
        got: BlockNumber,
    },
    /// The block does not continue the chain.
    #[error("block {block} names the previous hash {got}, but the chain ends in {expected}")]
    BrokenChain {
        /// The block that came.
        block: BlockNumber,
        /// The hash of the last block's header, in hex.
        expected: String,
        /// The hash that the block names, in hex.
        got: String,
    },
    /// A commit whose parts do not agree with each other.
    #[error("block {block} cannot be committed: {reason}")]
    Inconsistent {
        /// The block.
        block: BlockNumber,
        /// What does not agree.
        reason: String,
    },
    /// The writes of a stored block do not give the commit hash that was stored with it.
    #[error("block {block} holds commit hash {stored}, but its writes give {computed}")]
    CommitHash {
        /// The block.
        block: BlockNumber,
        /// The hash in its metadata, in hex.
        stored: String,
        /// The hash over its writes, in hex.
        computed: String,
    },
    /// A stored block is whole, but means nothing.
    #[error("stored block {block} cannot be read: {reason}")]
    Undecodable {
        /// The block.
        block: BlockNumber,
        /// What the decoder said.
        reason: String,
    },
    /// A frame larger than any block may be.
    #[error("block {block} takes {bytes} bytes; at most {limit} can be stored")]
    TooLarge {
        /// The block.
        block: BlockNumber,
        /// Its size.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// Too many private values wait for their transactions.
    #[error("the staging area for private values is full ({entries} sets, {bytes} bytes); try again after some blocks")]
    StagingFull {
        /// Sets that wait.
        entries: usize,
        /// Their bytes.
        bytes: usize,
    },
    /// The state database failed.
    #[error("the state database failed: {reason}")]
    Database {
        /// What it said.
        reason: String,
    },
}

impl LedgerError {
    /// Whether stored blocks are not what was once stored, so that opening the ledger again changes nothing.
    pub const fn is_damage(&self) -> bool {
        matches!(self, Self::Corrupt { .. } | Self::CommitHash { .. } | Self::Undecodable { .. })
    }

    pub(crate) fn database(error: impl std::fmt::Debug) -> Self {
        Self::Database { reason: format!("{error:?}") }
    }

    /// The same failure, as often as it must be told.
    pub(crate) fn poisoned(reason: &str) -> Self {
        Self::Poisoned { reason: reason.to_owned() }
    }
}

impl From<LedgerError> for StateError {
    fn from(error: LedgerError) -> Self {
        Self { reason: error.to_string() }
    }
}

/// Adds what was tried and where to an answer of the operating system.
pub(crate) trait IoContext<T> {
    fn context(self, action: &'static str, path: &std::path::Path) -> Result<T, LedgerError>;
}

impl<T> IoContext<T> for io::Result<T> {
    fn context(self, action: &'static str, path: &std::path::Path) -> Result<T, LedgerError> {
        self.map_err(|source| LedgerError::Io { action, path: path.to_owned(), source })
    }
}
