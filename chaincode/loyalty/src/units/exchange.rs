//! Exchange into a programme's currency.

use super::{Currency, Money, Overflow, Rational};

/// The rates into one currency that hold for one rating: units of the target for one unit of the source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExchangeRates {
    target: Currency,
    rates: Vec<(Currency, Rational)>,
}

/// Why an amount could not be exchanged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ExchangeError {
    /// No rate is known, or one of the codes is no currency.
    #[error("no exchange rate from {from} to {to}")]
    RateMissing {
        /// Currency of the amount.
        from: Currency,
        /// Currency wanted.
        to: Currency,
    },
    /// The result does not fit.
    #[error(transparent)]
    Overflow(#[from] Overflow),
}

impl ExchangeRates {
    /// No rates yet: only amounts in the target currency itself can be exchanged.
    pub const fn into_currency(target: Currency) -> Self {
        Self { target, rates: Vec::new() }
    }

    /// Adds or replaces a rate: how many units of the target one unit of `from` is worth.
    pub fn set(&mut self, from: Currency, rate: Rational) {
        self.rates.retain(|(currency, _)| *currency != from);
        self.rates.push((from, rate));
    }

    /// Whether amounts in `from` can be exchanged: at a known rate above zero.
    pub fn covers(&self, from: Currency) -> bool {
        self.minor_rate(from).is_some_and(|rate| rate.is_ok_and(Rational::is_positive))
    }

    /// The exact worth of `amount` in smallest units of the target.
    pub fn exchange(&self, amount: Money) -> Result<Rational, ExchangeError> {
        let minor = Rational::integer(amount.minor);
        if amount.currency == self.target {
            return Ok(minor);
        }
        let missing = ExchangeError::RateMissing { from: amount.currency, to: self.target };
        Ok(minor.checked_mul(self.minor_rate(amount.currency).ok_or(missing)??)?)
    }

    /// Target minor units for one minor unit of `from`: the rate, corrected for a difference in decimals.
    fn minor_rate(&self, from: Currency) -> Option<Result<Rational, Overflow>> {
        let decimals = (from.minor_units()?, self.target.minor_units()?);
        let rate = if from == self.target { Rational::ONE } else { self.rate(from)? };
        if decimals.0 == decimals.1 {
            return Some(Ok(rate));
        }
        Some(Rational::new(decimals.1, decimals.0).and_then(|scale| rate.checked_mul(scale)))
    }

    fn rate(&self, from: Currency) -> Option<Rational> {
        self.rates.iter().find(|(currency, _)| *currency == from).map(|(_, rate)| *rate)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(minor: i64, currency: &str) -> Money {
        Money::new(minor, currency.parse().unwrap())
    }

    #[test]
    fn exchange_is_exact_and_minds_the_decimals() {
        let mut rates = ExchangeRates::into_currency("USD".parse().unwrap());
        rates.set("EUR".parse().unwrap(), "1.0834".parse().unwrap());
        rates.set("JPY".parse().unwrap(), "0.0065".parse().unwrap());
        rates.set("KWD".parse().unwrap(), "3.25".parse().unwrap());
        for (amount, cents) in [
            (money(7500, "USD"), "7500"),
            (money(7500, "EUR"), "8125.5"),
            (money(10_000, "JPY"), "6500"),
            (money(1_000, "KWD"), "325"),
        ] {
            assert_eq!(rates.exchange(amount).unwrap(), cents.parse().unwrap(), "{amount}");
        }
    }

    #[test]
    fn a_missing_rate_and_an_unknown_code_are_not_covered() {
        let mut rates = ExchangeRates::into_currency("USD".parse().unwrap());
        let unknown: Currency = "QQQ".parse().unwrap();
        rates.set(unknown, Rational::ONE);
        assert!(rates.covers("USD".parse().unwrap()));
        assert!(!rates.covers("EUR".parse().unwrap()));
        assert!(!rates.covers(unknown));
        assert!(matches!(rates.exchange(money(1, "EUR")), Err(ExchangeError::RateMissing { .. })));
    }
}
