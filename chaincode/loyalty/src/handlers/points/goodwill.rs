//! What a programme may do for points that end or have ended: `points.extend` and `points.reinstate`.

use folio_chaincode_sdk::{Context, Error, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::books::{Account as BookAccount, CostClass, Entry};
use crate::handlers::account::holder::must_load;
use crate::handlers::account::upkeep;
use crate::handlers::call::access::Actor;
use crate::handlers::call::clock;
use crate::handlers::call::request::{self, RequestId};
use crate::handlers::outcome::event::Event;
use crate::handlers::outcome::journal::Journal;
use crate::handlers::programme::terms::Terms;
use crate::ids::{MemberId, ProgrammeId};
use crate::state::{Account, Cause, Lapse, LineRow, Role};
use crate::units::{Date, Points};

use super::award::own_lot;

/// Arguments of `points.extend`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Extend {
    request_id: RequestId,
    programme: ProgrammeId,
    member: MemberId,
    /// The last day of the points that are meant.
    ending: Date,
    /// Their last day from now on.
    to: Date,
    /// Business date.
    as_of: Date,
}

/// Arguments of `points.reinstate`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Reinstate {
    request_id: RequestId,
    programme: ProgrammeId,
    member: MemberId,
    /// How many of the points that lapsed last.
    points: Points,
    /// Business date.
    as_of: Date,
}

/// What became of the points.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(in crate::handlers) struct Kept {
    programme: ProgrammeId,
    member: MemberId,
    points: Points,
    available: Points,
    /// The version of the programme whose rule held.
    programme_version: u32,
}

/// An account that the programme does something for.
struct Favour {
    terms: Terms,
    account: Account,
    journal: Journal,
}

/// The programme's agent or manager lets points live longer that end on a day, as far as the programme allows.
pub(in crate::handlers) fn extend(context: &mut Context<'_>, arguments: Extend) -> Result<Kept> {
    let actor = Actor::of(context)?;
    request::once(context, &arguments.request_id, &[], |context| {
        let Extend { programme, member, ending, to, as_of, .. } = &arguments;
        let mut favour = Favour::open(context, &actor, programme, *member, *as_of)?;
        let months = favour.terms.definition.expiry.extension_months_max;
        let months = months.ok_or_else(|| Error::new("EXTENSION_NOT_OFFERED", "the programme extends no points"))?;
        let latest = ending.add_months(i32::from(months))?;
        if to <= ending || *to > latest {
            let message = format!("points that end on {ending} may be extended to {latest} at most");
            return Err(Error::new("EXTENSION_TOO_LONG", message));
        }
        let points = favour.account.holdings.extend(*ending, *to)?;
        if points.is_zero() {
            return Err(Error::new("EXTENSION_NOTHING", format!("no points of the member end on {ending}")));
        }
        let (member, programme) = (*member, programme.clone());
        favour.journal.changes.lead(Event::PointsExtended { member, programme, points, to: *to });
        favour.close(context, &Entry::new(), Cause::Extended, points)
    })
}

/// The programme's agent or manager gives lapsed points back, as long as the programme allows. They begin anew as a lot of
/// this day.
pub(in crate::handlers) fn reinstate(context: &mut Context<'_>, arguments: Reinstate) -> Result<Kept> {
    let actor = Actor::of(context)?;
    request::once(context, &arguments.request_id, &[], |context| {
        let Reinstate { programme, member, points, as_of, .. } = &arguments;
        let mut favour = Favour::open(context, &actor, programme, *member, *as_of)?;
        let (from_expired, from_forfeited) = favour.take_lapsed(*points)?;
        let key = own_lot(&favour.terms, CostClass::Activity, favour.account.last_business_date)?;
        let mut entry = Entry::new();
        let holdings = &mut favour.account.holdings;
        holdings.reinstate(&mut entry, BookAccount::Expired, &key, from_expired)?;
        holdings.reinstate(&mut entry, BookAccount::Forfeited, &key, from_forfeited)?;
        // The account would lapse again at once if its rest went on.
        favour.account.last_activity = Some(favour.account.last_business_date);
        let (member, programme, points) = (*member, programme.clone(), *points);
        favour.journal.changes.lead(Event::PointsReinstated { member, programme, points });
        favour.close(context, &entry, Cause::Reinstated, points)
    })
}

impl Favour {
    fn open(
        context: &mut Context<'_>,
        actor: &Actor,
        programme: &ProgrammeId,
        member: MemberId,
        as_of: Date,
    ) -> Result<Self> {
        let terms = Terms::on(context, programme, as_of)?;
        actor.require(&[Role::Agent, Role::Manager], &terms.owner)?;
        clock::require_not_in_future(context, as_of)?;
        let mut account = must_load(context, programme, member)?;
        let mut journal = Journal::new(context, actor.row(), as_of, None)?;
        upkeep::bring_up_to(context, &mut journal, &mut account, &terms, as_of)?;
        Ok(Self { terms, account, journal })
    }

    /// Takes points out of the latest lapse: how many of them had expired, and how many were forfeited.
    fn take_lapsed(&mut self, points: Points) -> Result<(Points, Points)> {
        let days = self.terms.definition.expiry.reinstatement_days;
        let days = days.ok_or_else(|| Error::new("REINSTATEMENT_NOT_OFFERED", "the programme gives no points back"))?;
        let today = self.account.last_business_date;
        let in_time = |lapse: &Lapse| lapse.date.days_until(today) <= i32::from(days);
        let lapse = self.account.lapse.filter(in_time).ok_or_else(|| {
            Error::new("REINSTATEMENT_TOO_LATE", format!("no points of the member lapsed within {days} days"))
        })?;
        let all = lapse.expired.checked_add(lapse.forfeited)?;
        if points.is_zero() || points > all {
            let message = format!("{all} points lapsed on {}, and {points} cannot be given back", lapse.date);
            return Err(Error::new("REINSTATEMENT_TOO_MANY", message));
        }
        let from_forfeited = points.min(lapse.forfeited);
        let from_expired = points.checked_sub(from_forfeited)?;
        let (expired, forfeited) =
            (lapse.expired.checked_sub(from_expired)?, lapse.forfeited.checked_sub(from_forfeited)?);
        self.account.lapse = Some(Lapse { expired, forfeited, ..lapse }).filter(|_| points < all);
        Ok((from_expired, from_forfeited))
    }

    fn close(mut self, context: &mut Context<'_>, entry: &Entry, cause: Cause, points: Points) -> Result<Kept> {
        let why = LineRow { cause: cause.into(), programme_version: self.terms.version(), ..LineRow::default() };
        self.journal.enter(context, &mut self.account, entry, why)?;
        self.account.save(context);
        self.journal.close(context)?;
        let (programme, member) = (self.terms.programme.clone(), self.account.member());
        let available = self.account.holdings.available();
        Ok(Kept { programme, member, points, available, programme_version: self.terms.version() })
    }
}
