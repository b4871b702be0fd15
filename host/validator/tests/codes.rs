//! Every code, for an entry that is wrong in exactly one way, and the order of codes for entries wrong in several.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;

use bytes::Bytes;
use common::{CHAINCODE, Forge, World, chaincode_id};
use folio_proto::{common as fabric, protos, rwset};
use folio_types::{
    HashedWrite, RangeRead, ReadWriteSet, UpdateBatch, ValidationCode as Code, Version, Write, implicit_collection,
    limits::{KEY_BYTES_MAX, VALUE_BYTES_MAX},
};
use folio_wire::Endorsement;
use prost::Message;

fn put(value: &'static [u8]) -> Write {
    Write::Put(Bytes::from_static(value))
}

fn writes(chaincode: &str, key: &str) -> ReadWriteSet {
    let mut set = ReadWriteSet::default();
    set.namespaces.entry(chaincode.to_owned()).or_default().writes.insert(key.to_owned(), put(b"v"));
    set
}

fn reads(key: &str, version: Option<Version>) -> ReadWriteSet {
    let mut set = ReadWriteSet::default();
    set.namespaces.entry(CHAINCODE.to_owned()).or_default().reads.insert(key.to_owned(), version);
    set
}

fn ranges(end: &str, exhausted: bool, results: &[(&str, Version)]) -> ReadWriteSet {
    let results = results.iter().map(|(key, version)| ((*key).to_owned(), *version)).collect();
    let mut set = ReadWriteSet::default();
    let range = RangeRead { start: "a".to_owned(), end: end.to_owned(), exhausted, results };
    set.namespaces.entry(CHAINCODE.to_owned()).or_default().ranges.push(range);
    set
}

fn writes_private(owner: &str) -> ReadWriteSet {
    let mut set = ReadWriteSet::default();
    let namespace = set.namespaces.entry(CHAINCODE.to_owned()).or_default();
    let collection = namespace.collections.entry(owner.to_owned()).or_default();
    collection.writes.insert([1; 32], HashedWrite::Put([2; 32]));
    set
}

/// A world where keys `b` and `d` were written by 0:0.
fn world() -> World {
    let mut world = World::found();
    let mut batch = UpdateBatch::default();
    batch.apply(0, 0, &writes(CHAINCODE, "b"));
    batch.apply(0, 0, &writes(CHAINCODE, "d"));
    world.state.apply(&batch);
    world
}

