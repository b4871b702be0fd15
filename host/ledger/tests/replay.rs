//! Random blocks, with the ledger closed, opened again and robbed of its state in between: always the same state.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;

use std::{collections::BTreeMap, fs, path::Path};

use bytes::Bytes;
use common::{CHAINCODE, Tx, collection, commit, open, tx_with};
use folio_crypto::sha256;
use folio_ledger::{Ledger, verify};
use folio_types::{Digest, Namespace, StateReader, ValidationCode, Version, VersionedValue};
use proptest::{collection::vec, prelude::*};

/// What happens to the ledger between two blocks.
#[derive(Clone, Copy, Debug)]
enum Between {
    Nothing,
    Reopen,
    LoseState,
    LoseSideIndexes,
}

type Writes = Vec<(u8, Option<Vec<u8>>)>;

#[derive(Clone, Debug)]
struct Plan {
    public: Writes,
    private: Writes,
    is_valid: bool,
}

type Model = BTreeMap<(Namespace, Bytes), VersionedValue>;

/// A value is never empty: that would be a deletion.
fn writes() -> impl Strategy<Value = Writes> {
    vec((0u8..20, prop::option::weighted(0.8, vec(any::<u8>(), 1..40))), 0..4)
}

fn plans() -> impl Strategy<Value = Plan> {
    let private = prop_oneof![3 => Just(Vec::new()), 1 => writes()];
    (writes(), private, prop::bool::weighted(0.8)).prop_map(|(public, private, is_valid)| Plan {
        public,
        private,
        is_valid,
    })
}

fn between() -> impl Strategy<Value = Between> {
    prop_oneof![
        6 => Just(Between::Nothing),
        2 => Just(Between::Reopen),
        1 => Just(Between::LoseState),
        1 => Just(Between::LoseSideIndexes),
    ]
}

fn key(letter: u8) -> String {
    format!("{}/{letter}", if letter.is_multiple_of(2) { "stay" } else { "account\0" })
}

fn make_tx(nonce: u64, plan: &Plan) -> Tx {
    let named = |writes: &Writes| -> BTreeMap<String, Option<Vec<u8>>> {
        writes.iter().map(|(letter, value)| (key(*letter), value.clone())).collect()
    };
    let (public, private) = (named(&plan.public), named(&plan.private));
    let borrowed = |writes: &'static BTreeMap<String, Option<Vec<u8>>>| -> Vec<_> {
        writes.iter().map(|(key, value)| (key.as_str(), value.as_deref())).collect()
    };
    // Leaked on purpose: a few kilobytes of a test.
    let (public, private) = (Box::leak(Box::new(public)), Box::leak(Box::new(private)));
    let mut tx = tx_with(nonce, &borrowed(public), &borrowed(private));
    if !plan.is_valid {
        tx.code = ValidationCode::MvccReadConflict;
    }
    tx
}

fn apply(model: &mut Model, version: Version, plan: &Plan) {
    let mut set = |namespace: Namespace, key: Bytes, value: Option<Bytes>| {
        match value {
            Some(value) => model.insert((namespace, key), VersionedValue { value, version }),
            None => model.remove(&(namespace, key)),
        };
    };
    for (letter, value) in &plan.public {
        set(Namespace::public(CHAINCODE), key(*letter).into(), value.clone().map(Bytes::from));
    }
    for (letter, value) in &plan.private {
        let hashed = |bytes: &[u8]| Bytes::copy_from_slice(&sha256(&[bytes]));
        let (key, clear) = (key(*letter), value.clone().map(Bytes::from));
        let hash = clear.as_ref().map(|clear| hashed(clear));
        set(Namespace::hashed(CHAINCODE, &collection()), hashed(key.as_bytes()), hash);
        set(Namespace::private(CHAINCODE, &collection()), key.into(), clear);
    }
}

/// The state hash as it is documented, over the model.
fn state_hash(model: &Model) -> Digest {
    let mut bytes = Vec::new();
    let mut put = |part: &[u8]| bytes.extend_from_slice(part);
    for ((namespace, key), value) in model.iter().filter(|((namespace, _), _)| namespace.is_shared()) {
        let (kind, chaincode, collection) = match namespace {
            Namespace::Public(chaincode) => (0, chaincode.as_str(), ""),
            Namespace::Hashed(chaincode, collection) => (1, chaincode.as_str(), collection.as_str()),
            Namespace::Private(..) => continue,
        };
        put(&[kind]);
        for part in [chaincode.as_bytes(), collection.as_bytes(), key] {
            put(&(part.len() as u32).to_be_bytes());
            put(part);
        }
        put(&value.version.block.to_be_bytes());
        put(&value.version.tx.to_be_bytes());
        put(&(value.value.len() as u32).to_be_bytes());
        put(&value.value);
    }
    sha256(&[&bytes])
}

fn assert_equals(ledger: &Ledger, model: &Model) {
    assert_eq!(ledger.state_hash().unwrap().1, state_hash(model));
    let snapshot = ledger.snapshot();
    let namespaces = [
        Namespace::public(CHAINCODE),
        Namespace::hashed(CHAINCODE, &collection()),
        Namespace::private(CHAINCODE, &collection()),
    ];
    for namespace in namespaces {
        let expected: Vec<_> = model
            .iter()
            .filter(|((found, _), _)| *found == namespace)
            .map(|((_, key), value)| (key.clone(), value.clone()))
            .collect();
        assert_eq!(snapshot.range(&namespace, b"", b"", usize::MAX).unwrap(), expected);
        for letter in 0..20 {
            let key = Bytes::from(key(letter));
            let expected = model.get(&(namespace.clone(), key.clone()));
            assert_eq!(snapshot.get(&namespace, &key).unwrap().as_ref(), expected);
        }
    }
}

fn happen(between: Between, dir: &Path, ledger: Ledger) -> Ledger {
    if matches!(between, Between::Nothing) {
        return ledger;
    }
    drop(ledger);
    match between {
        Between::LoseState => fs::remove_dir_all(dir.join("state")).unwrap(),
        Between::LoseSideIndexes => {
            for entry in fs::read_dir(dir.join("blocks")).unwrap() {
                let path = entry.unwrap().path();
                if path.extension().is_some_and(|extension| extension == "index") {
                    fs::remove_file(path).unwrap();
                }
            }
        }
        Between::Nothing | Between::Reopen => {}
    }
    open(dir).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10))]

    #[test]
    fn state_is_a_function_of_the_blocks(story in vec((vec(plans(), 0..8), between()), 1..16)) {
        let dir = tempfile::tempdir().unwrap();
        let mut ledger = open(dir.path()).unwrap();
        let mut model = Model::new();
        let mut nonce = 0;
        for (block, (plans, between)) in (0..).zip(&story) {
            let mut txs = Vec::new();
            for (number, plan) in (0..).zip(plans) {
                nonce += 1;
                txs.push(make_tx(nonce, plan));
                if plan.is_valid {
                    apply(&mut model, Version::new(block, number), plan);
                }
            }
            commit(&ledger, &txs).unwrap();
            ledger = happen(*between, dir.path(), ledger);
            assert_equals(&ledger, &model);
        }
        drop(ledger);
        let report = verify(dir.path(), |_, _| {}).unwrap();
        prop_assert!(report.is_sound(), "{:?}", report.findings);
        prop_assert_eq!(report.state_hash, Some(state_hash(&model)));
    }
}
