//! The units of loyalty: points, money, exact ratios, business dates and night credits.
//!
//! Every operation that can leave its range is checked and answers [`Overflow`]; nothing wraps, saturates or rounds
//! without being told how.

mod block;
mod currency;
mod date;
mod exchange;
mod money;
mod nights;
mod packed;
mod points;
mod rational;
mod rounding;

pub use block::BlockRule;
pub use currency::{Currency, CurrencyError};
pub use date::{Date, DateError, Weekday};
pub use exchange::{ExchangeError, ExchangeRates};
pub use money::Money;
pub use nights::{NightCredits, NightCreditsError};
pub use points::Points;
pub use rational::{Rational, RationalError};
pub use rounding::Rounding;

/// A value left the range that its unit can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a value left the range of its unit")]
pub struct Overflow;
