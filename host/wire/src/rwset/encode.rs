//! Values to bytes.

use bytes::Bytes;
use folio_proto::kvrwset::range_query_info::ReadsInfo;
use folio_proto::{kvrwset, rwset};
use folio_types::{CollectionSet, HashedWrite, NamespaceSet, RangeRead, ReadWriteSet, Version, Write};

use crate::message::{copy_digest, encode};

/// Encodes a read-write set as it stands in transactions.
///
/// Everything is sorted by its bytes, range scans excepted. Fabric sorts hashed keys by the clear keys behind them,
/// which not everybody knows; here they are sorted by the hashes, and either order is read.
pub fn encode_rwset(set: &ReadWriteSet) -> Bytes {
    let namespaces = set.namespaces.iter().map(|(name, part)| rwset::NsReadWriteSet {
        namespace: name.clone(),
        rwset: encode(&public_set(part)),
        collection_hashed_rwset: part.collections.iter().map(|(name, part)| collection_set(name, part)).collect(),
    });
    let data_model = rwset::tx_read_write_set::DataModel::Kv.into();
    encode(&rwset::TxReadWriteSet { data_model, ns_rwset: namespaces.collect() })
}

fn public_set(set: &NamespaceSet) -> kvrwset::KvrwSet {
    kvrwset::KvrwSet {
        reads: set.reads.iter().map(|(key, version)| read(key, *version)).collect(),
        range_queries_info: set.ranges.iter().map(range).collect(),
        writes: set.writes.iter().map(|(key, write)| public_write(key, write)).collect(),
        metadata_writes: Vec::new(),
    }
}

fn collection_set(name: &str, set: &CollectionSet) -> rwset::CollectionHashedReadWriteSet {
    let reads = set.reads.iter().map(|(key_hash, version)| kvrwset::KvReadHash {
        key_hash: copy_digest(key_hash),
        version: version.map(version_message),
    });
    let writes = set.writes.iter().map(|(key_hash, write)| {
        let (is_delete, value_hash) = match write {
            HashedWrite::Put(hash) => (false, copy_digest(hash)),
            HashedWrite::Delete => (true, Bytes::new()),
        };
        kvrwset::KvWriteHash { key_hash: copy_digest(key_hash), is_delete, value_hash, is_purge: false }
    });
    let hashed = kvrwset::HashedRwSet {
        hashed_reads: reads.collect(),
        hashed_writes: writes.collect(),
        metadata_writes: Vec::new(),
    };
    rwset::CollectionHashedReadWriteSet {
        collection_name: name.to_owned(),
        hashed_rwset: encode(&hashed),
        pvt_rwset_hash: set.private_set_hash.as_ref().map(copy_digest).unwrap_or_default(),
    }
}

fn range(range: &RangeRead) -> kvrwset::RangeQueryInfo {
    let kv_reads = range.results.iter().map(|(key, version)| read(key, Some(*version))).collect();
    kvrwset::RangeQueryInfo {
        start_key: range.start.clone(),
        end_key: range.end.clone(),
        itr_exhausted: range.exhausted,
        reads_info: Some(ReadsInfo::RawReads(kvrwset::QueryReads { kv_reads })),
    }
}

fn read(key: &str, version: Option<Version>) -> kvrwset::KvRead {
    kvrwset::KvRead { key: key.to_owned(), version: version.map(version_message) }
}

/// A write without a value deletes, whatever it says: Fabric's peers take it so.
pub(super) fn public_write(key: &str, write: &Write) -> kvrwset::KvWrite {
    let value = match write {
        Write::Put(value) => value.clone(),
        Write::Delete => Bytes::new(),
    };
    kvrwset::KvWrite { key: key.to_owned(), is_delete: value.is_empty(), value }
}

const fn version_message(version: Version) -> kvrwset::Version {
    kvrwset::Version { block_num: version.block, tx_num: version.tx }
}
