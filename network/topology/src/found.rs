//! Founding a network: keys, certificates, block 0, and a configuration for every process.

use std::fs;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use folio_ca::Organisation as Authorities;
use folio_orderer as orderer;
use folio_peer as peer;
use folio_process::KeyPair;
use folio_wire::Timestamp;

use crate::genesis::genesis;
use crate::material::{make_orderer, make_organisation, validity, write};
use crate::{Network, Topology, TopologyError};

impl Network {
    /// Founds the network of `topology` in `folder`, at `founded`; `nonce` makes its block 0 unlike any other's.
    ///
    /// The topology's file is written last, so that a founding that broke off is begun anew.
    pub fn found(
        folder: &Path,
        topology: Topology,
        founded: Timestamp,
        nonce: &[u8],
        log: &str,
    ) -> Result<Self, TopologyError> {
        fs::create_dir_all(folder).map_err(|source| TopologyError::io("make", folder, source))?;
        let folder = folder.canonicalize().map_err(|source| TopologyError::io("open", folder, source))?;
        let network = Self::planned(folder, topology);
        if network.topology_file().exists() {
            return Err(TopologyError::Exists { folder: network.folder().to_owned() });
        }
        let validity = validity(founded.seconds);
        let ordering = make_orderer(&network, validity)?;
        let made = network.topology().organisations.iter().map(|o| make_organisation(&network, o, validity));
        let authorities = made.collect::<Result<Vec<Authorities>, _>>()?;
        let nonce = Bytes::copy_from_slice(nonce);
        let block = genesis(network.topology(), &ordering, &authorities, founded, &nonce);
        write(&network.genesis(), block.encode())?;
        network.write_configurations(log)?;
        let text = toml::to_string_pretty(network.topology())
            .map_err(|error| TopologyError::Genesis { reason: error.to_string() })?;
        write(&network.topology_file(), text)?;
        Ok(network)
    }

    fn write_configurations(&self, log: &str) -> Result<(), TopologyError> {
        let process = self.orderer();
        let config = orderer::Config {
            listen: process.address,
            data: PathBuf::from("data"),
            genesis: vec![relative_genesis(&process.folder, &self.genesis())],
            identity: orderer::IdentityFiles {
                msp_id: self.topology().orderer.msp_id.clone(),
                certificate: "identity/cert.pem".into(),
                key: "identity/key.pem".into(),
            },
            tls: orderer::TlsFiles {
                certificate: "tls/cert.pem".into(),
                key: "tls/key.pem".into(),
                client_roots: None,
            },
            consensus: orderer::ConsensusKind::default(),
            check_threads: 0,
            log: log.to_owned(),
        };
        write_config(&process.config(), &config)?;
        for (msp_id, process) in self.peers() {
            let config = peer::Config {
                name: process.name.clone(),
                msp_id,
                listen: process.address,
                data: PathBuf::from("data"),
                compiled: None,
                genesis: relative_genesis(&process.folder, &self.genesis()),
                orderers: Vec::new(),
                timestamp_window_seconds: peer::TIMESTAMP_WINDOW_SECONDS,
                check_threads: 0,
                log: log.to_owned(),
                identity: pair("identity"),
                tls: pair("tls"),
            };
            write_config(&process.config(), &config)?;
        }
        Ok(())
    }
}

fn pair(folder: &str) -> KeyPair {
    KeyPair { certificate: format!("{folder}/cert.pem").into(), key: format!("{folder}/key.pem").into() }
}

/// Block 0 from a process's folder, so that a network's folder can be moved.
fn relative_genesis(folder: &Path, genesis: &Path) -> PathBuf {
    let root = genesis.parent().unwrap_or(Path::new(""));
    let depth = folder.strip_prefix(root).map_or(0, |below| below.components().count());
    let up: PathBuf = (0..depth).map(|_| "..").collect();
    up.join(genesis.file_name().unwrap_or_default())
}

fn write_config(path: &Path, config: &impl serde::Serialize) -> Result<(), TopologyError> {
    let text = toml::to_string_pretty(config)
        .map_err(|error| TopologyError::Syntax { path: path.to_owned(), reason: error.to_string() })?;
    write(path, text)
}

#[cfg(test)]
mod tests {
    use folio_wire::Block;
    use folio_wire::config::config_of_block;

    use super::*;

    #[test]
    fn a_founded_network_can_be_opened_and_its_block_0_names_every_organisation() {
        let folder = tempfile::tempdir().unwrap();
        let founded = Timestamp { seconds: 1_700_000_000, nanos: 0 };
        let network = Network::found(folder.path(), Topology::shipped().unwrap(), founded, b"nonce", "info").unwrap();
        let again = Network::open(folder.path()).unwrap();
        assert_eq!(again.processes().len(), 4);
        let block = Block::decode(&fs::read(network.genesis()).unwrap().into()).unwrap();
        let (channel, config) = config_of_block(&block).unwrap();
        assert_eq!(channel, "folio");
        let organisations: Vec<_> = config.channel.group(&["Application"]).unwrap().groups.keys().collect();
        assert_eq!(organisations, ["AuroraMSP", "BoreaMSP", "CedarMSP"]);
        for process in network.processes() {
            assert!(process.config().exists(), "{}", process.name);
            assert!(process.folder.join("identity/key.pem").exists());
        }
        let error = Network::found(folder.path(), Topology::shipped().unwrap(), founded, b"nonce", "info").unwrap_err();
        assert!(error.to_string().contains("holds a network already"), "{error}");
    }
}
