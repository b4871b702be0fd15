//! One reservation of a generated feed, made from the seed and its number alone.

use folio_loyalty::rules::stay::{Night, Room, Status, Stay};
use folio_loyalty::units::{Currency, Date};

use super::calendar::HotelDay;
use super::figures::{CANCELLED_LEAD_LEFT, HotelFigures, Segment};
use super::random::Random;
use super::revenue;
use crate::dates::shifted;
use crate::members::Members;

/// The last entry of the nights' distribution stands for this many nights and more, up to the maximum.
const LONG_STAY_NIGHTS: i64 = 15;
const NIGHTS_MAX: i64 = 28;

/// Rooms of a reservation, of a thousand. The data set counts none: made up.
const ROOMS: &[(u32, u32)] = &[(1, 940), (2, 45), (3, 10), (4, 5)];
/// Longer stays have one room, so that a stay version stays within the contract's limit.
const SEVERAL_ROOMS_NIGHTS_MAX: u32 = 7;

/// Of a thousand rooms, those that somebody else pays for.
const OTHER_PAYER_PER_MILLE: u32 = 50;

/// What is the same for all rooms and nights of a reservation.
pub(super) struct Terms {
    pub(super) segment: Segment,
    pub(super) channel: &'static str,
    pub(super) room_type: &'static str,
    pub(super) arrival: Date,
    pub(super) nights: u32,
    pub(super) currency: Currency,
    pub(super) rate_cents: i64,
    pub(super) guests: u32,
    pub(super) parking: bool,
}

/// The first version of a reservation, without errors.
pub(super) fn stay_version(
    seed: u64,
    number: u64,
    day: &HotelDay,
    members: &Members,
    currency: Currency,
) -> Stay<'static> {
    let mut random = Random::new(seed, number);
    let segment = random.pick(day.hotel.segments);
    let status = status(&mut random, &segment);
    let nights = nights(&mut random, day);
    let lead_days = random.quantile(day.hotel.lead_days);
    let arrival = match status {
        Status::CheckedOut => shifted(day.date, -(nights as i32)),
        Status::NoShow => day.date,
        Status::Cancelled => {
            let left = u64::from(lead_days) * u64::from(random.quantile(CANCELLED_LEAD_LEFT)) / 1_000;
            shifted(day.date, left as i32)
        }
    };
    let rooms = match status {
        Status::CheckedOut => {
            let terms = terms(&mut random, day.hotel, segment, (arrival, nights), currency);
            rooms(&mut random, &terms)
        }
        Status::NoShow | Status::Cancelled => Vec::new(),
    };
    let confirmation = confirmation(seed, number);
    let member = members.of_stay(day.hotel.hotel.code, &confirmation);
    Stay {
        hotel: day.hotel.hotel.code.into(),
        confirmation: confirmation.into(),
        leg: 1,
        share: 0,
        version: 1,
        group: None,
        programme: member.programme.into(),
        member: member.id.into(),
        member_number: Some(member.number.into()),
        booked: Some(shifted(arrival, -(lead_days as i32))),
        arrival,
        departure: shifted(arrival, nights as i32),
        status,
        rooms,
    }
}

/// Confirmation numbers name the seed, so that feeds of several seeds go into one ledger, beside the data set.
fn confirmation(seed: u64, number: u64) -> String {
    format!("S{seed}-{}", number + 1)
}

fn status(random: &mut Random, segment: &Segment) -> Status {
    let drawn = random.below(1_000) as u32;
    if drawn < segment.cancelled_per_mille {
        Status::Cancelled
    } else if drawn < segment.cancelled_per_mille + segment.no_show_per_mille {
        Status::NoShow
    } else {
        Status::CheckedOut
    }
}

fn nights(random: &mut Random, day: &HotelDay) -> u32 {
    let weights = &day.hotel.nights[day.date.weekday() as usize];
    match random.place(weights.iter().copied()) as i64 {
        LONG_STAY_NIGHTS => random.between(LONG_STAY_NIGHTS, NIGHTS_MAX) as u32,
        nights => nights as u32,
    }
}

fn terms(
    random: &mut Random,
    hotel: &'static HotelFigures,
    segment: Segment,
    (arrival, nights): (Date, u32),
    currency: Currency,
) -> Terms {
    let month_rate = u64::from(hotel.rate_cents[arrival.ymd().1 as usize - 1]);
    let spread = u64::from(random.quantile(hotel.rate_spread));
    Terms {
        segment,
        channel: random.pick(segment.channels),
        room_type: random.pick(hotel.room_types),
        arrival,
        nights,
        currency,
        rate_cents: (month_rate * u64::from(segment.rate_per_mille) * spread / 1_000_000) as i64,
        guests: random.pick(hotel.guests),
        parking: random.happens(hotel.parking_per_mille),
    }
}

fn rooms(random: &mut Random, terms: &Terms) -> Vec<Room<'static>> {
    let count = if terms.nights <= SEVERAL_ROOMS_NIGHTS_MAX { random.pick(ROOMS) } else { 1 };
    let mut posting = 0;
    (0..count)
        .map(|place| Room {
            number: Some((random.between(1, 8) * 100 + random.between(1, 30)).to_string().into()),
            occupant_member: place == 0,
            payer_member: !random.happens(OTHER_PAYER_PER_MILLE),
            nights: (0..terms.nights).map(|night| night_of(terms, night)).collect(),
            lines: revenue::lines(random, terms, &mut posting),
        })
        .collect()
}

fn night_of(terms: &Terms, night: u32) -> Night<'static> {
    Night {
        date: shifted(terms.arrival, night as i32),
        rate_code: rate_code(terms.segment.name).into(),
        room_type: terms.room_type.into(),
        market: terms.segment.name.into(),
        channel: terms.channel.into(),
        complimentary: terms.segment.name == "Complementary",
    }
}

fn rate_code(segment: &str) -> &'static str {
    match segment {
        "Online TA" => "OTA",
        "Offline TA/TO" => "WHL",
        "Groups" => "GRP",
        "Corporate" => "CORP",
        "Aviation" => "CREW",
        "Complementary" => "COMP",
        _ => "BAR",
    }
}
