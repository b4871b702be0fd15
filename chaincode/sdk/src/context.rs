//! What a handler works with: the invocation, and world state with the call's own writes over it.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{
    Change, Creator, Effects, Error, Event, HexId, Invocation, Ledger, Page, Position, PrivateWrite, Result, Write,
    codes, json,
};

/// A write that is kept until the call succeeds; `None` deletes.
type Pending = Option<Vec<u8>>;

/// One call's view of the world.
///
/// A point read of a key that this call wrote returns what it wrote; a range scan never does. What it would change is
/// handed over when the handler has returned without an error.
pub struct Context<'a> {
    ledger: &'a dyn Ledger,
    invocation: &'a Invocation,
    writes: BTreeMap<String, Pending>,
    private_writes: BTreeMap<(String, String), Pending>,
    event: Option<Event>,
}

impl<'a> Context<'a> {
    /// A call of `invocation` over `ledger`.
    pub fn new(ledger: &'a dyn Ledger, invocation: &'a Invocation) -> Self {
        Self { ledger, invocation, writes: BTreeMap::new(), private_writes: BTreeMap::new(), event: None }
    }

    /// The proposal.
    pub fn invocation(&self) -> &'a Invocation {
        self.invocation
    }

    /// Who signed the proposal.
    pub fn creator(&self) -> &'a Creator {
        &self.invocation.creator
    }

    /// The value of `key`, own writes included.
    pub fn get(&self, key: &str) -> Option<Vec<u8>> {
        match self.writes.get(key) {
            Some(pending) => pending.clone(),
            None => self.ledger.get(key),
        }
    }

    /// Sets `key`.
    pub fn put(&mut self, key: String, value: Vec<u8>) {
        self.writes.insert(key, Some(value));
    }

    /// Removes `key`.
    pub fn delete(&mut self, key: String) {
        self.writes.insert(key, None);
    }

    /// Committed entries with `start <= key < end`: never own writes, not even deletions.
    pub fn scan(&self, start: &str, end: &str, limit: u32) -> Page {
        self.ledger.scan(start, end, limit)
    }

    /// Past writes of `key`, newest first; the end of history is an empty page. The peer refuses to endorse a call that
    /// reads history and writes.
    pub fn changes(&self, key: &str, before: Option<Position>, limit: u32) -> Vec<Change> {
        self.ledger.changes(key, before, limit)
    }

    /// The clear value of a private key, own writes included. It ends the call on a peer that is no member.
    pub fn private_get(&self, collection: &str, key: &str) -> Option<Vec<u8>> {
        match self.private_pending(collection, key) {
            Some(pending) => pending.clone(),
            None => self.ledger.private_get(collection, key),
        }
    }

    /// SHA-256 of a private key's value, own writes included. Every peer can answer.
    pub fn private_hash(&self, collection: &str, key: &str) -> Option<Vec<u8>> {
        match self.private_pending(collection, key) {
            Some(pending) => pending.as_ref().map(|value| self.ledger.sha256(value).to_vec()),
            None => self.ledger.private_hash(collection, key),
        }
    }

    /// Sets a private key.
    pub fn private_put(&mut self, collection: &str, key: &str, value: Vec<u8>) {
        self.private_writes.insert((collection.to_owned(), key.to_owned()), Some(value));
    }

    /// Removes a private key.
    pub fn private_delete(&mut self, collection: &str, key: &str) {
        self.private_writes.insert((collection.to_owned(), key.to_owned()), None);
    }

    /// A value of the proposal's transient map, which never stands on the ledger.
    pub fn transient(&self, name: &str) -> Option<&'a [u8]> {
        self.invocation.transient(name)
    }

    /// SHA-256 over the parts, one after the other.
    pub fn sha256(&self, parts: &[&[u8]]) -> [u8; 32] {
        match parts {
            [whole] => self.ledger.sha256(whole),
            _ => self.ledger.sha256(&parts.concat()),
        }
    }

    /// The id that begins the SHA-256 over the parts.
    pub fn sha256_id<const BYTES: usize>(&self, parts: &[&[u8]]) -> HexId<BYTES> {
        const { assert!(BYTES <= 32, "a digest has 32 bytes") };
        let digest = self.sha256(parts);
        HexId::new(std::array::from_fn(|at| digest[at]))
    }

    /// HMAC-SHA-256 (RFC 2104) of `message`.
    pub fn hmac_sha256(&self, key: &[u8], message: &[u8]) -> [u8; 32] {
        self.ledger.hmac_sha256(key, message)
    }

    /// Whether `signature` (strict DER, low S) over SHA-256 of `message` is by this SEC1-encoded key.
    pub fn verify_secp256k1(&self, public_key: &[u8], message: &[u8], signature: &[u8]) -> bool {
        self.ledger.verify_secp256k1(public_key, message, signature)
    }

    /// Sets the transaction's one event; the last wins.
    pub fn emit<P: Serialize>(&mut self, name: &str, payload: &P) -> Result<()> {
        let payload = json::write(payload)
            .map_err(|error| Error::new(codes::RESULT_UNWRITABLE, format!("event {name}: {error}")))?;
        self.event = Some(Event { name: name.to_owned(), payload });
        Ok(())
    }

    /// A line for the peer's log. It is no part of the result.
    pub fn log(&self, message: &str) {
        self.ledger.log(message);
    }

    /// Runs `body` as if the call went on with it, and forgets what it wrote: so a query learns what a function would do.
    pub fn try_out<R>(&self, body: impl FnOnce(&mut Context<'_>) -> R) -> R {
        let mut scratch = Context {
            ledger: self.ledger,
            invocation: self.invocation,
            writes: self.writes.clone(),
            private_writes: self.private_writes.clone(),
            event: None,
        };
        body(&mut scratch)
    }

    /// What the call would change: each key once, in key order.
    pub fn into_effects(self) -> Effects {
        let writes = self.writes.into_iter().map(|(key, value)| Write { key, value });
        let private = self.private_writes.into_iter();
        let private = private.map(|((collection, key), value)| PrivateWrite { collection, key, value });
        Effects { writes: writes.collect(), private_writes: private.collect(), event: self.event }
    }

    fn private_pending(&self, collection: &str, key: &str) -> Option<&Pending> {
        if self.private_writes.is_empty() {
            return None;
        }
        self.private_writes.get(&(collection.to_owned(), key.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use crate::MockLedger;

    #[test]
    fn what_is_tried_out_reads_the_call_s_own_writes_and_is_forgotten() {
        let mut ledger = MockLedger::new("AuroraMSP");
        ledger.update(|context| {
            context.put("a".to_owned(), b"before".to_vec());
            Ok(())
        });
        let call = ledger.run(|context| {
            context.put("b".to_owned(), b"own".to_vec());
            let tried = context.try_out(|scratch| {
                scratch.put("a".to_owned(), b"tried".to_vec());
                scratch.delete("b".to_owned());
                scratch.private_put("c", "k", b"tried".to_vec());
                scratch.emit("tried", &1).map(|()| (scratch.get("a"), scratch.get("b"), scratch.private_get("c", "k")))
            })?;
            assert_eq!(tried, (Some(b"tried".to_vec()), None, Some(b"tried".to_vec())));
            Ok((context.get("a"), context.get("b")))
        });
        assert_eq!(call.event, None);
        assert_eq!(call.writes.keys().collect::<Vec<_>>(), ["b"]);
        assert_eq!(call.result.unwrap(), (Some(b"before".to_vec()), Some(b"own".to_vec())));
    }
}
