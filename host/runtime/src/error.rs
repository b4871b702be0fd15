//! Why a component was not installed, and why a call was ended.

use folio_simulator::Limit;
use std::fmt;
use thiserror::Error;

use crate::call::{CALL_FUEL_MAX, CALL_MILLISECONDS_MAX, HOST_CALL_BYTES_MAX};
use crate::engine::{MEMORY_BYTES_MAX, STACK_BYTES_MAX};

/// Why the runtime cannot start.
#[derive(Debug, Error)]
#[allow(missing_docs, reason = "the message of each variant says what it means")]
pub enum RuntimeError {
    #[error("the folder for compiled code is refused: {reason}")]
    Folder { reason: String },
    #[error("the WebAssembly engine cannot start: {reason}")]
    Engine { reason: String },
}

/// Why a component was refused. The same bytes are refused again without another look.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[allow(missing_docs, reason = "the message of each variant says what it means")]
pub enum InstallError {
    #[error("the component has {got} {what}, at most {max} are allowed")]
    TooMuch { what: &'static str, got: u64, max: u64 },
    #[error("the component is malformed: {reason}")]
    Malformed { reason: String },
    #[error("the component imports {name:?}, which is no part of folio:chaincode")]
    ForeignImport { name: String },
    #[error("the component does not export {name:?}")]
    MissingExport { name: &'static str },
    #[error("the component does not fit the world of folio:chaincode: {reason}")]
    WrongWorld { reason: String },
    #[error("the component cannot be compiled: {reason}")]
    Uncompilable { reason: String },
    #[error("the component was not compiled within {seconds} s")]
    CompileTime { seconds: u64 },
    #[error("no component with hash {hash} is installed")]
    NotInstalled { hash: String },
}

/// Why a call gave no answer. Nothing of it may be endorsed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum InvokeError {
    /// The call wanted more than a call may have. On another peer, or later, it may succeed.
    #[error("the call was ended: a call may use {max} {resource}")]
    ResourceLimit {
        /// Of what.
        resource: Resource,
        /// How much there is for a call.
        max: u64,
    },
    /// The chaincode broke off. The reason is the engine's, and differs between its versions.
    #[error("the chaincode trapped: {reason}")]
    Trap {
        /// What the engine said.
        reason: String,
    },
    /// The peer could not run the call.
    #[error("the call could not be run: {reason}")]
    Fault {
        /// What went wrong.
        reason: String,
    },
}

/// What a call may use up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resource {
    /// Instructions, roughly.
    Fuel,
    /// Milliseconds.
    Time,
    /// Bytes of memory.
    Memory,
    /// Bytes of stack.
    Stack,
    /// Bytes handed to the host in one host call.
    HostCallBytes,
    /// Bytes of the result.
    ResponseBytes,
    /// Instances of the pool.
    Instances,
    /// What the simulator counts.
    State(Limit),
}

impl Resource {
    /// The error that says so. `max` is for what is no constant of this crate.
    pub(crate) fn passed(self) -> InvokeError {
        let max = match self {
            Self::Fuel => CALL_FUEL_MAX,
            Self::Time => CALL_MILLISECONDS_MAX,
            Self::Memory => MEMORY_BYTES_MAX as u64,
            Self::Stack => STACK_BYTES_MAX as u64,
            Self::HostCallBytes => HOST_CALL_BYTES_MAX as u64,
            Self::ResponseBytes => folio_types::limits::RESPONSE_BYTES_MAX as u64,
            Self::Instances => u64::from(crate::engine::CALLS_AT_ONCE_MAX),
            Self::State(limit) => limit.max() as u64,
        };
        InvokeError::ResourceLimit { resource: self, max }
    }
}

impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fuel => f.write_str("units of fuel"),
            Self::Time => f.write_str("milliseconds"),
            Self::Memory => f.write_str("bytes of memory"),
            Self::Stack => f.write_str("bytes of stack"),
            Self::HostCallBytes => f.write_str("bytes in one host call"),
            Self::ResponseBytes => f.write_str("bytes of result"),
            Self::Instances => f.write_str("of the peer's instances at once, and all are taken"),
            Self::State(limit) => limit.fmt(f),
        }
    }
}
