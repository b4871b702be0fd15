//! Where everything of a network stands on disk.
//!
//! ```text
//! folio-network/
//!   consortium.toml                 the topology that the network was made from
//!   genesis.block                   block 0
//!   orderer/                        config.toml  identity/  tls/  data/  log  pid
//!   organisations/aurora/
//!     authority/                    the organisation's two CAs
//!     tls-ca.pem                    what clients trust
//!     peers/peer0/                  config.toml  identity/  tls/  data/  log  pid
//!     users/pms/                    cert.pem  key.pem
//!     secret/salt.key               what salts of stays and membership numbers are made from
//! ```

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use folio_crypto::read_key_file;

use crate::{Process, Topology, TopologyError};

const TOPOLOGY_FILE: &str = "consortium.toml";

/// A network's folder and the consortium in it.
#[derive(Clone, Debug)]
pub struct Network {
    folder: PathBuf,
    topology: Topology,
}

impl Network {
    /// A network that will stand in `folder`.
    pub(crate) fn planned(folder: PathBuf, topology: Topology) -> Self {
        Self { folder, topology }
    }

    /// The network in `folder`.
    pub fn open(folder: &Path) -> Result<Self, TopologyError> {
        let folder = folder.canonicalize().map_err(|_| TopologyError::Missing { folder: folder.to_owned() })?;
        let path = folder.join(TOPOLOGY_FILE);
        if !path.exists() {
            return Err(TopologyError::Missing { folder });
        }
        Ok(Self { topology: Topology::load(&path)?, folder })
    }

    /// Whether `folder` holds a network that was made whole.
    pub fn exists(folder: &Path) -> bool {
        folder.join(TOPOLOGY_FILE).exists()
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The consortium.
    pub fn topology(&self) -> &Topology {
        &self.topology
    }

    /// The file that is written last, and so says that the network was made whole.
    pub(crate) fn topology_file(&self) -> PathBuf {
        self.folder.join(TOPOLOGY_FILE)
    }

    /// Block 0.
    pub fn genesis(&self) -> PathBuf {
        self.folder.join("genesis.block")
    }

    /// The orderer's process.
    pub fn orderer(&self) -> Process {
        Process {
            name: "orderer".to_owned(),
            folder: self.folder.join("orderer"),
            address: SocketAddr::new(self.topology.host, self.topology.orderer_port()),
            command: "orderer",
        }
    }

    /// The peers' processes, in the order of the topology, each with its organisation's MSP id.
    pub fn peers(&self) -> Vec<(String, Process)> {
        let process = |organisation: &str, peer: &str, port| Process {
            name: format!("{peer}.{organisation}"),
            folder: self.peer_folder(organisation, peer),
            address: SocketAddr::new(self.topology.host, port),
            command: "peer",
        };
        let peers = self.topology.peers();
        peers
            .map(|(organisation, peer, port)| {
                (organisation.msp_id.clone(), process(&organisation.name, &peer.name, port))
            })
            .collect()
    }

    /// Orderer and peers, in starting order.
    pub fn processes(&self) -> Vec<Process> {
        [self.orderer()].into_iter().chain(self.peers().into_iter().map(|(_, process)| process)).collect()
    }

    /// The folder of an organisation, by short name.
    pub fn organisation(&self, name: &str) -> PathBuf {
        self.folder.join("organisations").join(name)
    }

    /// The folder of an organisation's two certificate authorities.
    pub fn authority(&self, organisation: &str) -> PathBuf {
        self.organisation(organisation).join("authority")
    }

    /// The folder with certificate and key of a user.
    pub fn user(&self, organisation: &str, user: &str) -> PathBuf {
        self.organisation(organisation).join("users").join(user)
    }

    /// The secret from which an organisation makes the salts of its stays and membership numbers.
    pub fn secret(&self, organisation: &str) -> Result<Vec<u8>, TopologyError> {
        let refused = |reason: String| TopologyError::Identity { what: format!("secret of {organisation}"), reason };
        let text = read_key_file(&self.secret_file(organisation)).map_err(|error| refused(error.to_string()))?;
        hex::decode(text.trim()).map_err(|error| refused(error.to_string()))
    }

    pub(crate) fn secret_file(&self, organisation: &str) -> PathBuf {
        self.organisation(organisation).join("secret").join("salt.key")
    }

    /// The certificate that vouches for the TLS endpoints of an organisation.
    pub fn tls_root(&self, organisation: &str) -> PathBuf {
        self.organisation(organisation).join("tls-ca.pem")
    }

    pub(crate) fn peer_folder(&self, organisation: &str, peer: &str) -> PathBuf {
        self.organisation(organisation).join("peers").join(peer)
    }

    pub(crate) fn orderer_authority(&self) -> PathBuf {
        self.folder.join("orderer").join("authority")
    }
}
