//! The channel configuration as plain values, and the genesis block that carries it.
//!
//! The tree is kept as it is: groups, settings and policies by name. [`Setting`] gives the settings that Folio knows
//! their shape; those it does not know stay encoded.

mod duration;
mod genesis;
mod group;
mod msp;
mod settings;

pub use genesis::{config_of_block, decode_config, encode_config, genesis_block};
pub use group::{Config, ConfigGroup, ConfigValue, NamedPolicy};
pub use msp::{MspConfig, NodeOus, OrganizationalUnit};
pub use settings::{
    Acls, AnchorPeer, AnchorPeers, BatchSize, BatchTimeout, BlockDataHashingStructure, Capabilities, ConsensusType,
    Consortium, Endpoints, HashingAlgorithm, OrdererAddresses, Setting,
};

/// The group of the organisations that run chaincodes.
pub const APPLICATION_GROUP: &str = "Application";

/// The group of the organisations that order.
pub const ORDERER_GROUP: &str = "Orderer";
