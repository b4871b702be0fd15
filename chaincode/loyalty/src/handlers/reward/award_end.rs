//! How booked nights end: `reward.award_night_stay`, `reward.award_night_cancel` and `reward.award_night_no_show`.

use folio_chaincode_sdk::{Context, Error, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::books::Entry;
use crate::handlers::account::spending::Spending;
use crate::handlers::call::access::Actor;
use crate::handlers::call::clock;
use crate::handlers::call::mandate::{Order, Word};
use crate::handlers::call::request::{self, RequestId};
use crate::handlers::call::text::HexBytes;
use crate::handlers::outcome::event::Event;
use crate::handlers::outcome::journal::Journal;
use crate::ids::{HotelId, ReservationId};
use crate::rules::award_night::{free_until, points_kept};
use crate::rules::programme::{Kept, Penalty};
use crate::rules::settlement::Due;
use crate::state::{Cause, Ended};
use crate::units::{Date, Points};

use super::award_night::must_offer;
use super::reservation::{Open, Reservation, broken, must_be_award};
use super::{desk, paying};

/// The name of the function, which an intent must carry.
const CANCEL: &str = "reward.award_night_cancel";

/// Arguments of `reward.award_night_stay` and `reward.award_night_no_show`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct End {
    request_id: RequestId,
    reservation: ReservationId,
    /// Business date.
    as_of: Date,
    /// Percent of the hotel's rooms that were taken: an agreement may pay more for a night in a full house. Nothing stands
    /// for an empty one.
    #[serde(default)]
    occupancy_percent: Option<u8>,
}

/// Arguments of `reward.award_night_cancel`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Cancel {
    request_id: RequestId,
    /// The exact JSON that the member signed. It names the `reservation`, and in `points` how many of them are lost.
    #[serde(default)]
    intent: Option<String>,
    /// The signature over it, in DER.
    #[serde(default)]
    signature: Option<HexBytes>,
    /// What a member without a key has asked the agent for.
    #[serde(default)]
    order: Option<Order>,
}

/// What became of booked nights that were let go.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(in crate::handlers) struct LetGo {
    #[serde(flatten)]
    reservation: Reservation,
    /// Points that are lost.
    kept: Points,
    /// Points that came back.
    returned: Points,
    /// Whether all points came back.
    points_returned: bool,
    /// Whether the hotel charges the guest in money, as its own terms say.
    cash_charged: bool,
}

/// The guest has come: the points are spent, and the programme's organisation owes the hotel's for them.
pub(in crate::handlers) fn stay(context: &mut Context<'_>, arguments: End) -> Result<Reservation> {
    let actor = Actor::of(context)?;
    request::once(context, &arguments.request_id, &[], |context| {
        let mut open = Open::find(context, arguments.reservation, arguments.as_of)?;
        open.require_giver(&actor)?;
        arguments.tell_occupancy(&mut open)?;
        let arrival = arrival_of(&open)?;
        if open.as_of < arrival {
            let message = format!("the guest arrives on {arrival}, and this is {}", open.as_of);
            return Err(Error::new("AWARD_NOT_ARRIVED", message));
        }
        desk::give(context, &actor, open)
    })
}

/// The guest has not come: the points come back or are lost, as the programme said when the nights were booked.
pub(in crate::handlers) fn no_show(context: &mut Context<'_>, arguments: End) -> Result<LetGo> {
    let actor = Actor::of(context)?;
    request::once(context, &arguments.request_id, &[], |context| {
        let mut open = Open::find(context, arguments.reservation, arguments.as_of)?;
        open.require_giver(&actor)?;
        arguments.tell_occupancy(&mut open)?;
        let arrival = arrival_of(&open)?;
        if open.as_of <= arrival {
            let message = format!("the guest may still come on {arrival}, and this is {}", open.as_of);
            return Err(Error::new("AWARD_NIGHT_NOT_OVER", message));
        }
        let penalty = must_offer(&open.pinned_terms(context)?)?.no_show;
        let journal = open.journal(context, actor.row())?;
        let_go(context, journal, open, penalty, Ended::NoShow)
    })
}

