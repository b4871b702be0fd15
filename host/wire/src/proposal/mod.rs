//! Proposals: what a client asks endorsers to simulate.

mod build;

use std::collections::BTreeMap;

use bytes::Bytes;
use folio_crypto::sha256;
use folio_proto::{common, protos};
use folio_types::limits::PROPOSAL_BYTES_MAX;
use folio_types::{Digest, TxId};

pub use build::NewProposal;

use crate::header::{Header, HeaderType};
use crate::message::{at_most, decode, encode, non_empty, required};
use crate::{Timestamp, WireError};

/// A proposal as received, with what it says. Its signature is not verified here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedProposal {
    /// What the client signed.
    pub proposal_bytes: Bytes,
    /// The client's signature.
    pub signature: Bytes,
    /// Who asks what, where.
    pub header: ProposalHeader,
    /// The function's name, then its arguments.
    pub args: Vec<Bytes>,
    /// What is for endorsers alone: it never reaches the orderer.
    pub transient: BTreeMap<String, Bytes>,
    /// The invocation without its transient part, as it will stand in the transaction.
    pub payload_without_transient: Bytes,
}

/// The checked headers of a proposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProposalHeader {
    /// The encoded channel header.
    pub channel_header: Bytes,
    /// The encoded signature header.
    pub signature_header: Bytes,
    /// The channel; empty for requests to this peer alone.
    pub channel_id: String,
    /// Made of nonce and creator, as checked.
    pub tx_id: TxId,
    /// When the client made the proposal, in seconds since 1970; 0 where it did not say.
    pub timestamp_seconds: i64,
    /// Nanoseconds beside them.
    pub timestamp_nanos: i32,
    /// The client's serialized identity.
    pub creator: Bytes,
    /// The client's random bytes.
    pub nonce: Bytes,
    /// The chaincode to invoke.
    pub chaincode: String,
}

/// Reads an encoded `protos.SignedProposal`.
pub fn parse_signed_proposal(bytes: &Bytes) -> Result<SignedProposal, WireError> {
    at_most("signed proposal", PROPOSAL_BYTES_MAX, bytes)?;
    let message: protos::SignedProposal = decode("signed proposal", bytes)?;
    SignedProposal::parse(message.proposal_bytes, message.signature)
}

impl SignedProposal {
    /// Reads a proposal and the signature that came with it.
    ///
    /// Everything that Fabric checks before it looks at the identity is checked: header type, epoch, nonce, creator,
    /// transaction id, chaincode name.
    pub fn parse(proposal_bytes: Bytes, signature: Bytes) -> Result<Self, WireError> {
        at_most("proposal", PROPOSAL_BYTES_MAX, &proposal_bytes)?;
        non_empty(&signature, "signed proposal", "signature")?;
        let proposal: protos::Proposal = decode("proposal", &proposal_bytes)?;
        let header: common::Header = decode("header of the proposal", &proposal.header)?;
        let header = ProposalHeader::check(Header::decode(header)?)?;
        let payload: protos::ChaincodeProposalPayload = decode("payload of the proposal", &proposal.payload)?;
        let args = arguments(&payload.input)?;
        let payload_without_transient = payload_of(payload.input);
        Ok(Self {
            proposal_bytes,
            signature,
            header,
            args,
            transient: payload.transient_map,
            payload_without_transient,
        })
    }

    /// What ties an outcome to this proposal: SHA-256 over both headers and the invocation without its transient part.
    pub fn hash(&self) -> Digest {
        proposal_hash(&self.header.channel_header, &self.header.signature_header, &self.payload_without_transient)
    }

    /// The message that a peer sends on to another.
    pub fn to_message(&self) -> protos::SignedProposal {
        protos::SignedProposal { proposal_bytes: self.proposal_bytes.clone(), signature: self.signature.clone() }
    }
}

impl ProposalHeader {
    fn check(header: Header) -> Result<Self, WireError> {
        // Requests that concern a peer alone, such as joining a channel, come as configuration.
        if !matches!(header.kind, HeaderType::EndorserTransaction | HeaderType::Config) {
            return Err(WireError::unsupported("header type of the proposal", header.kind.number()));
        }
        header.check_common()?;
        let tx_id = header.check_tx_id()?;
        let timestamp = header.timestamp.unwrap_or_default();
        Ok(Self {
            chaincode: chaincode_of(&header.extension)?,
            channel_header: header.channel_header,
            signature_header: header.signature_header,
            channel_id: header.channel_id,
            tx_id,
            timestamp_seconds: timestamp.seconds,
            timestamp_nanos: timestamp.nanos,
            creator: header.creator,
            nonce: header.nonce,
        })
    }

    /// When the client made the proposal.
    pub const fn timestamp(&self) -> Timestamp {
        Timestamp { seconds: self.timestamp_seconds, nanos: self.timestamp_nanos }
    }
}

/// The hash of a proposal from its three parts, all as received.
pub(crate) fn proposal_hash(channel_header: &[u8], signature_header: &[u8], payload: &[u8]) -> Digest {
    sha256(&[channel_header, signature_header, payload])
}

/// The chaincode that a channel header's extension names.
fn chaincode_of(extension: &Bytes) -> Result<String, WireError> {
    const WHAT: &str = "extension of the channel header";
    let extension: protos::ChaincodeHeaderExtension = decode(WHAT, extension)?;
    let name = required(extension.chaincode_id, WHAT, "chaincode_id")?.name;
    non_empty(name.as_bytes(), WHAT, "chaincode name")?;
    Ok(name)
}

fn arguments(input: &Bytes) -> Result<Vec<Bytes>, WireError> {
    const WHAT: &str = "invocation";
    let invocation: protos::ChaincodeInvocationSpec = decode(WHAT, input)?;
    let spec = required(invocation.chaincode_spec, WHAT, "chaincode_spec")?;
    Ok(required(spec.input, WHAT, "input")?.args)
}

fn payload_of(input: Bytes) -> Bytes {
    encode(&protos::ChaincodeProposalPayload { input, transient_map: BTreeMap::new() })
}
