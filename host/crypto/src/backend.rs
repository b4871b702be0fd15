//! The libraries that do the curve arithmetic of verification, behind one function a curve.
//!
//! They are handed numbers that the strict parser let through; to switch a library, change the function here and run
//! the table of `tests/acceptance.rs`.

use ring::signature::{ECDSA_P256_SHA256_FIXED, ED25519, UnparsedPublicKey};

use crate::ecdsa::Scalars;
use crate::sha256;

/// ECDSA on secp256k1 with SHA-256.
pub(crate) fn secp256k1(point: &secp256k1::PublicKey, message: &[u8], scalars: &Scalars) -> bool {
    let digest = secp256k1::Message::from_digest(sha256(&[message]));
    secp256k1::ecdsa::Signature::from_compact(&scalars.to_fixed())
        .is_ok_and(|signature| secp256k1::ecdsa::verify(&signature, digest, point).is_ok())
}

/// ECDSA on P-256 with SHA-256; the point is uncompressed SEC1.
pub(crate) fn p256(point: &[u8; 65], message: &[u8], scalars: &Scalars) -> bool {
    UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(message, &scalars.to_fixed()).is_ok()
}

/// Ed25519 without the cofactor: the encoding of `sB - kA` must equal `R` byte for byte, and `s` must be reduced.
pub(crate) fn ed25519(point: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool {
    UnparsedPublicKey::new(&ED25519, point).verify(message, signature).is_ok()
}
