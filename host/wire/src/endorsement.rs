//! Outcomes of simulations, and what endorsers sign of them.

use bytes::Bytes;
use folio_proto::protos;
use folio_types::Digest;

use crate::message::{copy_digest, decode, encode, non_empty, required};
use crate::{ChaincodeEvent, ChaincodeId, Response, WireError};

/// A signature over an outcome (`protos.Endorsement`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endorsement {
    /// The endorser's serialized identity.
    pub endorser: Bytes,
    /// Over the outcome's bytes and then the endorser's.
    pub signature: Bytes,
}

/// The outcome of a simulation (`protos.ProposalResponsePayload` and the `ChaincodeAction` in it).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResponsePayload {
    /// The hash of the proposal that was simulated.
    pub proposal_hash: Bytes,
    /// The encoded read-write set.
    pub results: Bytes,
    /// The encoded event; empty where there is none.
    pub event: Bytes,
    /// What the chaincode said.
    pub response: Response,
    /// What was run; absent in outcomes that no endorser of a chaincode made.
    pub chaincode: Option<ChaincodeId>,
}

/// Encodes the outcome that endorsers sign. All endorsers of a proposal must come to the same bytes.
pub fn build_response_payload(
    proposal_hash: &Digest,
    results: Bytes,
    event: Option<&ChaincodeEvent>,
    response: &Response,
    chaincode: &ChaincodeId,
) -> Bytes {
    let action = protos::ChaincodeAction {
        results,
        events: event.map(ChaincodeEvent::encode).unwrap_or_default(),
        response: Some(response.to_message()),
        chaincode_id: Some(protos::ChaincodeId {
            path: String::new(),
            name: chaincode.name.clone(),
            version: chaincode.version.clone(),
        }),
    };
    encode(&protos::ProposalResponsePayload { proposal_hash: copy_digest(proposal_hash), extension: encode(&action) })
}

/// What an endorser signs: the outcome, then its own serialized identity.
pub fn endorsed_bytes(response_payload: &[u8], endorser: &[u8]) -> Vec<u8> {
    [response_payload, endorser].concat()
}

impl ResponsePayload {
    /// Reads an outcome.
    pub fn decode(bytes: &Bytes) -> Result<Self, WireError> {
        ProposalHashed::decode(bytes)?.action()
    }
}

/// An outcome whose inner part is still encoded, because the two parts fail with different codes.
pub(crate) struct ProposalHashed {
    pub(crate) proposal_hash: Bytes,
    action: Bytes,
}

impl ProposalHashed {
    pub(crate) fn decode(bytes: &Bytes) -> Result<Self, WireError> {
        let message: protos::ProposalResponsePayload = decode("proposal response payload", bytes)?;
        Ok(Self { proposal_hash: message.proposal_hash, action: message.extension })
    }

    pub(crate) fn action(self) -> Result<ResponsePayload, WireError> {
        const WHAT: &str = "chaincode action";
        non_empty(&self.action, "proposal response payload", "extension")?;
        let action: protos::ChaincodeAction = decode(WHAT, &self.action)?;
        Ok(ResponsePayload {
            proposal_hash: self.proposal_hash,
            results: action.results,
            event: action.events,
            response: Response::from_message(required(action.response, WHAT, "response")?),
            chaincode: action.chaincode_id.map(|id| ChaincodeId { name: id.name, version: id.version }),
        })
    }
}

impl Endorsement {
    /// The value of a message.
    pub fn from_message(message: protos::Endorsement) -> Self {
        Self { endorser: message.endorser, signature: message.signature }
    }

    /// The message for services.
    pub fn to_message(&self) -> protos::Endorsement {
        protos::Endorsement { endorser: self.endorser.clone(), signature: self.signature.clone() }
    }
}
