//! Rows that hold what no version of this chaincode wrote.

use std::array::TryFromSliceError;

use folio_chaincode_sdk::{Error, codes};

use crate::units::{DateError, Overflow};

/// A row holds a value that none of its fields may have. Own state is broken, and the call ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unreadable;

impl Unreadable {
    /// The refusal, for a row of this name.
    pub fn of(self, what: &str) -> Error {
        Error::new(codes::STATE_UNREADABLE, format!("{what} holds a value out of range"))
    }
}

impl From<DateError> for Unreadable {
    fn from(_: DateError) -> Self {
        Self
    }
}

impl From<Overflow> for Unreadable {
    fn from(_: Overflow) -> Self {
        Self
    }
}

impl From<TryFromSliceError> for Unreadable {
    fn from(_: TryFromSliceError) -> Self {
        Self
    }
}
