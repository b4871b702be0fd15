//! Pools: `pool.open`, `pool.join`, `pool.leave`, `pool.contribute`, `pool.withdraw` and `pool.get`.
//!
//! A pool's points stand in an account of its own, under the pool's id. Rewards and conversions take them from there by the
//! word of an entitled member, whose order or intent names the pool.

use folio_chaincode_sdk::{Context, Error, Result, codes};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::books::Entry;
use crate::handlers::account::holder::must_load;
use crate::handlers::account::spending::Spending;
use crate::handlers::account::upkeep;
use crate::handlers::call::access::{Actor, STAFF};
use crate::handlers::call::clock;
use crate::handlers::call::mandate::{Mandate, OnWord, Order, Word};
use crate::handlers::call::request::{self, RequestId};
use crate::handlers::outcome::event::Event;
use crate::handlers::outcome::journal::Journal;
use crate::handlers::programme::terms::{self, Terms};
use crate::ids::{MemberId, PoolId, ProgrammeId};
use crate::rules::pool::{check_contribution, check_joining, pool_rules};
use crate::rules::programme::{ActivityKind, PoolSpenders};
use crate::state::{Account, AccountState, Cause, LineRow, POOLS, PoolMemberRow, PoolRow};
use crate::units::{Date, Points};

/// The names of the functions, which an intent must carry.
const OPEN: &str = "pool.open";
const JOIN: &str = "pool.join";
const LEAVE: &str = "pool.leave";
const CONTRIBUTE: &str = "pool.contribute";
const WITHDRAW: &str = "pool.withdraw";

/// What a pool's points may be spent by. Points leave it for nobody else's account.
const SPENDS_POOLS: [&str; 4] =
    ["reward.reserve", "reward.award_night_book", "reward.award_night_cancel", "points.convert"];

/// Arguments of `pool.join`: both agree.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Join {
    request_id: RequestId,
    /// The word of who joins.
    joiner: Word,
    /// The word of who opened the pool.
    opener: Word,
}

/// Arguments of `pool.get`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Get {
    pool: PoolId,
}

/// A pool.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(in crate::handlers) struct Pool {
    pool: PoolId,
    programme: String,
    opened: Date,
    /// Who opened it, or is the next oldest, comes first; nobody is left in one that is closed.
    members: Vec<PoolMember>,
    available: Points,
    reserved: Points,
}

/// A member of a pool.
#[derive(Serialize, Deserialize, JsonSchema)]
struct PoolMember {
    member: MemberId,
    joined: Date,
    /// Points put in and not taken out again.
    contributed: Points,
}

/// The member opens a pool.
pub(in crate::handlers) fn open(context: &mut Context<'_>, arguments: OnWord) -> Result<Pool> {
    let actor = Actor::of(context)?;
    let id = arguments.request_id.clone();
    request::once(context, &id, &[], |context| {
        let mut spending = Spending::open(context, &actor, arguments.word(), OPEN)?;
        let mut journal = spending.journal(context, None)?;
        let Spending { order, mut account, terms, .. } = spending;
        pool_rules(&terms.definition)?;
        require_free(&account)?;
        let pool: PoolId = context.sha256_id(&[b"folio-pool-v1\n", context.invocation().tx_id.as_bytes()]);
        let (member, day) = (account.member(), account.last_business_date);
        let row =
            PoolRow { programme: order.programme.to_string(), members: vec![joining(member, day)], opened: day.days() };
        POOLS.put(context, &pool, &row);
        let shared = Account::open(order.programme.clone(), pool, day, day);
        let shared = Account { state: AccountState::Pool, ..shared };
        shared.save(context);
        account.pool = Some(pool);
        account.save(context);
        journal.changes.lead(Event::PoolOpened { pool, programme: order.programme, member });
        journal.close(context)?;
        Pool::of(pool, &row, &shared)
    })
}

