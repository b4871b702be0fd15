//! What a peer is told at its start.

use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use folio_process::{KeyPair, ProcessError, load_config};
use serde::{Deserialize, Serialize};

use crate::PeerError;

/// Prefix of the environment variables that override the file: `FOLIO_PEER__TLS__KEY` sets `key` in the table `tls`.
pub const ENVIRONMENT_PREFIX: &str = "FOLIO_PEER";

/// How far a proposal's timestamp may be from the peer's clock, where the configuration does not say.
pub const TIMESTAMP_WINDOW_SECONDS: i64 = 300;

/// Configuration of a peer process. Relative paths start at the file's folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Name in the log.
    pub name: String,
    /// Its organisation.
    pub msp_id: String,
    /// Address on which all services are offered.
    pub listen: SocketAddr,
    /// Folder of blocks, world state and installed chaincode, made at the first start.
    pub data: PathBuf,
    /// Folder of compiled chaincode; `compiled` in the folder of data where none is named. Peers that one operator runs
    /// on one machine may share it. Only its owner may enter it.
    #[serde(default)]
    pub compiled: Option<PathBuf>,
    /// Block 0 of the channel.
    pub genesis: PathBuf,
    /// Orderers, as host:port; those of block 0 where none is named.
    #[serde(default)]
    pub orderers: Vec<String>,
    /// How far a proposal's timestamp may be from this peer's clock.
    #[serde(default = "default_window")]
    pub timestamp_window_seconds: i64,
    /// Threads for signature checks at commit; 0 takes one for each processor.
    #[serde(default)]
    pub check_threads: usize,
    /// Filter of log lines.
    #[serde(default = "default_log")]
    pub log: String,
    /// Who signs endorsements.
    pub identity: KeyPair,
    /// How the server proves itself.
    pub tls: KeyPair,
}

const fn default_window() -> i64 {
    TIMESTAMP_WINDOW_SECONDS
}

fn default_log() -> String {
    "info".to_owned()
}

impl Config {
    /// Reads the file at `path`, lays the environment over it, and checks the whole.
    pub fn load(path: &Path) -> Result<Self, PeerError> {
        let config: Self = load_config(path, ENVIRONMENT_PREFIX)?;
        let refuse = |reason: &str| {
            PeerError::Process(ProcessError::Config { path: path.to_owned(), reason: reason.to_owned() })
        };
        if config.msp_id.is_empty() || config.name.is_empty() {
            return Err(refuse("name and msp_id must not be empty"));
        }
        if config.timestamp_window_seconds <= 0 {
            return Err(refuse("timestamp_window_seconds must be above 0"));
        }
        Ok(config.under(path.parent().unwrap_or(Path::new(""))))
    }

    /// The same configuration with its paths starting at `folder`.
    fn under(self, folder: &Path) -> Self {
        Self {
            compiled: self.compiled.map(|named| folder.join(named)),
            data: folder.join(&self.data),
            genesis: folder.join(&self.genesis),
            identity: self.identity.under(folder),
            tls: self.tls.under(folder),
            ..self
        }
    }

    /// Folder of compiled chaincode.
    pub(crate) fn compiled(&self) -> PathBuf {
        self.compiled.clone().unwrap_or_else(|| self.data.join("compiled"))
    }

    /// Threads for signature checks at commit.
    pub(crate) fn check_threads(&self) -> NonZeroUsize {
        let all = || std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        NonZeroUsize::new(self.check_threads).unwrap_or_else(all)
    }
}
