//! Membership service providers: who may speak for an organisation, and whose signatures satisfy a policy.
//!
//! Duty: turn the identity bytes that travel with a message into an [`Identity`] that the channel's configuration
//! vouches for, and evaluate signature policies over such identities.
//!
//! Invariants:
//! - Pure and clock-free: the answer depends on bytes and configuration only, or peers would fork. Whether a
//!   certificate has expired is a question of its own, [`Identity::expired_at`], asked where a clock is allowed.
//! - What a certificate authority signed is checked over the received bytes, never over a re-encoding.
//! - A certificate extension that is critical and not understood here refuses the certificate.

mod authorities;
mod cache;
mod certificate;
mod error;
mod extensions;
mod identity;
mod msp;
mod policy;
mod revocation;
mod roles;
mod signed;
mod signers;
mod signing_identity;

pub use certificate::Certificate;
pub use error::MspError;
pub use identity::Identity;
pub use msp::{IDENTITIES_CACHED_MAX, IDENTITY_BYTES_MAX, Msps};
pub use policy::satisfied;
pub use signers::{SignedData, valid_signers};
pub use signing_identity::SigningIdentity;
