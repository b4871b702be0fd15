//! Runs of expiry: `points.due` and `points.expire`.
//!
//! An account makes up for time whenever it is touched, so that nobody has to run anything for points to lapse. A run does
//! it for accounts that nobody touches: the books of the programme then show what has lapsed.

use folio_chaincode_sdk::{Context, Cursor, Error, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::books::Kind;
use crate::handlers::account::holder::must_load;
use crate::handlers::account::upkeep;
use crate::handlers::call::access::{Actor, STAFF};
use crate::handlers::call::clock;
use crate::handlers::call::request::{self, RequestId};
use crate::handlers::outcome::journal::Journal;
use crate::handlers::programme::terms::Terms;
use crate::ids::{MemberId, ProgrammeId};
use crate::state::{ACCOUNTS, Account};
use crate::units::{Date, Points};

/// Most members of one run.
const RUN_MEMBERS_MAX: usize = 100;
/// Accounts looked at for a page, when the caller does not say.
const PAGE_ACCOUNTS: u32 = 200;
/// Most accounts looked at for a page.
const PAGE_ACCOUNTS_MAX: u32 = 500;

/// Arguments of `points.due`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Due {
    programme: ProgrammeId,
    /// The last day that is of interest; one in the future lists what is going to be due.
    by: Date,
    /// How many accounts to look at.
    #[serde(default)]
    limit: Option<u32>,
    /// Where the page before ended.
    #[serde(default)]
    after: Option<Cursor>,
}

/// A page of accounts to which time does something.
#[derive(Serialize, JsonSchema)]
pub(in crate::handlers) struct DuePage {
    programme: ProgrammeId,
    by: Date,
    members: Vec<DueMember>,
    next: Option<Cursor>,
}

/// A member whose account is due.
#[derive(Serialize, JsonSchema)]
struct DueMember {
    member: MemberId,
    /// The first day on which something is due.
    date: Date,
    /// Points free to spend; for the programme's own staff and auditors.
    available: Option<Points>,
}

/// Arguments of `points.expire`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Expire {
    request_id: RequestId,
    programme: ProgrammeId,
    /// The accounts, which `points.due` lists.
    members: Vec<MemberId>,
    /// Everything is made up for to this day, which is before that of the proposal.
    as_of: Date,
}

/// What a run came to.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(in crate::handlers) struct Expired {
    programme: ProgrammeId,
    /// How many accounts changed.
    changed: u32,
    /// How many did not, because nothing of them was due. They are not written.
    unchanged: u32,
    expired: Points,
    forfeited: Points,
    decayed: Points,
}

/// Staff of any organisation, and auditors, ask whose points lapse, fade or become available by a day, or whose tier ends.
pub(in crate::handlers) fn due(context: &Context<'_>, arguments: Due) -> Result<DuePage> {
    let Due { programme, by, limit, after } = arguments;
    let actor = Actor::of(context)?;
    let terms = Terms::on(context, &programme, clock::proposal_date(context)?)?;
    let sees_points = actor.is_auditor() || actor.require(STAFF, &terms.owner).is_ok();
    if !sees_points {
        actor.require_role(STAFF)?;
    }
    let limit = limit.unwrap_or(PAGE_ACCOUNTS).clamp(1, PAGE_ACCOUNTS_MAX);
    let page = ACCOUNTS.page(context, &(programme.clone(),), after.as_ref(), limit)?;
    let mut members = Vec::new();
    for ((_, member), row) in page.rows {
        let account = Account::of_row(row, &programme, member)?;
        if let Some(date) = upkeep::next_due(&account, &terms)?.filter(|date| *date <= by) {
            let available = sees_points.then(|| account.holdings.available());
            members.push(DueMember { member, date, available });
        }
    }
    Ok(DuePage { programme, by, members, next: page.next })
}

/// Staff of any organisation bring accounts up to a day. Done twice it changes nothing more.
pub(in crate::handlers) fn expire(context: &mut Context<'_>, arguments: Expire) -> Result<Expired> {
    let actor = Actor::of(context)?;
    actor.require_role(STAFF)?;
    let id = arguments.request_id.clone();
    request::once(context, &id, &[], |context| {
        let Expire { programme, mut members, as_of, .. } = arguments;
        if !(1..=RUN_MEMBERS_MAX).contains(&members.len()) {
            let message = format!("a run takes 1 to {RUN_MEMBERS_MAX} members");
            return Err(Error::new("RUN_SIZE", message));
        }
        // A business date of today would keep members from spending where it is still yesterday.
        let today = clock::proposal_date(context)?;
        if as_of >= today {
            let message = format!("accounts are brought up to a day before {today}, that of the proposal");
            return Err(Error::new("AS_OF_NOT_PAST", message));
        }
        let terms = Terms::on(context, &programme, as_of)?;
        members.sort_unstable();
        members.dedup();
        let mut journal = Journal::new(context, actor.row(), as_of, None)?;
        let (mut changed, mut unchanged): (u32, u32) = (0, 0);
        for member in members {
            let mut account = must_load(context, &programme, member)?;
            if upkeep::next_due(&account, &terms)?.is_none_or(|due| due > as_of) {
                unchanged = unchanged.saturating_add(1);
                continue;
            }
            upkeep::bring_up_to(context, &mut journal, &mut account, &terms, as_of)?;
            account.save(context);
            changed = changed.saturating_add(1);
        }
        let lost = |kind| journal.totalled(&programme, kind);
        let (expired, forfeited) = (lost(Kind::Expired), lost(Kind::Forfeited));
        let decayed = lost(Kind::Decayed);
        journal.close(context)?;
        Ok(Expired { programme, changed, unchanged, expired, forfeited, decayed })
    })
}