/// A member joins a pool; who opened it agrees.
pub(in crate::handlers) fn join(context: &mut Context<'_>, arguments: Join) -> Result<Pool> {
    let actor = Actor::of(context)?;
    request::once(context, &arguments.request_id, &[], |context| {
        let Join { joiner, opener, .. } = arguments;
        let Mandate { order: agreed, .. } = opener.check(context, &actor, JOIN)?;
        let mut spending = Spending::open(context, &actor, joiner, JOIN)?;
        let mut journal = spending.journal(context, None)?;
        let Spending { order, mut account, terms, .. } = spending;
        let (pool, mut row) = of_order(context, &order)?;
        let opener = row.members.first().is_some_and(|first| first.member == agreed.member.bytes());
        // The opener agrees to this member in this pool, by an agent of the pool's own programme where there is no key.
        let agrees =
            agreed.programme == order.programme && agreed.pool == Some(pool) && agreed.to == Some(order.member);
        if !opener || !agrees {
            let message = "the word of who opened the pool must name the pool, and who joins as `to`";
            return Err(Error::new("POOL_OPENER_DISAGREES", message));
        }
        check_joining(&terms.definition, row.members.len())?;
        require_free(&account)?;
        let member = account.member();
        row.members.push(joining(member, account.last_business_date));
        POOLS.put(context, &pool, &row);
        account.pool = Some(pool);
        account.save(context);
        journal.changes.lead(Event::PoolJoined { pool, programme: order.programme, member });
        journal.close(context)?;
        Pool::of(pool, &row, &must_load(context, &account.programme, pool)?)
    })
}

/// A member leaves a pool. What the member has put in stays; the last one takes it out first.
pub(in crate::handlers) fn leave(context: &mut Context<'_>, arguments: OnWord) -> Result<Pool> {
    let actor = Actor::of(context)?;
    let id = arguments.request_id.clone();
    request::once(context, &id, &[], |context| {
        let mut spending = Spending::open(context, &actor, arguments.word(), LEAVE)?;
        let mut journal = spending.journal(context, None)?;
        let Spending { order, mut account, .. } = spending;
        let (pool, mut row) = of_order(context, &order)?;
        let place = place_of(&row, &account)?;
        let mut shared = must_load(context, &order.programme, pool)?;
        let is_empty = shared.holdings.available().is_zero() && shared.holdings.holds().is_empty();
        if row.members.len() == 1 {
            if !is_empty {
                return Err(Error::new("POOL_NOT_EMPTY", "the last member spends or takes out what is in the pool"));
            }
            shared.state = AccountState::Closed;
            shared.save(context);
        }
        row.members.remove(place);
        POOLS.put(context, &pool, &row);
        account.pool = None;
        account.save(context);
        let (member, members) = (account.member(), u32::try_from(row.members.len()).unwrap_or(u32::MAX));
        journal.changes.lead(Event::PoolLeft { pool, programme: order.programme, member, members });
        journal.close(context)?;
        Pool::of(pool, &row, &shared)
    })
}

/// A member puts points into the pool.
pub(in crate::handlers) fn contribute(context: &mut Context<'_>, arguments: OnWord) -> Result<Pool> {
    let actor = Actor::of(context)?;
    let id = arguments.request_id.clone();
    request::once(context, &id, &[], |context| {
        let spending = Spending::open(context, &actor, arguments.word(), CONTRIBUTE)?;
        let mut moving = Moving::open(context, spending)?;
        let (points, day) = (moving.order.points, moving.day());
        check_contribution(&moving.terms.definition, points, moving.account.transfers, day)?;
        let mut entry = Entry::new();
        moving.account.holdings.transfer(&mut entry, &mut moving.shared.holdings, points, Points::ZERO)?;
        moving.account.transfers = moving.account.transfers.after_pooling(points, day)?;
        moving.own().contributed = moving.contributed()?.checked_add(points)?.get();
        upkeep::note_activity(&mut moving.account, &moving.terms, ActivityKind::TransferSent, day);
        // A pool rests for as long as those who fill it do.
        moving.shared.last_activity = moving.shared.last_activity.max(moving.account.last_activity);
        moving.close(context, &entry, Cause::PoolContributed)
    })
}

