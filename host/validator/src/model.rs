//! The third step compared with a plain model: one map of everything, scanned anew for each question.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use folio_simulator::MemoryState;
use folio_types::{
    CollectionSet, HashedWrite, Namespace, NamespaceSet, RangeRead, ReadWriteSet, StateReader, StateWrite, TxId,
    UpdateBatch, ValidationCode, Version, Write,
};
use folio_wire::{ChaincodeId, EndorserTransaction, Response};
use proptest::{collection::vec, option, prelude::*};

use crate::{Weighed, decide, weigh::Candidate};

const CHAINCODES: [&str; 2] = ["x", "y"];
const COLLECTION: &str = "c";
const BLOCK: u64 = 7;

/// What one transaction did, told so that it can be worked out against any state.
#[derive(Clone, Debug)]
struct Plan {
    id: u8,
    chaincode: usize,
    reads: Vec<(u8, ReadAs)>,
    ranges: Vec<(u8, u8, Option<usize>, RangeAs)>,
    writes: Vec<(u8, bool)>,
    hashed_reads: Vec<(u8, ReadAs)>,
    hashed_writes: Vec<(u8, bool)>,
}

#[derive(Clone, Copy, Debug)]
enum ReadAs {
    Committed,
    Missing,
    At(Version),
}

#[derive(Clone, Copy, Debug)]
enum RangeAs {
    Committed,
    WithoutFirst,
    WithKey(u8, Version),
}

fn key(letter: u8) -> String {
    char::from(b'a' + letter).to_string()
}

fn key_hash(letter: u8) -> [u8; 32] {
    [letter; 32]
}

fn versions() -> impl Strategy<Value = Version> {
    (prop_oneof![Just(0u64), Just(1), Just(BLOCK)], 0u64..3).prop_map(|(block, tx)| Version::new(block, tx))
}

fn letters() -> std::ops::Range<u8> {
    0..6
}

fn plans() -> impl Strategy<Value = Plan> {
    let read_as =
        || prop_oneof![6 => Just(ReadAs::Committed), 1 => Just(ReadAs::Missing), 1 => versions().prop_map(ReadAs::At)];
    let range_as = prop_oneof![
        6 => Just(RangeAs::Committed),
        1 => Just(RangeAs::WithoutFirst),
        1 => (letters(), versions()).prop_map(|(key, version)| RangeAs::WithKey(key, version)),
    ];
    let ranges = vec((letters(), letters(), option::of(1usize..3), range_as), 0..2);
    (
        0u8..12,
        0usize..2,
        vec((letters(), read_as()), 0..3),
        ranges,
        vec((letters(), any::<bool>()), 0..3),
        vec((letters(), read_as()), 0..2),
        vec((letters(), any::<bool>()), 0..2),
    )
        .prop_map(|(id, chaincode, reads, ranges, writes, hashed_reads, hashed_writes)| Plan {
            id,
            chaincode,
            reads,
            ranges,
            writes,
            hashed_reads,
            hashed_writes,
        })
}

fn committed(state: &MemoryState, namespace: &Namespace, key: &[u8], read: ReadAs) -> Option<Version> {
    match read {
        ReadAs::Committed => state.get(namespace, key).unwrap().map(|value| value.version),
        ReadAs::Missing => None,
        ReadAs::At(version) => Some(version),
    }
}

fn range(state: &MemoryState, namespace: &Namespace, plan: &(u8, u8, Option<usize>, RangeAs)) -> RangeRead {
    let (from, to, page, tampering) = plan;
    let (start, mut end) = (key(*from), key(*to));
    let found = state.range(namespace, start.as_bytes(), end.as_bytes(), page.unwrap_or(usize::MAX)).unwrap();
    let mut results: Vec<_> =
        found.into_iter().map(|(key, value)| (String::from_utf8(key.to_vec()).unwrap(), value.version)).collect();
    let exhausted = page.is_none_or(|page| results.len() < page);
    if let (false, Some((last, _))) = (exhausted, results.last()) {
        end.clone_from(last);
    }
    match tampering {
        RangeAs::Committed => {}
        RangeAs::WithoutFirst => drop(results.drain(..results.len().min(1))),
        RangeAs::WithKey(letter, version) => {
            results.retain(|(found, _)| *found != key(*letter));
            results.push((key(*letter), *version));
            results.sort();
        }
    }
    RangeRead { start, end, exhausted, results }
}

fn transaction(state: &MemoryState, plan: &Plan) -> EndorserTransaction {
    let chaincode = CHAINCODES[plan.chaincode];
    let (public, hashed) = (Namespace::public(chaincode), Namespace::hashed(chaincode, COLLECTION));
    let value = || Bytes::from_static(b"v");
    let reads = plan
        .reads
        .iter()
        .map(|(letter, read)| (key(*letter), committed(state, &public, key(*letter).as_bytes(), *read)));
    let writes =
        plan.writes.iter().map(|(letter, put)| (key(*letter), if *put { Write::Put(value()) } else { Write::Delete }));
    let hashed_reads = plan
        .hashed_reads
        .iter()
        .map(|(letter, read)| (key_hash(*letter), committed(state, &hashed, &key_hash(*letter), *read)));
    let hashed_writes = plan
        .hashed_writes
        .iter()
        .map(|(letter, put)| (key_hash(*letter), if *put { HashedWrite::Put([1; 32]) } else { HashedWrite::Delete }));
    let collection =
        CollectionSet { reads: hashed_reads.collect(), writes: hashed_writes.collect(), private_set_hash: None };
    let set = NamespaceSet {
        reads: reads.collect(),
        ranges: plan.ranges.iter().map(|plan| range(state, &public, plan)).collect(),
        writes: writes.collect(),
        collections: [(COLLECTION.to_owned(), collection)].into(),
    };
    EndorserTransaction {
        tx_id: TxId::from_digest([plan.id; 32]),
        response_payload: Bytes::new(),
        endorsements: Vec::new(),
        chaincode: ChaincodeId { name: chaincode.to_owned(), version: "1".to_owned() },
        results: Bytes::new(),
        rwset: ReadWriteSet { namespaces: [(chaincode.to_owned(), set)].into() },
        event: None,
        response: Response { status: 200, message: String::new(), payload: Bytes::new() },
    }
}

