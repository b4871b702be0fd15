//! From a core module, as the Rust compiler makes it, to a component.

use thiserror::Error;
use wit_component::ComponentEncoder;

/// Why a module cannot become a component.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("the module cannot be made a component: {reason}")]
pub struct PackError {
    /// What the encoder said.
    pub reason: String,
}

/// Wraps a core module that was built against the world in `chaincode/wit`. The same module gives the same component.
pub fn componentize(core_module: &[u8]) -> Result<Vec<u8>, PackError> {
    let encode = || ComponentEncoder::default().module(core_module)?.validate(true).encode();
    encode().map_err(|error| PackError { reason: format!("{error:#}") })
}