/// A member takes points out of the pool, at most what the member has put in: a pool is no way round the limits of
/// transfers.
pub(in crate::handlers) fn withdraw(context: &mut Context<'_>, arguments: OnWord) -> Result<Pool> {
    let actor = Actor::of(context)?;
    let id = arguments.request_id.clone();
    request::once(context, &id, &[], |context| {
        let spending = Spending::open(context, &actor, arguments.word(), WITHDRAW)?;
        let mut moving = Moving::open(context, spending)?;
        let (points, contributed) = (moving.order.points, moving.contributed()?);
        let left = contributed.checked_sub(points).map_err(|_| {
            let message = format!("the member has put in {contributed} points, and not {points}");
            Error::new("POOL_WITHDRAWAL_ABOVE_CONTRIBUTION", message)
        })?;
        let mut entry = Entry::new();
        moving.shared.holdings.transfer(&mut entry, &mut moving.account.holdings, points, Points::ZERO)?;
        moving.own().contributed = left.get();
        moving.close(context, &entry, Cause::PoolWithdrawn)
    })
}

/// The programme's staff and auditors see what is in a pool.
pub(in crate::handlers) fn get(context: &Context<'_>, arguments: Get) -> Result<Pool> {
    let Get { pool } = arguments;
    let row = must_get(context, pool)?;
    let programme = ProgrammeId::new(&row.programme).ok_or_else(broken)?;
    let actor = Actor::of(context)?;
    if !actor.is_auditor() {
        actor.require(STAFF, &terms::must_get(context, &programme)?.owner)?;
    }
    Pool::of(pool, &row, &must_load(context, &programme, pool)?)
}

/// The pool whose points a member's order is about to spend, if it names one.
pub(in crate::handlers) fn spent_by(
    context: &Context<'_>,
    order: &Order,
    function: &str,
) -> Result<Option<(PoolId, PoolRow)>> {
    if order.pool.is_none() || function.starts_with("pool.") {
        return Ok(None);
    }
    if !SPENDS_POOLS.contains(&function) {
        return Err(Error::new("POOL_NOT_SPENDABLE", format!("{function} takes no points from a pool")));
    }
    of_order(context, order).map(Some)
}

/// Refuses whom the programme does not let spend what is in the pool.
pub(in crate::handlers) fn require_entitled(row: &PoolRow, member: MemberId, terms: &Terms) -> Result<()> {
    let place = row.members.iter().position(|known| known.member == member.bytes());
    match (place, pool_rules(&terms.definition)?.spend) {
        (Some(0), _) | (Some(_), PoolSpenders::Any) => Ok(()),
        (Some(_), PoolSpenders::Opener) => {
            Err(Error::new("POOL_OPENER_SPENDS", "only the member who opened the pool spends from it"))
        }
        (None, _) => Err(not_in_pool()),
    }
}

/// Points on their way into a pool or out of it.
struct Moving {
    journal: Journal,
    order: Order,
    terms: Terms,
    account: Account,
    pool: PoolId,
    row: PoolRow,
    place: usize,
    shared: Account,
}

impl Moving {
    /// Both accounts, brought up to date, and the member's place in the pool.
    fn open(context: &mut Context<'_>, mut spending: Spending) -> Result<Self> {
        let mut journal = spending.journal(context, None)?;
        let Spending { order, account, terms, .. } = spending;
        let (pool, row) = of_order(context, &order)?;
        let place = place_of(&row, &account)?;
        let mut shared = must_load(context, &order.programme, pool)?;
        clock::require_spendable(context, &shared, order.as_of)?;
        upkeep::bring_up_to(context, &mut journal, &mut shared, &terms, order.as_of)?;
        Ok(Self { journal, order, terms, account, pool, row, place, shared })
    }

