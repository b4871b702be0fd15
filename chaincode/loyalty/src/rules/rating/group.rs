//! Several stays seen as one: their dates, their nights, and which of their rooms count.

use super::amounts::Amounts;
use super::{GROUP_STAYS_MAX, RatingError};
use crate::rules::programme::StayDates;
use crate::rules::reason::{Reason, ReasonSet};
use crate::rules::revenue;
use crate::rules::stay::{Room, Status, Stay};
use crate::units::{Date, ExchangeRates, Money};

/// The stays of a group that took place.
pub(super) struct Group<'a> {
    pub(super) rooms: Vec<GroupRoom<'a>>,
    pub(super) dates: StayDates,
    /// Nights slept, each date once.
    pub(super) nights: u32,
    pub(super) member_in_house: bool,
    pub(super) room_revenue_positive: bool,
}

/// A room of the group, with the stay that lists it.
#[derive(Clone, Copy)]
pub(super) struct GroupRoom<'a> {
    pub(super) stay: &'a Stay<'a>,
    pub(super) room: &'a Room<'a>,
}

impl<'a> Group<'a> {
    /// Takes the stays together. Those that did not take place only leave their reason; `None` when no other is left.
    pub(super) fn of(
        stays: &[&'a Stay<'a>],
        rates: &ExchangeRates,
        reasons: &mut ReasonSet,
    ) -> Result<Option<Self>, RatingError> {
        let (Some(first), true) = (stays.first(), stays.len() <= GROUP_STAYS_MAX) else {
            return Err(RatingError::GroupSize { got: stays.len() });
        };
        let same = |stay: &&Stay<'_>| {
            (&stay.member, &stay.programme, &stay.hotel) == (&first.member, &first.programme, &first.hotel)
        };
        if !stays.iter().all(same) {
            return Err(RatingError::GroupMixed);
        }
        let mut dates: Option<StayDates> = None;
        let mut rooms = Vec::with_capacity(stays.iter().map(|stay| stay.rooms.len()).sum());
        for stay in stays {
            match stay.status {
                Status::NoShow => reasons.add(Reason::NoShow),
                Status::Cancelled => reasons.add(Reason::Cancelled),
                Status::CheckedOut => {
                    let own = StayDates::of(stay);
                    dates = Some(dates.map_or(own, |dates| dates.joined(own)));
                    rooms.extend(stay.rooms.iter().map(|room| GroupRoom { stay, room }));
                }
            }
        }
        let Some(dates) = dates else { return Ok(None) };
        rooms.sort_by_key(|room| !room.room.occupant_member);
        let member_in_house = rooms.first().is_some_and(|room| room.room.occupant_member);
        let room_revenue_positive = room_revenue(&rooms)?.is_positive(rates)?;
        Ok(Some(Self { rooms, dates, nights: nights_slept(stays), member_in_house, room_revenue_positive }))
    }

    /// Whether a room is among the first `limit` of the group on the evening of `date`.
    pub(super) fn counts(&self, place: usize, date: Date, limit: u8) -> bool {
        let limit = usize::from(limit);
        if self.rooms.len() <= limit {
            return true;
        }
        let room = self.rooms[place];
        // Revenue of the day of departure goes with the last night.
        let evening = room.room.terms_on(date).map_or(date, |night| night.date);
        self.rooms[..place].iter().filter(|other| other.occupied_on(evening)).count() < limit
    }
}

impl GroupRoom<'_> {
    fn occupied_on(&self, evening: Date) -> bool {
        let day_use = self.room.nights.is_empty() && self.stay.arrival == evening;
        day_use || self.room.nights.iter().any(|night| night.date == evening)
    }
}

fn room_revenue(rooms: &[GroupRoom<'_>]) -> Result<Amounts, RatingError> {
    let mut amounts = Amounts::default();
    for line in rooms.iter().flat_map(|room| &room.room.lines).filter(|line| line.category == revenue::ROOM) {
        amounts.add(Money::new(line.net, line.currency))?;
    }
    Ok(amounts)
}

/// The nights between arrivals and departures, each date once, since rooms and legs may run side by side.
fn nights_slept(stays: &[&Stay<'_>]) -> u32 {
    let mut spans: Vec<(Date, Date)> =
        stays.iter().filter(|stay| stay.took_place()).map(|stay| (stay.arrival, stay.departure)).collect();
    spans.sort_unstable();
    let mut nights = 0;
    let mut counted_to: Option<Date> = None;
    for (arrival, departure) in spans {
        let from = counted_to.map_or(arrival, |counted| counted.max(arrival));
        if departure > from {
            nights += from.days_until(departure).unsigned_abs();
            counted_to = Some(departure);
        }
    }
    nights
}
