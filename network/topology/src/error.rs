//! What can go wrong with a consortium on one machine.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

/// Why a network could not be described, made, started or stopped.
#[derive(Debug, Error)]
pub enum TopologyError {
    /// The file is no topology.
    #[error("{path}: {reason}", path = path.display())]
    Syntax {
        /// The file.
        path: PathBuf,
        /// Line, column and cause.
        reason: String,
    },
    /// A value breaks a rule.
    #[error("{path}: {key}: {rule}", path = path.display())]
    Invalid {
        /// The file.
        path: PathBuf,
        /// The key.
        key: String,
        /// What it must be.
        rule: String,
    },
    /// No organisation has this name.
    #[error("no organisation is called {name}; there are {known}")]
    UnknownOrganisation {
        /// The name asked for.
        name: String,
        /// The names that exist.
        known: String,
    },
    /// The file system refused.
    #[error("cannot {action} {path}: {source}", path = path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// Where.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The folder holds no network.
    #[error("no network in {folder}: run 'folio network up' first", folder = folder.display())]
    Missing {
        /// The folder looked at.
        folder: PathBuf,
    },
    /// The folder holds a network already.
    #[error("{folder} holds a network already: 'folio network clean' removes it", folder = folder.display())]
    Exists {
        /// The folder.
        folder: PathBuf,
    },
    /// A process ended before it was ready.
    #[error("{process} did not start: {reason}; the end of its log {log}:\n{tail}", log = log.display())]
    NotStarted {
        /// Its name.
        process: String,
        /// How it ended.
        reason: String,
        /// Its log file.
        log: PathBuf,
        /// The last lines of that log.
        tail: String,
    },
    /// Another program listens on a process's port.
    #[error("port {port} of {process} is taken by another program: stop it, or choose others with --base-port")]
    PortTaken {
        /// The process that needs it.
        process: String,
        /// The port.
        port: u16,
    },
    /// Keys or certificates could not be made or read.
    #[error("{what}: {reason}")]
    Identity {
        /// Which identity.
        what: String,
        /// Why.
        reason: String,
    },
    /// Block 0 could not be made.
    #[error("block 0 of the channel: {reason}")]
    Genesis {
        /// Why.
        reason: String,
    },
}

impl TopologyError {
    pub(crate) fn identity(what: &str, reason: &impl std::fmt::Display) -> Self {
        Self::Identity { what: what.to_owned(), reason: reason.to_string() }
    }

    pub(crate) fn io(action: &'static str, path: &Path, source: io::Error) -> Self {
        Self::Io { action, path: path.to_owned(), source }
    }
}
