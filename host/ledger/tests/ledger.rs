//! What a ledger promises, with real files.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;

use std::{
    fs,
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use bytes::Bytes;
use common::{CHAINCODE, Tx, at, collection, commit, commit_of, next_block, open, options, tx, tx_with};
use folio_ledger::{
    BlockStore, BlockStoreOptions, Commit, Ledger, LedgerError, LedgerOptions, STAGED_BLOCKS_MAX, TransactionRecord,
    verify,
};
use folio_types::{Namespace, StateReader, UpdateBatch, ValidationCode, Version};
use folio_wire::config::{Config, ConfigGroup, genesis_block};
use folio_wire::{Block, Timestamp};

fn get(state: &impl StateReader, key: &str) -> Option<(Bytes, Version)> {
    let value = state.get(&Namespace::public(CHAINCODE), key.as_bytes()).unwrap();
    value.map(|value| (value.value, value.version))
}

fn get_private(ledger: &Ledger, key: &str) -> Option<(Bytes, Version)> {
    let namespace = Namespace::private(CHAINCODE, &collection());
    let value = ledger.snapshot().get(&namespace, key.as_bytes()).unwrap();
    value.map(|value| (value.value, value.version))
}

fn found(value: &'static [u8], block: u64, tx: u64) -> Option<(Bytes, Version)> {
    Some((Bytes::from_static(value), at(block, tx)))
}

fn with_code(mut tx: Tx, code: ValidationCode) -> Tx {
    tx.code = code;
    tx
}

#[test]
fn a_snapshot_stays_as_it_is_while_blocks_follow() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = open(dir.path()).unwrap();
    let empty = ledger.snapshot();
    commit(&ledger, &[tx(0, &[("a", Some(b"0")), ("b", Some(b"0"))])]).unwrap();
    let first = ledger.snapshot();
    commit(&ledger, &[tx(1, &[("a", Some(b"1"))]), tx(2, &[("b", None), ("c", Some(b"1"))])]).unwrap();
    let second = ledger.snapshot();
    for _ in 0..2 {
        assert_eq!((get(&*empty, "a"), empty.height()), (None, 0));
        assert_eq!(
            (get(&*first, "a"), get(&*first, "b"), get(&*first, "c")),
            (found(b"0", 0, 0), found(b"0", 0, 0), None)
        );
        assert_eq!((get(&*second, "a"), get(&*second, "b")), (found(b"1", 1, 0), None));
        assert_eq!((get(&*second, "c"), second.height()), (found(b"1", 1, 1), 2));
    }
    let keys = |state: &dyn StateReader, start: &[u8], end: &[u8], limit| -> Vec<_> {
        let entries = state.range(&Namespace::public(CHAINCODE), start, end, limit).unwrap();
        entries.into_iter().map(|(key, _)| String::from_utf8(key.to_vec()).unwrap()).collect()
    };
    assert_eq!(keys(&*first, b"", b"", 9), ["a", "b"]);
    assert_eq!(keys(&*second, b"", b"", 9), ["a", "c"]);
    assert_eq!(keys(&*second, b"b", b"", 9), ["c"]);
    assert_eq!(keys(&*second, b"a", b"c", 9), ["a"]);
    assert_eq!(keys(&*second, b"", b"", 1), ["a"]);
    assert!(keys(&*second, b"z", b"a", 9).is_empty());
}

#[test]
fn history_is_paged_newest_first_and_ends_at_the_snapshot() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = open(dir.path()).unwrap();
    let first = tx(0, &[("a", Some(b"0")), ("ab", Some(b"other"))]);
    let (second, third) = (tx(1, &[("a", Some(b"1"))]), tx(2, &[("a", None)]));
    let invalid = with_code(tx(3, &[("a", Some(b"never"))]), ValidationCode::MvccReadConflict);
    commit(&ledger, std::slice::from_ref(&first)).unwrap();
    let early = ledger.snapshot();
    commit(&ledger, &[second.clone(), invalid, third.clone()]).unwrap();
    let page = |state: &dyn StateReader, before, limit| -> Vec<_> {
        let entries = state.history(CHAINCODE, b"a", before, limit).unwrap();
        entries.into_iter().map(|entry| (entry.tx_id, entry.version, entry.value)).collect()
    };
    let all = [
        (third.id, at(1, 2), None),
        (second.id, at(1, 0), Some(Bytes::from_static(b"1"))),
        (first.id, at(0, 0), Some(Bytes::from_static(b"0"))),
    ];
    let now = ledger.snapshot();
    assert_eq!(page(&*now, None, 9), all);
    assert_eq!(page(&*now, None, 2), all[..2]);
    assert_eq!(page(&*now, Some(at(1, 0)), 9), all[2..]);
    assert_eq!(page(&*now, Some(at(0, 0)), 9), []);
    assert_eq!(page(&*early, None, 9), all[2..]);
}

