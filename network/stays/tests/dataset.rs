//! The hotel booking demand data set (doi 10.1016/j.dib.2018.11.126, CC BY 4.0) as stay versions.

#![cfg(test)]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::time::{Duration, Instant};

use folio_loyalty::rules::rating::screen;
use folio_loyalty::rules::reason::Suspense;
use folio_loyalty::rules::stay::{Status, Stay};
use folio_loyalty::units::ExchangeRates;
use folio_stays::{BookingReader, BookingStatus, CURRENCY, Dataset, Feed, FeedRow, Members, StaysError, stay_version};

const HEADER: &str = "hotel,is_canceled,lead_time,arrival_date_year,arrival_date_month,arrival_date_day_of_month,\
                      stays_in_weekend_nights,stays_in_week_nights,market_segment,distribution_channel,\
                      assigned_room_type,customer_type,adr,reservation_status,reservation_status_date";
const ROW: &str = "City Hotel,0,7,2015,July,1,0,2,Direct,Direct,A,Transient,75.5,Check-Out,2015-07-03";

fn members() -> Members {
    Members::new(1, 1_000).unwrap()
}

fn all_rows() -> Option<Vec<FeedRow>> {
    Some(Feed::open(&support::data_set()?, members()).unwrap().map(Result::unwrap).collect())
}

fn cents(stay: &Stay<'_>) -> i64 {
    stay.lines().map(|line| line.net).sum()
}

#[test]
fn the_whole_data_set_has_the_published_counts() {
    let Some(rows) = all_rows() else { return };
    assert_eq!(rows.len(), 119_390);
    assert_eq!(rows.iter().filter(|row| row.source == "AUR-CITY").count(), 79_330);
    assert_eq!(rows.iter().filter_map(|row| row.check_out_nights).sum::<u64>(), 255_040);
    assert_eq!(rows.iter().filter(|row| row.check_out_nights == Some(0)).count(), 680);

    let stays: Vec<Stay<'_>> = rows.iter().map(|row| row.parse().unwrap()).collect();
    let count = |status| stays.iter().filter(|stay| stay.status == status).count();
    assert_eq!((count(Status::CheckedOut), count(Status::Cancelled), count(Status::NoShow)), (75_166, 43_017, 1_207));
    assert_eq!(stays.iter().map(cents).sum::<i64>(), 2_599_626_041);
    let complimentary =
        stays.iter().filter(|stay| stay.rooms.iter().flat_map(|room| &room.nights).any(|night| night.complimentary));
    assert_eq!(complimentary.count(), 646 - 14, "14 have no night");

    let mut dates: BTreeMap<String, u32> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.check_out_nights.is_some()) {
        *dates.entry(row.business_date.to_string()).or_default() += 1;
    }
    assert_eq!((dates.len(), dates.values().max()), (805, Some(&243)));
    assert_eq!(dates.keys().next().unwrap(), "2015-07-01");
    assert_eq!(dates.keys().next_back().unwrap(), "2017-09-14");
}

#[test]
fn twenty_seven_early_departures_have_more_nights_than_days() {
    let Some(rows) = all_rows() else { return };
    let early = rows.iter().filter(|row| {
        let days = row.parse().unwrap().length_days();
        row.check_out_nights.is_some_and(|nights| nights != days as u64)
    });
    let nights: Vec<u64> = early.filter_map(|row| row.check_out_nights).collect();
    assert_eq!((nights.len(), nights.iter().sum::<u64>()), (27, 200));
}

#[test]
fn the_rules_of_the_ledger_suspend_the_early_departures_and_no_other_row() {
    let Some(rows) = all_rows() else { return };
    let rates = ExchangeRates::into_currency(CURRENCY.parse().unwrap());
    let suspended: Vec<Suspense> = rows.iter().filter_map(|row| screen(&row.parse().unwrap(), &rates)).collect();
    assert_eq!(suspended, [Suspense::NightsMismatch; 27]);
}

#[test]
fn stays_of_direct_and_corporate_guests_with_a_rate_are_those_published() {
    let Some(rows) = all_rows() else { return };
    let (mut count, mut nights, mut sum) = (0, 0, 0);
    for row in rows.iter().filter(|row| row.check_out_nights.is_some()) {
        let stay = row.parse().unwrap();
        let eligible = stay.rooms[0].nights.iter().any(|night| matches!(&*night.market, "Direct" | "Corporate"));
        if eligible && stay.lines().any(|line| line.net > 0) {
            count += 1;
            nights += row.check_out_nights.unwrap();
            sum += cents(&stay);
        }
    }
    assert_eq!((count, nights, sum), (14_689, 41_043, 467_753_076));
}

