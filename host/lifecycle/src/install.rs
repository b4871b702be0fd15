//! Functions that concern one peer alone and no channel: installing packages, and listing them.

use bytes::Bytes;
use folio_proto::lifecycle::{
    GetInstalledChaincodePackageArgs, GetInstalledChaincodePackageResult, InstallChaincodeArgs, InstallChaincodeResult,
    QueryInstalledChaincodeArgs, QueryInstalledChaincodeResult, QueryInstalledChaincodesResult,
    query_installed_chaincode_result, query_installed_chaincodes_result,
};
use folio_types::Digest;
use folio_wire::Response;
use prost::Message;

use crate::answer::{answer, decode_args, split};
use crate::names::shown;
use crate::uses::{ChannelState, Uses};
use crate::{LifecycleError, Package};

/// Where a peer keeps packages. The seam to the disk and to the compiler of components.
pub trait Packages: Send + Sync {
    /// The component in an installed package; none where the package is not installed.
    fn component_hash(&self, package_id: &str) -> Option<Digest>;

    /// Keeps a package and makes its component runnable; an error is a sentence for the client.
    fn install(&self, package: &Package) -> Result<(), String>;

    /// The bytes of an installed package.
    fn package(&self, package_id: &str) -> Option<Bytes>;

    /// All installed packages, in order of id.
    fn installed(&self) -> Vec<InstalledPackage>;
}

/// An installed package.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InstalledPackage {
    /// Label, colon, hex of the package's SHA-256.
    pub package_id: String,
    /// What the packager called it.
    pub label: String,
    /// SHA-256 of the component in it.
    pub component_hash: Digest,
}

/// Runs a function that belongs to no channel. The caller has checked that an administrator of the peer's organisation
/// asks. `channels` are all channels of the peer.
pub fn invoke_local(
    args: &[Bytes],
    packages: &dyn Packages,
    channels: &[ChannelState<'_>],
) -> Result<Response, LifecycleError> {
    answer(dispatch(args, packages, channels), args)
}

fn dispatch(args: &[Bytes], packages: &dyn Packages, channels: &[ChannelState<'_>]) -> Result<Vec<u8>, LifecycleError> {
    let (function, args) = split(args)?;
    match function {
        "InstallChaincode" => Ok(install(decode_args(args)?, packages)?.encode_to_vec()),
        "QueryInstalledChaincode" => Ok(query_one(&decode_args(args)?, packages, channels)?.encode_to_vec()),
        "QueryInstalledChaincodes" => Ok(query_all(packages, channels)?.encode_to_vec()),
        "GetInstalledChaincodePackage" => Ok(get_package(&decode_args(args)?, packages)?.encode_to_vec()),
        _ => Err(LifecycleError::UnknownFunction { name: shown(function) }),
    }
}

fn install(args: InstallChaincodeArgs, packages: &dyn Packages) -> Result<InstallChaincodeResult, LifecycleError> {
    let package = Package::parse(args.chaincode_install_package)?;
    if packages.component_hash(&package.package_id).is_some() {
        return Err(LifecycleError::AlreadyInstalled { package_id: package.package_id });
    }
    let installed = packages.install(&package);
    installed.map_err(|reason| LifecycleError::Install { package_id: package.package_id.clone(), reason })?;
    Ok(InstallChaincodeResult { package_id: package.package_id, label: package.label })
}

fn query_one(
    args: &QueryInstalledChaincodeArgs,
    packages: &dyn Packages,
    channels: &[ChannelState<'_>],
) -> Result<QueryInstalledChaincodeResult, LifecycleError> {
    use query_installed_chaincode_result::{Chaincode, References};
    let found = packages.installed().into_iter().find(|package| package.package_id == args.package_id);
    let package = found.ok_or_else(|| not_found(&args.package_id))?;
    let references = Uses::on(channels)?.of(&package).into_iter().map(|(channel, chaincodes)| {
        let chaincodes = chaincodes.into_iter().map(|(name, version)| Chaincode { name, version }).collect();
        (channel, References { chaincodes })
    });
    let references = references.collect();
    Ok(QueryInstalledChaincodeResult { package_id: package.package_id, label: package.label, references })
}

fn query_all(
    packages: &dyn Packages,
    channels: &[ChannelState<'_>],
) -> Result<QueryInstalledChaincodesResult, LifecycleError> {
    use query_installed_chaincodes_result::{Chaincode, InstalledChaincode, References};
    let uses = Uses::on(channels)?;
    let installed = packages.installed().into_iter().map(|package| {
        let references = uses.of(&package).into_iter().map(|(channel, chaincodes)| {
            let chaincodes = chaincodes.into_iter().map(|(name, version)| Chaincode { name, version }).collect();
            (channel, References { chaincodes })
        });
        let references = references.collect();
        InstalledChaincode { package_id: package.package_id, label: package.label, references }
    });
    Ok(QueryInstalledChaincodesResult { installed_chaincodes: installed.collect() })
}

fn get_package(
    args: &GetInstalledChaincodePackageArgs,
    packages: &dyn Packages,
) -> Result<GetInstalledChaincodePackageResult, LifecycleError> {
    let package = packages.package(&args.package_id).ok_or_else(|| not_found(&args.package_id))?;
    Ok(GetInstalledChaincodePackageResult { chaincode_install_package: package })
}

fn not_found(package_id: &str) -> LifecycleError {
    LifecycleError::PackageNotFound { package_id: shown(package_id) }
}
