//! Stores that wait, are slow or fail: the pool's limit, the watchdog, and faults.

use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use bytes::Bytes;
use folio_runtime::{CALL_MILLISECONDS_MAX, CALLS_AT_ONCE_MAX, InvokeError, Resource};
use folio_types::{BlockNumber, HistoryEntry, Namespace, StateError, StateReader, Version, VersionedValue};
use serde_json::json;

use crate::support::{OWN_MSP, Peer, invocation};

/// State whose reads wait until they are let go.
#[derive(Default)]
struct Gate {
    state: Mutex<(u32, bool)>,
    changed: Condvar,
}

impl Gate {
    fn wait_for(&self, readers: u32) {
        let state = self.state.lock().unwrap();
        drop(self.changed.wait_while(state, |(waiting, _)| *waiting < readers).unwrap());
    }

    fn open(&self) {
        self.state.lock().unwrap().1 = true;
        self.changed.notify_all();
    }
}

impl StateReader for Gate {
    fn height(&self) -> BlockNumber {
        1
    }

    fn get(&self, _: &Namespace, _: &[u8]) -> Result<Option<VersionedValue>, StateError> {
        let mut state = self.state.lock().unwrap();
        state.0 += 1;
        self.changed.notify_all();
        drop(self.changed.wait_while(state, |(_, open)| !*open).unwrap());
        Ok(None)
    }

    fn range(&self, _: &Namespace, _: &[u8], _: &[u8], _: usize) -> Result<Vec<(Bytes, VersionedValue)>, StateError> {
        Err(StateError { reason: "the disk is gone".to_owned() })
    }

    fn history(&self, _: &str, _: &[u8], _: Option<Version>, _: usize) -> Result<Vec<HistoryEntry>, StateError> {
        Ok(Vec::new())
    }
}

#[test]
fn a_call_that_finds_no_free_instance_is_ended_as_a_limit() {
    let peer = Peer::new();
    let gate = Arc::new(Gate::default());
    let call = || {
        let call = invocation("put2get2", &json!({ "from": "a", "to": "b", "amount": 1 }));
        peer.runtime.invoke(&peer.chaincode, call, Arc::clone(&gate) as Arc<dyn StateReader>, OWN_MSP)
    };
    thread::scope(|scope| {
        let running: Vec<_> = (0..CALLS_AT_ONCE_MAX).map(|_| scope.spawn(call)).collect();
        gate.wait_for(CALLS_AT_ONCE_MAX);
        let refused = call();
        assert!(
            matches!(refused, Err(InvokeError::ResourceLimit { resource: Resource::Instances, .. })),
            "{refused:?}"
        );
        gate.open();
        for call in running {
            assert_eq!(call.join().unwrap().unwrap().response.status, 200);
        }
    });
    assert_eq!(call().unwrap().response.status, 200);
}

/// State that answers when a call's time is over.
struct Slow(Instant);

impl StateReader for Slow {
    fn height(&self) -> BlockNumber {
        1
    }

    fn get(&self, _: &Namespace, _: &[u8]) -> Result<Option<VersionedValue>, StateError> {
        while let Some(left) = self.0.checked_duration_since(Instant::now()) {
            thread::park_timeout(left);
        }
        Ok(None)
    }

    fn range(&self, _: &Namespace, _: &[u8], _: &[u8], _: usize) -> Result<Vec<(Bytes, VersionedValue)>, StateError> {
        Ok(Vec::new())
    }

    fn history(&self, _: &str, _: &[u8], _: Option<Version>, _: usize) -> Result<Vec<HistoryEntry>, StateError> {
        Ok(Vec::new())
    }
}

#[test]
fn a_call_that_outlives_its_time_is_ended_as_a_limit() {
    let peer = Peer::new();
    let over = Instant::now() + Duration::from_millis(CALL_MILLISECONDS_MAX * 3 / 2);
    let call = invocation("put2get2", &json!({ "from": "a", "to": "b", "amount": 1 }));
    let outcome = peer.runtime.invoke(&peer.chaincode, call, Arc::new(Slow(over)), OWN_MSP);
    assert!(matches!(outcome, Err(InvokeError::ResourceLimit { resource: Resource::Time, .. })), "{outcome:?}");
}

#[test]
fn a_store_that_fails_is_a_fault_of_the_peer() {
    let peer = Peer::new();
    let call = invocation("scan", &json!({ "start": "a", "end": "b", "limit": 1 }));
    let outcome = peer.runtime.invoke(&peer.chaincode, call, Arc::new(Gate::default()), OWN_MSP);
    match outcome {
        Err(InvokeError::Fault { reason }) => assert!(reason.contains("the disk is gone"), "{reason}"),
        other => panic!("expected a fault, got {other:?}"),
    }
}
