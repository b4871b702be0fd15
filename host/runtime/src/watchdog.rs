//! The watchdog: it moves the engines' epochs on, so that a call ends even where fuel would let it go on.

use std::thread;
use std::time::Duration;

use wasmtime::{Engine, EngineWeak};

use crate::RuntimeError;

/// How long an epoch lasts.
pub(crate) const EPOCH_MILLISECONDS: u64 = 20;

/// Starts a thread that ends soon after the last owner of the last engine is gone.
pub(crate) fn start(engines: &[Engine]) -> Result<(), RuntimeError> {
    let engines: Vec<_> = engines.iter().map(Engine::weak).collect();
    let watch = move || {
        let move_on = |engine: &EngineWeak| {
            engine.upgrade().is_some_and(|engine| {
                engine.increment_epoch();
                true
            })
        };
        while engines.iter().filter(|engine| move_on(engine)).count() > 0 {
            thread::sleep(Duration::from_millis(EPOCH_MILLISECONDS));
        }
    };
    let started = thread::Builder::new().name("wasm-watchdog".to_owned()).spawn(watch);
    started.map(drop).map_err(|error| RuntimeError::Engine { reason: format!("no watchdog thread: {error}") })
}
