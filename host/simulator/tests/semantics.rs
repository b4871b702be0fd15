//! What a simulation reads, records and refuses.

#![allow(clippy::unwrap_used, reason = "tests may stop where they stand")]

use std::sync::Arc;

use bytes::Bytes;
use folio_crypto::sha256;
use folio_simulator::{ErrorKind, Limit, MemoryState, Simulated, Simulator, SimulatorError};
use folio_types::limits::{ACCESSES_MAX, EVENT_BYTES_MAX, KEY_BYTES_MAX, VALUE_BYTES_MAX};
use folio_types::{Namespace, StateReader, Version, Write, implicit_collection};

const OWN: &str = "AuroraMSP";

fn over(state: &MemoryState) -> Simulator {
    Simulator::new(Arc::new(state.clone()), "cc", OWN)
}

/// State after one block that set these keys of `cc`.
fn state_with(entries: &[(&str, &str)]) -> MemoryState {
    let mut state = MemoryState::new();
    let mut simulator = over(&state);
    for (key, value) in entries {
        simulator.put(*key, value.as_bytes().to_vec()).unwrap();
    }
    state.commit(&simulator.finish().unwrap());
    state
}

#[test]
fn a_read_returns_committed_state_and_not_own_writes() {
    let state = state_with(&[("a", "1")]);
    let mut simulator = over(&state);
    simulator.put("a", "2").unwrap();
    simulator.put("b", "3").unwrap();
    assert_eq!(simulator.get("a").unwrap(), Some(Bytes::from("1")));
    assert_eq!(simulator.get("b").unwrap(), None);
    let part = &simulator.finish().unwrap().rwset.namespaces["cc"];
    assert_eq!(part.reads["a"], Some(Version::new(0, 0)));
    assert_eq!(part.reads["b"], None);
    assert_eq!(part.writes["a"], Write::Put(Bytes::from("2")));
}

#[test]
fn the_last_write_of_a_key_wins() {
    let mut simulator = over(&MemoryState::new());
    simulator.put("a", "1").unwrap();
    simulator.put("a", "2").unwrap();
    simulator.put("b", "1").unwrap();
    simulator.delete("b").unwrap();
    let writes = simulator.finish().unwrap().rwset.namespaces["cc"].writes.clone();
    assert_eq!(writes["a"], Write::Put(Bytes::from("2")));
    assert_eq!(writes["b"], Write::Delete);
}

#[test]
fn an_untouched_chaincode_has_no_entry_and_a_read_only_one_has() {
    let simulator = over(&MemoryState::new());
    assert!(simulator.finish().unwrap().rwset.namespaces.is_empty());
    let mut simulator = over(&MemoryState::new());
    simulator.get("a").unwrap();
    simulator.get_of("_lifecycle", "sequence").unwrap();
    let names: Vec<_> = simulator.finish().unwrap().rwset.namespaces.into_keys().collect();
    assert_eq!(names, ["_lifecycle", "cc"]);
}

#[test]
fn a_scan_records_what_it_told_the_chaincode() {
    let state = state_with(&[("a", "1"), ("b", "2"), ("c", "3"), ("d", "4")]);
    // limit, entries, more, recorded end, recorded keys
    let cases = [
        (2, vec!["a", "b"], true, "c", vec!["a", "b", "c"]),
        (3, vec!["a", "b", "c"], false, "d", vec!["a", "b", "c"]),
        (9, vec!["a", "b", "c"], false, "d", vec!["a", "b", "c"]),
    ];
    for (limit, entries, more, end, recorded) in cases {
        let mut simulator = over(&state);
        let page = simulator.scan("a", "d", limit).unwrap();
        assert_eq!(page.entries.iter().map(|(key, _)| key.as_str()).collect::<Vec<_>>(), entries);
        assert_eq!(page.more, more);
        let range = simulator.finish().unwrap().rwset.namespaces["cc"].ranges[0].clone();
        assert_eq!((range.start.as_str(), range.end.as_str(), range.exhausted), ("a", end, !more));
        assert_eq!(range.results.iter().map(|(key, _)| key.as_str()).collect::<Vec<_>>(), recorded);
    }
}

