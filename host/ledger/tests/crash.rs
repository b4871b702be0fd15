//! The disk fails at every step of a commit, or loses the end of a file.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;

use std::{
    fs, io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use common::story::{BLOCKS, assert_recovers, expected_hashes, txs};
use common::{commit, open, options};
use folio_ledger::{Ledger, LedgerError, LedgerOptions, Step, StepHook};

#[test]
fn a_disk_that_fails_at_any_step_loses_no_acknowledged_block() {
    let expected = expected_hashes();
    for failing in Step::ALL {
        let dir = tempfile::tempdir().unwrap();
        let is_broken = Arc::new(AtomicBool::new(false));
        let asked = is_broken.clone();
        let hook = StepHook::new(move |step| {
            let fails = step == failing && asked.load(Ordering::SeqCst);
            if fails { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
        });
        let ledger = Ledger::open(dir.path(), LedgerOptions { hook, ..options() }).unwrap();
        (0..BLOCKS).for_each(|block| drop(commit(&ledger, &txs(block)).unwrap()));
        is_broken.store(true, Ordering::SeqCst);
        assert!(matches!(commit(&ledger, &txs(BLOCKS)), Err(LedgerError::Io { .. })), "{failing:?}");
        is_broken.store(false, Ordering::SeqCst);
        assert!(matches!(commit(&ledger, &txs(BLOCKS)), Err(LedgerError::Poisoned { .. })), "{failing:?}");
        assert_eq!(ledger.state_hash().unwrap(), (BLOCKS, expected[BLOCKS as usize]), "readers go on: {failing:?}");
        drop(ledger);
        assert_recovers(dir.path(), BLOCKS, &expected);
    }
}

#[test]
fn a_block_file_cut_anywhere_in_its_last_two_frames_gives_the_state_of_the_blocks_left() {
    const EVERY_BYTES: usize = 61;
    let expected = expected_hashes();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("blocks/000000.blocks");
    let mut ends = vec![24];
    let ledger = open(dir.path()).unwrap();
    for block in 0..4 {
        commit(&ledger, &txs(block)).unwrap();
        ends.push(fs::metadata(&path).unwrap().len() as usize);
    }
    drop(ledger);
    let whole = fs::read(&path).unwrap();
    for cut in (ends[2]..whole.len()).step_by(EVERY_BYTES) {
        fs::write(&path, &whole[..cut]).unwrap();
        let left = ends.iter().filter(|end| **end <= cut).count() - 1;
        let ledger = open(dir.path()).unwrap();
        assert_eq!(ledger.state_hash().unwrap(), (left as u64, expected[left]), "cut at {cut}");
        (left as u64..4).for_each(|block| drop(commit(&ledger, &txs(block)).unwrap()));
        assert_eq!(ledger.state_hash().unwrap().1, expected[4]);
    }
}

#[test]
fn private_values_of_a_block_that_never_came_are_dropped() {
    let dir = tempfile::tempdir().unwrap();
    let expected = expected_hashes();
    let ledger = open(dir.path()).unwrap();
    let path = dir.path().join("blocks/000000.blocks");
    commit(&ledger, &txs(0)).unwrap();
    let one_block = fs::metadata(&path).unwrap().len();
    commit(&ledger, &txs(1)).unwrap();
    drop(ledger);
    fs::OpenOptions::new().write(true).open(&path).unwrap().set_len(one_block).unwrap();
    let ledger = open(dir.path()).unwrap();
    assert_eq!(ledger.height(), 1);
    (1..3).for_each(|block| drop(commit(&ledger, &txs(block)).unwrap()));
    drop(ledger);
    fs::remove_dir_all(dir.path().join("state")).unwrap();
    let ledger = open(dir.path()).unwrap();
    assert_eq!(ledger.state_hash().unwrap().1, expected[3]);
    assert!(folio_ledger::verify(dir.path(), |_, _| {}).is_err());
    drop(ledger);
    let report = folio_ledger::verify(dir.path(), |_, _| {}).unwrap();
    assert!(report.is_sound(), "{:?}", report.findings);
}
