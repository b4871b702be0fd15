//! Past values of a key. They are no part of the read-write set, so a call that reads them must not write.

use bytes::Bytes;
use folio_types::limits::RANGE_PAGE_ENTRIES_MAX;
use folio_types::{TxId, Version};

use crate::budget::PAGE_BYTES_MAX;
use crate::simulator::check_key;
use crate::{Simulator, SimulatorError};

/// Most changes that are asked of the store at once.
const CHUNK_ENTRIES_MAX: usize = 32;

/// One past write of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The transaction that wrote.
    pub tx_id: TxId,
    /// Where it stands.
    pub version: Version,
    /// What it wrote; `None` for a deletion.
    pub value: Option<Bytes>,
}

impl Simulator {
    /// Changes of `key` that are older than `before`, newest first: at most `limit`, and fewer when they are large.
    /// The end of history is an empty page.
    pub fn changes(&mut self, key: &str, before: Option<Version>, limit: usize) -> Result<Vec<Change>, SimulatorError> {
        check_key(key)?;
        if limit == 0 {
            return Err(SimulatorError::EmptyPage);
        }
        self.history_read = true;
        let limit = limit.min(RANGE_PAGE_ENTRIES_MAX);
        let mut page: Vec<Change> = Vec::new();
        let mut page_bytes = 0;
        let mut before = before;
        while page.len() < limit && page_bytes < PAGE_BYTES_MAX {
            let asked = (limit - page.len()).min(CHUNK_ENTRIES_MAX);
            let chunk = self.state.history(&self.chaincode, key.as_bytes(), before, asked)?;
            let end_reached = chunk.len() < asked;
            for entry in chunk {
                if page_bytes >= PAGE_BYTES_MAX {
                    break;
                }
                let bytes = entry.value.as_ref().map_or(0, Bytes::len);
                self.budget.access()?;
                self.budget.read(bytes)?;
                page_bytes += bytes;
                before = Some(entry.version);
                page.push(Change { tx_id: entry.tx_id, version: entry.version, value: entry.value });
            }
            if end_reached {
                break;
            }
        }
        Ok(page)
    }
}
