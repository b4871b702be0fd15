//! Exact ratios, for rates, percentages and exchange.

use folio_chaincode_sdk::value_schema;
use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use serde::de::{self, Deserializer, Visitor};
use serde::ser::Serializer;
use serde::{Deserialize, Serialize};

use super::{Overflow, Rounding};

/// The longest text that is read as a ratio, in bytes.
const TEXT_BYTES_MAX: usize = 40;

/// An exact ratio of two 64-bit numbers, always reduced and with a denominator above zero. A sum or product is refused when
/// its reduced result does not fit.
///
/// As text it is an integer, a decimal or a fraction: `10`, `12.5`, `-3/4`. Floating point is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Rational {
    numerator: i64,
    denominator: i64,
}

/// Why a text is not a ratio.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not an exact number such as 10, 12.5 or 3/4")]
pub struct RationalError {
    text: String,
}

impl Rational {
    /// Nothing.
    pub const ZERO: Self = Self::integer(0);
    /// One.
    pub const ONE: Self = Self::integer(1);
    /// One hundred, for percentages.
    pub const HUNDRED: Self = Self::integer(100);

    /// The ratio, reduced. A denominator of zero is an overflow.
    pub fn new(numerator: i64, denominator: i64) -> Result<Self, Overflow> {
        if denominator == 1 {
            return Ok(Self::integer(numerator));
        }
        // Nearly all ratios are reduced in 64 bits: division of 128 bits is slow in WebAssembly.
        match i64::try_from(gcd(numerator.unsigned_abs(), denominator.unsigned_abs())) {
            Ok(divisor) if denominator > 0 => {
                Ok(Self { numerator: numerator / divisor, denominator: denominator / divisor })
            }
            _ => Self::reduced(i128::from(numerator), i128::from(denominator)),
        }
    }

    /// A whole number.
    pub const fn integer(value: i64) -> Self {
        Self { numerator: value, denominator: 1 }
    }

    /// The reduced numerator, which carries the sign.
    pub const fn numerator(self) -> i64 {
        self.numerator
    }

    /// The reduced denominator, above zero.
    pub const fn denominator(self) -> i64 {
        self.denominator
    }

    /// Whether it is nothing.
    pub const fn is_zero(self) -> bool {
        self.numerator == 0
    }

    /// Whether it is above zero.
    pub const fn is_positive(self) -> bool {
        self.numerator > 0
    }

    /// The whole number, when it is one.
    pub const fn to_integer(self) -> Option<i64> {
        if self.denominator == 1 { Some(self.numerator) } else { None }
    }

    /// The sum.
    pub fn checked_add(self, other: Self) -> Result<Self, Overflow> {
        match self.narrow_sum(other) {
            Some((numerator, denominator)) => Self::new(numerator, denominator),
            None => self.wide_sum(other),
        }
    }

    /// The sum before it is reduced, where 64 bits hold it.
    fn narrow_sum(self, other: Self) -> Option<(i64, i64)> {
        if self.denominator == other.denominator {
            return Some((self.numerator.checked_add(other.numerator)?, self.denominator));
        }
        let common = self.common_denominator(other);
        let (left, right) = (self.denominator / common, other.denominator / common);
        let sum = self.numerator.checked_mul(right)?.checked_add(other.numerator.checked_mul(left)?)?;
        Some((sum, left.checked_mul(other.denominator)?))
    }

    fn wide_sum(self, other: Self) -> Result<Self, Overflow> {
        let common = self.common_denominator(other);
        let (left, right) = (i128::from(self.denominator / common), i128::from(other.denominator / common));
        let sum =
            (i128::from(self.numerator) * right).checked_add(i128::from(other.numerator) * left).ok_or(Overflow)?;
        Self::reduced(sum, left.checked_mul(i128::from(other.denominator)).ok_or(Overflow)?)
    }

    /// What divides both denominators. They are above zero, and so is it.
    fn common_denominator(self, other: Self) -> i64 {
        gcd(self.denominator.unsigned_abs(), other.denominator.unsigned_abs()).cast_signed()
    }

    /// The difference.
    pub fn checked_sub(self, other: Self) -> Result<Self, Overflow> {
        self.checked_add(other.checked_neg()?)
    }

    /// The negation.
    pub fn checked_neg(self) -> Result<Self, Overflow> {
        let numerator = self.numerator.checked_neg().ok_or(Overflow)?;
        Ok(Self { numerator, denominator: self.denominator })
    }

