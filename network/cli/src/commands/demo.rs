//! `folio demo`: a network of its own, a day of it, and its end.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, Result};
use clap::Args;

use super::NetworkFolder;
use super::network::{UpArguments, clean, down, up};
use crate::demo::{compare, run as run_demo, step};

/// Port of the demonstration's orderer, apart from the usual network's.
const BASE_PORT: u16 = 27_050;

/// Arguments of the demonstration.
#[derive(Debug, Args)]
pub(crate) struct DemoArguments {
    /// The feed; the hotel booking data set where it is found, else a generated one.
    #[arg(long)]
    feed: Option<PathBuf>,
    /// Port of the orderer; peers follow.
    #[arg(long, default_value_t = BASE_PORT)]
    base_port: u16,
    /// Keep the network's folder.
    #[arg(long)]
    keep: bool,
}

pub(super) fn run(arguments: &DemoArguments) -> Result<ExitCode> {
    let began = Instant::now();
    let folder = std::env::temp_dir().join(format!("folio-demo-{}", std::process::id()));
    step(began, "starting three hotel chains and an orderer");
    let network = NetworkFolder { network: folder.clone() };
    let up_arguments = UpArguments {
        network,
        topology: None,
        base_port: Some(arguments.base_port),
        component: None,
        log: "info".to_owned(),
    };
    let told = demonstrate(&up_arguments, arguments, began);
    if let Ok(network) = up_arguments.network.open() {
        step(began, "stopping");
        down(&network);
    }
    if told.is_ok() && !arguments.keep {
        clean(&folder)?;
    } else {
        println!("the network stays in {}", folder.display());
    }
    told?;
    step(began, "done");
    Ok(ExitCode::SUCCESS)
}

fn demonstrate(up_arguments: &UpArguments, arguments: &DemoArguments, began: Instant) -> Result<()> {
    let network = up(up_arguments)?;
    for process in network.processes() {
        println!("  {:<13} {}", process.name, process.address);
    }
    let work = run_demo(&network, arguments.feed.as_deref(), began);
    super::runtime()?.block_on(work).context("the demonstration broke off")?;
    compare(&network, began)
}
