//! What endorsers answer.

use bytes::Bytes;
use folio_proto::protos;

use crate::message::{decode, encode, required};
use crate::{Endorsement, WireError};

const WHAT: &str = "proposal response";

/// The `version` of every endorsed answer.
const RESPONSE_VERSION: i32 = 1;

/// What the chaincode said (`protos.Response`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Response {
    /// Numbered like HTTP; from 400 it is a failure.
    pub status: i32,
    /// Why it failed.
    pub message: String,
    /// The result.
    pub payload: Bytes,
}

/// A chaincode and the version of its committed definition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChaincodeId {
    /// Name on the channel.
    pub name: String,
    /// As committed.
    pub version: String,
}

/// The one event of a transaction (`protos.ChaincodeEvent`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChaincodeEvent {
    /// The chaincode that was invoked.
    pub chaincode: String,
    /// The transaction, as text.
    pub tx_id: String,
    /// What happened.
    pub name: String,
    /// The details.
    pub payload: Bytes,
}

/// An endorser's answer to one proposal (`protos.ProposalResponse`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProposalResponse {
    /// What the chaincode, or the peer in its stead, said.
    pub response: Response,
    /// The encoded outcome, as signed; empty when nothing was simulated.
    pub payload: Bytes,
    /// The signature; absent when the peer did not endorse.
    pub endorsement: Option<Endorsement>,
}

impl Response {
    /// Whether the outcome may become a transaction.
    pub const fn is_success(&self) -> bool {
        self.status >= 200 && self.status < 400
    }

    /// The message for services.
    pub fn to_message(&self) -> protos::Response {
        protos::Response { status: self.status, message: self.message.clone(), payload: self.payload.clone() }
    }

    /// The value of a message.
    pub fn from_message(message: protos::Response) -> Self {
        Self { status: message.status, message: message.message, payload: message.payload }
    }
}

impl ChaincodeEvent {
    /// Reads an event.
    pub fn decode(bytes: &Bytes) -> Result<Self, WireError> {
        let message: protos::ChaincodeEvent = decode("chaincode event", bytes)?;
        Ok(Self {
            chaincode: message.chaincode_id,
            tx_id: message.tx_id,
            name: message.event_name,
            payload: message.payload,
        })
    }

    /// The message for services.
    pub fn to_message(&self) -> protos::ChaincodeEvent {
        protos::ChaincodeEvent {
            chaincode_id: self.chaincode.clone(),
            tx_id: self.tx_id.clone(),
            event_name: self.name.clone(),
            payload: self.payload.clone(),
        }
    }

    /// The bytes that an outcome carries.
    pub fn encode(&self) -> Bytes {
        encode(&self.to_message())
    }
}

impl ProposalResponse {
    /// Reads an encoded answer.
    pub fn decode(bytes: &Bytes) -> Result<Self, WireError> {
        Self::from_message(decode(WHAT, bytes)?)
    }

    /// The encoded answer.
    pub fn encode(&self) -> Bytes {
        encode(&self.to_message())
    }

    /// The value of a message.
    pub fn from_message(message: protos::ProposalResponse) -> Result<Self, WireError> {
        Ok(Self {
            response: Response::from_message(required(message.response, WHAT, "response")?),
            payload: message.payload,
            endorsement: message.endorsement.map(Endorsement::from_message),
        })
    }

    /// The message for services.
    pub fn to_message(&self) -> protos::ProposalResponse {
        protos::ProposalResponse {
            version: if self.endorsement.is_some() { RESPONSE_VERSION } else { 0 },
            timestamp: None,
            response: Some(self.response.to_message()),
            payload: self.payload.clone(),
            endorsement: self.endorsement.as_ref().map(Endorsement::to_message),
            interest: None,
        }
    }
}
