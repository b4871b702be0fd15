//! Why a certificate is not issued or an authority not loaded.

use std::{fmt::Display, io, path::PathBuf};

use folio_crypto::{KeyError, KeyFileError};
use thiserror::Error;

/// Why a certificate is not issued or an authority not loaded.
#[derive(Debug, Error)]
pub enum CaError {
    /// A part of a subject cannot stand in a certificate.
    #[error("{field} {got:?}: expected 1 to {max} characters without control characters")]
    Name {
        /// Which part.
        field: &'static str,
        /// The text, cut.
        got: String,
        /// The limit.
        max: usize,
    },
    /// A name of a server is neither a DNS name nor an IP address.
    #[error("server name {got:?} is neither a DNS name nor an IP address")]
    ServerName {
        /// The text.
        got: String,
    },
    /// A server certificate without names fits no server.
    #[error("a server certificate needs at least one name")]
    NoServerName,
    /// Not an interval of time that X.509 can state.
    #[error("validity from {not_before} to {not_after} (unix seconds) is not an interval from 1970 to 9999")]
    Validity {
        /// First second.
        not_before: i64,
        /// Last second.
        not_after: i64,
    },
    /// The certificate would be valid when its authority is not.
    #[error(
        "certificate would be valid from {not_before} to {not_after}, its authority only from {from} to {until} (unix \
         seconds)"
    )]
    OutsideAuthority {
        /// First second asked for.
        not_before: i64,
        /// Last second asked for.
        not_after: i64,
        /// First second of the authority.
        from: i64,
        /// Last second of the authority.
        until: i64,
    },
    /// A key is refused.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// A key file is refused.
    #[error(transparent)]
    KeyFile(#[from] KeyFileError),
    /// Encoding failed.
    #[error("cannot encode {what}: {reason}")]
    Encoding {
        /// What was encoded.
        what: &'static str,
        /// What the encoder says.
        reason: String,
    },
    /// A file holds no certificate in PEM.
    #[error("{} holds no PEM certificate: {reason}", path.display())]
    Certificate {
        /// The file.
        path: PathBuf,
        /// What the decoder says.
        reason: String,
    },
    /// Key and certificate do not belong together.
    #[error("{} is not the certificate of the key beside it", path.display())]
    KeyMismatch {
        /// The certificate's file.
        path: PathBuf,
    },
    /// Disk.
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// On which file.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
}

impl CaError {
    pub(crate) fn encoding(what: &'static str) -> impl Fn(x509_cert::builder::Error) -> Self {
        move |reason| Self::encoding_of(what, reason)
    }

    pub(crate) fn der(what: &'static str) -> impl Fn(x509_cert::der::Error) -> Self {
        move |reason| Self::encoding_of(what, reason)
    }

    fn encoding_of(what: &'static str, reason: impl Display) -> Self {
        Self::Encoding { what, reason: reason.to_string() }
    }
}
