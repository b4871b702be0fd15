//! Typed rows of world state.

use std::marker::PhantomData;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::key::{Key, KeyReader, PAST_EVERY_KEY, Prefix};
use crate::{Context, Error, Record, Result, codes};

/// Most rows that one page asks for.
pub const PAGE_ENTRIES_MAX: u32 = 1_000;

/// A line of the chaincode's key table: the one place that documents who owns which part of the key space.
#[derive(Clone, Copy, Debug)]
pub struct TableSpec {
    /// The character that begins every key of the table, and no key of another.
    pub prefix: char,
    /// What a row is.
    pub name: &'static str,
    /// The names of the key's components, in order.
    pub components: &'static [&'static str],
    /// The functions that scan the table, or none.
    pub scanned_by: &'static [&'static str],
}

/// Prefixes that more than one table of a key table claims.
pub fn overlapping_prefixes(key_table: &[&TableSpec]) -> Vec<char> {
    let mut prefixes: Vec<char> = key_table.iter().map(|spec| spec.prefix).collect();
    prefixes.sort_unstable();
    let mut twice: Vec<char> = prefixes.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]).collect();
    twice.dedup();
    twice
}

/// Rows of type `V` under keys of type `K`.
pub struct Table<K, V> {
    spec: &'static TableSpec,
    rows: PhantomData<fn() -> (K, V)>,
}

/// Where a page ended. The next page begins after it. Clients hand it back as they got it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Cursor(String);

/// The key of the row after which a page begins, when a row of the chaincode's own keeps where a scan has stopped.
impl From<String> for Cursor {
    fn from(key: String) -> Self {
        Self(key)
    }
}

/// One page of a scan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rows<K, V> {
    /// In key order.
    pub rows: Vec<(K, V)>,
    /// Where to go on; `None` when the range is exhausted.
    pub next: Option<Cursor>,
}

impl<K: Key, V: Record> Table<K, V> {
    /// The table that `spec` documents.
    pub const fn new(spec: &'static TableSpec) -> Self {
        assert!(spec.components.len() == K::FORMS.len(), "every component of the key has a name");
        assert!(spec.prefix.is_ascii_alphanumeric(), "a prefix is one ASCII letter or digit");
        Self { spec, rows: PhantomData }
    }

    /// The line of the key table.
    pub const fn spec(&self) -> &'static TableSpec {
        self.spec
    }

    /// The key as it stands in world state.
    pub fn key(&self, key: &K) -> String {
        let mut text = self.prefix();
        key.write(&mut text);
        text
    }

    /// The row of `key`, own writes included.
    pub fn get(&self, context: &Context<'_>, key: &K) -> Result<Option<V>> {
        context.get(&self.key(key)).map(|bytes| V::from_state(&bytes, self.spec.name)).transpose()
    }

    /// Whether `key` has a row.
    pub fn contains(&self, context: &Context<'_>, key: &K) -> bool {
        context.get(&self.key(key)).is_some()
    }

    /// Sets the row of `key`.
    pub fn put(&self, context: &mut Context<'_>, key: &K, row: &V) {
        context.put(self.key(key), row.to_state());
    }

    /// Removes the row of `key`.
    pub fn delete(&self, context: &mut Context<'_>, key: &K) {
        context.delete(self.key(key));
    }

    /// The rows whose keys begin with these components, one page at a time. Own writes are not among them.
    pub fn page(
        &self,
        context: &Context<'_>,
        prefix: &impl Prefix<K>,
        after: Option<&Cursor>,
        limit: u32,
    ) -> Result<Rows<K, V>> {
        let start = self.start_of(prefix);
        let mut end = start.clone();
        end.push(PAST_EVERY_KEY);
        self.scan(context, start, &end, after, limit)
    }

    /// The rows from the first that begins with `from` up to, and without, the first that begins with `to`.
    pub fn page_between(
        &self,
        context: &Context<'_>,
        from: &impl Prefix<K>,
        to: &impl Prefix<K>,
        after: Option<&Cursor>,
        limit: u32,
    ) -> Result<Rows<K, V>> {
        self.scan(context, self.start_of(from), &self.start_of(to), after, limit)
    }

    fn scan(
        &self,
        context: &Context<'_>,
        mut start: String,
        end: &str,
        after: Option<&Cursor>,
        limit: u32,
    ) -> Result<Rows<K, V>> {
        if let Some(Cursor(last)) = after {
            if last.as_str() < start.as_str() || last.as_str() >= end || self.read_key(last).is_none() {
                return Err(Error::new(codes::BAD_CURSOR, "the cursor is none that this query returned"));
            }
            // No key begins with another, so this is just past the last one.
            start.clone_from(last);
            start.push(PAST_EVERY_KEY);
        }
        let page = context.scan(&start, end, limit.clamp(1, PAGE_ENTRIES_MAX));
        let next = page.entries.last().filter(|_| page.more).map(|entry| Cursor(entry.key.clone()));
        let rows = page.entries.iter().map(|entry| {
            let key = self.read_key(&entry.key).ok_or_else(|| {
                Error::new(codes::STATE_UNREADABLE, format!("{:?} is no key of {}", entry.key, self.spec.name))
            })?;
            Ok((key, V::from_state(&entry.value, self.spec.name)?))
        });
        Ok(Rows { rows: rows.collect::<Result<_>>()?, next })
    }

    fn read_key(&self, text: &str) -> Option<K> {
        let mut reader = KeyReader::new(text.strip_prefix(self.spec.prefix)?);
        K::read(&mut reader).filter(|_| reader.is_empty())
    }

    fn start_of(&self, prefix: &impl Prefix<K>) -> String {
        let mut text = self.prefix();
        prefix.write_prefix(&mut text);
        text
    }

    fn prefix(&self) -> String {
        // Room for two ids, which most keys are.
        let mut text = String::with_capacity(80);
        text.push(self.spec.prefix);
        text
    }
}
