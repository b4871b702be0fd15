//! The catalogue of rewards: what an item costs, whom it is for and where it is given.

mod refusal;
mod validate;

use folio_chaincode_sdk::Packed;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::certificate::CertificateWorth;
use super::programme::{Definition, Hotel, Selection, TierRank};
use crate::units::{Date, Money, Points};

pub use refusal::ItemRefusal;
pub use validate::{CERTIFICATE_DAYS_MAX, ITEM_PRICES_MAX, MEMBER_CAP_MAX, STOCK_SHELVES_MAX, validate_worth};

/// What the programme says about an item. It is never edited: another price is another item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Packed)]
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
    /// Over how many shelves its stock is spread at most, up to 16,384; none where there is always enough. A shelf has at
    /// least one piece. Members who ask at once take from different shelves and do not get in each other's way: of 200 at
    /// once, about 200 x 200 / (2 x shelves) conflict and ask again, one of them with 16,384 shelves.
    #[serde(default)]
    pub shelves: u16,
}

/// What a member gets for an item.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Packed)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Packed)]
#[serde(deny_unknown_fields)]
pub struct Price {
    /// Points.
    pub points: Points,
    /// Money beside them, which whoever gives the item collects.
    #[serde(default)]
    pub cash: Option<Money>,
}

/// Who gives an item. Donations and certificates are the programme's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Packed)]
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

impl ItemTerms {
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
        let grand =
            item(r#"{"name":"Spa","prices":[{"points":5}],"given_by":{"hotels":{"brands":{"only":["Grand"]}}}}"#);
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
        let bag =
            item(r#"{"name":"Bag","prices":[{"points":900},{"points":400,"cash":{"minor":2500,"currency":"EUR"}}]}"#);
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
}
