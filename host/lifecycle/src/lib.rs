//! `_lifecycle`: how organisations agree on a chaincode before anybody may invoke it.
//!
//! Each organisation approves a definition and the component behind it; once enough have, anyone may commit it. Names,
//! arguments, results and the layout of committed definitions are Fabric's, so that its tools work here. Two things are
//! ours:
//! - Approvals are public keys, one an organisation, where Fabric hides them in private collections. A transaction that
//!   writes one needs the endorsement of that organisation alone; see [`endorsement_policies`].
//! - A definition names the SHA-256 of its component. Endorsers refuse to run any other, and a version that was once
//!   committed never stands for a second component.
//!
//! Invariant: what is written depends on the arguments, the creator and world state, and on what the approving
//! organisation's own peer has installed, and on nothing else.

mod answer;
mod approval;
mod definition;
mod definitions;
mod dispatch;
mod endorsement;
mod error;
mod install;
mod keys;
mod names;
mod package;
mod query;
mod record;
mod request;
mod rules;
mod uses;

pub use definition::{DEFAULT_POLICY_PATH, Definition, Parameters};
pub use definitions::Definitions;
pub use dispatch::{Creator, Lifecycle};
pub use endorsement::endorsement_policies;
pub use error::LifecycleError;
pub use install::{InstalledPackage, Packages, invoke_local};
pub use keys::sequence_key;
pub use package::{COMPONENT_BYTES_MAX, PACKAGE_BYTES_MAX, Package, PackageError, build_package, package_id};
pub use uses::ChannelState;

/// The name of the native chaincode, and of its namespace.
pub const LIFECYCLE: &str = "_lifecycle";

/// The version that outcomes of native chaincodes carry.
pub const SYSTEM_VERSION: &str = "syscc";
