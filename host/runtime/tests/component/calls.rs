//! Calls of the real component: answers, refusals, limits and traps.

use crate::support::{OWN_MSP, Peer, invocation};
use folio_runtime::{InvokeError, REFUSAL_BYTES_MAX, Resource};
use folio_simulator::Limit;
use folio_types::{Write, implicit_collection};
use serde_json::json;

fn limit_of(outcome: Result<folio_runtime::Simulation, InvokeError>) -> Resource {
    match outcome {
        Err(InvokeError::ResourceLimit { resource, max }) => {
            assert!(max > 0);
            resource
        }
        other => panic!("expected a passed limit, got {other:?}"),
    }
}

fn trap_of(outcome: Result<folio_runtime::Simulation, InvokeError>) -> String {
    match outcome {
        Err(InvokeError::Trap { reason }) => reason,
        other => panic!("expected a trap, got {other:?}"),
    }
}

#[test]
fn a_call_answers_what_the_chaincode_returns() {
    let peer = Peer::new();
    assert_eq!(peer.result("echo", json!({ "text": "olá" })), json!({ "text": "olá" }));
    assert_eq!(peer.result("probe:echo", json!({ "text": "" })), json!({ "text": "" }));
}

#[test]
fn the_chaincode_learns_the_proposal_and_nothing_else() {
    let caller = Peer::new().result("caller", json!({}));
    let expected = json!({
        "channel": "folio",
        "chaincode": "probe",
        "tx_id": "07".repeat(32),
        "timestamp_seconds": 1_700_000_000,
        "msp_id": "AuroraMSP",
        "role": "Client",
        "common_name": "frontdesk-1",
        "attributes": [["folio.role", "frontdesk"]],
        "fingerprint": vec![9; 32],
        "transient": [0, 255],
    });
    assert_eq!(caller, expected);
}

