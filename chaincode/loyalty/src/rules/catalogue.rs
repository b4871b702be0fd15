//! The catalogue of rewards: what an item costs, whom it is for and where it is given.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::certificate::CertificateWorth;
use super::programme::{DEFINITION_TEXT_BYTES_MAX, Definition, Hotel, SELECTION_ENTRIES_MAX, Selection, TierRank};
use crate::units::{Date, Money, Points};

/// Most prices of one item.
pub const ITEM_PRICES_MAX: usize = 16;
/// Most of one item that a member may be limited to.
pub const MEMBER_CAP_MAX: u16 = 16;
/// Most shards over which the stock of an item is spread.
pub const STOCK_SHARDS_MAX: u16 = 64;
/// Most days for which a certificate from the catalogue is good.
pub const CERTIFICATE_DAYS_MAX: u16 = 3_660;

/// What the programme says about an item. It is never edited: another price is another item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ItemTerms {
    /// Its name for people.
    pub name: String,
    /// What the member gets.
    #[serde(default)]
    pub kind: ItemKind,
    /// What it costs: points alone, or points with money. The member chooses one of them.
    pub prices: Vec<Price>,
    /// Who gives it.
    #[serde(default)]
    pub given_by: GivenBy,
    /// First day on which it is offered.
    #[serde(default)]
    pub from: Option<Date>,
    /// Last day on which it is offered.
    #[serde(default)]
    pub until: Option<Date>,
    /// Name of the lowest tier that it is for.
    #[serde(default)]
    pub from_tier: Option<String>,
    /// How many of it a member may have, ever.
    #[serde(default)]
    pub member_cap: Option<u16>,
    /// Over how many shards its stock is spread; none where there is always enough. Members who ask at once take from
    /// different shards and do not get in each other's way.
    #[serde(default)]
    pub shards: u16,
}

/// What a member gets for an item.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum ItemKind {
    /// Something that is handed over: points are held until it is.
    #[default]
    Article,
    /// A gift to a good cause: the points are spent at once.
    Donation {
        /// The cause.
        cause: String,
    },
    /// A certificate: the points are spent at once.
    Certificate {
        /// What it pays for.
        worth: CertificateWorth,
        /// For how many days it is good.
        days: u16,
        /// Whether the member may give it to another.
        #[serde(default)]
        transferable: bool,
    },
}

/// One price of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Price {
    /// Points.
    pub points: Points,
    /// Money beside them, which whoever gives the item collects.
    #[serde(default)]
    pub cash: Option<Money>,
}

/// Who gives an item. Donations and certificates are the programme's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum GivenBy {
    /// Hotels: those that all three choose.
    Hotels {
        /// Chains.
        #[serde(default)]
        chains: Selection,
        /// Brands.
        #[serde(default)]
        brands: Selection,
        /// Codes of hotels.
        #[serde(default)]
        hotels: Selection,
    },
    /// A merchant that the programme has an agreement with.
    Merchant(String),
}

impl Default for GivenBy {
    fn default() -> Self {
        Self::Hotels { chains: Selection::Any, brands: Selection::Any, hotels: Selection::Any }
    }
}

/// Why a member cannot have an item.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ItemRefusal {
    /// It cannot be offered like this.
    #[error("the item cannot be offered: {key} {rule}")]
    Invalid {
        /// What is wrong.
        key: &'static str,
        /// The rule that it breaks.
        rule: String,
    },
    /// Not on this day.
    #[error("the item is not offered on {day}")]
    NotOffered {
        /// The day.
        day: Date,
    },
    /// The member's tier is too low.
    #[error("the item is for members from tier {tier} on")]
    Tier {
        /// The lowest tier.
        tier: String,
    },
    /// Somebody else gives it.
    #[error("the item is given by {by}")]
    NotGivenHere {
        /// Who gives it.
        by: String,
    },
    /// It has no such price.
    #[error("the item does not cost {points} points{}", and_cash(.cash))]
    PriceDiffers {
        /// Points offered.
        points: Points,
        /// Money offered.
        cash: Option<Money>,
    },
}

