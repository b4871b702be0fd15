//! The limits that more than one crate enforces. Each names its unit last.

/// Largest gRPC message in either direction (Fabric's own limit).
pub const MESSAGE_BYTES_MAX: usize = 100 * 1024 * 1024;

/// Largest proposal that an endorser looks at.
pub const PROPOSAL_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Largest envelope that an orderer takes.
pub const ENVELOPE_BYTES_MAX: usize = 8 * 1024 * 1024;

/// Longest key of world state.
pub const KEY_BYTES_MAX: usize = 1024;

/// Largest value of world state.
pub const VALUE_BYTES_MAX: usize = 1024 * 1024;

/// Most bytes of keys and values that one transaction may write, public and private together.
pub const WRITE_SET_BYTES_MAX: usize = 2 * 1024 * 1024;

/// Most keys that one transaction may read, write or find in ranges, together.
pub const ACCESSES_MAX: usize = 20_000;

/// Most entries of one page of a range scan.
pub const RANGE_PAGE_ENTRIES_MAX: usize = 1_000;

/// Largest response payload of a chaincode.
pub const RESPONSE_BYTES_MAX: usize = 1024 * 1024;

/// Largest payload of a chaincode event.
pub const EVENT_BYTES_MAX: usize = 64 * 1024;

/// Deepest chaincode-to-chaincode call.
pub const CALL_DEPTH_MAX: usize = 8;
