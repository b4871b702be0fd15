//! An independent count of what the ledger must say after the data set has been submitted.
//!
//! Written from the description of the loyalty rules and the figures of the two shipped programmes, without the code
//! that rates stays: it reads the CSV itself, computes with plain integers and knows only these two programmes. Members
//! are those of [`Members`], because there is no other source for them.

use std::collections::BTreeMap;
use std::io::Read;

use folio_stays::Members;

/// Points of [`HILTON`] for a US dollar of room revenue.
const HILTON_POINTS_PER_USD: i128 = 10;
/// The programme with tiers that earn a bonus.
pub(crate) const HILTON: &str = "hilton-honors";
/// Months are counted with their names in the file.
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Tiers of [`HILTON`] above the lowest: name, bonus in percent, and nights, stays and US dollars of a calendar year. The
/// first three ask for one of the three; the last for nights or stays, and the dollars.
pub(crate) const HILTON_TIERS: [(&str, i128, u64, u64, i128); 4] = [
    ("Silver", 20, 10, 4, 2_500),
    ("Gold", 80, 25, 15, 6_000),
    ("Diamond", 100, 50, 25, 11_500),
    ("Diamond Reserve", 120, 80, 40, 18_000),
];

/// What is counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Reference {
    pub(crate) rows: u64,
    pub(crate) posted: u64,
    pub(crate) zero_point: u64,
    pub(crate) suspended: u64,
    pub(crate) suspended_nights: u64,
    pub(crate) room_nights: u64,
    pub(crate) points: i128,
    pub(crate) base: i128,
    pub(crate) bonus: i128,
    /// Zero-point rows by the code of the rule.
    pub(crate) reasons: BTreeMap<&'static str, u64>,
    /// Points and tier of every member with a rated stay, by id.
    pub(crate) members: BTreeMap<String, MemberCount>,
}

/// One member at the end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct MemberCount {
    pub(crate) programme: &'static str,
    pub(crate) points: i128,
    pub(crate) posted: u64,
    /// Highest tier ever held; 0 for the lowest.
    pub(crate) highest_tier: usize,
    years: BTreeMap<i32, Year>,
    /// Last day of each tier above the lowest.
    held_until: [String; 4],
}

/// What counts towards a tier in a calendar year.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Year {
    nights: u64,
    stays: u64,
    /// Whole US cents: of each stay, what is less than a cent is dropped.
    spend_cents: i128,
}

/// The euro in US dollars, as a fraction.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EuroInDollars {
    pub(crate) numerator: i128,
    pub(crate) denominator: i128,
}

/// Counts the first `limit` rows by (check-out or status date, row).
pub(crate) fn count(csv: impl Read, limit: usize, members: &Members, rate: EuroInDollars) -> Reference {
    let mut rows = read(csv);
    rows.sort_by(|one, other| (&one.date, one.row).cmp(&(&other.date, other.row)));
    let mut reference = Reference::default();
    for row in rows.iter().take(limit) {
        reference.add(row, members, rate);
    }
    reference
}

impl Reference {
    pub(crate) fn add(&mut self, row: &Row, members: &Members, rate: EuroInDollars) {
        self.rows += 1;
        let nothing = match row.status.as_str() {
            "Canceled" => Some("CANCELLED"),
            "No-Show" => Some("NO_SHOW"),
            _ => {
                self.room_nights += row.nights;
                if row.arrival_day + row.nights as i64 != row.status_day {
                    self.suspended += 1;
                    self.suspended_nights += row.nights;
                    return;
                }
                let eligible = ["Direct", "Corporate"].contains(&row.market.as_str());
                match (row.nights as i128 * row.cents > 0, eligible) {
                    (false, _) => Some("RATE_NOT_POSITIVE"),
                    (true, false) if row.market == "Complementary" => Some("COMPLIMENTARY"),
                    (true, false) => Some("MARKET_INELIGIBLE"),
                    (true, true) => None,
                }
            }
        };
        let (base, bonus) = if nothing.is_some() { (0, 0) } else { self.rate(row, members, rate) };
        match nothing.or((base + bonus == 0).then_some("BELOW_ONE_POINT")) {
            Some(reason) => {
                self.zero_point += 1;
                *self.reasons.entry(reason).or_default() += 1;
            }
            None => self.posted += 1,
        }
        self.base += base;
        self.bonus += bonus;
        self.points += base + bonus;
    }

