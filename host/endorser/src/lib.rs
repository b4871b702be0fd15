//! The endorser: checks a proposal, simulates it on this peer's world state, signs the outcome.
//!
//! Invariant: it signs only what a chaincode itself answered on one consistent snapshot, by the component that the
//! channel committed to. A trap, a limit or an unknown component is never signed.

mod check;
mod components;
mod endorser;
mod error;
mod lifecycle;

pub use endorser::{Endorser, EndorserSettings};
pub use error::EndorserError;

/// Seconds since 1970. A function, so that tests can set the time.
pub type Clock = std::sync::Arc<dyn Fn() -> i64 + Send + Sync>;