#[test]
fn rows_come_by_date_and_row_and_keep_their_number() {
    let Some(rows) = all_rows() else { return };
    let number = |row: &FeedRow| row.parse().unwrap().confirmation.parse::<u64>().unwrap();
    let keys: Vec<_> = rows.iter().map(|row| (row.business_date, number(row))).collect();
    assert!(keys.windows(2).all(|pair| pair[0] < pair[1]));
    assert!(rows.iter().zip(0..).all(|(row, position)| row.position == position));
    let numbers: BTreeSet<u64> = keys.iter().map(|key| key.1).collect();
    assert_eq!((numbers.len(), numbers.first(), numbers.last()), (119_390, Some(&1), Some(&119_390)));
}

#[test]
fn reading_and_mapping_the_whole_data_set_takes_about_a_second() {
    let Some(path) = support::data_set() else { return };
    let start = Instant::now();
    let feed = Feed::open(&path, members()).unwrap();
    let opened = start.elapsed();
    let bytes: usize = feed.map(|row| row.unwrap().stay.len()).sum();
    println!("opened in {opened:?}, mapped to {bytes} bytes of JSON in {:?}", start.elapsed());
    // Far above what it takes, because other work may run beside it.
    assert!(start.elapsed() < Duration::from_secs(10));
}

#[test]
fn plain_and_packed_files_are_one_feed_and_a_cut_with_row_numbers_keeps_its_keys() {
    let Some(packed) = support::data_set() else { return };
    let folder = tempfile::tempdir().unwrap();
    let mut text = String::new();
    flate2::read::MultiGzDecoder::new(File::open(&packed).unwrap()).read_to_string(&mut text).unwrap();
    let plain = folder.path().join("plain.csv");
    fs::write(&plain, &text).unwrap();
    let feed = Feed::open(&plain, members()).unwrap();
    assert_eq!(feed.digest(), Feed::open(&packed, members()).unwrap().digest());
    assert_ne!(feed.digest(), Feed::open(&packed, Members::new(2, 1_000).unwrap()).unwrap().digest());

    let mut cut = String::new();
    for (number, line) in text.lines().enumerate() {
        match number {
            0 => cut += &format!("row,{line}\n"),
            50_001..=50_100 => cut += &format!("{number},{line}\n"),
            _ => {}
        }
    }
    let cut_file = folder.path().join("cut.csv");
    fs::write(&cut_file, cut).unwrap();
    let confirmation = |row: &FeedRow| row.parse().unwrap().confirmation.to_string();
    let whole: BTreeMap<String, FeedRow> = feed.map(Result::unwrap).map(|row| (confirmation(&row), row)).collect();
    let rows: Vec<FeedRow> = Feed::open(&cut_file, members()).unwrap().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 100);
    assert!(rows.iter().all(|row| row.stay == whole[&confirmation(row)].stay));
}

