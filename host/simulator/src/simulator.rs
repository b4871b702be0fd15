//! The simulator: public keys, events, and the result.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use bytes::Bytes;
use folio_types::limits::{EVENT_BYTES_MAX, KEY_BYTES_MAX, VALUE_BYTES_MAX};
use folio_types::{
    BlockNumber, Namespace, NamespaceSet, PrivateSet, ReadWriteSet, StateReader, VersionedValue, Write,
    implicit_collection,
};
use folio_wire::private_writes_hash;

use crate::SimulatorError;
use crate::budget::Budget;

/// Longest name of a chaincode event.
pub const EVENT_NAME_BYTES_MAX: usize = 256;

/// One proposal's simulation of one chaincode over a snapshot of world state.
pub struct Simulator {
    pub(crate) state: Arc<dyn StateReader>,
    pub(crate) chaincode: String,
    pub(crate) namespace: Namespace,
    pub(crate) own_collection: String,
    pub(crate) set: NamespaceSet,
    pub(crate) private: BTreeMap<String, BTreeMap<String, Write>>,
    pub(crate) budget: Budget,
    pub(crate) history_read: bool,
    others: BTreeMap<String, NamespaceSet>,
    event: Option<(String, Bytes)>,
}

/// What a simulation came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Simulated {
    /// What was read and would be written, as it stands in the endorsed transaction.
    pub rwset: ReadWriteSet,
    /// The clear side of private writes, to be kept until the transaction commits.
    pub private: PrivateSet,
    /// The transaction's event: name and payload.
    pub event: Option<(String, Bytes)>,
}

impl Simulator {
    /// A simulation of `chaincode` over `state`, on a peer of the organisation `own_msp_id`.
    pub fn new(state: Arc<dyn StateReader>, chaincode: &str, own_msp_id: &str) -> Self {
        Self {
            state,
            chaincode: chaincode.to_owned(),
            namespace: Namespace::public(chaincode),
            own_collection: implicit_collection(own_msp_id),
            set: NamespaceSet::default(),
            private: BTreeMap::new(),
            budget: Budget::default(),
            history_read: false,
            others: BTreeMap::new(),
            event: None,
        }
    }

    /// The height of the snapshot that is simulated over.
    pub fn height(&self) -> BlockNumber {
        self.state.height()
    }

    /// The chaincode whose keys are read and written.
    pub fn chaincode(&self) -> &str {
        &self.chaincode
    }

    /// The committed value of `key`.
    pub fn get(&mut self, key: impl Into<String>) -> Result<Option<Bytes>, SimulatorError> {
        let key = key.into();
        let found = read(&*self.state, &self.namespace, &key, &mut self.budget)?;
        Ok(record_read(&mut self.set, key, found))
    }

    /// The committed value of a key of another chaincode, such as a definition that the endorsement rests on.
    pub fn get_of(&mut self, chaincode: &str, key: impl Into<String>) -> Result<Option<Bytes>, SimulatorError> {
        if chaincode == self.chaincode {
            return self.get(key);
        }
        let key = key.into();
        let found = read(&*self.state, &Namespace::public(chaincode), &key, &mut self.budget)?;
        Ok(record_read(self.others.entry(chaincode.to_owned()).or_default(), key, found))
    }

    /// Sets `key`. The last write of a key wins.
    pub fn put(&mut self, key: impl Into<String>, value: impl Into<Bytes>) -> Result<(), SimulatorError> {
        let (key, value) = (key.into(), value.into());
        check_key(&key)?;
        check_value(&value)?;
        record_write(&mut self.set.writes, key, Write::Put(value), &mut self.budget)
    }

    /// Removes `key`, whether or not it exists.
    pub fn delete(&mut self, key: impl Into<String>) -> Result<(), SimulatorError> {
        let key = key.into();
        check_key(&key)?;
        record_write(&mut self.set.writes, key, Write::Delete, &mut self.budget)
    }

