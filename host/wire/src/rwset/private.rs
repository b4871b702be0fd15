//! The clear side of private writes, as an endorsing peer keeps it and hands it on.

use std::collections::BTreeMap;

use bytes::Bytes;
use folio_crypto::sha256;
use folio_proto::{kvrwset, rwset};
use folio_types::{Digest, PrivateSet, Write};

use super::decode::{check_data_model, public_writes, refuse_metadata};
use super::encode::public_write;
use crate::WireError;
use crate::message::{decode, encode};

/// Encodes private writes (`rwset.TxPvtReadWriteSet`).
pub fn encode_private_set(set: &PrivateSet) -> Bytes {
    let mut namespaces: Vec<rwset::NsPvtReadWriteSet> = Vec::new();
    for ((chaincode, collection), writes) in &set.collections {
        let part = rwset::CollectionPvtReadWriteSet {
            collection_name: collection.clone(),
            rwset: encode_private_writes(writes),
        };
        match namespaces.last_mut().filter(|last| last.namespace == *chaincode) {
            Some(last) => last.collection_pvt_rwset.push(part),
            None => namespaces
                .push(rwset::NsPvtReadWriteSet { namespace: chaincode.clone(), collection_pvt_rwset: vec![part] }),
        }
    }
    let data_model = rwset::tx_read_write_set::DataModel::Kv.into();
    encode(&rwset::TxPvtReadWriteSet { data_model, ns_pvt_rwset: namespaces })
}

/// Reads private writes.
pub fn decode_private_set(bytes: &Bytes) -> Result<PrivateSet, WireError> {
    let message: rwset::TxPvtReadWriteSet = decode("private read-write set", bytes)?;
    check_data_model(message.data_model)?;
    let mut set = PrivateSet::default();
    for namespace in message.ns_pvt_rwset {
        for part in namespace.collection_pvt_rwset {
            let writes = decode_private_writes(&part.rwset)?;
            let name = (namespace.namespace.clone(), part.collection_name);
            if set.collections.contains_key(&name) {
                return Err(WireError::duplicate("private collection", &name.1));
            }
            set.collections.insert(name, writes);
        }
    }
    Ok(set)
}

/// What a transaction says of one collection's clear writes: SHA-256 over their encoded set.
pub fn private_writes_hash(writes: &BTreeMap<String, Write>) -> Digest {
    sha256(&[&encode_private_writes(writes)])
}

fn encode_private_writes(writes: &BTreeMap<String, Write>) -> Bytes {
    let writes = writes.iter().map(|(key, write)| public_write(key, write)).collect();
    encode(&kvrwset::KvrwSet { writes, ..Default::default() })
}

fn decode_private_writes(bytes: &Bytes) -> Result<BTreeMap<String, Write>, WireError> {
    let message: kvrwset::KvrwSet = decode("private writes", bytes)?;
    refuse_metadata(message.metadata_writes.len())?;
    public_writes(message.writes)
}
