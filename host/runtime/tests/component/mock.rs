//! The SDK's mock ledger and the real runtime say the same of the same call.

use folio_chaincode_sdk::{Creator, MockLedger, Role};
use folio_types::{Write, implicit_collection};
use serde_json::{Value, json};

use crate::support::{OWN_MSP, Peer};

fn mock() -> MockLedger {
    let mut mock = MockLedger::new(OWN_MSP);
    mock.set_names("folio", "probe");
    mock.set_timestamp(1_700_000_000);
    mock.set_transient("stay", [0, 0xff]);
    mock.set_creator(Creator {
        msp_id: OWN_MSP.to_owned(),
        role: Role::Client,
        common_name: "frontdesk-1".to_owned(),
        attributes: vec![("folio.role".to_owned(), "frontdesk".to_owned())],
        fingerprint: vec![9; 32],
    });
    mock
}

fn calls() -> Vec<(&'static str, Value)> {
    let own = implicit_collection(OWN_MSP);
    let foreign = implicit_collection("BoreaMSP");
    vec![
        ("echo", json!({ "text": "x" })),
        ("put2get2", json!({ "from": "a", "to": "b", "amount": 30 })),
        ("put2get2", json!({ "from": "b", "to": "a", "amount": 10 })),
        ("put2get2", json!({ "from": "b", "to": "a", "amount": 1_000 })),
        ("writes", json!({ "count": 5, "bytes": 10 })),
        ("writes", json!({ "count": 1, "bytes": 0 })),
        ("scan", json!({ "start": "w", "end": "x", "limit": 2 })),
        ("scan", json!({ "start": "a", "end": "x", "limit": 9 })),
        ("scan", json!({ "start": "x", "end": "a", "limit": 9 })),
        ("scan", json!({ "start": "", "end": "a", "limit": 9 })),
        ("private_put", json!({ "collection": own, "key": "k", "value": "v" })),
        ("private_get", json!({ "collection": own, "key": "k" })),
        ("private_hash", json!({ "collection": own, "key": "k" })),
        ("private_get", json!({ "collection": foreign, "key": "k" })),
        ("private_put", json!({ "collection": "shared", "key": "k", "value": "v" })),
        ("history_and_write", json!({})),
        ("emit", json!({ "name": "stay.posted", "amount": 4 })),
        ("emit", json!({ "name": "", "amount": 4 })),
        ("refuse", json!({ "text": "no" })),
        ("hash", json!({ "count": 1, "bytes": 100 })),
        ("nothing", json!({})),
    ]
}

#[test]
fn the_mock_ledger_and_the_peer_agree_on_every_call() {
    let mut peer = Peer::new();
    let mut mock = mock();
    for (function, arguments) in calls() {
        let real = peer.call(function, arguments.clone()).unwrap();
        let mocked = mock.submit(&folio_probe::ROUTER, function, &arguments);
        let what = format!("{function} {arguments}");
        match &mocked.result {
            Ok(payload) => assert_eq!(payload[..], real.response.payload[..], "{what}: {}", real.response.message),
            // What is told of misuse differs; that it is misuse does not.
            Err(error) => assert_eq!(real.response.message.split(':').next(), Some(error.code), "{what}"),
        }
        if mocked.result.is_err() {
            continue;
        }
        let part = real.simulated.rwset.namespaces.get("probe").cloned().unwrap_or_default();
        assert!(part.reads.keys().eq(mocked.reads.keys()), "{what}");
        assert!(part.reads.values().map(Option::is_some).eq(mocked.reads.values().map(Option::is_some)), "{what}");
        let writes = part.writes.iter().map(|(key, write)| (key.clone(), clear(write)));
        assert!(writes.eq(mocked.writes.clone()), "{what}");
        assert_eq!(part.ranges.len(), mocked.ranges.len(), "{what}");
        for (real, mocked) in part.ranges.iter().zip(&mocked.ranges) {
            assert_eq!((&real.start, &real.end, real.exhausted), (&mocked.start, &mocked.end, mocked.exhausted));
            let keys = real.results.iter().map(|(key, _)| key);
            assert!(keys.eq(mocked.results.iter().map(|(key, _)| key)), "{what}");
        }
        let private = real.simulated.private.collections.iter().flat_map(|((_, collection), writes)| {
            writes.iter().map(|(key, write)| ((collection.clone(), key.clone()), clear(write)))
        });
        assert!(private.eq(mocked.private_writes.clone()), "{what}");
        let event = real.simulated.event.clone().map(|(name, payload)| (name, payload.to_vec()));
        assert_eq!(event, mocked.event, "{what}");
        peer.state.commit(&real.simulated);
    }
}

fn clear(write: &Write) -> Option<Vec<u8>> {
    match write {
        Write::Put(value) => Some(value.to_vec()),
        Write::Delete => None,
    }
}
