//! Business dates.

use folio_chaincode_sdk::{Packed, value_schema};
use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::de::{self, Deserializer, Visitor};
use serde::ser::Serializer;
use serde::{Deserialize, Serialize};

use super::Overflow;

const DAYS_PER_ERA: i32 = 146_097;
const YEARS_PER_ERA: i32 = 400;
/// Days from 0000-03-01, where the count by eras starts, to 1970-01-01.
const ERA_DAYS_TO_EPOCH: i32 = 719_468;
const MONTHS_PER_YEAR: i32 = 12;
const YEAR_MIN: i32 = 1900;
const YEAR_MAX: i32 = 9999;

/// A hotel's business date: days since 1970-01-01, from the year 1900 to 9999. It is carried in arguments and never read
/// from a clock. Its text is `2015-07-03`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    days: i32,
}

/// Why a text or a number is not a business date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a date is YYYY-MM-DD, a day that exists, from 1900 to 9999")]
pub struct DateError;

/// A day of the week, for rules that hold on some of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema, Packed)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl Date {
    /// The first of all.
    pub const FIRST: Self = Self::of_existing(YEAR_MIN, 1, 1);
    /// The last of all.
    pub const LAST: Self = Self::of_existing(YEAR_MAX, 12, 31);

    /// The date of a year, a month from 1 and a day from 1.
    pub fn from_ymd(year: i32, month: u32, day: u32) -> Result<Self, DateError> {
        let exists = (YEAR_MIN..=YEAR_MAX).contains(&year)
            && (1..=12).contains(&month)
            && (1..=days_in_month(year, month)).contains(&day);
        if !exists {
            return Err(DateError);
        }
        Ok(Self::of_existing(year, month.cast_signed(), day.cast_signed()))
    }

    /// From the compact form: days since 1970-01-01.
    pub fn from_days(days: i32) -> Result<Self, DateError> {
        let date = Self { days };
        if (Self::FIRST..=Self::LAST).contains(&date) { Ok(date) } else { Err(DateError) }
    }

    /// The compact form: days since 1970-01-01.
    pub const fn days(self) -> i32 {
        self.days
    }

    /// Days from `self` to `later`; negative when it is earlier.
    pub const fn days_until(self, later: Self) -> i32 {
        later.days - self.days
    }

    /// Year, month from 1, and day from 1.
    pub const fn ymd(self) -> (i32, u32, u32) {
        let shifted = self.days + ERA_DAYS_TO_EPOCH;
        let era = shifted.div_euclid(DAYS_PER_ERA);
        let day_of_era = shifted.rem_euclid(DAYS_PER_ERA);
        // Leap days inside the era are taken out so that the rest divides by 365.
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        // Months are counted from March, so that February with its odd length comes last; five months have 153 days.
        let from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * from_march + 2) / 5 + 1;
        let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
        let year = year_of_era + era * YEARS_PER_ERA + (month <= 2) as i32;
        (year, month.cast_unsigned(), day.cast_unsigned())
    }

    /// The year.
    pub const fn year(self) -> i32 {
        self.ymd().0
    }

    /// A running number of the month, one more for each calendar month.
    pub const fn month_index(self) -> i32 {
        let (year, month, _) = self.ymd();
        year * MONTHS_PER_YEAR + month.cast_signed() - 1
    }

    /// The day of the week.
    pub const fn weekday(self) -> Weekday {
        // 1970-01-01 was a Thursday.
        match self.days.rem_euclid(7) {
            0 => Weekday::Thursday,
            1 => Weekday::Friday,
            2 => Weekday::Saturday,
            3 => Weekday::Sunday,
            4 => Weekday::Monday,
            5 => Weekday::Tuesday,
            _ => Weekday::Wednesday,
        }
    }

    /// Some days later, or earlier when negative.
    pub fn add_days(self, days: i32) -> Result<Self, Overflow> {
        let days = self.days.checked_add(days).ok_or(Overflow)?;
        Self::from_days(days).map_err(|_| Overflow)
    }

    /// Some months later. A day that the month does not have becomes its last: 31 January and one month is the end of
    /// February.
    pub fn add_months(self, months: i32) -> Result<Self, Overflow> {
        let (_, _, day) = self.ymd();
        let index = self.month_index().checked_add(months).ok_or(Overflow)?;
        let (year, month) = (index.div_euclid(MONTHS_PER_YEAR), index.rem_euclid(MONTHS_PER_YEAR) + 1);
        let day = day.min(days_in_month(year, month.cast_unsigned()));
        Self::from_ymd(year, month.cast_unsigned(), day).map_err(|_| Overflow)
    }

    /// Some years later; 29 February becomes 28 where the year has none.
    pub fn add_years(self, years: i32) -> Result<Self, Overflow> {
        self.add_months(years.checked_mul(MONTHS_PER_YEAR).ok_or(Overflow)?)
    }

    /// The date, written out.
    pub fn digits(self) -> DateDigits {
        let (year, month, day) = self.ymd();
        let mut digits = *b"0000-00-00";
        let mut write = |places: &[usize], mut number: u32| {
            for place in places.iter().rev() {
                // What is left is one digit.
                digits[*place] = b'0' + u8::try_from(number % 10).unwrap_or_default();
                number /= 10;
            }
        };
        write(&[0, 1, 2, 3], year.unsigned_abs());
        write(&[5, 6], month);
        write(&[8, 9], day);
        DateDigits(digits)
    }

    /// The last day of the month.
    pub fn month_end(self) -> Self {
        let (year, month, _) = self.ymd();
        Self::of_existing(year, month.cast_signed(), days_in_month(year, month).cast_signed())
    }

    /// The last day of the year.
    pub fn year_end(self) -> Self {
        Self::of_existing(self.year(), MONTHS_PER_YEAR, 31)
    }

    const fn of_existing(year: i32, month: i32, day: i32) -> Self {
        let year = if month <= 2 { year - 1 } else { year };
        let from_march = if month > 2 { month - 3 } else { month + 9 };
        let (era, year_of_era) = (year.div_euclid(YEARS_PER_ERA), year.rem_euclid(YEARS_PER_ERA));
        let day_of_year = (153 * from_march + 2) / 5 + day - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        Self { days: era * DAYS_PER_ERA + day_of_era - ERA_DAYS_TO_EPOCH }
    }
}

