//! Sums of what many transactions moved, as they are told.
//!
//! They are added up in 128 bits, so that no pile of extreme postings stops a fold. They are told in 64, which is what the
//! readers of the answers count in.

/// A sum is too large to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a sum does not fit into 64 bits: ask for fewer dates, or close an earlier date first")]
pub struct SumTooLarge;

impl SumTooLarge {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        "SUM_TOO_LARGE"
    }
}

/// The sum as it is told.
pub fn in_64_bits(sum: i128) -> Result<i64, SumTooLarge> {
    i64::try_from(sum).map_err(|_| SumTooLarge)
}
