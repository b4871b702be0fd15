//! Whether a block continues a chain: number, hashes, and the orderers' signatures. It looks into no transaction.

use folio_types::{BlockNumber, Digest};
use folio_wire::{Block, WireError};
use thiserror::Error;

use crate::{ChannelConfig, path};

/// Why a block does not continue a chain.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[allow(missing_docs, reason = "the message of each variant says what it means")]
pub enum SuccessionError {
    #[error("got block {got} where {expected} comes next")]
    Number { got: BlockNumber, expected: BlockNumber },
    #[error("block {block} does not continue the chain: its previous hash is another block's")]
    PreviousHash { block: BlockNumber },
    #[error("block {block} is empty")]
    Empty { block: BlockNumber },
    #[error("block {block} was altered: {source}")]
    Altered { block: BlockNumber, source: WireError },
    #[error("block {block}: its signatures do not meet the policy {}", path::BLOCK_VALIDATION)]
    Signatures { block: BlockNumber },
}

impl ChannelConfig {
    /// Checks that `block` comes next in a chain of `height` blocks whose last has the header hash `last`.
    pub fn check_succession(
        &self,
        block: &Block,
        height: BlockNumber,
        last: Option<&Digest>,
    ) -> Result<(), SuccessionError> {
        let number = block.number;
        if number != height {
            return Err(SuccessionError::Number { got: number, expected: height });
        }
        if block.previous_hash.as_ref() != last {
            return Err(SuccessionError::PreviousHash { block: number });
        }
        if block.data.is_empty() {
            return Err(SuccessionError::Empty { block: number });
        }
        let altered = |source| SuccessionError::Altered { block: number, source };
        block.check_data_hash().map_err(altered)?;
        let metadata = block.orderer_metadata().map_err(altered)?;
        let signers = metadata.signatures.iter().filter_map(|signature| {
            let signer = self.msps().resolve(&signature.creator).ok()?;
            signer.verify(&metadata.signed_bytes(signature, block), &signature.signature).ok()?;
            Some(signer)
        });
        let signers: Vec<_> = signers.collect();
        if self.satisfied(path::BLOCK_VALIDATION, &signers) {
            return Ok(());
        }
        Err(SuccessionError::Signatures { block: number })
    }
}
