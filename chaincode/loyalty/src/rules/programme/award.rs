//! Award nights: nights that are paid with points, by a price table.

use folio_chaincode_sdk::Packed;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::scope::{Hotel, Selection, matches};
use crate::units::{Date, Points};

/// What a programme asks for nights, and what becomes of bookings that are not used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Packed)]
#[serde(deny_unknown_fields)]
pub struct AwardNightRules {
    /// The price table: the categories of hotels, lowest first.
    pub categories: Vec<AwardCategory>,
    /// Which nights are not of the standard season. The first that covers hotel and date counts.
    #[serde(default)]
    pub seasons: Vec<SeasonDates>,
    /// Nights that cost nothing in a long stay; nothing said, there are none.
    #[serde(default)]
    pub free_night: Option<FreeNight>,
    /// Most nights of one booking.
    pub nights_max: u16,
    /// How many days ahead of arrival a booking may be made.
    pub book_ahead_days: u16,
    /// Until how many days before arrival a booking is cancelled without loss.
    pub cancel_days: u16,
    /// What a later cancellation costs.
    #[serde(default)]
    pub late_cancellation: Penalty,
    /// What it costs not to come.
    #[serde(default)]
    pub no_show: Penalty,
}

/// One line of the price table. A hotel that is listed by its code belongs here whatever its brand says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Packed)]
#[serde(deny_unknown_fields)]
pub struct AwardCategory {
    /// Its name.
    pub name: String,
    /// Codes of its hotels. One that ends in `*` stands for all that begin with what is before it.
    #[serde(default)]
    pub hotels: Vec<String>,
    /// Brands whose hotels belong to it.
    #[serde(default)]
    pub brands: Vec<String>,
    /// Points for a night.
    pub standard: Points,
    /// Points for a night off peak; nothing stands for the standard price.
    #[serde(default)]
    pub off_peak: Option<Points>,
    /// Points for a night at peak; nothing stands for the standard price.
    #[serde(default)]
    pub peak: Option<Points>,
}

/// How much a night is asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema, Packed)]
#[serde(rename_all = "snake_case")]
pub enum Season {
    /// Little.
    OffPeak,
    /// As usual.
    #[default]
    Standard,
    /// Much.
    Peak,
}

/// When nights are of a season.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Packed)]
#[serde(deny_unknown_fields)]
pub struct SeasonDates {
    /// The season.
    pub season: Season,
    /// Its first night.
    pub from: Date,
    /// Its last night.
    pub until: Date,
    /// The hotels, by code, for which it holds.
    #[serde(default)]
    pub hotels: Selection,
}

/// Every so many nights one is free.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Packed)]
#[serde(deny_unknown_fields)]
pub struct FreeNight {
    /// Which night of a stay it is: the fifth, the tenth and so on for 5.
    pub every: u16,
    /// Name of the lowest tier that has it; nothing stands for all.
    #[serde(default)]
    pub from_tier: Option<String>,
    /// Which nights of the stay are free.
    #[serde(default)]
    pub which: FreeNightChoice,
}

/// Which nights of a stay are free.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Packed)]
#[serde(rename_all = "snake_case")]
pub enum FreeNightChoice {
    /// As many of the cheapest.
    #[default]
    Cheapest,
    /// Just those: the fifth, the tenth and so on.
    Last,
}

/// What it costs to let a booking go.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Packed)]
#[serde(deny_unknown_fields, default)]
pub struct Penalty {
    /// Which points are kept.
    pub keeps: Kept,
    /// Whether the hotel charges the guest in money, as its own terms say.
    pub cash: bool,
    /// Whether the programme owes the hotel for the points that are kept.
    pub pays_hotel: bool,
}

/// Which points of a booking are kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Packed)]
#[serde(rename_all = "snake_case")]
pub enum Kept {
    /// None: all come back.
    #[default]
    Nothing,
    /// The price of the first night.
    FirstNight,
    /// All.
    Everything,
}

/// When a reward that was given may be taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Packed)]
#[serde(deny_unknown_fields)]
pub struct RefundRules {
    /// For how many days after it was given.
    pub days: u16,
    /// How many days the points that come back can be used at least. With none, a lot that expired meanwhile expires
    /// again at once.
    #[serde(default)]
    pub grace_days: u16,
}

impl AwardNightRules {
    /// The category of a hotel, with its place: by the hotel's code, or else by its brand.
    pub fn category_of(&self, hotel: &Hotel<'_>) -> Option<(usize, &AwardCategory)> {
        let listed = |entries: &[String], value: &str| entries.iter().any(|entry| matches(entry, value));
        let by_code = self.categories.iter().position(|category| listed(&category.hotels, hotel.code));
        let by_brand = || self.categories.iter().position(|category| listed(&category.brands, hotel.brand));
        let place = by_code.or_else(by_brand)?;
        Some((place, self.categories.get(place)?))
    }

    /// The season of a night in a hotel.
    pub fn season_of(&self, hotel: &Hotel<'_>, night: Date) -> Season {
        let covers =
            |dates: &&SeasonDates| (dates.from..=dates.until).contains(&night) && dates.hotels.admits(hotel.code);
        self.seasons.iter().find(covers).map_or(Season::Standard, |dates| dates.season)
    }

    /// Place of a category, by name.
    pub fn place_of(&self, category: &str) -> Option<usize> {
        self.categories.iter().position(|known| known.name == category)
    }
}

impl AwardCategory {
    /// Points for a night of a season.
    pub fn price(&self, season: Season) -> Points {
        match season {
            Season::OffPeak => self.off_peak.unwrap_or(self.standard),
            Season::Standard => self.standard,
            Season::Peak => self.peak.unwrap_or(self.standard),
        }
    }
}
