//! The one unsafe place of the workspace: taking back machine code that this peer has compiled.

#![allow(unsafe_code, reason = "wasmtime cannot check machine code; the cache's digest and private folder do")]

use wasmtime::Engine;
use wasmtime::component::Component;

/// Code whose digest the cache has checked.
pub(crate) struct TrustedCode<'a>(&'a [u8]);

impl<'a> TrustedCode<'a> {
    /// Only for bytes that [`Component::serialize`] made in this process, or that the cache read from its private folder
    /// and whose digest, over the component, the engine and the code, it has compared.
    pub(crate) const fn new(code: &'a [u8]) -> Self {
        Self(code)
    }
}

/// Makes a component of compiled code. Code of another engine or configuration is an error, not a danger.
pub(crate) fn load(engine: &Engine, code: &TrustedCode<'_>) -> wasmtime::Result<Component> {
    // SAFETY: the bytes were made by `Component::serialize` on this machine. Nobody but this peer's user can write into
    // the folder that they come from (mode 0700, checked when it is opened), and a digest that covers them was compared
    // since they were read, so neither a torn write nor a flipped bit reaches this point.
    unsafe { Component::deserialize(engine, code.0) }
}
