//! Night credits: what a night counts towards a tier.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Overflow, Rational};

/// How many parts a night has. Halves, thirds, quarters, fifths and sixths of a night are whole numbers of parts, so
/// that credits add up without fractions.
const PARTS_PER_NIGHT: i64 = 60;

/// An amount of night credits, in sixtieths of a night; negative in corrections. Its text is a reduced ratio: `2`, `1/2`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "Rational", into = "Rational")]
pub struct NightCredits {
    parts: i32,
}

/// Why a ratio is not a number of night credits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{value} is not a number of night credits: its denominator must divide {PARTS_PER_NIGHT}, and it must fit")]
pub struct NightCreditsError {
    value: Rational,
}

impl NightCredits {
    /// None.
    pub const ZERO: Self = Self { parts: 0 };
    /// One night.
    pub const ONE: Self = Self { parts: PARTS_PER_NIGHT as i32 };

    /// From the compact form: a number of sixtieths.
    pub const fn from_parts(parts: i32) -> Self {
        Self { parts }
    }

    /// The compact form: a number of sixtieths.
    pub const fn parts(self) -> i32 {
        self.parts
    }

    /// The sum.
    pub fn checked_add(self, other: Self) -> Result<Self, Overflow> {
        self.parts.checked_add(other.parts).map(Self::from_parts).ok_or(Overflow)
    }

    /// The difference.
    pub fn checked_sub(self, other: Self) -> Result<Self, Overflow> {
        self.parts.checked_sub(other.parts).map(Self::from_parts).ok_or(Overflow)
    }
}

impl TryFrom<Rational> for NightCredits {
    type Error = NightCreditsError;

    fn try_from(value: Rational) -> Result<Self, NightCreditsError> {
        value
            .checked_mul(Rational::integer(PARTS_PER_NIGHT))
            .ok()
            .and_then(Rational::to_integer)
            .and_then(|parts| i32::try_from(parts).ok())
            .map(Self::from_parts)
            .ok_or(NightCreditsError { value })
    }
}

impl From<NightCredits> for Rational {
    fn from(credits: NightCredits) -> Self {
        let parts = i64::from(credits.parts);
        Self::new(parts, PARTS_PER_NIGHT).unwrap_or_default()
    }
}

impl FromStr for NightCredits {
    type Err = NightCreditsError;

    fn from_str(text: &str) -> Result<Self, NightCreditsError> {
        let value: Rational = text.parse().map_err(|_| NightCreditsError { value: Rational::ZERO })?;
        Self::try_from(value)
    }
}

impl fmt::Display for NightCredits {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        Rational::from(*self).fmt(formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_and_thirds_of_a_night_add_up_exactly() {
        let third: NightCredits = "1/3".parse().unwrap();
        let half: NightCredits = "0.5".parse().unwrap();
        let sum = third.checked_add(third).and_then(|two| two.checked_add(third)).unwrap();
        assert_eq!(sum, NightCredits::ONE);
        assert_eq!(sum.checked_add(half).unwrap().to_string(), "3/2");
        assert_eq!(serde_json::to_string(&half).unwrap(), "\"1/2\"");
    }

    #[test]
    fn a_denominator_that_no_programme_uses_is_refused() {
        assert!("1/7".parse::<NightCredits>().is_err());
        assert!("99999999999".parse::<NightCredits>().is_err());
    }
}
