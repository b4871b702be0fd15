//! Blocks, as orderers deliver them and peers keep them.

mod header;
mod metadata;

use bytes::Bytes;
use folio_proto::common;
use folio_types::limits::MESSAGE_BYTES_MAX;
use folio_types::{BlockNumber, Digest};

pub use header::{data_hash_of, header_der};
pub(crate) use metadata::set_genesis_metadata;
pub use metadata::{BlockSigning, MetadataIndex, OrdererMetadata, OrdererSignature};

use crate::WireError;
use crate::message::{at_most, copy_digest, decode, digest, encode, optional_digest, required};

const WHAT: &str = "block";

/// A block. The header's hash covers number and both hashes; no hash covers the metadata.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// Height; genesis is 0.
    pub number: BlockNumber,
    /// Hash of the header before; none in genesis.
    pub previous_hash: Option<Digest>,
    /// What [`data_hash_of`] says of `data`, if the block is honest.
    pub data_hash: Digest,
    /// Encoded envelopes.
    pub data: Vec<Bytes>,
    /// What is known beside the content, by [`MetadataIndex`].
    pub metadata: Vec<Bytes>,
}

impl Block {
    /// The block that holds `data` at this place of the chain, with empty metadata.
    pub fn new(number: BlockNumber, previous_hash: Option<Digest>, data: Vec<Bytes>) -> Self {
        let metadata = vec![Bytes::new(); MetadataIndex::COUNT];
        Self { number, previous_hash, data_hash: data_hash_of(&data), data, metadata }
    }

    /// Reads an encoded block. Its envelopes share the buffer of `bytes`.
    pub fn decode(bytes: &Bytes) -> Result<Self, WireError> {
        at_most(WHAT, MESSAGE_BYTES_MAX, bytes)?;
        Self::from_message(decode(WHAT, bytes)?)
    }

    /// The encoded block.
    pub fn encode(&self) -> Bytes {
        encode(&self.to_message())
    }

    /// The value of a message.
    pub fn from_message(message: common::Block) -> Result<Self, WireError> {
        let header = required(message.header, WHAT, "header")?;
        Ok(Self {
            number: header.number,
            previous_hash: optional_digest("previous hash of the block", &header.previous_hash)?,
            data_hash: digest("data hash of the block", &header.data_hash)?,
            data: required(message.data, WHAT, "data")?.data,
            metadata: message.metadata.unwrap_or_default().metadata,
        })
    }

    /// The message for services; it shares the block's buffers.
    pub fn to_message(&self) -> common::Block {
        common::Block {
            header: Some(common::BlockHeader {
                number: self.number,
                previous_hash: self.previous_hash.as_ref().map(copy_digest).unwrap_or_default(),
                data_hash: copy_digest(&self.data_hash),
            }),
            data: Some(common::BlockData { data: self.data.clone() }),
            metadata: Some(common::BlockMetadata { metadata: self.metadata.clone() }),
        }
    }

    /// The form of the header that is hashed and signed.
    pub fn header_der(&self) -> Vec<u8> {
        header_der(self.number, self.previous_hash.as_ref(), &self.data_hash)
    }

    /// What the next block calls its previous hash.
    pub fn header_hash(&self) -> Digest {
        folio_crypto::sha256(&[&self.header_der()])
    }

    /// Checks that the header speaks of these envelopes.
    pub fn check_data_hash(&self) -> Result<(), WireError> {
        let expected = data_hash_of(&self.data);
        if self.data_hash == expected {
            return Ok(());
        }
        Err(WireError::mismatch("data hash of the block", &hex::encode(expected), &hex::encode(self.data_hash)))
    }
}
