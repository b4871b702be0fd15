//! The hash that chains every block's verdicts and writes.

use std::collections::BTreeMap;

use bytes::Bytes;
use folio_crypto::sha256;
use folio_proto::txmgr;
use folio_types::{Digest, Namespace, StateWrite, UpdateBatch, ValidationCode, Version};
use prost::Message;
use prost::encoding::encode_varint;

type Writes = BTreeMap<Bytes, StateWrite>;

/// The commit hash of a block from its verdicts, its shared writes and the commit hash before it.
///
/// Genesis has none, so the chain begins at block 1 with `previous` empty. The namespace without a name, where Fabric
/// keeps the channel configuration, does not count.
pub fn commit_hash(verdicts: &[ValidationCode], updates: &UpdateBatch, previous: Option<&Digest>) -> Digest {
    let mut filter = Vec::with_capacity(verdicts.len() + 10);
    encode_varint(verdicts.len() as u64, &mut filter);
    filter.extend(verdicts.iter().map(|code| code.number()));
    let updates = txmgr::Updates { kvwrites: sorted_writes(updates) }.encode_to_vec();
    sha256(&[&filter, &updates, previous.map_or(&[], |digest| digest.as_slice())])
}

/// A block's writes by chaincode, public keys before collections; each name stands on its first entry only.
fn sorted_writes(updates: &UpdateBatch) -> Vec<txmgr::KvWrite> {
    let mut entries = Vec::with_capacity(updates.len());
    for (chaincode, parts) in by_chaincode(updates) {
        let first_of_chaincode = entries.len();
        for (collection, writes) in parts {
            let first_of_collection = entries.len();
            entries.extend(writes.iter().map(|(key, write)| entry(key, write)));
            if let Some(first) = entries.get_mut(first_of_collection) {
                first.collection = collection.to_owned();
            }
        }
        if let Some(first) = entries.get_mut(first_of_chaincode) {
            first.namespace = chaincode.to_owned();
        }
    }
    entries
}

/// Per chaincode its collections, of which the public keys are the one without a name.
fn by_chaincode(updates: &UpdateBatch) -> BTreeMap<&str, BTreeMap<&str, &Writes>> {
    let mut chaincodes = BTreeMap::<&str, BTreeMap<&str, &Writes>>::new();
    for (namespace, writes) in updates.iter() {
        let (chaincode, collection) = match namespace {
            Namespace::Public(chaincode) => (chaincode.as_str(), ""),
            Namespace::Hashed(chaincode, collection) => (chaincode.as_str(), collection.as_str()),
            Namespace::Private(..) => continue,
        };
        if !chaincode.is_empty() {
            chaincodes.entry(chaincode).or_default().insert(collection, writes);
        }
    }
    chaincodes
}

fn entry(key: &Bytes, write: &StateWrite) -> txmgr::KvWrite {
    txmgr::KvWrite {
        namespace: String::new(),
        collection: String::new(),
        key: key.clone(),
        is_delete: write.value.is_none(),
        value: write.value.clone().unwrap_or_default(),
        version_bytes: version_bytes(write.version).into(),
    }
}

fn version_bytes(version: Version) -> Vec<u8> {
    [ordered(version.block), ordered(version.tx)].concat()
}

/// A number whose bytes sort as the number does: how many bytes, then those, big-endian.
fn ordered(number: u64) -> Vec<u8> {
    let bytes = number.to_be_bytes();
    let used = bytes.len() - number.leading_zeros() as usize / 8;
    let mut encoded = vec![used as u8];
    encoded.extend_from_slice(&bytes[bytes.len() - used..]);
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordered_numbers_use_the_fewest_bytes() {
        for (number, expected) in [
            (0, "00"),
            (1, "0101"),
            (255, "01ff"),
            (256, "020100"),
            (65_536, "03010000"),
            (u64::MAX, "08ffffffffffffffff"),
        ] {
            assert_eq!(hex::encode(ordered(number)), expected);
        }
    }

    #[test]
    fn clear_private_writes_and_the_nameless_namespace_do_not_count() {
        let mut updates = UpdateBatch::default();
        let write = StateWrite { value: Some(Bytes::from_static(b"v")), version: Version::new(1, 0) };
        let empty = commit_hash(&[ValidationCode::Valid], &updates, None);
        updates.put(Namespace::private("cc", "c"), Bytes::from_static(b"k"), write.clone());
        updates.put(Namespace::public(""), Bytes::from_static(b"k"), write.clone());
        assert_eq!(commit_hash(&[ValidationCode::Valid], &updates, None), empty);
        updates.put(Namespace::hashed("cc", "c"), Bytes::from_static(b"k"), write);
        assert_ne!(commit_hash(&[ValidationCode::Valid], &updates, None), empty);
    }
}
