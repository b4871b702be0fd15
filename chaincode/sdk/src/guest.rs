//! Inside the component: bindings of the WIT world, the ledger over them, and the allocator.

mod arena;
mod host;

/// What wit-bindgen makes of the world.
#[allow(unsafe_code, missing_docs, unreachable_pub, clippy::all, reason = "generated; the ABI is raw memory")]
pub mod bindings {
    wit_bindgen::generate!({
        path: "../wit",
        world: "chaincode",
        pub_export_macro: true,
        export_macro_name: "export_component",
        default_bindings_module: "folio_chaincode_sdk::guest::bindings",
    });
}

pub use bindings::folio::chaincode::types::{
    Failure as WireFailure, Invocation as WireInvocation, Outcome as WireOutcome,
};
pub use bindings::{Guest, export_component};

use crate::{Context, Router};

/// The status of every refusal, as Fabric's own chaincode answers.
const STATUS_REFUSED: u32 = 500;

/// Short calls allocate less than this and never grow the memory.
const ARENA_BYTES: usize = 128 * 1024;

#[global_allocator]
static ALLOCATOR: arena::Arena<ARENA_BYTES> = arena::Arena::new();

/// Runs one call over the peer's host functions.
pub fn run(router: &Router, invocation: WireInvocation) -> Result<WireOutcome, WireFailure> {
    // A panic traps, and the peer sees no more than that: leave the reason in its log.
    std::panic::set_hook(Box::new(|info| host::log(&info.to_string())));
    let invocation = host::invocation(invocation);
    let mut context = Context::new(&host::Host, &invocation);
    match router.dispatch(&mut context) {
        Ok(payload) => Ok(host::outcome(payload, context.into_effects())),
        Err(refusal) => Err(WireFailure { status: STATUS_REFUSED, message: refusal.to_string() }),
    }
}