impl ItemRefusal {
    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Invalid { .. } => "REWARD_ITEM_INVALID",
            Self::NotOffered { .. } => "REWARD_ITEM_NOT_OFFERED",
            Self::Tier { .. } => "REWARD_TIER_TOO_LOW",
            Self::NotGivenHere { .. } => "REWARD_NOT_GIVEN_HERE",
            Self::PriceDiffers { .. } => "REWARD_PRICE_DIFFERS",
        }
    }
}

impl ItemTerms {
    /// Whether the item can be offered under a programme.
    pub fn validate(&self, definition: &Definition) -> Result<(), ItemRefusal> {
        let texts = self.texts().all(|text| (1..=DEFINITION_TEXT_BYTES_MAX).contains(&text.len()));
        require(texts, "text", format!("must have 1 to {DEFINITION_TEXT_BYTES_MAX} bytes"))?;
        let count = (1..=ITEM_PRICES_MAX).contains(&self.prices.len());
        require(count, "prices", format!("must have 1 to {ITEM_PRICES_MAX} entries"))?;
        let payable = |price: &Price| !price.points.is_zero() && price.cash.as_ref().is_none_or(is_payable);
        require(self.prices.iter().all(payable), "prices", "must ask for points, and for money that can be paid")?;
        let once = self.prices.iter().enumerate().all(|(at, price)| !self.prices[..at].contains(price));
        require(once, "prices", "must not be listed twice")?;
        let ordered = self.from.zip(self.until).is_none_or(|(from, until)| from <= until);
        require(ordered, "until", "must not be before from")?;
        let known = self.from_tier.as_ref().is_none_or(|name| definition.tiers.rank_of(name).is_some());
        require(known, "from_tier", "must be the name of a tier")?;
        let cap = self.member_cap.is_none_or(|cap| (1..=MEMBER_CAP_MAX).contains(&cap));
        require(cap, "member_cap", format!("must be from 1 to {MEMBER_CAP_MAX}"))?;
        require(self.shards <= STOCK_SHARDS_MAX, "shards", format!("must be at most {STOCK_SHARDS_MAX}"))?;
        let selections = self.selections().into_iter().flatten();
        let fits = |selection: &Selection| selection.entries().len() <= SELECTION_ENTRIES_MAX;
        require(selections.clone().all(fits), "given_by", format!("must list at most {SELECTION_ENTRIES_MAX} of each"))?;
        if self.is_given_at_once() {
            require(self.given_by == GivenBy::default(), "given_by", "must be absent: the programme gives it")?;
            require(self.prices.iter().all(|price| price.cash.is_none()), "prices", "must be in points alone")?;
        }
        self.validate_certificate(definition)
    }

    fn validate_certificate(&self, definition: &Definition) -> Result<(), ItemRefusal> {
        let ItemKind::Certificate { worth, days, .. } = &self.kind else { return Ok(()) };
        let in_range = (1..=CERTIFICATE_DAYS_MAX).contains(days);
        require(in_range, "kind.days", format!("must be from 1 to {CERTIFICATE_DAYS_MAX}"))?;
        validate_worth(worth, definition)
    }

    /// Whether nothing is handed over later, so that there is nothing to hold points for.
    pub const fn is_given_at_once(&self) -> bool {
        !matches!(self.kind, ItemKind::Article)
    }

