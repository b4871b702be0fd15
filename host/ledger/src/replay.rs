//! What stored blocks say, read again from their bytes.

use folio_types::{BlockNumber, HistoryEntry, TxId, UpdateBatch, Version, Write};
use folio_wire::{Block, Body, Envelope, HeaderType, parse_envelope};

use crate::{BlockStore, LedgerError, TransactionRecord};

/// What a stored block changes.
pub(crate) struct Replayed {
    pub(crate) block: Block,
    pub(crate) transactions: Vec<TransactionRecord>,
    pub(crate) updates: UpdateBatch,
}

/// Reads a stored block.
pub(crate) fn stored_block(blocks: &BlockStore, number: BlockNumber) -> Result<Block, LedgerError> {
    let missing = || undecodable(number, "it is not there");
    let bytes = blocks.bytes(number)?.ok_or_else(missing)?;
    let block = Block::decode(&bytes).map_err(|error| undecodable(number, error))?;
    if block.number != number {
        return Err(undecodable(number, format!("it calls itself block {}", block.number)));
    }
    Ok(block)
}

/// Works out a stored block's changes from its transactions and the verdicts that are stored with it.
pub(crate) fn replay(block: Block) -> Result<Replayed, LedgerError> {
    let verdicts: Vec<_> = block.verdicts().collect();
    if verdicts.len() != block.data.len() {
        let reason = format!("it has {} transactions and {} verdicts", block.data.len(), verdicts.len());
        return Err(undecodable(block.number, reason));
    }
    let first = block.first_envelope().ok().filter(|_| block.number == 0);
    let founds_channel = first.is_some_and(|envelope| envelope.header.kind == HeaderType::Config);
    let mut updates = UpdateBatch::default();
    let mut transactions = Vec::with_capacity(verdicts.len());
    for (tx, (bytes, code)) in (0..).zip(block.data.iter().zip(verdicts)) {
        if founds_channel {
            // Nobody signed the configuration that a channel begins with, so that it is no usual envelope.
            transactions.push(TransactionRecord::new(None, code, None));
            continue;
        }
        if !code.is_valid() {
            transactions.push(TransactionRecord::new(Envelope::decode(bytes).ok().as_ref(), code, None));
            continue;
        }
        let (envelope, body) = parse_envelope(bytes).map_err(|error| undecodable(block.number, error))?;
        let set = match body {
            Body::Endorser(transaction) => Some(transaction.rwset),
            Body::Config(_) => None,
        };
        if let Some(set) = &set {
            updates.apply(block.number, tx, set);
        }
        transactions.push(TransactionRecord::new(Some(&envelope), code, set));
    }
    Ok(Replayed { block, transactions, updates })
}

/// What a transaction of a stored block wrote to a public key. `last` keeps the block for the next question.
pub(crate) fn past_write(
    blocks: &BlockStore,
    last: &mut Option<Block>,
    version: Version,
    chaincode: &str,
    key: &[u8],
) -> Result<HistoryEntry, LedgerError> {
    let block = match last.take() {
        Some(block) if block.number == version.block => last.insert(block),
        _ => last.insert(stored_block(blocks, version.block)?),
    };
    let unexpected = |reason: String| undecodable(version.block, format!("transaction {}: {reason}", version.tx));
    let bytes = usize::try_from(version.tx).ok().and_then(|tx| block.data.get(tx));
    let bytes = bytes.ok_or_else(|| unexpected("it is not there".to_owned()))?;
    let (envelope, body) = parse_envelope(bytes).map_err(|error| unexpected(error.to_string()))?;
    let tx_id = TxId::parse(&envelope.header.tx_id).map_err(|error| unexpected(error.to_string()))?;
    let Body::Endorser(transaction) = body else {
        return Err(unexpected("it is no endorsed transaction".to_owned()));
    };
    let key = std::str::from_utf8(key).map_err(|error| unexpected(error.to_string()))?;
    let write = transaction.rwset.namespaces.get(chaincode).and_then(|set| set.writes.get(key));
    let value = match write.ok_or_else(|| unexpected("it does not write the key".to_owned()))? {
        Write::Put(value) => Some(value.clone()),
        Write::Delete => None,
    };
    Ok(HistoryEntry { tx_id, version, value })
}

fn undecodable(block: BlockNumber, reason: impl ToString) -> LedgerError {
    LedgerError::Undecodable { block, reason: reason.to_string() }
}
