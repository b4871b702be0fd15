//! Whether a stay can be rated at all. This is decided before anything else.

use crate::rules::reason::Suspense;
use crate::rules::revenue;
use crate::rules::stay::{ROOM_NIGHTS_MAX, Room, Stay};
use crate::units::{Currency, ExchangeRates};

/// The first reason, in the order of the catalogue, why the stay must wait for correction. Of a stay that did not take
/// place only the dates are looked at, since nothing else of it counts.
pub fn screen(stay: &Stay<'_>, rates: &ExchangeRates) -> Option<Suspense> {
    if stay.departure < stay.arrival {
        return Some(Suspense::DepartureBeforeArrival);
    }
    if stay.booked.is_some_and(|booked| booked > stay.departure) {
        return Some(Suspense::BookedAfterDeparture);
    }
    if !stay.took_place() {
        return None;
    }
    screen_nights(stay).or_else(|| screen_lines(stay, rates))
}

/// The nights listed must be those from arrival to departure: every room lists some of them once, and together the rooms
/// list all of them. A guest may move from one room to another.
fn screen_nights(stay: &Stay<'_>) -> Option<Suspense> {
    let length = usize::try_from(stay.length_days()).unwrap_or(usize::MAX);
    let longest = stay.rooms.iter().map(|room| room.nights.len()).max().unwrap_or(0);
    if longest > length || length > ROOM_NIGHTS_MAX {
        return Some(Suspense::NightsMismatch);
    }
    let mut slept = [false; ROOM_NIGHTS_MAX];
    for room in &stay.rooms {
        if let Err(suspense) = mark_nights(stay, room, &mut slept[..length]) {
            return Some(suspense);
        }
    }
    slept[..length].contains(&false).then_some(Suspense::NightsMismatch)
}

fn mark_nights(stay: &Stay<'_>, room: &Room<'_>, slept: &mut [bool]) -> Result<(), Suspense> {
    for (place, night) in room.nights.iter().enumerate() {
        let offset = usize::try_from(stay.arrival.days_until(night.date)).ok();
        let mark = offset.and_then(|offset| slept.get_mut(offset)).ok_or(Suspense::NightOutsideStay)?;
        *mark = true;
        // Nights come in order from every real source, so that one comparison usually settles that none is repeated.
        let ascending = place == 0 || room.nights[place - 1].date < night.date;
        if !ascending && room.nights[..place].iter().any(|earlier| earlier.date == night.date) {
            return Err(Suspense::NightsMismatch);
        }
    }
    Ok(())
}

fn screen_lines(stay: &Stay<'_>, rates: &ExchangeRates) -> Option<Suspense> {
    let during = stay.arrival..=stay.departure;
    if stay.lines().any(|line| !during.contains(&line.date)) {
        return Some(Suspense::LineOutsideStay);
    }
    if repeats_a_posting(stay) {
        return Some(Suspense::LineRepeated);
    }
    if stay.lines().any(|line| !revenue::is_known(line.category)) {
        return Some(Suspense::CategoryUnknown);
    }
    let mut settled: Option<Currency> = None;
    for line in stay.lines() {
        if settled == Some(line.currency) {
            continue;
        }
        if line.currency.decimals().is_none() {
            return Some(Suspense::CurrencyUnknown);
        }
        if !rates.covers(line.currency) {
            return Some(Suspense::ExchangeRateMissing);
        }
        settled = Some(line.currency);
    }
    None
}

fn repeats_a_posting(stay: &Stay<'_>) -> bool {
    let mut ids: Vec<(&str, &str)> = stay.lines().map(|line| (&*line.folio, &*line.posting)).collect();
    ids.sort_unstable();
    ids.windows(2).any(|pair| pair[0] == pair[1])
}
