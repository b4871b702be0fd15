//! Rewards at a desk: `reward.reserve`, `reward.commit` and `reward.release`.
//!
//! Points are set aside for minutes, while the reward is handed over. When it is, who gave it commits, and the points are
//! spent. When the desk's terminal dies they come back.

use folio_chaincode_sdk::{Context, Error, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::books::Entry;
use crate::handlers::account::spending::Spending;
use crate::handlers::account::upkeep;
use crate::handlers::call::access::Actor;
use crate::handlers::call::mandate::{Order, Word};
use crate::handlers::call::request::{self, RequestId};
use crate::handlers::call::text::HexBytes;
use crate::handlers::consortium::hotel;
use crate::handlers::outcome::event::Event;
use crate::handlers::outcome::journal::Journal;
use crate::handlers::programme::terms::Terms;
use crate::ids::{HotelId, ReservationId};
use crate::rules::programme::ActivityKind;
use crate::rules::redemption::redemption_worth_by;
use crate::state::{Account, Cause, Ended, HotelRow, LotsRow, RESERVATIONS, ReservationRow};
use crate::units::{Date, Points};

use super::reservation::{self, Open, Reservation, has_run_out, line};
use super::{item, paying};

/// The name of the function, which an intent must carry.
const RESERVE: &str = "reward.reserve";

/// How long points are held at a desk, when nothing is said.
const DESK_HOLD_SECONDS: u32 = 15 * 60;

/// How long points may be held for what has no stock.
const HOLD_SECONDS_MAX: u32 = 400 * 24 * 60 * 60;

/// How long a piece of stock may be held: nobody else gets it meanwhile.
const ITEM_HOLD_SECONDS_MAX: u32 = 24 * 60 * 60;

/// Arguments of `reward.reserve`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Reserve {
    request_id: RequestId,
    /// The exact JSON that the member signed.
    #[serde(default)]
    intent: Option<String>,
    /// The signature over it, in DER.
    #[serde(default)]
    signature: Option<HexBytes>,
    /// What a member without a key has asked the agent for.
    #[serde(default)]
    order: Option<Order>,
    /// How long the points are held, from the proposal on; nothing stands for a quarter of an hour.
    #[serde(default)]
    hold_seconds: Option<u32>,
}

/// Arguments of `reward.commit` and `reward.release`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct End {
    request_id: RequestId,
    reservation: ReservationId,
    /// Business date.
    as_of: Date,
}

/// The member has points set aside for a reward at a hotel, which may be of any chain, or has an item of the programme's
/// catalogue: an article is held, and a donation or a certificate is given at once.
pub(in crate::handlers) fn reserve(context: &mut Context<'_>, arguments: Reserve) -> Result<Reservation> {
    let actor = Actor::of(context)?;
    let id = arguments.request_id.clone();
    request::once(context, &id, &[], |context| {
        let Reserve { intent, signature, order, hold_seconds, .. } = arguments;
        let mut spending = Spending::open(context, &actor, Word { intent, signature, order }, RESERVE)?;
        let hotel = spending.order.hotel.clone();
        let hotel = hotel.map(|hotel| hotel::must_get(context, &hotel).map(|row| (hotel, row))).transpose()?;
        let journal = spending.journal(context, hotel.as_ref().map(|(hotel, _)| hotel.clone()))?;
        let Spending { order, account, terms, .. } = spending;
        let has_stock = order.item.is_some();
        let ends_at_seconds =
            ends_at(context, hold_seconds, if has_stock { ITEM_HOLD_SECONDS_MAX } else { HOLD_SECONDS_MAX })?;
        let asked = Asked { order, account, terms, hotel, ends_at_seconds };
        if has_stock { item::reserve(context, journal, asked) } else { reserve_points(context, journal, asked) }
    })
}

/// Who gives the reward has done so: the points are spent, and the programme's organisation owes a hotel's for them.
pub(in crate::handlers) fn commit(context: &mut Context<'_>, arguments: End) -> Result<Reservation> {
    let actor = Actor::of(context)?;
    request::once(context, &arguments.request_id, &[], |context| {
        let open = Open::find(context, arguments.reservation, arguments.as_of)?;
        open.require_giver(&actor)?;
        if open.row.award.is_some() {
            let message = "award nights are committed by `reward.award_night_stay`";
            return Err(Error::new("RESERVATION_IS_AWARD", message));
        }
        give(context, &actor, open)
    })
}

/// The hotel or the programme's agent gives the points back; when the hold has run out anybody may.
pub(in crate::handlers) fn release(context: &mut Context<'_>, arguments: End) -> Result<Reservation> {
    let actor = Actor::of(context)?;
    request::once(context, &arguments.request_id, &[], |context| {
        let mut open = Open::find(context, arguments.reservation, arguments.as_of)?;
        if !has_run_out(context, open.row.ends_at_seconds) {
            open.require_giver_or_agent(&actor)?;
        }
        let mut journal = open.journal(context, actor.row())?;
        let entry = open.release(context, &mut journal)?;
        open.end(context, journal, &entry, Cause::Released, Ended::Released)
    })
}

