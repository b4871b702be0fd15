//! Why bytes are not what they should be.

use thiserror::Error;

/// Characters of a received text that an error repeats.
const SHOWN_CHARS_MAX: usize = 80;

/// Why bytes could not be read. `what` names the message or field.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[allow(missing_docs, reason = "the message of each variant says what it means")]
pub enum WireError {
    #[error("{what} cannot be decoded: {reason}")]
    Malformed { what: &'static str, reason: String },
    #[error("{what} lacks {field}")]
    Missing { what: &'static str, field: &'static str },
    #[error("{what} must have {expected} bytes, it has {got}")]
    Length { what: &'static str, expected: usize, got: usize },
    #[error("{what} may have {max} bytes, it has {got}")]
    TooLong { what: &'static str, max: usize, got: usize },
    #[error("{what} may be nested {max} deep")]
    TooDeep { what: &'static str, max: usize },
    #[error("{what} must be {expected:?}, it is {got:?}")]
    Mismatch { what: &'static str, expected: String, got: String },
    #[error("{what} {got:?} is not supported")]
    Unsupported { what: &'static str, got: String },
    #[error("{what} {key:?} stands twice")]
    Duplicate { what: &'static str, key: String },
    #[error("{what} is not in the one form that its content has")]
    NotCanonical { what: &'static str },
}

impl WireError {
    pub(crate) fn mismatch(what: &'static str, expected: &str, got: &str) -> Self {
        Self::Mismatch { what, expected: shown(expected), got: shown(got) }
    }

    pub(crate) fn unsupported(what: &'static str, got: impl ToString) -> Self {
        Self::Unsupported { what, got: shown(&got.to_string()) }
    }

    pub(crate) fn duplicate(what: &'static str, key: &str) -> Self {
        Self::Duplicate { what, key: shown(key) }
    }
}

/// As much of a received text as an error should carry.
fn shown(text: &str) -> String {
    text.chars().take(SHOWN_CHARS_MAX).collect()
}
