//! Verdicts over a real ledger: what one block commits is what the next one is judged by.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;

use std::{num::NonZeroUsize, path::Path};

use bytes::Bytes;
use common::{CHAINCODE, World};
use folio_channel::path::ENDORSEMENT;
use folio_ledger::{Commit, Ledger, LedgerOptions, TransactionRecord, verify};
use folio_types::{ApplicationPolicy, ReadWriteSet, StateError, ValidationCode as Code, Version, Write};
use folio_validator::{Chaincode, Chaincodes, Rules, View, validate};
use folio_wire::Block;

fn open(dir: &Path) -> Ledger {
    Ledger::open(dir, LedgerOptions::default()).unwrap()
}

/// A transaction that moves `key` on from the version it was read at.
fn moves(key: &str, read: Option<Version>) -> ReadWriteSet {
    let mut set = ReadWriteSet::default();
    let namespace = set.namespaces.entry(CHAINCODE.to_owned()).or_default();
    namespace.reads.insert(key.to_owned(), read);
    namespace.writes.insert(key.to_owned(), Write::Put(Bytes::from_static(b"moved")));
    set
}

fn commit(world: &World, ledger: &Ledger, entries: Vec<Bytes>) -> Vec<Code> {
    let tip = ledger.tip();
    let block = Block::new(tip.height, tip.block_hash, entries);
    let state = ledger.snapshot();
    let policy = || ApplicationPolicy::ChannelReference(ENDORSEMENT.to_owned());
    let chaincodes = Chaincodes::new(move |_| Ok(Some(Chaincode { version: "1".to_owned(), policy: policy() })));
    let has_transaction = |id: &_| {
        let found = state.transaction(id).map_err(|error| StateError { reason: error.to_string() })?;
        Ok(found.is_some())
    };
    let view =
        View { state: &*state, has_transaction: &has_transaction, chaincodes: &chaincodes, channel: &world.channel };
    let rules = Rules { channel: &world.channel, own: &world.own };
    let verdict = validate(&block, &rules, &view, NonZeroUsize::new(2).unwrap()).unwrap();
    let record = |judged: folio_validator::Judged| {
        let set = judged.transaction.map(|transaction| transaction.rwset);
        TransactionRecord::new(judged.envelope.as_ref(), judged.code, set)
    };
    let codes = verdict.codes().collect();
    let transactions = verdict.transactions.into_iter().map(record).collect();
    ledger.commit(Commit { block, transactions, updates: verdict.updates, private: vec![] }).unwrap();
    codes
}

#[test]
fn a_block_is_judged_by_what_the_blocks_before_it_committed() {
    let world = World::found();
    let dir = tempfile::tempdir().unwrap();
    let ledger = open(dir.path());
    let seal = |nonce, set| world.forge(nonce, set).seal();
    let genesis = seal(0, ReadWriteSet::default());
    commit(&world, &ledger, vec![genesis]);

    let first = seal(1, moves("k", None));
    assert_eq!(
        commit(&world, &ledger, vec![first.clone(), seal(2, moves("k", None))]),
        [Code::Valid, Code::MvccReadConflict]
    );
    let mut forged = world.forge(4, moves("x", None));
    forged.creator = &world.stranger;
    let garbage = Bytes::from_static(b"garbage");
    let entries = vec![
        first.clone(),
        seal(2, moves("k", Some(Version::new(1, 0)))),
        seal(3, moves("k", Some(Version::new(1, 0)))),
        forged.seal(),
        garbage,
    ];
    let expected =
        [Code::DuplicateTxid, Code::DuplicateTxid, Code::Valid, Code::BadCreatorSignature, Code::InvalidOtherReason];
    assert_eq!(commit(&world, &ledger, entries), expected);

    let place = |ledger: &Ledger, nonce| {
        let id = world.forge(nonce, ReadWriteSet::default()).tx_id();
        ledger.transaction(&id).unwrap().map(|place| (place.block, place.tx, place.code))
    };
    let places = |ledger: &Ledger| [1, 2, 3, 4].map(|nonce| place(ledger, nonce));
    let committed = places(&ledger);
    assert_eq!(committed[..2], [Some((1, 0, Code::Valid)), Some((1, 1, Code::MvccReadConflict))]);
    assert_eq!(committed[2..], [Some((2, 2, Code::Valid)), None]);

    // The same comes out when the state is made again from the blocks alone.
    let (tip, hash) = (ledger.tip(), ledger.state_hash().unwrap());
    drop(ledger);
    assert!(verify(dir.path(), |_, _| {}).unwrap().is_sound());
    std::fs::remove_dir_all(dir.path().join("state")).unwrap();
    let ledger = open(dir.path());
    assert_eq!((ledger.tip(), ledger.state_hash().unwrap(), places(&ledger)), (tip, hash, committed));
}
