//! Keys and values of the state database.
//!
//! | keyspace | key | value |
//! |---|---|---|
//! | `state` | namespace, key | version, value |
//! | `history` | chaincode, key, inverted version | nothing: the value stands in the block |
//! | `transactions` | transaction id | block, transaction, code |
//! | `staging` | transaction id | height, private set |
//! | `meta` | `tip` | format, height, hashes |
//!
//! A name inside a key is escaped (a zero byte becomes `00 FF`) and ended by `00 01`, so that keys sort as the names do
//! and no name can reach into its neighbour. A namespace begins with its kind: 0 public, 1 hashed, 2 private. Shared
//! state is thus one range, and ends where kind 2 begins. A version is block (8 bytes) and transaction (4), big-endian.

use bytes::Bytes;
use folio_types::{BlockNumber, Namespace, TxId, TxNumber, ValidationCode, Version};

use crate::TxLocation;

pub(crate) const VERSION_BYTES: usize = 12;

const NAME_END: [u8; 2] = [0, 1];

const KIND_PUBLIC: u8 = 0;
const KIND_HASHED: u8 = 1;
const KIND_PRIVATE: u8 = 2;

/// Where state that every peer holds alike ends.
pub(crate) const SHARED_END: [u8; 1] = [KIND_PRIVATE];

/// What every key of a namespace begins with.
pub(crate) fn prefix(namespace: &Namespace) -> Vec<u8> {
    let (kind, chaincode, collection) = match namespace {
        Namespace::Public(chaincode) => (KIND_PUBLIC, chaincode, None),
        Namespace::Hashed(chaincode, collection) => (KIND_HASHED, chaincode, Some(collection)),
        Namespace::Private(chaincode, collection) => (KIND_PRIVATE, chaincode, Some(collection)),
    };
    let mut out = Vec::with_capacity(64 + chaincode.len());
    out.push(kind);
    push_name(&mut out, chaincode.as_bytes());
    if let Some(collection) = collection {
        push_name(&mut out, collection.as_bytes());
    }
    out
}

/// The key under which `key` of a namespace stands.
pub(crate) fn state_key(prefix: &[u8], key: &[u8]) -> Bytes {
    Bytes::from([prefix, key].concat())
}

/// The bounds of `start <= key < end` in a namespace; an empty `end` is the namespace's end.
pub(crate) fn state_bounds(prefix: &[u8], start: &[u8], end: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let mut upper = [prefix, end].concat();
    if let (true, Some(last)) = (end.is_empty(), upper.last_mut()) {
        *last += 1; // A prefix ends in 01, and nothing begins with 00 02.
    }
    ([prefix, start].concat(), upper)
}

/// The namespace of a state key, and the length of its encoding.
pub(crate) fn split_state_key(bytes: &[u8]) -> Option<(Namespace, usize)> {
    let (kind, mut at) = (*bytes.first()?, 1);
    let mut name = || {
        let (name, length) = take_name(bytes.get(at..)?)?;
        at += length;
        Some(name)
    };
    let namespace = match kind {
        KIND_PUBLIC => Namespace::Public(name()?),
        KIND_HASHED => Namespace::Hashed(name()?, name()?),
        KIND_PRIVATE => Namespace::Private(name()?, name()?),
        _ => return None,
    };
    Some((namespace, at))
}

/// A state value: its version, then the value.
pub(crate) fn state_value(version: Version, value: &[u8]) -> Bytes {
    let mut out = Vec::with_capacity(VERSION_BYTES + value.len());
    out.extend_from_slice(&version_bytes(version));
    out.extend_from_slice(value);
    Bytes::from(out)
}

pub(crate) fn version_bytes(version: Version) -> [u8; VERSION_BYTES] {
    let mut out = [0; VERSION_BYTES];
    out[..8].copy_from_slice(&version.block.to_be_bytes());
    // A block is a message of at most 100 MiB: it has far fewer than 2^32 transactions.
    out[8..].copy_from_slice(&(version.tx as u32).to_be_bytes());
    out
}

pub(crate) fn read_version(bytes: &[u8]) -> Option<Version> {
    let block = BlockNumber::from_be_bytes(bytes.get(..8)?.try_into().ok()?);
    let tx = u32::from_be_bytes(bytes.get(8..VERSION_BYTES)?.try_into().ok()?);
    Some(Version::new(block, TxNumber::from(tx)))
}

