//! Why a call on world state was refused.

use folio_types::StateError;
use thiserror::Error;

use crate::Limit;

/// Why a simulation cannot go on. The chaincode never sees it: the call ends.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[allow(missing_docs, reason = "the message of each variant says what it means")]
pub enum SimulatorError {
    #[error("a key must not be empty")]
    EmptyKey,
    #[error("a key may have {max} bytes, this one has {got}")]
    KeyTooLong { got: usize, max: usize },
    #[error("a value must not be empty: delete the key instead")]
    EmptyValue,
    #[error("a value may have {max} bytes, this one has {got}")]
    ValueTooLong { got: usize, max: usize },
    #[error("a range needs a start and an end")]
    OpenRange,
    #[error("a page needs a limit of at least one entry")]
    EmptyPage,
    #[error("collection {collection:?} does not exist: only implicit collections of organisations do")]
    UnknownCollection { collection: String },
    #[error("this peer is no member of collection {collection:?}")]
    NotAMember { collection: String },
    #[error("this peer does not hold the current value of a key in collection {collection:?}")]
    PrivateValueMissing { collection: String },
    #[error("a call that reads history must not write")]
    HistoryAndWrites,
    #[error("an event's name must have 1 to {max} bytes, this one has {got}")]
    EventName { got: usize, max: usize },
    #[error("an event's payload may have {max} bytes, this one has {got}")]
    EventTooLong { got: usize, max: usize },
    #[error("a call may use {max} {limit}")]
    LimitPassed { limit: Limit, max: usize },
    #[error(transparent)]
    State(#[from] StateError),
    #[error("world state of {namespace} is corrupt: {reason}")]
    Corrupt { namespace: String, reason: &'static str },
}

/// Whose fault a [`SimulatorError`] is, and so what the client hears.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// The chaincode asked for what it may not have; the same call fails again.
    Misuse,
    /// The call wanted more than a call may use.
    Limit,
    /// The peer's own store failed.
    Fault,
}

impl SimulatorError {
    /// Whose fault it is.
    pub const fn kind(&self) -> ErrorKind {
        match self {
            Self::LimitPassed { .. } => ErrorKind::Limit,
            Self::State(_) | Self::Corrupt { .. } => ErrorKind::Fault,
            _ => ErrorKind::Misuse,
        }
    }
}
