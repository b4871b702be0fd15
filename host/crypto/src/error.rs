//! Why a key, a key file or a signature is refused.

use std::{io, path::PathBuf};

use thiserror::Error;

use crate::Curve;

/// Why bytes are no usable key.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum KeyError {
    /// Not the name of a curve.
    #[error("unknown curve {got:?}, expected secp256k1, p256 or ed25519")]
    UnknownCurve {
        /// The name, cut to 40 characters.
        got: String,
    },
    /// A public key of another kind, or not encoded in the one form that is taken.
    #[error(
        "public key ({length} bytes) is no DER SubjectPublicKeyInfo of an uncompressed secp256k1 or P-256 point or an \
         Ed25519 point"
    )]
    UnsupportedPublicKey {
        /// How many bytes it has.
        length: usize,
    },
    /// The point is not on the curve, not canonical, or of small order.
    #[error("public key is no valid point of {curve}")]
    InvalidPoint {
        /// The curve that it claims.
        curve: Curve,
    },
    /// The PEM text cannot be read.
    #[error("private key is not PEM text: {reason}")]
    Pem {
        /// What the reader says.
        reason: String,
    },
    /// PEM of something else.
    #[error("PEM block is {got:?}, expected \"PRIVATE KEY\" (PKCS#8, not encrypted)")]
    PemLabel {
        /// The label found.
        got: String,
    },
    /// PKCS#8 of a key that Folio does not sign with.
    #[error("private key is for algorithm {algorithm}, expected secp256k1, P-256 or Ed25519")]
    UnsupportedPrivateKey {
        /// The object identifiers of algorithm and curve.
        algorithm: String,
    },
    /// PKCS#8 whose content is not a key.
    #[error("private key is malformed: {reason}")]
    MalformedPrivateKey {
        /// What is wrong; never the key's bytes.
        reason: String,
    },
    /// The operating system gave no randomness.
    #[error("no randomness from the operating system: {reason}")]
    Random {
        /// What it says.
        reason: String,
    },
}

/// Why a signature is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum SignatureError {
    /// ECDSA: not a strict DER sequence of two minimal positive integers.
    #[error("signature encoding: {why}")]
    Encoding {
        /// The rule that it breaks.
        why: &'static str,
    },
    /// Ed25519: wrong length.
    #[error("signature has {got} bytes, expected {expected}")]
    Length {
        /// What the curve asks for.
        expected: usize,
        /// What came.
        got: usize,
    },
    /// ECDSA: `r` or `s` is zero or not below the order of the curve.
    #[error("signature numbers are outside of 1 to n-1")]
    OutOfRange,
    /// ECDSA: `s` is above half the order; its complement is the one accepted form.
    #[error("signature has a high s")]
    HighS,
    /// Well formed, but not by this key over this message.
    #[error("signature does not match key and message")]
    Mismatch,
}

/// Why a private key file or folder is refused.
#[derive(Debug, Error)]
pub enum KeyFileError {
    /// Others may read it.
    #[error("{} has mode {mode:04o}: others may read it; run `chmod {expected:o}` on it", path.display())]
    TooOpen {
        /// The file or folder.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
        /// What they should be at most.
        expected: u32,
    },
    /// Not a key file.
    #[error("{} has {length} bytes, a key file has at most {max}", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// How long it is.
        length: u64,
        /// The limit.
        max: u64,
    },
    /// Has no folder to stand in.
    #[error("{} names no file in a folder", path.display())]
    NoFolder {
        /// The path as given.
        path: PathBuf,
    },
    /// Disk.
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// On which file or folder.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
}
