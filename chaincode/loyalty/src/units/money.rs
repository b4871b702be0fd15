//! Amounts of money.

use std::fmt;

use folio_chaincode_sdk::Packed;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Currency;

/// An amount in the smallest unit of a currency. Its JSON form is `{"minor":7500,"currency":"EUR"}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Packed)]
#[serde(deny_unknown_fields)]
pub struct Money {
    /// Smallest units: cents for EUR, yen for JPY.
    pub minor: i64,
    /// The currency.
    pub currency: Currency,
}

impl Money {
    /// An amount.
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
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
}
