//! What a member has: `member.get`.

use folio_chaincode_sdk::{Context, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::handlers::account::upkeep;
use crate::handlers::call::access::{Actor, STAFF};
use crate::handlers::programme::terms::{self, Terms};
use crate::ids::{MemberId, PoolId, ProgrammeId};
use crate::rules::tiers::{Challenge, Progress, progress};
use crate::state::{Account, AccountState};
use crate::units::{Date, NightCredits, Points};

use super::row::{enrolled_on, home_programme, must_get};

/// Arguments of `member.get`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Get {
    member: MemberId,
    /// Nothing stands for the programme that enrolled the member.
    #[serde(default)]
    programme: Option<ProgrammeId>,
    /// A business date: the account is shown as it will be when it is touched on it. Without one it is shown as it was left.
    #[serde(default)]
    as_of: Option<Date>,
}

/// A member, and what the member has in one programme.
#[derive(Serialize, JsonSchema)]
pub(in crate::handlers) struct Member {
    member: MemberId,
    home_programme: String,
    enrolled: Date,
    key_bound: bool,
    /// The member of whom this one became a part.
    merged_into: Option<MemberId>,
    /// When a key that two managers gave the member holds, in seconds since 1970.
    recovery_due: Option<i64>,
    programme: ProgrammeId,
    /// Nothing until the first points come in.
    account: Option<Holding>,
}

/// What a member has in a programme.
#[derive(Serialize, JsonSchema)]
struct Holding {
    /// `open`, `closed` or `merged`.
    state: &'static str,
    opened: Date,
    available: Points,
    reserved: Points,
    /// Points that become available later, with the first date on which they can be spent.
    pending: Vec<PendingView>,
    debt: Points,
    tier: String,
    tier_valid_until: Option<Date>,
    /// Night credits of the calendar year of the last business date.
    nights_this_year: NightCredits,
    /// Night credits since enrolment.
    nights: NightCredits,
    stays: i32,
    last_activity: Option<Date>,
    last_business_date: Date,
    /// The last day on which the points can be used if the account rests from now on.
    usable_until: Option<Date>,
    /// Points by their own last day, those that end first foremost.
    lots: Vec<LotView>,
    /// How far each tier is.
    progress: Vec<Progress>,
    /// Night credits of the year before that count in this one, too.
    nights_carried_over: NightCredits,
    /// What keeps a tier that was matched.
    challenge: Option<Challenge>,
    /// The pool to which the member belongs.
    pool: Option<PoolId>,
}

/// Points that become available on a date.
#[derive(Serialize, JsonSchema)]
struct PendingView {
    points: Points,
    from: Date,
}

/// Points that end together. What they cost whom is not for everybody.
#[derive(Serialize, JsonSchema)]
struct LotView {
    points: Points,
    earned: Date,
    last_day: Option<Date>,
}

/// The programme's own staff and auditors see what a member has in the programme.
pub(in crate::handlers) fn get(context: &Context<'_>, arguments: Get) -> Result<Member> {
    let Get { member, programme, as_of } = arguments;
    let row = must_get(context, member)?;
    let programme = match programme {
        Some(programme) => programme,
        None => home_programme(&row)?,
    };
    let owner = terms::must_get(context, &programme)?.owner;
    let actor = Actor::of(context)?;
    if !actor.is_auditor() {
        actor.require(STAFF, &owner)?;
    }
    let account = Account::load(context, &programme, member)?;
    let account = account.map(|account| Holding::on(context, &actor, account, as_of)).transpose()?;
    Ok(Member {
        member,
        enrolled: enrolled_on(&row)?,
        key_bound: !row.key.is_empty(),
        merged_into: MemberId::from_start_of(&row.merged_into),
        recovery_due: row.recovery.map(|recovery| recovery.due_seconds).filter(|due| *due != 0),
        home_programme: row.home_programme,
        programme,
        account,
    })
}

impl Holding {
    /// What is left of the account on a date. Nothing happens any more to one that is closed.
    fn on(context: &Context<'_>, actor: &Actor, account: Account, as_of: Option<Date>) -> Result<Self> {
        let as_of = as_of.filter(|_| matches!(account.state, AccountState::Open | AccountState::Pool));
        let Some(as_of) = as_of else { return Self::of(context, &account) };
        let terms = Terms::on(context, &account.programme, as_of.max(account.last_business_date))?;
        Self::of(context, &upkeep::as_touched_on(context, actor.row(), account, &terms, as_of)?)
    }

    fn of(context: &Context<'_>, account: &Account) -> Result<Self> {
        let terms = Terms::on(context, &account.programme, account.last_business_date)?;
        let year = account.last_business_date.year();
        let lots = account.holdings.lots().iter().map(|lot| LotView {
            points: lot.points,
            earned: lot.key.earned,
            last_day: lot.key.last_day,
        });
        let pending = account.holdings.pending().iter();
        let pending = pending.map(|pending| PendingView { points: pending.lots.total(), from: pending.from });
        Ok(Self {
            state: match account.state {
                AccountState::Open | AccountState::Pool => "open",
                AccountState::Closed => "closed",
                AccountState::MergedInto(_) => "merged",
            },
            opened: account.opened,
            available: account.holdings.available(),
            reserved: account.holdings.reserved()?,
            pending: pending.collect(),
            debt: account.holdings.debt(),
            tier: upkeep::tier_name(account, &terms).to_owned(),
            tier_valid_until: account.tier.valid_until,
            nights_this_year: account.counters.nights_of(year),
            nights: account.counters.lifetime.nights,
            stays: account.counters.lifetime.stays,
            last_activity: account.last_activity,
            last_business_date: account.last_business_date,
            usable_until: upkeep::last_day_of_rest(account, &terms)?,
            lots: lots.collect(),
            progress: progress(&terms.definition, &account.counters, account.last_business_date)?,
            nights_carried_over: account.counters.carried_into(&terms.definition.tiers, year)?,
            challenge: account.counters.challenge.clone(),
            pool: account.pool,
        })
    }
}
