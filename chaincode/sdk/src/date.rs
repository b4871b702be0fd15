//! Business dates of the proleptic Gregorian calendar, as they stand in arguments: never a clock's.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer};
use serde::{Serialize, Serializer};

use crate::key::{KeyPart, KeyReader};

const YEAR_MIN: u16 = 1900;
const YEAR_MAX: u16 = 9999;
const SECONDS_A_DAY: i64 = 86_400;

/// Days from 0000-03-01, where years that begin in March begin to be counted.
const DAYS_BEFORE_1970: i32 = 719_468;

/// Days of 400 years, after which the calendar repeats.
const DAYS_A_CYCLE: i32 = 146_097;

/// A day of the years 1900 to 9999, written `2015-07-01`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// The date, if there is such a day.
    pub const fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let known = year >= YEAR_MIN && year <= YEAR_MAX && month >= 1 && month <= 12;
        if known && day >= 1 && day <= days_of_month(year, month) { Some(Self { year, month, day }) } else { None }
    }

    /// Reads `2015-07-01`, and no other form.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
            return None;
        }
        let number = |digits: &[u8]| {
            digits.iter().try_fold(0_u16, |sum, digit| {
                digit.is_ascii_digit().then(|| sum.wrapping_mul(10).wrapping_add(u16::from(digit - b'0')))
            })
        };
        let (year, month, day) = (number(&bytes[..4])?, number(&bytes[5..7])?, number(&bytes[8..])?);
        Self::new(year, u8::try_from(month).ok()?, u8::try_from(day).ok()?)
    }

    /// The day in UTC of a time in seconds since 1970.
    pub fn of_seconds(seconds: i64) -> Option<Self> {
        Self::from_day_number(seconds.div_euclid(SECONDS_A_DAY).try_into().ok()?)
    }

    /// The year.
    pub const fn year(self) -> u16 {
        self.year
    }

    /// The month, 1 to 12.
    pub const fn month(self) -> u8 {
        self.month
    }

    /// The day of the month, from 1.
    pub const fn day(self) -> u8 {
        self.day
    }

    /// Days since 1970-01-01.
    pub fn day_number(self) -> i32 {
        // Years that begin in March put the leap day last, so that a month's offset needs no table.
        let (month, day) = (i32::from(self.month), i32::from(self.day));
        let year = i32::from(self.year) - i32::from(month <= 2);
        let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
        365 * year + year / 4 - year / 100 + year / 400 + day_of_year - DAYS_BEFORE_1970
    }

    /// The day with this number since 1970-01-01.
    pub fn from_day_number(number: i32) -> Option<Self> {
        let days = number.checked_add(DAYS_BEFORE_1970).filter(|days| *days >= 0)?;
        let (cycle, day) = (days / DAYS_A_CYCLE, days % DAYS_A_CYCLE);
        // Without its leap days a cycle is 400 years of 365 days.
        let year = (day - day / 1_460 + day / 36_524 - day / (DAYS_A_CYCLE - 1)) / 365;
        let day_of_year = day - (365 * year + year / 4 - year / 100);
        let month = (5 * day_of_year + 2) / 153;
        let day_of_month = day_of_year - (153 * month + 2) / 5 + 1;
        let year = 400 * cycle + year + i32::from(month >= 10);
        let month = (month + 2) % 12 + 1;
        Self::new(year.try_into().ok()?, month.try_into().ok()?, day_of_month.try_into().ok()?)
    }

    /// This many days later, or earlier when negative.
    pub fn plus_days(self, days: i32) -> Option<Self> {
        Self::from_day_number(self.day_number().checked_add(days)?)
    }

    /// Days from `earlier` to this date.
    pub fn days_since(self, earlier: Self) -> i32 {
        self.day_number() - earlier.day_number()
    }
}

const fn days_of_month(year: u16, month: u8) -> u8 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| de::Error::custom("expected a date such as 2015-07-01"))
    }
}

impl KeyPart for Date {
    const FORM: &'static str = "date, 10 characters";

    fn write(&self, out: &mut String) {
        use fmt::Write as _;
        // Writing to a string does not fail.
        let _ = write!(out, "{self}");
    }

    fn read(key: &mut KeyReader<'_>) -> Option<Self> {
        Self::parse(key.fixed(10)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_four_centuries_is_one_after_the_day_before() {
        let mut date = Date::new(1900, 1, 1).unwrap();
        assert_eq!(date.day_number(), -25_567);
        for number in -25_567..125_000_i32 {
            assert_eq!(date.day_number(), number);
            assert_eq!(Date::from_day_number(number), Some(date));
            let next = date.plus_days(1).unwrap();
            assert!(next > date && next.to_string() > date.to_string());
            date = next;
        }
    }

    #[test]
    fn only_days_that_exist_are_dates() {
        for good in ["1900-01-01", "2016-02-29", "2000-02-29", "9999-12-31"] {
            assert_eq!(Date::parse(good).unwrap().to_string(), good);
        }
        for bad in ["1899-12-31", "2015-02-29", "1900-02-29", "2015-13-01", "2015-00-01", "2015-1-1", "2015/01/01", "x"]
        {
            assert_eq!(Date::parse(bad), None, "{bad}");
        }
        assert_eq!(Date::of_seconds(86_399), Date::new(1970, 1, 1));
        assert_eq!(Date::of_seconds(-1), Date::new(1969, 12, 31));
        assert_eq!(Date::of_seconds(i64::MAX), None);
        assert_eq!(Date::new(9999, 12, 31).unwrap().plus_days(1), None);
        assert_eq!(Date::new(1900, 1, 1).unwrap().plus_days(-1), None);
    }
}
