//! An identity with its private key: what a process signs with.

use std::fmt;

use bytes::Bytes;
use folio_crypto::SigningKey;
use folio_wire::SerializedIdentity;

use crate::{MspError, certificate::Certificate};

/// Who this process is.
pub struct SigningIdentity {
    msp_id: String,
    certificate: Certificate,
    certificate_pem: Bytes,
    serialized: Bytes,
    key: SigningKey,
}

impl SigningIdentity {
    /// Puts an identity together; key and certificate must belong to each other.
    pub fn new(msp_id: &str, certificate_pem: impl AsRef<[u8]>, key: SigningKey) -> Result<Self, MspError> {
        let certificate = Certificate::from_pem(certificate_pem.as_ref())?;
        if *certificate.public_key() != key.public_key() {
            return Err(MspError::KeyMismatch { subject: certificate.subject().to_owned() });
        }
        let certificate_pem = Bytes::copy_from_slice(certificate_pem.as_ref());
        let serialized = SerializedIdentity { msp_id: msp_id.to_owned(), id_bytes: certificate_pem.clone() }.encode();
        Ok(Self { msp_id: msp_id.to_owned(), certificate, certificate_pem, serialized, key })
    }

    /// The organisation.
    pub fn msp_id(&self) -> &str {
        &self.msp_id
    }

    /// The certificate.
    pub const fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// The certificate as it was given, in PEM.
    pub const fn certificate_pem(&self) -> &Bytes {
        &self.certificate_pem
    }

    /// The bytes that stand as creator or endorser.
    pub const fn serialized(&self) -> &Bytes {
        &self.serialized
    }

    /// Signs a message.
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.key.sign(message)
    }
}

impl fmt::Debug for SigningIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningIdentity({} of {})", self.certificate.subject(), self.msp_id)
    }
}
