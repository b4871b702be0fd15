//! The subcommands, one file each.

mod bench;
mod call;
mod chaincode;
mod demo;
pub(crate) mod ledger;
pub(crate) mod member;
mod network;
mod node;
mod programme;
mod rehearse;
mod report;
mod stays;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Args, Subcommand};
use folio_client::Call;
use folio_topology::Network;
use serde_json::Value;

use crate::session::connect;

/// Exit code of a check that found something.
const FOUND: u8 = 3;

/// What `folio` can do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Start, look at, stop or remove a consortium on this machine.
    #[command(subcommand)]
    Network(network::NetworkCommand),
    /// Run one peer in the foreground.
    Peer(node::NodeArguments),
    /// Run one orderer in the foreground.
    Orderer(node::NodeArguments),
    /// Pack chaincode into a component, bring components onto a running network, and call their functions.
    #[command(subcommand)]
    Chaincode(chaincode::ChaincodeCommand),
    /// Show what the ledger knows of a member.
    #[command(subcommand)]
    Member(member::MemberCommand),
    /// Check, compare, try and decide on the rules of programmes.
    #[command(subcommand)]
    Programme(programme::ProgrammeCommand),
    /// Run a consortium through its day: stays, one member's story, three ledgers compared. Leaves nothing behind.
    Demo(demo::DemoArguments),
    /// Rehearse months of the consortium on its own data, through a network that runs, and hold the ledger against it.
    ///
    /// Ends with exit code 3 when something does not balance, or different members were in each other's way.
    Rehearse(rehearse::RehearseArguments),
    /// Show blocks, and replay whole ledgers.
    #[command(subcommand)]
    Ledger(ledger::LedgerCommand),
    /// Report from a peer's ledger, as of a block: liability, settlement, retention, breakage, tiers, statements.
    #[command(subcommand)]
    Report(report::ReportCommand),
    /// Measure a network: calls a second, their latency, and what they cost.
    Bench(bench::BenchArguments),
    /// Make up PMS feeds, and submit real or made-up ones.
    #[command(subcommand)]
    Stays(stays::StaysCommand),
}

/// Which network a command speaks of.
#[derive(Clone, Debug, Args)]
pub(crate) struct NetworkFolder {
    /// Folder of the network.
    #[arg(long, short = 'n', env = "FOLIO_NETWORK", default_value = "folio-network", global = true)]
    network: PathBuf,
}

impl NetworkFolder {
    fn open(&self) -> Result<Network> {
        Ok(Network::open(&self.network)?)
    }
}

/// Runs a command. The exit code tells findings from failures.
pub(crate) fn run(command: Command) -> Result<ExitCode> {
    match command {
        Command::Network(command) => network::run(command),
        Command::Peer(arguments) => node::run_peer(&arguments),
        Command::Orderer(arguments) => node::run_orderer(&arguments),
        Command::Bench(arguments) => bench::run(&arguments),
        Command::Chaincode(command) => chaincode::run(command),
        Command::Member(command) => member::run(command),
        Command::Programme(command) => programme::run(command),
        Command::Demo(arguments) => demo::run(&arguments),
        Command::Rehearse(arguments) => rehearse::run(&arguments),
        Command::Ledger(command) => ledger::run(command),
        Command::Report(command) => report::run(command),
        Command::Stays(command) => stays::run(command),
    }
}

/// A runtime for commands that talk to the network.
fn runtime() -> Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().context("cannot start threads")
}

/// Asks as an auditor, who may read every account.
fn ask(network: &NetworkFolder, function: &str, question: &Value) -> Result<Value> {
    ask_with(network, Call::new(function, question.to_string()))
}

/// The same, with a call of any kind.
fn ask_with(network: &NetworkFolder, call: Call) -> Result<Value> {
    let network = network.open()?;
    let organisation = network.topology().organisations.first().context("the consortium has no organisation")?;
    let answer = runtime()?.block_on(async {
        let auditor = connect(&network, organisation, "auditor")?;
        anyhow::Ok(auditor.evaluate(call).await?)
    })?;
    serde_json::from_slice(&answer).context("the answer is no JSON")
}