#[test]
fn reads_and_writes_become_the_read_write_set() {
    let mut peer = Peer::new();
    let transfer = json!({ "from": "a", "to": "b", "amount": 30 });
    peer.commit("put2get2", transfer.clone());
    let simulation = peer.call("put2get2", transfer).unwrap();
    assert_eq!(&simulation.response.payload[..], br#"{"from":999940,"to":60}"#);
    let part = &simulation.simulated.rwset.namespaces["probe"];
    assert_eq!(part.reads.keys().collect::<Vec<_>>(), ["aa,", "ab,"]);
    assert!(part.reads.values().all(|version| version.is_some_and(|version| version.block == 0)));
    assert_eq!(part.writes["ab,"], Write::Put(vec![1, 8, 60, 16, 2].into()));
    assert!(part.ranges.is_empty() && part.collections.is_empty());
}

#[test]
fn two_runtimes_come_to_the_same_bytes() {
    let mut left = Peer::new();
    let mut right = Peer::new();
    for round in 0..20_u32 {
        let arguments = json!({ "from": format!("f{}", round % 3), "to": format!("t{}", round % 4), "amount": round });
        let first = left.call("put2get2", arguments.clone()).unwrap();
        let second = right.call("put2get2", arguments).unwrap();
        assert_eq!(first, second);
        left.state.commit(&first.simulated);
        right.state.commit(&second.simulated);
    }
}

#[test]
fn one_call_leaves_nothing_behind_for_the_next() {
    let peer = Peer::new();
    let transfer = || peer.call("put2get2", json!({ "from": "a", "to": "b", "amount": 1 })).unwrap();
    let first = transfer();
    for _ in 0..3 {
        let _ = peer.call("eat_memory", json!({ "amount": 40 << 20 }));
        let _ = peer.call("panic", json!({ "text": "x" }));
        assert_eq!(transfer(), first);
    }
}

#[test]
fn a_refusal_carries_its_code_and_no_writes() {
    let peer = Peer::new();
    assert_eq!(peer.refusal("refuse", json!({ "text": "not today" })), "REFUSED: not today");
    assert!(peer.refusal("nonsense", json!({})).starts_with("UNKNOWN_FUNCTION: "));
    assert!(peer.refusal("echo", json!({ "text": "a", "more": 1 })).starts_with("BAD_ARGUMENTS: "));
    let long = peer.refusal("refuse", json!({ "text": "é".repeat(10_000) }));
    assert!(long.len() <= REFUSAL_BYTES_MAX && long.len() > REFUSAL_BYTES_MAX - 2);
}

#[test]
fn a_function_name_that_is_no_text_is_refused() {
    let peer = Peer::new();
    let mut call = invocation("echo", &json!({}));
    call.args = vec![vec![0xff, 0xfe].into()];
    assert!(peer.invoke(call).unwrap().response.message.starts_with("BAD_ARGUMENTS: "));
}

#[test]
fn scans_and_history_reach_the_chaincode() {
    let mut peer = Peer::new();
    peer.commit("writes", json!({ "count": 5, "bytes": 1 }));
    peer.commit("writes", json!({ "count": 5, "bytes": 2 }));
    let page = peer.result("scan", json!({ "start": "w", "end": "x", "limit": 3 }));
    assert_eq!(page, json!({ "keys": ["w00000000", "w00000001", "w00000002"], "more": true }));
    assert_eq!(peer.result("history", json!({ "key": "w00000001" })), json!([[1, 0, true], [0, 0, true]]));
}

#[test]
fn private_values_stay_private() {
    let mut peer = Peer::new();
    let own = implicit_collection(OWN_MSP);
    let call = peer.call("private_put", json!({ "collection": own, "key": "k", "value": "secret" })).unwrap();
    let shared = format!("{:?}", call.simulated.rwset);
    assert!(!shared.contains("secret"));
    assert!(!call.simulated.private.is_empty());
    peer.state.commit(&call.simulated);
    let read = peer.result("private_get", json!({ "collection": own, "key": "k" }));
    assert_eq!(read, json!(b"secret"));

    let foreign = implicit_collection("BoreaMSP");
    peer.commit("private_put", json!({ "collection": foreign, "key": "k", "value": "secret" }));
    let hash = peer.result("private_hash", json!({ "collection": foreign, "key": "k" }));
    assert_eq!(hash.as_array().unwrap().len(), 32);
    let refused = peer.refusal("private_get", json!({ "collection": foreign, "key": "k" }));
    assert!(refused.starts_with("MISUSE: this peer is no member"), "{refused}");
}

#[test]
fn misuse_is_a_refusal() {
    let peer = Peer::new();
    let cases = [
        ("history_and_write", json!({}), "reads history"),
        ("scan", json!({ "start": "", "end": "b", "limit": 1 }), "a start and an end"),
        ("writes", json!({ "count": 1, "bytes": 0 }), "must not be empty"),
        ("writes", json!({ "count": 1, "bytes": (1 << 20) + 1 }), "a value may have"),
        ("emit", json!({ "name": "", "amount": 1 }), "event's name"),
        ("emit", json!({ "name": "large", "amount": 70_000 }), "event's payload"),
    ];
    for (function, arguments, reason) in cases {
        let message = peer.refusal(function, arguments);
        assert!(message.starts_with("MISUSE: ") && message.contains(reason), "{function}: {message}");
    }
}

#[test]
fn the_event_is_part_of_the_result() {
    let call = Peer::new().call("emit", json!({ "name": "stay.posted", "amount": 3 })).unwrap();
    assert_eq!(call.simulated.event, Some(("stay.posted".to_owned(), (&br#""xxx""#[..]).into())));
}

#[test]
fn a_call_that_wants_too_much_is_ended_as_a_limit() {
    let peer = Peer::new();
    let cases = [
        ("spin", json!({}), Resource::Fuel),
        ("fill", json!({ "amount": 32 << 20 }), Resource::Fuel),
        ("eat_memory", json!({ "amount": 100 << 20 }), Resource::Memory),
        ("respond", json!({ "amount": (1 << 20) + 1 }), Resource::ResponseBytes),
        ("respond", json!({ "amount": 5 << 20 }), Resource::HostCallBytes),
        ("writes", json!({ "count": 3, "bytes": 1_000_000 }), Resource::State(Limit::WriteBytes)),
        ("writes", json!({ "count": 20_001, "bytes": 1 }), Resource::State(Limit::Accesses)),
        ("hash", json!({ "count": 33, "bytes": 1 << 20 }), Resource::State(Limit::HashedBytes)),
    ];
    for (function, arguments, resource) in cases {
        assert_eq!(limit_of(peer.call(function, arguments)), resource, "{function}");
    }
}

#[test]
fn a_trap_is_no_answer() {
    let peer = Peer::new();
    trap_of(peer.call("panic", json!({ "text": "deliberate" })));
    // The guest's own stack lies first in memory, so overflowing it leaves memory and traps.
    let outcome = peer.call("recurse", json!({ "amount": 1_000_000 }));
    assert!(matches!(outcome, Err(InvokeError::Trap { .. } | InvokeError::ResourceLimit { .. })), "{outcome:?}");
    assert_eq!(peer.result("recurse", json!({ "amount": 100 })), json!(100));
}

#[test]
fn a_number_that_is_none_has_one_form() {
    let bits = Peer::new().result("nan", json!({}));
    assert_eq!(bits, json!({ "bits": 0x7ff8_0000_0000_0000_u64 }));
}

#[test]
fn log_lines_past_the_limit_are_dropped_and_the_call_goes_on() {
    assert_eq!(Peer::new().result("log", json!({ "amount": 1_000 })), json!(1_000));
}

#[test]
fn signatures_are_checked_by_the_host_and_counted() {
    let peer = Peer::new();
    let key = folio_crypto::SigningKey::generate(folio_crypto::Curve::Secp256k1).unwrap();
    let signature = key.sign(b"intent");
    let verify = |message: &str, count: usize| {
        let public_key = key.public_key().sec1_bytes().to_vec();
        json!({ "count": count, "public_key": public_key, "message": message, "signature": signature.to_vec() })
    };
    assert_eq!(peer.result("verify", verify("intent", 1)), json!(true));
    assert_eq!(peer.result("verify", verify("other", 1)), json!(false));
    let limit = limit_of(peer.call("verify", verify("intent", 65)));
    assert_eq!(limit, Resource::State(Limit::SignatureChecks));
}
