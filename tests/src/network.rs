//! A network of real processes for one test.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::net::{Ipv4Addr, TcpListener};
use std::ops::Range;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::{fs, thread};

use anyhow::{Context, Result, bail, ensure};
use folio_client::{Gateway, GatewayAddress, Identity};
use folio_topology::{Network, Process};
use serde_json::Value;
use tempfile::TempDir;

use crate::{Folio, Output};

/// Where ports are taken from: above those of services, below those that the system gives to clients.
const PORTS: Range<u16> = 12_000..32_000;
/// The orderer and three peers, with room for one more.
const PORTS_PER_NETWORK: u16 = 5;
/// How often other ports are tried when somebody was faster.
const PORT_TRIES_MAX: usize = 5;

/// Lines of each log that are shown when a test fails.
const LOG_TAIL_LINES: usize = 30;

/// Blocks of ports that networks of this process have.
static TAKEN: Mutex<BTreeSet<u16>> = Mutex::new(BTreeSet::new());

/// The shipped consortium, up, in a folder and on ports of its own. It is gone when this is dropped.
#[derive(Debug)]
pub struct TestNetwork {
    folio: Folio,
    folder: TempDir,
    network: Network,
}

/// Runs a test on a network of its own, and shows the ends of the processes' logs when it fails.
pub async fn on_network(test: impl AsyncFnOnce(&TestNetwork) -> Result<()>) -> Result<()> {
    let network = TestNetwork::up()?;
    let outcome = test(&network).await;
    if outcome.is_err() {
        show_logs(&network.network);
    }
    outcome
}

impl TestNetwork {
    /// Founds and starts the shipped consortium.
    fn up() -> Result<Self> {
        let folio = Folio::built()?;
        let mut refusal = String::new();
        for _ in 0..PORT_TRIES_MAX {
            let folder = tempfile::Builder::new().prefix("folio-test-").tempdir().context("cannot make a folder")?;
            let path = folder.path().join("network");
            let port = free_ports()?.to_string();
            let words = ["network", "up", "--base-port", &port, "-n"].map(OsString::from);
            let output = folio.output(words.into_iter().chain([path.clone().into_os_string()]))?;
            if output.code == Some(0) {
                return Ok(Self { folio, network: Network::open(&path)?, folder });
            }
            if let Ok(network) = Network::open(&path) {
                stop_all(&network);
                show_logs(&network);
            }
            refusal = output.err;
            if !refusal.contains("port") {
                break;
            }
        }
        bail!("the network did not start: {refusal}")
    }

    /// The binary.
    pub fn folio(&self) -> &Folio {
        &self.folio
    }

    /// The network's folders and processes.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// A folder for the test's own files.
    pub fn scratch(&self) -> &Path {
        self.folder.path()
    }

    /// Starts `folio ARGUMENTS -n FOLDER`.
    pub fn start<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Result<std::process::Child> {
        let own = [OsString::from("-n"), self.network.folder().as_os_str().to_owned()];
        let given = arguments.into_iter().map(|argument| argument.as_ref().to_owned());
        self.folio.start(given.chain(own))
    }

    /// Runs `folio ARGUMENTS -n FOLDER`.
    pub fn output<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Result<Output> {
        Output::of(self.start(arguments)?)
    }

    /// Runs `folio ARGUMENTS -n FOLDER`, which must succeed, and gives what it printed.
    pub fn run<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Result<String> {
        self.output(arguments)?.success()
    }

    /// Submits a feed, and gives the closing table.
    pub fn submit(&self, feed: &Path) -> Result<Value> {
        let words = ["stays", "submit", "--json"].map(OsString::from);
        let reports = self.output(words.into_iter().chain([feed.as_os_str().to_owned()]))?.objects()?;
        reports.into_iter().next().context("no closing table")
    }

