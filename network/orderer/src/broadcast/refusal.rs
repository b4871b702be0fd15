//! What Broadcast answers.

use folio_ordering::{LogIndex, ProposeError};
use folio_proto::common::Status;
use folio_proto::orderer::BroadcastResponse;

/// An envelope that is not ordered, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// Fabric's number for it: 4xx where the fault is the envelope's own.
    pub(crate) status: Status,
    /// What a person should know.
    pub(crate) info: String,
}

impl Refusal {
    pub(crate) fn new(status: Status, info: impl ToString) -> Self {
        Self { status, info: info.to_string() }
    }
}

impl From<ProposeError> for Refusal {
    /// Another orderer, or this one a little later, may well take the envelope.
    fn from(error: ProposeError) -> Self {
        Self::new(Status::ServiceUnavailable, error)
    }
}

/// Why bytes on the stream are no envelope.
pub(super) fn unreadable(status: &tonic::Status) -> Refusal {
    let too_large = status.code() == tonic::Code::OutOfRange;
    let code = if too_large { Status::RequestEntityTooLarge } else { Status::BadRequest };
    Refusal::new(code, format!("this is no envelope: {}", status.message()))
}

/// The answer to one envelope.
pub(super) fn response(outcome: Result<LogIndex, Refusal>) -> BroadcastResponse {
    match outcome {
        Ok(_) => BroadcastResponse { status: Status::Success.into(), info: String::new() },
        Err(Refusal { status, info }) => BroadcastResponse { status: status.into(), info },
    }
}
