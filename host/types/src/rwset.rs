//! Read-write sets: what a simulation read, and what it would write.

use std::collections::BTreeMap;

use bytes::Bytes;

use crate::{Digest, Version};

/// What one transaction read and would write, per chaincode, in Fabric's order (everything sorted by its bytes).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadWriteSet {
    /// One entry a chaincode that was touched, also when it was only read.
    pub namespaces: BTreeMap<String, NamespaceSet>,
}

/// The part of a read-write set that belongs to one chaincode.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NamespaceSet {
    /// Key to the version read; `None` says that the key did not exist.
    pub reads: BTreeMap<String, Option<Version>>,
    /// Range scans in the order in which they were made.
    pub ranges: Vec<RangeRead>,
    /// Last write of each key.
    pub writes: BTreeMap<String, Write>,
    /// Hashed accesses of private collections, by collection name.
    pub collections: BTreeMap<String, CollectionSet>,
}

/// A write of one key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Write {
    /// The key gets this value.
    Put(Bytes),
    /// The key goes away.
    Delete,
}

/// A range scan, as far as it went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RangeRead {
    /// First key asked for, inclusive.
    pub start: String,
    /// Bound asked for, exclusive, when `exhausted`; else the last key that was returned, inclusive.
    pub end: String,
    /// Whether the scan reached its bound.
    pub exhausted: bool,
    /// The keys found, with their versions, in key order.
    pub results: Vec<(String, Version)>,
}

/// What a transaction did to one private collection, as every peer may know it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CollectionSet {
    /// SHA-256 of the key to the version read.
    pub reads: BTreeMap<Digest, Option<Version>>,
    /// SHA-256 of the key to what is written there.
    pub writes: BTreeMap<Digest, HashedWrite>,
    /// SHA-256 of the private read-write set's bytes; absent when nothing was written.
    pub private_set_hash: Option<Digest>,
}

/// A private write as every peer may know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HashedWrite {
    /// SHA-256 of the new value.
    Put(Digest),
    /// The key goes away.
    Delete,
}

/// The clear side of a transaction's private writes: chaincode, then collection, then key.
///
/// It never stands on the ledger. The endorsing peer keeps it until the transaction commits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PrivateSet {
    /// Writes by (chaincode, collection), then key.
    pub collections: BTreeMap<(String, String), BTreeMap<String, Write>>,
}

impl PrivateSet {
    /// Whether no private key was written.
    pub fn is_empty(&self) -> bool {
        self.collections.values().all(BTreeMap::is_empty)
    }
}
