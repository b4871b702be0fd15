//! What goes otherwise than it should: late charges, corrections, and the errors that a PMS sends.

use folio_loyalty::rules::revenue::ROOM;
use folio_loyalty::rules::stay::{Night, Stay};
use folio_loyalty::units::Currency;

use super::random::Random;
use super::revenue::{self, FOOD_AND_BEVERAGE, MINIBAR};
use crate::dates::shifted;

/// Business dates between a check-out and its correction.
pub(super) const LATE_DAYS: i32 = 2;

/// Keeps the draws of incidents apart from those of the stay itself.
const STREAM: u64 = 0x1ac1_de47;

/// What happens to a check-out. The data set knows none of it: the shares are made up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Incident {
    /// A later version with one more line.
    LateCharge,
    /// A later version with a negative room line.
    Rebate,
    /// The same version sent twice.
    SentTwice,
    /// The second version, a late charge, sent before the first.
    OutOfOrder,
    /// One night more than the dates allow.
    NightsMismatch,
    /// The same, put right by a later version.
    NightsCorrected,
    /// Departure before arrival.
    DepartureBeforeArrival,
    /// A hotel that is not registered.
    UnknownHotel,
    /// A currency that does not exist.
    UnknownCurrency,
    /// A member that was never enrolled.
    UnknownMember,
}

/// Of a thousand check-outs.
pub const INCIDENTS_PER_MILLE: [(Incident, u32); 10] = [
    (Incident::LateCharge, 20),
    (Incident::Rebate, 10),
    (Incident::SentTwice, 5),
    (Incident::OutOfOrder, 3),
    (Incident::NightsMismatch, 2),
    (Incident::NightsCorrected, 2),
    (Incident::DepartureBeforeArrival, 1),
    (Incident::UnknownHotel, 1),
    (Incident::UnknownCurrency, 1),
    (Incident::UnknownMember, 1),
];

/// The hotel code of [`Incident::UnknownHotel`].
pub const UNKNOWN_HOTEL: &str = "AUR-TOWER";
/// The currency of [`Incident::UnknownCurrency`].
pub const UNKNOWN_CURRENCY: &str = "QQQ";
/// The member of [`Incident::UnknownMember`].
pub const UNKNOWN_MEMBER: &str = "00000000000000000000000000000000";

/// What a PMS sends of one check-out: at once, and [`LATE_DAYS`] later.
pub(super) struct Messages {
    pub(super) at_once: Vec<Stay<'static>>,
    pub(super) later: Option<Stay<'static>>,
}

/// The incident of a reservation, should it end in a check-out.
pub(super) fn of_reservation(seed: u64, number: u64) -> Option<Incident> {
    let mut drawn = draws(seed, number).below(1_000) as u32;
    for (incident, per_mille) in INCIDENTS_PER_MILLE {
        match drawn.checked_sub(per_mille) {
            Some(rest) => drawn = rest,
            None => return Some(incident),
        }
    }
    None
}

impl Incident {
    /// Whether something is sent [`LATE_DAYS`] after the check-out.
    pub(super) const fn is_late(self) -> bool {
        matches!(self, Self::LateCharge | Self::Rebate | Self::NightsCorrected)
    }

    pub(super) fn messages(self, seed: u64, number: u64, stay: Stay<'static>, unknown: Currency) -> Messages {
        let mut random = draws(seed, number);
        random.below(1_000);
        let (at_once, later) = match self {
            Self::LateCharge => (vec![stay.clone()], Some(late_charge(&mut random, stay))),
            Self::Rebate => (vec![stay.clone()], Some(rebate(&mut random, stay))),
            Self::SentTwice => (vec![stay.clone(), stay], None),
            Self::OutOfOrder => (vec![late_charge(&mut random, stay.clone()), stay], None),
            Self::NightsMismatch => (vec![one_night_more(stay)], None),
            Self::NightsCorrected => (vec![one_night_more(stay.clone())], Some(Stay { version: 2, ..stay })),
            Self::DepartureBeforeArrival => (vec![departed_before_arrival(stay)], None),
            Self::UnknownHotel => (vec![Stay { hotel: UNKNOWN_HOTEL.into(), ..stay }], None),
            Self::UnknownCurrency => (vec![in_currency(stay, unknown)], None),
            Self::UnknownMember => (vec![Stay { member: UNKNOWN_MEMBER.into(), ..stay }], None),
        };
        Messages { at_once, later }
    }
}

fn draws(seed: u64, number: u64) -> Random {
    Random::new(seed ^ STREAM, number)
}

fn late_charge(random: &mut Random, stay: Stay<'static>) -> Stay<'static> {
    let category = if random.happens(500) { MINIBAR } else { FOOD_AND_BEVERAGE };
    second_version(stay, category, random.between(300, 4_000))
}

fn rebate(random: &mut Random, stay: Stay<'static>) -> Stay<'static> {
    let rate = stay.rooms.iter().flat_map(|room| &room.lines).find(|line| line.category == ROOM);
    let off = rate.map_or(0, |line| line.net * random.between(100, 500) / 1_000);
    second_version(stay, ROOM, -off)
}

fn second_version(mut stay: Stay<'static>, category: u16, gross: i64) -> Stay<'static> {
    stay.version = 2;
    let date = stay.departure;
    if let Some(room) = stay.rooms.first_mut() {
        revenue::late_line(&mut room.lines, date, category, gross);
    }
    stay
}

fn one_night_more(mut stay: Stay<'static>) -> Stay<'static> {
    for room in &mut stay.rooms {
        if let Some(last) = room.nights.last().cloned() {
            room.nights.push(Night { date: shifted(last.date, 1), ..last });
        }
    }
    stay
}

fn departed_before_arrival(mut stay: Stay<'static>) -> Stay<'static> {
    stay.departure = shifted(stay.arrival, -1);
    stay
}

fn in_currency(mut stay: Stay<'static>, currency: Currency) -> Stay<'static> {
    for line in stay.rooms.iter_mut().flat_map(|room| &mut room.lines) {
        line.currency = currency;
    }
    stay
}
