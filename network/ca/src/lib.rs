//! Certificate authorities of an organisation.
//!
//! Duty: issue X.509 certificates, for identities on any of the three curves and for TLS servers on P-256, and keep an
//! organisation's two authorities on disk.
//!
//! Invariants:
//! - Signing identities and TLS never share a key or an authority: TLS libraries refuse secp256k1.
//! - No clock: whoever asks for a certificate states its validity.
//! - What is issued here passes `folio-msp`; what that crate refuses cannot be asked for here.

mod authority;
mod credential;
mod error;
mod name;
mod organisation;
mod profile;
mod signer;
mod validity;

pub use authority::{Authority, Enrolment};
pub use credential::Credential;
pub use error::CaError;
pub use name::{NAME_CHARS_MAX, Subject};
pub use organisation::Organisation;
pub use validity::Validity;