/// What the history of a public key begins with. There is room for the version behind it.
pub(crate) fn history_prefix(chaincode: &str, key: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(chaincode.len() + key.len() + 2 * NAME_END.len() + VERSION_BYTES);
    push_name(&mut out, chaincode.as_bytes());
    push_name(&mut out, key);
    out
}

/// One write in the history of a key; later writes sort first.
pub(crate) fn history_key(mut prefix: Vec<u8>, version: Version) -> Vec<u8> {
    prefix.extend_from_slice(&inverted(version_bytes(version)));
    prefix
}

/// The version at the end of a history key.
pub(crate) fn read_history_key(key: &[u8]) -> Option<Version> {
    let at = key.len().checked_sub(VERSION_BYTES)?;
    read_version(&inverted(key[at..].try_into().ok()?))
}

pub(crate) fn location_value(location: &TxLocation) -> [u8; VERSION_BYTES + 1] {
    let mut out = [0; VERSION_BYTES + 1];
    out[..VERSION_BYTES].copy_from_slice(&version_bytes(location.version()));
    out[VERSION_BYTES] = location.code.number();
    out
}

pub(crate) fn read_location(bytes: &[u8]) -> Option<TxLocation> {
    let version = read_version(bytes)?;
    let code = ValidationCode::from_number(*bytes.get(VERSION_BYTES)?)?;
    Some(TxLocation { block: version.block, tx: version.tx, code })
}

pub(crate) fn tx_key(tx_id: &TxId) -> [u8; 32] {
    *tx_id.digest()
}

fn inverted(bytes: [u8; VERSION_BYTES]) -> [u8; VERSION_BYTES] {
    bytes.map(|byte| !byte)
}

fn push_name(out: &mut Vec<u8>, name: &[u8]) {
    if name.contains(&0) {
        for byte in name {
            out.push(*byte);
            if *byte == 0 {
                out.push(0xff);
            }
        }
    } else {
        out.extend_from_slice(name);
    }
    out.extend_from_slice(&NAME_END);
}

fn take_name(bytes: &[u8]) -> Option<(String, usize)> {
    let mut name = Vec::new();
    let mut at = 0;
    loop {
        match (*bytes.get(at)?, bytes.get(at + 1)) {
            (0, Some(1)) => return Some((String::from_utf8(name).ok()?, at + 2)),
            (0, Some(0xff)) => at += 2,
            (0, _) => return None,
            (byte, _) => {
                name.push(byte);
                at += 1;
                continue;
            }
        }
        name.push(0);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn namespaces() -> impl Strategy<Value = Namespace> {
        // Few letters, zero among them, so that names often begin alike.
        let name = || "[a\0\u{1}b]{0,3}";
        prop_oneof![
            name().prop_map(Namespace::Public),
            (name(), name()).prop_map(|(a, b)| Namespace::Hashed(a, b)),
            (name(), name()).prop_map(|(a, b)| Namespace::Private(a, b)),
        ]
    }

    fn keys() -> impl Strategy<Value = Vec<u8>> {
        prop::collection::vec(prop_oneof![Just(0u8), Just(1), Just(2), Just(97), Just(255)], 0..4)
    }

    proptest! {
        #[test]
        fn state_keys_sort_by_namespace_then_key(a in namespaces(), b in namespaces(), x in keys(), y in keys()) {
            let (left, right) = (state_key(&prefix(&a), &x), state_key(&prefix(&b), &y));
            prop_assert_eq!(left.cmp(&right), (&a, &x).cmp(&(&b, &y)));
            prop_assert_eq!(split_state_key(&left), Some((a.clone(), prefix(&a).len())));
            prop_assert_eq!(a.is_shared(), &left[..] < SHARED_END.as_slice());
        }

        #[test]
        fn a_range_covers_its_namespace_and_nothing_else(a in namespaces(), b in namespaces(), x in keys()) {
            let (lower, upper) = state_bounds(&prefix(&a), &[], &[]);
            let key = state_key(&prefix(&b), &x);
            prop_assert_eq!(lower[..] <= key[..] && key[..] < upper[..], a == b);
        }

        #[test]
        fn history_sorts_the_latest_write_first(x in keys(), y in keys(), v in (0u64..3, 0u64..3), w in (0u64..3, 0u64..3)) {
            let (v, w) = (Version::new(v.0, v.1), Version::new(w.0, w.1));
            let key = |key: &[u8], version| history_key(history_prefix("cc", key), version);
            prop_assert_eq!(key(&x, v).cmp(&key(&y, w)), (&x, w).cmp(&(&y, v)));
            prop_assert_eq!(read_history_key(&key(&x, v)), Some(v));
        }
    }
}
