//! `folio bench`: what a network does in a second, and what that costs.

use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::Args;
use folio_topology::Network;

use super::NetworkFolder;
use super::network::{UpArguments, clean, up};
use crate::bench::{Kind, Point, Report, Spread, TWO_ORGANISATIONS, measure, table};

/// Members, where each worker has its own.
const DISTINCT_MEMBERS: usize = 2_000;
/// Members, where all workers share them.
const HOT_MEMBERS: usize = 10;

/// A load, or the standard loads.
#[derive(Debug, Args)]
pub(crate) struct BenchArguments {
    #[command(flatten)]
    network: NetworkFolder,
    /// Found a network of two organisations for the measurement, run the standard loads on it and remove it.
    #[arg(long, conflicts_with_all = ["kind", "hot", "members"])]
    own_network: bool,
    /// Port of the own network's orderer; its peers follow.
    #[arg(long, requires = "own_network")]
    base_port: Option<u16>,
    /// What is called.
    #[arg(long, value_enum, default_value_t = Kind::Earn)]
    kind: Kind,
    /// Calls in flight.
    #[arg(long, default_value_t = 200)]
    in_flight: usize,
    /// Members that take part; 2,000, or 10 hot ones, where none are given.
    #[arg(long)]
    members: Option<usize>,
    /// All workers share all members, and so meet conflicts; else each worker has members of its own.
    #[arg(long)]
    hot: bool,
    /// How long each load lasts.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// One object a line in place of a table.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &BenchArguments) -> Result<ExitCode> {
    let points = arguments.points();
    if arguments.own_network {
        let own = OwnNetwork::found(arguments.base_port)?;
        show(&own.network, &points, arguments.json)?;
    } else {
        let network = arguments.network.open()?;
        if let Some(stopped) = network.processes().iter().find(|process| process.pid().is_none()) {
            bail!("{} does not run: start the network with 'folio network up'", stopped.name);
        }
        show(&network, &points, arguments.json)?;
    }
    Ok(ExitCode::SUCCESS)
}

impl BenchArguments {
    fn points(&self) -> Vec<Point> {
        let point = |kind, spread, members| Point {
            kind,
            spread,
            members,
            in_flight: self.in_flight,
            time: Duration::from_secs(self.seconds),
        };
        if self.own_network {
            // Twice the calls in flight is what distinct transfers need.
            let distinct = DISTINCT_MEMBERS.max(self.in_flight.saturating_mul(2));
            return vec![
                point(Kind::Earn, Spread::Distinct, distinct),
                point(Kind::Earn, Spread::Hot, HOT_MEMBERS),
                point(Kind::Transfer, Spread::Distinct, distinct),
                point(Kind::Query, Spread::Distinct, distinct),
            ];
        }
        let (spread, members) =
            if self.hot { (Spread::Hot, HOT_MEMBERS) } else { (Spread::Distinct, DISTINCT_MEMBERS) };
        vec![point(self.kind, spread, self.members.unwrap_or(members))]
    }
}

/// Measures, and shows what comes of it: objects at once, a table in the end. An interruption ends it early.
fn show(network: &Network, points: &[Point], json: bool) -> Result<()> {
    let mut reports = Vec::new();
    let progress = std::io::stderr().is_terminal();
    let said = |what: String| {
        if progress {
            eprintln!("{what}");
        }
    };
    let measured = |report: Report| {
        if json {
            println!("{}", report.json());
        }
        reports.push(report);
    };
    super::runtime()?.block_on(async {
        tokio::select! {
            done = measure(network, points, said, measured) => done,
            _ = tokio::signal::ctrl_c() => bail!("interrupted"),
        }
    })?;
    if !json {
        println!("{}", table(&reports));
    }
    Ok(())
}

/// A network in a temporary folder, stopped and removed when it is dropped.
struct OwnNetwork {
    folder: PathBuf,
    network: Network,
}

impl OwnNetwork {
    fn found(base_port: Option<u16>) -> Result<Self> {
        let folder = std::env::temp_dir().join(format!("folio-bench-{}", std::process::id()));
        std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let topology = folder.join("two-organisations.toml");
        std::fs::write(&topology, TWO_ORGANISATIONS).with_context(|| format!("cannot write {}", topology.display()))?;
        let arguments = UpArguments {
            network: NetworkFolder { network: folder.join("network") },
            topology: Some(topology),
            base_port,
            component: None,
            log: "warn".to_owned(),
        };
        match up(&arguments) {
            Ok(network) => Ok(Self { folder, network }),
            Err(error) => {
                remove(&folder);
                Err(error)
            }
        }
    }
}

impl Drop for OwnNetwork {
    fn drop(&mut self) {
        remove(&self.folder);
    }
}

/// Stops what runs in the folder and removes it. What cannot be removed is told, and is no reason to fail.
fn remove(folder: &std::path::Path) {
    let removed = clean(&folder.join("network"))
        .and_then(|()| std::fs::remove_dir_all(folder).with_context(|| format!("cannot remove {}", folder.display())));
    if let Err(error) = removed {
        eprintln!("folio: {error:#}");
    }
}
