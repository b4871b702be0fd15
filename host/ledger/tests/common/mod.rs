//! Blocks made for tests: real envelopes without real signatures, which the ledger does not look at.

#![allow(dead_code, reason = "each test file uses its own part")]
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

pub(crate) mod story;

use bytes::Bytes;
use folio_crypto::sha256;
use folio_ledger::{Commit, Ledger, LedgerError, LedgerOptions, TransactionRecord};
use folio_types::{
    HashedWrite, PrivateSet, ReadWriteSet, TxId, UpdateBatch, ValidationCode, Version, Write, implicit_collection,
};
use folio_wire::{
    Block, ChaincodeId, Envelope, NewProposal, Response, Timestamp, build_envelope_payload, build_response_payload,
    encode_envelope, encode_rwset,
};

pub(crate) const CHAINCODE: &str = "loyalty";

/// One transaction to be put into a block.
#[derive(Clone, Debug)]
pub(crate) struct Tx {
    pub(crate) envelope: Bytes,
    pub(crate) id: TxId,
    pub(crate) code: ValidationCode,
    pub(crate) set: ReadWriteSet,
    pub(crate) private: PrivateSet,
}

/// A transaction with these public writes; `nonce` makes its id.
pub(crate) fn tx(nonce: u64, writes: &[(&str, Option<&[u8]>)]) -> Tx {
    tx_with(nonce, writes, &[])
}

/// A transaction with these public writes, and these writes to a private collection.
pub(crate) fn tx_with(nonce: u64, public: &[(&str, Option<&[u8]>)], private: &[(&str, Option<&[u8]>)]) -> Tx {
    let write = |value: &Option<&[u8]>| value.map_or(Write::Delete, |value| Write::Put(Bytes::copy_from_slice(value)));
    let mut set = ReadWriteSet::default();
    let mut private_set = PrivateSet::default();
    let namespace = set.namespaces.entry(CHAINCODE.to_owned()).or_default();
    namespace.writes = public.iter().map(|(key, value)| ((*key).to_owned(), write(value))).collect();
    if !private.is_empty() {
        let hashed = namespace.collections.entry(collection()).or_default();
        let clear = private_set.collections.entry((CHAINCODE.to_owned(), collection())).or_default();
        for (key, value) in private {
            let hash = value.map_or(HashedWrite::Delete, |value| HashedWrite::Put(sha256(&[value])));
            hashed.writes.insert(sha256(&[key.as_bytes()]), hash);
            clear.insert((*key).to_owned(), write(value));
        }
        hashed.private_set_hash = Some(folio_wire::private_writes_hash(clear));
    }
    let (envelope, id) = envelope(nonce, &set);
    Tx { envelope, id, code: ValidationCode::Valid, set, private: private_set }
}

pub(crate) fn collection() -> String {
    implicit_collection("AuroraMSP")
}

fn envelope(nonce: u64, set: &ReadWriteSet) -> (Bytes, TxId) {
    let proposal = NewProposal {
        creator: Bytes::from(vec![b'c'; 700]),
        channel_id: "folio".to_owned(),
        chaincode: CHAINCODE.to_owned(),
        args: vec![Bytes::from_static(b"stay.post")],
        transient: Default::default(),
        timestamp: Timestamp { seconds: 1_700_000_000, nanos: 0 },
        nonce: Bytes::copy_from_slice(&nonce.to_be_bytes()),
    };
    let proposal = proposal.sign(|_| vec![1; 70]).unwrap();
    let response = Response { status: 200, message: String::new(), payload: Bytes::new() };
    let chaincode = ChaincodeId { name: CHAINCODE.to_owned(), version: "1".to_owned() };
    let outcome = build_response_payload(&proposal.hash(), encode_rwset(set), None, &response, &chaincode);
    let payload = build_envelope_payload(&proposal, &outcome, &[]);
    (encode_envelope(&payload, &Bytes::from_static(b"signature")), proposal.header.tx_id)
}

/// The block that follows the ledger's last one.
pub(crate) fn next_block(ledger: &Ledger, txs: &[Tx]) -> Block {
    let tip = ledger.tip();
    Block::new(tip.height, tip.block_hash, txs.iter().map(|tx| tx.envelope.clone()).collect())
}

/// What a validator would make of a block of these transactions.
pub(crate) fn commit_of(block: Block, txs: &[Tx]) -> Commit {
    let mut updates = UpdateBatch::default();
    let mut transactions = Vec::new();
    let mut private = Vec::new();
    for (number, tx) in (0..).zip(txs) {
        let envelope = Envelope::decode(&tx.envelope).ok();
        let is_valid = tx.code.is_valid() && envelope.is_some();
        transactions.push(TransactionRecord::new(envelope.as_ref(), tx.code, is_valid.then(|| tx.set.clone())));
        if is_valid {
            updates.apply(block.number, number, &tx.set);
            if !tx.private.is_empty() {
                private.push((number, tx.private.clone()));
            }
        }
    }
    Commit { block, transactions, updates, private }
}

/// Commits the next block.
pub(crate) fn commit(ledger: &Ledger, txs: &[Tx]) -> Result<Block, LedgerError> {
    ledger.commit(commit_of(next_block(ledger, txs), txs))
}

/// Small files and caches, so that tests reach their limits.
pub(crate) fn options() -> LedgerOptions {
    LedgerOptions { block_file_bytes_max: 20_000, value_cache_bytes: 40_000, ..Default::default() }
}

pub(crate) fn open(dir: &std::path::Path) -> Result<Ledger, LedgerError> {
    Ledger::open(dir, options())
}

pub(crate) fn at(block: u64, tx: u64) -> Version {
    Version::new(block, tx)
}
