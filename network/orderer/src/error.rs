//! Why an orderer cannot start, or stopped.

use std::io;
use std::path::{Path, PathBuf};

use folio_crypto::KeyFileError;
use folio_ledger::LedgerError;
use folio_ordering::{CutLimitsError, LogError};
use folio_process::ProcessError;
use folio_types::BlockNumber;
use thiserror::Error;

/// Why an orderer cannot start, or stopped.
#[derive(Debug, Error)]
pub enum OrdererError {
    /// Configuration, logging or TLS files.
    #[error(transparent)]
    Process(#[from] ProcessError),
    /// A private key's file.
    #[error(transparent)]
    KeyFile(#[from] KeyFileError),
    /// A file or socket.
    #[error("cannot {action} {what}: {source}")]
    Io {
        /// What was tried.
        action: &'static str,
        /// On what.
        what: String,
        /// What the system said.
        source: io::Error,
    },
    /// Another process uses the data folder.
    #[error("the data folder {} is in use by another process", folder.display())]
    InUse {
        /// The folder.
        folder: PathBuf,
    },
    /// The signing identity cannot be used.
    #[error("the signing identity of {msp_id} cannot be used: {reason}")]
    Identity {
        /// Its organisation.
        msp_id: String,
        /// Why not.
        reason: String,
    },
    /// A genesis block's file does not hold one.
    #[error("{} is no genesis block: {reason}", path.display())]
    Genesis {
        /// The file.
        path: PathBuf,
        /// Why not.
        reason: String,
    },
    /// Two genesis blocks of one channel.
    #[error("channel {channel} is configured twice")]
    ChannelTwice {
        /// The channel.
        channel: String,
    },
    /// The blocks in the data folder are of another channel than the genesis block.
    #[error("channel {channel}: the block 0 that is stored is not the configured genesis block")]
    OtherGenesis {
        /// The channel.
        channel: String,
    },
    /// The channel's batch limits.
    #[error("channel {channel}: {source}")]
    CutLimits {
        /// The channel.
        channel: String,
        /// What is wrong with them.
        source: CutLimitsError,
    },
    /// The consensus log.
    #[error("channel {channel}: {source}")]
    Log {
        /// The channel.
        channel: String,
        /// What is wrong with it.
        source: LogError,
    },
    /// The block store.
    #[error("channel {channel}: {source}")]
    Store {
        /// The channel.
        channel: String,
        /// What is wrong with it.
        source: LedgerError,
    },
    /// A stored block cannot be read.
    #[error("channel {channel}: stored block {block} is damaged: {reason}")]
    Block {
        /// The channel.
        channel: String,
        /// The block.
        block: BlockNumber,
        /// What is wrong with it.
        reason: String,
    },
    /// The ordering of a channel stopped while others rely on it.
    #[error("channel {channel}: ordering stopped")]
    Stopped {
        /// The channel.
        channel: String,
    },
    /// The gRPC server.
    #[error("the server failed: {source}")]
    Server {
        /// What it said.
        #[from]
        source: tonic::transport::Error,
    },
}

impl OrdererError {
    pub(crate) fn io(action: &'static str, what: impl ToString) -> impl FnOnce(io::Error) -> Self {
        let what = what.to_string();
        move |source| Self::Io { action, what, source }
    }

    pub(crate) fn file(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        Self::io(action, path.display())
    }
}
