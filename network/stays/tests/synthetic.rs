//! The generated feed: its form, its errors, and how near it comes to the data set that it is modelled after.

#![cfg(test)]

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;

use folio_loyalty::rules::rating::screen;
use folio_loyalty::rules::reason::Suspense;
use folio_loyalty::rules::stay::{Status, Stay};
use folio_loyalty::units::ExchangeRates;
use folio_stays::{
    CURRENCY, Feed, FeedRow, HOMES_DEFAULT, Home, INCIDENTS_PER_MILLE, Incident, LineReader, Members, StaysError,
    Synthetic, UNKNOWN_CURRENCY, UNKNOWN_HOTEL, UNKNOWN_MEMBER, Written,
};

/// OpenTravel categories that repeat or tax the others.
const ROOM: u16 = 9;
const TOTAL: u16 = 17;

fn members() -> Members {
    Members::new(3, 2_000).unwrap()
}

fn write(seed: u64, stays: u64) -> (Vec<u8>, Written) {
    let mut out = Vec::new();
    let written = Synthetic::new(seed, stays, members()).unwrap().write(&mut out, |_| {}).unwrap();
    (out, written)
}

fn rows(path: &Path) -> Vec<FeedRow> {
    Feed::open(path, Members::new(99, 5).unwrap()).unwrap().map(Result::unwrap).collect()
}

#[test]
fn a_seed_always_writes_the_same_bytes_packed_or_not() {
    let (first, written) = write(42, 3_000);
    assert_eq!(write(42, 3_000), (first.clone(), written));
    assert_ne!(write(43, 3_000).0, first);

    let folder = tempfile::tempdir().unwrap();
    let feed = Synthetic::new(42, 3_000, members()).unwrap();
    let (plain, packed) = (folder.path().join("feed.jsonl"), folder.path().join("feed.jsonl.gz"));
    let mut told = 0;
    feed.write_file(&plain, |lines| told = lines).unwrap();
    feed.write_file(&packed, |_| {}).unwrap();
    assert_eq!(fs::read(&plain).unwrap(), first);
    assert!(told > 2_900);
    let again = folder.path().join("again.gz");
    feed.write_file(&again, |_| {}).unwrap();
    assert_eq!(fs::read(&again).unwrap(), fs::read(&packed).unwrap());
    assert_eq!(rows(&plain), rows(&packed));
    let digest = |path: &Path| Feed::open(path, members()).unwrap().digest();
    assert_eq!(digest(&plain), digest(&packed));
}