#[test]
fn of_two_transactions_with_one_id_the_first_is_found() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = open(dir.path()).unwrap();
    let (a, b) = (tx(0, &[("a", Some(b"0"))]), tx(1, &[("b", Some(b"0"))]));
    let again = with_code(a.clone(), ValidationCode::DuplicateTxid);
    commit(&ledger, &[a.clone(), again.clone()]).unwrap();
    commit(&ledger, &[again, with_code(b.clone(), ValidationCode::EndorsementPolicyFailure)]).unwrap();
    let place = |tx: &Tx| ledger.transaction(&tx.id).unwrap().map(|place| (place.block, place.tx, place.code));
    assert_eq!(place(&a), Some((0, 0, ValidationCode::Valid)));
    assert_eq!(place(&b), Some((1, 1, ValidationCode::EndorsementPolicyFailure)));
    assert_eq!(place(&tx(9, &[])), None);
}

#[test]
fn an_entry_whose_creator_is_not_proven_does_not_take_the_id() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = open(dir.path()).unwrap();
    let honest = tx(0, &[("a", Some(b"0"))]);
    let mut garbage = tx(1, &[]);
    garbage.envelope = Bytes::from_static(b"garbage");
    let forged = [
        with_code(honest.clone(), ValidationCode::BadCreatorSignature),
        with_code(honest.clone(), ValidationCode::BadProposalTxid),
        with_code(honest.clone(), ValidationCode::TargetChainNotFound),
        with_code(garbage, ValidationCode::InvalidOtherReason),
    ];
    commit(&ledger, &forged).unwrap();
    assert_eq!(ledger.transaction(&honest.id).unwrap(), None);
    commit(&ledger, std::slice::from_ref(&honest)).unwrap();
    assert_eq!(ledger.transaction(&honest.id).unwrap().unwrap().block, 1);
}

#[test]
fn blocks_carry_verdicts_and_a_chain_of_commit_hashes() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = open(dir.path()).unwrap();
    let genesis = commit(&ledger, &[tx(0, &[("a", Some(b"0"))])]).unwrap();
    let bad = with_code(tx(2, &[("c", Some(b"1"))]), ValidationCode::PhantomReadConflict);
    let second = commit(&ledger, &[tx(1, &[("b", Some(b"1"))]), bad]).unwrap();
    assert_eq!(genesis.commit_hash().unwrap(), None);
    assert_eq!(second.verdicts().collect::<Vec<_>>(), [ValidationCode::Valid, ValidationCode::PhantomReadConflict]);
    assert_eq!(second.commit_hash().unwrap(), ledger.tip().commit_hash);
    assert!(ledger.tip().commit_hash.is_some());
    assert_eq!(ledger.block(1).unwrap(), Some(second.clone()));
    assert_eq!(ledger.block_by_hash(&genesis.header_hash()).unwrap(), Some(genesis));
    assert_eq!(ledger.block_bytes(1).unwrap(), Some(second.encode()));
    assert_eq!(ledger.block(2).unwrap(), None);
}

