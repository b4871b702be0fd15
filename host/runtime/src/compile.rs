//! Compiling, on a thread of its own and not for ever.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use wasmtime::Engine;

use crate::InstallError;

/// How long a component may take to compile.
pub const COMPILE_SECONDS_MAX: u64 = 60;

/// Machine code needs a deeper stack to be made than to be run.
const COMPILE_STACK_BYTES: usize = 8 * 1024 * 1024;

/// Compiles a component that has been checked, and returns what the cache keeps.
///
/// The compiler cannot be interrupted. When it takes too long its thread is left to end by itself; the structural limits
/// bound how long that can be.
pub(crate) fn compile(engine: &Engine, component: &[u8]) -> Result<Vec<u8>, InstallError> {
    let uncompilable = |reason: String| InstallError::Uncompilable { reason };
    let (send, receive) = mpsc::sync_channel(1);
    let (engine, component) = (engine.clone(), component.to_vec());
    let work = move || {
        // Nobody may be waiting any more.
        let _ = send.send(engine.precompile_component(&component));
    };
    let thread = thread::Builder::new().name("wasm-compiler".to_owned()).stack_size(COMPILE_STACK_BYTES);
    thread.spawn(work).map_err(|error| uncompilable(error.to_string()))?;
    match receive.recv_timeout(Duration::from_secs(COMPILE_SECONDS_MAX)) {
        Ok(compiled) => compiled.map_err(|error| uncompilable(format!("{error:#}"))),
        Err(mpsc::RecvTimeoutError::Timeout) => Err(InstallError::CompileTime { seconds: COMPILE_SECONDS_MAX }),
        Err(mpsc::RecvTimeoutError::Disconnected) => Err(uncompilable("the compiler broke off".to_owned())),
    }
}
