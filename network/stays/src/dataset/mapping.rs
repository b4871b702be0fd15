//! How a booking of the data set becomes a stay version.
//!
//! What the data set does not say is filled by a rule, the same for every reading: the member by [`Members`], the
//! currency by the hotel, one room a booking, occupied and paid by the member, the kind of customer as rate code.

use crate::dataset::booking::{Booking, BookingStatus};
use crate::members::Members;
use crate::stay::{Line, Night, Room, StayStatus, StayVersion};

/// Whose data it is.
pub const DATASET_CITATION: &str = "N. Antonio, A. de Almeida, L. Nunes, Hotel booking demand datasets, Data in Brief 22 \
     (2019) 41-49, doi 10.1016/j.dib.2018.11.126, CC BY 4.0";

/// What a reader of any figure made from the data set must be told.
pub const DATASET_NOTE: &str = "the data set names no guest and no currency: members and membership numbers are \
     synthetic, confirmation numbers are row numbers, EUR is assumed";

/// OpenTravel revenue category of a room.
const CATEGORY_ROOM: u8 = 9;

/// Market segment of stays given free of charge.
const COMPLEMENTARY: &str = "Complementary";

/// The stay version of a booking. The 27 early departures keep their booked nights, more than they slept: it is the
/// ledger that notices, not this mapping.
pub fn stay_version(booking: &Booking, members: &Members) -> StayVersion {
    let confirmation = booking.row.to_string();
    let member = members.of_stay(booking.hotel.code, &confirmation);
    let planned_departure = booking.arrival.plus_days(booking.nights as i32);
    let (status, departure) = match booking.status {
        BookingStatus::CheckOut => (StayStatus::CheckedOut, booking.status_date),
        BookingStatus::Canceled => (StayStatus::Cancelled, planned_departure),
        BookingStatus::NoShow => (StayStatus::NoShow, planned_departure),
    };
    StayVersion {
        hotel: booking.hotel.code.to_owned(),
        confirmation,
        leg: 1,
        share: 0,
        version: 1,
        group: None,
        programme: member.programme.to_owned(),
        member: member.id,
        member_number: Some(member.number),
        booked: Some(booking.arrival.plus_days(-booking.lead_days)),
        arrival: booking.arrival,
        departure,
        status,
        rooms: if booking.status == BookingStatus::CheckOut { vec![room(booking)] } else { Vec::new() },
    }
}

fn room(booking: &Booking) -> Room {
    let dates = || (0..booking.nights).map(|night| booking.arrival.plus_days(night as i32));
    Room {
        number: None,
        occupant_member: true,
        payer_member: true,
        nights: dates()
            .map(|date| Night {
                date,
                rate_code: booking.customer_type.to_string(),
                room_type: booking.room_type.to_string(),
                market: booking.market_segment.to_string(),
                channel: booking.distribution_channel.to_string(),
                complimentary: &*booking.market_segment == COMPLEMENTARY,
            })
            .collect(),
        lines: dates()
            .zip(1_u32..)
            .map(|(date, posting)| Line {
                folio: "1".to_owned(),
                posting: posting.to_string(),
                date,
                category: CATEGORY_ROOM,
                net: booking.rate_cents,
                gross: booking.rate_cents,
                currency: booking.hotel.currency.to_owned(),
            })
            .collect(),
    }
}
