//! Why a proposal was not endorsed.

use folio_types::{StateError, TxId};
use thiserror::Error;

/// Why a proposal was not endorsed. The texts reach the client.
#[derive(Clone, Debug, Error)]
#[allow(missing_docs, reason = "the message of each variant says what it means")]
pub enum EndorserError {
    #[error("malformed proposal: {reason}")]
    Malformed { reason: String },
    #[error("a proposal may have {max} bytes, this one has {got}")]
    TooLarge { got: usize, max: usize },
    #[error("channel {got:?} not found; this peer serves {served:?}")]
    UnknownChannel { got: String, served: String },
    #[error("access denied: channel [{channel}] creator org unknown, creator is malformed or not a member: {reason}")]
    UnknownCreator { channel: String, reason: String },
    #[error("access denied: channel [{channel}] creator org [{msp_id}]: {reason}")]
    AccessDenied { channel: String, msp_id: String, reason: String },
    #[error("proposal timestamp {timestamp} is more than {window} seconds from this peer's clock ({now})")]
    Timestamp { timestamp: i64, now: i64, window: i64 },
    #[error("duplicate transaction found [{tx_id}]. Creator [{msp_id}]")]
    Duplicate { tx_id: TxId, msp_id: String },
    #[error("chaincode {chaincode:?} is not defined on channel {channel:?}: approve and commit its definition")]
    UnknownChaincode { chaincode: String, channel: String },
    #[error(
        "chaincode {chaincode} {version} is committed as component {component}, which is not installed on this peer: install its \
         package"
    )]
    NotInstalled { chaincode: String, version: String, component: String },
    #[error("chaincode {chaincode} was stopped: {reason}")]
    Limit { chaincode: String, reason: String },
    #[error("chaincode {chaincode} failed: {reason}")]
    Fault { chaincode: String, reason: String },
    #[error("installing a chaincode: {reason}")]
    Install { reason: String },
    #[error(transparent)]
    State(#[from] StateError),
    #[error("this peer cannot endorse now: {reason}")]
    Internal { reason: String },
}

impl EndorserError {
    /// Whether the proposal itself was refused, before any chaincode ran. Trying another peer is of no use.
    pub fn is_rejection(&self) -> bool {
        matches!(
            self,
            Self::Malformed { .. }
                | Self::TooLarge { .. }
                | Self::UnknownChannel { .. }
                | Self::UnknownCreator { .. }
                | Self::AccessDenied { .. }
                | Self::Timestamp { .. }
                | Self::Duplicate { .. }
        )
    }
}
