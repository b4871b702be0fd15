//! Revenue added up by currency, so that it is exchanged once and not line by line.

use std::fmt;

use crate::units::{Currency, ExchangeError, ExchangeRates, Money, Overflow, Rational};

/// Sums of money, one for each currency met.
#[derive(Debug, Clone, Default)]
pub(super) struct Amounts {
    sums: Vec<Money>,
}

impl Amounts {
    pub(super) fn add(&mut self, amount: Money) -> Result<(), Overflow> {
        match self.sum_in(amount.currency) {
            Some(sum) => sum.minor = sum.minor.checked_add(amount.minor).ok_or(Overflow)?,
            None => self.sums.push(amount),
        }
        Ok(())
    }

    /// The exact sum in smallest units of the programme's currency.
    pub(super) fn exact(&self, rates: &ExchangeRates) -> Result<Rational, ExchangeError> {
        let mut total = Rational::ZERO;
        for sum in &self.sums {
            total = total.checked_add(rates.exchange(*sum)?)?;
        }
        Ok(total)
    }

    pub(super) fn is_positive(&self, rates: &ExchangeRates) -> Result<bool, ExchangeError> {
        match self.sums.as_slice() {
            // One currency needs no exchange: rates are above zero.
            [sum] => Ok(sum.minor > 0),
            _ => Ok(self.exact(rates)?.is_positive()),
        }
    }

    fn sum_in(&mut self, currency: Currency) -> Option<&mut Money> {
        self.sums.iter_mut().find(|sum| sum.currency == currency)
    }
}

impl fmt::Display for Amounts {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, sum) in self.sums.iter().enumerate() {
            let separator = if place == 0 { "" } else { " + " };
            write!(formatter, "{separator}{sum}")?;
        }
        Ok(())
    }
}
