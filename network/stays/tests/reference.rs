//! The independent count of the data set, checked against the published counts and against the rules of the ledger.

#![cfg(test)]

#[path = "support/reference.rs"]
mod counting;
mod support;

use std::collections::BTreeMap;

use counting::{EuroInDollars, HILTON, HILTON_TIERS, Reference, Row, count};
use folio_loyalty::rules::programme::{Definition, Hotel, shipped};
use folio_loyalty::rules::rating::{Explain, Member, Outcome, rate};
use folio_loyalty::rules::tiers::{Counters, Standing, evaluate};
use folio_loyalty::units::{Date, ExchangeRates};
use folio_stays::{Feed, FeedRow, MEMBERS_COUNT_DEFAULT, MEMBERS_SEED_DEFAULT, Members};

fn counted(limit: usize, members: &Members, rate: EuroInDollars) -> Option<Reference> {
    let file = std::fs::File::open(support::data_set()?).unwrap();
    Some(count(flate2::read::GzDecoder::new(file), limit, members, rate))
}

const PAR: EuroInDollars = EuroInDollars { numerator: 1, denominator: 1 };

#[test]
fn the_whole_data_set_is_counted_as_published() {
    let members = Members::new(1, 10_000).unwrap();
    let Some(reference) = counted(usize::MAX, &members, PAR) else { return };
    assert_eq!((reference.rows, reference.room_nights), (119_390, 255_040));
    assert_eq!((reference.suspended, reference.suspended_nights), (27, 200));
    assert_eq!(reference.reasons["CANCELLED"], 43_017);
    assert_eq!(reference.reasons["NO_SHOW"], 1_207);
    // One of the 14,689 eligible stays is an early departure.
    let rated: u64 = reference.posted + reference.reasons.get("BELOW_ONE_POINT").copied().unwrap_or_default();
    assert_eq!(rated, 14_689 - 1);
    assert_eq!(reference.rows, reference.posted + reference.zero_point + reference.suspended);
}

#[test]
fn base_points_are_the_eligible_revenue_at_the_rate() {
    // Everybody in one programme would be 10 points a dollar; both bounds hold whatever the seed gives to whom.
    let members = Members::new(1, 10_000).unwrap();
    let Some(reference) = counted(usize::MAX, &members, PAR) else { return };
    let eligible_cents = 467_753_076 - 5 * 15_300;
    let hilton: i128 = reference.members.values().filter(|member| member.programme == HILTON).map(|m| m.points).sum();
    assert_eq!(reference.points, reference.base + reference.bonus);
    assert!(reference.base > eligible_cents / 100 && reference.base < eligible_cents / 10);
    assert!(hilton > reference.bonus && reference.bonus > 0);
}

#[test]
fn some_members_climb_to_every_tier_but_the_last() {
    let members = Members::new(MEMBERS_SEED_DEFAULT, MEMBERS_COUNT_DEFAULT).unwrap();
    let rate = EuroInDollars { numerator: 11, denominator: 10 };
    let Some(reference) = counted(usize::MAX, &members, rate) else { return };
    let mut tiers = [0_u32; 5];
    for member in reference.members.values().filter(|member| member.programme == HILTON) {
        tiers[member.highest_tier] += 1;
    }
    println!("members by highest tier: {tiers:?}; posted {}, points {}", reference.posted, reference.points);
    assert!(tiers.windows(2).all(|pair| pair[0] > pair[1]) && tiers[3] > 0, "{tiers:?}");
}

#[test]
fn a_tier_counts_from_the_next_stay_to_the_end_of_march_of_the_second_year() {
    let stay = |date: &str, nights| Row {
        row: 1,
        hotel: "City Hotel".to_owned(),
        status: "Check-Out".to_owned(),
        date: date.to_owned(),
        status_day: nights as i64,
        arrival_day: 0,
        nights,
        market: "Direct".to_owned(),
        cents: 10_000,
    };
    let seed = (0..).find(|seed| Members::new(*seed, 1).unwrap().member(0).programme == HILTON).unwrap();
    let members = Members::new(seed, 1).unwrap();
    let mut reference = Reference::default();
    let expected = [
        ("2015-07-03", 10, (10_000, 0)),
        ("2015-08-01", 1, (1_000, 200)),
        ("2017-03-31", 1, (1_000, 200)),
        ("2017-04-01", 1, (1_000, 0)),
        ("2017-04-02", 60, (60_000, 0)),
        ("2017-04-03", 1, (1_000, 1_000)),
    ];
    for (date, nights, points) in expected {
        let before = (reference.base, reference.bonus);
        reference.add(&stay(date, nights), &members, PAR);
        assert_eq!((reference.base - before.0, reference.bonus - before.1), points, "{date}");
    }
}