#[test]
fn a_scan_of_many_keys_ends_at_a_thousand_and_says_so() {
    let keys: Vec<String> = (0..1_200).map(|n| format!("k{n:04}")).collect();
    let state = state_with(&keys.iter().map(|key| (key.as_str(), "v")).collect::<Vec<_>>());
    let mut simulator = over(&state);
    let page = simulator.scan("k", "l", usize::MAX).unwrap();
    assert_eq!((page.entries.len(), page.more), (1_000, true));
    assert_eq!(page.entries[999].0, "k0999");
}

#[test]
fn a_page_of_large_values_ends_early() {
    let large = "x".repeat(600 * 1024);
    let state = state_with(&[("a", &large), ("b", &large), ("c", &large)]);
    let page = over(&state).scan("a", "z", 10).unwrap();
    assert_eq!((page.entries.len(), page.more), (2, true));
}

#[test]
fn a_scan_sees_no_own_writes() {
    let state = state_with(&[("a", "1")]);
    let mut simulator = over(&state);
    simulator.put("b", "2").unwrap();
    simulator.delete("a").unwrap();
    assert_eq!(simulator.scan("a", "z", 10).unwrap().entries, [("a".to_owned(), Bytes::from("1"))]);
}

#[test]
fn an_empty_range_is_empty_and_an_open_one_refused() {
    let state = state_with(&[("a", "1")]);
    let mut simulator = over(&state);
    assert!(simulator.scan("b", "a", 1).unwrap().entries.is_empty());
    for (start, end) in [("", "a"), ("a", ""), ("", "")] {
        assert_eq!(simulator.scan(start, end, 1), Err(SimulatorError::OpenRange));
    }
    assert_eq!(simulator.scan("a", "b", 0), Err(SimulatorError::EmptyPage));
    assert!(simulator.finish().unwrap().rwset.namespaces.is_empty());
}

#[test]
fn private_values_are_read_at_home_only_and_hashes_everywhere() {
    let collection = implicit_collection(OWN);
    let mut state = MemoryState::new();
    let mut simulator = over(&state);
    simulator.private_put(&collection, "k", "secret").unwrap();
    let simulated = simulator.finish().unwrap();
    assert_eq!(simulated.private.collections[&("cc".to_owned(), collection.clone())].len(), 1);
    let version = state.commit(&simulated);

    let hash = Bytes::copy_from_slice(&sha256(&[b"secret"]));
    let mut home = over(&state);
    assert_eq!(home.private_get(&collection, "k").unwrap(), Some(Bytes::from("secret")));
    assert_eq!(home.private_get(&collection, "none").unwrap(), None);
    let reads = &home.finish().unwrap().rwset.namespaces["cc"].collections[&collection].reads;
    assert_eq!(reads[&sha256(&[b"k"])], Some(version));

    let mut abroad = Simulator::new(Arc::new(state), "cc", "BoreaMSP");
    assert_eq!(abroad.private_hash(&collection, "k").unwrap(), Some(hash));
    let refused = abroad.private_get(&collection, "k").unwrap_err();
    assert_eq!(refused, SimulatorError::NotAMember { collection });
    assert_eq!(refused.kind(), ErrorKind::Misuse);
}

#[test]
fn a_clear_value_of_another_version_is_missing() {
    let collection = implicit_collection(OWN);
    let mut state = MemoryState::new();
    for (value, keep_clear) in [("old", true), ("new", false)] {
        let mut simulator = over(&state);
        simulator.private_put(&collection, "k", value).unwrap();
        let mut simulated = simulator.finish().unwrap();
        if !keep_clear {
            simulated.private = Default::default();
        }
        state.commit(&simulated);
    }
    let held = state.get(&Namespace::private("cc", &collection), b"k").unwrap().unwrap();
    assert_eq!(held.value, Bytes::from("old"));
    let got = over(&state).private_get(&collection, "k");
    assert_eq!(got, Err(SimulatorError::PrivateValueMissing { collection }));
}

