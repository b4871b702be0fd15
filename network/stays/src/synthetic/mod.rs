//! A made-up PMS feed of any size: for who has only this project, and for benchmarks.
//!
//! Season, weekday, segment, channel, length of stay, lead time and rates follow the figures of the hotel booking
//! demand data set (N. Antonio, A. de Almeida, L. Nunes, Data in Brief 22 (2019) 41-49, doi
//! 10.1016/j.dib.2018.11.126, CC BY 4.0). The same [`Synthetic`] always writes the same bytes; a reservation is made
//! from its number alone, so that memory does not grow with the feed.

mod calendar;
mod figures;
mod incident;
mod random;
mod reservation;
mod revenue;

pub use incident::{INCIDENTS_PER_MILLE, Incident, UNKNOWN_CURRENCY, UNKNOWN_HOTEL, UNKNOWN_MEMBER};

use std::collections::{BTreeMap, VecDeque};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use folio_loyalty::rules::stay::{Status, Stay};
use folio_loyalty::units::{Currency, Date, DateError};

use crate::dates::{shifted, within_feeds};
use crate::error::StaysError;
use crate::hotels::CURRENCY;
use crate::lines::{End, FEED_FORMAT, FeedLine, Header, write_line};
use crate::members::Members;
use calendar::{Calendar, HotelDay};
use incident::{LATE_DAYS, Messages};

/// Seed when none is given.
pub const SEED_DEFAULT: u64 = 42;
/// Reservations when no number is given.
pub const STAYS_DEFAULT: u64 = 10_000;
/// The largest number of reservations.
pub const STAYS_MAX: u64 = 1_000_000_000;
/// First business date when none is given: the day of the data set's first check-out.
pub const FIRST_DATE_DEFAULT: &str = "2015-07-01";
/// Business dates when no number is given: two years.
pub const DAYS_DEFAULT: u32 = 731;
/// The largest number of business dates.
pub const DAYS_MAX: u32 = 3_660;

/// Said in the header of every feed.
const FIGURES_NOTE: &str = "synthetic: no guest, stay or amount is real; distributions after the figures of N. Antonio, \
     A. de Almeida, L. Nunes, Hotel booking demand datasets, Data in Brief 22 (2019) 41-49, \
     doi 10.1016/j.dib.2018.11.126, CC BY 4.0";

/// A feed that can be written.
#[derive(Clone, Copy, Debug)]
pub struct Synthetic {
    seed: u64,
    stays: u64,
    first_date: Date,
    days: u32,
    members: Members,
    currency: Currency,
    unknown_currency: Currency,
}

/// What was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Stay lines: reservations, later versions and repeats.
    pub lines: u64,
    /// Check-outs among the reservations.
    pub check_outs: u64,
    /// No-shows.
    pub no_shows: u64,
    /// Cancellations.
    pub cancellations: u64,
    /// Check-outs by what went otherwise.
    pub incidents: BTreeMap<Incident, u64>,
}

impl Synthetic {
    /// A feed of some reservations, with the defaults for all else.
    pub fn new(seed: u64, stays: u64, members: Members) -> Result<Self, StaysError> {
        Self::with_dates(seed, stays, members, FIRST_DATE_DEFAULT.parse()?, DAYS_DEFAULT)
    }

    /// A feed over chosen business dates.
    pub fn with_dates(
        seed: u64,
        stays: u64,
        members: Members,
        first_date: Date,
        days: u32,
    ) -> Result<Self, StaysError> {
        let within = |name, got: u64, max: u64| {
            if (1..=max).contains(&got) { Ok(()) } else { Err(StaysError::Setting { name, min: 1, max, got }) }
        };
        within("the number of stays", stays, STAYS_MAX)?;
        within("the number of days", days.into(), DAYS_MAX.into())?;
        let first_date = within_feeds(first_date).ok_or(DateError)?;
        let (currency, unknown_currency) = (CURRENCY.parse()?, UNKNOWN_CURRENCY.parse()?);
        Ok(Self { seed, stays, first_date, days, members, currency, unknown_currency })
    }

