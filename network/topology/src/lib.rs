//! A consortium on one machine: described in TOML, made into folders of keys and configuration, run as processes.
//!
//! Invariant: every process gets a folder of its own and learns nothing but what stands there, and where compiled chaincode
//! is kept; the folder of one organisation holds no other organisation's key.

mod compiled;
mod error;
mod folder;
mod found;
mod genesis;
mod material;
mod model;
mod process;

pub use error::TopologyError;
pub use folder::Network;
pub use model::{Batch, OrdererOrganisation, Organisation, Peer, SigningCurve, Topology};
pub use process::{Process, START_MS_MAX, STOP_MS_MAX, Usage};
