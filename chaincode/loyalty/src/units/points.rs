//! Whole points.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Overflow;

/// An amount of whole points of one programme. It never exceeds what a signed posting can carry.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "u64", into = "u64")]
pub struct Points(u64);

impl Points {
    /// No points.
    pub const ZERO: Self = Self(0);
    /// The most points that one amount can hold: what fits a posting.
    pub const MAX: Self = Self(i64::MAX as u64);

    /// Checks the range.
    pub const fn new(value: u64) -> Result<Self, Overflow> {
        if value > Self::MAX.0 { Err(Overflow) } else { Ok(Self(value)) }
    }

    /// The amount that a posting of `value` points moves towards the member; nothing when it moves none or takes some.
    pub const fn from_posting_or_zero(value: i64) -> Self {
        if value > 0 { Self(value.unsigned_abs()) } else { Self::ZERO }
    }

    /// The number of points.
    pub const fn get(self) -> u64 {
        self.0
    }

    /// Whether there are none.
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// The posting that adds these points; its negation takes them away.
    pub const fn posting(self) -> i64 {
        self.0.cast_signed()
    }

    /// The sum.
    pub fn checked_add(self, other: Self) -> Result<Self, Overflow> {
        self.0.checked_add(other.0).ok_or(Overflow).and_then(Self::new)
    }

    /// The difference; an error when `other` is more.
    pub fn checked_sub(self, other: Self) -> Result<Self, Overflow> {
        self.0.checked_sub(other.0).map(Self).ok_or(Overflow)
    }

    /// Whether they are a whole number of `increment`.
    pub const fn is_multiple_of(self, increment: Self) -> bool {
        self.0.is_multiple_of(increment.0)
    }

    /// The posting that leads from `earlier` to `self`.
    pub const fn posting_from(self, earlier: Self) -> i64 {
        self.posting() - earlier.posting()
    }
}

impl TryFrom<u64> for Points {
    type Error = Overflow;

    fn try_from(value: u64) -> Result<Self, Overflow> {
        Self::new(value)
    }
}

impl From<Points> for u64 {
    fn from(points: Points) -> u64 {
        points.0
    }
}

impl fmt::Display for Points {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_never_exceed_a_posting_and_never_fall_below_zero() {
        assert_eq!(Points::new(u64::MAX), Err(Overflow));
        assert_eq!(Points::MAX.checked_add(Points::new(1).unwrap()), Err(Overflow));
        assert_eq!(Points::ZERO.checked_sub(Points::new(1).unwrap()), Err(Overflow));
        assert_eq!(Points::MAX.posting(), i64::MAX);
    }

    #[test]
    fn a_correction_is_the_posting_between_two_amounts() {
        let (before, after) = (Points::new(600).unwrap(), Points::new(450).unwrap());
        assert_eq!(after.posting_from(before), -150);
        assert_eq!(Points::from_posting_or_zero(-150), Points::ZERO);
        assert_eq!(Points::from_posting_or_zero(150).get(), 150);
    }
}