    /// The product. Factors are reduced crosswise first: what does not fit then does not fit reduced either.
    pub fn checked_mul(self, other: Self) -> Result<Self, Overflow> {
        if self.denominator == 1 && other.denominator == 1 {
            return self.numerator.checked_mul(other.numerator).map(Self::integer).ok_or(Overflow);
        }
        // A divisor of a denominator fits as the denominator does.
        let left = gcd(self.numerator.unsigned_abs(), other.denominator.unsigned_abs()).cast_signed();
        let right = gcd(other.numerator.unsigned_abs(), self.denominator.unsigned_abs()).cast_signed();
        let numerator = (self.numerator / left).checked_mul(other.numerator / right).ok_or(Overflow)?;
        let denominator = (self.denominator / right).checked_mul(other.denominator / left).ok_or(Overflow)?;
        Ok(Self { numerator, denominator })
    }

    /// The quotient. Division by zero is an overflow.
    pub fn checked_div(self, other: Self) -> Result<Self, Overflow> {
        self.checked_mul(Self::new(other.denominator, other.numerator)?)
    }

    /// The whole number that the rounding gives.
    pub const fn round(self, rounding: Rounding) -> i64 {
        let floor = self.numerator.div_euclid(self.denominator);
        let remainder = self.numerator.rem_euclid(self.denominator);
        let below_half = remainder < self.denominator - remainder;
        let half = remainder == self.denominator - remainder;
        let up = match rounding {
            Rounding::Floor => false,
            Rounding::HalfUp => !below_half,
            Rounding::HalfEven => !below_half && (!half || floor % 2 != 0),
        };
        if up { floor + 1 } else { floor }
    }

    fn reduced(numerator: i128, denominator: i128) -> Result<Self, Overflow> {
        let divisor = match (u64::try_from(numerator.unsigned_abs()), u64::try_from(denominator.unsigned_abs())) {
            (Ok(top), Ok(bottom)) => u128::from(gcd(top, bottom)),
            _ => wide_gcd(numerator.unsigned_abs(), denominator.unsigned_abs()),
        };
        let divisor = i128::try_from(divisor).map_err(|_| Overflow)?;
        if divisor == 0 || denominator == 0 {
            return Err(Overflow);
        }
        let sign = denominator.signum();
        Self::fitted(numerator / divisor * sign, denominator / divisor * sign)
    }

    fn fitted(numerator: i128, denominator: i128) -> Result<Self, Overflow> {
        let numerator = i64::try_from(numerator).map_err(|_| Overflow)?;
        let denominator = i64::try_from(denominator).map_err(|_| Overflow)?;
        Ok(Self { numerator, denominator })
    }
}

impl Default for Rational {
    fn default() -> Self {
        Self::ZERO
    }
}

impl Ord for Rational {
    fn cmp(&self, other: &Self) -> Ordering {
        if self.denominator == other.denominator {
            return self.numerator.cmp(&other.numerator);
        }
        let left = i128::from(self.numerator) * i128::from(other.denominator);
        let right = i128::from(other.numerator) * i128::from(self.denominator);
        left.cmp(&right)
    }
}

impl PartialOrd for Rational {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Rational {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.denominator {
            1 => write!(formatter, "{}", self.numerator),
            denominator => write!(formatter, "{}/{denominator}", self.numerator),
        }
    }
}

impl FromStr for Rational {
    type Err = RationalError;

    fn from_str(text: &str) -> Result<Self, RationalError> {
        read(text).ok_or_else(|| RationalError { text: text.chars().take(TEXT_BYTES_MAX).collect() })
    }
}

value_schema!(Rational, "ExactNumber", {
    "description": "A whole number, or an exact number as text such as \"12.5\" or \"3/4\".",
    "type": ["string", "integer"],
});

impl Serialize for Rational {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.to_integer() {
            Some(whole) => serializer.serialize_str(&whole.to_string()),
            None => serializer.collect_str(self),
        }
    }
}

impl<'de> Deserialize<'de> for Rational {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ExactNumber)
    }
}

struct ExactNumber;

