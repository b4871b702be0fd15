//! Hashes of private keys, values and sets, as Fabric computes them.

use std::collections::BTreeMap;

use bytes::Bytes;
use folio_types::{Digest, Write};
use prost::Message;
use sha2::{Digest as _, Sha256};

pub(crate) fn sha256(bytes: &[u8]) -> Digest {
    Sha256::digest(bytes).into()
}

/// SHA-256 over the encoded `kvrwset.KVRWSet` of one collection's clear writes.
pub(crate) fn private_set_hash(writes: &BTreeMap<String, Write>) -> Digest {
    let writes = writes.iter().map(|(key, write)| {
        let (is_delete, value) = match write {
            Write::Put(value) => (false, value.clone()),
            Write::Delete => (true, Bytes::new()),
        };
        KvWrite { key: key.clone(), is_delete, value }
    });
    sha256(&KvRwSet { writes: writes.collect() }.encode_to_vec())
}

/// The part of `kvrwset.KVRWSet` that a private set uses.
#[derive(Clone, PartialEq, Message)]
struct KvRwSet {
    #[prost(message, repeated, tag = "3")]
    writes: Vec<KvWrite>,
}

#[derive(Clone, PartialEq, Message)]
struct KvWrite {
    #[prost(string, tag = "1")]
    key: String,
    #[prost(bool, tag = "2")]
    is_delete: bool,
    #[prost(bytes = "bytes", tag = "3")]
    value: Bytes,
}