    const fn day(&self) -> Date {
        self.account.last_business_date
    }

    fn own(&mut self) -> &mut PoolMemberRow {
        &mut self.row.members[self.place]
    }

    fn contributed(&self) -> Result<Points> {
        Ok(Points::new(self.row.members[self.place].contributed)?)
    }

    /// Lines on both sides, the totals, and the rows.
    fn close(mut self, context: &mut Context<'_>, entry: &Entry, cause: Cause) -> Result<Pool> {
        let (member, pool, points) = (self.account.member(), self.pool, self.order.points);
        let programme = self.order.programme.clone();
        self.journal.total(&programme, entry)?;
        for (account, other) in [(&mut self.account, pool), (&mut self.shared, member)] {
            let why = LineRow {
                cause: cause.into(),
                other_member: other.bytes().to_vec(),
                programme_version: self.terms.version(),
                ..LineRow::default()
            };
            self.journal.line(context, account, entry, why)?;
        }
        let told = match cause {
            Cause::PoolContributed => Event::PoolContributed { pool, programme, member, points },
            _ => Event::PoolWithdrawn { pool, programme, member, points },
        };
        self.journal.changes.lead(told);
        POOLS.put(context, &pool, &self.row);
        self.account.save(context);
        self.shared.save(context);
        self.journal.close(context)?;
        Pool::of(pool, &self.row, &self.shared)
    }
}

impl Pool {
    fn of(pool: PoolId, row: &PoolRow, shared: &Account) -> Result<Self> {
        let member = |row: &PoolMemberRow| {
            Ok(PoolMember {
                member: MemberId::from_start_of(&row.member).ok_or_else(broken)?,
                joined: Date::from_days(row.joined).map_err(|_| broken())?,
                contributed: Points::new(row.contributed)?,
            })
        };
        Ok(Self {
            pool,
            programme: row.programme.clone(),
            opened: Date::from_days(row.opened).map_err(|_| broken())?,
            members: row.members.iter().map(member).collect::<Result<_>>()?,
            available: shared.holdings.available(),
            reserved: shared.holdings.reserved()?,
        })
    }
}

/// The pool that an order names, which must be of the order's programme.
fn of_order(context: &Context<'_>, order: &Order) -> Result<(PoolId, PoolRow)> {
    let pool = order.pool.ok_or_else(|| Error::new("POOL_MISSING", "the intent names no `pool`"))?;
    let row = must_get(context, pool)?;
    if row.programme == order.programme.as_str() { Ok((pool, row)) } else { Err(unknown(pool)) }
}

fn must_get(context: &Context<'_>, pool: PoolId) -> Result<PoolRow> {
    POOLS.get(context, &pool)?.ok_or_else(|| unknown(pool))
}

fn place_of(row: &PoolRow, account: &Account) -> Result<usize> {
    let place = row.members.iter().position(|known| account.is_of(&known.member));
    place.ok_or_else(not_in_pool)
}

fn joining(member: MemberId, day: Date) -> PoolMemberRow {
    PoolMemberRow { member: member.bytes().to_vec(), joined: day.days(), contributed: 0 }
}

/// A member belongs to one pool of a programme at once.
fn require_free(account: &Account) -> Result<()> {
    match account.pool {
        Some(pool) => Err(Error::new("MEMBER_IN_POOL", format!("the member belongs to pool {pool} already"))),
        None => Ok(()),
    }
}

fn unknown(pool: PoolId) -> Error {
    Error::new("POOL_UNKNOWN", format!("there is no pool {pool} in this programme"))
}

fn not_in_pool() -> Error {
    Error::new("POOL_NOT_MEMBER", "the member does not belong to the pool")
}

fn broken() -> Error {
    Error::new(codes::STATE_UNREADABLE, "pool holds a value out of range")
}