/// A date, written out.
#[derive(Debug, Clone, Copy)]
pub struct DateDigits([u8; 10]);

impl DateDigits {
    /// `YYYY-MM-DD`.
    pub fn as_str(&self) -> &str {
        // Digits are always text.
        str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Display for Date {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.digits().as_str())
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl FromStr for Date {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Self, DateError> {
        let [y0, y1, y2, y3, b'-', m0, m1, b'-', d0, d1] = *text.as_bytes() else {
            return Err(DateError);
        };
        let number = |digits: &[u8]| {
            digits.iter().try_fold(0_u32, |value, byte| {
                if byte.is_ascii_digit() { Ok(value * 10 + u32::from(byte - b'0')) } else { Err(DateError) }
            })
        };
        Self::from_ymd(number(&[y0, y1, y2, y3])?.cast_signed(), number(&[m0, m1])?, number(&[d0, d1])?)
    }
}

value_schema!(Date, "Date", { "type": "string", "format": "date" });

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.digits().as_str())
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(DateText)
    }
}

struct DateText;

impl Visitor<'_> for DateText {
    type Value = Date;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a date as text, YYYY-MM-DD")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Date, E> {
        text.parse().map_err(E::custom)
    }
}

const fn days_in_month(year: i32, month: u32) -> u32 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn every_day_of_the_range_round_trips_in_order() {
        let mut expected = date("1900-01-01");
        let last = date("9999-12-31");
        let mut previous = expected.ymd();
        while expected < last {
            expected = expected.add_days(1).unwrap();
            let ymd = expected.ymd();
            assert!(ymd > previous);
            assert_eq!(Date::from_ymd(ymd.0, ymd.1, ymd.2), Ok(expected));
            previous = ymd;
        }
        assert_eq!(last.add_days(1), Err(Overflow));
    }

    #[test]
    fn known_days_have_their_number_and_weekday() {
        for (text, days, weekday) in [
            ("1970-01-01", 0, Weekday::Thursday),
            ("2000-02-29", 11_016, Weekday::Tuesday),
            ("2015-07-01", 16_617, Weekday::Wednesday),
            ("2026-01-08", 20_461, Weekday::Thursday),
            ("1969-12-29", -3, Weekday::Monday),
        ] {
            assert_eq!((date(text).days(), date(text).weekday()), (days, weekday), "{text}");
            assert_eq!(date(text).to_string(), text);
        }
    }

    #[test]
    fn months_and_years_end_on_the_last_day_that_exists() {
        for (from, months, to) in [
            ("2015-01-31", 1, "2015-02-28"),
            ("2016-01-31", 1, "2016-02-29"),
            ("2016-02-29", 12, "2017-02-28"),
            ("2015-11-30", 3, "2016-02-29"),
            ("2022-03-01", 48, "2026-03-01"),
            ("2015-03-31", -1, "2015-02-28"),
        ] {
            assert_eq!(date(from).add_months(months), Ok(date(to)), "{from} + {months}");
        }
        assert_eq!(date("2016-02-29").add_years(1), Ok(date("2017-02-28")));
        assert_eq!(date("2016-02-01").month_end(), date("2016-02-29"));
        assert_eq!(date("2016-02-01").year_end(), date("2016-12-31"));
        assert_eq!(date("9999-12-01").add_months(1), Err(Overflow));
    }

    #[test]
    fn text_that_is_no_day_is_refused() {
        for wrong in ["2015-02-29", "2015-13-01", "2015-00-10", "2015-1-01", "15-01-01", "2015/01/01", "1899-12-31", ""]
        {
            assert!(wrong.parse::<Date>().is_err(), "{wrong}");
        }
    }
}
