//! Taking back a reward that was given: `reward.refund`.

use folio_chaincode_sdk::{Context, Error, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::books::{Entry, Lots};
use crate::handlers::call::access::Actor;
use crate::handlers::call::clock;
use crate::handlers::call::request::{self, RequestId};
use crate::handlers::outcome::event::Event;
use crate::ids::{CertificateId, ReservationId};
use crate::rules::programme::RefundRules;
use crate::state::{CERTIFICATES, Cause, CertificateRow, CertificateState, Ended};
use crate::units::Date;

use super::reservation::{self, Open, Reservation, broken};
use super::{paying, shelf};

/// Arguments of `reward.refund`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Refund {
    request_id: RequestId,
    reservation: ReservationId,
    /// Whether the article was brought back and goes into stock again.
    #[serde(default)]
    restock: bool,
    /// Business date.
    as_of: Date,
}

/// A reward that was given is taken back, within the days that the programme said when it was asked for: the lots come
/// back, and redeemed falls. Who gave it gives up with it what the programme owes for it; when the programme's agent
/// takes it back alone, that is at the programme's own cost, and the debt to the hotel stands.
pub(in crate::handlers) fn refund(context: &mut Context<'_>, arguments: Refund) -> Result<Reservation> {
    let actor = Actor::of(context)?;
    request::once(context, &arguments.request_id, &[], |context| {
        let Refund { reservation: id, restock, as_of, .. } = arguments;
        let row = reservation::must_get(context, id)?;
        if row.ended() != Ended::Committed {
            return Err(Error::new("RESERVATION_NOT_COMMITTED", format!("reservation {id} was not given")));
        }
        let mut open = Open::of(context, id, row, as_of)?;
        open.require_giver_or_agent(&actor)?;
        let by_giver = open.hotel.is_some() && open.require_giver(&actor).is_ok();
        let day = clock::deadline_day(context, as_of)?;
        let rules = require_in_window(context, &open, day)?;
        let mut journal = open.journal(context, actor.row())?;
        let (lots, mut entry) = (lots_of(&open)?, Entry::new());
        let today = open.account.last_business_date;
        let usable_until = (rules.grace_days > 0).then(|| today.add_days(i32::from(rules.grace_days))).transpose()?;
        open.account.holdings.refund(&mut entry, &lots, usable_until, today)?;
        paying::reopen(context, id, &open.row)?;
        void_bought(context, &open)?;
        if restock {
            shelf::put_back(context, id, &open.row, true)?;
        }
        let (programme, member) = (open.terms.programme.clone(), open.account.member());
        if by_giver {
            open.owe_hotel(context, &mut journal, open.due()?.reversed()?)?;
        }
        let hotel = open.hotel.as_ref().map(|(hotel, _)| hotel.clone());
        let points = lots.total();
        journal.changes.lead(Event::RewardRefunded {
            reservation: id,
            programme,
            member,
            hotel,
            points,
            owed_reversed: by_giver,
        });
        open.end(context, journal, &entry, Cause::Refunded, Ended::Refunded)
    })
}

/// The rules of the version under which the reward was asked for, within whose days it is.
fn require_in_window(context: &Context<'_>, open: &Open, day: Date) -> Result<RefundRules> {
    let rules = open.pinned_terms(context)?.definition.refund;
    let rules = rules.ok_or_else(|| Error::new("REFUND_NOT_OFFERED", "the programme takes no reward back"))?;
    let given = open.row.committed_on.map(Date::from_days).transpose().ok().flatten().ok_or_else(broken)?;
    let last_day = given.add_days(i32::from(rules.days))?;
    if day <= last_day {
        return Ok(rules);
    }
    Err(Error::new("REFUND_TOO_LATE", format!("the reward could be taken back until {last_day}, and this is {day}")))
}

/// The lots that were spent; none where a certificate paid for all.
fn lots_of(open: &Open) -> Result<Lots> {
    let lots = open.row.lots.as_ref().map(|lots| lots.lots(&open.terms.programme)).transpose();
    Ok(lots.map_err(|_| broken())?.unwrap_or_default())
}

/// A certificate that was bought is taken back. One that was used, or given to another, is not.
fn void_bought(context: &mut Context<'_>, open: &Open) -> Result<()> {
    let Some(certificate) = CertificateId::from_start_of(&open.row.bought_certificate) else { return Ok(()) };
    let key = paying::place_of(context, &open.account, certificate);
    let row = paying::must_be_open(context, &key)?;
    let row = CertificateRow { state: CertificateState::Void.into(), reservation: Vec::new(), ..row };
    CERTIFICATES.put(context, &key, &row);
    Ok(())
}
