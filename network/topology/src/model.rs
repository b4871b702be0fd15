//! A consortium as its operators write it down, in TOML.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::TopologyError;

/// Most organisations of a consortium.
pub(crate) const ORGANISATIONS_MAX: usize = 64;
/// Most peers of an organisation.
pub(crate) const PEERS_PER_ORGANISATION_MAX: usize = 16;

const SHIPPED: &str = include_str!("consortium.toml");

/// A consortium: its channel, its orderer and its organisations.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Topology {
    /// Name of the one channel.
    pub channel: String,
    /// Address that every process listens on and is reached at.
    pub host: IpAddr,
    /// Port of the orderer; peers without a port of their own follow in order.
    pub base_port: u16,
    /// How many organisations must endorse a transaction.
    pub endorsements_min: usize,
    /// The ordering organisation.
    pub orderer: OrdererOrganisation,
    /// When the orderer cuts a block.
    pub batch: Batch,
    /// The members of the consortium.
    #[serde(rename = "organisation")]
    pub organisations: Vec<Organisation>,
}

/// The organisation that runs the orderer.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrdererOrganisation {
    /// Its MSP id.
    pub msp_id: String,
    /// The orderer's port, where it is not `base_port`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
}

/// When the orderer cuts a block: whichever comes first.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Batch {
    /// Transactions in a block, at most.
    pub messages_max: u32,
    /// Bytes of a block that the orderer tries not to exceed.
    pub bytes_preferred: u32,
    /// Longest wait of a transaction for others, in milliseconds.
    pub timeout_ms: u64,
}

/// A hotel chain.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Organisation {
    /// Short name: folder and host names are made of it.
    pub name: String,
    /// Its MSP id.
    pub msp_id: String,
    /// Curve of its identities' signing keys.
    #[serde(default)]
    pub curve: SigningCurve,
    /// Hotels that it owns; its PMS and front-desk identities act for these.
    #[serde(default)]
    pub hotels: Vec<String>,
    /// Its peers; one, called `peer0`, where none is named.
    #[serde(default = "one_peer", rename = "peer")]
    pub peers: Vec<Peer>,
}

/// A peer of an organisation.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Peer {
    /// Name inside its organisation, such as `peer0`.
    pub name: String,
    /// Its port, where it does not follow from `base_port`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
}

/// Curves that identities may sign on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SigningCurve {
    /// Folio's default.
    #[default]
    Secp256k1,
    /// What unmodified Fabric clients sign with.
    P256,
    /// Accepted beside the two.
    Ed25519,
}

fn one_peer() -> Vec<Peer> {
    vec![Peer { name: "peer0".to_owned(), port: None }]
}

impl Topology {
    /// The consortium that Folio ships: three chains, one peer each, one orderer.
    pub fn shipped() -> Result<Self, TopologyError> {
        Self::parse(SHIPPED, Path::new("the shipped consortium"))
    }

    /// Reads and checks a consortium from a file.
    pub fn load(path: &Path) -> Result<Self, TopologyError> {
        let text = std::fs::read_to_string(path).map_err(|source| TopologyError::io("read", path, source))?;
        Self::parse(&text, path)
    }

    /// Reads and checks a consortium; `origin` is for error texts.
    pub fn parse(text: &str, origin: &Path) -> Result<Self, TopologyError> {
        let topology: Self = toml::from_str(text)
            .map_err(|source| TopologyError::Syntax { path: origin.to_owned(), reason: source.to_string() })?;
        topology.check().map_err(|(key, rule)| TopologyError::Invalid { path: origin.to_owned(), key, rule })?;
        Ok(topology)
    }

    /// Port of the orderer.
    pub fn orderer_port(&self) -> u16 {
        self.orderer.port.unwrap_or(self.base_port)
    }

    /// Every peer in order, with its organisation and its port.
    pub fn peers(&self) -> impl Iterator<Item = (&Organisation, &Peer, u16)> {
        let all = self
            .organisations
            .iter()
            .flat_map(|organisation| organisation.peers.iter().map(move |p| (organisation, p)));
        all.zip(1u16..).map(|((organisation, peer), place)| {
            (organisation, peer, peer.port.unwrap_or(self.base_port.saturating_add(place)))
        })
    }

    /// The organisation called `name`, by short name or MSP id.
    pub fn organisation(&self, name: &str) -> Result<&Organisation, TopologyError> {
        self.organisations.iter().find(|o| o.name == name || o.msp_id == name).ok_or_else(|| {
            TopologyError::UnknownOrganisation {
                name: name.to_owned(),
                known: self.organisations.iter().map(|o| o.name.clone()).collect::<Vec<_>>().join(", "),
            }
        })
    }

