//! What nights cost in points, and what it costs not to use them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::programme::{
    AwardNightRules, Definition, FreeNight, FreeNightChoice, Hotel, Kept, Penalty, Season, TierRank,
};
use crate::units::{Date, Overflow, Points};

/// Why nights have no price.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AwardNightRefusal {
    /// The programme offers no nights for points.
    #[error("the programme offers no award nights")]
    NotOffered,
    /// The hotel stands in no category of the price table.
    #[error("hotel {hotel} stands in no category of the programme's price table")]
    HotelNotListed {
        /// Code of the hotel.
        hotel: String,
    },
    /// Too few nights, or too many.
    #[error("{nights} nights: a booking is of 1 to {max}")]
    Nights {
        /// Nights asked for.
        nights: u16,
        /// The most.
        max: u16,
    },
    /// The price left its range.
    #[error(transparent)]
    Overflow(#[from] Overflow),
}

impl AwardNightRefusal {
    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotOffered => "AWARD_NOT_OFFERED",
            Self::HotelNotListed { .. } => "AWARD_HOTEL_NOT_LISTED",
            Self::Nights { .. } => "AWARD_NIGHTS_INVALID",
            Self::Overflow(_) => "AWARD_OVERFLOW",
        }
    }
}

/// The price of some nights.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AwardPrice {
    /// The hotel's category.
    pub category: String,
    /// Night by night.
    pub nights: Vec<AwardNight>,
    /// All together.
    pub points: Points,
}

/// The price of one night.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AwardNight {
    /// Its date.
    pub date: Date,
    /// How much it is asked for.
    pub season: Season,
    /// What the table says.
    pub points: Points,
    /// Whether it costs nothing in this stay.
    pub free: bool,
}

/// What nights in a hotel cost a member of a tier.
pub fn award_price(
    definition: &Definition,
    tier: TierRank,
    hotel: &Hotel<'_>,
    arrival: Date,
    nights: u16,
) -> Result<AwardPrice, AwardNightRefusal> {
    let rules = definition.award_nights.as_ref().ok_or(AwardNightRefusal::NotOffered)?;
    if !(1..=rules.nights_max).contains(&nights) {
        return Err(AwardNightRefusal::Nights { nights, max: rules.nights_max });
    }
    let not_listed = || AwardNightRefusal::HotelNotListed { hotel: hotel.code.to_owned() };
    let (_, category) = rules.category_of(hotel).ok_or_else(not_listed)?;
    let priced = (0..nights).map(|night| {
        let date = arrival.add_days(i32::from(night))?;
        let season = rules.season_of(hotel, date);
        Ok(AwardNight { date, season, points: category.price(season), free: false })
    });
    let mut nights = priced.collect::<Result<Vec<AwardNight>, Overflow>>()?;
    if let Some(free) = free_night_of(rules, definition, tier) {
        set_free(&mut nights, free);
    }
    let paid = nights.iter().filter(|night| !night.free);
    let points = paid.map(|night| night.points).try_fold(Points::ZERO, Points::checked_add)?;
    Ok(AwardPrice { category: category.name.clone(), nights, points })
}

/// How many nights at one price a member of a tier can pay with `balance`, as far as one booking goes.
pub fn affordable_nights(definition: &Definition, tier: TierRank, price: Points, balance: Points) -> u16 {
    let Some(rules) = &definition.award_nights else { return 0 };
    let every = free_night_of(rules, definition, tier).map(|free| free.every);
    let is_affordable = |nights: &u16| {
        let free = every.and_then(|every| nights.checked_div(every)).unwrap_or_default();
        price.get().checked_mul(u64::from(nights - free)).is_some_and(|points| points <= balance.get())
    };
    (1..=rules.nights_max).take_while(is_affordable).last().unwrap_or_default()
}

/// The last day on which a booking is cancelled without loss.
pub fn free_until(rules: &AwardNightRules, arrival: Date) -> Result<Date, Overflow> {
    arrival.add_days(-i32::from(rules.cancel_days))
}

/// How many of the points of a booking a penalty keeps. `first_night` is what the table says for the first night; where
/// that night was free, it still costs no more than the booking did.
pub fn points_kept(penalty: Penalty, points: Points, first_night: Points) -> Points {
    match penalty.keeps {
        Kept::Nothing => Points::ZERO,
        Kept::FirstNight => first_night.min(points),
        Kept::Everything => points,
    }
}

