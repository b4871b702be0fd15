//! What stands beside a block's content: orderers' signatures, peers' verdicts, the commit hash.

use bytes::Bytes;
use folio_proto::common;
use folio_types::{BlockNumber, Digest, TxNumber, ValidationCode};

use super::Block;
use crate::header::encode_signature_header;
use crate::message::{copy_digest, decode, encode, optional_digest};
use crate::{Envelope, WireError};

/// Places in a block's metadata (`common.BlockMetadataIndex`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetadataIndex {
    /// What orderers signed.
    Signatures = 0,
    /// Where the newest configuration stands, unsigned, for older readers.
    LastConfig = 1,
    /// One verdict a transaction.
    TransactionsFilter = 2,
    /// Empty.
    Orderer = 3,
    /// The chain of verdicts and writes.
    CommitHash = 4,
}

/// What orderers say of a block, and their signatures. Nothing is verified here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrdererMetadata {
    /// Number of the newest block with a configuration.
    pub last_config: BlockNumber,
    /// The consensus protocol's own.
    pub consenter_metadata: Bytes,
    /// Empty in genesis.
    pub signatures: Vec<OrdererSignature>,
    value: Bytes,
}

/// One orderer's signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrdererSignature {
    /// The orderer's serialized identity.
    pub creator: Bytes,
    /// Its signature, over what [`OrdererMetadata::signed_bytes`] gives.
    pub signature: Bytes,
    signature_header: Bytes,
}

/// An orderer's half-made signature.
#[derive(Clone, Debug)]
pub struct BlockSigning {
    value: Bytes,
    last_config: BlockNumber,
    signature_header: Bytes,
}

impl MetadataIndex {
    /// How many places there are.
    pub const COUNT: usize = 5;
}

impl Block {
    /// The verdicts, once a peer has given them.
    pub fn verdicts(&self) -> impl Iterator<Item = ValidationCode> {
        self.entry(MetadataIndex::TransactionsFilter).iter().map(|&number| verdict(number))
    }

    /// The verdict on one transaction; none where no peer has given any.
    pub fn verdict(&self, tx: TxNumber) -> Option<ValidationCode> {
        let number = self.entry(MetadataIndex::TransactionsFilter).get(usize::try_from(tx).ok()?)?;
        Some(verdict(*number))
    }

    /// Writes the verdicts.
    pub fn set_verdicts(&mut self, verdicts: &[ValidationCode]) {
        let filter: Vec<u8> = verdicts.iter().map(|code| code.number()).collect();
        self.set_entry(MetadataIndex::TransactionsFilter, filter.into());
    }

    /// The commit hash; none before a peer has written it, and in genesis.
    pub fn commit_hash(&self) -> Result<Option<Digest>, WireError> {
        let metadata: common::Metadata = decode("commit hash entry", self.entry(MetadataIndex::CommitHash))?;
        optional_digest("commit hash", &metadata.value)
    }

    /// Writes the commit hash.
    pub fn set_commit_hash(&mut self, hash: &Digest) {
        let metadata = common::Metadata { value: copy_digest(hash), signatures: Vec::new() };
        self.set_entry(MetadataIndex::CommitHash, encode(&metadata));
    }

    /// What orderers say of the block.
    pub fn orderer_metadata(&self) -> Result<OrdererMetadata, WireError> {
        let metadata: common::Metadata = decode("signatures entry", self.entry(MetadataIndex::Signatures))?;
        let value: common::OrdererBlockMetadata = decode("orderer metadata", &metadata.value)?;
        let consenter: common::Metadata = decode("consenter metadata", &value.consenter_metadata)?;
        Ok(OrdererMetadata {
            last_config: value.last_config.map_or(0, |last| last.index),
            consenter_metadata: consenter.value,
            signatures: metadata.signatures.into_iter().map(OrdererSignature::read).collect::<Result<_, _>>()?,
            value: metadata.value,
        })
    }

