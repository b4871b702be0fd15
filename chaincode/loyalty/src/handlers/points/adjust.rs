//! Corrections by the programme: `points.adjust`.

use folio_chaincode_sdk::{Context, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::books::{CostClass, Entry};
use crate::handlers::account::holder::must_load;
use crate::handlers::account::upkeep;
use crate::handlers::call::access::Actor;
use crate::handlers::call::clock;
use crate::handlers::call::request::{self, RequestId};
use crate::handlers::call::text::Label;
use crate::handlers::outcome::event::Event;
use crate::handlers::outcome::journal::Journal;
use crate::handlers::programme::terms::Terms;
use crate::ids::{MemberId, ProgrammeId};
use crate::state::{Cause, LineRow, Role};
use crate::units::{Date, Points};

use super::award::own_lot;
use super::issue::require_issuable;

/// Arguments of `points.adjust`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Adjust {
    request_id: RequestId,
    programme: ProgrammeId,
    member: MemberId,
    /// Points to give, or below zero to take back.
    points: i64,
    /// Code of the reason, from the programme's own list; it stands on the ledger and should tell nothing of the person.
    reason: Label,
    /// Business date.
    as_of: Date,
}

/// What a correction came to.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(in crate::handlers) struct Adjusted {
    programme: ProgrammeId,
    member: MemberId,
    points: i64,
    reason: String,
    available: Points,
    debt: Points,
    programme_version: u32,
}

/// The programme's agent or manager gives points, or takes some back, for a stated reason. What is taken back and was
/// spent already becomes debt. A correction counts towards no tier and is no activity.
pub(in crate::handlers) fn adjust(context: &mut Context<'_>, arguments: Adjust) -> Result<Adjusted> {
    let actor = Actor::of(context)?;
    actor.require_role(&[Role::Agent, Role::Manager])?;
    let id = arguments.request_id.clone();
    request::once(context, &id, &[], |context| {
        let Adjust { programme, member, points, reason, as_of, .. } = arguments;
        clock::require_not_in_future(context, as_of)?;
        let terms = Terms::on(context, &programme, as_of)?;
        actor.require_organisation(&terms.owner)?;
        let amount = Points::new(points.unsigned_abs())?;
        require_issuable(amount)?;
        let mut journal = Journal::new(context, actor.row(), as_of, None)?;
        let mut account = must_load(context, &programme, member)?;
        upkeep::bring_up_to(context, &mut journal, &mut account, &terms, as_of)?;
        let (key, mut entry) = (own_lot(&terms, CostClass::Activity, as_of)?, Entry::new());
        if points > 0 {
            account.holdings.earn(&mut entry, &key, amount)?;
        } else {
            account.holdings.take_back(&mut entry, &key, amount)?;
        }
        let why = LineRow {
            cause: Cause::Adjusted.into(),
            reason: reason.0.clone(),
            programme_version: terms.version(),
            ..LineRow::default()
        };
        journal.enter(context, &mut account, &entry, why)?;
        let (told, reason) = (programme.clone(), reason.0);
        journal.changes.lead(Event::PointsAdjusted { programme: told, member, points, reason: reason.clone() });
        account.save(context);
        journal.close(context)?;
        let (available, debt) = (account.holdings.available(), account.holdings.debt());
        Ok(Adjusted { programme, member, points, reason, available, debt, programme_version: terms.version() })
    })
}