/// The world as the model sees it: every key with its version, the block's own writes among them.
#[derive(Default)]
struct Model {
    now: BTreeMap<(Namespace, Bytes), Version>,
    written: BTreeSet<(Namespace, Bytes)>,
    seen: BTreeSet<TxId>,
}

impl Model {
    fn of(state: &MemoryState) -> Self {
        let mut model = Self::default();
        for chaincode in CHAINCODES {
            for namespace in [Namespace::public(chaincode), Namespace::hashed(chaincode, COLLECTION)] {
                for (key, value) in state.range(&namespace, b"", b"", usize::MAX).unwrap() {
                    model.now.insert((namespace.clone(), key), value.version);
                }
            }
        }
        model
    }

    fn read_holds(&self, namespace: &Namespace, key: &[u8], read: Option<Version>) -> bool {
        let key = (namespace.clone(), Bytes::copy_from_slice(key));
        !self.written.contains(&key) && self.now.get(&key).copied() == read
    }

    fn range_holds(&self, namespace: &Namespace, range: &RangeRead) -> bool {
        let inside = |key: &[u8]| {
            let below = if range.exhausted { key < range.end.as_bytes() } else { key <= range.end.as_bytes() };
            key >= range.start.as_bytes() && below
        };
        let found = self.now.iter().filter(|((at, key), _)| at == namespace && inside(key));
        found
            .map(|((_, key), version)| (key.to_vec(), *version))
            .eq(range.results.iter().map(|(key, version)| (key.as_bytes().to_vec(), *version)))
    }

    fn judge(&mut self, tx: u64, transaction: &EndorserTransaction) -> ValidationCode {
        if !self.seen.insert(transaction.tx_id) {
            return ValidationCode::DuplicateTxid;
        }
        for (chaincode, set) in &transaction.rwset.namespaces {
            let (public, hashed) = (Namespace::public(chaincode), Namespace::hashed(chaincode, COLLECTION));
            if !set.reads.iter().all(|(key, read)| self.read_holds(&public, key.as_bytes(), *read)) {
                return ValidationCode::MvccReadConflict;
            }
            if !set.ranges.iter().all(|range| self.range_holds(&public, range)) {
                return ValidationCode::PhantomReadConflict;
            }
            let mut hashed_reads = set.collections.values().flat_map(|collection| &collection.reads);
            if !hashed_reads.all(|(key, read)| self.read_holds(&hashed, key, *read)) {
                return ValidationCode::MvccReadConflict;
            }
        }
        let mut batch = UpdateBatch::default();
        batch.apply(BLOCK, tx, &transaction.rwset);
        for (namespace, writes) in batch.iter() {
            for (key, StateWrite { value, version }) in writes {
                let key = (namespace.clone(), key.clone());
                self.written.insert(key.clone());
                match value {
                    Some(_) => self.now.insert(key, *version),
                    None => self.now.remove(&key),
                };
            }
        }
        ValidationCode::Valid
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn decisions_equal_the_models(
        before in vec((0usize..2, vec((letters(), any::<bool>()), 0..5), vec((letters(), any::<bool>()), 0..4)), 2),
        block in vec(plans(), 1..8),
    ) {
        let mut state = MemoryState::new();
        for (chaincode, writes, hashed_writes) in before {
            let plan = Plan { id: 0, chaincode, reads: vec![], ranges: vec![], writes, hashed_reads: vec![], hashed_writes };
            let mut batch = UpdateBatch::default();
            batch.apply(state.height(), 1, &transaction(&state, &plan).rwset);
            state.apply(&batch);
        }
        let transactions: Vec<_> = block.iter().map(|plan| transaction(&state, plan)).collect();
        let mut model = Model::of(&state);
        let expected: Vec<_> = (0..).zip(&transactions).map(|(tx, transaction)| model.judge(tx, transaction)).collect();
        let mut updates = UpdateBatch::default();
        for ((tx, transaction), code) in (0..).zip(&transactions).zip(&expected) {
            if code.is_valid() {
                updates.apply(BLOCK, tx, &transaction.rwset);
            }
        }
        let weighed = transactions.into_iter().map(|transaction| {
            let outcome = Ok(Candidate::new(Box::new(transaction), &state).unwrap());
            Weighed { envelope: None, outcome }
        });
        let verdict = decide(BLOCK, weighed.collect(), &state).unwrap();
        prop_assert_eq!(verdict.codes().collect::<Vec<_>>(), expected);
        prop_assert_eq!(verdict.updates, updates);
    }
}
