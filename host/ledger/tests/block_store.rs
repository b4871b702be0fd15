//! What the block store promises, with real files.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use bytes::Bytes;
use folio_ledger::{BlockStore, BlockStoreOptions, LedgerError, Step, StepHook};
use proptest::{collection::vec, prelude::*};

fn block(number: u64) -> Bytes {
    (0..700 + number * 13).map(|i| (i * (number + 3) % 251) as u8).collect()
}

fn hash(number: u64) -> [u8; 32] {
    let mut hash = [0x5a; 32];
    hash[7..15].copy_from_slice(&number.to_be_bytes());
    hash
}

fn open(dir: &Path) -> Result<BlockStore, LedgerError> {
    BlockStore::open(dir, BlockStoreOptions { file_bytes_max: 4_000, ..Default::default() })
}

fn append(store: &BlockStore, number: u64) -> Result<(), LedgerError> {
    store.append(number, &hash(number), block(number))
}

fn store_of(dir: &Path, blocks: u64) -> BlockStore {
    let store = open(dir).unwrap();
    (0..blocks).for_each(|number| append(&store, number).unwrap());
    store
}

fn assert_holds(store: &BlockStore, blocks: u64) {
    assert_eq!(store.height(), blocks);
    for number in 0..blocks {
        assert_eq!(store.bytes(number).unwrap(), Some(block(number)), "block {number}");
        assert_eq!(store.number_by_hash(&hash(number)).unwrap(), Some(number));
    }
    assert_eq!(store.bytes(blocks).unwrap(), None);
    assert_eq!(store.number_by_hash(&hash(blocks)).unwrap(), None);
    assert_eq!(store.last_hash(), blocks.checked_sub(1).map(hash));
}

fn block_files(dir: &Path) -> Vec<PathBuf> {
    let mut files: Vec<_> = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "blocks"));
    files.sort();
    files
}

#[test]
fn blocks_are_found_by_number_and_hash_after_reopening_across_many_files() {
    let dir = tempfile::tempdir().unwrap();
    assert_holds(&store_of(dir.path(), 40), 40);
    assert!(block_files(dir.path()).len() > 2);
    assert_holds(&open(dir.path()).unwrap(), 40);
    fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().path()).for_each(|path| {
        if path.extension().is_some_and(|extension| extension == "index") {
            fs::remove_file(path).unwrap();
        }
    });
    assert_holds(&open(dir.path()).unwrap(), 40);
}

#[test]
fn a_damaged_side_index_is_not_believed() {
    let dir = tempfile::tempdir().unwrap();
    drop(store_of(dir.path(), 40));
    let index = dir.path().join("000000.index");
    let whole = fs::read(&index).unwrap();
    for at in [0, 9, 13, 17, 30, whole.len() - 1] {
        let mut damaged = whole.clone();
        damaged[at] ^= 1;
        fs::write(&index, damaged).unwrap();
        assert_holds(&open(dir.path()).unwrap(), 40);
        assert_eq!(fs::read(&index).unwrap(), whole, "the index is made again");
    }
}

#[test]
fn only_the_next_block_is_taken() {
    let dir = tempfile::tempdir().unwrap();
    let store = store_of(dir.path(), 2);
    for wrong in [0, 1, 3] {
        let error = append(&store, wrong).unwrap_err();
        assert!(matches!(error, LedgerError::OutOfOrder { expected: 2, got } if got == wrong), "{error}");
    }
    append(&store, 2).unwrap();
    assert_holds(&store, 3);
}