    /// Has every peer's ledger replayed from block 0. All must be sound, and agree.
    pub fn verify(&self) -> Result<Vec<Value>> {
        let audits = self.output(["ledger", "verify", "--json"])?.objects()?;
        ensure!(audits.len() == self.network.peers().len(), "not every peer was looked at: {audits:?}");
        for audit in &audits {
            let same = ["height", "block_hash", "state_hash"].iter().all(|key| audit[key] == audits[0][key]);
            ensure!(same && audit["ok"] == true, "a ledger is not sound, or peers disagree: {audits:?}");
        }
        Ok(audits)
    }

    /// The process called `name`, such as `orderer` or `peer0.aurora`.
    pub fn process(&self, name: &str) -> Result<Process> {
        let processes = self.network.processes();
        processes.into_iter().find(|process| process.name == name).with_context(|| format!("no process {name}"))
    }

    /// Starts a process again and waits until it listens.
    pub fn restart(&self, process: &Process) -> Result<()> {
        process.start(self.folio.path())?;
        Ok(process.wait_until_listening()?)
    }

    /// A user of an organisation, by short names.
    pub fn identity(&self, organisation: &str, user: &str) -> Result<Arc<Identity>> {
        let msp_id = &self.network.topology().organisation(organisation)?.msp_id;
        Ok(Arc::new(Identity::load(msp_id, &self.network.user(organisation, user))?))
    }

    /// Where the gateway of an organisation's peer is.
    pub fn gateway_address(&self, organisation: &str) -> Result<GatewayAddress> {
        let peer = self.process(&format!("peer0.{organisation}"))?;
        let tls_root = fs::read_to_string(self.network.tls_root(organisation))?;
        Ok(GatewayAddress { address: peer.address.to_string(), tls_root })
    }

    /// A client of the loyalty chaincode through an organisation's own peer.
    pub fn connect(&self, organisation: &str, user: &str) -> Result<Gateway> {
        self.connect_as(organisation, self.identity(organisation, user)?)
    }

    /// The same, with an identity of any origin.
    pub fn connect_as(&self, organisation: &str, identity: Arc<Identity>) -> Result<Gateway> {
        let address = self.gateway_address(organisation)?;
        Ok(Gateway::connect(&address, identity, &self.network.topology().channel, "loyalty")?)
    }
}

impl Drop for TestNetwork {
    fn drop(&mut self) {
        stop_all(&self.network);
        if thread::panicking() {
            show_logs(&self.network);
        }
        let mut taken = TAKEN.lock().unwrap_or_else(PoisonError::into_inner);
        taken.remove(&self.network.topology().base_port);
    }
}

/// Everything goes with the folder, so that nobody need end in order.
fn stop_all(network: &Network) {
    for process in network.processes().iter().rev() {
        process.kill();
    }
}

fn show_logs(network: &Network) {
    for process in network.processes() {
        let text = fs::read_to_string(process.log()).unwrap_or_default();
        let lines: Vec<_> = text.lines().collect();
        let tail = lines[lines.len().saturating_sub(LOG_TAIL_LINES)..].join("\n");
        eprintln!("--- end of the log of {}\n{tail}", process.name);
    }
}

/// The first of a few ports in a row that nobody listens on: room for the shipped consortium and one process more.
pub fn free_ports() -> Result<u16> {
    let blocks = (PORTS.end - PORTS.start) / PORTS_PER_NETWORK;
    let mut drawn = [0u8; 2];
    getrandom::fill(&mut drawn).context("the system gives no random bytes")?;
    let mut taken = TAKEN.lock().unwrap_or_else(PoisonError::into_inner);
    let free = |port: u16| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok();
    for block in (0..blocks).map(|step| (u16::from_be_bytes(drawn) % blocks + step) % blocks) {
        let first = PORTS.start + block * PORTS_PER_NETWORK;
        if !taken.contains(&first) && (first..first + PORTS_PER_NETWORK).all(free) {
            taken.insert(first);
            return Ok(first);
        }
    }
    bail!("no {PORTS_PER_NETWORK} ports in a row are free in {PORTS:?}")
}
