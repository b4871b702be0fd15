//! The settings that Folio knows.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use bytes::Bytes;
use folio_proto::{common, orderer, protos};

use super::duration;
use crate::WireError;
use crate::message::{decode, encode};

/// A setting of a group, under one name.
pub trait Setting: Sized {
    /// Its name in the group.
    const NAME: &'static str;

    /// Reads the encoded setting.
    fn decode(bytes: &Bytes) -> Result<Self, WireError>;

    /// The encoded setting.
    fn encode(&self) -> Bytes;
}

/// When the orderer cuts a batch (group Orderer).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BatchSize {
    /// A batch with so many envelopes is full.
    pub envelopes_max: u32,
    /// No batch is larger.
    pub bytes_max: u32,
    /// A batch is cut before it would pass this.
    pub preferred_bytes_max: u32,
}

/// How long an envelope waits for company (group Orderer).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BatchTimeout(pub Duration);

/// How orderers agree (group Orderer).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsensusType {
    /// The protocol's name.
    pub name: String,
    /// The protocol's own settings.
    pub metadata: Bytes,
}

/// Orderers of the channel, as host:port (group Channel).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OrdererAddresses(pub Vec<String>);

/// Orderers of one organisation, as host:port (group of that organisation under Orderer).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Endpoints(pub Vec<String>);

/// What a node must understand to take part (groups Channel, Orderer and Application).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Capabilities(pub BTreeSet<String>);

/// Resource to the path of the policy that guards it (group Application).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Acls(pub BTreeMap<String, String>);

/// Peers of an organisation that others may call first (group of that organisation under Application).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AnchorPeers(pub Vec<AnchorPeer>);

/// Where a peer listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnchorPeer {
    /// Name or address.
    pub host: String,
    /// TCP port.
    pub port: u16,
}

/// The name of the consortium (group Channel).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consortium(pub String);

/// The hash of the channel, which is SHA-256 (group Channel).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HashingAlgorithm;

/// How the content of a block is hashed, which is flat (group Channel).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BlockDataHashingStructure;

impl Setting for BatchSize {
    const NAME: &'static str = "BatchSize";

    fn decode(bytes: &Bytes) -> Result<Self, WireError> {
        let message: orderer::BatchSize = decode(Self::NAME, bytes)?;
        Ok(Self {
            envelopes_max: message.max_message_count,
            bytes_max: message.absolute_max_bytes,
            preferred_bytes_max: message.preferred_max_bytes,
        })
    }

    fn encode(&self) -> Bytes {
        encode(&orderer::BatchSize {
            max_message_count: self.envelopes_max,
            absolute_max_bytes: self.bytes_max,
            preferred_max_bytes: self.preferred_bytes_max,
        })
    }
}

impl Setting for BatchTimeout {
    const NAME: &'static str = "BatchTimeout";

    fn decode(bytes: &Bytes) -> Result<Self, WireError> {
        let message: orderer::BatchTimeout = decode(Self::NAME, bytes)?;
        let timeout = duration::parse(&message.timeout);
        timeout.map(Self).ok_or_else(|| WireError::unsupported("batch timeout", message.timeout))
    }

    fn encode(&self) -> Bytes {
        encode(&orderer::BatchTimeout { timeout: duration::format(self.0) })
    }
}

impl Setting for ConsensusType {
    const NAME: &'static str = "ConsensusType";

