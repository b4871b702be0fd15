//! Whether a member may put points into a pool.

use super::programme::{Definition, PoolRules};
use super::transfer::{TransferYear, exceeds};
use crate::units::{Date, Overflow, Points};

/// Why a pool refuses something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PoolRefusal {
    /// The programme offers no pools.
    #[error("the programme offers no pools")]
    NotOffered,
    /// Fewer points than the programme allows.
    #[error("{points} points are below the minimum of {minimum}")]
    BelowMinimum {
        /// Points to contribute.
        points: Points,
        /// The minimum.
        minimum: Points,
    },
    /// The member's cap of the year.
    #[error("{contributed} points contributed this year and {points} more exceed the annual cap of {cap}")]
    YearCap {
        /// Points contributed before.
        contributed: Points,
        /// Points to contribute.
        points: Points,
        /// The cap.
        cap: Points,
    },
    /// The pool has all members that it may have.
    #[error("a pool has at most {max} members")]
    Full {
        /// Most members.
        max: u16,
    },
}

impl PoolRefusal {
    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotOffered => "POOL_NOT_OFFERED",
            Self::BelowMinimum { .. } => "POOL_BELOW_MINIMUM",
            Self::YearCap { .. } => "POOL_YEAR_CAP",
            Self::Full { .. } => "POOL_FULL",
        }
    }
}

/// The programme's rules of pools.
pub fn pool_rules(definition: &Definition) -> Result<&PoolRules, PoolRefusal> {
    definition.transfer.as_ref().and_then(|rules| rules.pools.as_ref()).ok_or(PoolRefusal::NotOffered)
}

/// Whether one more member may join a pool of so many.
pub fn check_joining(definition: &Definition, members: usize) -> Result<(), PoolRefusal> {
    let max = pool_rules(definition)?.members_max;
    if members < usize::from(max) { Ok(()) } else { Err(PoolRefusal::Full { max }) }
}

/// Whether `points` may go into a pool on a date from a member with this record.
pub fn check_contribution(
    definition: &Definition,
    points: Points,
    year: TransferYear,
    as_of: Date,
) -> Result<(), PoolRefusal> {
    let rules = pool_rules(definition)?;
    if points.is_zero() || points < rules.minimum {
        return Err(PoolRefusal::BelowMinimum { points, minimum: rules.minimum });
    }
    let contributed = year.in_year_of(as_of).pooled;
    match rules.contributed_per_year.filter(|cap| exceeds(contributed, points, *cap)) {
        Some(cap) => Err(PoolRefusal::YearCap { contributed, points, cap }),
        None => Ok(()),
    }
}

impl TransferYear {
    /// The record after a contribution to a pool.
    pub fn after_pooling(self, points: Points, as_of: Date) -> Result<Self, Overflow> {
        let year = self.in_year_of(as_of);
        Ok(Self { pooled: year.pooled.checked_add(points)?, ..year })
    }
}