    /// The headers of the block's first envelope, as far as they can be read.
    pub fn first_envelope(&self) -> Result<Envelope, WireError> {
        let first = self.data.first().ok_or(WireError::Missing { what: "block", field: "envelopes" })?;
        let message: common::Envelope = decode("envelope", first)?;
        Envelope::open(message.payload, message.signature).map_err(|error| error.reason)
    }

    fn entry(&self, index: MetadataIndex) -> &Bytes {
        static EMPTY: Bytes = Bytes::new();
        self.metadata.get(index as usize).unwrap_or(&EMPTY)
    }

    fn set_entry(&mut self, index: MetadataIndex, value: Bytes) {
        if self.metadata.len() < MetadataIndex::COUNT {
            self.metadata.resize(MetadataIndex::COUNT, Bytes::new());
        }
        if let Some(entry) = self.metadata.get_mut(index as usize) {
            *entry = value;
        }
    }
}

impl OrdererMetadata {
    /// What `signature` must be over: the signed value, the signer's header, the block header.
    pub fn signed_bytes(&self, signature: &OrdererSignature, block: &Block) -> Vec<u8> {
        signed_bytes(&self.value, &signature.signature_header, block)
    }
}

impl OrdererSignature {
    fn read(message: common::MetadataSignature) -> Result<Self, WireError> {
        if !message.identifier_header.is_empty() {
            return Err(WireError::unsupported("orderer signature", "by number"));
        }
        let header: common::SignatureHeader = decode("signature header of an orderer", &message.signature_header)?;
        Ok(Self { creator: header.creator, signature: message.signature, signature_header: message.signature_header })
    }
}

impl BlockSigning {
    /// Begins the signature of the orderer `creator`, with a `nonce` of its own.
    pub fn new(last_config: BlockNumber, consenter_metadata: Bytes, creator: &Bytes, nonce: &Bytes) -> Self {
        let consenter = common::Metadata { value: consenter_metadata, signatures: Vec::new() };
        Self {
            value: orderer_value(last_config, encode(&consenter)),
            last_config,
            signature_header: encode_signature_header(creator, nonce),
        }
    }

    /// The bytes to sign.
    pub fn signed_bytes(&self, block: &Block) -> Vec<u8> {
        signed_bytes(&self.value, &self.signature_header, block)
    }

    /// Writes the signature into the block.
    pub fn finish(self, block: &mut Block, signature: Bytes) {
        let signature = common::MetadataSignature {
            signature_header: self.signature_header,
            signature,
            identifier_header: Bytes::new(),
        };
        let metadata = common::Metadata { value: self.value, signatures: vec![signature] };
        block.set_entry(MetadataIndex::Signatures, encode(&metadata));
        set_last_config(block, self.last_config);
    }
}

/// The metadata of a genesis block: it is its own newest configuration, and nobody signs it.
pub(crate) fn set_genesis_metadata(block: &mut Block) {
    let metadata = common::Metadata { value: orderer_value(0, Bytes::new()), signatures: Vec::new() };
    block.set_entry(MetadataIndex::Signatures, encode(&metadata));
    set_last_config(block, 0);
}

fn orderer_value(last_config: BlockNumber, consenter_metadata: Bytes) -> Bytes {
    let last_config = Some(common::LastConfig { index: last_config });
    encode(&common::OrdererBlockMetadata { last_config, consenter_metadata })
}

fn set_last_config(block: &mut Block, index: BlockNumber) {
    let metadata = common::Metadata { value: encode(&common::LastConfig { index }), signatures: Vec::new() };
    block.set_entry(MetadataIndex::LastConfig, encode(&metadata));
}

fn signed_bytes(value: &[u8], signature_header: &[u8], block: &Block) -> Vec<u8> {
    [value, signature_header, &block.header_der()].concat()
}

/// A number that Fabric does not know is as bad as any invalid one.
fn verdict(number: u8) -> ValidationCode {
    ValidationCode::from_number(number).unwrap_or(ValidationCode::InvalidOtherReason)
}