#[test]
fn a_booking_becomes_its_stay_version_and_nothing_else() {
    let read = |row: &str| {
        let booking = BookingReader::new(format!("{HEADER}\n{row}\n").as_bytes()).unwrap().next_booking().unwrap();
        let stay = stay_version(booking.as_ref().unwrap(), &members(), CURRENCY.parse().unwrap());
        serde_json::to_string(&stay).unwrap()
    };
    let member = members().of_stay("AUR-CITY", "1");
    let head = format!(
        r#"{{"hotel":"AUR-CITY","confirmation":"1","leg":1,"share":0,"version":1,"group":null,"programme":"{}","member":"{}","member_number":"{}","booked":"2015-06-24","arrival":"2015-07-01","departure":"2015-07-03","#,
        member.programme, member.id, member.number
    );
    let night = |date| {
        format!(
            r#"{{"date":"{date}","rate_code":"Transient","room_type":"A","market":"Direct","channel":"Direct","complimentary":false}}"#
        )
    };
    let line = |posting, date| {
        format!(
            r#"{{"folio":"1","posting":"{posting}","date":"{date}","category":9,"net":7550,"gross":7550,"currency":"EUR"}}"#
        )
    };
    let room = format!(
        r#"{{"number":null,"occupant_member":true,"payer_member":true,"nights":[{},{}],"lines":[{},{}]}}"#,
        night("2015-07-01"),
        night("2015-07-02"),
        line(1, "2015-07-01"),
        line(2, "2015-07-02")
    );
    assert_eq!(read(ROW), format!(r#"{head}"status":"checked_out","rooms":[{room}]}}"#));
    let cancelled = ROW.replace("Check-Out,2015-07-03", "Canceled,2015-06-30");
    assert_eq!(read(&cancelled), format!(r#"{head}"status":"cancelled","rooms":[]}}"#));
    let no_show = ROW.replace("Check-Out,2015-07-03", "No-Show,2015-07-01");
    assert_eq!(read(&no_show), format!(r#"{head}"status":"no_show","rooms":[]}}"#));
    assert!(read(&ROW.replace(",Direct,Direct,", ",Complementary,Direct,")).contains(r#""complimentary":true"#));
}

#[test]
fn a_bad_cell_is_named_by_line_column_and_value() {
    let cases = [
        ("City Hotel", "Seaside Hotel", "line 3, column hotel: \"Seaside Hotel\" is not a hotel of the data set"),
        (",7,2015", ",-7,2015", "line 3, column lead_time: \"-7\" is not a number of days"),
        (",July,", ",Juli,", "line 3, column arrival_date_month: \"Juli\" is not the English name of a month"),
        (",July,1,", ",June,31,", "line 3, column arrival_date_day_of_month: \"31\" is not a day of that month"),
        (",0,2,Direct", ",0,2.5,Direct", "line 3, column stays_in_week_nights: \"2.5\" is not a number of nights"),
        ("75.5", "75.555", "line 3, column adr: \"75.555\" is not an amount with at most two decimals"),
        ("75.5", "", "line 3, column adr: \"\" is not an amount with at most two decimals"),
        (
            "Check-Out",
            "Checked",
            "line 3, column reservation_status: \"Checked\" is not Check-Out, Canceled or No-Show",
        ),
        ("2015-07-03", "2015-02-29", "line 3, column reservation_status_date: \"2015-02-29\" is not a date YYYY-MM-DD"),
        (",Direct,Direct,", ",,Direct,", "line 3, column market_segment: \"\" is not a short text"),
        (",2015-07-03", "", "line 3: 14 cells, the header has 15"),
    ];
    for (from, to, expected) in cases {
        let text = format!("{HEADER}\n{ROW}\n{}\n", ROW.replacen(from, to, 1));
        assert_eq!(Dataset::read(text.as_bytes()).unwrap_err().to_string(), expected);
    }
    let text = HEADER.replace(",adr,", ",rate,");
    assert_eq!(Dataset::read(text.as_bytes()).unwrap_err().to_string(), "the header has no column \"adr\"");
    let text = format!("row,{HEADER}\n5,{ROW}\n5,{ROW}\n");
    assert!(matches!(Dataset::read(text.as_bytes()), Err(StaysError::RepeatedRow { row: 5 })));
}

#[test]
fn a_file_that_is_no_feed_or_is_cut_off_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        Feed::open(&path, members()).err().map(|error| error.to_string())
    };
    let text = write("text", b"hello\nworld\n").unwrap();
    assert!(text.starts_with("not a feed: the first line is \"hello\""), "{text}");
    assert!(write("empty", b"").unwrap().starts_with("not a feed"));
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(format!("{HEADER}\n{ROW}\n").as_bytes()).unwrap();
    let packed = packed.finish().unwrap();
    assert_eq!(write("whole.gz", &packed), None);
    let cut = write("cut.gz", &packed[..packed.len() - 6]).unwrap();
    assert!(cut.starts_with("the feed breaks off"), "{cut}");
    assert!(Feed::open(&folder.path().join("absent"), members()).err().unwrap().to_string().contains("absent"));
}

#[test]
fn bookings_can_be_read_one_by_one() {
    let text = format!("{HEADER}\n{ROW}\n{ROW}\n");
    let mut reader = BookingReader::new(text.as_bytes()).unwrap();
    let first = reader.next_booking().unwrap().unwrap();
    assert_eq!((first.row, first.nights, first.rate_cents, first.status), (1, 2, 7_550, BookingStatus::CheckOut));
    assert_eq!(reader.next_booking().unwrap().unwrap().row, 2);
    assert!(reader.next_booking().unwrap().is_none());
}
