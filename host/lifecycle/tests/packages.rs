//! Install packages: packing, taking apart, and refusing bombs.
#![allow(clippy::unwrap_used, reason = "a test stops where it fails")]

mod support;

use std::io::Write;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use folio_crypto::sha256;
use folio_lifecycle::{
    COMPONENT_BYTES_MAX, PACKAGE_BYTES_MAX, Package, PackageError, Packages, build_package, invoke_local, package_id,
};
use folio_proto::lifecycle::{
    GetInstalledChaincodePackageArgs, GetInstalledChaincodePackageResult, InstallChaincodeArgs, InstallChaincodeResult,
    QueryInstalledChaincodeArgs, QueryInstalledChaincodeResult, QueryInstalledChaincodesArgs,
    QueryInstalledChaincodesResult,
};
use folio_simulator::MemoryState;
use folio_types::StateReader;
use folio_wire::Response;
use proptest::prelude::*;
use prost::Message;
use support::{AURORA, Channel, Shelf, approval, assert_ok, assert_refused};

const METADATA: &[u8] = br#"{"path":"","type":"wasm","label":"loyalty_1"}"#;

/// A tar.gz of regular files.
fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    for (name, content) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        archive.append_data(&mut header, name, *content).unwrap();
    }
    archive.into_inner().unwrap().finish().unwrap()
}

fn parse(files: &[(&str, &[u8])]) -> Result<Package, PackageError> {
    Package::parse(archive(files).into())
}

#[test]
fn a_package_holds_what_was_packed() {
    let bytes = build_package("loyalty_1", b"component").unwrap();
    assert_eq!(bytes, build_package("loyalty_1", b"component").unwrap());
    let package = Package::parse(bytes.clone()).unwrap();
    assert_eq!(package.label, "loyalty_1");
    assert_eq!(package.component, "component");
    assert_eq!(package.component_hash, sha256(&[b"component"]));
    assert_eq!(package.package_id, package_id("loyalty_1", &bytes));
    assert_eq!(package.package_id, format!("loyalty_1:{}", hex::encode(sha256(&[&bytes]))));
}

#[test]
fn files_beside_the_expected_ones_are_no_trouble() {
    let code = archive(&[("./README", b"words"), ("./chaincode.wasm", b"component")]);
    let package = parse(&[("extra", b"x"), ("code.tar.gz", &code), ("metadata.json", METADATA)]).unwrap();
    assert_eq!(package.component, "component");
}