fn free_night_of<'a>(rules: &'a AwardNightRules, definition: &Definition, tier: TierRank) -> Option<&'a FreeNight> {
    let free = rules.free_night.as_ref()?;
    let reached = |name: &String| definition.tiers.rank_of(name).is_some_and(|rank| tier >= rank);
    free.from_tier.as_ref().is_none_or(reached).then_some(free)
}

fn set_free(nights: &mut [AwardNight], free: &FreeNight) {
    let every = usize::from(free.every.max(1));
    match free.which {
        FreeNightChoice::Last => nights.iter_mut().skip(every - 1).step_by(every).for_each(|night| night.free = true),
        FreeNightChoice::Cheapest => {
            let count = nights.len() / every;
            let mut cheapest: Vec<&mut AwardNight> = nights.iter_mut().collect();
            // Of nights with one price the later is free, so that the first night is paid for wherever that is fair.
            cheapest.sort_by_key(|night| (night.points, std::cmp::Reverse(night.date)));
            cheapest.into_iter().take(count).for_each(|night| night.free = true);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::programme::{AwardCategory, SeasonDates, Selection, shipped};

    const HOTEL: Hotel<'_> = Hotel { code: "AUR-CITY", brand: "Grand", chain: "aurora" };

    fn points(value: u64) -> Points {
        Points::new(value).unwrap()
    }

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn category(name: &str, standard: u64, hotels: &[&str], brands: &[&str]) -> AwardCategory {
        let owned = |entries: &[&str]| entries.iter().map(|entry| (*entry).to_owned()).collect();
        AwardCategory {
            name: name.to_owned(),
            hotels: owned(hotels),
            brands: owned(brands),
            standard: points(standard),
            off_peak: Some(points(standard - 1000)),
            peak: Some(points(standard + 1000)),
        }
    }

    /// Two categories; the first week of August is at peak, and November off peak in one hotel only.
    fn programme(free_night: Option<FreeNight>) -> Definition {
        let text = shipped().find(|(id, _)| *id == "textbook").unwrap().1;
        let mut definition = Definition::from_toml(text).unwrap();
        let season = |season, from, until, hotels| SeasonDates { season, from: date(from), until: date(until), hotels };
        definition.award_nights = Some(AwardNightRules {
            categories: vec![category("1", 5_000, &["BOR-*"], &[]), category("2", 10_000, &[], &["Grand"])],
            seasons: vec![
                season(Season::Peak, "2016-08-01", "2016-08-07", Selection::Any),
                season(Season::OffPeak, "2016-11-01", "2016-11-30", Selection::Only(vec!["AUR-CITY".to_owned()])),
            ],
            free_night,
            nights_max: 10,
            book_ahead_days: 360,
            cancel_days: 2,
            late_cancellation: Penalty::default(),
            no_show: Penalty::default(),
        });
        definition.validate().unwrap();
        definition
    }

    fn price(definition: &Definition, tier: u8, arrival: &str, nights: u16) -> u64 {
        award_price(definition, TierRank(tier), &HOTEL, date(arrival), nights).unwrap().points.get()
    }

    #[test]
    fn each_night_has_the_price_of_its_own_season() {
        let definition = programme(None);
        for (arrival, nights, expected) in [
            ("2016-07-31", 1, 10_000),
            ("2016-07-31", 2, 21_000),
            ("2016-08-07", 2, 21_000),
            ("2016-11-30", 2, 19_000),
            ("2016-07-30", 10, 2 * 10_000 + 7 * 11_000 + 10_000),
        ] {
            assert_eq!(price(&definition, 0, arrival, nights), expected, "{arrival} {nights}");
        }
    }

    #[test]
    fn a_hotel_is_in_the_category_that_names_it_or_else_its_brand() {
        let definition = programme(None);
        let of = |code, brand| {
            let hotel = Hotel { code, brand, chain: "c" };
            award_price(&definition, TierRank(0), &hotel, date("2016-03-01"), 1).map(|price| price.category)
        };
        assert_eq!(of("BOR-RESORT", "Grand").unwrap(), "1");
        assert_eq!(of("AUR-CITY", "Grand").unwrap(), "2");
        assert_eq!(of("AUR-CITY", "Inn").unwrap_err().code(), "AWARD_HOTEL_NOT_LISTED");
    }

    #[test]
    fn every_fifth_night_is_free_the_cheapest_or_the_last_from_a_tier_on() {
        let free = |which, from_tier: Option<&str>| {
            programme(Some(FreeNight { every: 5, from_tier: from_tier.map(str::to_owned), which }))
        };
        let cheapest = free(FreeNightChoice::Cheapest, Some("Silver"));
        // Four nights at peak and one that is not.
        for (tier, nights, expected) in
            [(0, 5, 54_000), (1, 4, 44_000), (1, 5, 44_000), (1, 10, 4 * 11_000 + 4 * 10_000)]
        {
            assert_eq!(price(&cheapest, tier, "2016-08-04", nights), expected, "{tier} {nights}");
        }
        let last = free(FreeNightChoice::Last, None);
        assert_eq!(price(&last, 0, "2016-07-31", 5), 10_000 + 3 * 11_000);
        assert_eq!(price(&last, 0, "2016-03-01", 10), 80_000);
    }

    #[test]
    fn nights_that_can_be_paid_are_counted_with_the_free_one() {
        let definition = programme(Some(FreeNight { every: 5, from_tier: None, which: FreeNightChoice::Last }));
        for (balance, nights) in [(0, 0), (9_999, 0), (10_000, 1), (39_999, 3), (40_000, 5), (u64::MAX >> 1, 10)] {
            assert_eq!(
                affordable_nights(&definition, TierRank(0), points(10_000), points(balance)),
                nights,
                "{balance}"
            );
        }
    }

    #[test]
    fn prices_that_cannot_be_asked_are_refused() {
        let definition = programme(None);
        for nights in [0, 11, u16::MAX] {
            let refused = award_price(&definition, TierRank(0), &HOTEL, date("2016-03-01"), nights).unwrap_err();
            assert_eq!(refused.code(), "AWARD_NIGHTS_INVALID");
        }
        let at_the_end = award_price(&definition, TierRank(0), &HOTEL, date("9999-12-31"), 2).unwrap_err();
        assert_eq!(at_the_end.code(), "AWARD_OVERFLOW");
        let mut dear = definition.clone();
        dear.award_nights.as_mut().unwrap().categories[1].standard = Points::MAX;
        let refused = award_price(&dear, TierRank(0), &HOTEL, date("2016-03-01"), 2).unwrap_err();
        assert_eq!(refused.code(), "AWARD_OVERFLOW");
        let none = Definition { award_nights: None, ..definition };
        let refused = award_price(&none, TierRank(0), &HOTEL, date("2016-03-01"), 2).unwrap_err();
        assert_eq!(refused.code(), "AWARD_NOT_OFFERED");
    }

    #[test]
    fn a_penalty_never_exceeds_the_booking() {
        let penalty = |keeps| Penalty { keeps, ..Penalty::default() };
        for (keeps, kept) in [(Kept::Nothing, 0), (Kept::FirstNight, 11_000), (Kept::Everything, 40_000)] {
            assert_eq!(points_kept(penalty(keeps), points(40_000), points(11_000)).get(), kept);
        }
        assert_eq!(points_kept(penalty(Kept::FirstNight), points(500), points(11_000)).get(), 500);
    }

    #[test]
    fn a_price_table_that_contradicts_itself_is_no_definition() {
        type Spoil = fn(&mut AwardNightRules);
        let spoils: [(Spoil, &str); 9] = [
            (|rules| rules.categories.clear(), "award_nights.categories"),
            (|rules| rules.categories[1].name = "1".to_owned(), "award_nights.categories[1].name"),
            (|rules| rules.categories[0].standard = Points::ZERO, "award_nights.categories[0].standard"),
            (|rules| rules.categories[0].off_peak = Some(Points::MAX), "award_nights.categories[0].off_peak"),
            (|rules| rules.categories[0].peak = Some(Points::ZERO), "award_nights.categories[0].peak"),
            (
                |rules| rules.seasons[0].until = rules.seasons[0].from.add_days(-1).unwrap(),
                "award_nights.seasons[0].until",
            ),
            (|rules| rules.free_night.as_mut().unwrap().every = 1, "award_nights.free_night.every"),
            (|rules| rules.nights_max = 0, "award_nights.nights_max"),
            (|rules| rules.cancel_days = 401, "award_nights.cancel_days"),
        ];
        for (spoil, key) in spoils {
            let free = FreeNight { every: 5, from_tier: None, which: FreeNightChoice::Last };
            let mut definition = programme(Some(free));
            spoil(definition.award_nights.as_mut().unwrap());
            let text = definition.validate().unwrap_err().to_string();
            assert!(text.contains(key), "{key}: {text}");
        }
    }
}
