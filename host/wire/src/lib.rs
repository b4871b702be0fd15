//! Bytes to values and back: everything that Fabric's wire and block formats say, in plain types.
//!
//! Invariants:
//! - What is hashed or signed is never decoded and encoded again. Values keep the received bytes beside what was read
//!   from them; [`bytes::Bytes`] slices share the buffer that arrived, so whoever stores a small slice for long should
//!   copy it.
//! - No input makes anything here panic. What cannot be read is a [`WireError`], or an [`EnvelopeError`] with the
//!   validation code that Fabric gives it.
//! - Encoding is a function of the value: maps in key order, no clock, no random.
//! - `prost` types stop here, but for the messages that services exchange whole (blocks and envelopes have conversions).

mod block;
mod commit_hash;
pub mod config;
mod deliver;
mod endorsement;
mod envelope;
mod error;
mod header;
mod identity;
mod message;
mod policy;
mod proposal;
mod response;
mod rwset;
mod transaction;

pub use block::{Block, BlockSigning, MetadataIndex, OrdererMetadata, OrdererSignature, data_hash_of, header_der};
pub use commit_hash::commit_hash;
pub use deliver::{SeekInfo, SeekPosition, SeekRequest};
pub use endorsement::{Endorsement, ResponsePayload, build_response_payload, endorsed_bytes};
pub use envelope::{Body, Envelope, EnvelopeError, check_canonical, encode_envelope, parse_envelope};
pub use error::WireError;
pub use header::{Header, HeaderType, Timestamp, encode_signature_header, tx_id};
pub use identity::SerializedIdentity;
pub use policy::{
    decode_application_policy, decode_signature_policy, encode_application_policy, encode_signature_policy,
};
pub use proposal::{NewProposal, ProposalHeader, SignedProposal, parse_signed_proposal};
pub use response::{ChaincodeEvent, ChaincodeId, ProposalResponse, Response};
pub use rwset::{
    decode_private_set, decode_rwset, encode_private_set, encode_rwset, private_writes_hash, written_collections,
};
pub use transaction::{EndorserTransaction, build_envelope_payload};
