//! The revenue lines of a room: the rate from the data set's figures, everything beside it made up.

use folio_loyalty::rules::revenue::ROOM;
use folio_loyalty::rules::stay::Line;
use folio_loyalty::units::{Currency, Date};

use super::random::Random;
use super::reservation::Terms;
use crate::dates::shifted;

/// OpenTravel revenue categories.
pub(super) const FOOD_AND_BEVERAGE: u16 = 3;
const PARKING: u16 = 7;
const SPA: u16 = 11;
const TAX: u16 = 12;
const TELEPHONE: u16 = 14;
/// Repeats the other lines of its folio.
pub(super) const TOTAL: u16 = 17;
const GRATUITY: u16 = 25;
pub(super) const MINIBAR: u16 = 26;
const CITY_TAX: u16 = 32;

/// The rate moves by up to this much from night to night.
const NIGHT_RATE_PER_MILLE: i64 = 30;
/// Tax on the room, posted as a line of its own.
const ROOM_TAX_PER_MILLE: i64 = 60;
/// Tax within the price of everything else.
const EXTRA_TAX_PER_MILLE: i64 = 130;
/// City tax a guest and night, for the first nights only.
const CITY_TAX_CENTS: i64 = 100;
const CITY_TAX_NIGHTS_MAX: u32 = 7;
const PARKING_CENTS: i64 = 1_200;

/// What a guest may take in a night besides the room: category, of how many thousand nights, from and to cents gross.
const EXTRAS: [(u16, u32, i64, i64); 5] = [
    (FOOD_AND_BEVERAGE, 350, 800, 6_500),
    (MINIBAR, 100, 200, 2_500),
    (SPA, 30, 3_000, 12_000),
    (TELEPHONE, 10, 50, 900),
    (GRATUITY, 50, 100, 1_000),
];

/// Folios of a stay.
const FOLIOS: [&str; 2] = ["1", "2"];
/// Extras stand on a second folio in this many of a thousand rooms.
const SECOND_FOLIO_PER_MILLE: u32 = 200;

/// The lines of one room; posting ids go on from room to room.
pub(super) fn lines(random: &mut Random, terms: &Terms, posting: &mut u32) -> Vec<Line<'static>> {
    let extras_folio = if random.happens(SECOND_FOLIO_PER_MILLE) { FOLIOS[1] } else { FOLIOS[0] };
    let mut book = Book { currency: terms.currency, posting, lines: Vec::new() };
    for night in 0..terms.nights {
        let date = shifted(terms.arrival, night as i32);
        let change = random.between(-NIGHT_RATE_PER_MILLE, NIGHT_RATE_PER_MILLE);
        let rate = terms.rate_cents + terms.rate_cents * change / 1_000;
        book.post(FOLIOS[0], date, ROOM, rate, rate);
        if rate > 0 {
            let tax = per_mille(rate, ROOM_TAX_PER_MILLE);
            book.post(FOLIOS[0], date, TAX, tax, tax);
        }
        if night < CITY_TAX_NIGHTS_MAX {
            let tax = CITY_TAX_CENTS * i64::from(terms.guests);
            book.post(FOLIOS[0], date, CITY_TAX, tax, tax);
        }
        if terms.parking {
            book.post(extras_folio, date, PARKING, without_tax(PARKING_CENTS), PARKING_CENTS);
        }
        for (category, often, from, to) in EXTRAS {
            if random.happens(often) {
                let gross = random.between(from, to);
                let net = if category == GRATUITY { gross } else { without_tax(gross) };
                book.post(extras_folio, date, category, net, gross);
            }
        }
    }
    book.total(shifted(terms.arrival, terms.nights as i32));
    book.lines
}

/// A line that comes after the folio was closed, and the total that repeats it.
pub(super) fn late_line(lines: &mut Vec<Line<'static>>, date: Date, category: u16, gross: i64) {
    let Some(last) = lines.last().cloned() else { return };
    let posting = format!("{}L", last.posting);
    let net = if category == ROOM { gross } else { without_tax(gross) };
    if let Some(total) = lines.iter_mut().find(|line| line.category == TOTAL && line.folio == last.folio) {
        total.net += net;
        total.gross += gross;
    }
    lines.push(Line { posting: posting.into(), date, category, net, gross, ..last });
}

struct Book<'a> {
    currency: Currency,
    posting: &'a mut u32,
    lines: Vec<Line<'static>>,
}

impl Book<'_> {
    fn post(&mut self, folio: &'static str, date: Date, category: u16, net: i64, gross: i64) {
        *self.posting += 1;
        self.lines.push(Line {
            folio: folio.into(),
            posting: self.posting.to_string().into(),
            date,
            category,
            net,
            gross,
            currency: self.currency,
        });
    }

    // One line a folio that repeats the others: to count it would count everything twice.
    fn total(&mut self, date: Date) {
        for folio in FOLIOS {
            let others = self.lines.iter().filter(|line| line.folio == folio);
            let (count, net, gross) =
                others.fold((0, 0, 0), |sums, line| (sums.0 + 1, sums.1 + line.net, sums.2 + line.gross));
            if count > 0 {
                self.post(folio, date, TOTAL, net, gross);
            }
        }
    }
}

fn without_tax(gross: i64) -> i64 {
    gross * 1_000 / (1_000 + EXTRA_TAX_PER_MILLE)
}

fn per_mille(amount: i64, rate: i64) -> i64 {
    (amount * rate + 500) / 1_000
}
