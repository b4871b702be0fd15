//! Small worlds for the tests of reports.

use bytes::Bytes;
use folio_chaincode_sdk::{Key, Record, Table};
use folio_loyalty::ids::{OrgId, ProgrammeId};
use folio_loyalty::state::{PROGRAMMES, ProgrammeRow};
use folio_loyalty::units::Date;
use folio_simulator::MemoryState;
use folio_types::{Namespace, StateWrite, UpdateBatch, Version};

use crate::session::CHAINCODE;

/// World state that rows are put into by hand. It has one programme.
pub(super) struct State {
    pub(super) memory: MemoryState,
}

impl State {
    pub(super) fn new() -> Self {
        let mut state = Self { memory: MemoryState::new() };
        state.put(&PROGRAMMES, &programme(), &ProgrammeRow::default());
        state
    }

    pub(super) fn put<K: Key, V: Record>(&mut self, table: &Table<K, V>, key: &K, row: &V) {
        let write = StateWrite { value: Some(Bytes::from(row.to_state())), version: Version::new(0, 0) };
        let mut batch = UpdateBatch::default();
        batch.put(Namespace::public(CHAINCODE), Bytes::from(table.key(key)), write);
        self.memory.apply(&batch);
    }
}

pub(super) fn programme() -> ProgrammeId {
    ProgrammeId::new("p").unwrap()
}

pub(super) fn org(name: &str) -> OrgId {
    OrgId::new(name).unwrap()
}

pub(super) fn day(text: &str) -> Date {
    text.parse().unwrap()
}
