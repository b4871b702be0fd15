//! `folio network`: a consortium on this machine.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};
use folio_topology::{Network, Topology};
use folio_wire::Timestamp;

use super::NetworkFolder;
use crate::consortium;
use crate::output::table;

/// What can be done with a network.
#[derive(Debug, Subcommand)]
pub(crate) enum NetworkCommand {
    /// Start the network; found it first where there is none.
    Up(UpArguments),
    /// Show the processes of the network.
    Status {
        #[command(flatten)]
        network: NetworkFolder,
        /// One line of JSON in place of a table.
        #[arg(long)]
        json: bool,
    },
    /// Stop the processes. All state stays.
    Down {
        #[command(flatten)]
        network: NetworkFolder,
    },
    /// Stop the processes and remove the network with all its state and keys.
    Clean {
        #[command(flatten)]
        network: NetworkFolder,
    },
}

/// How a network is started.
#[derive(Clone, Debug, Args)]
pub(crate) struct UpArguments {
    #[command(flatten)]
    pub(crate) network: NetworkFolder,
    /// The consortium's description; the shipped one where none is given. Read when the network is founded.
    #[arg(long)]
    pub(crate) topology: Option<PathBuf>,
    /// Port of the orderer; peers follow. Read when the network is founded.
    #[arg(long)]
    pub(crate) base_port: Option<u16>,
    /// The loyalty chaincode; the one beside this program where none is given.
    #[arg(long)]
    pub(crate) component: Option<PathBuf>,
    /// Filter of the processes' log lines. Read when the network is founded.
    #[arg(long, default_value = "info")]
    pub(crate) log: String,
}

pub(super) fn run(command: NetworkCommand) -> Result<ExitCode> {
    match command {
        NetworkCommand::Up(arguments) => {
            let began = Instant::now();
            let network = up(&arguments)?;
            println!("{}", status_table(&network));
            println!("up in {:.1} s in {}", began.elapsed().as_secs_f64(), network.folder().display());
        }
        NetworkCommand::Status { network, json } => {
            let network = network.open()?;
            if json {
                println!("{}", status_json(&network));
            } else {
                println!("{}", status_table(&network));
            }
        }
        NetworkCommand::Down { network } => {
            let stopped = down(&network.open()?);
            println!("{stopped} processes stopped");
        }
        NetworkCommand::Clean { network } => clean(&network.network)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Starts the network, founding it first where there is none, and brings chaincode and consortium data onto it.
pub(crate) fn up(arguments: &UpArguments) -> Result<Network> {
    let folder = &arguments.network.network;
    let network = if Network::exists(folder) { Network::open(folder)? } else { found(arguments)? };
    let folio = std::env::current_exe().context("cannot find this program's own file")?;
    for process in network.processes() {
        process.start(&folio)?;
    }
    for process in network.processes() {
        process.wait_until_listening()?;
    }
    let component = arguments.component.clone().unwrap_or_else(|| folio.with_file_name("loyalty.wasm"));
    super::runtime()?.block_on(consortium::prepare(&network, &component))?;
    Ok(network)
}

fn found(arguments: &UpArguments) -> Result<Network> {
    let mut topology = match &arguments.topology {
        Some(path) => Topology::load(path)?,
        None => Topology::shipped()?,
    };
    if let Some(port) = arguments.base_port {
        topology.base_port = port;
    }
    let since = SystemTime::now().duration_since(UNIX_EPOCH).context("the clock is before 1970")?;
    let founded = Timestamp { seconds: i64::try_from(since.as_secs())?, nanos: 0 };
    let mut nonce = [0u8; 24];
    getrandom::fill(&mut nonce).context("the system gives no random bytes")?;
    Ok(Network::found(&arguments.network.network, topology, founded, &nonce, &arguments.log)?)
}

/// Stops every process, peers first, and says how many ran.
pub(crate) fn down(network: &Network) -> usize {
    network.processes().iter().rev().filter(|process| process.stop()).count()
}

/// A network in a temporary folder, for a command that brings its own.
pub(crate) struct Passing {
    up: UpArguments,
}

impl Passing {
    /// A network for a command of this name. It is not up yet.
    pub(crate) fn new(name: &str, base_port: u16) -> Self {
        let folder = std::env::temp_dir().join(format!("folio-{name}-{}", std::process::id()));
        Self {
            up: UpArguments {
                network: NetworkFolder { network: folder },
                topology: None,
                base_port: Some(base_port),
                component: None,
                log: "info".to_owned(),
            },
        }
    }

    /// Founds and starts it.
    pub(crate) fn up(&self) -> Result<Network> {
        up(&self.up)
    }

    /// Stops it and removes its folder, or says where that stays.
    pub(crate) fn end(&self, remove: bool) -> Result<()> {
        let folder = &self.up.network.network;
        if let Ok(network) = self.up.network.open() {
            down(&network);
        }
        if remove {
            return clean(folder);
        }
        eprintln!("the network stays in {}", folder.display());
        Ok(())
    }
}

/// Stops a network and removes its folder, if it is one.
pub(crate) fn clean(folder: &Path) -> Result<()> {
    if !folder.exists() {
        return Ok(());
    }
    match Network::open(folder) {
        Ok(network) => _ = down(&network),
        // A founding that broke off leaves a genesis block or authorities, but no topology.
        Err(_) if folder.join("orderer").is_dir() => {}
        Err(error) => bail!("{error}; nothing was removed"),
    }
    std::fs::remove_dir_all(folder).with_context(|| format!("cannot remove {}", folder.display()))
}

fn status_table(network: &Network) -> comfy_table::Table {
    let rows = network.processes().into_iter().map(|process| {
        let usage = process.usage();
        let shown = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
        vec![
            process.name.clone(),
            process.address.to_string(),
            if usage.is_some() { "running" } else { "stopped" }.to_owned(),
            shown(usage.map(|usage| usage.pid.to_string())),
            shown(usage.map(|usage| format!("{} MB", usage.rss_bytes / 1_000_000))),
            process.log().display().to_string(),
        ]
    });
    table(&["process", "address", "state", "pid", "memory", "log"], &["pid", "memory"], rows)
}

fn status_json(network: &Network) -> serde_json::Value {
    let processes = network.processes().into_iter().map(|process| {
        let usage = process.usage();
        serde_json::json!({
            "name": process.name,
            "address": process.address.to_string(),
            "running": usage.is_some(),
            "pid": usage.map(|usage| usage.pid),
            "rss_mb": usage.map(|usage| usage.rss_bytes / 1_000_000),
            "log": process.log(),
        })
    });
    serde_json::json!({
        "folder": network.folder(),
        "channel": network.topology().channel,
        "processes": processes.collect::<Vec<_>>(),
    })
}
