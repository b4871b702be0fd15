//! A stay version as a property management system reports it, and the reading of its canonical JSON.
//!
//! The JSON is personal and commercial data: it travels in the transient map, is kept in a private collection, and
//! never stands on the ledger. What is hashed is the received bytes; they are read here and never written again.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ids::MemberId;
use crate::units::{Currency, Date};

/// Longest stay version, in bytes of JSON.
pub const STAY_BYTES_MAX: usize = 64 * 1024;
/// Most rooms of one stay version.
pub const STAY_ROOMS_MAX: usize = 32;
/// Most nights of one room.
pub const ROOM_NIGHTS_MAX: usize = 400;
/// Most revenue lines of one room.
pub const ROOM_LINES_MAX: usize = 1000;
/// Longest code, number or name in a stay version, in bytes.
pub const STAY_TEXT_BYTES_MAX: usize = 64;
/// Largest amount of one line, positive or negative, in smallest units of its currency.
pub const LINE_AMOUNT_MINOR_MAX: i64 = 1_000_000_000_000;

/// One version of one stay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Stay<'a> {
    /// Code of the hotel.
    #[serde(borrow)]
    pub hotel: Cow<'a, str>,
    /// Confirmation number of the booking.
    #[serde(borrow)]
    pub confirmation: Cow<'a, str>,
    /// Which leg of the booking.
    pub leg: u32,
    /// Which share of a shared room.
    pub share: u32,
    /// Version of this report; a later one corrects the earlier.
    pub version: u32,
    /// Booking group whose stays are rated together.
    #[serde(borrow)]
    pub group: Option<Cow<'a, str>>,
    /// Programme in which the guest wants to earn.
    #[serde(borrow)]
    pub programme: Cow<'a, str>,
    /// The member: 32 lowercase hexadecimal digits.
    #[serde(borrow)]
    pub member: Cow<'a, str>,
    /// Membership number, where the hotel knows it.
    #[serde(borrow)]
    pub member_number: Option<Cow<'a, str>>,
    /// Business date of the booking.
    pub booked: Option<Date>,
    /// Actual arrival.
    pub arrival: Date,
    /// Actual departure; the planned one for a stay that did not take place.
    pub departure: Date,
    /// What became of the booking.
    pub status: Status,
    /// The rooms.
    #[serde(borrow)]
    pub rooms: Vec<Room<'a>>,
}

/// What became of a booking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// The guest stayed and left.
    CheckedOut,
    /// The guest did not come.
    NoShow,
    /// The booking was cancelled.
    Cancelled,
}

/// One room of a stay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Room<'a> {
    /// Number of the room, where it was assigned.
    #[serde(borrow)]
    pub number: Option<Cow<'a, str>>,
    /// Whether the member slept in it.
    pub occupant_member: bool,
    /// Whether the member paid for it.
    pub payer_member: bool,
    /// The nights slept, as the hotel counts them.
    #[serde(borrow)]
    pub nights: Vec<Night<'a>>,
    /// The revenue lines; payments are not among them.
    #[serde(borrow)]
    pub lines: Vec<Line<'a>>,
}

/// The terms of one night in a room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Night<'a> {
    /// Business date of the evening.
    pub date: Date,
    /// Rate code.
    #[serde(borrow)]
    pub rate_code: Cow<'a, str>,
    /// Room type.
    #[serde(borrow)]
    pub room_type: Cow<'a, str>,
    /// Market segment.
    #[serde(borrow)]
    pub market: Cow<'a, str>,
    /// Distribution channel.
    #[serde(borrow)]
    pub channel: Cow<'a, str>,
    /// Whether the hotel gave the night away.
    pub complimentary: bool,
}

/// One line of a folio. The pair of folio and posting identifies it within the stay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Line<'a> {
    /// Folio on which it was posted.
    #[serde(borrow)]
    pub folio: Cow<'a, str>,
    /// Number of the posting.
    #[serde(borrow)]
    pub posting: Cow<'a, str>,
    /// Business date of the posting.
    pub date: Date,
    /// OpenTravel revenue category.
    pub category: u16,
    /// Amount without tax, in smallest units.
    pub net: i64,
    /// Amount with tax, in smallest units.
    pub gross: i64,
    /// Currency of both.
    pub currency: Currency,
}

