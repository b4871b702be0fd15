//! Why a proposal was not endorsed.

use bytes::Bytes;
use folio_types::{StateError, TxId};
use folio_wire::{ProposalResponse, Response};
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
    #[error("this peer cannot endorse: {reason}")]
    Internal { reason: String },
    #[error("this peer {reason}: try again")]
    Unavailable { reason: &'static str },
}

/// Status of an answer that endorses nothing, as in Fabric.
const REFUSED_STATUS: i32 = 500;

/// Status of an answer that endorses nothing now, and may a moment later.
const UNAVAILABLE_STATUS: i32 = 503;

impl EndorserError {
    /// The answer that says this: without payload, and so no endorsement of anything.
    pub fn to_answer(&self) -> ProposalResponse {
        let status = if self.is_passing() { UNAVAILABLE_STATUS } else { REFUSED_STATUS };
        let response = Response { status, message: self.to_string(), payload: Bytes::new() };
        ProposalResponse { response, payload: Bytes::new(), endorsement: None }
    }

    /// Whether this is what a peer answers that may endorse the same proposal a moment later.
    pub fn is_passing_answer(answer: &ProposalResponse) -> bool {
        answer.payload.is_empty() && answer.response.status == UNAVAILABLE_STATUS
    }

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

    /// Whether the same proposal may be endorsed a moment later.
    pub const fn is_passing(&self) -> bool {
        matches!(self, Self::Unavailable { .. })
    }
}