    /// Whether it is offered on a day to members of a tier.
    pub fn require_offered(&self, definition: &Definition, tier: TierRank, day: Date) -> Result<(), ItemRefusal> {
        let offered = self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day <= until);
        if !offered {
            return Err(ItemRefusal::NotOffered { day });
        }
        match &self.from_tier {
            // A tier that the programme no longer knows is nobody's.
            Some(name) if definition.tiers.rank_of(name).is_none_or(|lowest| tier < lowest) => {
                Err(ItemRefusal::Tier { tier: name.clone() })
            }
            _ => Ok(()),
        }
    }

    /// Whether it is given in this hotel; without one, by somebody who has none.
    pub fn require_given_at(&self, hotel: Option<&Hotel<'_>>) -> Result<(), ItemRefusal> {
        let (is_given, by) = match (&self.given_by, hotel) {
            _ if self.is_given_at_once() => (hotel.is_none(), "the programme itself".to_owned()),
            (GivenBy::Merchant(merchant), hotel) => (hotel.is_none(), merchant.clone()),
            (GivenBy::Hotels { .. }, None) => (false, "hotels, and the intent names none".to_owned()),
            (GivenBy::Hotels { chains, brands, hotels }, Some(hotel)) => (
                chains.admits(hotel.chain) && brands.admits(hotel.brand) && hotels.admits(hotel.code),
                "other hotels".to_owned(),
            ),
        };
        if is_given { Ok(()) } else { Err(ItemRefusal::NotGivenHere { by }) }
    }

    /// Whether the item has this price.
    pub fn require_price(&self, points: Points, cash: Option<Money>) -> Result<(), ItemRefusal> {
        if self.prices.contains(&Price { points, cash }) {
            return Ok(());
        }
        Err(ItemRefusal::PriceDiffers { points, cash })
    }

    fn selections(&self) -> Option<[&Selection; 3]> {
        match &self.given_by {
            GivenBy::Hotels { chains, brands, hotels } => Some([chains, brands, hotels]),
            GivenBy::Merchant(_) => None,
        }
    }

    fn texts(&self) -> impl Iterator<Item = &str> {
        let cause = match &self.kind {
            ItemKind::Donation { cause } => Some(cause),
            _ => None,
        };
        let merchant = match &self.given_by {
            GivenBy::Merchant(merchant) => Some(merchant),
            GivenBy::Hotels { .. } => None,
        };
        let listed = self.selections().into_iter().flatten().flat_map(|selection| selection.entries());
        [Some(&self.name), cause, merchant].into_iter().flatten().chain(listed).map(String::as_str)
    }
}

/// Whether a certificate can be for this under a programme.
pub fn validate_worth(worth: &CertificateWorth, definition: &Definition) -> Result<(), ItemRefusal> {
    match worth {
        CertificateWorth::UpTo { points, .. } => require(!points.is_zero(), "worth.points", "must be above zero"),
        CertificateWorth::Night { category } => {
            let rules = definition.award_nights.as_ref();
            let known = rules.is_some_and(|rules| rules.place_of(category).is_some());
            require(known, "worth.category", "must be a category of the programme's price table")
        }
    }
}

fn is_payable(cash: &Money) -> bool {
    cash.minor > 0 && cash.currency.decimals().is_some()
}

fn require(holds: bool, key: &'static str, rule: impl Into<String>) -> Result<(), ItemRefusal> {
    if holds { Ok(()) } else { Err(ItemRefusal::Invalid { key, rule: rule.into() }) }
}

