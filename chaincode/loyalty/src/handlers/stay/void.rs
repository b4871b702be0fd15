//! `stay.void`: what is posted for a stay is taken back.

use folio_chaincode_sdk::{Context, Error, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::handlers::account::holder;
use crate::handlers::call::access::Actor;
use crate::handlers::call::clock;
use crate::handlers::call::request::{self, RequestId};
use crate::handlers::call::secret::Secret;
use crate::handlers::call::text::Label;
use crate::handlers::campaign;
use crate::handlers::consortium::hotel;
use crate::handlers::earning::posting::{Earner, Posting};
use crate::handlers::earning::rated::Rated;
use crate::handlers::offer;
use crate::handlers::outcome::event::Event;
use crate::handlers::outcome::journal::Journal;
use crate::handlers::programme::terms::Terms;
use crate::ids::{HotelId, MemberId, ProgrammeId, StayKey};
use crate::rules::rating::Rating;
use crate::state::{HotelRow, Outcome, PostedRow, STAYS, Unreadable};
use crate::units::Date;

use super::group::{Group, Legs};
use super::rating::{self, Judged, Known};

/// Arguments of `stay.void`. Of a stay that is rated with others, their reports come in the transient map, as for
/// `stay.post`, beside the organisation's secret.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Void {
    request_id: RequestId,
    hotel: HotelId,
    stay: StayKey,
    /// Why, in the hotel's words; it stands on the ledger.
    reason: Label,
    /// Business date.
    as_of: Date,
}

/// A stay that was voided.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(in crate::handlers) struct Voided {
    stay: StayKey,
    /// What it changed in the member's points.
    points: i64,
}

/// The hotel takes back whatever is posted for a stay. The stays that it was rated with are rated again without it. A newer
/// version is rated anew.
pub(in crate::handlers) fn void(context: &mut Context<'_>, arguments: Void) -> Result<Voided> {
    let actor = Actor::of(context)?;
    let id = arguments.request_id.clone();
    request::once(context, &id, &[], |context| {
        let Void { hotel, stay, reason, as_of, .. } = arguments;
        let hotel_row = hotel::must_get(context, &hotel)?;
        actor.require_at_hotel(&hotel, &hotel_row.organisation)?;
        clock::require_not_in_future(context, as_of)?;
        let secret = Secret::of_hotel(context, &hotel_row)?;
        let row = STAYS.get(context, &stay)?.filter(|row| row.hotel == hotel.as_str());
        let mut row = row.ok_or_else(|| Error::new("STAY_UNKNOWN", format!("{hotel} has no stay {stay}")))?;
        let mut journal = Journal::new(context, actor.row(), as_of, Some(hotel.clone()))?;
        let voiding = Voiding { stay, hotel: &hotel_row, as_of };
        let points = match Group::of_row(context, &row)? {
            None => voiding.alone(context, &mut journal, row.posted.take())?,
            Some(group) => voiding.in_group(context, &mut journal, group, &secret)?,
        };
        row.group.clear();
        if let Some(newest) = row.receipts.last_mut() {
            newest.outcome = Outcome::Voided.into();
            newest.delta = points;
        }
        STAYS.put(context, &stay, &row);
        journal.changes.lead(Event::StayVoided { stay, hotel, points, reason: reason.0 });
        journal.close(context)?;
        Ok(Voided { stay, points })
    })
}

/// A stay on its way out.
struct Voiding<'a> {
    stay: StayKey,
    hotel: &'a HotelRow,
    as_of: Date,
}

impl Voiding<'_> {
    /// Posts nothing in place of what is posted.
    fn alone(&self, context: &mut Context<'_>, journal: &mut Journal, posted: Option<PostedRow>) -> Result<i64> {
        let posted = posted.ok_or_else(|| Error::new("STAY_NOT_POSTED", "nothing is posted for the stay"))?;
        let unreadable = || Unreadable.of("stay");
        let programme = ProgrammeId::new(&posted.programme).ok_or_else(unreadable)?;
        let member = MemberId::from_start_of(&posted.member).ok_or_else(unreadable)?;
        let account = holder::find(context, &programme, member)?.ok_or_else(unreadable)?;
        let terms = Terms::on(context, &programme, self.as_of.max(account.last_business_date))?;
        let campaigns = campaign::withdrawn(context, &terms, &posted.extras)?;
        let offer = offer::withdrawn(context, &terms, &posted.extras)?;
        let tier = posted.tier.clone();
        let mut rated = Rated { terms, account, tier, rating: Rating::default(), campaigns, offer };
        let posting = self.posting(self.as_of);
        Ok(posting.post(context, journal, &mut rated, Some(posted))?.points)
    }

    /// Rates the others without it.
    fn in_group(
        &self,
        context: &mut Context<'_>,
        journal: &mut Journal,
        mut group: Group,
        secret: &Secret,
    ) -> Result<i64> {
        let legs = Legs::of_call(context)?;
        let mut others = group.others(context, secret, self.stay, &legs)?;
        group.leave(self.stay);
        let Some(last) = others.pop() else {
            let points = self.alone(context, journal, group.row.posted.take())?;
            group.save(context);
            return Ok(points);
        };
        let programme = rating::find_programme(context, &last)?;
        let posted = group.row.posted.take();
        let (key, hotel, as_of) = (self.stay, self.hotel, self.as_of);
        let known = Known { key, hotel, as_of, posted: posted.as_ref(), offer: None };
        let judged = rating::judge(context, &last, &others, programme, &known)?;
        let Judged::Rated(mut rated) = judged else {
            let message = "the stays that it is rated with wait for correction without it: correct them first";
            return Err(Error::new("STAY_LEGS_WAIT", message));
        };
        let earned_on = others.iter().map(|other| other.departure).fold(last.departure, Date::max);
        let difference = self.posting(earned_on).post(context, journal, &mut rated, posted)?;
        group.row.posted = difference.posted;
        group.save(context);
        Ok(difference.points)
    }

    fn posting(&self, earned_on: Date) -> Posting<'_> {
        Posting {
            earner: Earner::Stay(self.stay),
            version: 0,
            earned_on,
            funder: &self.hotel.organisation,
            as_of: self.as_of,
        }
    }
}
