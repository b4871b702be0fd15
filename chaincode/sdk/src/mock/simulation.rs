//! The host functions of one call over the mock ledger.

use std::cell::RefCell;
use std::collections::BTreeMap;

use hmac::{Hmac, KeyInit, Mac};
use k256::ecdsa::signature::Verifier;
use k256::ecdsa::{Signature, VerifyingKey};
use sha2::{Digest, Sha256};

use super::MockLedger;
use super::call::{Call, Range};
use crate::{Change, Effects, Entry, Error, Event, Ledger, Page, Position, PrivateWrite, Result, Write, codes};

const KEY_BYTES_MAX: usize = 1024;
const VALUE_BYTES_MAX: usize = 1024 * 1024;
const EVENT_BYTES_MAX: usize = 64 * 1024;
const PAGE_ENTRIES_MAX: usize = 1_000;

/// One call under way. Reads are recorded behind a shared reference, as a peer records them.
pub(super) struct Simulation<'a> {
    ledger: &'a MockLedger,
    seen: RefCell<Seen>,
}

#[derive(Default)]
struct Seen {
    reads: BTreeMap<String, Option<Position>>,
    ranges: Vec<Range>,
    private_reads: BTreeMap<(String, String), Option<Position>>,
    history: bool,
    log: Vec<String>,
    /// The first misuse. A peer would have ended the call there; here it is refused when it returns.
    misuse: Option<String>,
}

impl<'a> Simulation<'a> {
    pub(super) fn new(ledger: &'a MockLedger) -> Self {
        Self { ledger, seen: RefCell::default() }
    }

    pub(super) fn finish<R>(self, result: Result<R>, effects: Effects) -> Call<R> {
        self.require_writable(&effects);
        let Effects { writes, private_writes, event } = effects;
        let mut seen = self.seen.into_inner();
        if seen.history && !(writes.is_empty() && private_writes.is_empty()) {
            seen.misuse.get_or_insert_with(|| "a call that reads history must not write".to_owned());
        }
        let private = |PrivateWrite { collection, key, value }| ((collection, key), value);
        Call {
            result: seen.misuse.map_or(result, |message| Err(Error::new(codes::MISUSE, message))),
            tx_id: self.ledger.invocation.tx_id.clone(),
            reads: seen.reads,
            ranges: seen.ranges,
            writes: writes.into_iter().map(|Write { key, value }| (key, value)).collect(),
            private_reads: seen.private_reads,
            private_writes: private_writes.into_iter().map(private).collect(),
            event: event.map(|Event { name, payload }| (name, payload)),
            log: seen.log,
        }
    }

    /// Records a misuse unless `good`, and tells whether to go on.
    fn require(&self, good: bool, why: &str) -> bool {
        if !good {
            self.seen.borrow_mut().misuse.get_or_insert_with(|| why.to_owned());
        }
        good
    }

    fn require_key(&self, key: &str) -> bool {
        self.require((1..=KEY_BYTES_MAX).contains(&key.len()), "a key has 1 to 1024 bytes")
    }

    fn require_value(&self, value: &[u8]) -> bool {
        self.require((1..=VALUE_BYTES_MAX).contains(&value.len()), "a value has 1 byte to 1 MiB")
    }

    fn require_collection(&self, collection: &str) -> bool {
        let owner = collection.strip_prefix("_implicit_org_").unwrap_or_default();
        self.require(!owner.is_empty(), "only implicit collections of organisations exist")
    }

    fn require_writable(&self, effects: &Effects) {
        for Write { key, value } in &effects.writes {
            self.require_key(key);
            if let Some(value) = value {
                self.require_value(value);
            }
        }
        for PrivateWrite { collection, key, value } in &effects.private_writes {
            self.require_key(key);
            if let Some(value) = value {
                self.require_value(value);
            }
            self.require_collection(collection);
        }
        if let Some(Event { name, payload }) = &effects.event {
            let good = !name.is_empty() && payload.len() <= EVENT_BYTES_MAX;
            self.require(good, "an event has a name and at most 64 KiB");
        }
    }

