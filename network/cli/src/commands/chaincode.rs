//! `folio chaincode`: components, their way onto a channel, and calls of their functions.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Args, Subcommand};

use super::NetworkFolder;
use super::call::{self, Order, Question};
use crate::{definition, session};

/// What can be done with chaincode.
#[derive(Debug, Subcommand)]
pub(crate) enum ChaincodeCommand {
    /// Turn a core module (built for wasm32-unknown-unknown) into a component.
    Pack {
        /// The core module.
        module: PathBuf,
        /// The component.
        #[arg(long)]
        out: PathBuf,
    },
    /// Install a component at every organisation, approve it and commit it as the chaincode's next definition, or as the
    /// first one of a chaincode that the channel does not have yet.
    Upgrade(Released),
    /// Install a component on every peer that lacks it, such as one that began again with an empty data folder.
    Install(Released),
    /// Ask a function, and print its answer. Nothing is written.
    Query(Question),
    /// Call a function, wait until what it wrote stands on every peer, and print its answer.
    ///
    /// A call without a `request_id` gets one, which is named first: who hears no answer repeats the call with it, and
    /// nothing is done twice.
    Invoke(Order),
}

/// A component, and what it is known as.
#[derive(Debug, Args)]
pub(crate) struct Released {
    /// The component.
    component: PathBuf,
    /// Its version. A version once committed stays with its component.
    #[arg(long)]
    version: String,
    /// The chaincode's name on the channel.
    #[arg(long, default_value = session::CHAINCODE)]
    name: String,
    #[command(flatten)]
    network: NetworkFolder,
}

pub(super) fn run(command: ChaincodeCommand) -> Result<ExitCode> {
    match command {
        ChaincodeCommand::Query(question) => return call::query(&question),
        ChaincodeCommand::Invoke(order) => return call::invoke(&order),
        ChaincodeCommand::Pack { module, out } => {
            let core = std::fs::read(&module).with_context(|| format!("cannot read {}", module.display()))?;
            let component = folio_runtime::pack::componentize(&core)
                .with_context(|| format!("{} does not make a component", module.display()))?;
            std::fs::write(&out, component).with_context(|| format!("cannot write {}", out.display()))?;
        }
        ChaincodeCommand::Upgrade(Released { component, version, name, network }) => {
            let network = network.open()?;
            let work = definition::bring_up(&network, &name, &version, &component);
            let sequence = super::runtime()?.block_on(work)?;
            println!("{name} {version} is committed as definition {sequence}");
        }
        ChaincodeCommand::Install(Released { component, version, name, network }) => {
            let network = network.open()?;
            let work = definition::install(&network, &name, &version, &component);
            let package_id = super::runtime()?.block_on(work)?;
            println!("{package_id} is installed on every peer");
        }
    }
    Ok(ExitCode::SUCCESS)
}