#[test]
fn the_private_set_hash_covers_keys_deletions_and_values() {
    let collection = implicit_collection("BoreaMSP");
    let hash_of = |fill: &dyn Fn(&mut Simulator)| {
        let mut simulator = over(&MemoryState::new());
        fill(&mut simulator);
        simulator.finish().unwrap().rwset.namespaces["cc"].collections[&collection].private_set_hash
    };
    let hash = hash_of(&|simulator| {
        simulator.private_put(&collection, "k", "v").unwrap();
        simulator.private_delete(&collection, "l").unwrap();
    });
    // KVRWSet{writes: [{key: "k", value: "v"}, {key: "l", is_delete: true}]}, written out.
    let bytes = [0x1a, 6, 0x0a, 1, b'k', 0x1a, 1, b'v', 0x1a, 5, 0x0a, 1, b'l', 0x10, 1];
    assert_eq!(hash, Some(sha256(&[&bytes])));
    assert_eq!(hash_of(&|simulator| drop(simulator.private_hash(&collection, "k"))), None);
}

#[test]
fn only_implicit_collections_exist() {
    let mut simulator = over(&MemoryState::new());
    for collection in ["", "shared", "_implicit_org_"] {
        let kind = simulator.private_put(collection, "k", "v").unwrap_err().kind();
        assert_eq!(kind, ErrorKind::Misuse);
        assert!(simulator.private_get(collection, "k").is_err());
        assert!(simulator.private_hash(collection, "k").is_err());
    }
    assert_eq!(simulator.finish().unwrap(), Simulated::default());
}

#[test]
fn history_is_paged_newest_first_and_excludes_writes() {
    let mut state = MemoryState::new();
    for value in ["1", "2", "3"] {
        let mut simulator = over(&state);
        simulator.put("a", value).unwrap();
        state.commit(&simulator.finish().unwrap());
    }
    let mut simulator = over(&state);
    let newest = simulator.changes("a", None, 2).unwrap();
    assert_eq!(newest.iter().map(|change| change.version.block).collect::<Vec<_>>(), [2, 1]);
    let oldest = simulator.changes("a", Some(newest[1].version), 2).unwrap();
    assert_eq!(oldest.iter().map(|change| change.version.block).collect::<Vec<_>>(), [0]);
    assert!(simulator.changes("a", Some(oldest[0].version), 2).unwrap().is_empty());
    simulator.put("b", "1").unwrap();
    assert_eq!(simulator.finish(), Err(SimulatorError::HistoryAndWrites));
}

#[test]
fn malformed_keys_values_and_events_are_misuse() {
    let mut simulator = over(&MemoryState::new());
    let long = "k".repeat(KEY_BYTES_MAX + 1);
    let refusals = [
        simulator.get("").unwrap_err(),
        simulator.get(&long).unwrap_err(),
        simulator.put("", "v").unwrap_err(),
        simulator.put("k", "").unwrap_err(),
        simulator.put("k", vec![0; VALUE_BYTES_MAX + 1]).unwrap_err(),
        simulator.delete(&long).unwrap_err(),
        simulator.emit("", "p").unwrap_err(),
        simulator.emit("name", vec![0; EVENT_BYTES_MAX + 1]).unwrap_err(),
    ];
    for refused in refusals {
        assert_eq!(refused.kind(), ErrorKind::Misuse, "{refused}");
    }
    assert_eq!(simulator.finish().unwrap(), Simulated::default());
}

#[test]
fn a_call_cannot_use_more_than_its_budget() {
    let mut writes = over(&MemoryState::new());
    let mebibyte = Bytes::from(vec![1; VALUE_BYTES_MAX - 8]);
    // Writing the same key again is no growth.
    for _ in 0..4 {
        writes.put("a", mebibyte.clone()).unwrap();
    }
    writes.put("b", mebibyte.clone()).unwrap();
    let refused = writes.put("c", mebibyte).unwrap_err();
    assert!(matches!(refused, SimulatorError::LimitPassed { limit: Limit::WriteBytes, .. }));
    assert_eq!(refused.kind(), ErrorKind::Limit);

    let mut reads = over(&MemoryState::new());
    for _ in 0..ACCESSES_MAX {
        reads.get("a").unwrap();
    }
    let refused = reads.get("a").unwrap_err();
    assert!(matches!(refused, SimulatorError::LimitPassed { limit: Limit::Accesses, .. }));
}

#[test]
fn the_last_event_wins() {
    let mut simulator = over(&MemoryState::new());
    simulator.emit("first", "1").unwrap();
    simulator.emit("second", "2").unwrap();
    assert_eq!(simulator.finish().unwrap().event, Some(("second".to_owned(), Bytes::from("2"))));
}
