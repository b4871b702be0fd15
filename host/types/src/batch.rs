//! What a block does to world state.

use std::collections::BTreeMap;

use bytes::Bytes;

use crate::{BlockNumber, Digest, HashedWrite, Namespace, ReadWriteSet, TxNumber, Version, Write};

/// One key's new value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateWrite {
    /// The new value; `None` deletes the key.
    pub value: Option<Bytes>,
    /// The transaction that wrote last.
    pub version: Version,
}

/// The public and hashed writes of a block's valid transactions; the last write of a key wins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UpdateBatch {
    writes: BTreeMap<Namespace, BTreeMap<Bytes, StateWrite>>,
}

impl UpdateBatch {
    /// Adds the writes of one valid transaction. Transactions must be added in block order.
    pub fn apply(&mut self, block: BlockNumber, tx: TxNumber, set: &ReadWriteSet) {
        let version = Version::new(block, tx);
        for (chaincode, part) in &set.namespaces {
            for (key, write) in &part.writes {
                let value = match write {
                    Write::Put(value) => Some(value.clone()),
                    Write::Delete => None,
                };
                let key = Bytes::copy_from_slice(key.as_bytes());
                self.put(Namespace::public(chaincode), key, StateWrite { value, version });
            }
            for (collection, hashed) in &part.collections {
                for (key_hash, write) in &hashed.writes {
                    let value = match write {
                        HashedWrite::Put(hash) => Some(Bytes::copy_from_slice(hash)),
                        HashedWrite::Delete => None,
                    };
                    let key = Bytes::copy_from_slice(key_hash);
                    self.put(Namespace::hashed(chaincode, collection), key, StateWrite { value, version });
                }
            }
        }
    }

    /// Sets one key, whatever stood there.
    pub fn put(&mut self, namespace: Namespace, key: Bytes, write: StateWrite) {
        self.writes.entry(namespace).or_default().insert(key, write);
    }

    /// What this batch holds for a key.
    pub fn get(&self, namespace: &Namespace, key: &[u8]) -> Option<&StateWrite> {
        self.writes.get(namespace)?.get(key)
    }

    /// The hashed private key's new state, if this batch touches it.
    pub fn get_hashed(&self, chaincode: &str, collection: &str, key_hash: &Digest) -> Option<&StateWrite> {
        self.get(&Namespace::hashed(chaincode, collection), key_hash)
    }

    /// The writes of one namespace, in key order.
    pub fn namespace(&self, namespace: &Namespace) -> Option<&BTreeMap<Bytes, StateWrite>> {
        self.writes.get(namespace)
    }

    /// All namespaces in order, each with its writes in key order.
    pub fn iter(&self) -> impl Iterator<Item = (&Namespace, &BTreeMap<Bytes, StateWrite>)> {
        self.writes.iter()
    }

    /// The number of keys written.
    pub fn len(&self) -> usize {
        self.writes.values().map(BTreeMap::len).sum()
    }

    /// Whether nothing is written.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