    fn check(&self) -> Result<(), (String, String)> {
        let refuse = |key: &str, rule: String| Err((key.to_owned(), rule));
        check_name("channel", &self.channel)?;
        check_msp_id("orderer.msp_id", &self.orderer.msp_id)?;
        let count = self.organisations.len();
        if count == 0 || count > ORGANISATIONS_MAX {
            return refuse("organisation", format!("from 1 to {ORGANISATIONS_MAX} organisations, got {count}"));
        }
        if self.endorsements_min == 0 || self.endorsements_min > count {
            return refuse("endorsements_min", format!("from 1 to {count}, got {}", self.endorsements_min));
        }
        if self.batch.messages_max == 0 || self.batch.bytes_preferred == 0 || self.batch.timeout_ms == 0 {
            return refuse("batch", "every limit is at least 1".to_owned());
        }
        self.check_organisations()?;
        self.check_ports()
    }

    fn check_organisations(&self) -> Result<(), (String, String)> {
        let mut names = BTreeSet::new();
        let mut hotels = BTreeSet::new();
        let mut msp_ids = BTreeSet::from([self.orderer.msp_id.as_str()]);
        for organisation in &self.organisations {
            let key = |field: &str| format!("organisation {}: {field}", organisation.name);
            check_name(&key("name"), &organisation.name)?;
            check_msp_id(&key("msp_id"), &organisation.msp_id)?;
            if !names.insert(organisation.name.as_str()) || !msp_ids.insert(organisation.msp_id.as_str()) {
                return Err((key("name"), "name and msp_id are used once".to_owned()));
            }
            if organisation.peers.is_empty() || organisation.peers.len() > PEERS_PER_ORGANISATION_MAX {
                return Err((key("peer"), format!("from 1 to {PEERS_PER_ORGANISATION_MAX} peers")));
            }
            let mut peers = BTreeSet::new();
            for peer in &organisation.peers {
                check_name(&key("peer.name"), &peer.name)?;
                if !peers.insert(peer.name.as_str()) {
                    return Err((key("peer.name"), format!("{} is used twice", peer.name)));
                }
            }
            if let Some(hotel) = organisation.hotels.iter().find(|hotel| !hotels.insert(hotel.as_str())) {
                return Err((key("hotels"), format!("{hotel} belongs to two organisations")));
            }
        }
        Ok(())
    }

    fn check_ports(&self) -> Result<(), (String, String)> {
        let mut ports = BTreeSet::new();
        for port in self.peers().map(|(_, _, port)| port).chain([self.orderer_port()]) {
            if port == 0 || !ports.insert(port) {
                return Err(("port".to_owned(), format!("each process needs a port of its own, {port} does not do")));
            }
        }
        Ok(())
    }
}

fn check_name(key: &str, name: &str) -> Result<(), (String, String)> {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if name.is_empty()
        || name.len() > 63
        || !name.starts_with(|c: char| c.is_ascii_lowercase())
        || !name.chars().all(allowed)
    {
        let rule = "1 to 63 lowercase letters, digits and hyphens, beginning with a letter";
        return Err((key.to_owned(), format!("{rule}; got {name:?}")));
    }
    Ok(())
}

fn check_msp_id(key: &str, id: &str) -> Result<(), (String, String)> {
    if id.is_empty() || id.len() > 64 || !id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_') {
        return Err((key.to_owned(), format!("1 to 64 letters, digits, hyphens and underscores; got {id:?}")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_consortium_is_three_chains_under_two_of_three() {
        let topology = Topology::shipped().unwrap();
        let ports: Vec<_> = topology.peers().map(|(o, p, port)| format!("{}.{}:{port}", p.name, o.name)).collect();
        assert_eq!(ports, ["peer0.aurora:7051", "peer0.borea:7052", "peer0.cedar:7053"]);
        assert_eq!((topology.orderer_port(), topology.endorsements_min), (7050, 2));
        assert!(topology.host.is_loopback());
    }

    #[test]
    fn a_consortium_that_cannot_run_is_refused_by_the_rule_it_breaks() {
        let cases = [
            ("endorsements_min = 2", "endorsements_min = 4", "from 1 to 3"),
            ("base_port = 7050", "base_port = 0", "port"),
            ("name = \"borea\"", "name = \"aurora\"", "used once"),
            ("name = \"borea\"", "name = \"Borea\"", "lowercase"),
            ("hotels = [\"BOR-RESORT\"]", "hotels = [\"AUR-CITY\"]", "two organisations"),
            ("timeout_ms = 20", "timeout_ms = 0", "at least 1"),
            ("channel = \"folio\"", "chanel = \"folio\"", "chanel"),
        ];
        for (from, to, said) in cases {
            assert!(SHIPPED.contains(from), "{from}");
            let error = Topology::parse(&SHIPPED.replace(from, to), Path::new("x.toml")).unwrap_err().to_string();
            assert!(error.contains(said), "{to}: {error}");
        }
    }
}
