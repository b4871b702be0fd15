//! Booking nights for points: `reward.award_night_quote` and `reward.award_night_book`.

use folio_chaincode_sdk::{Context, Error, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::handlers::account::spending::Spending;
use crate::handlers::account::upkeep;
use crate::handlers::call::access::Actor;
use crate::handlers::call::mandate::{Order, Word};
use crate::handlers::call::request::{self, RequestId};
use crate::handlers::call::text::{HexBytes, Label};
use crate::handlers::consortium::hotel;
use crate::handlers::outcome::event::Event;
use crate::handlers::programme::terms::Terms;
use crate::ids::{CertificateId, HotelId, ProgrammeId, ReservationId};
use crate::rules::award_night::{AwardNightRefusal, AwardPrice, award_price, free_until};
use crate::rules::programme::{AwardNightRules, Hotel, Penalty, TierRank};
use crate::state::{Account, AwardRow, HotelRow, ReservationRow};
use crate::units::{Date, Points};

use super::desk::Asked;
use super::paying;
use super::reservation::{self, Reservation};

/// The name of the function, which an intent must carry.
const BOOK: &str = "reward.award_night_book";

/// How many days after departure the hotel can still report the stay. Then the points come back by themselves.
const HOLD_DAYS_AFTER: i32 = 7;

const SECONDS_A_DAY: i64 = 86_400;

/// Arguments of `reward.award_night_quote`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Quote {
    programme: ProgrammeId,
    hotel: HotelId,
    /// The first night.
    arrival: Date,
    nights: u16,
    /// Name of a tier; nothing stands for the first.
    #[serde(default)]
    tier: Option<Label>,
    /// Day of booking.
    as_of: Date,
}

/// What nights cost.
#[derive(Serialize, JsonSchema)]
pub(in crate::handlers) struct Quoted {
    programme: ProgrammeId,
    programme_version: u32,
    hotel: HotelId,
    #[serde(flatten)]
    price: AwardPrice,
    /// The last day on which the booking is cancelled without loss.
    free_until: Date,
    /// What a later cancellation costs.
    late_cancellation: Penalty,
    /// What it costs not to come.
    no_show: Penalty,
}

/// Arguments of `reward.award_night_book`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Book {
    request_id: RequestId,
    /// The exact JSON that the member signed. It names `hotel`, `arrival`, `nights` and the price in `points`; with a
    /// `certificate`, the points that the member adds to it.
    #[serde(default)]
    intent: Option<String>,
    /// The signature over it, in DER.
    #[serde(default)]
    signature: Option<HexBytes>,
    /// What a member without a key has asked the agent for.
    #[serde(default)]
    order: Option<Order>,
}

/// Anybody on the channel may ask what nights cost: the price table is published.
pub(in crate::handlers) fn quote(context: &Context<'_>, arguments: Quote) -> Result<Quoted> {
    let Quote { programme, hotel, arrival, nights, tier, as_of } = arguments;
    let terms = Terms::on(context, &programme, as_of)?;
    let definition = &terms.definition;
    let rank = match &tier {
        Some(Label(name)) => definition
            .tiers
            .rank_of(name)
            .ok_or_else(|| Error::new("TIER_UNKNOWN", format!("{programme} has no tier {name}")))?,
        None => TierRank::default(),
    };
    let row = hotel::must_get(context, &hotel)?;
    let price = award_price(definition, rank, &scope_of(&hotel, &row), arrival, nights)?;
    let AwardNightRules { late_cancellation, no_show, .. } = *must_offer(&terms)?;
    let free_until = free_until(must_offer(&terms)?, arrival)?;
    let programme_version = terms.version();
    Ok(Quoted { programme, programme_version, hotel, price, free_until, late_cancellation, no_show })
}

