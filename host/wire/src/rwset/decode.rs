//! Bytes to values.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use folio_crypto::sha256;
use folio_proto::kvrwset::range_query_info::ReadsInfo;
use folio_proto::{kvrwset, rwset};
use folio_types::{CollectionSet, HashedWrite, NamespaceSet, RangeRead, ReadWriteSet, Version, Write};

use super::NAMESPACE;
use crate::WireError;
use crate::message::{decode, digest, optional_digest, required};

/// Reads a read-write set. Values share the buffer of `bytes`.
///
/// Nothing may stand twice, since it would be unclear which entry counts. What Folio does not keep is refused: key
/// metadata, purges, and range scans that are only a Merkle summary.
pub fn decode_rwset(bytes: &Bytes) -> Result<ReadWriteSet, WireError> {
    let message: rwset::TxReadWriteSet = decode("read-write set", bytes)?;
    check_data_model(message.data_model)?;
    let mut set = ReadWriteSet::default();
    for part in message.ns_rwset {
        let namespace = namespace_set(&part.rwset, part.collection_hashed_rwset)?;
        insert(&mut set.namespaces, NAMESPACE, part.namespace, namespace)?;
    }
    Ok(set)
}

/// The collections in which a read-write set writes, of whatever chaincode. Everything else is left unread.
pub fn written_collections(bytes: &Bytes) -> Result<BTreeSet<String>, WireError> {
    let message: rwset::TxReadWriteSet = decode("read-write set", bytes)?;
    let mut written = BTreeSet::new();
    for part in message.ns_rwset.into_iter().flat_map(|part| part.collection_hashed_rwset) {
        let hashed: kvrwset::HashedRwSet = decode("hashed read-write set", &part.hashed_rwset)?;
        if !hashed.hashed_writes.is_empty() {
            written.insert(part.collection_name);
        }
    }
    Ok(written)
}

pub(super) fn check_data_model(number: i32) -> Result<(), WireError> {
    if number == i32::from(rwset::tx_read_write_set::DataModel::Kv) {
        Ok(())
    } else {
        Err(WireError::unsupported("data model", number))
    }
}

/// Adds an entry, which must be the first with its name.
pub(super) fn insert<T>(
    map: &mut BTreeMap<String, T>,
    what: &'static str,
    name: String,
    value: T,
) -> Result<(), WireError> {
    match map.entry(name) {
        std::collections::btree_map::Entry::Vacant(vacant) => {
            vacant.insert(value);
            Ok(())
        }
        std::collections::btree_map::Entry::Occupied(occupied) => Err(WireError::duplicate(what, occupied.key())),
    }
}

fn namespace_set(
    public: &Bytes,
    collections: Vec<rwset::CollectionHashedReadWriteSet>,
) -> Result<NamespaceSet, WireError> {
    let message: kvrwset::KvrwSet = decode("public read-write set", public)?;
    refuse_metadata(message.metadata_writes.len())?;
    let mut set = NamespaceSet { writes: public_writes(message.writes)?, ..Default::default() };
    for read in message.reads {
        insert(&mut set.reads, "read key", read.key, read.version.map(version))?;
    }
    set.ranges = message.range_queries_info.into_iter().map(range).collect::<Result<_, _>>()?;
    for part in collections {
        let collection = collection_set(&part)?;
        insert(&mut set.collections, "collection", part.collection_name, collection)?;
    }
    Ok(set)
}

/// Writes by key. A write without a value deletes, whatever it says: Fabric's peers take it so.
pub(super) fn public_writes(messages: Vec<kvrwset::KvWrite>) -> Result<BTreeMap<String, Write>, WireError> {
    let mut writes = BTreeMap::new();
    for message in messages {
        let write =
            if message.is_delete || message.value.is_empty() { Write::Delete } else { Write::Put(message.value) };
        insert(&mut writes, "written key", message.key, write)?;
    }
    Ok(writes)
}

pub(super) fn refuse_metadata(entries: usize) -> Result<(), WireError> {
    if entries == 0 { Ok(()) } else { Err(WireError::unsupported("key metadata in a read-write set", entries)) }
}

fn range(message: kvrwset::RangeQueryInfo) -> Result<RangeRead, WireError> {
    const WHAT: &str = "range scan";
    let reads = match message.reads_info {
        Some(ReadsInfo::RawReads(reads)) => reads.kv_reads,
        Some(ReadsInfo::ReadsMerkleHashes(_)) => return Err(WireError::unsupported(WHAT, "Merkle summary")),
        // A scan that found nothing may leave its results out.
        None => Vec::new(),
    };
    let results = reads.into_iter().map(|read| {
        let version = required(read.version.map(version), WHAT, "version of a result")?;
        Ok((read.key, version))
    });
    Ok(RangeRead {
        results: results.collect::<Result<_, WireError>>()?,
        start: message.start_key,
        end: message.end_key,
        exhausted: message.itr_exhausted,
    })
}

fn collection_set(part: &rwset::CollectionHashedReadWriteSet) -> Result<CollectionSet, WireError> {
    let message: kvrwset::HashedRwSet = decode("hashed read-write set", &part.hashed_rwset)?;
    refuse_metadata(message.metadata_writes.len())?;
    let mut set = CollectionSet {
        private_set_hash: optional_digest("hash of a private read-write set", &part.pvt_rwset_hash)?,
        ..Default::default()
    };
    for read in message.hashed_reads {
        let key_hash = digest("hash of a private key", &read.key_hash)?;
        if set.reads.insert(key_hash, read.version.map(version)).is_some() {
            return Err(WireError::duplicate("read key hash", &hex::encode(key_hash)));
        }
    }
    for write in message.hashed_writes {
        let key_hash = digest("hash of a private key", &write.key_hash)?;
        if set.writes.insert(key_hash, hashed_write(&write)?).is_some() {
            return Err(WireError::duplicate("written key hash", &hex::encode(key_hash)));
        }
    }
    Ok(set)
}

/// A hashed write without a value, or with the hash of an empty one, deletes: Fabric's peers take it so.
fn hashed_write(write: &kvrwset::KvWriteHash) -> Result<HashedWrite, WireError> {
    if write.is_purge {
        return Err(WireError::unsupported("hashed write", "purge"));
    }
    let hash = optional_digest("hash of a private value", &write.value_hash)?;
    let hash = hash.filter(|hash| !write.is_delete && *hash != sha256(&[]));
    Ok(hash.map_or(HashedWrite::Delete, HashedWrite::Put))
}

const fn version(message: kvrwset::Version) -> Version {
    Version::new(message.block_num, message.tx_num)
}
