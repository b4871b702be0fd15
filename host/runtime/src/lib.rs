//! Runs chaincode: WebAssembly components, each call in an instance of its own, over a simulator of world state.
//!
//! A component is [checked](InstallError) before it is compiled, compiled once and off the request path, and kept
//! compiled in a private folder. A call has three outcomes: the chaincode's own answer or refusal ([`Simulation`]), a
//! limit that it passed, or a fault; only the first can ever be endorsed.
//!
//! Invariant: what a chaincode can learn comes from the world in `chaincode/wit`, so that every peer gets the same
//! bytes from the same component, proposal and state. Fuel, time and memory are guards and show in no result.
//!
//! This crate knows neither gRPC nor tokio. Its calls block: run them on a bounded pool of threads.

mod bindings;
mod cache;
mod call;
mod chaincode;
mod check;
mod compile;
mod engine;
mod error;
mod host;
mod invocation;
mod lanes;
mod native;
pub mod pack;
mod runtime;
mod watchdog;

pub use call::{CALL_FUEL_MAX, CALL_MILLISECONDS_MAX, LOG_LINE_BYTES_MAX, LOG_LINES_MAX, REFUSAL_BYTES_MAX};
pub use chaincode::{Chaincode, ComponentHash};
pub use check::limits as component_limits;
pub use compile::COMPILE_SECONDS_MAX;
pub use engine::{CALLS_AT_ONCE_MAX, MEMORY_BYTES_MAX, STACK_BYTES_MAX};
pub use error::{InstallError, InvokeError, Resource, RuntimeError};
pub use invocation::{Creator, Invocation, Response, Simulation};
pub use runtime::{Runtime, RuntimeConfig};