impl Visitor<'_> for ExactNumber {
    type Value = Rational;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a whole number, or an exact number as text such as \"12.5\" or \"3/4\"")
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Rational, E> {
        Ok(Rational::integer(value))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Rational, E> {
        i64::try_from(value).map(Rational::integer).map_err(E::custom)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Rational, E> {
        text.parse().map_err(E::custom)
    }
}

fn read(text: &str) -> Option<Rational> {
    if text.len() > TEXT_BYTES_MAX {
        return None;
    }
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let magnitude = if let Some((top, bottom)) = digits.split_once('/') {
        Rational::new(whole(top)?, whole(bottom)?).ok()?
    } else if let Some((units, decimals)) = digits.split_once('.') {
        let scale = 10_i64.checked_pow(u32::try_from(decimals.len()).ok()?)?;
        let fraction = Rational::new(whole(decimals)?, scale).ok()?;
        Rational::integer(whole(units)?).checked_add(fraction).ok()?
    } else {
        Rational::integer(whole(digits)?)
    };
    if negative { magnitude.checked_neg().ok() } else { Some(magnitude) }
}

fn whole(digits: &str) -> Option<i64> {
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    digits.parse().ok()
}

const fn gcd(mut left: u64, mut right: u64) -> u64 {
    while right != 0 {
        (left, right) = (right, left % right);
    }
    left
}

const fn wide_gcd(mut left: u128, mut right: u128) -> u128 {
    while right != 0 {
        (left, right) = (right, left % right);
    }
    left
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn exact(text: &str) -> Rational {
        text.parse().unwrap()
    }

    #[test]
    fn text_is_read_exactly_and_written_reduced() {
        for (text, written) in [
            ("10", "10"),
            ("12.50", "25/2"),
            ("-0.4", "-2/5"),
            ("6/4", "3/2"),
            ("0.0", "0"),
            ("1.083457", "1083457/1000000"),
        ] {
            assert_eq!(exact(text).to_string(), written);
        }
        for wrong in ["", "-", "1e3", "+1", "1.", ".5", "1/0", "1/-2", " 1", "NaN", "99999999999999999999", "1_000"] {
            assert!(wrong.parse::<Rational>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn rounding_is_as_declared() {
        for (text, floor, half_up, half_even) in [
            ("2.5", 2, 3, 2),
            ("3.5", 3, 4, 4),
            ("2.51", 2, 3, 3),
            ("2.49", 2, 2, 2),
            ("-2.5", -3, -2, -2),
            ("-3.5", -4, -3, -4),
            ("7", 7, 7, 7),
        ] {
            let value = exact(text);
            assert_eq!(value.round(Rounding::Floor), floor, "floor {text}");
            assert_eq!(value.round(Rounding::HalfUp), half_up, "half up {text}");
            assert_eq!(value.round(Rounding::HalfEven), half_even, "half even {text}");
        }
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let big = Rational::integer(i64::MAX);
        assert_eq!(big.checked_add(Rational::ONE), Err(Overflow));
        assert_eq!(big.checked_mul(big), Err(Overflow));
        assert_eq!(Rational::ONE.checked_div(Rational::ZERO), Err(Overflow));
        assert_eq!(Rational::integer(i64::MIN).checked_neg(), Err(Overflow));
    }

    #[test]
    fn json_takes_integers_and_text_but_no_floats() {
        assert_eq!(serde_json::from_str::<Rational>("10").unwrap(), exact("10"));
        assert_eq!(serde_json::from_str::<Rational>("\"1/3\"").unwrap(), exact("1/3"));
        assert!(serde_json::from_str::<Rational>("0.1").is_err());
        assert_eq!(serde_json::to_string(&exact("0.1")).unwrap(), "\"1/10\"");
    }

    proptest! {
        #[test]
        fn sums_and_products_obey_the_laws_of_a_field(
            a in -10_000_i64..10_000, b in 1_i64..500, c in -10_000_i64..10_000, d in 1_i64..500,
        ) {
            let (left, right) = (Rational::new(a, b).unwrap(), Rational::new(c, d).unwrap());
            let sum = left.checked_add(right).unwrap();
            prop_assert_eq!(sum.checked_sub(right).unwrap(), left);
            prop_assert_eq!(sum, Rational::new(a * d + c * b, b * d).unwrap());
            let product = left.checked_mul(right).unwrap();
            prop_assert_eq!(product, Rational::new(a * c, b * d).unwrap());
            if !right.is_zero() {
                prop_assert_eq!(product.checked_div(right).unwrap(), left);
            }
            prop_assert_eq!(left.cmp(&right), (a * d).cmp(&(c * b)));
            prop_assert_eq!(exact(&sum.to_string()), sum);
        }

        /// The ways through 64 bits say what 128 bits say, up to the last number that fits.
        #[test]
        fn results_are_those_of_128_bits(
            a in ends(), b in 1_i64..=i64::MAX, c in ends(), d in prop_oneof![Just(1), Just(60), 1_i64..=i64::MAX],
        ) {
            let wide = |top, bottom| Rational::reduced(top, bottom);
            let [a128, b128, c128, d128] = [a, b, c, d].map(i128::from);
            prop_assert_eq!(Rational::new(a, b), wide(a128, b128));
            prop_assert_eq!(Rational::new(a, -b), wide(a128, -b128));
            let (left, right) = (Rational::new(a, b).unwrap(), Rational::new(c, d).unwrap());
            prop_assert_eq!(left.checked_mul(right), wide(a128 * c128, b128 * d128));
            if let Some(top) = (a128 * d128).checked_add(c128 * b128) {
                prop_assert_eq!(left.checked_add(right), wide(top, b128 * d128));
            }
        }
    }

    fn ends() -> impl Strategy<Value = i64> {
        prop_oneof![any::<i64>(), -100_i64..100, Just(i64::MIN), Just(i64::MAX)]
    }
}
