//! Why a request about chaincodes was refused.

use folio_simulator::{ErrorKind, SimulatorError};
use folio_types::{Digest, StateError};
use folio_wire::WireError;
use thiserror::Error;

use crate::PackageError;

/// Why a request was refused. Where Fabric has a sentence for it, tools know that sentence, and it is used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[allow(missing_docs, reason = "the message of each variant says what it means")]
pub enum LifecycleError {
    #[error("lifecycle scc operations require exactly two arguments but received {got}")]
    ArgumentCount { got: usize },
    #[error("function '{name}' does not exist")]
    UnknownFunction { name: String },
    #[error("Failed to authorize invocation due to failed ACL check: {function} is for admins of {msp_id}")]
    AccessDenied { function: String, msp_id: String },
    #[error("{0}")]
    Malformed(#[from] WireError),
    #[error(
        "invalid chaincode name '{name}'. Names can only consist of alphanumerics, '_', and '-' and can only begin with \
         alphanumerics"
    )]
    Name { name: String },
    #[error("chaincode name '{name}' is the name of a system chaincode")]
    SystemName { name: String },
    #[error(
        "invalid chaincode version '{version}'. Versions can only consist of alphanumerics, '_', '-', '+', and '.'"
    )]
    Version { version: String },
    #[error("declared collections are not supported: every organisation has its implicit collection")]
    Collections,
    #[error("init_required is not supported: chaincodes are not initialised")]
    InitRequired,
    #[error("plugin '{plugin}' is not available")]
    Plugin { plugin: String },
    #[error("requested sequence is 0, but first definable sequence number is 1")]
    SequenceZero,
    #[error("currently defined sequence {current} is larger than requested sequence {requested}")]
    SequencePast { current: i64, requested: i64 },
    #[error("requested sequence {requested} is larger than the next available sequence number {next}")]
    SequenceAhead { next: i64, requested: i64 },
    #[error("requested sequence is {requested}, but new definition must be sequence {next}")]
    SequenceNotNext { next: i64, requested: i64 },
    #[error(
        "attempted to redefine the current committed sequence ({sequence}) for namespace {chaincode} with different \
         parameters: {}", .differing.join(", ")
    )]
    Redefinition { chaincode: String, sequence: i64, differing: Vec<&'static str> },
    #[error("attempted to redefine {which} sequence ({sequence}) for namespace {chaincode} with unchanged content")]
    Unchanged { chaincode: String, sequence: i64, which: &'static str },
    #[error("chaincode definition not agreed to by this org ({msp_id})")]
    NotAgreed { msp_id: String },
    #[error("no organisation has approved the definition with an installed package")]
    NoComponent,
    #[error(
        "version '{version}' of {chaincode} stands for component {}: choose a new version for {}",
        hex::encode(.committed), hex::encode(.requested)
    )]
    VersionReused { chaincode: String, version: String, committed: Digest, requested: Digest },
    #[error("namespace {chaincode} is not defined")]
    NotDefined { chaincode: String },
    #[error("could not fetch approved chaincode definition (name: '{chaincode}', sequence: '{sequence}')")]
    NotApproved { chaincode: String, sequence: i64 },
    #[error("chaincode install package '{package_id}' not found")]
    PackageNotFound { package_id: String },
    #[error("chaincode already successfully installed (package ID '{package_id}')")]
    AlreadyInstalled { package_id: String },
    #[error("could not parse as a chaincode install package: {0}")]
    Package(#[from] PackageError),
    #[error("could not install package '{package_id}': {reason}")]
    Install { package_id: String, reason: String },
    #[error("state of _lifecycle is corrupt at {key}: {reason}")]
    Corrupt { key: String, reason: String },
    #[error(transparent)]
    Simulator(#[from] SimulatorError),
    #[error(transparent)]
    State(#[from] StateError),
}

impl LifecycleError {
    /// The status of the answer: 404 for what is not there, else 500, as Fabric has it.
    pub const fn status(&self) -> i32 {
        match self {
            Self::NotDefined { .. } | Self::PackageNotFound { .. } => 404,
            _ => 500,
        }
    }

    /// Whether the peer is at fault rather than the request, so that nothing about it may be signed.
    pub fn is_fault(&self) -> bool {
        match self {
            Self::Corrupt { .. } | Self::State(_) => true,
            Self::Simulator(error) => error.kind() == ErrorKind::Fault,
            _ => false,
        }
    }
}
