//! A world that can be read and in which nothing is written.

use crate::{Change, Ledger, Page, Position};

/// Another ledger's world. What is written here is forgotten.
pub(crate) struct ReadOnly<'a>(pub(crate) &'a dyn Ledger);

impl Ledger for ReadOnly<'_> {
    fn get(&self, key: &str) -> Option<Vec<u8>> {
        self.0.get(key)
    }

    fn put(&mut self, _: &str, _: &[u8]) {}

    fn delete(&mut self, _: &str) {}

    fn scan(&self, start: &str, end: &str, limit: u32) -> Page {
        self.0.scan(start, end, limit)
    }

    fn changes(&self, key: &str, before: Option<Position>, limit: u32) -> Vec<Change> {
        self.0.changes(key, before, limit)
    }

    fn private_get(&self, collection: &str, key: &str) -> Option<Vec<u8>> {
        self.0.private_get(collection, key)
    }

    fn private_hash(&self, collection: &str, key: &str) -> Option<Vec<u8>> {
        self.0.private_hash(collection, key)
    }

    fn private_put(&mut self, _: &str, _: &str, _: &[u8]) {}

    fn private_delete(&mut self, _: &str, _: &str) {}

    fn sha256(&self, data: &[u8]) -> [u8; 32] {
        self.0.sha256(data)
    }

    fn hmac_sha256(&self, key: &[u8], message: &[u8]) -> [u8; 32] {
        self.0.hmac_sha256(key, message)
    }

    fn verify_secp256k1(&self, public_key: &[u8], message: &[u8], signature: &[u8]) -> bool {
        self.0.verify_secp256k1(public_key, message, signature)
    }

    fn emit(&mut self, _: &str, _: &[u8]) {}

    fn log(&self, message: &str) {
        self.0.log(message);
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
