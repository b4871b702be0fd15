//! Range scans, one page at a time.

use bytes::Bytes;
use folio_types::limits::RANGE_PAGE_ENTRIES_MAX;
use folio_types::{RangeRead, Version, VersionedValue};

use crate::budget::PAGE_BYTES_MAX;
use crate::{Simulator, SimulatorError};

/// Most entries that are asked of the store at once, so that a page of large values never lies in memory whole.
const CHUNK_ENTRIES_MAX: usize = 128;

/// One page of a range scan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// Keys and values in key order.
    pub entries: Vec<(String, Bytes)>,
    /// Whether the range holds keys past the last entry.
    pub more: bool,
}

/// A scan under way: the page for the chaincode, and what it learnt from it.
#[derive(Default)]
struct Scan {
    page: Page,
    page_bytes: usize,
    seen: Vec<(String, Version)>,
}

impl Simulator {
    /// The first entries with `start <= key < end`: at most `limit`, and at most a page of a thousand or of a mebibyte.
    ///
    /// What a chaincode learns from `more` is part of the recorded range: the key that made it true is recorded too,
    /// so that its going away is a conflict.
    pub fn scan(&mut self, start: &str, end: &str, limit: usize) -> Result<Page, SimulatorError> {
        if start.is_empty() || end.is_empty() {
            return Err(SimulatorError::OpenRange);
        }
        if limit == 0 {
            return Err(SimulatorError::EmptyPage);
        }
        if start >= end {
            return Ok(Page::default());
        }
        let limit = limit.min(RANGE_PAGE_ENTRIES_MAX);
        let mut scan = Scan::default();
        let mut from = start.as_bytes().to_vec();
        loop {
            // One past the page, to learn whether there is more.
            let asked = (limit + 1 - scan.seen.len()).min(CHUNK_ENTRIES_MAX);
            let chunk = self.state.range(&self.namespace, &from, end.as_bytes(), asked)?;
            let bound_reached = chunk.len() < asked;
            for (key, found) in chunk {
                if scan.page.more {
                    break;
                }
                self.take(&mut scan, key, found, limit)?;
            }
            if bound_reached || scan.page.more {
                break;
            }
            from.clear();
            from.extend_from_slice(scan.seen.last().map_or(start, |(key, _)| key).as_bytes());
            from.push(0);
        }
        let last = scan.seen.last().map(|(key, _)| key.clone()).filter(|_| scan.page.more);
        self.set.ranges.push(RangeRead {
            start: start.to_owned(),
            end: last.unwrap_or_else(|| end.to_owned()),
            exhausted: !scan.page.more,
            results: scan.seen,
        });
        Ok(scan.page)
    }

    fn take(&mut self, scan: &mut Scan, key: Bytes, found: VersionedValue, limit: usize) -> Result<(), SimulatorError> {
        let key = String::from_utf8(key.into()).map_err(|_| SimulatorError::Corrupt {
            namespace: self.namespace.to_string(),
            reason: "a key is not UTF-8",
        })?;
        self.budget.access()?;
        self.budget.read(key.len() + found.value.len())?;
        scan.seen.push((key.clone(), found.version));
        if scan.page.entries.len() == limit || scan.page_bytes >= PAGE_BYTES_MAX {
            scan.page.more = true;
        } else {
            scan.page_bytes += key.len() + found.value.len();
            scan.page.entries.push((key, found.value));
        }
        Ok(())
    }
}
