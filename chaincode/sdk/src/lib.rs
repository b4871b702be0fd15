//! What a chaincode author uses: typed state under typed keys, paging, errors, routing, and a mock ledger to test with.
//!
//! A chaincode is a [`Router`] from function names to handlers. A handler takes its arguments and a [`Context`], through
//! which it reads and writes; it knows no other world. [`export!`] turns the router into a WebAssembly component; on
//! every other target the same code runs over a [`MockLedger`].
//!
//! Invariant: the result of a call depends on world state, the proposal and the component's bytes alone. There is no
//! clock, no random number, no unordered map and no float here.

// What `#[derive(Packed)]` writes names the crate as its users do.
extern crate self as folio_chaincode_sdk;

mod arguments;
mod context;
mod date;
mod effects;
mod error;
#[cfg(target_arch = "wasm32")]
#[doc(hidden)]
pub mod guest;
mod hex;
mod invocation;
mod json;
mod key;
mod ledger;
#[cfg(not(target_arch = "wasm32"))]
mod mock;
mod packed;
mod parts;
mod router;
mod schema;
mod table;
mod value;

pub use arguments::{ARGUMENT_BYTES_MAX, ARGUMENT_DEPTH_MAX, ARGUMENTS_MAX};
pub use context::Context;
pub use date::Date;
pub use effects::{Effects, Event, PrivateWrite, Write};
pub use error::{Error, Result, codes};
pub use invocation::{Creator, Invocation, Role};
pub use key::{Key, KeyPart, KeyReader, Prefix};
pub use ledger::{Change, Entry, Ledger, Page, Position};
#[cfg(not(target_arch = "wasm32"))]
pub use mock::{Call, Conflict, MockLedger};
pub use packed::{Packed, PackedError, Unpacker, from_packed, pack_text, to_packed};
pub use parts::{HexId, Text};
pub use router::{Handler, Query, Router, Submit};
pub use schema::Shape;
#[cfg(not(target_arch = "wasm32"))]
pub use schema::{of_input, of_output};
pub use table::{Cursor, PAGE_ENTRIES_MAX, Rows, Table, TableSpec, overlapping_prefixes};
pub use value::Record;

/// Makes `$router`, a static [`Router`], the component's export. It does nothing on other targets than wasm32.
#[macro_export]
macro_rules! export {
    ($router:path) => {
        const _: fn() -> &'static $crate::Router = || &$router;
        #[cfg(target_arch = "wasm32")]
        const _: () = {
            struct Component;
            impl $crate::guest::Guest for Component {
                fn invoke(
                    invocation: $crate::guest::WireInvocation,
                ) -> ::core::result::Result<$crate::guest::WireOutcome, $crate::guest::WireFailure> {
                    $crate::guest::run(&$router, invocation)
                }
            }
    $crate::guest::export_component!(Component with_types_in $crate::guest::bindings);
        };
    };
}
