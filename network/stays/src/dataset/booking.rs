//! One row of the data set, checked cell by cell.

use std::sync::Arc;

use csv::ByteRecord;
use folio_loyalty::units::Date;

use super::Texts;
use super::columns::{Cells, Columns};
use crate::dates::{YEAR_MAX, YEAR_MIN, within_feeds};
use crate::error::StaysError;
use crate::hotels::{HOTELS, Hotel};

/// Nights of one booking; the data set's longest has 69.
const NIGHTS_MAX: u32 = 400;
/// Days from booking to arrival; the data set's longest are 737.
const LEAD_DAYS_MAX: i32 = 3_660;
/// The largest rate a night, in cents; the data set's largest is 5,400.00.
const RATE_CENTS_MAX: i64 = 100_000_000;
/// Bytes of a text cell.
const TEXT_BYTES_MAX: usize = 64;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// What became of a booking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BookingStatus {
    /// The guest came and has left.
    CheckOut,
    /// The booking was cancelled.
    Canceled,
    /// The guest did not come.
    NoShow,
}

/// One booking.
#[derive(Clone, Debug)]
pub struct Booking {
    /// Number of the row in the full file, from 1.
    pub row: u64,
    /// The hotel.
    pub hotel: Hotel,
    /// What became of it.
    pub status: BookingStatus,
    /// Date of check-out, of cancellation or of the failed arrival.
    pub status_date: Date,
    /// Date of arrival.
    pub arrival: Date,
    /// Days from booking to arrival.
    pub lead_days: i32,
    /// Nights booked: weekend nights and week nights.
    pub nights: u32,
    /// Average daily rate, in cents.
    pub rate_cents: i64,
    /// Market segment.
    pub market_segment: Arc<str>,
    /// Distribution channel.
    pub distribution_channel: Arc<str>,
    /// Room type assigned.
    pub room_type: Arc<str>,
    /// Kind of customer; stands for the rate code, of which the data set says nothing.
    pub customer_type: Arc<str>,
}

pub(super) fn read(
    record: &ByteRecord,
    columns: &Columns,
    counted_row: u64,
    texts: &mut Texts,
) -> Result<Booking, StaysError> {
    let cells = Cells::new(record);
    let nights = |column| cells.read(column, "a number of nights", |text| number(text, NIGHTS_MAX));
    let mut text = |column| cells.read(column, "a short text", short_text).and_then(|text| texts.share(text));
    Ok(Booking {
        row: match columns.row {
            Some(column) => {
                cells.read(column, "a row number from 1", |text| number(text, u64::MAX).filter(|n| *n > 0))?
            }
            None => counted_row,
        },
        hotel: cells.read(columns.hotel, "a hotel of the data set", |text| {
            HOTELS.into_iter().find(|hotel| hotel.data_set_name == text)
        })?,
        status: cells.read(columns.status, "Check-Out, Canceled or No-Show", status)?,
        status_date: cells
            .read(columns.status_date, "a date YYYY-MM-DD", |text| text.parse().ok().and_then(within_feeds))?,
        arrival: arrival(&cells, columns)?,
        lead_days: cells.read(columns.lead_time, "a number of days", |text| number(text, LEAD_DAYS_MAX))?,
        nights: nights(columns.weekend_nights)? + nights(columns.week_nights)?,
        rate_cents: cells.read(columns.adr, "an amount with at most two decimals", cents)?,
        market_segment: text(columns.market_segment)?,
        distribution_channel: text(columns.distribution_channel)?,
        room_type: text(columns.assigned_room_type)?,
        customer_type: text(columns.customer_type)?,
    })
}

fn arrival(cells: &Cells<'_>, columns: &Columns) -> Result<Date, StaysError> {
    let year =
        cells.read(columns.arrival_year, "a year", |text| number(text, YEAR_MAX).filter(|year| *year >= YEAR_MIN))?;
    let month = cells.read(columns.arrival_month, "the English name of a month", |text| {
        MONTHS.iter().position(|month| *month == text)
    })?;
    cells.read(columns.arrival_day, "a day of that month", |text| {
        Date::from_ymd(year, month as u32 + 1, number(text, 31)?).ok()
    })
}

fn status(text: &str) -> Option<BookingStatus> {
    match text {
        "Check-Out" => Some(BookingStatus::CheckOut),
        "Canceled" => Some(BookingStatus::Canceled),
        "No-Show" => Some(BookingStatus::NoShow),
        _ => None,
    }
}

// A number of digits only: no sign, no blank, not past the largest.
fn number<T: std::str::FromStr + PartialOrd>(text: &str, max: T) -> Option<T> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok())?.filter(|number| *number <= max)
}

fn short_text(text: &str) -> Option<&str> {
    (!text.is_empty() && text.len() <= TEXT_BYTES_MAX && !text.chars().any(char::is_control)).then_some(text)
}

// Exact: a rate with more than two decimals is refused, not rounded.
fn cents(text: &str) -> Option<i64> {
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |digits| (-1, digits));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let fraction = match fraction.len() {
        1 => number(fraction, 9)? * 10,
        2 => number(fraction, 99)?,
        _ => return None,
    };
    Some(sign * (number(whole, RATE_CENTS_MAX / 100)? * 100 + fraction))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_read_exactly_or_refused() {
        let cases = [
            ("75", Some(7_500)),
            ("98.3", Some(9_830)),
            ("151.27", Some(15_127)),
            ("0", Some(0)),
            ("-6.38", Some(-638)),
            ("5400", Some(540_000)),
            ("1.005", None),
            ("1.", None),
            (".5", None),
            ("1,5", None),
            ("1e3", None),
            ("--1", None),
            ("", None),
            ("99999999999999999999", None),
        ];
        for (text, expected) in cases {
            assert_eq!(cents(text), expected, "{text:?}");
        }
    }
}
