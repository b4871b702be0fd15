//! One digest over all shared state, to compare peers by.

use fjall::Readable;
use folio_types::{Digest, Namespace};
use sha2::Digest as _;

use super::{StateDatabase, keys};
use crate::LedgerError;

/// SHA-256 over all public and hashed entries, in the order of namespace and key.
///
/// An entry is: kind (1 byte: 0 public, 1 hashed), chaincode, collection (empty for public keys), key, block (8 bytes),
/// transaction (8 bytes), value. Names, key and value are led by their length in 4 bytes. Integers are big-endian.
pub(crate) fn state_hash(database: &StateDatabase, view: &fjall::Snapshot) -> Result<Digest, LedgerError> {
    let mut hash = sha2::Sha256::new();
    let mut namespace_head: (Vec<u8>, Vec<u8>) = Default::default();
    for entry in view.range(&database.state, ..keys::SHARED_END.as_slice()) {
        let (key, stored) = entry.into_inner().map_err(LedgerError::database)?;
        if namespace_head.0.is_empty() || !key.starts_with(&namespace_head.0) {
            let (namespace, length) = keys::split_state_key(&key).ok_or_else(senseless)?;
            namespace_head = (key[..length].to_vec(), head(&namespace));
        }
        let version = keys::read_version(&stored).ok_or_else(senseless)?;
        hash.update(&namespace_head.1);
        update_with(&mut hash, &key[namespace_head.0.len()..]);
        hash.update(version.block.to_be_bytes());
        hash.update(version.tx.to_be_bytes());
        update_with(&mut hash, &stored[keys::VERSION_BYTES..]);
    }
    Ok(hash.finalize().into())
}

fn head(namespace: &Namespace) -> Vec<u8> {
    let (kind, chaincode, collection) = match namespace {
        Namespace::Public(chaincode) => (0, chaincode.as_str(), ""),
        Namespace::Hashed(chaincode, collection) => (1, chaincode.as_str(), collection.as_str()),
        Namespace::Private(chaincode, collection) => (2, chaincode.as_str(), collection.as_str()),
    };
    let length = |text: &str| (text.len() as u32).to_be_bytes();
    [&[kind], &length(chaincode)[..], chaincode.as_bytes(), &length(collection), collection.as_bytes()].concat()
}

fn update_with(hash: &mut sha2::Sha256, bytes: &[u8]) {
    hash.update((bytes.len() as u32).to_be_bytes());
    hash.update(bytes);
}

fn senseless() -> LedgerError {
    LedgerError::Database { reason: "an entry of the state makes no sense".to_owned() }
}
