//! A chaincode's way onto a channel: install it at every organisation, approve its definition, commit it.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use bytes::Bytes;
use folio_client::{Call, Gateway};
use folio_lifecycle::{LIFECYCLE, Package, build_package};
use folio_proto::lifecycle::{
    ApproveChaincodeDefinitionForMyOrgArgs, ChaincodeSource, CommitChaincodeDefinitionArgs, InstallChaincodeArgs,
    InstallChaincodeResult, QueryChaincodeDefinitionArgs, QueryChaincodeDefinitionResult, chaincode_source,
};
use folio_topology::{Network, Process};
use futures::future::join_all;
use prost::Message;
use tokio::time::{sleep, timeout};

use crate::session::{connect, connect_to};

/// The user that speaks for an organisation.
const ADMIN: &str = "admin";

/// How long a peer may lag behind a committed definition.
const KNOWN_MAX: Duration = Duration::from_secs(30);

/// How often it is asked meanwhile.
const KNOWN_POLL: Duration = Duration::from_millis(20);

/// The sequence of a chaincode's committed definition, if there is one.
pub(crate) async fn committed(gateway: &Gateway, name: &str) -> Result<Option<i64>> {
    let args = QueryChaincodeDefinitionArgs { name: name.to_owned() };
    match gateway.evaluate(call("QueryChaincodeDefinition", &args)).await {
        Ok(bytes) => {
            let found = QueryChaincodeDefinitionResult::decode(bytes).context("the definition cannot be read")?;
            Ok(Some(found.sequence))
        }
        Err(error) if error.to_string().contains("is not defined") => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Installs `component` on every peer, has every organisation approve it as the next definition of `name`, and commits
/// that. Returns the new sequence.
pub(crate) async fn bring_up(network: &Network, name: &str, version: &str, component: &Path) -> Result<i64> {
    let organisations = &network.topology().organisations;
    let mut admins = Vec::new();
    for organisation in organisations {
        admins.push(connect(network, organisation, ADMIN)?);
    }
    let package_id = install(network, name, version, component).await?;
    let first = admins.first().context("the consortium has no organisation")?;
    let sequence = committed(first, name).await?.map_or(1, |sequence| sequence + 1);
    let local = chaincode_source::Local { package_id };
    let approval = ApproveChaincodeDefinitionForMyOrgArgs {
        sequence,
        name: name.to_owned(),
        version: version.to_owned(),
        source: Some(ChaincodeSource { r#type: Some(chaincode_source::Type::LocalPackage(local)) }),
        ..Default::default()
    };
    for (organisation, admin) in organisations.iter().zip(&admins) {
        // An organisation's approval is its own affair: its peer alone endorses it.
        let call = call("ApproveChaincodeDefinitionForMyOrg", &approval).endorsed_by(&[&organisation.msp_id]);
        admin.transact(call).await?;
    }
    let definition = CommitChaincodeDefinitionArgs {
        sequence,
        name: name.to_owned(),
        version: version.to_owned(),
        ..Default::default()
    };
    // Whose approval came last has every approval on its own peer, and other endorsers wait to be as far.
    let last = admins.last().unwrap_or(first);
    last.transact(call("CommitChaincodeDefinition", &definition)).await?;
    for (organisation, admin) in organisations.iter().zip(&admins) {
        let known = timeout(KNOWN_MAX, known(admin, name, sequence)).await;
        known.with_context(|| format!("the peer of {} does not see definition {sequence}", organisation.name))??;
    }
    Ok(sequence)
}

/// Installs `component` on every peer that lacks it. Returns the package's id.
pub(crate) async fn install(network: &Network, name: &str, version: &str, component: &Path) -> Result<String> {
    let code = std::fs::read(component)
        .with_context(|| format!("cannot read the component {}: run 'make build'", component.display()))?;
    let package = build_package(&format!("{name}_{version}"), &code)?;
    let peers = network.peers();
    // Compiling takes seconds, so all peers are asked at once.
    let installs = peers.iter().map(|(msp_id, process)| install_on(network, msp_id, process, &package));
    let installed = join_all(installs).await;
    let mut package_id = None;
    for ((_, process), installed) in peers.iter().zip(installed) {
        let installed = installed.with_context(|| format!("{} did not install the chaincode", process.name))?;
        match &package_id {
            None => package_id = Some(installed),
            Some(id) if *id == installed => {}
            Some(id) => bail!("{} calls the package {installed}, others call it {id}", process.name),
        }
    }
    package_id.context("the consortium has no peer")
}

/// Waits until an organisation's own peer has a definition, or a later one.
async fn known(gateway: &Gateway, name: &str, sequence: i64) -> Result<()> {
    while committed(gateway, name).await?.is_none_or(|known| known < sequence) {
        sleep(KNOWN_POLL).await;
    }
    Ok(())
}

/// Installs a package on one peer, unless it is there. Returns its id.
async fn install_on(network: &Network, msp_id: &str, process: &Process, package: &Bytes) -> Result<String> {
    let organisation = network.topology().organisation(msp_id)?;
    let admin = connect(network, organisation, ADMIN)?;
    let peer = connect_to(network, organisation, &process.address.to_string(), admin.identity().clone())?;
    let args = InstallChaincodeArgs { chaincode_install_package: package.clone() };
    match peer.evaluate_on_peer(call("InstallChaincode", &args)).await {
        Ok(answer) => {
            let result = InstallChaincodeResult::decode(answer).context("the answer cannot be read")?;
            Ok(result.package_id)
        }
        Err(error) if error.to_string().contains("already") => Ok(Package::parse(package.clone())?.package_id),
        Err(error) => Err(error.into()),
    }
}

fn call(function: &str, args: &impl Message) -> Call {
    Call::new(function, args.encode_to_vec()).to(LIFECYCLE)
}
