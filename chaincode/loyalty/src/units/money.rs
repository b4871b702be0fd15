//! Amounts of money.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Currency;

/// An amount in the smallest unit of a currency. Its JSON form is `{"minor":7500,"currency":"EUR"}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Money {
    /// Smallest units: cents for EUR, yen for JPY.
    pub minor: i64,
    /// The currency.
    pub currency: Currency,
}

/// Why two amounts could not be put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// The amounts are in two currencies.
    #[error("{left} and {right} cannot be added without an exchange rate")]
    Mixed {
        /// Currency of the first amount.
        left: Currency,
        /// Currency of the second.
        right: Currency,
    },
    /// The result does not fit.
    #[error("the amount is too large")]
    TooLarge,
}

impl Money {
    /// An amount.
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// The sum of two amounts in one currency.
    pub fn checked_add(self, other: Self) -> Result<Self, MoneyError> {
        if self.currency != other.currency {
            return Err(MoneyError::Mixed { left: self.currency, right: other.currency });
        }
        let minor = self.minor.checked_add(other.minor).ok_or(MoneyError::TooLarge)?;
        Ok(Self { minor, ..self })
    }
}

impl fmt::Display for Money {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(decimals) = self.currency.decimals().filter(|decimals| *decimals > 0) else {
            return write!(formatter, "{} {}", self.minor, self.currency);
        };
        let unit = 10_u64.pow(decimals);
        let (sign, minor) = (if self.minor < 0 { "-" } else { "" }, self.minor.unsigned_abs());
        let width = decimals as usize;
        write!(formatter, "{sign}{}.{:0width$} {}", minor / unit, minor % unit, self.currency)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(minor: i64, currency: &str) -> Money {
        Money::new(minor, currency.parse().unwrap())
    }

    #[test]
    fn amounts_are_written_with_their_currencys_decimals() {
        for (amount, text) in [
            (money(7500, "EUR"), "75.00 EUR"),
            (money(-5, "EUR"), "-0.05 EUR"),
            (money(1200, "JPY"), "1200 JPY"),
            (money(1234, "KWD"), "1.234 KWD"),
        ] {
            assert_eq!(amount.to_string(), text);
        }
    }

    #[test]
    fn currencies_do_not_mix_and_sums_do_not_wrap() {
        assert!(matches!(money(1, "EUR").checked_add(money(1, "USD")), Err(MoneyError::Mixed { .. })));
        assert_eq!(money(i64::MAX, "EUR").checked_add(money(1, "EUR")), Err(MoneyError::TooLarge));
        assert_eq!(money(1, "EUR").checked_add(money(2, "EUR")), Ok(money(3, "EUR")));
    }
}
