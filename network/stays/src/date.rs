//! Business dates: days of the proleptic Gregorian calendar, without clock or time zone.

use std::fmt;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Years a business date may lie in; outside of them a date is a typing error of the feed.
const YEAR_MIN: i32 = 1900;
const YEAR_MAX: i32 = 2199;

/// Days of 400 Gregorian years: the period after which the calendar repeats.
const ERA_DAYS: i32 = 146_097;
/// Days from 0000-03-01 to 1970-01-01.
const EPOCH_OFFSET_DAYS: i32 = 719_468;

/// A business date, kept as the number of days since 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(i32);

/// A text that is no date `YYYY-MM-DD` between 1900 and 2199.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{got:?} is not a date YYYY-MM-DD of the years {YEAR_MIN} to {YEAR_MAX}")]
pub struct DateError {
    /// The text, shortened.
    pub got: String,
}

impl Date {
    /// The date of a year, a month (1 to 12) and a day of the month, if the calendar has it.
    pub fn new(year: i32, month: u32, day: u32) -> Option<Self> {
        let valid = (YEAR_MIN..=YEAR_MAX).contains(&year)
            && (1..=12).contains(&month)
            && (1..=days_in_month(year, month)).contains(&day);
        valid.then(|| Self::civil(year, month as i32, day as i32))
    }

    /// The date `days` later, or earlier when negative; the calendar's ends hold it.
    pub fn plus_days(self, days: i32) -> Self {
        let first = Self::civil(YEAR_MIN, 1, 1).0;
        let last = Self::civil(YEAR_MAX, 12, 31).0;
        Self(self.0.saturating_add(days).clamp(first, last))
    }

    /// Days from `earlier` to this date; negative when `earlier` is later.
    pub const fn days_since(self, earlier: Self) -> i32 {
        self.0 - earlier.0
    }

    /// The year.
    pub fn year(self) -> i32 {
        self.parts().0
    }

    /// The month, 1 to 12.
    pub fn month(self) -> u32 {
        self.parts().1 as u32
    }

    /// The day of the week, 0 for Monday.
    pub const fn weekday(self) -> usize {
        // 1970-01-01 was a Thursday.
        (self.0 + 3).rem_euclid(7) as usize
    }

    // Years are counted from March, so that the leap day is the last day of a year.
    const fn civil(year: i32, month: i32, day: i32) -> Self {
        let year = if month <= 2 { year - 1 } else { year };
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let month_from_march = (month + 9) % 12;
        let day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        Self(era * ERA_DAYS + day_of_era - EPOCH_OFFSET_DAYS)
    }

    const fn parts(self) -> (i32, i32, i32) {
        let days = self.0 + EPOCH_OFFSET_DAYS;
        let day_of_era = days.rem_euclid(ERA_DAYS);
        let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
        let year = year_of_era + days.div_euclid(ERA_DAYS) * 400;
        (if month <= 2 { year + 1 } else { year }, month, day)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.parts();
        write!(out, "{year:04}-{month:02}-{day:02}")
    }
}

impl FromStr for Date {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Self, DateError> {
        parse(text).ok_or_else(|| DateError { got: text.chars().take(40).collect() })
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

fn parse(text: &str) -> Option<Date> {
    let bytes = text.as_bytes();
    if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
        return None;
    }
    let digits = |from: usize, to: usize| {
        bytes[from..to]
            .iter()
            .try_fold(0_u32, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + u32::from(byte - b'0')))
    };
    Date::new(digits(0, 4)? as i32, digits(5, 7)?, digits(8, 10)?)
}

const fn days_in_month(year: i32, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_three_centuries_follows_the_one_before() {
        let mut date = Date::new(1900, 1, 1).unwrap();
        assert_eq!(date.weekday(), 0);
        while date < Date::new(2199, 12, 31).unwrap() {
            let next = date.plus_days(1);
            assert_eq!(date.to_string().parse::<Date>().unwrap(), date);
            assert_eq!(next.days_since(date), 1);
            assert_eq!(next.weekday(), (date.weekday() + 1) % 7);
            assert!(next.to_string() > date.to_string());
            date = next;
        }
        assert_eq!(date.plus_days(1), date, "the last date holds");
    }

    #[test]
    fn only_dates_of_the_calendar_are_read() {
        for good in ["2015-07-01", "2016-02-29", "2000-02-29"] {
            assert_eq!(good.parse::<Date>().unwrap().to_string(), good);
        }
        for bad in [
            "2015-02-29",
            "1900-02-29",
            "2015-13-01",
            "2015-7-01",
            "2015-07-00",
            "1899-12-31",
            "2015/07/01",
            "+015-07-01",
            "",
        ] {
            assert_eq!(bad.parse::<Date>().unwrap_err().got, bad);
        }
        assert_eq!("2017-09-14".parse::<Date>().unwrap().days_since("2015-07-01".parse().unwrap()), 806);
    }
}