/// The member books nights: their price holds from now on, and the points are held until the stay. They come back by
/// themselves when the hotel reports neither stay nor no-show within days of the departure.
pub(in crate::handlers) fn book(context: &mut Context<'_>, arguments: Book) -> Result<Reservation> {
    let actor = Actor::of(context)?;
    let id = arguments.request_id.clone();
    request::once(context, &id, &[], |context| {
        let Book { intent, signature, order, .. } = arguments;
        let mut spending = Spending::open(context, &actor, Word { intent, signature, order }, BOOK)?;
        let missing = |what| Error::new("AWARD_INTENT_INCOMPLETE", format!("the intent names no `{what}`"));
        let hotel = spending.order.hotel.clone().ok_or_else(|| missing("hotel"))?;
        let arrival = spending.order.arrival.ok_or_else(|| missing("arrival"))?;
        let hotel_row = hotel::must_get(context, &hotel)?;
        let journal = spending.journal(context, Some(hotel.clone()))?;
        let Spending { order, account, terms, .. } = spending;
        let rules = must_offer(&terms)?;
        require_bookable(rules, order.as_of, arrival)?;
        let scope = scope_of(&hotel, &hotel_row);
        let price = award_price(&terms.definition, upkeep::rank(&account, &terms), &scope, arrival, order.nights)?;
        let id = reservation::new_id(context);
        let to_pay = to_pay(context, rules, (&account, order.certificate), &scope, &price, id)?;
        if to_pay != order.points {
            let message = format!("{to_pay} points are asked for, and the member agrees to {}", order.points);
            return Err(Error::new("AWARD_PRICE_DIFFERS", message));
        }
        let days = order.as_of.days_until(arrival).saturating_add(i32::from(order.nights) + HOLD_DAYS_AFTER);
        let seconds = i64::from(days).saturating_mul(SECONDS_A_DAY);
        let ends_at_seconds = context.invocation().timestamp_seconds.saturating_add(seconds);
        let (nights, first_night) = (order.nights, price.nights.first().map_or(Points::ZERO, |night| night.points));
        let certificate = order.certificate.map(|id| id.bytes().to_vec()).unwrap_or_default();
        let asked = Asked { order, account, terms, hotel: Some((hotel.clone(), hotel_row)), ends_at_seconds };
        let row = ReservationRow {
            worth: price.points.get(),
            certificate,
            award: Some(AwardRow {
                arrival: arrival.days(),
                nights: u32::from(nights),
                first_night: first_night.get(),
            }),
            ..asked.row(to_pay)
        };
        asked.hold(context, journal, id, &row, |asked| {
            let Order { programme, member, points, .. } = asked.order.clone();
            Event::AwardBooked { reservation: id, programme, member, hotel, arrival, nights, points }
        })
    })
}

/// The programme's rules of award nights.
pub(super) fn must_offer(terms: &Terms) -> Result<&AwardNightRules> {
    Ok(terms.definition.award_nights.as_ref().ok_or(AwardNightRefusal::NotOffered)?)
}

/// A hotel as price tables know it.
pub(super) fn scope_of<'a>(hotel: &'a HotelId, row: &'a HotelRow) -> Hotel<'a> {
    Hotel { code: hotel.as_str(), brand: &row.brand, chain: &row.chain }
}

fn require_bookable(rules: &AwardNightRules, as_of: Date, arrival: Date) -> Result<()> {
    let ahead = as_of.days_until(arrival);
    if (0..=i32::from(rules.book_ahead_days)).contains(&ahead) {
        return Ok(());
    }
    let message = format!("nights are booked 0 to {} days ahead, and these are {ahead}", rules.book_ahead_days);
    Err(Error::new("AWARD_ARRIVAL_INVALID", message))
}

/// Points that the member pays: the price, or what a certificate leaves of it.
fn to_pay(
    context: &mut Context<'_>,
    rules: &AwardNightRules,
    (account, certificate): (&Account, Option<CertificateId>),
    hotel: &Hotel<'_>,
    price: &AwardPrice,
    id: ReservationId,
) -> Result<Points> {
    let Some(certificate) = certificate else { return Ok(price.points) };
    let [night] = price.nights.as_slice() else {
        return Err(Error::new("CERTIFICATE_ONE_NIGHT", "a certificate pays for one night: book that by itself"));
    };
    let worth = paying::hold(context, account, certificate, id, night.date)?;
    let place = rules.category_of(hotel).map_or(usize::MAX, |(place, _)| place);
    Ok(worth.top_up_for_night(rules, place, price.points)?)
}
