//! The curves of signing keys, with the bytes that name them on the wire.

use std::{fmt, str::FromStr};

use crate::KeyError;

/// A curve that an identity may sign on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Curve {
    /// ECDSA on secp256k1 with SHA-256. Fabric itself knows it not: each MSP decides whether it takes such keys.
    Secp256k1,
    /// ECDSA on NIST P-256 with SHA-256.
    P256,
    /// Ed25519 (RFC 8032, the pure variant).
    Ed25519,
}

impl Curve {
    /// All curves.
    pub const ALL: [Self; 3] = [Self::Secp256k1, Self::P256, Self::Ed25519];

    /// The name in configuration and messages.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Secp256k1 => "secp256k1",
            Self::P256 => "p256",
            Self::Ed25519 => "ed25519",
        }
    }

    /// What a DER SubjectPublicKeyInfo of this curve begins with, up to the point. The encoding is unique: DER leaves
    /// no choice, and EC points are taken in uncompressed form only, as Fabric's own parser does.
    pub(crate) const fn spki_prefix(self) -> &'static [u8] {
        match self {
            Self::Secp256k1 => &[
                0x30, 0x56, 0x30, 0x10, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x05, 0x2b, 0x81,
                0x04, 0x00, 0x0a, 0x03, 0x42, 0x00,
            ],
            Self::P256 => &[
                0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86,
                0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
            ],
            Self::Ed25519 => &[0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00],
        }
    }
}

impl fmt::Display for Curve {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Curve {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        Self::ALL
            .into_iter()
            .find(|curve| curve.name() == text)
            .ok_or_else(|| KeyError::UnknownCurve { got: text.chars().take(40).collect() })
    }
}
