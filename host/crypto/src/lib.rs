//! Digests, keys and signatures.
//!
//! Duty: decide which signatures the ledger accepts, make such signatures, and keep private keys in files that only
//! their owner can read.
//!
//! Invariants:
//! - Acceptance is consensus-critical: two peers that disagree about one signature fork. So the encoding of an ECDSA
//!   signature is parsed here and nowhere else, a high `s` is refused on every curve, and a backend only ever sees
//!   numbers that already passed those rules.
//! - ECDSA always hashes with SHA-256, as Fabric does; Ed25519 takes the whole message.
//! - No clock, no X.509, no policy: `folio-msp` builds those on top.

mod backend;
mod curve;
mod digest;
mod ecdsa;
mod error;
mod key_file;
mod public_key;
mod signing_key;

pub use curve::Curve;
pub use digest::{hmac_sha256, sha256};
pub use ecdsa::low_s;
pub use error::{KeyError, KeyFileError, SignatureError};
pub use key_file::{KEY_FILE_BYTES_MAX, create_private_folder, read_key_file, write_key_file};
pub use public_key::{PublicKey, verify_secp256k1};
pub use signing_key::SigningKey;
pub use zeroize::Zeroizing;
