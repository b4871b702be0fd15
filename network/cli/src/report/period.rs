//! Stretches of business dates.

use anyhow::{Result, ensure};
use folio_loyalty::units::Date;
use serde::Serialize;

/// From one business date to another, both of them within it. Nothing stands for the beginning, and for the newest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Period {
    from: Option<Date>,
    to: Option<Date>,
}

impl Period {
    /// A period. It does not end before it begins.
    pub(crate) fn new(from: Option<Date>, to: Option<Date>) -> Result<Self> {
        let period = Self { from, to };
        ensure!(period.first() <= period.last(), "{} is after {}", period.first(), period.last());
        Ok(period)
    }

    /// Its first date.
    pub(crate) fn first(self) -> Date {
        self.from.unwrap_or(Date::FIRST)
    }

    /// Its last date.
    pub(crate) fn last(self) -> Date {
        self.to.unwrap_or(Date::LAST)
    }

    /// Whether it has this date.
    pub(crate) fn contains(self, date: Date) -> bool {
        (self.first()..=self.last()).contains(&date)
    }

    /// Whether a first date was said.
    pub(crate) const fn begins(self) -> bool {
        self.from.is_some()
    }

    /// Whether it goes on beyond every date.
    pub(crate) const fn is_open(self) -> bool {
        self.to.is_none()
    }
}
