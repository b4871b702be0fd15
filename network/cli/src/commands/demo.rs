//! `folio demo`: a network of its own, a day of it, and its end.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, Result};
use clap::Args;

use super::network::Passing;
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
    step(began, "starting three hotel chains and an orderer");
    let passing = Passing::new("demo", arguments.base_port);
    let told = demonstrate(&passing, arguments, began);
    step(began, "stopping");
    passing.end(told.is_ok() && !arguments.keep)?;
    told?;
    step(began, "done");
    Ok(ExitCode::SUCCESS)
}

fn demonstrate(passing: &Passing, arguments: &DemoArguments, began: Instant) -> Result<()> {
    let network = passing.up()?;
    for process in network.processes() {
        println!("  {:<13} {}", process.name, process.address);
    }
    let work = run_demo(&network, arguments.feed.as_deref(), began);
    super::runtime()?.block_on(work).context("the demonstration broke off")?;
    compare(&network, began)
}
