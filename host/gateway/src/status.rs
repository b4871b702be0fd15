//! Errors as Fabric's clients know them: a gRPC code, a text, and details that name each endpoint.

use folio_proto::gateway::ErrorDetail;
use folio_proto::google;
use prost::Message;
use prost_types::Any;
use tonic::{Code, Status};

const DETAIL_TYPE_URL: &str = "type.googleapis.com/gateway.ErrorDetail";

/// One endpoint's part in a failure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Detail {
    pub(crate) address: String,
    pub(crate) msp_id: String,
    pub(crate) message: String,
}

/// A status with its details in `grpc-status-details-bin`.
pub(crate) fn failure(code: Code, message: impl Into<String>, details: &[Detail]) -> Status {
    let message = message.into();
    if details.is_empty() {
        return Status::new(code, message);
    }
    let details = details.iter().map(|detail| {
        let Detail { address, msp_id, message } = detail.clone();
        Any { type_url: DETAIL_TYPE_URL.to_owned(), value: ErrorDetail { address, msp_id, message }.encode_to_vec() }
    });
    let encoded = google::rpc::Status { code: code.into(), message: message.clone(), details: details.collect() };
    Status::with_details(code, message, encoded.encode_to_vec().into())
}

/// The request cannot be understood.
pub(crate) fn malformed(reason: impl Into<String>) -> Status {
    Status::new(Code::InvalidArgument, reason.into())
}

/// What was waited for will not come from this peer.
pub(crate) fn ending() -> Status {
    Status::unavailable("this peer is ending")
}
