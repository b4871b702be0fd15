//! A component that is ready to run.

use std::fmt;

use folio_types::Digest;
use wasmtime::component::{Component, HasSelf, Linker};

use crate::InstallError;
use crate::bindings::{Chaincode as World, ChaincodePre};
use crate::host::CallState;

/// SHA-256 of a component's bytes.
pub type ComponentHash = Digest;

/// An installed component: compiled, and joined to the host functions. Instantiating it costs microseconds.
pub struct Chaincode {
    hash: ComponentHash,
    lanes: Vec<ChaincodePre<CallState>>,
}

impl Chaincode {
    /// The component as every lane has it.
    pub(crate) fn new(hash: ComponentHash, components: &[Component]) -> Result<Self, InstallError> {
        let join = |component: &Component| {
            let mut linker = Linker::new(component.engine());
            World::add_to_linker::<_, HasSelf<_>>(&mut linker, |state| state)?;
            linker.instantiate_pre(component).and_then(ChaincodePre::new)
        };
        let lanes = components.iter().map(join).collect::<wasmtime::Result<_>>();
        let wrong = |error: wasmtime::Error| InstallError::WrongWorld { reason: format!("{error:#}") };
        Ok(Self { hash, lanes: lanes.map_err(wrong)? })
    }

    /// The component as it is ready in one lane.
    pub(crate) fn in_lane(&self, lane: usize) -> &ChaincodePre<CallState> {
        &self.lanes[lane % self.lanes.len()]
    }

    /// SHA-256 of the component's bytes.
    pub const fn hash(&self) -> &ComponentHash {
        &self.hash
    }
}

impl fmt::Debug for Chaincode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Chaincode").field("hash", &hex::encode(self.hash)).finish_non_exhaustive()
    }
}
