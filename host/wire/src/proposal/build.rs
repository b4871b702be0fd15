//! Making proposals, as clients do.

use std::collections::BTreeMap;

use bytes::Bytes;
use folio_proto::{common, protos};
use folio_types::TxId;

use crate::header::{ChannelHeaderParts, HeaderType, encode_signature_header, tx_id};
use crate::message::encode;
use crate::{SignedProposal, Timestamp, WireError};

/// What a client asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewProposal {
    /// The client's serialized identity.
    pub creator: Bytes,
    /// The channel; empty for requests to one peer alone.
    pub channel_id: String,
    /// The chaincode to invoke.
    pub chaincode: String,
    /// The function's name, then its arguments.
    pub args: Vec<Bytes>,
    /// What is for endorsers alone.
    pub transient: BTreeMap<String, Bytes>,
    /// The client's clock.
    pub timestamp: Timestamp,
    /// Random bytes, never used before; Fabric's clients take 24.
    pub nonce: Bytes,
}

impl NewProposal {
    /// The bytes to be signed, and the id that the transaction will have.
    pub fn build(self) -> (Bytes, TxId) {
        let tx_id = tx_id(&self.nonce, &self.creator);
        let chaincode_id = protos::ChaincodeId { name: self.chaincode, ..Default::default() };
        let extension = encode(&protos::ChaincodeHeaderExtension { chaincode_id: Some(chaincode_id.clone()) });
        let channel_header = ChannelHeaderParts {
            kind: HeaderType::EndorserTransaction,
            version: 0,
            timestamp: self.timestamp,
            channel_id: &self.channel_id,
            tx_id: Some(tx_id),
            extension,
            tls_cert_hash: Bytes::new(),
        };
        let header = encode(&common::Header {
            channel_header: channel_header.encode(),
            signature_header: encode_signature_header(&self.creator, &self.nonce),
        });
        let spec = protos::ChaincodeSpec {
            chaincode_id: Some(chaincode_id),
            input: Some(protos::ChaincodeInput { args: self.args, ..Default::default() }),
            ..Default::default()
        };
        let input = encode(&protos::ChaincodeInvocationSpec { chaincode_spec: Some(spec) });
        let payload = encode(&protos::ChaincodeProposalPayload { input, transient_map: self.transient });
        (encode(&protos::Proposal { header, payload, extension: Bytes::new() }), tx_id)
    }

    /// The proposal with the client's signature, as endorsers will see it.
    pub fn sign(self, sign: impl FnOnce(&[u8]) -> Vec<u8>) -> Result<SignedProposal, WireError> {
        let (proposal, _) = self.build();
        let signature = sign(&proposal);
        SignedProposal::parse(proposal, signature.into())
    }
}
