//! Two members who are one person: `member.merge` and `member.merge_account`.
//!
//! Both agree on which of them goes on; the other's id leads there from then on. The accounts of both home programmes
//! become one at once, and those of other programmes when somebody asks for it.

use folio_chaincode_sdk::{Context, Error, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::books::{Entry, Holdings};
use crate::handlers::account::granting;
use crate::handlers::account::holder::{self, Holder};
use crate::handlers::account::upkeep;
use crate::handlers::call::access::{Actor, STAFF};
use crate::handlers::call::clock;
use crate::handlers::call::mandate::{Mandate, OnWord};
use crate::handlers::call::request::{self, RequestId};
use crate::handlers::outcome::event::Event;
use crate::handlers::outcome::journal::Journal;
use crate::handlers::programme::terms::{self, Terms};
use crate::ids::{MemberId, ProgrammeId};
use crate::rules::benefits;
use crate::rules::withdrawal::WithdrawnDay;
use crate::state::{ALIASES_MAX, Account, AccountState, Cause, LINKS, LineRow, MEMBERS, TierCause};
use crate::units::Date;

use super::link::{consent, has_agreed, other_of, place_of};
use super::row::{enrolled_on, home_programme, must_get, unknown};

/// The name of the function, which an intent must carry.
const FUNCTION: &str = "member.merge";

/// Arguments of `member.merge_account`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct MergeAccount {
    request_id: RequestId,
    programme: ProgrammeId,
    /// The member who became part of another.
    member: MemberId,
    as_of: Date,
}

/// How far a merger is.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(in crate::handlers) struct Merged {
    member: MemberId,
    /// Who goes on.
    survivor: MemberId,
    /// Whether both have agreed.
    merged: bool,
    /// The programmes in which their accounts are one now.
    programmes: Vec<ProgrammeId>,
}

/// A member agrees to be merged with another. When both have agreed on the same survivor, it is done.
pub(in crate::handlers) fn merge(context: &mut Context<'_>, arguments: OnWord) -> Result<Merged> {
    let actor = Actor::of(context)?;
    let id = arguments.request_id.clone();
    request::once(context, &id, &[], |context| {
        let Mandate { order, by } = arguments.word().check(context, &actor, FUNCTION)?;
        let (member, other) = (order.member, other_of(context, &order)?);
        let survivor = order.survivor.filter(|survivor| [member, other].contains(survivor));
        let survivor = survivor
            .ok_or_else(|| Error::new("SURVIVOR_MISSING", "the intent names neither of the two as `survivor`"))?;
        let place = place_of(member, other);
        let mut row = LINKS.get(context, &place)?.unwrap_or_default();
        row.merges.retain(|consent| consent.member != member.bytes());
        row.merges.push(consent(&order, by.clone(), Some(survivor)));
        let agreed = has_agreed(&row.merges, other).is_some_and(|consent| consent.survivor == survivor.bytes());
        LINKS.put(context, &place, &row);
        let mut journal = Journal::new(context, by, order.as_of, None)?;
        let mut programmes = Vec::new();
        if agreed {
            let gone = if survivor == member { other } else { member };
            programmes = unite(context, &mut journal, gone, survivor, order.as_of)?;
        } else {
            journal.changes.push(Event::MemberMergeAsked { member, other, survivor });
        }
        journal.close(context)?;
        Ok(Merged { member, survivor, merged: agreed, programmes })
    })
}

/// Staff of a programme make one of the two accounts that a person has there after a merger.
pub(in crate::handlers) fn merge_account(context: &mut Context<'_>, arguments: MergeAccount) -> Result<Merged> {
    let actor = Actor::of(context)?;
    request::once(context, &arguments.request_id, &[], |context| {
        let MergeAccount { programme, member, as_of, .. } = &arguments;
        actor.require(STAFF, &terms::must_get(context, programme)?.owner)?;
        clock::require_not_in_future(context, *as_of)?;
        let row = must_get(context, *member)?;
        let survivor = MemberId::from_start_of(&row.merged_into)
            .ok_or_else(|| Error::new("MEMBER_NOT_MERGED", "the member is part of no other"))?;
        let mut journal = Journal::new(context, actor.row(), *as_of, None)?;
        if !unite_accounts(context, &mut journal, programme, *member, survivor, *as_of)? {
            let message = format!("{member} has no account of its own in {programme}");
            return Err(Error::new("ACCOUNT_UNKNOWN", message));
        }
        journal.close(context)?;
        Ok(Merged { member: *member, survivor, merged: true, programmes: vec![programme.clone()] })
    })
}

