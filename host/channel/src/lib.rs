//! The configuration of a channel, read once from its configuration block.
//!
//! Duty: say which organisations take part, who may do what, and how the orderer batches.
//!
//! Invariants:
//! - Pure: the same block gives the same answers on every node.
//! - A configuration that a node does not fully understand is refused as a whole, never half applied.

mod access;
mod batch;
mod capabilities;
mod channel_config;
mod error;
mod organisation;
pub mod path;
mod policies;
mod succession;

pub use access::{AccessError, Signed, check_expiry};
pub use batch::Batch;
pub use channel_config::ChannelConfig;
pub use error::ChannelError;
pub use organisation::Organisation;
pub use succession::SuccessionError;
