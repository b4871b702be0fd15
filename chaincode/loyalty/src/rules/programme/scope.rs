//! Where and when a rule holds: hotels, rates, rooms and dates.

use folio_chaincode_sdk::Packed;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::rules::stay::{Night, Stay};
use crate::units::Date;

/// The hotel of a stay, as its registry row describes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hotel<'a> {
    /// Code of the hotel.
    pub code: &'a str,
    /// Its brand, as the chain names it.
    pub brand: &'a str,
    /// Its chain.
    pub chain: &'a str,
}

/// A choice among codes or names. An entry that ends in `*` stands for all that begin with what is before it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Packed)]
#[serde(rename_all = "snake_case")]
pub enum Selection {
    /// Whatever it is.
    #[default]
    Any,
    /// Nothing but these.
    Only(Vec<String>),
    /// All but these.
    Except(Vec<String>),
}

/// Which date of a stay decides.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Packed)]
#[serde(rename_all = "snake_case")]
pub enum DateChoice {
    /// The date of booking; the arrival when the booking date is not known.
    Booking,
    /// The date of arrival.
    Arrival,
    /// The date of check-out.
    #[default]
    CheckOut,
}

/// The dates of a stay, or of several that are rated as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StayDates {
    /// Earliest booking.
    pub booked: Option<Date>,
    /// Earliest arrival.
    pub arrival: Date,
    /// Latest departure.
    pub check_out: Date,
}

/// Where and when an exception holds. Everything that is not said does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Packed)]
#[serde(deny_unknown_fields, default)]
pub struct Scope {
    /// Chains.
    pub chains: Selection,
    /// Brands.
    pub brands: Selection,
    /// Codes of hotels.
    pub hotels: Selection,
    /// Rate codes, night by night.
    pub rate_codes: Selection,
    /// Room types, night by night.
    pub room_types: Selection,
    /// First date on which it holds.
    pub from: Option<Date>,
    /// Last date on which it holds.
    pub until: Option<Date>,
    /// Which date is meant by `from` and `until`.
    pub dated_by: DateChoice,
}

impl Selection {
    /// Whether the code or name is chosen.
    pub fn admits(&self, value: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Only(entries) => entries.iter().any(|entry| matches(entry, value)),
            Self::Except(entries) => !entries.iter().any(|entry| matches(entry, value)),
        }
    }

    /// Whether everything is chosen.
    pub const fn is_any(&self) -> bool {
        matches!(self, Self::Any)
    }

    /// What is listed.
    pub fn entries(&self) -> &[String] {
        match self {
            Self::Any => &[],
            Self::Only(entries) | Self::Except(entries) => entries,
        }
    }
}

impl StayDates {
    /// The dates of one stay.
    pub const fn of(stay: &Stay<'_>) -> Self {
        Self { booked: stay.booked, arrival: stay.arrival, check_out: stay.departure }
    }

    /// The dates of this and another stay as one.
    pub fn joined(self, other: Self) -> Self {
        let booked = match (self.booked, other.booked) {
            (Some(one), Some(another)) => Some(one.min(another)),
            (one, another) => one.or(another),
        };
        Self { booked, arrival: self.arrival.min(other.arrival), check_out: self.check_out.max(other.check_out) }
    }

    /// The date that decides.
    pub fn pick(self, choice: DateChoice) -> Date {
        match choice {
            DateChoice::Booking => self.booked.unwrap_or(self.arrival),
            DateChoice::Arrival => self.arrival,
            DateChoice::CheckOut => self.check_out,
        }
    }
}

impl Scope {
    /// Whether it can hold for a stay on these dates in this hotel; the nights then decide one by one.
    pub fn covers_stay(&self, hotel: &Hotel<'_>, dates: StayDates) -> bool {
        let date = dates.pick(self.dated_by);
        self.from.is_none_or(|from| from <= date)
            && self.until.is_none_or(|until| date <= until)
            && self.chains.admits(hotel.chain)
            && self.brands.admits(hotel.brand)
            && self.hotels.admits(hotel.code)
    }

    /// Whether it holds for a night, or for revenue of no night, in a stay that it covers.
    pub fn covers_night(&self, night: Option<&Night<'_>>) -> bool {
        self.rate_codes.admits(night.map_or("", |night| &night.rate_code))
            && self.room_types.admits(night.map_or("", |night| &night.room_type))
    }
}

/// Whether an entry of a selection stands for the code or name.
pub(super) fn matches(entry: &str, value: &str) -> bool {
    match entry.strip_suffix('*') {
        Some(start) => value.starts_with(start),
        None => entry == value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn only(entries: &[&str]) -> Selection {
        Selection::Only(entries.iter().map(|entry| (*entry).to_owned()).collect())
    }

    #[test]
    fn a_selection_lists_what_it_takes_or_leaves_out() {
        let except = Selection::Except(vec!["CREW".to_owned(), "PKG*".to_owned()]);
        for (selection, value, admitted) in [
            (&Selection::Any, "", true),
            (&only(&["Direct", "Corporate"]), "Direct", true),
            (&only(&["Direct", "Corporate"]), "direct", false),
            (&only(&["Direct"]), "", false),
            (&only(&[]), "Direct", false),
            (&except, "PKG7", false),
            (&except, "CREW2", true),
            (&except, "", true),
        ] {
            assert_eq!(selection.admits(value), admitted, "{selection:?} {value:?}");
        }
    }

    #[test]
    fn a_scope_holds_on_its_dates_by_the_date_it_names() {
        let date = |text: &str| text.parse::<Date>().unwrap();
        let dates =
            StayDates { booked: Some(date("2025-12-01")), arrival: date("2026-01-05"), check_out: date("2026-01-09") };
        let hotel = Hotel { code: "AUR-CITY", brand: "Homewood Suites", chain: "aurora" };
        for (from, until, dated_by, holds) in [
            (Some("2026-01-08"), None, DateChoice::CheckOut, true),
            (Some("2026-01-08"), None, DateChoice::Arrival, false),
            (Some("2026-01-09"), Some("2026-01-09"), DateChoice::CheckOut, true),
            (None, Some("2025-12-01"), DateChoice::Booking, true),
            (None, Some("2025-11-30"), DateChoice::Booking, false),
        ] {
            let scope = Scope { from: from.map(date), until: until.map(date), dated_by, ..Scope::default() };
            assert_eq!(scope.covers_stay(&hotel, dates), holds, "{scope:?}");
        }
        assert!(!Scope { brands: only(&["Spark"]), ..Scope::default() }.covers_stay(&hotel, dates));
    }
}
