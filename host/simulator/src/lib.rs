//! One proposal's reads and writes: what a chaincode may do with world state, and the read-write set that says so.
//!
//! Semantics are Fabric's. A read returns what is committed at the snapshot's height, never the call's own writes; a key
//! that is read and then written stands in both halves of the set; range scans are recorded with everything that the
//! chaincode learnt from them. Clear private values are read only from the peer's own collection.
//!
//! Invariant: the result is a function of the snapshot and of the calls made. Nothing here knows a clock, a disk, gRPC
//! or the chaincode's language, and every call is charged to a budget, so that no chaincode can make it grow without
//! end.

mod budget;
mod error;
mod history;
mod memory;
mod private;
mod range;
mod simulator;

pub use budget::{HASHED_BYTES_MAX, Limit, PAGE_BYTES_MAX, READ_BYTES_MAX, SIGNATURE_CHECKS_MAX};
pub use error::{ErrorKind, SimulatorError};
pub use history::Change;
pub use memory::MemoryState;
pub use range::Page;
pub use simulator::{EVENT_NAME_BYTES_MAX, Simulated, Simulator};