    fn read_private(&self, collection: &str, key: &str) -> Option<&'a [u8]> {
        let place = (collection.to_owned(), key.to_owned());
        let stored = self.ledger.private.get(&place);
        self.seen.borrow_mut().private_reads.insert(place, stored.map(|stored| stored.version));
        stored.map(|stored| stored.value.as_slice())
    }
}

impl Ledger for Simulation<'_> {
    fn get(&self, key: &str) -> Option<Vec<u8>> {
        if !self.require_key(key) {
            return None;
        }
        let stored = self.ledger.values.get(key);
        self.seen.borrow_mut().reads.insert(key.to_owned(), stored.map(|stored| stored.version));
        stored.map(|stored| stored.value.clone())
    }

    fn scan(&self, start: &str, end: &str, limit: u32) -> Page {
        let bounded = !start.is_empty() && !end.is_empty() && limit > 0;
        if !self.require(bounded, "a range has a start, an end and a limit") || start >= end {
            return Page::default();
        }
        let limit = usize::try_from(limit).map_or(PAGE_ENTRIES_MAX, |limit| limit.min(PAGE_ENTRIES_MAX));
        let found = self.ledger.values.range(start.to_owned()..end.to_owned()).take(limit + 1);
        let mut results = Vec::new();
        let mut page = Page::default();
        for (key, stored) in found {
            results.push((key.clone(), stored.version));
            page.more = page.entries.len() == limit;
            if !page.more {
                page.entries.push(Entry { key: key.clone(), value: stored.value.clone() });
            }
        }
        let last = results.last().map(|(key, _)| key.clone()).filter(|_| page.more);
        let end = last.unwrap_or_else(|| end.to_owned());
        let range = Range { start: start.to_owned(), end, exhausted: !page.more, results };
        self.seen.borrow_mut().ranges.push(range);
        page
    }

    fn changes(&self, key: &str, before: Option<Position>, limit: u32) -> Vec<Change> {
        self.seen.borrow_mut().history = true;
        if !self.require_key(key) || !self.require(limit > 0, "a page has a limit of at least one entry") {
            return Vec::new();
        }
        let all = self.ledger.history.get(key).map_or(&[][..], Vec::as_slice);
        let older = all.iter().rev().filter(|change| before.is_none_or(|before| change.position < before));
        older.take(usize::try_from(limit).unwrap_or(PAGE_ENTRIES_MAX).min(PAGE_ENTRIES_MAX)).cloned().collect()
    }

    fn private_get(&self, collection: &str, key: &str) -> Option<Vec<u8>> {
        let own = format!("_implicit_org_{}", self.ledger.peer_msp_id);
        if !self.require_key(key)
            || !self.require_collection(collection)
            || !self.require(collection == own, "this peer is no member of the collection")
        {
            return None;
        }
        self.read_private(collection, key).map(<[u8]>::to_vec)
    }

    fn private_hash(&self, collection: &str, key: &str) -> Option<Vec<u8>> {
        if !self.require_key(key) || !self.require_collection(collection) {
            return None;
        }
        self.read_private(collection, key).map(|value| self.sha256(value).to_vec())
    }

    fn sha256(&self, data: &[u8]) -> [u8; 32] {
        Sha256::digest(data).into()
    }

    fn hmac_sha256(&self, key: &[u8], message: &[u8]) -> [u8; 32] {
        // No key is refused.
        Hmac::<Sha256>::new_from_slice(key)
            .map_or([0; 32], |hmac| hmac.chain_update(message).finalize().into_bytes().into())
    }

    fn verify_secp256k1(&self, public_key: &[u8], message: &[u8], signature: &[u8]) -> bool {
        let (Ok(key), Ok(signature)) = (VerifyingKey::from_sec1_bytes(public_key), Signature::from_der(signature))
        else {
            return false;
        };
        signature.normalize_s() == signature && key.verify(message, &signature).is_ok()
    }

    fn log(&self, message: &str) {
        self.seen.borrow_mut().log.push(message.to_owned());
    }
}