/// Why bytes are not a stay version. These are refusals: such bytes are not kept, not even for correction.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StayError {
    /// The JSON is not of the canonical shape.
    #[error("the stay is not canonical: {message}")]
    Malformed {
        /// What the reader found, and where.
        message: String,
    },
    /// Something exceeds its limit.
    #[error("{key} is {got}, at most {max} is accepted")]
    TooLarge {
        /// What is too large.
        key: &'static str,
        /// Its size.
        got: u64,
        /// The limit.
        max: u64,
    },
    /// A member id is not 32 lowercase hexadecimal digits.
    #[error("the member is not 32 lowercase hexadecimal digits")]
    Member,
}

impl StayError {
    /// The stable code of the refusal.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Malformed { .. } => "STAY_MALFORMED",
            Self::TooLarge { .. } => "STAY_TOO_LARGE",
            Self::Member => "STAY_MEMBER_MALFORMED",
        }
    }
}

impl<'a> Stay<'a> {
    /// Reads canonical JSON, within the limits of this module. Text is borrowed from the bytes.
    pub fn parse(json: &'a [u8]) -> Result<Self, StayError> {
        at_most("stay", json.len(), STAY_BYTES_MAX)?;
        // Looked through once, so that not every text is looked through by itself.
        let json = std::str::from_utf8(json).map_err(|error| StayError::Malformed { message: error.to_string() })?;
        let stay: Self =
            serde_json::from_str(json).map_err(|error| StayError::Malformed { message: error.to_string() })?;
        stay.check_limits()?;
        Ok(stay)
    }

    /// Whether the guest stayed; otherwise nothing of the stay is rated.
    pub fn took_place(&self) -> bool {
        self.status == Status::CheckedOut
    }

    /// Days from arrival to departure; negative when the dates are the wrong way round.
    pub const fn length_days(&self) -> i32 {
        self.arrival.days_until(self.departure)
    }

    /// All revenue lines with their room.
    pub fn lines(&self) -> impl Iterator<Item = &Line<'a>> {
        self.rooms.iter().flat_map(|room| &room.lines)
    }

    /// The currencies for which the rating of this stay needs an exchange rate into the programme's currency.
    pub fn foreign_currencies(&self, programme_currency: Currency) -> Vec<Currency> {
        let mut found = Vec::new();
        if self.took_place() {
            for line in self.lines() {
                if line.currency != programme_currency && !found.contains(&line.currency) {
                    found.push(line.currency);
                }
            }
        }
        found
    }

    fn check_limits(&self) -> Result<(), StayError> {
        for (key, text) in
            [("hotel", &self.hotel), ("confirmation", &self.confirmation), ("programme", &self.programme)]
        {
            text_fits(key, text)?;
        }
        for (key, text) in [("group", &self.group), ("member_number", &self.member_number)] {
            text_fits(key, text.as_deref().unwrap_or_default())?;
        }
        if MemberId::parse(&self.member).is_none() {
            return Err(StayError::Member);
        }
        at_most("rooms", self.rooms.len(), STAY_ROOMS_MAX)?;
        self.rooms.iter().try_for_each(Room::check_limits)
    }
}

impl<'a> Room<'a> {
    /// The terms under which revenue of `date` was earned: those of that night, else of the last night before it, else
    /// of the first. A day use has none.
    pub fn terms_on(&self, date: Date) -> Option<&Night<'a>> {
        let mut best = self.nights.first()?;
        for night in &self.nights {
            if night.date == date {
                return Some(night);
            }
            if night.date < date && (best.date > date || night.date > best.date) {
                best = night;
            }
        }
        Some(best)
    }

    fn check_limits(&self) -> Result<(), StayError> {
        text_fits("room number", self.number.as_deref().unwrap_or_default())?;
        at_most("nights", self.nights.len(), ROOM_NIGHTS_MAX)?;
        at_most("lines", self.lines.len(), ROOM_LINES_MAX)?;
        for night in &self.nights {
            for (key, text) in [
                ("rate_code", &night.rate_code),
                ("room_type", &night.room_type),
                ("market", &night.market),
                ("channel", &night.channel),
            ] {
                text_fits(key, text)?;
            }
        }
        for line in &self.lines {
            text_fits("folio", &line.folio)?;
            text_fits("posting", &line.posting)?;
            for amount in [line.net, line.gross] {
                if amount.unsigned_abs() > LINE_AMOUNT_MINOR_MAX.unsigned_abs() {
                    let max = LINE_AMOUNT_MINOR_MAX.unsigned_abs();
                    return Err(StayError::TooLarge { key: "amount", got: amount.unsigned_abs(), max });
                }
            }
        }
        Ok(())
    }
}

