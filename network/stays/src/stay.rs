//! The canonical stay version: what a PMS says of one stay, as one compact JSON object.
//!
//! Field order is part of the form: the same version always gives the same bytes, so that its digest is stable.

use serde::{Deserialize, Serialize};

use crate::date::Date;

/// One version of one stay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StayVersion {
    /// Code of the hotel.
    pub hotel: String,
    /// The hotel's confirmation number.
    pub confirmation: String,
    /// Leg of a stay that moved between rooms or rates, from 1.
    pub leg: u32,
    /// Share of a shared room, 0 when not shared.
    pub share: u32,
    /// Version of this stay, from 1.
    pub version: u32,
    /// Booking group, when the stay belongs to one.
    pub group: Option<String>,
    /// Programme that the points are asked from.
    pub programme: String,
    /// The member: 32 lowercase hexadecimal digits.
    pub member: String,
    /// The membership number shown at the desk; private.
    pub member_number: Option<String>,
    /// Date of booking.
    pub booked: Option<Date>,
    /// Actual arrival; the planned one of a stay that did not happen.
    pub arrival: Date,
    /// Actual departure; the planned one of a stay that did not happen.
    pub departure: Date,
    /// What became of the booking.
    pub status: StayStatus,
    /// Rooms of the stay; none when it did not happen.
    pub rooms: Vec<Room>,
}

/// What became of a booking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StayStatus {
    /// The guest came and has left.
    CheckedOut,
    /// The guest did not come.
    NoShow,
    /// The booking was cancelled.
    Cancelled,
}

/// One room of a stay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Room {
    /// Number on the door, when the source knows it.
    pub number: Option<String>,
    /// The member slept in it.
    pub occupant_member: bool,
    /// The member paid for it.
    pub payer_member: bool,
    /// Nights slept, as the PMS says.
    pub nights: Vec<Night>,
    /// Revenue lines; payments are left out.
    pub lines: Vec<Line>,
}

/// One night of a room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Night {
    /// Business date of the night.
    pub date: Date,
    /// Rate code.
    pub rate_code: String,
    /// Room type.
    pub room_type: String,
    /// Market segment.
    pub market: String,
    /// Distribution channel.
    pub channel: String,
    /// Given free of charge.
    pub complimentary: bool,
}

/// One revenue line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// Folio that the line stands on.
    pub folio: String,
    /// Posting id, unique within the folio.
    pub posting: String,
    /// Business date.
    pub date: Date,
    /// OpenTravel revenue category.
    pub category: u8,
    /// Amount without tax, in minor units.
    pub net: i64,
    /// Amount with tax, in minor units.
    pub gross: i64,
    /// ISO 4217 code.
    pub currency: String,
}