fn forged<'a>(world: &'a World, change: impl FnOnce(&mut Forge<'a>)) -> Forge<'a> {
    let mut forge = world.forge(1, writes(CHAINCODE, "k"));
    change(&mut forge);
    forge
}

#[test]
fn an_entry_wrong_in_one_way_gets_its_code() {
    let world = world();
    let sealed = |change: fn(&mut Forge<'_>)| forged(&world, |forge| change(forge)).seal();
    let good = sealed(|_| {});
    let mut spoilt_signature = good.to_vec();
    let last = spoilt_signature.len() - 1;
    spoilt_signature[last] ^= 1;
    let unknown_field = [&good[..], &[0x1a, 0x00]].concat();
    let garbage_payload = fabric::Envelope { payload: vec![0xff].into(), signature: vec![1].into() }.encode_to_vec();
    let config = forged(&world, |forge| forge.kind = fabric::HeaderType::Config as i32);
    let update = forged(&world, |forge| forge.kind = fabric::HeaderType::ConfigUpdate as i32);
    let other_creator = forged(&world, |forge| forge.creator = &world.stranger);
    let twice = |namespace: &str| rwset::NsReadWriteSet { namespace: namespace.to_owned(), ..Default::default() };
    let duplicate_namespace =
        rwset::TxReadWriteSet { data_model: 0, ns_rwset: vec![twice(CHAINCODE), twice(CHAINCODE)] }.encode_to_vec();
    let other_event =
        protos::ChaincodeEvent { chaincode_id: "other".to_owned(), event_name: "e".to_owned(), ..Default::default() };
    let with_set = |set: ReadWriteSet| world.forge(1, set).seal();
    let rows: Vec<(&str, Bytes, Code)> = vec![
        ("nothing wrong", good.clone(), Code::Valid),
        ("empty", Bytes::new(), Code::NilEnvelope),
        ("no envelope", Bytes::from_static(b"\xff\xff"), Code::InvalidOtherReason),
        ("no payload", garbage_payload.into(), Code::BadPayload),
        ("epoch", sealed(|forge| forge.epoch = 1), Code::BadCommonHeader),
        ("no nonce", sealed(|forge| forge.nonce = Bytes::new()), Code::BadCommonHeader),
        ("unknown type", sealed(|forge| forge.kind = 77), Code::BadCommonHeader),
        ("signature changed", spoilt_signature.into(), Code::BadCreatorSignature),
        ("creator of nobody", other_creator.seal(), Code::BadCreatorSignature),
        ("a field more", unknown_field.into(), Code::MarshalTxError),
        ("two actions", sealed(|forge| forge.actions = 2), Code::InvalidEndorserTransaction),
        ("no action", sealed(|forge| forge.actions = 0), Code::InvalidEndorserTransaction),
        (
            "another proposal",
            sealed(|forge| forge.proposal_hash = Some(Bytes::from_static(&[1; 32]))),
            Code::InvalidEndorserTransaction,
        ),
        ("configuration", config.seal_data(vec![]), Code::InvalidConfigTransaction),
        ("configuration update", update.seal_data(vec![]), Code::UnsupportedTxPayload),
        ("id of another", sealed(|forge| forge.tx_id = Some("ab".repeat(32))), Code::BadProposalTxid),
        ("no id", sealed(|forge| forge.tx_id = Some(String::new())), Code::BadProposalTxid),
        ("another channel", sealed(|forge| forge.channel = "other".to_owned()), Code::TargetChainNotFound),
        ("extension", sealed(|forge| forge.extension = vec![0xff]), Code::BadHeaderExtension),
        ("no chaincode named", sealed(|forge| forge.extension = vec![]), Code::InvalidOtherReason),
        ("outcome", sealed(|forge| forge.action = Some(Bytes::from_static(&[0xff]))), Code::BadResponsePayload),
        ("no chaincode run", sealed(|forge| forge.chaincode = None), Code::InvalidOtherReason),
        (
            "another chaincode run",
            sealed(|forge| {
                forge.chaincode = Some(protos::ChaincodeId { name: "other".to_owned(), ..chaincode_id("1") })
            }),
            Code::InvalidChaincode,
        ),
        ("no version", sealed(|forge| forge.chaincode = Some(chaincode_id(""))), Code::InvalidChaincode),
        ("another version", sealed(|forge| forge.chaincode = Some(chaincode_id("2"))), Code::ExpiredChaincode),
        ("results", sealed(|forge| forge.results = Bytes::from_static(&[0xff])), Code::BadRwset),
        (
            "a namespace twice",
            forged(&world, |forge| forge.results = duplicate_namespace.into()).seal(),
            Code::IllegalWriteset,
        ),
        (
            "event of another chaincode",
            forged(&world, |forge| forge.event = other_event.encode_to_vec().into()).seal(),
            Code::InvalidOtherReason,
        ),
        ("writes to nobody's chaincode", with_set(writes("other", "k")), Code::InvalidChaincode),
        ("a long key", with_set(writes(CHAINCODE, &"k".repeat(KEY_BYTES_MAX + 1))), Code::InvalidWriteset),
        (
            "a large value",
            with_set({
                let mut set = writes(CHAINCODE, "k");
                let value = Write::Put(vec![0; VALUE_BYTES_MAX + 1].into());
                set.namespaces.get_mut(CHAINCODE).unwrap().writes.insert("k".to_owned(), value);
                set
            }),
            Code::InvalidWriteset,
        ),
        ("current read", with_set(reads("b", Some(Version::new(0, 0)))), Code::Valid),
        ("stale read", with_set(reads("b", Some(Version::new(0, 1)))), Code::MvccReadConflict),
        ("read of a key since made", with_set(reads("b", None)), Code::MvccReadConflict),
        ("read of a key since gone", with_set(reads("c", Some(Version::new(0, 0)))), Code::MvccReadConflict),
        ("a whole range", with_set(ranges("d", true, &[("b", Version::new(0, 0))])), Code::Valid),
        (
            "a range with a key less",
            with_set(ranges("e", true, &[("b", Version::new(0, 0))])),
            Code::PhantomReadConflict,
        ),
        ("a range that stopped early", with_set(ranges("b", false, &[("b", Version::new(0, 0))])), Code::Valid),
        (
            "a range that stopped at a key since gone",
            with_set(ranges("c", false, &[("b", Version::new(0, 0)), ("c", Version::new(0, 0))])),
            Code::PhantomReadConflict,
        ),
        ("private values of the endorser", with_set(writes_private(&implicit_collection("AuroraMSP"))), Code::Valid),
        (
            "private values of somebody else",
            with_set(writes_private(&implicit_collection("CedarMSP"))),
            Code::EndorsementPolicyFailure,
        ),
        ("private values of nobody", with_set(writes_private("secrets")), Code::EndorsementPolicyFailure),
    ];
    for (what, entry, expected) in rows {
        let verdict = world.judge(&[entry]);
        let judged = &verdict.transactions[0];
        assert_eq!(judged.code, expected, "{what}: {:?}", judged.reason);
        assert_eq!(judged.reason.is_some(), expected != Code::Valid, "{what}");
        assert!(verdict.updates.is_empty() || expected == Code::Valid, "{what}");
    }
}

#[test]
fn endorsements_count_only_when_they_hold_and_once() {
    let world = world();
    let forge = world.forge(1, writes(CHAINCODE, "k"));
    let by = |endorsers: &[usize]| {
        let mut forge = forge.clone();
        forge.endorsers = endorsers.iter().map(|at| &world.peers[*at]).collect();
        forge.endorsements()
    };
    let client = {
        let mut forge = forge.clone();
        forge.endorsers = vec![&world.client];
        forge.endorsements()
    };
    let spoilt = |mut endorsements: Vec<Endorsement>| {
        let mut signature = endorsements[0].signature.to_vec();
        *signature.last_mut().unwrap() ^= 1;
        endorsements[0].signature = signature.into();
        endorsements
    };
    let of_another_outcome = {
        let mut other = world.forge(1, writes(CHAINCODE, "other"));
        other.endorsers = vec![&world.peers[1]];
        other.endorsements()
    };
    let rows: Vec<(&str, Vec<Endorsement>, Code)> = vec![
        ("a majority", by(&[0, 1]), Code::Valid),
        ("another majority", by(&[2, 1]), Code::Valid),
        ("everybody", by(&[0, 1, 2]), Code::Valid),
        ("nobody", vec![], Code::EndorsementPolicyFailure),
        ("one", by(&[0]), Code::EndorsementPolicyFailure),
        ("one, twice", [by(&[0]), by(&[0])].concat(), Code::EndorsementPolicyFailure),
        ("one and a client", [by(&[1]), client].concat(), Code::EndorsementPolicyFailure),
        ("one, and one spoilt", spoilt(by(&[0, 1])), Code::EndorsementPolicyFailure),
        ("one spoilt, but enough others", spoilt(by(&[0, 1, 2])), Code::Valid),
        ("spoilt first, whole later", [spoilt(by(&[0])), by(&[0, 1])].concat(), Code::Valid),
        ("one of another outcome", [by(&[0]), of_another_outcome].concat(), Code::EndorsementPolicyFailure),
    ];
    for (what, endorsements, expected) in rows {
        let judged = &world.judge(&[forge.seal_with(&endorsements)]).transactions[0];
        assert_eq!(judged.code, expected, "{what}: {:?}", judged.reason);
    }
}

#[test]
fn what_this_peer_remembers_never_changes_a_verdict() {
    let world = world();
    let forge = world.forge(1, writes(CHAINCODE, "k"));
    let endorsements = forge.endorsements();
    endorsements.iter().for_each(|endorsement| world.own.remember(&forge.response_payload(), endorsement));
    assert_eq!(world.judge(&[forge.seal()]).transactions[0].code, Code::Valid);
    let mut tampered = endorsements;
    tampered[0].signature = tampered[1].signature.clone();
    let judged = &world.judge(&[forge.seal_with(&tampered)]).transactions[0];
    assert_eq!(judged.code, Code::EndorsementPolicyFailure);
}

#[test]
fn an_expired_certificate_is_no_matter_of_validation() {
    let world = world();
    let forge = forged(&world, |forge| forge.creator = &world.expired);
    assert_eq!(world.judge(&[forge.seal()]).transactions[0].code, Code::Valid);
}

#[test]
fn of_several_faults_the_one_that_fabric_finds_first_is_told() {
    let world = world();
    let good = world.forge(1, writes(CHAINCODE, "k"));
    let id = good.tx_id();
    let seal = |change: fn(&mut Forge<'_>)| forged(&world, |forge| change(forge)).seal();
    let wrong_channel_and_id = seal(|forge| {
        forge.channel = "other".to_owned();
        forge.tx_id = Some("ab".repeat(32));
    });
    let wrong_channel_and_results = seal(|forge| {
        forge.channel = "other".to_owned();
        forge.results = Bytes::from_static(&[0xff]);
    });
    let rows: Vec<(&str, Bytes, bool, Code)> = vec![
        ("channel, id", wrong_channel_and_id, false, Code::BadProposalTxid),
        ("channel, results", wrong_channel_and_results.clone(), false, Code::TargetChainNotFound),
        ("channel, duplicate", wrong_channel_and_results, true, Code::TargetChainNotFound),
        ("duplicate", good.seal(), true, Code::DuplicateTxid),
        ("duplicate, results", seal(|forge| forge.results = Bytes::from_static(&[0xff])), true, Code::DuplicateTxid),
        ("duplicate, no endorsement", seal(|forge| forge.endorsers = vec![]), true, Code::DuplicateTxid),
        ("duplicate, two actions", seal(|forge| forge.actions = 2), true, Code::InvalidEndorserTransaction),
        (
            "version, no endorsement",
            seal(|forge| {
                forge.chaincode = Some(chaincode_id("2"));
                forge.endorsers = vec![];
            }),
            false,
            Code::ExpiredChaincode,
        ),
        (
            "no endorsement, stale read",
            {
                let mut forge = world.forge(1, reads("b", None));
                forge.endorsers = vec![];
                forge.seal()
            },
            false,
            Code::EndorsementPolicyFailure,
        ),
    ];
    for (what, entry, is_committed, expected) in rows {
        let verdict = world.judge_after(&[entry], &|asked| is_committed && *asked == id);
        assert_eq!(verdict.transactions[0].code, expected, "{what}: {:?}", verdict.transactions[0].reason);
    }
}

#[test]
fn of_two_transactions_with_one_id_in_a_block_the_first_sound_one_counts() {
    let world = world();
    let good = world.forge(1, writes(CHAINCODE, "k")).seal();
    let unendorsed = forged(&world, |forge| forge.endorsers = vec![]).seal();
    let stale = world.forge(1, reads("b", None)).seal();
    let codes = |entries: &[Bytes]| world.judge(entries).codes().collect::<Vec<_>>();
    assert_eq!(codes(&[good.clone(), good.clone()]), [Code::Valid, Code::DuplicateTxid]);
    assert_eq!(codes(&[unendorsed, good.clone()]), [Code::EndorsementPolicyFailure, Code::Valid]);
    // A conflict is found after duplicates are: the id is spent.
    assert_eq!(codes(&[stale, good]), [Code::MvccReadConflict, Code::DuplicateTxid]);
}

#[test]
fn a_double_spend_in_one_block_invalidates_the_second() {
    let world = world();
    let spend = |nonce| {
        let mut set = reads("b", Some(Version::new(0, 0)));
        set.namespaces.get_mut(CHAINCODE).unwrap().writes.insert("b".to_owned(), put(b"spent"));
        world.forge(nonce, set).seal()
    };
    let verdict = world.judge(&[spend(1), spend(2), spend(3)]);
    let codes: Vec<_> = verdict.codes().collect();
    assert_eq!(codes, [Code::Valid, Code::MvccReadConflict, Code::MvccReadConflict]);
    assert_eq!(verdict.updates.len(), 1);
}

#[test]
fn a_lifecycle_approval_needs_its_own_organisation_alone() {
    let world = world();
    let approval = |endorsers: &[usize]| {
        let mut forge = world.forge(1, writes("_lifecycle", "namespaces/approvals/loyalty#2/BoreaMSP"));
        let lifecycle = protos::ChaincodeId { name: "_lifecycle".to_owned(), ..Default::default() };
        forge.chaincode = Some(protos::ChaincodeId { version: "syscc".to_owned(), ..lifecycle.clone() });
        forge.extension = protos::ChaincodeHeaderExtension { chaincode_id: Some(lifecycle) }.encode_to_vec();
        forge.endorsers = endorsers.iter().map(|at| &world.peers[*at]).collect();
        world.judge(&[forge.seal()]).transactions[0].code
    };
    assert_eq!(approval(&[1]), Code::Valid);
    assert_eq!(approval(&[0]), Code::EndorsementPolicyFailure);
    assert_eq!(approval(&[0, 2]), Code::EndorsementPolicyFailure);
}

#[test]
fn verdicts_do_not_depend_on_the_number_of_threads() {
    let world = world();
    let entries: Vec<_> = (0..60)
        .map(|nonce| {
            let mut forge = world.forge(nonce / 2, writes(CHAINCODE, &(nonce % 7).to_string()));
            if nonce % 5 == 0 {
                forge.endorsers.pop();
            }
            forge.seal()
        })
        .collect();
    let whole = world.judge(&entries);
    let one_by_one: Vec<_> = entries.iter().map(|entry| world.judge(std::slice::from_ref(entry))).collect();
    for (at, (together, alone)) in whole.transactions.iter().zip(&one_by_one).enumerate() {
        let alone = alone.transactions[0].code;
        assert!(together.code == alone || together.code == Code::DuplicateTxid, "entry {at}");
    }
    assert_eq!(whole.codes().filter(|code| *code == Code::DuplicateTxid).count(), 18);
}