fn text_fits(key: &'static str, text: &str) -> Result<(), StayError> {
    at_most(key, text.len(), STAY_TEXT_BYTES_MAX)
}

fn at_most(key: &'static str, got: usize, max: usize) -> Result<(), StayError> {
    if got > max { Err(StayError::TooLarge { key, got: got as u64, max: max as u64 }) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STAY: &str = r#"{"hotel":"AUR-CITY","confirmation":"4711","leg":1,"share":0,"version":1,"group":null,"programme":"hilton-honors","member":"00112233445566778899aabbccddeeff","member_number":null,"booked":"2015-06-01","arrival":"2015-07-01","departure":"2015-07-02","status":"checked_out","rooms":[{"number":"305","occupant_member":true,"payer_member":true,"nights":[{"date":"2015-07-01","rate_code":"BAR","room_type":"A","market":"Direct","channel":"Direct","complimentary":false}],"lines":[{"folio":"1","posting":"1","date":"2015-07-01","category":9,"net":7500,"gross":7500,"currency":"EUR"}]}]}"#;

    #[test]
    fn canonical_json_is_read_without_copying_and_written_back_byte_for_byte() {
        let stay = Stay::parse(STAY.as_bytes()).unwrap();
        assert!(matches!(stay.hotel, Cow::Borrowed(_)));
        assert!(matches!(stay.rooms[0].nights[0].market, Cow::Borrowed(_)));
        assert_eq!(serde_json::to_string(&stay).unwrap(), STAY);
        assert_eq!(stay.foreign_currencies("USD".parse().unwrap()), ["EUR".parse().unwrap()]);
        assert_eq!(stay.foreign_currencies("EUR".parse().unwrap()), []);
    }

    #[test]
    fn unknown_keys_wrong_ids_and_oversized_text_are_refused_with_a_code() {
        for (wrong, code) in [
            (STAY.replace("\"leg\":1", "\"leg\":1,\"guest\":\"Ann\""), "STAY_MALFORMED"),
            (STAY.replace("\"leg\":1,", ""), "STAY_MALFORMED"),
            (STAY.replace("\"net\":7500", "\"net\":75.00"), "STAY_MALFORMED"),
            (STAY.replace("2015-07-02", "2015-07-32"), "STAY_MALFORMED"),
            (STAY.replace("00112233445566778899aabbccddeeff", "0011"), "STAY_MEMBER_MALFORMED"),
            (STAY.replace("aabb", "AABB"), "STAY_MEMBER_MALFORMED"),
            (STAY.replace("4711", &"4".repeat(65)), "STAY_TOO_LARGE"),
            (STAY.replace("\"gross\":7500", "\"gross\":1000000000001"), "STAY_TOO_LARGE"),
            (STAY.replace("4711", &"4".repeat(STAY_BYTES_MAX)), "STAY_TOO_LARGE"),
        ] {
            assert_eq!(Stay::parse(wrong.as_bytes()).unwrap_err().code(), code);
        }
    }

    #[test]
    fn revenue_takes_the_terms_of_its_night_or_of_the_nearest_before() {
        let stay = Stay::parse(STAY.as_bytes()).unwrap();
        let mut room = stay.rooms[0].clone();
        let night = |date: &str, market: &'static str| Night {
            date: date.parse().unwrap(),
            market: Cow::Borrowed(market),
            ..stay.rooms[0].nights[0].clone()
        };
        room.nights = vec![night("2015-07-03", "c"), night("2015-07-01", "a"), night("2015-07-02", "b")];
        let market =
            |room: &Room<'_>, date: &str| room.terms_on(date.parse().unwrap()).map(|night| night.market.to_string());
        assert_eq!(market(&room, "2015-07-02").as_deref(), Some("b"));
        assert_eq!(market(&room, "2015-07-04").as_deref(), Some("c"));
        room.nights.remove(1);
        assert_eq!(market(&room, "2015-07-01").as_deref(), Some("c"), "no night before: the first listed");
        room.nights.clear();
        assert_eq!(market(&room, "2015-07-01"), None);
    }
}
