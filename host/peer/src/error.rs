//! Why a peer cannot run.

use std::path::PathBuf;

use thiserror::Error;

/// Why a peer cannot start, or had to stop.
#[derive(Debug, Error)]
pub enum PeerError {
    /// Configuration or TLS files.
    #[error(transparent)]
    Process(#[from] folio_process::ProcessError),
    /// The signing identity.
    #[error("signing identity {path}: {reason}", path = path.display())]
    Identity {
        /// The file at fault.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// Block 0, or the one in the ledger, which must be the same.
    #[error("block 0 in {path}: {reason}", path = path.display())]
    Genesis {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// What the ledger's files hold is not what was written. The chain can be fetched again; private values that this
    /// peer alone has cannot, so that nothing is removed without being asked.
    #[error(
        "{reason}. Move {} away and start again: the peer fetches the chain from the orderer; private values that no \
         other peer has are lost with the folder",
        folder.display()
    )]
    Damaged {
        /// The ledger's folder.
        folder: PathBuf,
        /// What was found.
        reason: folio_ledger::LedgerError,
    },
    /// The ledger refuses, or its files do.
    #[error(transparent)]
    Ledger(#[from] folio_ledger::LedgerError),
    /// World state cannot be read.
    #[error(transparent)]
    State(#[from] folio_types::StateError),
    /// The chaincode host.
    #[error("chaincode host: {reason}")]
    Chaincode {
        /// Why.
        reason: String,
    },
    /// Addresses, ports, TLS.
    #[error("{what}: {reason}")]
    Network {
        /// What was tried.
        what: String,
        /// Why.
        reason: String,
    },
}
