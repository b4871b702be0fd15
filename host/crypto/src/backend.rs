//! The libraries that do the curve arithmetic: verification on all curves, behind one function each, and signing on
//! secp256k1.
//!
//! Verification is handed numbers that the strict parser let through; to switch a library, change the function here and
//! run the table of `tests/acceptance.rs`.

use std::sync::LazyLock;

use ring::signature::{ECDSA_P256_SHA256_FIXED, ED25519, UnparsedPublicKey};
use secp256k1::{All, Secp256k1, SecretKey};
use zeroize::Zeroizing;

use crate::ecdsa::Scalars;
use crate::sha256;

/// The library's context, with the random number that blinds secret scalars while it computes with them.
static SECP256K1: LazyLock<Secp256k1<All>> = LazyLock::new(|| {
    let mut context = Secp256k1::new();
    let mut seed = Zeroizing::new([0; 32]);
    // Blinding is a second line of defence behind constant-time code: without randomness it stays at its default.
    if getrandom::fill(seed.as_mut_slice()).is_ok() {
        context.seeded_randomize(&seed);
    }
    context
});

/// A private key on secp256k1, wiped when dropped.
pub(crate) struct Secp256k1Secret(SecretKey);

impl Secp256k1Secret {
    /// Reads the 32 bytes of a scalar in `1..n`.
    pub(crate) fn new(bytes: &[u8]) -> Result<Self, secp256k1::Error> {
        let bytes = Zeroizing::new(bytes.try_into().map_err(|_| secp256k1::Error::InvalidSecretKey)?);
        SecretKey::from_byte_array(*bytes).map(Self)
    }

    /// Its scalar.
    pub(crate) fn bytes(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.0.secret_bytes())
    }

    /// The point that belongs to it.
    pub(crate) fn public(&self) -> secp256k1::PublicKey {
        self.0.public_key(&SECP256K1)
    }

    /// ECDSA with SHA-256 and the nonce of RFC 6979.
    pub(crate) fn sign(&self, message: &[u8]) -> Scalars {
        let digest = secp256k1::Message::from_digest(sha256(&[message]));
        Scalars::from_fixed(&SECP256K1.sign_ecdsa(digest, &self.0).serialize_compact())
    }
}

impl Drop for Secp256k1Secret {
    fn drop(&mut self) {
        self.0.non_secure_erase();
    }
}

/// ECDSA on secp256k1 with SHA-256.
pub(crate) fn secp256k1(point: &secp256k1::PublicKey, message: &[u8], scalars: &Scalars) -> bool {
    let digest = secp256k1::Message::from_digest(sha256(&[message]));
    secp256k1::ecdsa::Signature::from_compact(&scalars.to_fixed())
        .is_ok_and(|signature| SECP256K1.verify_ecdsa(digest, &signature, point).is_ok())
}

/// ECDSA on P-256 with SHA-256; the point is uncompressed SEC1.
pub(crate) fn p256(point: &[u8; 65], message: &[u8], scalars: &Scalars) -> bool {
    UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(message, &scalars.to_fixed()).is_ok()
}

/// Ed25519 without the cofactor: the encoding of `sB - kA` must equal `R` byte for byte, and `s` must be reduced.
pub(crate) fn ed25519(point: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool {
    UnparsedPublicKey::new(&ED25519, point).verify(message, signature).is_ok()
}
