//! An identity that an organisation of the channel vouches for.

use bytes::Bytes;
use folio_crypto::SignatureError;
use folio_types::{Digest, Role};

use crate::certificate::Certificate;

/// Somebody who may speak for an organisation. It exists only after all clock-free checks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The organisation.
    pub msp_id: String,
    /// What it is there; [`Role::Member`] when its units say nothing.
    pub role: Role,
    /// What its organisation certified.
    pub certificate: Certificate,
    /// SHA-256 of the certificate, with the low form of its signature. With the organisation it says who this is,
    /// however the certificate was written down.
    pub fingerprint: Digest,
    /// The bytes that it was resolved from.
    pub serialized: Bytes,
    /// The role by unit, which a listed administrator has besides.
    pub(crate) unit_role: Role,
}

impl Identity {
    /// Whether the signature over `message` is by this identity.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), SignatureError> {
        self.certificate.public_key().verify(message, signature)
    }

    /// Whether it may stand for `role` of its organisation.
    pub fn has_role(&self, role: Role) -> bool {
        role == Role::Member || role == self.role || role == self.unit_role
    }

    /// Whether its certificate has run out at this moment. For the edges of the system only; never for validation.
    pub const fn expired_at(&self, unix_seconds: i64) -> bool {
        unix_seconds > self.certificate.not_after()
    }

    /// Whether both are the same identity, though perhaps written down differently.
    pub fn is_same(&self, other: &Self) -> bool {
        self.fingerprint == other.fingerprint && self.msp_id == other.msp_id
    }
}