/// The member lets booked nights go. Until the programme's deadline all points come back; later some or all are lost, and
/// the member's word says how many.
pub(in crate::handlers) fn cancel(context: &mut Context<'_>, arguments: Cancel) -> Result<LetGo> {
    let actor = Actor::of(context)?;
    let id = arguments.request_id.clone();
    request::once(context, &id, &[], |context| {
        let Cancel { intent, signature, order, .. } = arguments;
        let mut spending = Spending::open(context, &actor, Word { intent, signature, order }, CANCEL)?;
        let missing = || Error::new("AWARD_INTENT_INCOMPLETE", "the intent names no `reservation`");
        let id = spending.order.reservation.ok_or_else(missing)?;
        let mut open = Open::find(context, id, spending.order.as_of)?;
        let order = &spending.order;
        if open.account.member() != order.member || open.terms.programme != order.programme {
            return Err(Error::new("RESERVATION_OF_OTHER", "the reservation is another member's"));
        }
        let arrival = arrival_of(&open)?;
        let day = clock::deadline_day(context, order.as_of)?;
        if day > arrival {
            let message = format!("the arrival was on {arrival}: the hotel reports the stay or the no-show");
            return Err(Error::new("AWARD_ARRIVED", message));
        }
        let rules = open.pinned_terms(context)?;
        let rules = must_offer(&rules)?;
        let is_late = day > free_until(rules, arrival)?;
        let penalty = if is_late { rules.late_cancellation } else { Penalty::default() };
        let (kept, expected) = (kept_of(&open, penalty)?.0, order.points);
        if kept != expected {
            let message = format!("{kept} points are lost, and the member agrees to {expected}");
            return Err(Error::new("AWARD_PENALTY_DIFFERS", message));
        }
        let hotel = open.hotel.as_ref().map(|(hotel, _)| hotel.clone());
        let journal = spending.journal(context, hotel)?;
        (open.account, open.terms) = (spending.account, spending.terms);
        let_go(context, journal, open, penalty, Ended::Cancelled)
    })
}

impl End {
    /// Keeps how full the hotel says that it was.
    fn tell_occupancy(&self, open: &mut Open) -> Result<()> {
        let percent = self.occupancy_percent.unwrap_or_default();
        if percent > 100 {
            return Err(Error::new("AWARD_OCCUPANCY_INVALID", "a hotel is taken to at most 100 percent"));
        }
        open.row.occupancy_percent = percent.into();
        Ok(())
    }
}

/// The booking ends without a stay. Of a certificate nothing is left where anything is lost.
fn let_go(
    context: &mut Context<'_>,
    mut journal: Journal,
    mut open: Open,
    penalty: Penalty,
    ended: Ended,
) -> Result<LetGo> {
    open.require_in_time(context)?;
    let (kept, kept_worth) = kept_of(&open, penalty)?;
    let points = Points::new(open.row.points)?;
    let (mut entry, today) = (Entry::new(), open.account.last_business_date);
    if !points.is_zero() {
        open.account.holdings.give_up(&mut entry, open.id, kept, today)?;
    }
    if penalty.keeps == Kept::Nothing {
        paying::reopen(context, open.id, &open.row)?;
    } else {
        paying::use_up(context, &mut journal, open.id, &open.row)?;
    }
    let (hotel, _) = open.hotel.clone().ok_or_else(broken)?;
    if penalty.pays_hotel {
        let nights = if penalty.keeps == Kept::FirstNight { 1 } else { open.nights()? };
        open.owe_hotel(
            context,
            &mut journal,
            Due::redemption(kept_worth.posting(), nights, open.occupancy_percent()?),
        )?;
    }
    let returned = points.checked_sub(kept)?;
    journal.changes.lead(told(&open, hotel, (returned, kept), penalty.cash, ended));
    let reservation = open.end(context, journal, &entry, Cause::Cancelled, ended)?;
    Ok(LetGo { reservation, kept, returned, points_returned: kept.is_zero(), cash_charged: penalty.cash })
}

fn told(open: &Open, hotel: HotelId, (returned, kept): (Points, Points), cash_charged: bool, ended: Ended) -> Event {
    let (reservation, programme) = (open.id, open.terms.programme.clone());
    if ended == Ended::NoShow {
        Event::AwardNoShow { reservation, programme, hotel, returned, kept, cash_charged }
    } else {
        Event::AwardCancelled { reservation, programme, hotel, returned, kept, cash_charged }
    }
}

/// What a penalty keeps: of the points that the member paid, and of what the nights are worth to the hotel.
fn kept_of(open: &Open, penalty: Penalty) -> Result<(Points, Points)> {
    let first_night = Points::new(must_be_award(&open.row)?.first_night)?;
    let kept = |points: u64| Points::new(points).map(|points| points_kept(penalty, points, first_night));
    Ok((kept(open.row.points)?, kept(open.row.worth)?))
}

fn arrival_of(open: &Open) -> Result<Date> {
    Date::from_days(must_be_award(&open.row)?.arrival).map_err(|_| broken())
}
