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
    is_open: Mutex<bool>,
    changed: Condvar,
}

impl Gate {
    fn open(&self) {
        *self.is_open.lock().unwrap() = true;
        self.changed.notify_all();
    }
}

impl StateReader for Gate {
    fn height(&self) -> BlockNumber {
        1
    }

    fn get(&self, _: &Namespace, _: &[u8]) -> Result<Option<VersionedValue>, StateError> {
        let is_open = self.is_open.lock().unwrap();
        drop(self.changed.wait_while(is_open, |is_open| !*is_open).unwrap());
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
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let one_too_many = cores * CALLS_AT_ONCE_MAX as usize + 1;
    thread::scope(|scope| {
        let calls: Vec<_> = (0..one_too_many).map(|_| scope.spawn(call)).collect();
        // While the gate is closed, only a refused call comes to an end.
        while !calls.iter().any(|call| call.is_finished()) {
            thread::park_timeout(Duration::from_millis(1));
        }
        gate.open();
        let outcomes = calls.into_iter().map(|call| call.join().unwrap());
        let refused: Vec<_> = outcomes.filter_map(Result::err).collect();
        assert!(!refused.is_empty());
        for refused in refused {
            let by_instances = matches!(refused, InvokeError::ResourceLimit { resource: Resource::Instances, .. });
            assert!(by_instances, "{refused:?}");
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
