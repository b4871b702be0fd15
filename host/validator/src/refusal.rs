//! Why an entry does not count.

use std::fmt;

use folio_types::ValidationCode;
use folio_wire::EnvelopeError;

/// A code with a sentence for the log. The sentence is never compared between peers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) code: ValidationCode,
    pub(crate) reason: String,
}

impl Refusal {
    pub(crate) fn new(code: ValidationCode, reason: impl fmt::Display) -> Self {
        Self { code, reason: reason.to_string() }
    }
}

impl From<EnvelopeError> for Refusal {
    fn from(error: EnvelopeError) -> Self {
        Self::new(error.code, error.reason)
    }
}
