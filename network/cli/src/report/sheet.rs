//! Tables of a report, before it is decided how they are shown.

use folio_loyalty::units::{Currency, Date};
use serde::{Serialize, Serializer};

use crate::output::grouped_digits;

/// A table of a report.
#[derive(Debug)]
pub(crate) struct Sheet {
    /// What `--table` calls it.
    pub(crate) name: &'static str,
    pub(crate) header: &'static [&'static str],
    pub(crate) rows: Vec<Vec<Cell>>,
}

/// One value of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Cell {
    Empty,
    Text(String),
    Count(i128),
    /// Smallest units of a currency.
    Money(i128, String),
    Share(Share),
}

/// A part of a whole. It is shown, and in JSON written, in percent with two decimals, rounded half up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Share {
    pub(crate) part: i128,
    pub(crate) whole: i128,
}

impl Share {
    /// In percent; nothing when there is no whole.
    pub(crate) fn percent(self) -> Option<String> {
        let whole = self.whole.unsigned_abs();
        let scaled = self.part.unsigned_abs().checked_mul(20_000)?.checked_add(whole)?;
        let hundredths = scaled.checked_div(whole.checked_mul(2)?)?;
        let is_negative = hundredths > 0 && self.part.is_negative() != self.whole.is_negative();
        Some(format!("{}{}.{:02}", if is_negative { "-" } else { "" }, hundredths / 100, hundredths % 100))
    }
}

impl Serialize for Share {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.percent().serialize(serializer)
    }
}

impl Cell {
    /// For people: thousands are set apart.
    pub(crate) fn shown(&self) -> String {
        match self {
            Self::Count(count) => grouped(&count.to_string()),
            Self::Money(minor, currency) => grouped(&major(*minor, currency)),
            Self::Share(share) => share.percent().map_or_else(String::new, |percent| format!("{percent} %")),
            Self::Empty | Self::Text(_) => self.plain(),
        }
    }

    /// For machines: digits, and a point before decimals.
    pub(crate) fn plain(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) => text.clone(),
            Self::Count(count) => count.to_string(),
            Self::Money(minor, currency) => major(*minor, currency),
            Self::Share(share) => share.percent().unwrap_or_default(),
        }
    }

    /// Whether it is aligned right.
    pub(crate) const fn is_number(&self) -> bool {
        matches!(self, Self::Count(_) | Self::Money(..) | Self::Share(_))
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<Date> for Cell {
    fn from(date: Date) -> Self {
        Self::Text(date.to_string())
    }
}

impl From<i128> for Cell {
    fn from(count: i128) -> Self {
        Self::Count(count)
    }
}

impl From<i64> for Cell {
    fn from(count: i64) -> Self {
        Self::Count(count.into())
    }
}

impl From<u64> for Cell {
    fn from(count: u64) -> Self {
        Self::Count(count.into())
    }
}

impl From<u32> for Cell {
    fn from(count: u32) -> Self {
        Self::Count(count.into())
    }
}

impl From<Share> for Cell {
    fn from(share: Share) -> Self {
        Self::Share(share)
    }
}

impl<T: Into<Self>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Empty, Into::into)
    }
}

/// An amount with the decimals of its currency.
fn major(minor: i128, currency: &str) -> String {
    let decimals = currency.parse::<Currency>().ok().and_then(Currency::decimals).unwrap_or(0);
    let (unit, width) = (10_u128.pow(decimals), decimals as usize);
    let (sign, minor) = (if minor < 0 { "-" } else { "" }, minor.unsigned_abs());
    if decimals == 0 { format!("{sign}{minor}") } else { format!("{sign}{}.{:0width$}", minor / unit, minor % unit) }
}

/// A number with the thousands before its point set apart.
fn grouped(number: &str) -> String {
    let (sign, digits) = number.strip_prefix('-').map_or(("", number), |digits| ("-", digits));
    let (whole, decimals) = digits.find('.').map_or((digits, ""), |point| digits.split_at(point));
    format!("{sign}{}{decimals}", grouped_digits(whole))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_in_percent_rounded_half_up() {
        for (part, whole, percent) in [
            (800, 1_000, Some("80.00")),
            (1, 3, Some("33.33")),
            (2, 3, Some("66.67")),
            (1, 20_000, Some("0.01")),
            (-1, 4, Some("-25.00")),
            (0, 5, Some("0.00")),
            (3, 0, None),
        ] {
            assert_eq!(Share { part, whole }.percent().as_deref(), percent, "{part} of {whole}");
        }
    }

    #[test]
    fn people_see_thousands_and_decimals_and_machines_digits() {
        for (cell, shown, plain) in [
            (Cell::from(-1_234_567_i64), "-1,234,567", "-1234567"),
            (Cell::Money(-123_456, "EUR".to_owned()), "-1,234.56", "-1234.56"),
            (Cell::Money(1_200, "JPY".to_owned()), "1,200", "1200"),
            (Cell::from(Share { part: 1, whole: 2 }), "50.00 %", "50.00"),
            (Cell::from(None::<u64>), "", ""),
        ] {
            assert_eq!((cell.shown().as_str(), cell.plain().as_str()), (shown, plain));
        }
    }
}