fn and_cash(cash: &Option<Money>) -> String {
    cash.map_or_else(String::new, |cash| format!(" and {cash}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::programme::shipped;

    fn textbook() -> Definition {
        Definition::from_toml(shipped().find(|(id, _)| *id == "textbook").unwrap().1).unwrap()
    }

    fn item(json: &str) -> ItemTerms {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn an_item_is_offered_on_its_days_to_its_tiers() {
        let (definition, day) = (textbook(), |text: &str| text.parse::<Date>().unwrap());
        let spa = item(
            r#"{"name":"Spa","prices":[{"points":500}],"from":"2016-02-01","until":"2016-02-29","from_tier":"Silver"}"#,
        );
        spa.validate(&definition).unwrap();
        for (tier, date, code) in [
            (1, "2016-01-31", Some("REWARD_ITEM_NOT_OFFERED")),
            (1, "2016-02-01", None),
            (3, "2016-02-29", None),
            (3, "2016-03-01", Some("REWARD_ITEM_NOT_OFFERED")),
            (0, "2016-02-10", Some("REWARD_TIER_TOO_LOW")),
        ] {
            let refused = spa.require_offered(&definition, TierRank(tier), day(date)).err();
            assert_eq!(refused.map(|refusal| refusal.code()), code, "{tier} {date}");
        }
    }

    #[test]
    fn an_item_is_given_where_it_says_and_nowhere_else() {
        let at = |code, brand| Hotel { code, brand, chain: "aurora" };
        let (city, lodge) = (at("AUR-CITY", "Grand"), at("CED-LODGE", "Lodge"));
        let anywhere = item(r#"{"name":"Drink","prices":[{"points":5}]}"#);
        let grand = item(r#"{"name":"Spa","prices":[{"points":5}],"given_by":{"hotels":{"brands":{"only":["Grand"]}}}}"#);
        let shop = item(r#"{"name":"Bag","prices":[{"points":5}],"given_by":{"merchant":"Bags Ltd"}}"#);
        let trees = item(r#"{"name":"Trees","prices":[{"points":5}],"kind":{"donation":{"cause":"trees"}}}"#);
        for (item, hotel, given) in [
            (&anywhere, Some(&city), true),
            (&anywhere, None, false),
            (&grand, Some(&city), true),
            (&grand, Some(&lodge), false),
            (&shop, None, true),
            (&shop, Some(&city), false),
            (&trees, None, true),
            (&trees, Some(&city), false),
        ] {
            assert_eq!(item.require_given_at(hotel).is_ok(), given, "{} {hotel:?}", item.name);
        }
    }

    #[test]
    fn the_member_pays_one_of_the_prices() {
        let bag = item(
            r#"{"name":"Bag","prices":[{"points":900},{"points":400,"cash":{"minor":2500,"currency":"EUR"}}]}"#,
        );
        bag.validate(&textbook()).unwrap();
        let cash = |minor, currency: &str| Some(Money::new(minor, currency.parse().unwrap()));
        for (points, cash, has) in [
            (900, None, true),
            (400, cash(2500, "EUR"), true),
            (400, None, false),
            (900, cash(2500, "EUR"), false),
            (400, cash(2500, "USD"), false),
            (400, cash(2499, "EUR"), false),
        ] {
            assert_eq!(bag.require_price(Points::new(points).unwrap(), cash).is_ok(), has, "{points} {cash:?}");
        }
    }

    #[test]
    fn an_item_that_contradicts_itself_cannot_be_offered() {
        for (json, key) in [
            (r#"{"name":"","prices":[{"points":5}]}"#, "text"),
            (r#"{"name":"x","prices":[]}"#, "prices"),
            (r#"{"name":"x","prices":[{"points":0}]}"#, "prices"),
            (r#"{"name":"x","prices":[{"points":1,"cash":{"minor":0,"currency":"EUR"}}]}"#, "prices"),
            (r#"{"name":"x","prices":[{"points":1,"cash":{"minor":1,"currency":"XXQ"}}]}"#, "prices"),
            (r#"{"name":"x","prices":[{"points":1},{"points":1}]}"#, "prices"),
            (r#"{"name":"x","prices":[{"points":1}],"from":"2016-01-02","until":"2016-01-01"}"#, "until"),
            (r#"{"name":"x","prices":[{"points":1}],"from_tier":"Tin"}"#, "from_tier"),
            (r#"{"name":"x","prices":[{"points":1}],"member_cap":17}"#, "member_cap"),
            (r#"{"name":"x","prices":[{"points":1}],"member_cap":0}"#, "member_cap"),
            (r#"{"name":"x","prices":[{"points":1}],"shards":65}"#, "shards"),
            (r#"{"name":"x","prices":[{"points":1}],"kind":{"donation":{"cause":""}}}"#, "text"),
            (r#"{"name":"x","prices":[{"points":1}],"kind":{"donation":{"cause":"y"}},"given_by":{"merchant":"m"}}"#, "given_by"),
            (r#"{"name":"x","prices":[{"points":1}],"kind":{"certificate":{"worth":{"up_to":{"points":0}},"days":9}}}"#, "worth.points"),
            (r#"{"name":"x","prices":[{"points":1}],"kind":{"certificate":{"worth":{"up_to":{"points":1}},"days":0}}}"#, "kind.days"),
            (r#"{"name":"x","prices":[{"points":1}],"kind":{"certificate":{"worth":{"night":{"category":"4"}},"days":9}}}"#, "worth.category"),
        ] {
            let Err(ItemRefusal::Invalid { key: found, .. }) = item(json).validate(&textbook()) else {
                panic!("{json}");
            };
            assert_eq!(found, key, "{json}");
        }
    }
}
