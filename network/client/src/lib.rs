//! A client of Fabric's gateway: signs proposals and transactions, and follows them to their block.
//!
//! Invariant: the private key stays here. A peer sees signatures, and can alter nothing unseen.

mod error;
mod gateway;
mod identity;
mod transaction;
mod verdicts;

pub use error::{ClientError, Trouble};
pub use gateway::{Gateway, GatewayAddress};
pub use identity::Identity;
pub use transaction::{Call, Committed, Prepared};