#[test]
fn a_block_that_does_not_fit_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = open(dir.path()).unwrap();
    let txs = [tx(0, &[("a", Some(b"0"))])];
    commit(&ledger, &txs).unwrap();
    let before = ledger.state_hash().unwrap();
    let data = vec![txs[0].envelope.clone()];
    let refused = |commit: Commit| ledger.commit(commit).unwrap_err();
    let other_number = Block::new(2, ledger.tip().block_hash, data.clone());
    let out_of_order = refused(commit_of(other_number, &txs));
    assert!(matches!(out_of_order, LedgerError::OutOfOrder { expected: 1, got: 2 }), "{out_of_order}");
    let broken = refused(commit_of(Block::new(1, Some([9; 32]), data), &txs));
    assert!(matches!(broken, LedgerError::BrokenChain { block: 1, .. }), "{broken}");
    let too_few = refused(Commit { transactions: vec![], ..commit_of(next_block(&ledger, &txs), &txs) });
    assert!(matches!(too_few, LedgerError::Inconsistent { block: 1, .. }), "{too_few}");
    let invalid = [with_code(tx_with(1, &[], &[("p", Some(b"1"))]), ValidationCode::MvccReadConflict)];
    let private = vec![(0, invalid[0].private.clone())];
    let of_invalid = refused(Commit { private, ..commit_of(next_block(&ledger, &invalid), &invalid) });
    assert!(matches!(of_invalid, LedgerError::Inconsistent { block: 1, .. }), "{of_invalid}");
    assert_eq!(ledger.state_hash().unwrap(), before);
    commit(&ledger, &txs).unwrap();
}

#[test]
fn private_values_are_read_after_commit_and_survive_the_loss_of_the_state() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = open(dir.path()).unwrap();
    let both = tx_with(0, &[("a", Some(b"0"))], &[("p", Some(b"secret")), ("q", Some(b"other"))]);
    let (changed, gone) = (tx_with(1, &[], &[("p", Some(b"1"))]), tx_with(2, &[], &[("p", Some(b"2")), ("q", None)]));
    ledger.stage_private(both.id, &both.private).unwrap();
    assert_eq!(ledger.staged_private(&both.id).unwrap(), Some(both.private.clone()));
    commit(&ledger, std::slice::from_ref(&both)).unwrap();
    assert_eq!(ledger.staged_private(&both.id).unwrap(), None, "staging is cleared by the commit");
    assert_eq!(get_private(&ledger, "p"), found(b"secret", 0, 0));
    commit(&ledger, &[changed, gone]).unwrap();
    commit(&ledger, &[tx(3, &[("a", Some(b"1"))])]).unwrap();
    let hash = ledger.state_hash().unwrap();
    let holds = |ledger: &Ledger| {
        assert_eq!((get_private(ledger, "p"), get_private(ledger, "q")), (found(b"2", 1, 1), None));
        assert_eq!(ledger.state_hash().unwrap(), hash);
    };
    holds(&ledger);
    drop(ledger);
    holds(&open(dir.path()).unwrap());
    fs::remove_dir_all(dir.path().join("state")).unwrap();
    holds(&open(dir.path()).unwrap());
}

#[test]
fn private_values_do_not_touch_the_state_hash() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (member, other) = (open(one.path()).unwrap(), open(two.path()).unwrap());
    let mut secret = tx_with(0, &[("a", Some(b"0"))], &[("p", Some(b"secret"))]);
    commit(&member, std::slice::from_ref(&secret)).unwrap();
    secret.private = Default::default();
    commit(&other, &[secret]).unwrap();
    assert_eq!(member.state_hash().unwrap(), other.state_hash().unwrap());
    assert_eq!(member.tip(), other.tip());
    assert_eq!(get_private(&other, "p"), None);
}

#[test]
fn staged_values_wait_across_a_restart_and_are_given_up_after_enough_blocks() {
    let dir = tempfile::tempdir().unwrap();
    // Thousands of blocks need not be synced to show this.
    let open = |dir: &std::path::Path| Ledger::open(dir, LedgerOptions { durable: false, ..options() });
    let ledger = open(dir.path()).unwrap();
    commit(&ledger, &[tx(0, &[])]).unwrap();
    let waiting = tx_with(1, &[], &[("p", Some(b"secret"))]);
    ledger.stage_private(waiting.id, &waiting.private).unwrap();
    drop(ledger);
    let ledger = open(dir.path()).unwrap();
    for nonce in 0..STAGED_BLOCKS_MAX {
        assert!(ledger.staged_private(&waiting.id).unwrap().is_some());
        commit(&ledger, &[tx(2 + nonce, &[])]).unwrap();
    }
    commit(&ledger, &[tx(2 + STAGED_BLOCKS_MAX, &[])]).unwrap();
    assert_eq!(ledger.staged_private(&waiting.id).unwrap(), None);
}