#[test]
fn a_feed_says_that_it_is_synthetic_and_how_to_make_it_again() {
    let (text, written) = write(42, 500);
    let lines: Vec<String> = BufReader::new(&*text).lines().map(Result::unwrap).collect();
    assert!(lines[0].starts_with(r#"{"folio_feed":1,"synthetic":true,"seed":42,"stays":500,"#), "{}", lines[0]);
    assert!(lines[0].contains("doi 10.1016/j.dib.2018.11.126, CC BY 4.0"));
    assert_eq!(lines.last().unwrap(), &format!(r#"{{"end":{}}}"#, written.lines));
    assert_eq!(lines.len() as u64, written.lines + 2);
    assert_eq!(written.check_outs + written.no_shows + written.cancellations, 500);
    assert!(lines.iter().all(|line| line.len() < 64 * 1024), "a stay fits the contract's limit");
}

#[test]
fn resuming_goes_on_where_it_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("feed");
    Synthetic::new(1, 400, members()).unwrap().write_file(&path, |_| {}).unwrap();
    let all = rows(&path);
    for position in [0, 1, 250, all.len() as u64, all.len() as u64 + 5] {
        let mut feed = Feed::open(&path, members()).unwrap();
        assert_eq!(feed.rows(), all.len() as u64);
        feed.resume_at(position).unwrap();
        let rest: Vec<FeedRow> = feed.map(Result::unwrap).collect();
        assert_eq!(rest, all[(position as usize).min(all.len())..]);
    }
}

#[test]
fn the_members_of_a_feed_are_at_home_where_its_header_says() {
    const OTHER: &[Home] = &[Home { programme: "wyndham-rewards", members_per_mille: 1_000 }];
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, members: Members| {
        let path = folder.path().join(name);
        Synthetic::new(1, 40, members).unwrap().write_file(&path, |_| {}).unwrap();
        path
    };
    let homes = |path: &Path, given: Members| Feed::open(path, given).map(|feed| feed.members().homes());
    let (default, other) = (write("default", members()), write("other", members().at_home_in(OTHER)));
    assert_eq!(homes(&default, members().at_home_in(OTHER)).unwrap(), HOMES_DEFAULT);
    assert_eq!(homes(&other, members().at_home_in(OTHER)).unwrap(), OTHER);
    let refused = homes(&other, members()).unwrap_err().to_string();
    assert!(refused.starts_with("the feed's members are at home in wyndham-rewards 1000"), "{refused}");

    let text = fs::read_to_string(&default).unwrap();
    let (start, end) = (text.find(",\"homes\":[").unwrap(), text.find("],\"figures\"").unwrap());
    let old = folder.path().join("old");
    fs::write(&old, format!("{}{}", &text[..start], &text[end + 1..])).unwrap();
    assert_eq!(homes(&old, members().at_home_in(OTHER)).unwrap(), HOMES_DEFAULT);
    assert_eq!(rows(&old), rows(&default));
}

#[test]
fn a_feed_may_be_read_by_another_thread() {
    const fn is_send<T: Send>() {}
    is_send::<Feed>();
}

#[test]
fn a_damaged_feed_is_refused_with_its_line() {
    let (text, _) = write(42, 20);
    let text = String::from_utf8(text).unwrap();
    let read = |text: &str| -> Result<u64, StaysError> {
        let mut lines = LineReader::new(text.as_bytes())?;
        let mut count = 0;
        while lines.next_line()?.is_some() {
            count += 1;
        }
        Ok(count)
    };
    assert!(read(&text).is_ok());
    let without_end = &text[..text.trim_end().rfind('\n').unwrap() + 1];
    let cases = [
        (without_end.to_owned(), "the feed is cut off: 20 stay lines, its last line should say so and is missing"),
        (
            text.replace("{\"end\":20}", "{\"end\":21}"),
            "the feed is cut off: 20 stay lines, its last line should say so and says 21",
        ),
        (text.replacen("\"leg\":1", "\"leg\":-1", 1), "line 2, column "),
        (text.replacen("\"leg\":1", "\"leg\":1,\"x\":1", 1), "line 2, column "),
        (text.clone() + "more\n", "line 23, column 1: \"more\" after the last line"),
        (text.replace("folio_feed\":1", "folio_feed\":2"), "the feed has format 2, this program reads 1"),
        ("{\"folio_feed\":9,\"other\":1}\n".to_owned(), "the feed has format 9, this program reads 1"),
        (" ".repeat(300_000), "bytes in one line: more than 262144"),
    ];
    for (damaged, expected) in cases {
        let got = read(&damaged).unwrap_err().to_string();
        assert!(got.starts_with(expected), "{got} instead of {expected}");
    }
}

#[test]
fn impossible_settings_are_refused() {
    let first = "2015-07-01".parse().unwrap();
    assert!(Synthetic::new(1, 0, members()).is_err());
    assert!(Synthetic::with_dates(1, 1, members(), first, 0).is_err());
    let error = Synthetic::with_dates(1, 1, members(), first, 100_000).unwrap_err();
    assert_eq!(error.to_string(), "the number of days is 100000, it must be from 1 to 3660");
}

#[test]
fn every_kind_of_incident_is_in_a_large_feed_about_as_often_as_stated() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("feed");
    let written = Synthetic::new(7, 40_000, members()).unwrap().write_file(&path, |_| {}).unwrap();
    for (incident, per_mille) in INCIDENTS_PER_MILLE {
        let expected = written.check_outs * u64::from(per_mille) / 1_000;
        let got = written.incidents[&incident];
        assert!(got.abs_diff(expected) <= 12 + expected / 5, "{incident:?}: {got}, expected about {expected}");
    }
    let all = rows(&path);
    assert_eq!(all.len() as u64, written.lines);
    assert!(all.iter().all(|row| row.source != UNKNOWN_HOTEL), "the PMS that sends it is known");
    let stays: Vec<Stay<'_>> = all.iter().map(|row| row.parse().unwrap()).collect();
    let count = |is: &dyn Fn(&Stay<'_>) -> bool| stays.iter().filter(|stay| is(stay)).count() as u64;
    let of = |incident| written.incidents[&incident];
    assert_eq!(count(&|stay| stay.hotel == UNKNOWN_HOTEL), of(Incident::UnknownHotel));
    assert_eq!(count(&|stay| stay.member == UNKNOWN_MEMBER), of(Incident::UnknownMember));
    for row in &all {
        let known = row.member_index.map(|index| members().member(index).id);
        assert_eq!(known.as_ref(), Some(&row.member).filter(|member| *member != UNKNOWN_MEMBER));
    }
    let unknown = |stay: &Stay<'_>| stay.lines().any(|line| line.currency.code() == UNKNOWN_CURRENCY);
    assert_eq!(count(&unknown), of(Incident::UnknownCurrency));
    assert_eq!(count(&|stay| stay.length_days() < 0), of(Incident::DepartureBeforeArrival));
    let later = [Incident::LateCharge, Incident::Rebate, Incident::OutOfOrder, Incident::NightsCorrected];
    assert_eq!(count(&|stay| stay.version == 2), later.into_iter().map(of).sum::<u64>());

    let mut versions: BTreeMap<&str, Vec<&Stay<'_>>> = BTreeMap::new();
    for stay in &stays {
        versions.entry(&stay.confirmation).or_default().push(stay);
    }
    assert_eq!(versions.len(), 40_000);
    let pairs = |is: &dyn Fn(&Stay<'_>, &Stay<'_>) -> bool| {
        versions.values().filter(|stays| stays.len() == 2 && is(stays[0], stays[1])).count() as u64
    };
    assert_eq!(pairs(&|first, again| first == again), of(Incident::SentTwice));
    assert_eq!(pairs(&|first, again| first.version > again.version), of(Incident::OutOfOrder));
    let negative = |stay: &Stay<'_>| stay.lines().any(|line| line.category == ROOM && line.net < 0);
    assert!(pairs(&|_, again| negative(again)) > of(Incident::Rebate) * 9 / 10);
}

#[test]
fn the_rules_of_the_ledger_suspend_what_was_meant_to_be_suspended() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("feed");
    let written = Synthetic::new(8, 40_000, members()).unwrap().write_file(&path, |_| {}).unwrap();
    let rates = ExchangeRates::into_currency(CURRENCY.parse().unwrap());
    let mut found: BTreeMap<Suspense, u64> = BTreeMap::new();
    for row in rows(&path) {
        if let Some(suspense) = screen(&row.parse().unwrap(), &rates) {
            *found.entry(suspense).or_default() += 1;
        }
    }
    let of = |incident| written.incidents[&incident];
    let expected = BTreeMap::from([
        (Suspense::DepartureBeforeArrival, of(Incident::DepartureBeforeArrival)),
        (Suspense::NightsMismatch, of(Incident::NightsMismatch) + of(Incident::NightsCorrected)),
        (Suspense::CurrencyUnknown, of(Incident::UnknownCurrency)),
    ]);
    assert_eq!(found, expected);
}

#[test]
fn totals_repeat_their_folio_and_postings_are_unique() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("feed");
    Synthetic::new(11, 5_000, members()).unwrap().write_file(&path, |_| {}).unwrap();
    let (mut several_rooms, mut categories) = (0, BTreeMap::<u16, u32>::new());
    for row in rows(&path) {
        let stay = row.parse().unwrap();
        let mut postings: Vec<_> = stay.lines().map(|line| (&line.folio, &line.posting)).collect();
        let count = postings.len();
        postings.sort_unstable();
        postings.dedup();
        assert_eq!(postings.len(), count, "{}", row.stay);
        several_rooms += u32::from(stay.rooms.len() > 1);
        for line in stay.lines() {
            *categories.entry(line.category).or_default() += 1;
        }
        for room in &stay.rooms {
            for total in room.lines.iter().filter(|line| line.category == TOTAL) {
                let others = room.lines.iter().filter(|line| line.folio == total.folio && line.category != TOTAL);
                let sums = others.fold((0, 0), |sums, line| (sums.0 + line.net, sums.1 + line.gross));
                assert_eq!((total.net, total.gross), sums, "{}", row.stay);
            }
        }
    }
    assert!(several_rooms > 100, "{several_rooms}");
    for category in [3, 7, 9, 11, 12, 14, 17, 25, 26, 32] {
        assert!(categories.contains_key(&category), "category {category}");
    }
}

/// What is compared: counts of check-outs by month, weekday, nights, segment and channel, and the rates.
#[derive(Default)]
struct Shape {
    check_outs: f64,
    bookings: f64,
    nights: f64,
    departures: BTreeMap<String, f64>,
    arrivals: BTreeMap<String, f64>,
    rates: Vec<i64>,
}

impl Shape {
    fn of(rows: &[FeedRow], hotel: &str) -> Self {
        let mut shape = Self::default();
        // Whole years only, or the season would be counted unevenly.
        let years = "2015-08-01".parse().unwrap().."2017-08-01".parse().unwrap();
        for row in rows.iter().filter(|row| row.source == hotel && years.contains(&row.business_date)) {
            let stay = row.parse().unwrap();
            if stay.version > 1 {
                continue;
            }
            shape.bookings += 1.0;
            if stay.status != Status::CheckedOut {
                continue;
            }
            shape.check_outs += 1.0;
            let Some(room) = stay.rooms.first() else { continue };
            shape.nights += room.nights.len() as f64;
            let mut count = |key: String| *shape.departures.entry(key).or_default() += 1.0;
            count(format!("month {}", row.business_date.ymd().1));
            count(format!("weekday {:?}", row.business_date.weekday()));
            count(format!("nights {}", room.nights.len().min(8)));
            if let Some(night) = room.nights.first() {
                count(format!("market {}", night.market));
                count(format!("channel {}", night.channel));
            }
            *shape.arrivals.entry(format!("weekday {:?}", stay.arrival.weekday())).or_default() += 1.0;
            if let Some(line) = room.lines.iter().find(|line| line.category == ROOM) {
                shape.rates.push(line.net);
            }
        }
        shape.rates.sort_unstable();
        shape
    }

    fn rate(&self, per_cent: usize) -> f64 {
        self.rates[self.rates.len() * per_cent / 100] as f64
    }
}

#[test]
fn season_weekday_channel_length_and_rates_are_those_of_the_data_set() {
    let Some(data_set) = support::data_set() else { return };
    let real = Feed::open(&data_set, members()).unwrap().map(Result::unwrap).collect::<Vec<_>>();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("feed");
    let feed = Synthetic::with_dates(5, 120_000, members(), "2015-08-01".parse().unwrap(), 731).unwrap();
    let start = std::time::Instant::now();
    feed.write_file(&path, |_| {}).unwrap();
    println!("120,000 stays written in {:?}", start.elapsed());
    let made = rows(&path);
    for hotel in ["AUR-CITY", "BOR-RESORT"] {
        let (real, made) = (Shape::of(&real, hotel), Shape::of(&made, hotel));
        let near = |what: &str, real: f64, made: f64, tolerance: f64| {
            println!("{hotel} {what}: {real:.4} {made:.4}");
            assert!((real - made).abs() <= tolerance, "{hotel} {what}: {made:.4} instead of {real:.4}");
        };
        near("share of check-outs", real.check_outs / real.bookings, made.check_outs / made.bookings, 0.02);
        near("mean nights", real.nights / real.check_outs, made.nights / made.check_outs, 0.1);
        for (key, count) in &real.departures {
            let got = made.departures.get(key).copied().unwrap_or_default();
            near(key, count / real.check_outs, got / made.check_outs, 0.02);
        }
        for (key, count) in &real.arrivals {
            near(&format!("arrival {key}"), count / real.check_outs, made.arrivals[key] / made.check_outs, 0.02);
        }
        for per_cent in [5, 25, 50, 75, 95] {
            let real = real.rate(per_cent);
            near(
                &format!("rate at {per_cent} %"),
                1.0,
                made.rate(per_cent) / real,
                if per_cent < 25 { 0.2 } else { 0.1 },
            );
        }
    }
}
