//! A channel of three organisations whose peers agree on chaincodes.
#![allow(dead_code, reason = "each test binary uses a part")]
#![allow(clippy::unwrap_used, reason = "a test stops where it fails")]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use folio_lifecycle::{Creator, Definition, InstalledPackage, LIFECYCLE, Lifecycle, Package, Packages, build_package};
use folio_proto::lifecycle::chaincode_source::{Local, Type};
use folio_proto::lifecycle::{
    ApproveChaincodeDefinitionForMyOrgArgs, ChaincodeSource, CheckCommitReadinessArgs, CheckCommitReadinessResult,
    CommitChaincodeDefinitionArgs,
};
use folio_simulator::{MemoryState, Simulated, Simulator};
use folio_types::Role;
use folio_wire::Response;
use prost::Message;

pub(crate) const AURORA: &str = "AuroraMSP";
pub(crate) const BOREA: &str = "BoreaMSP";
pub(crate) const CEDAR: &str = "CedarMSP";

/// Packages in memory.
#[derive(Default)]
pub(crate) struct Shelf(Mutex<BTreeMap<String, Package>>);

impl Packages for Shelf {
    fn component_hash(&self, package_id: &str) -> Option<folio_types::Digest> {
        self.0.lock().unwrap().get(package_id).map(|package| package.component_hash)
    }

    fn install(&self, package: &Package) -> Result<(), String> {
        if package.component.is_empty() {
            return Err("the component is empty".to_owned());
        }
        self.0.lock().unwrap().insert(package.package_id.clone(), package.clone());
        Ok(())
    }

    fn package(&self, package_id: &str) -> Option<Bytes> {
        self.0.lock().unwrap().get(package_id).map(|package| package.bytes.clone())
    }

    fn installed(&self) -> Vec<InstalledPackage> {
        let packages = self.0.lock().unwrap();
        let describe = |package: &Package| InstalledPackage {
            package_id: package.package_id.clone(),
            label: package.label.clone(),
            component_hash: package.component_hash,
        };
        packages.values().map(describe).collect()
    }
}

/// The channel: one state, and a peer's packages, which are the same everywhere.
pub(crate) struct Channel {
    pub(crate) state: MemoryState,
    pub(crate) packages: Shelf,
    organisations: BTreeSet<String>,
}

impl Channel {
    pub(crate) fn new() -> Self {
        let organisations = [AURORA, BOREA, CEDAR].map(str::to_owned).into();
        Self { state: MemoryState::new(), packages: Shelf::default(), organisations }
    }

    /// Installs a component and gives the id of its package.
    pub(crate) fn install(&self, component: &[u8]) -> String {
        let package = Package::parse(build_package("loyalty_1", component).unwrap()).unwrap();
        self.packages.install(&package).unwrap();
        package.package_id
    }

    /// Runs a function on a peer of `own`, asked by `creator`.
    pub(crate) fn simulate(
        &self,
        own: &str,
        creator: Creator<'_>,
        function: &str,
        args: &impl Message,
    ) -> (Response, Simulated) {
        let mut simulator = Simulator::new(Arc::new(self.state.clone()), LIFECYCLE, own);
        let lifecycle = Lifecycle { own_msp_id: own, organisations: &self.organisations, packages: &self.packages };
        let args = [Bytes::copy_from_slice(function.as_bytes()), args.encode_to_vec().into()];
        let response = lifecycle.invoke(&args, creator, &mut simulator).unwrap();
        (response, simulator.finish().unwrap())
    }

    /// Asks as the administrator of the peer's organisation, and commits what succeeds.
    pub(crate) fn submit(&mut self, own: &str, function: &str, args: &impl Message) -> Response {
        let (response, simulated) = self.simulate(own, admin(own), function, args);
        if response.is_success() {
            self.state.commit(&simulated);
        }
        response
    }

    pub(crate) fn query<R: Message + Default>(&self, own: &str, function: &str, args: &impl Message) -> R {
        let (response, _) = self.simulate(own, admin(own), function, args);
        assert!(response.is_success(), "{}", response.message);
        R::decode(response.payload).unwrap()
    }

    pub(crate) fn approve(&mut self, own: &str, args: ApproveChaincodeDefinitionForMyOrgArgs) -> Response {
        self.submit(own, "ApproveChaincodeDefinitionForMyOrg", &args)
    }

    pub(crate) fn commit(&mut self, own: &str, args: &CommitChaincodeDefinitionArgs) -> Response {
        self.submit(own, "CommitChaincodeDefinition", args)
    }

    /// Has everyone approve, and one commit.
    pub(crate) fn define(&mut self, sequence: i64, version: &str, package_id: &str) {
        for msp_id in [AURORA, BOREA, CEDAR] {
            assert_ok(&self.approve(msp_id, approval(sequence, version, package_id)));
        }
        assert_ok(&self.commit(AURORA, &definition(sequence, version)));
    }

    pub(crate) fn readiness(&self, own: &str, sequence: i64, version: &str) -> CheckCommitReadinessResult {
        let args = CheckCommitReadinessArgs {
            sequence,
            name: "loyalty".to_owned(),
            version: version.to_owned(),
            ..Default::default()
        };
        self.query(own, "CheckCommitReadiness", &args)
    }

    pub(crate) fn definition(&self) -> Option<Definition> {
        Definition::read(&self.state, "loyalty").unwrap()
    }
}

pub(crate) fn admin(msp_id: &str) -> Creator<'_> {
    Creator { msp_id, role: Role::Admin }
}

pub(crate) fn definition(sequence: i64, version: &str) -> CommitChaincodeDefinitionArgs {
    CommitChaincodeDefinitionArgs {
        sequence,
        name: "loyalty".to_owned(),
        version: version.to_owned(),
        ..Default::default()
    }
}

/// With an empty package id, the organisation runs nothing.
pub(crate) fn approval(sequence: i64, version: &str, package_id: &str) -> ApproveChaincodeDefinitionForMyOrgArgs {
    let local = Local { package_id: package_id.to_owned() };
    let source = (!package_id.is_empty()).then_some(ChaincodeSource { r#type: Some(Type::LocalPackage(local)) });
    ApproveChaincodeDefinitionForMyOrgArgs {
        sequence,
        name: "loyalty".to_owned(),
        version: version.to_owned(),
        source,
        ..Default::default()
    }
}

pub(crate) fn assert_ok(response: &Response) {
    assert_eq!(response.status, 200, "{}", response.message);
}

pub(crate) fn assert_refused(response: &Response, reason: &str) {
    assert!(response.status >= 400 && response.message.contains(reason), "{response:?} does not say {reason:?}");
}
