//! What an orderer is told at its start.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use folio_process::{ProcessError, load_config};
use serde::{Deserialize, Serialize};

use crate::OrdererError;

/// Prefix of the environment variables that override the file: `FOLIO_ORDERER__TLS__KEY` sets `key` in the table `tls`.
pub const ENVIRONMENT_PREFIX: &str = "FOLIO_ORDERER";

/// Threads that may be given to signature checks.
const CHECK_THREADS_MAX: usize = 256;

/// Configuration of an orderer process. Relative paths start at the file's folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Address on which Broadcast and Deliver are served; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Folder of blocks and logs, made at the first start.
    pub data: PathBuf,
    /// Block 0 of each channel that is ordered here.
    pub genesis: Vec<PathBuf>,
    /// Who signs the blocks.
    pub identity: IdentityFiles,
    /// How the server proves itself, and whether clients must.
    pub tls: TlsFiles,
    /// How batches become durable.
    #[serde(default)]
    pub consensus: ConsensusKind,
    /// Threads for signature checks; 0 takes one for each processor.
    #[serde(default)]
    pub check_threads: usize,
    /// Filter of log lines.
    #[serde(default = "default_log")]
    pub log: String,
}

/// The signing identity: its organisation and its PEM files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IdentityFiles {
    /// The organisation.
    pub msp_id: String,
    /// The certificate.
    pub certificate: PathBuf,
    /// The private key, PKCS#8, mode 0600 in a folder with mode 0700.
    pub key: PathBuf,
}

/// The PEM files of the TLS server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TlsFiles {
    /// The certificate, followed by its chain where there is one.
    pub certificate: PathBuf,
    /// The private key, PKCS#8, mode 0600 in a folder with mode 0700.
    pub key: PathBuf,
    /// Roots that must vouch for every client's TLS certificate. Without them clients need none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_roots: Option<PathBuf>,
}

/// Which consensus orders batches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ConsensusKind {
    /// One node with its own log.
    #[default]
    Solo,
}

impl ConsensusKind {
    /// What the channel configuration calls it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Solo => "solo",
        }
    }
}

fn default_log() -> String {
    "info".to_owned()
}

impl Config {
    /// Reads the file at `path`, lays the environment over it, and checks the whole.
    pub fn load(path: &Path) -> Result<Self, OrdererError> {
        let config: Self = load_config(path, ENVIRONMENT_PREFIX)?;
        let config = config.under(path.parent().unwrap_or(Path::new("")));
        let refuse = |reason| ProcessError::Config { path: path.to_owned(), reason };
        config.check().map_err(refuse)?;
        Ok(config)
    }

    /// The same configuration with its paths starting at `folder`.
    pub fn under(mut self, folder: &Path) -> Self {
        let paths = [&mut self.data, &mut self.identity.certificate, &mut self.identity.key];
        let tls = [&mut self.tls.certificate, &mut self.tls.key];
        for path in paths.into_iter().chain(tls).chain(&mut self.genesis).chain(&mut self.tls.client_roots) {
            *path = folder.join(&path);
        }
        self
    }

    /// What is wrong with the values, each taken by itself.
    pub(crate) fn check(&self) -> Result<(), String> {
        if self.genesis.is_empty() {
            return Err("genesis must name the block 0 of at least one channel".to_owned());
        }
        if self.identity.msp_id.is_empty() {
            return Err("identity.msp_id must not be empty".to_owned());
        }
        if self.check_threads > CHECK_THREADS_MAX {
            return Err(format!("check_threads is {}, at most {CHECK_THREADS_MAX} are useful", self.check_threads));
        }
        Ok(())
    }

    /// The threads for signature checks.
    pub(crate) fn check_threads(&self) -> usize {
        match self.check_threads {
            0 => std::thread::available_parallelism().map_or(1, usize::from),
            threads => threads,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
        listen = "127.0.0.1:7050"
        data = "data"
        genesis = ["folio.block"]
        [identity]
        msp_id = "OrdererMSP"
        certificate = "msp/cert.pem"
        key = "msp/key.pem"
        [tls]
        certificate = "tls/cert.pem"
        key = "/keys/tls.pem"
    "#;

    fn load(text: &str) -> Result<Config, OrdererError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("orderer.toml");
        std::fs::write(&path, text).unwrap();
        Config::load(&path)
    }

    #[test]
    fn paths_start_at_the_folder_of_the_file() {
        let config: Config = toml::from_str(GOOD).unwrap();
        let config = config.under(Path::new("/net/orderer"));
        assert_eq!(config.genesis, [Path::new("/net/orderer/folio.block")]);
        assert_eq!(config.identity.key, Path::new("/net/orderer/msp/key.pem"));
        assert_eq!(config.tls.key, Path::new("/keys/tls.pem"));
        assert_eq!((config.consensus, config.log.as_str()), (ConsensusKind::Solo, "info"));
        assert!(config.check_threads() >= 1);
    }

    #[test]
    fn a_configuration_is_written_as_it_is_read() {
        let config: Config = toml::from_str(GOOD).unwrap();
        assert_eq!(toml::from_str::<Config>(&toml::to_string(&config).unwrap()).unwrap(), config);
    }

    #[test]
    fn what_is_wrong_is_named() {
        assert!(load(GOOD).is_ok());
        let table = [
            (GOOD.replace("data =", "dta ="), "dta"),
            (GOOD.replace("key = \"/keys", "kay = \"/keys"), "kay"),
            (GOOD.replace("127.0.0.1:7050", "nowhere"), "listen"),
            (GOOD.replace("[\"folio.block\"]", "[]"), "genesis"),
            (GOOD.replace("OrdererMSP", ""), "msp_id"),
            (format!("consensus = \"kafka\"\n{GOOD}"), "kafka"),
            (format!("check_threads = 100000\n{GOOD}"), "check_threads"),
        ];
        for (text, named) in table {
            let error = load(&text).unwrap_err().to_string();
            assert!(error.contains(named), "{error}");
        }
    }
}
