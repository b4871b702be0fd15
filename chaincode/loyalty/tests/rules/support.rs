//! Stays, hotels and definitions for the tests.

use std::borrow::Cow;

use folio_loyalty::rules::programme::{Definition, Hotel, Selection, TierRank, shipped};
use folio_loyalty::rules::rating::{Explain, Member, Outcome, Rating, rate};
use folio_loyalty::rules::reason::Suspense;
use folio_loyalty::rules::stay::{Line, Night, Room, Status, Stay};
use folio_loyalty::units::{Currency, Date, ExchangeRates, Points};
use serde_json::Value;

/// Published cases of real programmes, with their sources.
const VECTORS: &str = include_str!("../programme_vectors.json");

pub(crate) const ROOM: u16 = 9;
pub(crate) const FOOD_AND_BEVERAGE: u16 = 3;
pub(crate) const TAX: u16 = 12;

/// What a published case says is given, and what comes of it.
pub(crate) fn vector(id: &str) -> (Value, Value) {
    let all: Vec<Value> = serde_json::from_str(VECTORS).unwrap();
    let case = all.into_iter().find(|case| case["id"] == id).unwrap();
    (case["input"].clone(), case["expect"].clone())
}

pub(crate) fn date(text: &str) -> Date {
    text.parse().unwrap()
}

pub(crate) fn points(value: u64) -> Points {
    Points::new(value).unwrap()
}

pub(crate) fn currency(code: &str) -> Currency {
    code.parse().unwrap()
}

/// A shipped programme.
pub(crate) fn programme(id: &str) -> Definition {
    Definition::from_toml(shipped().find(|(shipped, _)| *shipped == id).unwrap().1).unwrap()
}

/// The textbook programme with other rules, which must be valid.
pub(crate) fn textbook_with(change: impl FnOnce(&mut Definition)) -> Definition {
    let mut definition = programme("textbook");
    change(&mut definition);
    definition.validate().unwrap();
    definition
}

pub(crate) fn only(entries: &[&str]) -> Selection {
    Selection::Only(entries.iter().map(|entry| (*entry).to_owned()).collect())
}

pub(crate) fn hotel(brand: &str) -> Hotel<'_> {
    Hotel { code: "AUR-CITY", brand, chain: "aurora" }
}

pub(crate) fn tier(definition: &Definition, name: &str) -> TierRank {
    definition.tiers.rank_of(name).unwrap()
}

/// A stay of one room, booked directly, in which the member slept and for which the member paid; without revenue.
pub(crate) fn stay(arrival: &str, nights: i32) -> Stay<'static> {
    let arrival = date(arrival);
    Stay {
        hotel: "AUR-CITY".into(),
        confirmation: "4711".into(),
        leg: 1,
        share: 0,
        version: 1,
        group: None,
        programme: "any".into(),
        member: "00112233445566778899aabbccddeeff".into(),
        member_number: None,
        booked: Some(arrival),
        arrival,
        departure: arrival.add_days(nights).unwrap(),
        status: Status::CheckedOut,
        rooms: vec![room(arrival, nights)],
    }
}

pub(crate) fn room(arrival: Date, nights: i32) -> Room<'static> {
    let night = |offset| Night {
        date: arrival.add_days(offset).unwrap(),
        rate_code: "BAR".into(),
        room_type: "A".into(),
        market: "Direct".into(),
        channel: "Direct".into(),
        complimentary: false,
    };
    Room {
        number: None,
        occupant_member: true,
        payer_member: true,
        nights: (0..nights).map(night).collect(),
        lines: Vec::new(),
    }
}

/// Adds a revenue line on the day of arrival.
pub(crate) fn charge(stay: &mut Stay<'static>, room: usize, category: u16, net: i64, currency: &str) {
    let posting = stay.lines().count().to_string();
    stay.rooms[room].lines.push(Line {
        folio: "1".into(),
        posting: Cow::Owned(posting),
        date: stay.arrival,
        category,
        net,
        gross: net,
        currency: currency.parse().unwrap(),
    });
}

/// A stay with room revenue in whole units of USD.
pub(crate) fn paid_stay(arrival: &str, nights: i32, room_usd: i64) -> Stay<'static> {
    let mut stay = stay(arrival, nights);
    charge(&mut stay, 0, ROOM, room_usd * 100, "USD");
    stay
}

pub(crate) fn outcome(definition: &Definition, stays: &[&Stay<'_>], tier: TierRank, brand: &str) -> Outcome {
    let mut rates = ExchangeRates::into_currency(definition.currency);
    rates.set(currency("EUR"), "1.1".parse().unwrap());
    rate(definition, stays, Member { tier }, &hotel(brand), &rates, Explain::Yes).unwrap()
}

pub(crate) fn rated(definition: &Definition, stays: &[&Stay<'_>], tier: TierRank, brand: &str) -> Rating {
    match outcome(definition, stays, tier, brand) {
        Outcome::Rated(rating) => rating,
        Outcome::Suspended(suspense) => panic!("suspended: {suspense}"),
    }
}

pub(crate) fn suspended(definition: &Definition, stay: &Stay<'_>) -> Option<Suspense> {
    match outcome(definition, &[stay], TierRank(0), "Hilton") {
        Outcome::Rated(_) => None,
        Outcome::Suspended(suspense) => Some(suspense),
    }
}

/// Base, bonus, top-up and total.
pub(crate) fn figures(rating: &Rating) -> [u64; 4] {
    [rating.base, rating.bonus, rating.top_up, rating.total].map(Points::get)
}

pub(crate) fn codes(rating: &Rating) -> Vec<&'static str> {
    rating.reasons.iter().map(|reason| reason.code()).collect()
}
