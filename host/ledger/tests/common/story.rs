//! A few blocks whose state is known at every height, to stop a ledger in and to see that it goes on.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::path::Path;

use folio_types::Digest;

use super::{Tx, commit, open, tx_with};

pub(crate) const BLOCKS: u64 = 6;

pub(crate) fn txs(block: u64) -> Vec<Tx> {
    let value = block.to_be_bytes();
    let private: &[(&str, Option<&[u8]>)] = &[("p", Some(&value)), ("gone", None)];
    let public = |key: &'static str| -> [(&str, Option<&[u8]>); 2] { [(key, Some(&value)), ("always", Some(&value))] };
    vec![
        tx_with(3 * block, &public("even"), private),
        tx_with(3 * block + 1, &public("odd"), &[]),
        tx_with(3 * block + 2, &[("even", None)], &[]),
    ]
}

/// State hashes of an undisturbed ledger by height.
pub(crate) fn expected_hashes() -> Vec<Digest> {
    let dir = tempfile::tempdir().unwrap();
    let ledger = open(dir.path()).unwrap();
    let mut hashes = vec![ledger.state_hash().unwrap().1];
    for block in 0..=BLOCKS {
        commit(&ledger, &txs(block)).unwrap();
        hashes.push(ledger.state_hash().unwrap().1);
    }
    hashes
}

/// The ledger holds at least `acknowledged` blocks, its state is theirs, and it goes on.
pub(crate) fn assert_recovers(dir: &Path, acknowledged: u64, expected: &[Digest]) {
    let ledger = open(dir).unwrap();
    let height = ledger.height();
    assert!((acknowledged..=acknowledged + 1).contains(&height), "{height} blocks after {acknowledged} acknowledged");
    assert_eq!(ledger.state_hash().unwrap(), (height, expected[height as usize]));
    for block in height..=BLOCKS {
        commit(&ledger, &txs(block)).unwrap();
    }
    assert_eq!(ledger.state_hash().unwrap().1, expected[BLOCKS as usize + 1]);
    drop(ledger);
    assert_eq!(open(dir).unwrap().state_hash().unwrap().1, expected[BLOCKS as usize + 1]);
}