#[test]
fn a_file_cut_at_any_byte_of_the_last_two_frames_loses_only_what_was_cut() {
    let dir = tempfile::tempdir().unwrap();
    let mut ends = vec![24];
    let store = BlockStore::open(dir.path(), BlockStoreOptions::default()).unwrap();
    let path = dir.path().join("000000.blocks");
    for number in 0..4 {
        append(&store, number).unwrap();
        ends.push(fs::metadata(&path).unwrap().len() as usize);
    }
    drop(store);
    let whole = fs::read(&path).unwrap();
    for cut in ends[2]..=whole.len() {
        fs::write(&path, &whole[..cut]).unwrap();
        let left = ends.iter().filter(|end| **end <= cut).count() as u64 - 1;
        let store = BlockStore::open(dir.path(), BlockStoreOptions::default()).unwrap();
        assert_holds(&store, left);
        append(&store, left).unwrap();
        drop(store);
        assert_holds(&BlockStore::open(dir.path(), BlockStoreOptions::default()).unwrap(), left + 1);
    }
}

#[test]
fn a_last_frame_whose_pages_never_reached_the_disk_is_cut_off() {
    let dir = tempfile::tempdir().unwrap();
    drop(store_of(dir.path(), 3));
    let path = dir.path().join("000000.blocks");
    let whole = fs::read(&path).unwrap();
    for (from, zeros) in [(0, 64), (64, 200), (100, 5_000)] {
        let mut torn = whole.clone();
        let store = open(dir.path()).unwrap();
        append(&store, 3).unwrap();
        drop(store);
        torn.extend_from_slice(&fs::read(&path).unwrap()[whole.len()..whole.len() + from]);
        torn.resize(torn.len() + zeros, 0);
        fs::write(&path, &torn).unwrap();
        assert_holds(&open(dir.path()).unwrap(), 3);
    }
}

#[test]
fn damage_before_the_last_frame_stops_the_store_and_names_the_place() {
    let dir = tempfile::tempdir().unwrap();
    let store = BlockStore::open(dir.path(), BlockStoreOptions::default()).unwrap();
    let path = dir.path().join("000000.blocks");
    append(&store, 0).unwrap();
    let second = fs::metadata(&path).unwrap().len();
    (1..4).for_each(|number| append(&store, number).unwrap());
    drop(store);
    let whole = fs::read(&path).unwrap();
    for at in [0, 1, 5, 10, 20, 30, 60, 64, 80] {
        let mut damaged = whole.clone();
        damaged[second as usize + at] ^= 0x10;
        fs::write(&path, &damaged).unwrap();
        match BlockStore::open(dir.path(), BlockStoreOptions::default()).unwrap_err() {
            LedgerError::Corrupt { file, offset, block, .. } => {
                assert_eq!((file, offset, block), (path.clone(), second, 1))
            }
            other => panic!("byte {at}: {other}"),
        }
    }
}

#[test]
fn damage_in_a_full_file_is_found_when_the_block_is_read() {
    let dir = tempfile::tempdir().unwrap();
    drop(store_of(dir.path(), 40));
    let path = dir.path().join("000000.blocks");
    let mut damaged = fs::read(&path).unwrap();
    damaged[24 + 64 + 20] ^= 1;
    fs::write(&path, damaged).unwrap();
    let store = open(dir.path()).unwrap();
    match store.bytes(0).unwrap_err() {
        LedgerError::Corrupt { file, offset, block, .. } => assert_eq!((file, offset, block), (path, 24, 0)),
        other => panic!("{other}"),
    }
    assert_eq!(store.bytes(1).unwrap(), Some(block(1)));
}

#[test]
fn a_missing_file_is_named() {
    let dir = tempfile::tempdir().unwrap();
    drop(store_of(dir.path(), 40));
    let missing = dir.path().join("000001.blocks");
    fs::remove_file(&missing).unwrap();
    let error = open(dir.path()).unwrap_err();
    assert!(matches!(&error, LedgerError::Corrupt { file, .. } if *file == missing), "{error}");
}

#[test]
fn a_file_that_was_only_begun_is_begun_again() {
    let dir = tempfile::tempdir().unwrap();
    drop(store_of(dir.path(), 20));
    let next = dir.path().join(format!("{:06}.blocks", block_files(dir.path()).len()));
    for beginning in [vec![], vec![0; 24], b"FolioBlk\x01".to_vec()] {
        fs::write(&next, beginning).unwrap();
        assert_holds(&open(dir.path()).unwrap(), 20);
    }
    let store = open(dir.path()).unwrap();
    (20..30).for_each(|number| append(&store, number).unwrap());
    drop(store);
    assert_holds(&open(dir.path()).unwrap(), 30);
}

