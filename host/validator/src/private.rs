//! Which clear values belong to what a block says of private collections.

use std::collections::BTreeMap;

use folio_crypto::sha256;
use folio_types::{Digest, HashedWrite, PrivateSet, TxId, TxNumber, Write};
use folio_wire::EndorserTransaction;

/// What a valid transaction writes to private collections, as the block tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrivateWrites {
    /// The transaction's position.
    pub tx: TxNumber,
    /// Its id, under which an endorsing peer keeps the clear values.
    pub tx_id: TxId,
    /// By chaincode and collection: SHA-256 of the key to what is written.
    pub collections: BTreeMap<(String, String), BTreeMap<Digest, HashedWrite>>,
}

impl PrivateWrites {
    pub(crate) fn of(tx: TxNumber, transaction: &EndorserTransaction) -> Self {
        let mut collections = BTreeMap::new();
        for (chaincode, set) in &transaction.rwset.namespaces {
            for (collection, hashed) in set.collections.iter().filter(|(_, hashed)| !hashed.writes.is_empty()) {
                collections.insert((chaincode.clone(), collection.clone()), hashed.writes.clone());
            }
        }
        Self { tx, tx_id: transaction.tx_id, collections }
    }
}

/// The part of `held` that a block vouches for: keys and values whose hashes it names. Anything else is left out, so
/// that nobody's mistake or lie becomes state.
pub fn select_private(writes: &PrivateWrites, held: &PrivateSet) -> PrivateSet {
    let mut selected = PrivateSet::default();
    for (name, hashed) in &writes.collections {
        let Some(clear) = held.collections.get(name) else {
            continue;
        };
        let matching = clear.iter().filter(|(key, write)| hashed.get(&sha256(&[key.as_bytes()])) == Some(&hash(write)));
        let matching: BTreeMap<_, _> = matching.map(|(key, write)| (key.clone(), write.clone())).collect();
        if !matching.is_empty() {
            selected.collections.insert(name.clone(), matching);
        }
    }
    selected
}

fn hash(write: &Write) -> HashedWrite {
    match write {
        Write::Put(value) => HashedWrite::Put(sha256(&[value])),
        Write::Delete => HashedWrite::Delete,
    }
}