/// A reward that a member asks for, before anything is held.
pub(super) struct Asked {
    pub(super) order: Order,
    /// The account, up to date.
    pub(super) account: Account,
    pub(super) terms: Terms,
    pub(super) hotel: Option<(HotelId, HotelRow)>,
    pub(super) ends_at_seconds: i64,
}

impl Asked {
    /// The row of the reservation, with a price of so many points and nothing else yet.
    pub(super) fn row(&self, points: Points) -> ReservationRow {
        let hotel = self.hotel.as_ref();
        ReservationRow {
            programme: self.order.programme.to_string(),
            member: self.order.member.bytes().to_vec(),
            hotel: hotel.map(|(hotel, _)| hotel.to_string()).unwrap_or_default(),
            hotel_organisation: hotel.map(|(_, row)| row.organisation.clone()).unwrap_or_default(),
            reward: self.order.reward.clone().map(|reward| reward.0).unwrap_or_default(),
            points: points.get(),
            worth: points.get(),
            programme_version: self.terms.version(),
            ends_at_seconds: self.ends_at_seconds,
            held_on: self.order.as_of.days(),
            ..ReservationRow::default()
        }
    }

    /// What is told of it.
    pub(super) fn reserved(&self, reservation: ReservationId, points: Points) -> Event {
        let Order { programme, member, hotel, item, .. } = self.order.clone();
        Event::RewardReserved { reservation, programme, member, hotel, points, item }
    }

    /// Holds the member's points for it, and keeps it. A certificate may leave no points to hold.
    pub(super) fn hold(
        mut self,
        context: &mut Context<'_>,
        mut journal: Journal,
        id: ReservationId,
        row: &ReservationRow,
        event: impl FnOnce(&Self) -> Event,
    ) -> Result<Reservation> {
        let (points, mut entry) = (Points::new(row.points)?, Entry::new());
        if !points.is_zero() {
            self.account.holdings.hold(&mut entry, id, points, self.ends_at_seconds)?;
        }
        journal.enter(context, &mut self.account, &entry, line(Cause::Reserved, id, row))?;
        RESERVATIONS.put(context, &id, row);
        journal.changes.lead(event(&self));
        self.account.save(context);
        journal.close(context)?;
        Reservation::of(id, row)
    }
}

/// The reward was given: the points that are held for it are spent.
pub(super) fn give(context: &mut Context<'_>, actor: &Actor, mut open: Open) -> Result<Reservation> {
    open.require_in_time(context)?;
    let mut journal = open.journal(context, actor.row())?;
    let (mut entry, points, day) = (Entry::new(), Points::new(open.row.points)?, open.account.last_business_date);
    if !points.is_zero() {
        let lots = open.account.holdings.redeem(&mut entry, open.id)?;
        open.row.lots = Some(LotsRow::of(&lots, &open.terms.programme));
        upkeep::note_activity(&mut open.account, &open.terms, ActivityKind::Redemption, open.as_of);
    }
    open.row.committed_on = Some(day.days());
    let programme = open.terms.programme.clone();
    open.owe_hotel(context, &mut journal, open.due()?)?;
    paying::use_up(context, &mut journal, open.id, &open.row)?;
    let (reservation, hotel) = (open.id, open.hotel.as_ref().map(|(hotel, _)| hotel.clone()));
    let item = reservation::item_of(&open.row)?;
    journal.changes.lead(Event::RewardCommitted { reservation, programme, hotel, points, item });
    open.end(context, journal, &entry, Cause::Redeemed, Ended::Committed)
}

/// Points of the member's choice, against a bill that is not told here.
fn reserve_points(context: &mut Context<'_>, journal: Journal, asked: Asked) -> Result<Reservation> {
    let Asked { order, account, terms, hotel, .. } = &asked;
    if hotel.is_none() {
        return Err(Error::new("REWARD_HOTEL_MISSING", "the intent names no `hotel`"));
    }
    if order.cash.is_some() || order.certificate.is_some() {
        let message = "points alone are redeemed against a bill: money and certificates go with an `item`";
        return Err(Error::new("REWARD_ITEM_MISSING", message));
    }
    // The worth is money and is told to nobody here; the programme's limits on redemption are checked with it.
    let via = order.via.as_ref().map(|via| via.0.as_str());
    redemption_worth_by(&terms.definition, upkeep::rank(account, terms), order.points, via)?;
    let (id, row) = (reservation::new_id(context), asked.row(order.points));
    asked.hold(context, journal, id, &row, |asked| asked.reserved(id, asked.order.points))
}

fn ends_at(context: &Context<'_>, hold_seconds: Option<u32>, seconds_max: u32) -> Result<i64> {
    let seconds = hold_seconds.unwrap_or(DESK_HOLD_SECONDS);
    if !(1..=seconds_max).contains(&seconds) {
        return Err(Error::new("REWARD_HOLD_INVALID", format!("this is held for 1 to {seconds_max} seconds")));
    }
    Ok(context.invocation().timestamp_seconds.saturating_add(i64::from(seconds)))
}
