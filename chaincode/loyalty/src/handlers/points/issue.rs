//! How many points an organisation may bring in by its word alone, in one go.

use folio_chaincode_sdk::{Error, Result};

use crate::units::Points;

/// Most points of one act that no stay stands behind: a funding, a correction, an imported member. The sums of millions of
/// them still fit the books.
const ISSUED_POINTS_MAX: u64 = 1_000_000_000_000;

/// Refuses no points at all, and more than one act may bring in.
pub(in crate::handlers) fn require_issuable(points: Points) -> Result<()> {
    if points.is_zero() {
        return Err(Error::new("POINTS_ZERO", "at least one point must be named"));
    }
    require_countable(points)
}

/// Refuses more than one act may bring in.
pub(in crate::handlers) fn require_countable(points: Points) -> Result<()> {
    if points.get() <= ISSUED_POINTS_MAX {
        return Ok(());
    }
    let message = format!("{points} points are more than the {ISSUED_POINTS_MAX} that one act may have: split it");
    Err(Error::new("POINTS_ABOVE_MAXIMUM", message))
}
