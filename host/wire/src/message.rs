//! Decoding steps that every message shares.

use bytes::Bytes;
use folio_types::Digest;
use prost::Message;

use crate::WireError;

/// Decodes a message; its `bytes` fields become slices of `bytes`.
pub(crate) fn decode<M: Message + Default>(what: &'static str, bytes: &Bytes) -> Result<M, WireError> {
    M::decode(bytes.clone()).map_err(|error| WireError::Malformed { what, reason: error.to_string() })
}

pub(crate) fn encode(message: &impl Message) -> Bytes {
    message.encode_to_vec().into()
}

/// The message in a field that must be set.
pub(crate) fn required<M>(message: Option<M>, what: &'static str, field: &'static str) -> Result<M, WireError> {
    message.ok_or(WireError::Missing { what, field })
}

/// Checks that a field has content.
pub(crate) fn non_empty(content: &[u8], what: &'static str, field: &'static str) -> Result<(), WireError> {
    if content.is_empty() { Err(WireError::Missing { what, field }) } else { Ok(()) }
}

/// A digest of exactly 32 bytes.
pub(crate) fn digest(what: &'static str, bytes: &[u8]) -> Result<Digest, WireError> {
    Digest::try_from(bytes).map_err(|_| WireError::Length { what, expected: size_of::<Digest>(), got: bytes.len() })
}

/// A digest of exactly 32 bytes, or none where the field is empty.
pub(crate) fn optional_digest(what: &'static str, bytes: &[u8]) -> Result<Option<Digest>, WireError> {
    if bytes.is_empty() { Ok(None) } else { digest(what, bytes).map(Some) }
}

/// Checks a size before anything is allocated for the content.
pub(crate) fn at_most(what: &'static str, max: usize, bytes: &[u8]) -> Result<(), WireError> {
    if bytes.len() > max { Err(WireError::TooLong { what, max, got: bytes.len() }) } else { Ok(()) }
}

pub(crate) fn copy_digest(digest: &Digest) -> Bytes {
    Bytes::copy_from_slice(digest)
}
