//! How a booking of the data set becomes a stay version.
//!
//! What the data set does not say is filled by a rule, the same for every reading: the member by [`Members`], the
//! currency by the hotel, one room a booking, occupied and paid by the member, the kind of customer as rate code.

use folio_loyalty::rules::revenue::ROOM;
use folio_loyalty::rules::stay::{Line, Night, Room, Status, Stay};
use folio_loyalty::units::Currency;

use crate::dataset::booking::{Booking, BookingStatus};
use crate::dates::shifted;
use crate::members::Members;

/// Whose data it is.
pub const DATASET_CITATION: &str = "N. Antonio, A. de Almeida, L. Nunes, Hotel booking demand datasets, Data in Brief 22 \
     (2019) 41-49, doi 10.1016/j.dib.2018.11.126, CC BY 4.0";

/// What a reader of any figure made from the data set must be told.
pub const DATASET_NOTE: &str = "the data set names no guest and no currency: members and membership numbers are \
     synthetic, confirmation numbers are row numbers, EUR is assumed";

/// Market segment of stays given free of charge.
const COMPLEMENTARY: &str = "Complementary";

/// The stay version of a booking. The 27 early departures keep their booked nights, more than they slept: it is the
/// ledger that notices, not this mapping.
pub fn stay_version<'a>(booking: &'a Booking, members: &Members, currency: Currency) -> Stay<'a> {
    let confirmation = booking.row.to_string();
    let member = members.of_stay(booking.hotel.code, &confirmation);
    let planned_departure = shifted(booking.arrival, booking.nights as i32);
    let (status, departure) = match booking.status {
        BookingStatus::CheckOut => (Status::CheckedOut, booking.status_date),
        BookingStatus::Canceled => (Status::Cancelled, planned_departure),
        BookingStatus::NoShow => (Status::NoShow, planned_departure),
    };
    Stay {
        hotel: booking.hotel.code.into(),
        confirmation: confirmation.into(),
        leg: 1,
        share: 0,
        version: 1,
        group: None,
        programme: member.programme.into(),
        member: member.id.into(),
        member_number: Some(member.number.into()),
        booked: Some(shifted(booking.arrival, -booking.lead_days)),
        arrival: booking.arrival,
        departure,
        status,
        rooms: if booking.status == BookingStatus::CheckOut { vec![room(booking, currency)] } else { Vec::new() },
    }
}

fn room(booking: &Booking, currency: Currency) -> Room<'_> {
    let dates = || (0..booking.nights).map(|night| shifted(booking.arrival, night as i32));
    Room {
        number: None,
        occupant_member: true,
        payer_member: true,
        nights: dates()
            .map(|date| Night {
                date,
                rate_code: (&*booking.customer_type).into(),
                room_type: (&*booking.room_type).into(),
                market: (&*booking.market_segment).into(),
                channel: (&*booking.distribution_channel).into(),
                complimentary: &*booking.market_segment == COMPLEMENTARY,
            })
            .collect(),
        lines: dates()
            .zip(1_u32..)
            .map(|(date, posting)| Line {
                folio: "1".into(),
                posting: posting.to_string().into(),
                date,
                category: ROOM,
                net: booking.rate_cents,
                gross: booking.rate_cents,
                currency,
            })
            .collect(),
    }
}
