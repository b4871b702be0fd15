//! The orderer: takes envelopes, puts them into one order, and delivers them as signed blocks.
//!
//! | module | duty |
//! |---|---|
//! | `config`, `run`, `orderer` | the process: what it is told, its start and its end |
//! | `service`, `broadcast` | `orderer.AtomicBroadcast` over TLS; Deliver is `folio-deliver` |
//! | `chain` | one channel: queue, cutter, consensus, blocks |
//! | `channels`, `genesis` | which channels there are |
//!
//! Invariants:
//! - An envelope is answered with SUCCESS only when the batch that holds it is synced in the consensus log.
//! - Blocks are made of the log alone: the same log gives the same bytes, signatures included.
//! - Nothing here looks into a transaction; whether it is valid is for the peers to say.

mod broadcast;
mod chain;
mod channels;
mod check_pool;
mod clock;
mod config;
mod error;
mod genesis;
mod orderer;
mod run;
mod service;

pub use config::{Config, ConsensusKind, ENVIRONMENT_PREFIX, IdentityFiles, TlsFiles};
pub use error::OrdererError;
pub use orderer::Orderer;
pub use run::run;
