//! Who the client is.

use std::path::Path;

use bytes::Bytes;
use folio_crypto::{SigningKey, read_key_file};
use folio_wire::SerializedIdentity;

use crate::ClientError;

/// An identity that signs: organisation, certificate and private key.
pub struct Identity {
    serialized: Bytes,
    key: SigningKey,
}

impl Identity {
    /// Reads `cert.pem` and `key.pem` in `folder`. The key must be readable by its owner only.
    pub fn load(msp_id: &str, folder: &Path) -> Result<Self, ClientError> {
        let path = folder.join("cert.pem");
        let certificate = std::fs::read(&path)
            .map_err(|error| ClientError::Identity { reason: format!("{}: {error}", path.display()) })?;
        let path = folder.join("key.pem");
        let pem = read_key_file(&path).map_err(|error| ClientError::Identity { reason: error.to_string() })?;
        let key = SigningKey::from_pkcs8_pem(&pem)
            .map_err(|error| ClientError::Identity { reason: format!("{}: {error}", path.display()) })?;
        Ok(Self::new(msp_id, certificate, key))
    }

    /// The identity of a certificate, in PEM, and its key.
    pub fn new(msp_id: &str, certificate_pem: impl Into<Bytes>, key: SigningKey) -> Self {
        let serialized = SerializedIdentity { msp_id: msp_id.to_owned(), id_bytes: certificate_pem.into() }.encode();
        Self { serialized, key }
    }

    /// The identity as it travels.
    pub fn serialized(&self) -> &Bytes {
        &self.serialized
    }

    /// A signature over SHA-256 of `message` (over the message itself for Ed25519).
    pub fn sign(&self, message: &[u8]) -> Bytes {
        self.key.sign(message).into()
    }
}
