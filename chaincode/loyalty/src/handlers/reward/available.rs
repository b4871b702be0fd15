//! What a member can have now: `reward.available`.

use folio_chaincode_sdk::{Context, Cursor, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::handlers::account::holder::{self, must_load};
use crate::handlers::account::upkeep;
use crate::handlers::call::access::{Actor, STAFF};
use crate::handlers::call::text::Label;
use crate::handlers::consortium::hotel;
use crate::handlers::programme::terms::{self, Terms};
use crate::ids::{HotelId, ItemId, MemberId, ProgrammeId};
use crate::rules::award_night::affordable_nights;
use crate::rules::catalogue::Price;
use crate::rules::programme::{AwardCategory, Season, TierRank};
use crate::rules::redemption::{Choices, choices};
use crate::state::HotelRow;
use crate::units::{Date, Money, Points};

use super::award_night::scope_of;
use super::catalogue::{self, Listed};
use super::certificate::{self, Certificate};
use super::shelf::COUNTED_ROWS_MAX;

/// Arguments of `reward.available`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Available {
    programme: ProgrammeId,
    member: MemberId,
    /// Business date.
    as_of: Date,
    /// A bill that points are to pay, in the programme's currency. It is asked for here and stands nowhere.
    #[serde(default)]
    bill: Option<Money>,
    /// The channel on which points are redeemed, such as the web.
    #[serde(default)]
    channel: Option<Label>,
    /// A hotel: only what is given there is listed then.
    #[serde(default)]
    hotel: Option<HotelId>,
    /// How many items of the catalogue are looked at.
    #[serde(default)]
    limit: Option<u32>,
    /// Where the page of items before ended.
    #[serde(default)]
    after: Option<Cursor>,
}

/// What a member can have.
#[derive(Serialize, JsonSchema)]
pub(in crate::handlers) struct Choice {
    programme: ProgrammeId,
    member: MemberId,
    programme_version: u32,
    /// Points that can be spent.
    available: Points,
    tier: String,
    /// Points for a bill; none where the programme redeems none.
    redemption: Option<Choices>,
    /// Items of this page of the catalogue, with the prices that the member can pay.
    items: Vec<Affordable>,
    /// Where the next page of items begins.
    next: Option<Cursor>,
    /// Certificates that can be used, the first of them.
    certificates: Vec<Certificate>,
    /// Nights that the points pay for, by category of hotel.
    award_nights: Vec<Nights>,
}

/// An item that a member can have.
#[derive(Serialize, JsonSchema)]
struct Affordable {
    item: ItemId,
    name: String,
    prices: Vec<Price>,
}

/// Nights in hotels of a category.
#[derive(Serialize, JsonSchema)]
struct Nights {
    category: String,
    seasons: Vec<SeasonNights>,
}

/// How many nights of a season the points pay for.
#[derive(Serialize, JsonSchema)]
struct SeasonNights {
    season: Season,
    /// Points for a night.
    points: Points,
    nights: u16,
}

/// The member as rewards see it on a day.
struct Member {
    available: Points,
    tier: TierRank,
}

/// The programme's own staff and auditors see what a member can have.
pub(in crate::handlers) fn available(context: &Context<'_>, arguments: Available) -> Result<Choice> {
    let Available { programme, member, as_of, bill, channel, hotel, limit, after } = arguments;
    let owner = terms::must_get(context, &programme)?.owner;
    let actor = Actor::of(context)?;
    if !actor.is_auditor() {
        actor.require(STAFF, &owner)?;
    }
    let account = must_load(context, &programme, member)?;
    let mut certificates = Vec::new();
    for id in holder::ids_of(&account) {
        certificates.extend(certificate::page(context, &programme, id, None, None)?.0);
    }
    let terms = Terms::on(context, &programme, as_of.max(account.last_business_date))?;
    let hotel = hotel.map(|hotel| hotel::must_get(context, &hotel).map(|row| (hotel, row))).transpose()?;
    let account = upkeep::as_touched_on(context, actor.row(), account, &terms, as_of)?;
    let own = Member { available: account.holdings.available(), tier: upkeep::rank(&account, &terms) };
    let channel = channel.as_ref().map(|channel| channel.0.as_str());
    let offered = terms.definition.redemption.is_some();
    let redemption = offered.then(|| choices(&terms.definition, own.tier, own.available, bill, channel)).transpose()?;
    let page = catalogue::page(context, &programme, limit, after.as_ref())?;
    let (mut items, mut left) = (Vec::new(), COUNTED_ROWS_MAX);
    for ((_, item), row) in page.rows.into_iter().filter(|(_, row)| row.withdrawn_by.is_none()) {
        let listed = Listed::of(context, &programme, item, &row, &mut left)?;
        items.extend(own.affordable(&listed, &terms, hotel.as_ref(), as_of));
    }
    Ok(Choice {
        member,
        programme_version: terms.version(),
        available: own.available,
        tier: terms.definition.tiers.name_of(own.tier).to_owned(),
        redemption,
        items,
        next: page.next,
        certificates: certificates.into_iter().filter(|certificate| certificate.is_good_on(as_of)).collect(),
        award_nights: own.nights(&terms, hotel.as_ref()),
        programme,
    })
}

impl Member {
    /// The item with the prices that the member can pay; nothing when the member cannot have it.
    fn affordable(
        &self,
        listed: &Listed,
        terms: &Terms,
        hotel: Option<&(HotelId, HotelRow)>,
        day: Date,
    ) -> Option<Affordable> {
        let hotel = hotel.map(|(code, row)| scope_of(code, row));
        let item = &listed.item;
        let is_here = hotel.is_none() || item.terms.require_given_at(hotel.as_ref()).is_ok();
        let is_offered = item.terms.require_offered(&terms.definition, self.tier, day).is_ok();
        if !is_here || !is_offered || !listed.is_in_stock() {
            return None;
        }
        let prices: Vec<Price> =
            item.terms.prices.iter().filter(|price| price.points <= self.available).copied().collect();
        let (item, name) = (item.item.clone(), item.terms.name.clone());
        (!prices.is_empty()).then_some(Affordable { item, name, prices })
    }

    fn nights(&self, terms: &Terms, hotel: Option<&(HotelId, HotelRow)>) -> Vec<Nights> {
        let Some(rules) = &terms.definition.award_nights else { return Vec::new() };
        let own = hotel.map(|(code, row)| rules.category_of(&scope_of(code, row)).map(|(place, _)| place));
        let is_wanted = |place: usize| own.is_none_or(|own| own == Some(place));
        let categories = rules.categories.iter().enumerate().filter(|(place, _)| is_wanted(*place));
        categories.map(|(_, category)| self.nights_of(terms, category)).collect()
    }

    fn nights_of(&self, terms: &Terms, category: &AwardCategory) -> Nights {
        let seasons = [Season::OffPeak, Season::Standard, Season::Peak].map(|season| {
            let points = category.price(season);
            let nights = affordable_nights(&terms.definition, self.tier, points, self.available);
            SeasonNights { season, points, nights }
        });
        Nights { category: category.name.clone(), seasons: seasons.into() }
    }
}
