//! `folio peer` and `folio orderer`: one process of a network, in the foreground.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::Args;

/// Arguments of a process.
#[derive(Debug, Args)]
pub(crate) struct NodeArguments {
    /// Its configuration file.
    #[arg(long)]
    config: PathBuf,
}

pub(super) fn run_peer(arguments: &NodeArguments) -> Result<ExitCode> {
    let config = folio_peer::Config::load(&arguments.config)?;
    folio_process::init_logging(&config.log);
    super::runtime()?.block_on(folio_peer::run(config, folio_process::shutdown_signal()))?;
    Ok(ExitCode::SUCCESS)
}

pub(super) fn run_orderer(arguments: &NodeArguments) -> Result<ExitCode> {
    super::runtime()?.block_on(folio_orderer::run(&arguments.config))?;
    Ok(ExitCode::SUCCESS)
}
