//! Tiers over time: `tier.evaluate` and `tier.history`.

use folio_chaincode_sdk::{Context, Cursor, Error, Result, codes};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::handlers::account::holder::must_load;
use crate::handlers::account::upkeep;
use crate::handlers::call::access::{Actor, STAFF};
use crate::handlers::call::clock;
use crate::handlers::call::request::{self, RequestId};
use crate::handlers::call::text::hex;
use crate::handlers::outcome::event::Event;
use crate::handlers::outcome::journal::Journal;
use crate::handlers::programme::terms::{self, Terms};
use crate::ids::{MemberId, ProgrammeId};
use crate::state::{NewestFirst, Role, TIER_CHANGES, TierChangeRow};
use crate::units::Date;

/// Changes of a page, when the caller does not say.
const PAGE_CHANGES: u32 = 50;
/// Most changes of a page.
const PAGE_CHANGES_MAX: u32 = 200;

/// Arguments of `tier.evaluate`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Evaluate {
    request_id: RequestId,
    programme: ProgrammeId,
    member: MemberId,
    as_of: Date,
}

/// Arguments of `tier.history`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct History {
    programme: ProgrammeId,
    member: MemberId,
    #[serde(default)]
    limit: Option<u32>,
    /// Where the page before ended.
    #[serde(default)]
    after: Option<Cursor>,
}

/// The tier that a member holds.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(in crate::handlers) struct Held {
    member: MemberId,
    programme: ProgrammeId,
    tier: String,
    valid_until: Option<Date>,
    /// The date on which it was judged: the one asked for, or the account's last when that is later.
    on: Date,
}

/// A page of a tier's history, the newest change first.
#[derive(Serialize, JsonSchema)]
pub(in crate::handlers) struct Page {
    member: MemberId,
    programme: ProgrammeId,
    changes: Vec<Change>,
    next: Option<Cursor>,
}

/// A change of a tier.
#[derive(Serialize, JsonSchema)]
struct Change {
    number: u32,
    date: Date,
    before: String,
    after: String,
    valid_until: Option<Date>,
    cause: &'static str,
    reason: Option<String>,
    programme_version: u32,
    by: By,
    tx: String,
}

/// Who acted.
#[derive(Serialize, JsonSchema)]
struct By {
    organisation: String,
    role: &'static str,
    member_signed: bool,
}

/// Staff of any organisation have an account brought up to a date: what time has done to it by then, and to its tier. It
/// would happen by itself with the next stay; asking twice changes nothing.
pub(in crate::handlers) fn evaluate(context: &mut Context<'_>, arguments: Evaluate) -> Result<Held> {
    let actor = Actor::of(context)?;
    actor.require_role(STAFF)?;
    request::once(context, &arguments.request_id, &[], |context| {
        let Evaluate { programme, member, as_of, .. } = &arguments;
        require_today_or_before(context, *as_of)?;
        let mut account = must_load(context, programme, *member)?;
        let terms = Terms::on(context, programme, (*as_of).max(account.last_business_date))?;
        let mut journal = Journal::new(context, actor.row(), *as_of, None)?;
        upkeep::bring_up_to(context, &mut journal, &mut account, &terms, *as_of)?;
        let (member, tier) = (account.member(), upkeep::tier_name(&account, &terms).to_owned());
        let (valid_until, on) = (account.tier.valid_until, account.last_business_date);
        journal.changes.lead(Event::TierEvaluated {
            member,
            programme: programme.clone(),
            tier: tier.clone(),
            valid_until,
        });
        account.save(context);
        journal.close(context)?;
        Ok(Held { member, programme: programme.clone(), tier, valid_until, on })
    })
}

/// The programme's own staff and auditors see how a member's tier has changed.
pub(in crate::handlers) fn history(context: &Context<'_>, arguments: History) -> Result<Page> {
    let History { programme, member, limit, after } = arguments;
    let owner = terms::must_get(context, &programme)?.owner;
    let actor = Actor::of(context)?;
    if !actor.is_auditor() {
        actor.require(&[Role::Frontdesk, Role::Agent, Role::Manager], &owner)?;
    }
    let limit = limit.unwrap_or(PAGE_CHANGES).clamp(1, PAGE_CHANGES_MAX);
    let page = TIER_CHANGES.page(context, &(programme.clone(), member), after.as_ref(), limit)?;
    let changes = page.rows.iter().map(|((_, _, NewestFirst(number)), row)| Change::of(*number, row));
    Ok(Page { member, programme, changes: changes.collect::<Result<_>>()?, next: page.next })
}

/// Whoever moved an account into tomorrow would keep its member from spending today.
fn require_today_or_before(context: &Context<'_>, as_of: Date) -> Result<()> {
    let today = clock::proposal_date(context)?;
    if as_of <= today {
        return Ok(());
    }
    Err(Error::new("AS_OF_IN_FUTURE", format!("business date {as_of} is after {today}, the day of the proposal")))
}

impl Change {
    fn of(number: u32, row: &TierChangeRow) -> Result<Self> {
        let date = |days: i32| {
            Date::from_days(days).map_err(|_| Error::new(codes::STATE_UNREADABLE, "tier change holds no date"))
        };
        Ok(Self {
            number,
            date: date(row.date)?,
            before: row.before.clone(),
            after: row.after.clone(),
            valid_until: row.valid_until.map(date).transpose()?,
            cause: row.cause().name(),
            reason: Some(row.reason.clone()).filter(|reason| !reason.is_empty()),
            programme_version: row.programme_version,
            by: By {
                organisation: row.by.organisation.clone(),
                role: row.by.role().name(),
                member_signed: row.by.member_signed,
            },
            tx: hex(&row.tx),
        })
    }
}