    /// Writes the feed to a file, packed when its name ends in `.gz`. `progress` is told the lines written so far.
    pub fn write_file(&self, path: &Path, progress: impl FnMut(u64)) -> Result<Written, StaysError> {
        let failed = |source| StaysError::File { path: path.to_owned(), source };
        let mut file = BufWriter::new(File::create(path).map_err(failed)?);
        let written = if path.extension().is_some_and(|extension| extension == "gz") {
            // Neither name nor time goes into the packed file: it would differ from one writing to the next.
            let mut packed = flate2::GzBuilder::new().write(&mut file, flate2::Compression::default());
            let written = self.write(&mut packed, progress).map_err(failed)?;
            packed.finish().map_err(failed)?;
            written
        } else {
            self.write(&mut file, progress).map_err(failed)?
        };
        file.flush().map_err(failed)?;
        Ok(written)
    }

    /// Writes the feed.
    pub fn write(&self, out: &mut impl Write, mut progress: impl FnMut(u64)) -> io::Result<Written> {
        let calendar = Calendar::new(self.stays, self.first_date, self.days);
        let mut written = Written::default();
        write_line(out, &self.header())?;
        let mut recent: VecDeque<HotelDay> = VecDeque::new();
        for day in calendar.hotel_days() {
            self.write_late(&mut recent, day.date, out, &mut written)?;
            self.write_day(&day, out, &mut written)?;
            progress(written.lines);
            recent.push_back(day);
        }
        self.write_late(&mut recent, shifted(self.first_date, self.days as i32 + LATE_DAYS), out, &mut written)?;
        write_line(out, &End { end: written.lines })?;
        Ok(written)
    }

    fn header(&self) -> Header {
        Header {
            folio_feed: FEED_FORMAT,
            synthetic: true,
            seed: self.seed,
            stays: self.stays,
            first_date: self.first_date,
            days: self.days,
            members_seed: self.members.seed(),
            members_count: self.members.count(),
            homes: self.members.homes().iter().map(Into::into).collect(),
            figures: FIGURES_NOTE.to_owned(),
        }
    }

    fn write_day(&self, day: &HotelDay, out: &mut impl Write, written: &mut Written) -> io::Result<()> {
        for number in day.reservations.clone() {
            let (stay, incident) = self.reservation(number, day);
            match stay.status {
                Status::CheckedOut => written.check_outs += 1,
                Status::NoShow => written.no_shows += 1,
                Status::Cancelled => written.cancellations += 1,
            }
            let at_once = match incident {
                Some(incident) => {
                    *written.incidents.entry(incident).or_default() += 1;
                    self.messages(incident, number, stay).at_once
                }
                None => vec![stay],
            };
            for stay in at_once {
                write_stay(out, day, stay, written)?;
            }
        }
        Ok(())
    }

    // Corrections of the days that are long enough past. They are made anew from the reservation's number.
    fn write_late(
        &self,
        recent: &mut VecDeque<HotelDay>,
        today: Date,
        out: &mut impl Write,
        written: &mut Written,
    ) -> io::Result<()> {
        while let Some(day) = recent.pop_front_if(|day| day.date.days_until(today) >= LATE_DAYS) {
            for number in day.reservations.clone() {
                if !incident::of_reservation(self.seed, number).is_some_and(Incident::is_late) {
                    continue;
                }
                let (stay, incident) = self.reservation(number, &day);
                let messages = incident.map(|incident| self.messages(incident, number, stay));
                if let Some(Messages { later: Some(stay), .. }) = messages {
                    write_stay(out, &day, stay, written)?;
                }
            }
        }
        Ok(())
    }

    // Only stays with at least one night meet an incident: the others have nothing that could be wrong.
    fn reservation(&self, number: u64, day: &HotelDay) -> (Stay<'static>, Option<Incident>) {
        let stay = reservation::stay_version(self.seed, number, day, &self.members, self.currency);
        let slept = stay.rooms.iter().any(|room| !room.nights.is_empty());
        (stay, incident::of_reservation(self.seed, number).filter(|_| slept))
    }

    fn messages(&self, incident: Incident, number: u64, stay: Stay<'static>) -> Messages {
        incident.messages(self.seed, number, stay, self.unknown_currency)
    }
}

fn write_stay(out: &mut impl Write, day: &HotelDay, stay: Stay<'_>, written: &mut Written) -> io::Result<()> {
    written.lines += 1;
    write_line(out, &FeedLine { source: day.hotel.hotel.code.into(), as_of: day.date, stay })
}