    fn decode(bytes: &Bytes) -> Result<Self, WireError> {
        let message: orderer::ConsensusType = decode(Self::NAME, bytes)?;
        if message.state != i32::from(orderer::consensus_type::State::Normal) {
            return Err(WireError::unsupported("state of the consensus type", message.state));
        }
        Ok(Self { name: message.r#type, metadata: message.metadata })
    }

    fn encode(&self) -> Bytes {
        let (r#type, metadata) = (self.name.clone(), self.metadata.clone());
        encode(&orderer::ConsensusType { r#type, metadata, ..Default::default() })
    }
}

impl Setting for OrdererAddresses {
    const NAME: &'static str = "OrdererAddresses";

    fn decode(bytes: &Bytes) -> Result<Self, WireError> {
        decode_addresses(Self::NAME, bytes).map(Self)
    }

    fn encode(&self) -> Bytes {
        encode(&common::OrdererAddresses { addresses: self.0.clone() })
    }
}

impl Setting for Endpoints {
    const NAME: &'static str = "Endpoints";

    fn decode(bytes: &Bytes) -> Result<Self, WireError> {
        decode_addresses(Self::NAME, bytes).map(Self)
    }

    fn encode(&self) -> Bytes {
        encode(&common::OrdererAddresses { addresses: self.0.clone() })
    }
}

impl Setting for Capabilities {
    const NAME: &'static str = "Capabilities";

    fn decode(bytes: &Bytes) -> Result<Self, WireError> {
        let message: common::Capabilities = decode(Self::NAME, bytes)?;
        Ok(Self(message.capabilities.into_keys().collect()))
    }

    fn encode(&self) -> Bytes {
        let capabilities = self.0.iter().map(|name| (name.clone(), common::Capability {})).collect();
        encode(&common::Capabilities { capabilities })
    }
}

impl Setting for Acls {
    const NAME: &'static str = "ACLs";

    fn decode(bytes: &Bytes) -> Result<Self, WireError> {
        let message: protos::AcLs = decode(Self::NAME, bytes)?;
        Ok(Self(message.acls.into_iter().map(|(name, resource)| (name, resource.policy_ref)).collect()))
    }

    fn encode(&self) -> Bytes {
        let resource = |policy: &String| protos::ApiResource { policy_ref: policy.clone() };
        let acls = self.0.iter().map(|(name, policy)| (name.clone(), resource(policy))).collect();
        encode(&protos::AcLs { acls })
    }
}

impl Setting for AnchorPeers {
    const NAME: &'static str = "AnchorPeers";

    fn decode(bytes: &Bytes) -> Result<Self, WireError> {
        let message: protos::AnchorPeers = decode(Self::NAME, bytes)?;
        let peers = message.anchor_peers.into_iter().map(|peer| {
            let port = u16::try_from(peer.port).map_err(|_| WireError::unsupported("anchor peer's port", peer.port))?;
            Ok(AnchorPeer { host: peer.host, port })
        });
        peers.collect::<Result<_, _>>().map(Self)
    }

    fn encode(&self) -> Bytes {
        let peers = self.0.iter().map(|peer| protos::AnchorPeer { host: peer.host.clone(), port: peer.port.into() });
        encode(&protos::AnchorPeers { anchor_peers: peers.collect() })
    }
}

impl Setting for Consortium {
    const NAME: &'static str = "Consortium";

    fn decode(bytes: &Bytes) -> Result<Self, WireError> {
        let message: common::Consortium = decode(Self::NAME, bytes)?;
        Ok(Self(message.name))
    }

    fn encode(&self) -> Bytes {
        encode(&common::Consortium { name: self.0.clone() })
    }
}

impl Setting for HashingAlgorithm {
    const NAME: &'static str = "HashingAlgorithm";

    fn decode(bytes: &Bytes) -> Result<Self, WireError> {
        let message: common::HashingAlgorithm = decode(Self::NAME, bytes)?;
        if message.name == SHA256 { Ok(Self) } else { Err(WireError::unsupported("hashing algorithm", message.name)) }
    }

    fn encode(&self) -> Bytes {
        encode(&common::HashingAlgorithm { name: SHA256.to_owned() })
    }
}

impl Setting for BlockDataHashingStructure {
    const NAME: &'static str = "BlockDataHashingStructure";

    fn decode(bytes: &Bytes) -> Result<Self, WireError> {
        let message: common::BlockDataHashingStructure = decode(Self::NAME, bytes)?;
        if message.width == FLAT_WIDTH { Ok(Self) } else { Err(WireError::unsupported("Merkle width", message.width)) }
    }

    fn encode(&self) -> Bytes {
        encode(&common::BlockDataHashingStructure { width: FLAT_WIDTH })
    }
}

const SHA256: &str = "SHA256";

/// The width at which no block needs a tree.
const FLAT_WIDTH: u32 = u32::MAX;

fn decode_addresses(what: &'static str, bytes: &Bytes) -> Result<Vec<String>, WireError> {
    let message: common::OrdererAddresses = decode(what, bytes)?;
    Ok(message.addresses)
}
