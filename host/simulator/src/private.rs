//! Private collections: clear values at home, hashes everywhere.

use bytes::Bytes;
use folio_crypto::sha256;
use folio_types::{CollectionSet, Digest, HashedWrite, Namespace, VersionedValue, Write, implicit_collection_owner};

use crate::simulator::{check_key, check_value, record_write};
use crate::{Simulator, SimulatorError};

impl Simulator {
    /// The clear value of a private key, from the peer's own collection.
    ///
    /// The hashed side decides what is current: a clear value of another version is as good as none.
    pub fn private_get(&mut self, collection: &str, key: &str) -> Result<Option<Bytes>, SimulatorError> {
        if collection != self.own_collection {
            check_collection(collection)?;
            return Err(SimulatorError::NotAMember { collection: collection.to_owned() });
        }
        let Some(hashed) = self.read_hash(collection, key)? else { return Ok(None) };
        self.budget.access()?;
        let clear = self
            .state
            .get(&Namespace::private(&self.chaincode, collection), key.as_bytes())?
            .filter(|clear| clear.version == hashed.version)
            .ok_or_else(|| SimulatorError::PrivateValueMissing { collection: collection.to_owned() })?;
        self.budget.read(key.len() + clear.value.len())?;
        if sha256(&[&clear.value])[..] != hashed.value[..] {
            return Err(SimulatorError::Corrupt {
                namespace: Namespace::private(&self.chaincode, collection).to_string(),
                reason: "a clear value does not match its hash",
            });
        }
        Ok(Some(clear.value))
    }

    /// SHA-256 of a private key's value. Every peer can answer.
    pub fn private_hash(&mut self, collection: &str, key: &str) -> Result<Option<Bytes>, SimulatorError> {
        check_collection(collection)?;
        Ok(self.read_hash(collection, key)?.map(|hashed| hashed.value))
    }

    /// Sets a private key.
    pub fn private_put(
        &mut self,
        collection: &str,
        key: impl Into<String>,
        value: impl Into<Bytes>,
    ) -> Result<(), SimulatorError> {
        let value = value.into();
        check_value(&value)?;
        let hash = sha256(&[&value]);
        self.private_write(collection, key.into(), Write::Put(value), HashedWrite::Put(hash))
    }

    /// Removes a private key, whether or not it exists.
    pub fn private_delete(&mut self, collection: &str, key: impl Into<String>) -> Result<(), SimulatorError> {
        self.private_write(collection, key.into(), Write::Delete, HashedWrite::Delete)
    }

    fn private_write(
        &mut self,
        collection: &str,
        key: String,
        clear: Write,
        hashed: HashedWrite,
    ) -> Result<(), SimulatorError> {
        check_collection(collection)?;
        check_key(&key)?;
        let key_hash = sha256(&[key.as_bytes()]);
        let writes = self.private.entry(collection.to_owned()).or_default();
        record_write(writes, key, clear, &mut self.budget)?;
        self.collection(collection).writes.insert(key_hash, hashed);
        Ok(())
    }

    fn read_hash(&mut self, collection: &str, key: &str) -> Result<Option<VersionedValue>, SimulatorError> {
        check_key(key)?;
        self.budget.access()?;
        let key_hash: Digest = sha256(&[key.as_bytes()]);
        let found = self.state.get(&Namespace::hashed(&self.chaincode, collection), &key_hash)?;
        self.budget.read(key_hash.len() + found.as_ref().map_or(0, |found| found.value.len()))?;
        self.collection(collection).reads.insert(key_hash, found.as_ref().map(|found| found.version));
        Ok(found)
    }

    fn collection(&mut self, collection: &str) -> &mut CollectionSet {
        self.set.collections.entry(collection.to_owned()).or_default()
    }
}

fn check_collection(collection: &str) -> Result<(), SimulatorError> {
    match implicit_collection_owner(collection) {
        Some(_) => Ok(()),
        None => Err(SimulatorError::UnknownCollection { collection: collection.chars().take(80).collect() }),
    }
}