    /// Sets the transaction's one event; the last call wins.
    pub fn emit(&mut self, name: impl Into<String>, payload: impl Into<Bytes>) -> Result<(), SimulatorError> {
        let (name, payload) = (name.into(), payload.into());
        if name.is_empty() || name.len() > EVENT_NAME_BYTES_MAX {
            return Err(SimulatorError::EventName { got: name.len(), max: EVENT_NAME_BYTES_MAX });
        }
        if payload.len() > EVENT_BYTES_MAX {
            return Err(SimulatorError::EventTooLong { got: payload.len(), max: EVENT_BYTES_MAX });
        }
        self.event = Some((name, payload));
        Ok(())
    }

    /// Charges `bytes` that the host is about to hash for the chaincode.
    pub fn charge_hash(&mut self, bytes: usize) -> Result<(), SimulatorError> {
        self.budget.hash(bytes)
    }

    /// Charges a signature, over `bytes`, that the host is about to check for the chaincode.
    pub fn charge_signature_check(&mut self, bytes: usize) -> Result<(), SimulatorError> {
        self.budget.check_signature()?;
        self.budget.hash(bytes)
    }

    /// The read-write set, the private writes and the event.
    pub fn finish(mut self) -> Result<Simulated, SimulatorError> {
        let mut private = PrivateSet::default();
        for (collection, writes) in self.private {
            let hashed = self.set.collections.entry(collection.clone()).or_default();
            hashed.private_set_hash = Some(private_writes_hash(&writes));
            private.collections.insert((self.chaincode.clone(), collection), writes);
        }
        let writes = !self.set.writes.is_empty() || !private.is_empty();
        if self.history_read && writes {
            return Err(SimulatorError::HistoryAndWrites);
        }
        let mut namespaces = self.others;
        if self.set != NamespaceSet::default() {
            namespaces.insert(self.chaincode, self.set);
        }
        Ok(Simulated { rwset: ReadWriteSet { namespaces }, private, event: self.event })
    }
}

pub(crate) fn check_key(key: &str) -> Result<(), SimulatorError> {
    match key.len() {
        0 => Err(SimulatorError::EmptyKey),
        got if got > KEY_BYTES_MAX => Err(SimulatorError::KeyTooLong { got, max: KEY_BYTES_MAX }),
        _ => Ok(()),
    }
}

/// An empty value would look deleted to Fabric's clients, so it is refused.
pub(crate) fn check_value(value: &[u8]) -> Result<(), SimulatorError> {
    match value.len() {
        0 => Err(SimulatorError::EmptyValue),
        got if got > VALUE_BYTES_MAX => Err(SimulatorError::ValueTooLong { got, max: VALUE_BYTES_MAX }),
        _ => Ok(()),
    }
}

/// Adds a write to the set in place of an older one of the same key.
pub(crate) fn record_write(
    writes: &mut BTreeMap<String, Write>,
    key: String,
    write: Write,
    budget: &mut Budget,
) -> Result<(), SimulatorError> {
    budget.access()?;
    match writes.entry(key) {
        Entry::Vacant(vacant) => {
            budget.write(vacant.key().len() + write_bytes(&write), 0)?;
            vacant.insert(write);
        }
        Entry::Occupied(mut occupied) => {
            budget.write(write_bytes(&write), write_bytes(occupied.get()))?;
            occupied.insert(write);
        }
    }
    Ok(())
}

fn write_bytes(write: &Write) -> usize {
    match write {
        Write::Put(value) => value.len(),
        Write::Delete => 0,
    }
}

fn read(
    state: &dyn StateReader,
    namespace: &Namespace,
    key: &str,
    budget: &mut Budget,
) -> Result<Option<VersionedValue>, SimulatorError> {
    check_key(key)?;
    budget.access()?;
    let found = state.get(namespace, key.as_bytes())?;
    budget.read(key.len() + found.as_ref().map_or(0, |found| found.value.len()))?;
    Ok(found)
}

fn record_read(set: &mut NamespaceSet, key: String, found: Option<VersionedValue>) -> Option<Bytes> {
    let (version, value) = found.map(|found| (found.version, found.value)).unzip();
    set.reads.insert(key, version);
    value
}