#[test]
fn what_is_no_package_is_refused_with_a_reason() {
    let code = archive(&[("chaincode.wasm", b"component")]);
    let with_metadata = |metadata: &'static [u8]| parse(&[("metadata.json", metadata), ("code.tar.gz", &code)]);
    let missing = |archive, file| PackageError::Missing { archive, file };
    assert_eq!(parse(&[("code.tar.gz", &code)]).unwrap_err(), missing("the package", "metadata.json"));
    assert_eq!(parse(&[("metadata.json", METADATA)]).unwrap_err(), missing("the package", "code.tar.gz"));
    let empty = archive(&[("other.wasm", b"component")]);
    let error = parse(&[("metadata.json", METADATA), ("code.tar.gz", &empty)]).unwrap_err();
    assert_eq!(error, missing("code.tar.gz", "chaincode.wasm"));
    let twice = parse(&[("metadata.json", METADATA), ("metadata.json", METADATA), ("code.tar.gz", &code)]);
    assert!(matches!(twice, Err(PackageError::Twice { .. })));
    assert!(matches!(with_metadata(b"{}"), Err(PackageError::Metadata { .. })));
    assert!(matches!(with_metadata(br#"{"type":"golang","label":"l"}"#), Err(PackageError::Type { .. })));
    assert!(matches!(with_metadata(br#"{"type":"wasm","label":"a:b"}"#), Err(PackageError::Label { .. })));
    assert!(matches!(build_package("a:b", b""), Err(PackageError::Label { .. })));
    assert!(matches!(Package::parse(Bytes::from_static(b"no gzip")), Err(PackageError::Archive { .. })));
}

#[test]
fn bombs_are_not_unpacked() {
    let zeros = vec![0; COMPONENT_BYTES_MAX + 1];
    // Small as it travels, too large as a component.
    let code = archive(&[("chaincode.wasm", &zeros)]);
    assert!(code.len() < 1024 * 1024);
    let too_long = PackageError::TooLong { what: "chaincode.wasm", max: COMPONENT_BYTES_MAX };
    assert_eq!(parse(&[("metadata.json", METADATA), ("code.tar.gz", &code)]).unwrap_err(), too_long);
    // Large beside what is wanted.
    let error = parse(&[("a", &zeros), ("b", &zeros), ("metadata.json", METADATA)]).unwrap_err();
    assert!(matches!(error, PackageError::Archive { .. }), "{error}");
    let metadata = vec![b' '; 1024 * 1024];
    assert!(matches!(parse(&[("metadata.json", &metadata)]), Err(PackageError::TooLong { .. })));
    let many: Vec<_> = (0..1_000).map(|i| (format!("{i}"), b"".as_slice())).collect();
    let many: Vec<_> = many.iter().map(|(name, content)| (name.as_str(), *content)).collect();
    assert!(matches!(parse(&many), Err(PackageError::TooManyFiles { .. })));
    let long = Package::parse(vec![0; PACKAGE_BYTES_MAX + 1].into());
    assert!(matches!(long, Err(PackageError::TooLong { .. })));
    // A header that promises far more than there is.
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    let mut header = tar::Header::new_gnu();
    header.set_path("metadata.json").unwrap();
    header.set_size(u64::MAX / 2);
    header.set_cksum();
    gzip.write_all(header.as_bytes()).unwrap();
    assert!(Package::parse(gzip.finish().unwrap().into()).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn a_bent_package_never_panics(at in any::<prop::sample::Index>(), to in any::<u8>(), cut in any::<prop::sample::Index>()) {
        let mut bytes = build_package("loyalty_1", b"component").unwrap().to_vec();
        let at = at.index(bytes.len());
        bytes[at] = to;
        let _ = Package::parse(bytes.clone().into());
        bytes.truncate(cut.index(bytes.len()));
        let _ = Package::parse(bytes.into());
    }

    #[test]
    fn an_archive_of_noise_never_panics(noise in proptest::collection::vec(any::<u8>(), 0..2_000)) {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
        gzip.write_all(&noise).unwrap();
        let _ = Package::parse(gzip.finish().unwrap().into());
    }
}

fn local(shelf: &Shelf, function: &'static str, args: &impl Message) -> Response {
    let args = [Bytes::from_static(function.as_bytes()), args.encode_to_vec().into()];
    invoke_local(&args, shelf, &[]).unwrap()
}

/// What uses each installed package, as a peer of two channels answers: channel, chaincode, version.
fn uses(channel: &Channel, package_id: &str) -> Vec<(String, String, String)> {
    let empty = MemoryState::new();
    let channels: [(&str, &dyn StateReader); 2] = [("folio", &channel.state), ("other", &empty)];
    let ask = |function: &'static str, args: Vec<u8>| {
        let args = [Bytes::from_static(function.as_bytes()), args.into()];
        invoke_local(&args, &channel.packages, &channels).unwrap().payload
    };
    let args = QueryInstalledChaincodeArgs { package_id: package_id.to_owned() };
    let one = QueryInstalledChaincodeResult::decode(ask("QueryInstalledChaincode", args.encode_to_vec())).unwrap();
    let one: Vec<_> = one
        .references
        .into_iter()
        .flat_map(|(channel, found)| {
            found.chaincodes.into_iter().map(move |chaincode| (channel.clone(), chaincode.name, chaincode.version))
        })
        .collect();
    let all = ask("QueryInstalledChaincodes", QueryInstalledChaincodesArgs {}.encode_to_vec());
    let all = QueryInstalledChaincodesResult::decode(all).unwrap().installed_chaincodes;
    let listed = all.into_iter().find(|package| package.package_id == package_id).unwrap();
    let listed: Vec<_> = listed
        .references
        .into_iter()
        .flat_map(|(channel, found)| {
            found.chaincodes.into_iter().map(move |chaincode| (channel.clone(), chaincode.name, chaincode.version))
        })
        .collect();
    assert_eq!(one, listed);
    one
}

#[test]
fn a_package_is_listed_with_the_committed_definitions_that_run_its_component() {
    let mut channel = Channel::new();
    let (first, second) = (channel.install(b"first"), channel.install(b"second"));
    let loyalty = |version: &str| vec![("folio".to_owned(), "loyalty".to_owned(), version.to_owned())];
    assert_eq!((uses(&channel, &first), uses(&channel, &second)), (vec![], vec![]));
    assert_ok(&channel.approve(AURORA, approval(1, "0.9", &first)));
    assert_eq!(uses(&channel, &first), [], "an approval alone runs nothing");
    channel.define(1, "1.0", &first);
    assert_eq!((uses(&channel, &first), uses(&channel, &second)), (loyalty("1.0"), vec![]));
    channel.define(2, "2.0", &second);
    assert_eq!((uses(&channel, &first), uses(&channel, &second)), (vec![], loyalty("2.0")));
    // The same component under another label can run it, too.
    let other = Package::parse(build_package("again", b"second").unwrap()).unwrap();
    channel.packages.install(&other).unwrap();
    assert_eq!(uses(&channel, &other.package_id), loyalty("2.0"));
}

#[test]
fn a_package_is_installed_once_listed_and_handed_back() {
    let shelf = Shelf::default();
    let bytes = build_package("loyalty_1", b"component").unwrap();
    let id = package_id("loyalty_1", &bytes);
    let install = InstallChaincodeArgs { chaincode_install_package: bytes.clone() };
    let response = local(&shelf, "InstallChaincode", &install);
    assert_ok(&response);
    let installed = InstallChaincodeResult::decode(response.payload).unwrap();
    assert_eq!((installed.package_id.as_str(), installed.label.as_str()), (id.as_str(), "loyalty_1"));
    assert_eq!(shelf.component_hash(&id), Some(sha256(&[b"component"])));
    assert_refused(&local(&shelf, "InstallChaincode", &install), "chaincode already successfully installed");

    let all = local(&shelf, "QueryInstalledChaincodes", &QueryInstalledChaincodesArgs {});
    let all = QueryInstalledChaincodesResult::decode(all.payload).unwrap();
    assert_eq!(all.installed_chaincodes[0].package_id, id);
    let one = local(&shelf, "QueryInstalledChaincode", &QueryInstalledChaincodeArgs { package_id: id.clone() });
    assert_eq!(QueryInstalledChaincodeResult::decode(one.payload).unwrap().label, "loyalty_1");
    let get = local(&shelf, "GetInstalledChaincodePackage", &GetInstalledChaincodePackageArgs { package_id: id });
    let got = GetInstalledChaincodePackageResult::decode(get.payload).unwrap();
    assert_eq!(got.chaincode_install_package, bytes);
}

#[test]
fn what_is_not_installed_is_not_found() {
    let shelf = Shelf::default();
    let args = QueryInstalledChaincodeArgs { package_id: "loyalty_1:00".to_owned() };
    for function in ["QueryInstalledChaincode", "GetInstalledChaincodePackage"] {
        assert_eq!(local(&shelf, function, &args).status, 404);
    }
    let empty = InstallChaincodeArgs { chaincode_install_package: build_package("l", b"").unwrap() };
    assert_refused(&local(&shelf, "InstallChaincode", &empty), "the component is empty");
    let nothing = InstallChaincodeArgs::default();
    assert_refused(&local(&shelf, "InstallChaincode", &nothing), "could not parse as a chaincode install package");
    assert_refused(&local(&shelf, "ApproveChaincodeDefinitionForMyOrg", &nothing), "does not exist");
}
