//! A component that is ready to run.

use std::fmt;

use folio_types::Digest;
use wasmtime::Engine;
use wasmtime::component::{Component, HasSelf, Linker};

use crate::InstallError;
use crate::bindings::{Chaincode as World, ChaincodePre};
use crate::host::CallState;

/// SHA-256 of a component's bytes.
pub type ComponentHash = Digest;

/// An installed component: compiled, and joined to the host functions. Instantiating it costs microseconds.
pub struct Chaincode {
    hash: ComponentHash,
    pub(crate) ready: ChaincodePre<CallState>,
}

impl Chaincode {
    pub(crate) fn new(engine: &Engine, hash: ComponentHash, component: &Component) -> Result<Self, InstallError> {
        let wrong = |error: wasmtime::Error| InstallError::WrongWorld { reason: format!("{error:#}") };
        let mut linker = Linker::new(engine);
        World::add_to_linker::<_, HasSelf<_>>(&mut linker, |state| state).map_err(wrong)?;
        let ready = linker.instantiate_pre(component).and_then(ChaincodePre::new).map_err(wrong)?;
        Ok(Self { hash, ready })
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