#[test]
fn state_of_other_blocks_is_made_again() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let ledger = open(one.path()).unwrap();
    let other = open(two.path()).unwrap();
    for nonce in 0..4 {
        commit(&ledger, &[tx(nonce, &[("a", Some(b"x"))])]).unwrap();
        commit(&other, &[tx(nonce + 100, &[("b", Some(b"y"))])]).unwrap();
    }
    let hash = ledger.state_hash().unwrap();
    drop((ledger, other));
    fs::remove_dir_all(one.path().join("state")).unwrap();
    fs::rename(two.path().join("state"), one.path().join("state")).unwrap();
    assert_eq!(open(one.path()).unwrap().state_hash().unwrap(), hash);
}

#[test]
fn a_state_folder_full_of_rubbish_is_made_again() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = open(dir.path()).unwrap();
    (0..4).for_each(|nonce| drop(commit(&ledger, &[tx(nonce, &[("a", Some(b"x"))])]).unwrap()));
    let hash = ledger.state_hash().unwrap();
    drop(ledger);
    let state = dir.path().join("state");
    for name in ["version", "0.jnl"] {
        assert!(state.join(name).exists());
        fs::write(state.join(name), b"rubbish").unwrap();
        assert_eq!(open(dir.path()).unwrap().state_hash().unwrap(), hash, "{name}");
    }
}

#[test]
fn a_block_whose_writes_do_not_give_its_commit_hash_stops_the_ledger() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = open(dir.path()).unwrap();
    commit(&ledger, &[tx(0, &[("a", Some(b"0"))])]).unwrap();
    let mut block = next_block(&ledger, &[tx(1, &[("a", Some(b"1"))])]);
    block.set_verdicts(&[ValidationCode::Valid]);
    block.set_commit_hash(&[7; 32]);
    drop(ledger);
    let store = BlockStore::open(&dir.path().join("blocks"), BlockStoreOptions::default()).unwrap();
    store.append(1, &block.header_hash(), block.encode()).unwrap();
    drop(store);
    let error = open(dir.path()).unwrap_err();
    assert!(matches!(error, LedgerError::CommitHash { block: 1, .. }), "{error}");
    let report = verify(dir.path(), |_, _| {}).unwrap();
    assert_eq!(report.findings.len(), 1, "{:?}", report.findings);
    assert!(report.findings[0].to_string().starts_with("block 1: "), "{}", report.findings[0]);
}

#[test]
fn a_sound_ledger_is_verified_and_left_as_it_is() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = open(dir.path()).unwrap();
    for nonce in 0..30 {
        let valid = tx_with(2 * nonce, &[("a", Some(b"x"))], &[("p", Some(b"y"))]);
        let bad = with_code(tx(2 * nonce + 1, &[("b", Some(b"x"))]), ValidationCode::MvccReadConflict);
        commit(&ledger, &[valid, bad]).unwrap();
    }
    assert!(matches!(verify(dir.path(), |_, _| {}).unwrap_err(), LedgerError::Locked { .. }));
    let (tip, hash) = (ledger.tip(), ledger.state_hash().unwrap());
    drop(ledger);
    let mut seen = Vec::new();
    let report = verify(dir.path(), |done, of| seen.push((done, of))).unwrap();
    assert!(report.is_sound(), "{:?}", report.findings);
    assert_eq!((report.height, report.transactions, report.valid), (30, 60, 30));
    assert_eq!((report.block_hash, report.commit_hash), (tip.block_hash, tip.commit_hash));
    assert_eq!((report.state_height, report.state_hash), (Some(hash.0), Some(hash.1)));
    assert!(report.block_files > 1 && seen.last() == Some(&(30, 30)));
    assert!(!dir.path().join("verify.tmp").exists());
    assert_eq!(open(dir.path()).unwrap().state_hash().unwrap(), hash);
}

