//! The values that every part of a peer speaks in: ids, versions, read-write sets, validation codes, limits.
//!
//! Invariant: nothing here knows a wire format, a clock, a disk or a thread. All maps are ordered, so that two peers
//! that hold the same values print the same bytes.

mod batch;
mod code;
mod ids;
pub mod limits;
mod namespace;
mod policy;
mod rwset;
mod state;

pub use batch::{StateWrite, UpdateBatch};
pub use code::ValidationCode;
pub use ids::{BlockNumber, Digest, TxId, TxIdError, TxNumber, Version};
pub use namespace::{Namespace, implicit_collection, implicit_collection_owner};
pub use policy::{ApplicationPolicy, ConfigPolicy, MetaRule, Principal, Role, SignaturePolicy, SignatureRule};
pub use rwset::{CollectionSet, HashedWrite, NamespaceSet, PrivateSet, RangeRead, ReadWriteSet, Write};
pub use state::{HistoryEntry, StateError, StateReader, VersionedValue};