    fn rate(&mut self, row: &Row, members: &Members, rate: EuroInDollars) -> (i128, i128) {
        let hotel = if row.hotel == "City Hotel" { "AUR-CITY" } else { "BOR-RESORT" };
        let home = members.of_stay(hotel, &row.row.to_string());
        let member = self.members.entry(home.id).or_default();
        member.programme = home.programme;
        // US cents, as a multiple of 1 / denominator.
        let spend = row.cents * row.nights as i128 * rate.numerator;
        let (base, bonus) = if home.programme == HILTON {
            let base = spend * HILTON_POINTS_PER_USD / (100 * rate.denominator);
            let bonus = base * member.bonus_percent(&row.date) / 100;
            member.qualify(row, spend / rate.denominator);
            (base, bonus)
        } else {
            (spend / (100 * rate.denominator), 0)
        };
        member.points += base + bonus;
        member.posted += u64::from(base + bonus > 0);
        (base, bonus)
    }
}

impl MemberCount {
    // The highest tier that is held on the date, before the stay of that date counts.
    fn bonus_percent(&self, date: &str) -> i128 {
        let held = (0..4).rev().find(|tier| self.held_until[*tier].as_str() >= date);
        held.map_or(0, |tier| HILTON_TIERS[tier].1)
    }

    fn qualify(&mut self, row: &Row, spend_cents: i128) {
        let number: i32 = row.date[..4].parse().unwrap();
        let year = self.years.entry(number).or_default();
        year.nights += row.nights;
        year.stays += 1;
        year.spend_cents += spend_cents;
        for (tier, (_, _, nights, stays, dollars)) in HILTON_TIERS.into_iter().enumerate() {
            let enough_spent = year.spend_cents >= dollars * 100;
            let enough_stayed = year.nights >= nights || year.stays >= stays;
            let top = tier + 1 == HILTON_TIERS.len();
            let reached = if top { enough_stayed && enough_spent } else { enough_stayed || enough_spent };
            if reached {
                self.held_until[tier] = format!("{}-03-31", number + 2);
                self.highest_tier = self.highest_tier.max(tier + 1);
            }
        }
    }
}

/// A row of the file.
pub(crate) struct Row {
    pub(crate) row: u64,
    pub(crate) hotel: String,
    pub(crate) status: String,
    pub(crate) date: String,
    pub(crate) status_day: i64,
    pub(crate) arrival_day: i64,
    pub(crate) nights: u64,
    pub(crate) market: String,
    pub(crate) cents: i128,
}

fn read(csv: impl Read) -> Vec<Row> {
    let mut text = String::new();
    let mut csv = csv;
    csv.read_to_string(&mut text).unwrap();
    let mut lines = text.lines();
    let names: Vec<&str> = lines.next().unwrap().split(',').collect();
    // No cell of the file holds a comma or a quotation mark.
    lines.zip(1..).map(|(line, row)| read_row(&names.iter().copied().zip(line.split(',')).collect(), row)).collect()
}

fn read_row(cells: &BTreeMap<&str, &str>, row: u64) -> Row {
    let number = |name: &str| cells[name].parse::<i64>().unwrap();
    let month = MONTHS.iter().position(|month| *month == cells["arrival_date_month"]).unwrap() as i64 + 1;
    let date = cells["reservation_status_date"];
    let part = |range: std::ops::Range<usize>| date[range].parse::<i64>().unwrap();
    let (whole, fraction) = cells["adr"].split_once('.').unwrap_or((cells["adr"], ""));
    let cents = whole.trim_start_matches('-').parse::<i128>().unwrap() * 100
        + format!("{fraction:0<2}").parse::<i128>().unwrap();
    Row {
        row,
        hotel: cells["hotel"].to_owned(),
        status: cells["reservation_status"].to_owned(),
        date: date.to_owned(),
        status_day: day(part(0..4), part(5..7), part(8..10)),
        arrival_day: day(number("arrival_date_year"), month, number("arrival_date_day_of_month")),
        nights: (number("stays_in_weekend_nights") + number("stays_in_week_nights")) as u64,
        market: cells["market_segment"].to_owned(),
        cents: if whole.starts_with('-') { -cents } else { cents },
    }
}

// Days since the beginning of 2001, which follows a leap year; good for the years of the file.
fn day(year: i64, month: i64, day: i64) -> i64 {
    let leap = year % 4 == 0;
    let before = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334][month as usize - 1];
    (year - 2001) * 365 + (year - 2001) / 4 + before + i64::from(leap && month > 2) + day
}
