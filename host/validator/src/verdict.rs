//! What is said of a block.

use folio_types::{BlockNumber, UpdateBatch, ValidationCode};
use folio_wire::{Block, Body, EndorserTransaction, Envelope, parse_envelope};

use crate::PrivateWrites;

/// The verdict on a block.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// The block.
    pub block: BlockNumber,
    /// One for each entry, in order.
    pub transactions: Vec<Judged>,
    /// The public and hashed writes of the valid ones.
    pub updates: UpdateBatch,
}

/// The verdict on one entry.
#[derive(Clone, Debug)]
pub struct Judged {
    /// The verdict, as it goes into the block's metadata.
    pub code: ValidationCode,
    /// A sentence for the log; none where the entry is valid.
    pub reason: Option<String>,
    /// The entry, where it could be read.
    pub envelope: Option<Envelope>,
    /// What it holds, where that is a well-formed transaction with enough endorsements.
    pub transaction: Option<Box<EndorserTransaction>>,
}

impl Verdict {
    /// The verdict on the first block, which the network was founded with: it is one configuration.
    pub fn on_genesis(block: &Block) -> Self {
        let judge = |entry| match parse_envelope(entry) {
            Ok((envelope, Body::Config(_))) => {
                Judged { code: ValidationCode::Valid, reason: None, envelope: Some(envelope), transaction: None }
            }
            Ok((envelope, Body::Endorser(_))) => Judged {
                code: ValidationCode::InvalidOtherReason,
                reason: Some("no transaction comes before the configuration".to_owned()),
                envelope: Some(envelope),
                transaction: None,
            },
            Err(error) => {
                Judged { code: error.code, reason: Some(error.reason.to_string()), envelope: None, transaction: None }
            }
        };
        let transactions = block.data.iter().map(judge).collect();
        Self { block: block.number, transactions, updates: UpdateBatch::default() }
    }

    /// The codes, as they go into the block's metadata.
    pub fn codes(&self) -> impl Iterator<Item = ValidationCode> {
        self.transactions.iter().map(|judged| judged.code)
    }

    /// What valid transactions write to private collections, in block order.
    pub fn private_writes(&self) -> Vec<PrivateWrites> {
        let numbered = (0..).zip(&self.transactions).filter(|(_, judged)| judged.code.is_valid());
        numbered
            .filter_map(|(tx, judged)| judged.transaction.as_ref().map(|transaction| (tx, transaction)))
            .map(|(tx, transaction)| PrivateWrites::of(tx, transaction))
            .filter(|writes| !writes.collections.is_empty())
            .collect()
    }
}