/// What the rules of the ledger make of the rows, one after the other.
struct Rules {
    programmes: BTreeMap<&'static str, Definition>,
    rates: ExchangeRates,
    accounts: BTreeMap<String, (Counters, Standing)>,
}

impl Rules {
    fn new(rate: EuroInDollars) -> Self {
        let mut rates = ExchangeRates::into_currency("USD".parse().unwrap());
        rates.set("EUR".parse().unwrap(), format!("{}/{}", rate.numerator, rate.denominator).parse().unwrap());
        let programmes = shipped().map(|(id, text)| (id, Definition::from_toml(text).unwrap())).collect();
        Self { programmes, rates, accounts: BTreeMap::new() }
    }

    /// Base and bonus, and the first reason; nothing for a row in suspense.
    fn rate(&mut self, row: &FeedRow) -> Option<(i128, i128, Option<&'static str>)> {
        let stay = row.parse().unwrap();
        let definition = &self.programmes[&*stay.programme];
        let (counters, standing) = self.accounts.entry(row.member.clone()).or_default();
        let date: Date = row.business_date;
        *standing = evaluate(definition, counters, *standing, date).unwrap().standing;
        let hotel = Hotel { code: &stay.hotel, brand: "Hilton", chain: "any" };
        let member = Member { tier: standing.rank };
        let Outcome::Rated(rating) = rate(definition, &[&stay], member, &hotel, &self.rates, Explain::No).unwrap()
        else {
            return None;
        };
        for contribution in &rating.contributions {
            counters.add(&definition.tiers, contribution).unwrap();
        }
        *standing = evaluate(definition, counters, *standing, date).unwrap().standing;
        let reason = rating.reasons.first().map(|reason| reason.code());
        Some((rating.base.posting().into(), rating.bonus.posting().into(), reason))
    }
}

#[test]
fn the_rules_of_the_ledger_come_to_the_same_count() {
    let Some(path) = support::data_set() else { return };
    let members = Members::new(MEMBERS_SEED_DEFAULT, MEMBERS_COUNT_DEFAULT).unwrap();
    let rate = EuroInDollars { numerator: 10_834, denominator: 10_000 };
    let expected = counted(usize::MAX, &members, rate).unwrap();
    let mut rules = Rules::new(rate);
    let mut got = Reference::default();
    for row in Feed::open(&path, members).unwrap().map(Result::unwrap) {
        got.rows += 1;
        got.room_nights += row.check_out_nights.unwrap_or_default();
        let Some((base, bonus, reason)) = rules.rate(&row) else {
            got.suspended += 1;
            got.suspended_nights += row.check_out_nights.unwrap_or_default();
            continue;
        };
        if base + bonus > 0 {
            got.posted += 1;
        } else {
            got.zero_point += 1;
            *got.reasons.entry(reason.unwrap()).or_default() += 1;
        }
        got.base += base;
        got.bonus += bonus;
        got.points += base + bonus;
    }
    for (id, member) in &expected.members {
        let best = rules.accounts[id].1.rank.0;
        assert!(usize::from(best) <= member.highest_tier || member.programme != HILTON, "{id}");
    }
    println!("{} points, {} of them bonus; zero: {:?}", got.points, got.bonus, got.reasons);
    got.members = expected.members.iter().map(|(id, member)| (id.clone(), member.clone())).collect();
    assert_eq!(got, expected);
}

#[test]
fn the_figures_of_the_tiers_are_those_of_the_shipped_programme() {
    let (_, text) = shipped().find(|(id, _)| *id == HILTON).unwrap();
    let definition = Definition::from_toml(text).unwrap();
    let figures: Vec<(&str, String)> =
        definition.tiers.levels.iter().skip(1).map(|tier| (&*tier.name, tier.bonus_percent.to_string())).collect();
    let expected: Vec<(&str, String)> = HILTON_TIERS.iter().map(|tier| (tier.0, tier.1.to_string())).collect();
    assert_eq!(figures, expected);
}
