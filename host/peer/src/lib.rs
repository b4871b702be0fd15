//! The peer process: its servers, and the pipeline that fetches, validates, commits and tells of blocks.
//!
//! Invariant: a peer whose ledger fails stops. It never answers from state that it is not sure of.

mod clock;
mod config;
mod deliver_service;
mod endorser_service;
mod error;
mod fetch;
mod filtered;
mod peer;
mod pipeline;

pub use config::{Config, ENVIRONMENT_PREFIX, TIMESTAMP_WINDOW_SECONDS};
pub use error::PeerError;
pub use peer::run;