#[test]
fn a_full_disk_poisons_the_store_and_loses_nothing_acknowledged() {
    for failing in [Step::BlockWrite, Step::BlockSync] {
        let dir = tempfile::tempdir().unwrap();
        let disk_full = Arc::new(AtomicBool::new(false));
        let asked = disk_full.clone();
        let hook = StepHook::new(move |step| {
            let fails = step == failing && asked.load(Ordering::SeqCst);
            if fails { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
        });
        let store = BlockStore::open(dir.path(), BlockStoreOptions { hook, ..Default::default() }).unwrap();
        (0..3).for_each(|number| append(&store, number).unwrap());
        disk_full.store(true, Ordering::SeqCst);
        assert!(matches!(append(&store, 3).unwrap_err(), LedgerError::Io { .. }));
        disk_full.store(false, Ordering::SeqCst);
        assert!(matches!(append(&store, 3).unwrap_err(), LedgerError::Poisoned { .. }));
        assert_holds(&store, 3);
        drop(store);
        let store = open(dir.path()).unwrap();
        // A frame that was written, but not known to be synced, may be there: it was never acknowledged.
        let height = store.height();
        assert_eq!(height, if failing == Step::BlockSync { 4 } else { 3 });
        append(&store, height).unwrap();
        assert_holds(&store, height + 1);
    }
}

#[test]
fn a_store_has_one_owner() {
    let dir = tempfile::tempdir().unwrap();
    let store = store_of(dir.path(), 1);
    assert!(matches!(open(dir.path()).unwrap_err(), LedgerError::Locked { .. }));
    drop(store);
    assert_holds(&open(dir.path()).unwrap(), 1);
}

/// One piece of damage to a file.
#[derive(Clone, Copy, Debug)]
enum Damage {
    Flip(usize, u8),
    Cut(usize),
    Zero(usize, usize),
}

fn damages() -> impl Strategy<Value = Damage> {
    prop_oneof![
        (any::<usize>(), 1u8..).prop_map(|(at, with)| Damage::Flip(at, with)),
        any::<usize>().prop_map(Damage::Cut),
        (any::<usize>(), 1usize..300).prop_map(|(at, bytes)| Damage::Zero(at, bytes)),
    ]
}

fn damaged(mut bytes: Vec<u8>, damages: &[Damage]) -> Vec<u8> {
    for damage in damages {
        let length = bytes.len().max(1);
        match *damage {
            Damage::Flip(at, with) => {
                if let Some(byte) = bytes.get_mut(at % length) {
                    *byte ^= with;
                }
            }
            Damage::Cut(at) => bytes.truncate(at % length),
            Damage::Zero(at, count) => bytes.iter_mut().skip(at % length).take(count).for_each(|byte| *byte = 0),
        }
    }
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn whatever_happens_to_a_file_no_wrong_block_is_handed_out(which in 0usize..3, damages in vec(damages(), 1..4)) {
        let dir = tempfile::tempdir().unwrap();
        drop(store_of(dir.path(), 12));
        let files = block_files(dir.path());
        let path = &files[which % files.len()];
        fs::write(path, damaged(fs::read(path).unwrap(), &damages)).unwrap();
        match open(dir.path()) {
            Err(LedgerError::Corrupt { .. }) => {}
            Err(other) => prop_assert!(false, "{other}"),
            Ok(store) => {
                prop_assert!(store.height() <= 12);
                for number in 0..store.height() {
                    match store.bytes(number) {
                        Ok(found) => prop_assert_eq!(found, Some(block(number))),
                        Err(LedgerError::Corrupt { block, .. }) => prop_assert_eq!(block, number),
                        Err(LedgerError::Io { .. }) => {}
                        Err(other) => prop_assert!(false, "{other}"),
                    }
                }
            }
        }
    }
}
