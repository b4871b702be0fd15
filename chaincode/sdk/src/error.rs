//! Refusals: a stable code for programs, a sentence for people.

use std::fmt;

/// What a handler returns.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a call was refused. The client sees `CODE: message`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// Stable, in capitals, such as `BAD_ARGUMENTS`. Clients decide by it.
    pub code: &'static str,
    /// A sentence with the facts. It must hold no secret: it is signed and stands in logs.
    pub message: String,
}

impl Error {
    /// A refusal with this code and message.
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.message)
    }
}

impl std::error::Error for Error {}

/// The codes that the SDK itself returns.
pub mod codes {
    /// The function's JSON object is missing, malformed, too large, or holds unknown fields.
    pub const BAD_ARGUMENTS: &str = "BAD_ARGUMENTS";
    /// A cursor is none that this query returned.
    pub const BAD_CURSOR: &str = "BAD_CURSOR";
    /// No function of the chaincode has this name.
    pub const UNKNOWN_FUNCTION: &str = "UNKNOWN_FUNCTION";
    /// World state holds what this version of the chaincode cannot read.
    pub const STATE_UNREADABLE: &str = "STATE_UNREADABLE";
    /// The result cannot be written as JSON.
    pub const RESULT_UNWRITABLE: &str = "RESULT_UNWRITABLE";
    /// The call asked for what no chaincode may have; the peer ends such a call.
    pub const MISUSE: &str = "MISUSE";
}
