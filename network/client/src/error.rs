//! What a client can meet, and what it can do about it.

use folio_proto::gateway::ErrorDetail;
use folio_proto::google;
use folio_types::ValidationCode;
use prost::Message;
use thiserror::Error;
use tonic::{Code, Status};

/// What a client met.
#[derive(Clone, Debug, Error)]
pub enum ClientError {
    /// Certificate or key cannot be used.
    #[error("{reason}")]
    Identity {
        /// Why.
        reason: String,
    },
    /// The gateway cannot be reached.
    #[error("the gateway {address} cannot be reached: {reason}")]
    Unreachable {
        /// Host and port.
        address: String,
        /// Why.
        reason: String,
    },
    /// The gateway, or a chaincode behind it, refused.
    #[error("{message}{}", details.iter().map(|detail| format!("\n  {detail}")).collect::<String>())]
    Refused {
        /// The gRPC code.
        code: Code,
        /// What it said.
        message: String,
        /// What each endpoint said.
        details: Vec<String>,
    },
    /// The answer is no transaction.
    #[error("the peer's answer is not what was asked for: {reason}")]
    Answer {
        /// Why.
        reason: String,
    },
    /// The transaction stands in a block and is not valid.
    #[error("transaction {tx_id} is invalid in block {block}: {}", code.name())]
    Invalid {
        /// The transaction.
        tx_id: String,
        /// Its block.
        block: u64,
        /// The verdict.
        code: ValidationCode,
    },
}

/// What to do about an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// Another transaction came first, or endorsers were at different heights: simulate again.
    Conflict,
    /// The way was broken: try again, with the same request id.
    Connection,
    /// Trying again gives the same.
    Final,
}

impl ClientError {
    /// What to do about it.
    pub fn trouble(&self) -> Trouble {
        match self {
            Self::Unreachable { .. } => Trouble::Connection,
            Self::Invalid { code, .. } => match code {
                ValidationCode::MvccReadConflict | ValidationCode::PhantomReadConflict => Trouble::Conflict,
                // The chaincode was upgraded since: its new version may be asked.
                ValidationCode::ExpiredChaincode => Trouble::Conflict,
                _ => Trouble::Final,
            },
            Self::Refused { code, message, details } => refused(*code, message, details),
            Self::Identity { .. } | Self::Answer { .. } => Trouble::Final,
        }
    }

    /// The chaincode's own refusal, "CODE: sentence", where that is what was met.
    pub fn chaincode_message(&self) -> Option<&str> {
        let Self::Refused { message, details, .. } = self else { return None };
        let texts = details.iter().map(String::as_str).chain([message.as_str()]);
        texts.filter_map(|text| text.split_once("chaincode response ")?.1.split_once(", ")).map(|(_, said)| said).next()
    }

    /// The stable code of the chaincode's refusal.
    pub fn chaincode_code(&self) -> Option<&str> {
        self.chaincode_message()?.split_once(':').map(|(code, _)| code)
    }

    pub(crate) fn from_status(status: &Status) -> Self {
        let details = google::rpc::Status::decode(status.details()).map(|status| status.details).unwrap_or_default();
        let details = details.iter().filter_map(|any| ErrorDetail::decode(&any.value[..]).ok());
        let details = details.map(|detail| {
            let place: Vec<_> = [detail.msp_id, detail.address].into_iter().filter(|text| !text.is_empty()).collect();
            format!("{}: {}", place.join(" "), detail.message)
        });
        Self::Refused { code: status.code(), message: status.message().to_owned(), details: details.collect() }
    }
}

fn refused(code: Code, message: &str, details: &[String]) -> Trouble {
    let says = |text: &str| message.contains(text) || details.iter().any(|detail| detail.contains(text));
    match code {
        Code::Aborted if says("ProposalResponsePayloads do not match") => Trouble::Conflict,
        Code::Aborted if says("chaincode response") => Trouble::Final,
        Code::Unavailable | Code::DeadlineExceeded | Code::ResourceExhausted | Code::Cancelled => Trouble::Connection,
        // What a broken connection looks like to hyper and h2.
        Code::Unknown | Code::Internal if says("transport") || says("h2 ") || says("connection") => Trouble::Connection,
        _ => Trouble::Final,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(code: Code, message: &str, detail: &str) -> ClientError {
        ClientError::Refused { code, message: message.to_owned(), details: vec![detail.to_owned()] }
    }

    #[test]
    fn each_failure_says_what_to_do_about_it() {
        let cases = [
            (refusal(Code::Aborted, "collect", "ProposalResponsePayloads do not match"), Trouble::Conflict),
            (refusal(Code::Aborted, "endorse", "chaincode response 500, X: no"), Trouble::Final),
            (refusal(Code::Aborted, "endorse", "the chaincode failed"), Trouble::Final),
            (refusal(Code::Unavailable, "endorse", "the peer closed the stream"), Trouble::Connection),
            (refusal(Code::Unavailable, "no orderers", ""), Trouble::Connection),
            (refusal(Code::Unknown, "transport error", ""), Trouble::Connection),
            (refusal(Code::FailedPrecondition, "access denied", ""), Trouble::Final),
        ];
        for (error, expected) in cases {
            assert_eq!(error.trouble(), expected, "{error}");
        }
    }

    #[test]
    fn the_chaincodes_own_code_is_found_in_details_or_text() {
        let said = "chaincode response 500, OVERDRAFT: 5 points, 7 asked";
        for error in [refusal(Code::Aborted, "failed", said), refusal(Code::Unknown, said, "")] {
            assert_eq!(error.chaincode_code(), Some("OVERDRAFT"));
            assert_eq!(error.chaincode_message(), Some("OVERDRAFT: 5 points, 7 asked"));
        }
    }
}
