//! Read-write sets, in the order in which Fabric's simulator writes them.

mod decode;
mod encode;
mod private;

pub use decode::{decode_rwset, written_collections};
pub use encode::encode_rwset;
pub use private::{decode_private_set, encode_private_set, private_writes_hash};

/// How a namespace that stands twice is named in errors: it has a validation code of its own.
pub(crate) const NAMESPACE: &str = "namespace";