#[test]
fn verification_finds_what_was_changed() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = open(dir.path()).unwrap();
    for nonce in 0..30 {
        commit(&ledger, &[tx_with(nonce, &[("a", Some(b"x"))], &[("p", Some(b"y"))])]).unwrap();
    }
    drop(ledger);
    for file in ["blocks/000000.blocks", "private/000000.private"] {
        let path = dir.path().join(file);
        let whole = fs::read(&path).unwrap();
        let mut damaged = whole.clone();
        damaged[200] ^= 1;
        fs::write(&path, damaged).unwrap();
        let report = verify(dir.path(), |_, _| {}).unwrap();
        assert!(report.findings[0].what.contains(&path.display().to_string()), "{:?}", report.findings);
        fs::write(&path, whole).unwrap();
    }
    assert!(verify(dir.path(), |_, _| {}).unwrap().is_sound());
}

#[test]
fn readers_beside_commits_see_one_height() {
    const KEYS: usize = 40;
    const BLOCKS: u64 = 150;
    let dir = tempfile::tempdir().unwrap();
    let ledger = open(dir.path()).unwrap();
    let keys: Vec<String> = (0..KEYS).map(|key| format!("key{key:02}")).collect();
    let is_over = AtomicBool::new(false);
    // Every block sets every key to the block's number, half of them by a deletion in odd blocks.
    let expected = |height: u64, key: usize| {
        let last = height.checked_sub(1)?;
        (last.is_multiple_of(2) || key.is_multiple_of(2))
            .then(|| (Bytes::copy_from_slice(&last.to_be_bytes()), at(last, 0)))
    };
    let read_all = |offset: usize| {
        let snapshot = ledger.snapshot();
        for step in 0..KEYS {
            let key = (step * 7 + offset) % KEYS;
            assert_eq!(get(&*snapshot, &keys[key]), expected(snapshot.height(), key), "key {key}");
        }
    };
    thread::scope(|scope| {
        for offset in 0..3 {
            let (read_all, is_over) = (&read_all, &is_over);
            scope.spawn(move || {
                while !is_over.load(Ordering::Relaxed) {
                    read_all(offset);
                }
            });
        }
        for block in 0..BLOCKS {
            let value = block.to_be_bytes();
            let writes: Vec<_> = (0..KEYS)
                .map(|key| {
                    (keys[key].as_str(), (block.is_multiple_of(2) || key.is_multiple_of(2)).then_some(&value[..]))
                })
                .collect();
            commit(&ledger, &[tx(block, &writes)]).unwrap();
        }
        is_over.store(true, Ordering::Relaxed);
    });
    read_all(0);
    assert_eq!(ledger.height(), BLOCKS);
}

#[test]
fn state_is_made_again_from_a_block_0_that_nobody_signed() {
    let folder = tempfile::tempdir().unwrap();
    let config = Config { sequence: 0, channel: ConfigGroup::default() };
    let moment = Timestamp { seconds: 1_700_000_000, nanos: 0 };
    let genesis = genesis_block("folio", &config, moment, &Bytes::from_static(b"nonce"));
    let ledger = open(folder.path()).unwrap();
    let record = TransactionRecord::new(None, ValidationCode::Valid, None);
    let (transactions, updates, private) = (vec![record], UpdateBatch::default(), Vec::new());
    ledger.commit(Commit { block: genesis, transactions, updates, private }).unwrap();
    commit(&ledger, &[tx(1, &[("key", Some(b"value"))])]).unwrap();
    let (tip, state) = (ledger.tip(), ledger.state_hash().unwrap());
    drop(ledger);
    fs::remove_dir_all(folder.path().join("state")).unwrap();
    let ledger = open(folder.path()).unwrap();
    assert_eq!((ledger.tip(), ledger.state_hash().unwrap()), (tip, state));
    assert!(verify(folder.path(), |_, _| ()).is_err(), "the ledger is open");
    drop(ledger);
    assert!(verify(folder.path(), |_, _| ()).unwrap().is_sound());
}
