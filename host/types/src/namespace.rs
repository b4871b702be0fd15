//! Namespaces of world state, and where private collections live in it.

use std::fmt;

/// A namespace of world state: a chaincode's public keys, or one side of one of its private collections.
///
/// World state holds all three under one ordered key space. The hashed side of a collection is the same on every peer;
/// the clear side exists only at the collection's members.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Namespace {
    /// Public keys of a chaincode.
    Public(String),
    /// SHA-256 of keys to SHA-256 of values, on every peer: chaincode, collection.
    Hashed(String, String),
    /// Clear keys and values, on member peers only: chaincode, collection.
    Private(String, String),
}

impl Namespace {
    /// The public namespace of `chaincode`.
    pub fn public(chaincode: &str) -> Self {
        Self::Public(chaincode.to_owned())
    }

    /// The hashed side of `collection` of `chaincode`.
    pub fn hashed(chaincode: &str, collection: &str) -> Self {
        Self::Hashed(chaincode.to_owned(), collection.to_owned())
    }

    /// The clear side of `collection` of `chaincode`.
    pub fn private(chaincode: &str, collection: &str) -> Self {
        Self::Private(chaincode.to_owned(), collection.to_owned())
    }

    /// Whether every peer of the channel holds the same values here.
    pub const fn is_shared(&self) -> bool {
        !matches!(self, Self::Private(..))
    }
}

impl fmt::Display for Namespace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Public(chaincode) => f.write_str(chaincode),
            Self::Hashed(chaincode, collection) => write!(f, "{chaincode}$$h{collection}"),
            Self::Private(chaincode, collection) => write!(f, "{chaincode}$$p{collection}"),
        }
    }
}

const IMPLICIT_COLLECTION_PREFIX: &str = "_implicit_org_";

/// The name of the collection that belongs to one organisation without being declared.
pub fn implicit_collection(msp_id: &str) -> String {
    format!("{IMPLICIT_COLLECTION_PREFIX}{msp_id}")
}

/// The organisation whose implicit collection has this name, if it is one.
pub fn implicit_collection_owner(collection: &str) -> Option<&str> {
    collection.strip_prefix(IMPLICIT_COLLECTION_PREFIX).filter(|owner| !owner.is_empty())
}
