//! How many reservations fall on a business date: season by month, days of the week, both hotels by their size.

use std::ops::Range;

use folio_loyalty::units::Date;

use super::figures::{FIGURES, HotelFigures};
use crate::dates::shifted;

/// The dates of a feed and the reservations of each. Reservations are numbered in the order of their dates, so that
/// any of them can be made again from its number alone.
#[derive(Clone, Debug)]
pub(super) struct Calendar {
    stays: u64,
    first_date: Date,
    days: u32,
    weight: u64,
}

/// The reservations of one hotel on one date.
#[derive(Clone, Debug)]
pub(super) struct HotelDay {
    pub(super) date: Date,
    pub(super) hotel: &'static HotelFigures,
    pub(super) reservations: Range<u64>,
}

impl Calendar {
    pub(super) fn new(stays: u64, first_date: Date, days: u32) -> Self {
        let mut calendar = Self { stays, first_date, days, weight: 0 };
        calendar.weight = calendar.hotel_dates().map(|(date, hotel)| weight(date, hotel)).sum();
        calendar
    }

    /// All hotels and dates, in order.
    pub(super) fn hotel_days(&self) -> impl Iterator<Item = HotelDay> + '_ {
        // Shares are cut from the running sum, so that their roundings never add up.
        self.hotel_dates().scan(0_u64, |before, (date, hotel)| {
            let first = self.stays_up_to(*before);
            *before += weight(date, hotel);
            Some(HotelDay { date, hotel, reservations: first..self.stays_up_to(*before) })
        })
    }

    fn hotel_dates(&self) -> impl Iterator<Item = (Date, &'static HotelFigures)> + use<> {
        let first = self.first_date;
        (0..self.days).flat_map(move |day| FIGURES.iter().map(move |hotel| (shifted(first, day as i32), hotel)))
    }

    fn stays_up_to(&self, weight: u64) -> u64 {
        (u128::from(self.stays) * u128::from(weight) / u128::from(self.weight.max(1))) as u64
    }
}

// Check-outs of that month times those of that weekday, scaled to all bookings of the hotel: at the city hotel more
// are cancelled.
fn weight(date: Date, hotel: &HotelFigures) -> u64 {
    let month = u64::from(hotel.check_outs_per_day[date.ymd().1 as usize - 1]);
    let weekday = u64::from(hotel.check_outs_per_mille[date.weekday() as usize]);
    let mean: u64 = hotel.check_outs_per_day.iter().map(|month| u64::from(*month)).sum::<u64>() / 12;
    month * weekday * u64::from(hotel.bookings) / mean
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reservation_has_its_day_once() {
        for (stays, days) in [(0, 1), (1, 1), (999, 10), (119_390, 807), (5, 4_000)] {
            let calendar = Calendar::new(stays, Date::from_ymd(2015, 7, 1).unwrap(), days);
            let mut next = 0;
            for day in calendar.hotel_days() {
                assert_eq!(day.reservations.start, next);
                next = day.reservations.end;
            }
            assert_eq!(next, stays, "{days} days");
        }
    }
}
