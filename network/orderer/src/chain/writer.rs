//! From committed batches to signed blocks.

use std::sync::Arc;

use bytes::Bytes;
use folio_crypto::sha256;
use folio_msp::SigningIdentity;
use folio_ordering::{Committed, CommittedBatches, LogIndex};
use folio_types::{BlockNumber, Digest};
use folio_wire::{Block, BlockSigning, WireError};

use super::blocks::Blocks;
use crate::OrdererError;

/// Until configuration updates are taken, genesis holds the newest configuration.
const LAST_CONFIG: BlockNumber = 0;

/// Length of the nonce in a signature header, as every Fabric node makes it.
const NONCE_BYTES: usize = 24;

/// Sets the nonce's hash apart from any other hash over a header.
const NONCE_DOMAIN: &[u8] = b"folio-block-nonce-v1";

/// The end of a chain: what the next block is built on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tip {
    /// Number of the next block.
    pub(super) next: BlockNumber,
    /// Header hash of the last one.
    pub(super) hash: Digest,
    /// Place in the consensus log of the last batch that became a block; 0 when none did.
    pub(super) index: LogIndex,
}

/// Makes a block of every committed batch, and stores it.
pub(super) struct Writer {
    pub(super) channel: String,
    pub(super) blocks: Arc<Blocks>,
    pub(super) signer: Arc<SigningIdentity>,
    pub(super) tip: Tip,
}

impl Tip {
    /// The end of a chain whose last block is `block`.
    pub(super) fn behind(block: &Block) -> Result<Self, WireError> {
        let index = match block.number {
            0 => 0,
            _ => read_index(&block.orderer_metadata()?.consenter_metadata)?,
        };
        Ok(Self { next: block.number.saturating_add(1), hash: block.header_hash(), index })
    }
}

impl Writer {
    /// Works until the consensus has ended. Blocks the thread.
    pub(super) fn run(mut self, mut committed: CommittedBatches) -> Result<(), OrdererError> {
        while let Some(entry) = committed.blocking_next() {
            let (number, index, envelopes) = (self.tip.next, entry.index, entry.batch.envelopes.len());
            let block = next_block(self.tip, entry, &self.signer);
            let hash = block.header_hash();
            let bytes = block.encode();
            let size = bytes.len();
            self.blocks
                .publish(number, &hash, bytes)
                .map_err(|source| OrdererError::Store { channel: self.channel.clone(), source })?;
            committed.release(index);
            self.tip = Tip { next: number.saturating_add(1), hash, index };
            tracing::info!(channel = self.channel, block = number, index, envelopes, bytes = size, "block written");
        }
        Ok(())
    }
}

/// The signed block of a batch. The same batch on the same tip gives the same bytes, so that the log can replace the
/// block store: the signature is deterministic, and the nonce is drawn from the header.
fn next_block(tip: Tip, entry: Committed, signer: &SigningIdentity) -> Block {
    let mut block = Block::new(tip.next, Some(tip.hash), entry.batch.envelopes);
    let digest = sha256(&[NONCE_DOMAIN, &block.header_der()]);
    let nonce = Bytes::copy_from_slice(&digest[..NONCE_BYTES]);
    let index = Bytes::copy_from_slice(&entry.index.to_be_bytes());
    let signing = BlockSigning::new(LAST_CONFIG, index, signer.serialized(), &nonce);
    let signature = signer.sign(&signing.signed_bytes(&block));
    signing.finish(&mut block, signature.into());
    block
}

/// The consenter metadata is the index of the batch in the consensus log, in 8 big-endian bytes.
fn read_index(bytes: &Bytes) -> Result<LogIndex, WireError> {
    let expected = size_of::<LogIndex>();
    let index = bytes.as_ref().try_into().map(LogIndex::from_be_bytes);
    index.map_err(|_| WireError::Length { what: "consenter metadata", expected, got: bytes.len() })
}
