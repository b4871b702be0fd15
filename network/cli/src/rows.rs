//! Rows of the loyalty chaincode, read from world state by the tables of its key table.

use anyhow::{Context, Result};
use bytes::Bytes;
use folio_chaincode_sdk::{Key, KeyReader, Prefix, Record, Table};
use folio_types::{Namespace, StateReader};

use crate::session::CHAINCODE;

/// Rows read at a time.
const PAGE_ROWS: usize = 1_000;

/// Sorts above every character of a key.
const PAST_EVERY_KEY: char = '~';

/// The row of a key.
pub(crate) fn row<K: Key, V: Record>(state: &dyn StateReader, table: &Table<K, V>, key: &K) -> Result<Option<V>> {
    let found = state.get(&Namespace::public(CHAINCODE), table.key(key).as_bytes())?;
    Ok(found.map(|found| V::from_state(&found.value, table.spec().name)).transpose()?)
}

/// Calls `visit` with key and value of every row whose key begins with `prefix`, in key order.
pub(crate) fn each_row<K: Key, V: Record>(
    state: &dyn StateReader,
    table: &Table<K, V>,
    prefix: &impl Prefix<K>,
    mut visit: impl FnMut(K, V) -> Result<()>,
) -> Result<()> {
    let spec = table.spec();
    let namespace = Namespace::public(CHAINCODE);
    let mut start = String::from(spec.prefix);
    prefix.write_prefix(&mut start);
    let end = format!("{start}{PAST_EVERY_KEY}");
    let mut start = Bytes::from(start);
    loop {
        let page = state.range(&namespace, &start, end.as_bytes(), PAGE_ROWS)?;
        for (key, found) in &page {
            let read = key_of(key, spec.prefix).with_context(|| format!("{key:?} is no key of {}", spec.name))?;
            visit(read, V::from_state(&found.value, spec.name)?)?;
        }
        let Some((last, _)) = page.last().filter(|_| page.len() == PAGE_ROWS) else { return Ok(()) };
        start = [&last[..], &[0]].concat().into();
    }
}

fn key_of<K: Key>(key: &[u8], prefix: char) -> Option<K> {
    let mut reader = KeyReader::new(std::str::from_utf8(key).ok()?.strip_prefix(prefix)?);
    K::read(&mut reader).filter(|_| reader.is_empty())
}
