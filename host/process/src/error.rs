//! Why a process cannot start.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

/// Why a process cannot start.
#[derive(Debug, Error)]
pub enum ProcessError {
    /// A file could not be read.
    #[error("cannot read {what} {path}: {source}", path = path.display())]
    Unreadable {
        /// What the file is for.
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The configuration does not fit its form.
    #[error("{path}: {reason}", path = path.display())]
    Config {
        /// The configuration file.
        path: PathBuf,
        /// Line, key and rule.
        reason: String,
    },
    /// Certificate and key do not serve for TLS.
    #[error("TLS certificate {certificate} and key {key}: {reason}", certificate = certificate.display(), key = key.display())]
    Tls {
        /// The certificate chain's file.
        certificate: PathBuf,
        /// The private key's file.
        key: PathBuf,
        /// Why not.
        reason: String,
    },
}

impl ProcessError {
    pub(crate) fn unreadable(what: &'static str, path: &Path, source: io::Error) -> Self {
        Self::Unreadable { what, path: path.to_owned(), source }
    }
}