/// One member becomes part of another, with the accounts of both home programmes.
fn unite(
    context: &mut Context<'_>,
    journal: &mut Journal,
    gone: MemberId,
    survivor: MemberId,
    as_of: Date,
) -> Result<Vec<ProgrammeId>> {
    let mut row = must_get(context, gone)?;
    let homes = [home_programme(&row)?, home_programme(&must_get(context, survivor)?)?];
    row.merged_into = survivor.bytes().to_vec();
    row.recovery = None;
    MEMBERS.put(context, &gone, &row);
    journal.changes.push(Event::MemberMerged { member: gone, survivor });
    let homes = if homes[0] == homes[1] { &homes[..1] } else { &homes[..] };
    let mut done = Vec::new();
    for programme in homes {
        if unite_accounts(context, journal, programme, gone, survivor, as_of)? {
            done.push(programme.clone());
        }
    }
    Ok(done)
}

/// The account of one becomes part of the other's; `false` when there is none that could.
fn unite_accounts(
    context: &mut Context<'_>,
    journal: &mut Journal,
    programme: &ProgrammeId,
    gone: MemberId,
    survivor: MemberId,
    as_of: Date,
) -> Result<bool> {
    let Some(mut old) = account_of_gone(context, programme, gone, survivor, as_of)? else { return Ok(false) };
    if old.state != AccountState::Open {
        return Ok(false);
    }
    if old.pool.is_some() {
        return Err(Error::new("MEMBER_IN_POOL", format!("{gone} must leave the pool first")));
    }
    let mut account = match holder::holder(context, programme, survivor)? {
        Some(Holder::Account(account)) => *account,
        Some(Holder::Member(id, row)) => Account::open(programme.clone(), id, as_of, enrolled_on(&row)?),
        None => return Err(unknown(survivor)),
    };
    let terms = Terms::on(context, programme, as_of.max(old.last_business_date).max(account.last_business_date))?;
    upkeep::bring_up_to(context, journal, &mut old, &terms, as_of.max(account.last_business_date))?;
    upkeep::bring_up_to(context, journal, &mut account, &terms, old.last_business_date)?;
    let mut entry = Entry::new();
    account.holdings.absorb(&mut entry, std::mem::replace(&mut old.holdings, Holdings::new(gone)))?;
    journal.total(programme, &entry)?;
    for (account, other) in [(&mut account, gone), (&mut old, survivor)] {
        let why = LineRow {
            cause: Cause::Merged.into(),
            other_member: other.bytes().to_vec(),
            programme_version: terms.version(),
            ..LineRow::default()
        };
        journal.line(context, account, &entry, why)?;
    }
    take_over(journal, &mut account, &old, &terms)?;
    granting::settle(context, journal, &mut account, &terms)?;
    let (opened, lines, tier_changes) = (old.opened, old.lines, old.tier_changes);
    let last_business_date = old.last_business_date;
    let tombstone = Account::open(programme.clone(), gone, opened, old.member_since);
    let state = AccountState::MergedInto(account.member());
    Account { lines, tier_changes, last_business_date, state, ..tombstone }.save(context);
    account.save(context);
    journal.changes.push(Event::AccountMerged { programme: programme.clone(), member: gone, survivor });
    Ok(true)
}

/// The account that becomes part of another's. An id that never had one may still have offers and registrations, so that it
/// leads to the survivor's account where there is one.
fn account_of_gone(
    context: &Context<'_>,
    programme: &ProgrammeId,
    gone: MemberId,
    survivor: MemberId,
    as_of: Date,
) -> Result<Option<Account>> {
    if let Some(account) = Account::load(context, programme, gone)? {
        return Ok(Some(account));
    }
    if holder::find(context, programme, survivor)?.is_none() {
        return Ok(None);
    }
    let since = enrolled_on(&must_get(context, gone)?)?;
    Ok(Some(Account::open(programme.clone(), gone, as_of, since)))
}

/// What is not points goes over: what was counted, what was given, and the higher of the two tiers.
fn take_over(journal: &mut Journal, account: &mut Account, old: &Account, terms: &Terms) -> Result<()> {
    if account.aliases.len() + old.aliases.len() >= ALIASES_MAX {
        let message = format!("at most {ALIASES_MAX} accounts become part of one");
        return Err(Error::new("MERGE_LIMIT", message));
    }
    account.aliases.push(old.member());
    account.aliases.extend_from_slice(&old.aliases);
    account.counters.merge(&terms.definition.tiers, &old.counters)?;
    account.transfers = account.transfers.merged(old.transfers)?;
    account.last_activity = account.last_activity.max(old.last_activity);
    if old.opened < account.opened {
        // Both have faded up to now, and go on as the older one would.
        (account.opened, account.decays) = (old.opened, old.decays);
    }
    account.member_since = account.member_since.min(old.member_since);
    account.active_at_home |= old.active_at_home;
    account.activities.merge(&old.activities);
    account.lapse = account.lapse.or(old.lapse);
    account.imported |= old.imported;
    account.withdrawn = WithdrawnDay::merged(account.withdrawn, old.withdrawn)?;
    benefits::merge(&mut account.granted, &old.granted);
    upkeep::raise_tier(journal, account, terms, &old.tier, TierCause::Merged)?;
    upkeep::judge_tier(journal, account, terms)
}
