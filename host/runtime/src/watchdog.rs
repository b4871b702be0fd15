//! The watchdog: it moves the engine's epoch on, so that a call ends even where fuel would let it go on.

use std::thread;
use std::time::Duration;

use wasmtime::Engine;

use crate::RuntimeError;

/// How long an epoch lasts.
pub(crate) const EPOCH_MILLISECONDS: u64 = 20;

/// Starts a thread that ends soon after the engine's last owner is gone.
pub(crate) fn start(engine: &Engine) -> Result<(), RuntimeError> {
    let engine = engine.weak();
    let watch = move || {
        while let Some(engine) = engine.upgrade() {
            engine.increment_epoch();
            drop(engine);
            thread::sleep(Duration::from_millis(EPOCH_MILLISECONDS));
        }
    };
    let started = thread::Builder::new().name("wasm-watchdog".to_owned()).spawn(watch);
    started.map(drop).map_err(|error| RuntimeError::Engine { reason: format!("no watchdog thread: {error}") })
}
