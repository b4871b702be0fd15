//! How much one call may read, write and compute.

use std::fmt;

use folio_types::limits::{ACCESSES_MAX, WRITE_SET_BYTES_MAX};

use crate::SimulatorError;

/// Most bytes of keys and values that one call may read.
pub const READ_BYTES_MAX: usize = 32 * 1024 * 1024;

/// A page of a scan or of history ends after the entry that reaches this size.
pub const PAGE_BYTES_MAX: usize = 1024 * 1024;

/// Most bytes that one call may have hashed for it.
pub const HASHED_BYTES_MAX: usize = 32 * 1024 * 1024;

/// Most signatures that one call may have checked for it.
pub const SIGNATURE_CHECKS_MAX: usize = 64;

/// What a call may use up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Keys read, written or found in ranges.
    Accesses,
    /// Bytes of keys and values read.
    ReadBytes,
    /// Bytes of keys and values in the write set.
    WriteBytes,
    /// Bytes hashed by the host.
    HashedBytes,
    /// Signatures checked by the host.
    SignatureChecks,
}

impl Limit {
    /// The most that one call may use.
    pub const fn max(self) -> usize {
        match self {
            Self::Accesses => ACCESSES_MAX,
            Self::ReadBytes => READ_BYTES_MAX,
            Self::WriteBytes => WRITE_SET_BYTES_MAX,
            Self::HashedBytes => HASHED_BYTES_MAX,
            Self::SignatureChecks => SIGNATURE_CHECKS_MAX,
        }
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Accesses => "accesses to keys",
            Self::ReadBytes => "bytes read",
            Self::WriteBytes => "bytes written",
            Self::HashedBytes => "bytes hashed",
            Self::SignatureChecks => "signature checks",
        })
    }
}

/// What one call has used so far.
#[derive(Debug, Default)]
pub(crate) struct Budget {
    accesses: usize,
    read_bytes: usize,
    write_bytes: usize,
    hashed_bytes: usize,
    signature_checks: usize,
}

impl Budget {
    pub(crate) fn access(&mut self) -> Result<(), SimulatorError> {
        charge(&mut self.accesses, 1, Limit::Accesses)
    }

    pub(crate) fn read(&mut self, bytes: usize) -> Result<(), SimulatorError> {
        charge(&mut self.read_bytes, bytes, Limit::ReadBytes)
    }

    /// A write of `new` bytes that replaces one of `old` bytes in the write set.
    pub(crate) fn write(&mut self, new: usize, old: usize) -> Result<(), SimulatorError> {
        self.write_bytes = self.write_bytes.saturating_sub(old);
        charge(&mut self.write_bytes, new, Limit::WriteBytes)
    }

    pub(crate) fn hash(&mut self, bytes: usize) -> Result<(), SimulatorError> {
        charge(&mut self.hashed_bytes, bytes, Limit::HashedBytes)
    }

    pub(crate) fn check_signature(&mut self) -> Result<(), SimulatorError> {
        charge(&mut self.signature_checks, 1, Limit::SignatureChecks)
    }
}

fn charge(used: &mut usize, amount: usize, limit: Limit) -> Result<(), SimulatorError> {
    let total = used.saturating_add(amount);
    if total > limit.max() {
        return Err(SimulatorError::LimitPassed { limit, max: limit.max() });
    }
    *used = total;
    Ok(())
}
