//! A runtime, the probe's component, and calls of it.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use bytes::Bytes;
use folio_runtime::{Chaincode, Creator, Invocation, InvokeError, Runtime, RuntimeConfig, Simulation, pack};
use folio_simulator::MemoryState;
use folio_types::{Role, TxId};
use serde_json::Value;
use tempfile::TempDir;

pub(crate) const OWN_MSP: &str = "AuroraMSP";

/// The probe as a core module, built once a test process.
pub(crate) static CORE_MODULE: LazyLock<Vec<u8>> = LazyLock::new(|| folio_probe::build::core_module().unwrap());

/// The probe as a component.
pub(crate) static COMPONENT: LazyLock<Vec<u8>> = LazyLock::new(|| pack::componentize(&CORE_MODULE).unwrap());

pub(crate) fn runtime_in(folder: &Path) -> Runtime {
    Runtime::new(&RuntimeConfig { cache_dir: folder.join("compiled") }).unwrap()
}

/// A peer that has the probe installed.
pub(crate) struct Peer {
    pub(crate) runtime: Runtime,
    pub(crate) chaincode: Arc<Chaincode>,
    pub(crate) state: MemoryState,
    _folder: TempDir,
}

/// Compiled code is shared between the tests of a process: compiling the probe takes a second.
static COMPILED: LazyLock<TempDir> = LazyLock::new(|| TempDir::new().unwrap());

impl Peer {
    pub(crate) fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let runtime = runtime_in(COMPILED.path());
        let hash = runtime.install(&COMPONENT).unwrap();
        let chaincode = runtime.load(hash).unwrap();
        Self { runtime, chaincode, state: MemoryState::new(), _folder: folder }
    }

    pub(crate) fn invoke(&self, invocation: Invocation) -> Result<Simulation, InvokeError> {
        self.runtime.invoke(&self.chaincode, invocation, Arc::new(self.state.clone()), OWN_MSP)
    }

    pub(crate) fn call(&self, function: &str, arguments: Value) -> Result<Simulation, InvokeError> {
        self.invoke(invocation(function, &arguments))
    }

    /// The result of a call that must succeed.
    pub(crate) fn result(&self, function: &str, arguments: Value) -> Value {
        let simulation = self.call(function, arguments).unwrap();
        assert_eq!(simulation.response.status, 200, "{}", simulation.response.message);
        serde_json::from_slice(&simulation.response.payload).unwrap()
    }

    /// The message of a call that must be refused.
    pub(crate) fn refusal(&self, function: &str, arguments: Value) -> String {
        let simulation = self.call(function, arguments).unwrap();
        assert!(simulation.is_refusal());
        assert_eq!(simulation.simulated, Default::default());
        assert!(simulation.response.payload.is_empty());
        simulation.response.message
    }

    /// Commits what a call that must succeed wrote.
    pub(crate) fn commit(&mut self, function: &str, arguments: Value) {
        let simulation = self.call(function, arguments).unwrap();
        assert_eq!(simulation.response.status, 200, "{}", simulation.response.message);
        self.state.commit(&simulation.simulated);
    }
}

pub(crate) fn invocation(function: &str, arguments: &Value) -> Invocation {
    let object = Bytes::from(serde_json::to_vec(arguments).unwrap());
    Invocation {
        channel: "folio".to_owned(),
        chaincode: "probe".to_owned(),
        tx_id: TxId::from_digest([7; 32]),
        timestamp_seconds: 1_700_000_000,
        creator: Creator {
            msp_id: OWN_MSP.to_owned(),
            role: Role::Client,
            common_name: "frontdesk-1".to_owned(),
            attributes: BTreeMap::from([("folio.role".to_owned(), "frontdesk".to_owned())]),
            fingerprint: [9; 32],
        },
        args: vec![Bytes::copy_from_slice(function.as_bytes()), object],
        transient: BTreeMap::from([("stay".to_owned(), Bytes::from_static(b"\x00\xff"))]),
    }
}
