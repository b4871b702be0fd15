//! Leaving a programme: `member.close`.

use folio_chaincode_sdk::{Context, Error, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::books::{Account as BookAccount, Entry};
use crate::handlers::account::spending::Spending;
use crate::handlers::call::access::Actor;
use crate::handlers::call::mandate::OnWord;
use crate::handlers::call::request;
use crate::handlers::outcome::event::Event;
use crate::ids::{MemberId, ProgrammeId};
use crate::state::{Account, AccountState, Cause, LineRow};
use crate::units::Points;

/// The name of the function, which an intent must carry.
const FUNCTION: &str = "member.close";

/// A membership that has ended.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(in crate::handlers) struct Closed {
    member: MemberId,
    programme: ProgrammeId,
    /// Points that are given up.
    points: Points,
}

/// The member leaves a programme. What is in the account is given up, and nothing is posted to it any more. Memberships
/// of other programmes go on.
pub(in crate::handlers) fn close(context: &mut Context<'_>, arguments: OnWord) -> Result<Closed> {
    let actor = Actor::of(context)?;
    let id = arguments.request_id.clone();
    request::once(context, &id, &[], |context| {
        let mut spending = Spending::open(context, &actor, arguments.word(), FUNCTION)?;
        let mut journal = spending.journal(context, None)?;
        let Spending { mut account, terms, .. } = spending;
        require_settled(&account)?;
        let mut entry = Entry::new();
        account.holdings.leave(&mut entry)?;
        let why = LineRow { cause: Cause::Closed.into(), programme_version: terms.version(), ..LineRow::default() };
        journal.enter(context, &mut account, &entry, why)?;
        account.state = AccountState::Closed;
        account.save(context);
        let (member, programme) = (account.member(), account.programme);
        let points = Points::from_posting_or_zero(entry.of(BookAccount::Forfeited));
        journal.changes.lead(Event::MemberClosed { member, programme: programme.clone(), points });
        journal.close(context)?;
        Ok(Closed { member, programme, points })
    })
}

/// What is owed is paid and what is under way is ended before a member leaves.
fn require_settled(account: &Account) -> Result<()> {
    let holdings = &account.holdings;
    if !holdings.debt().is_zero() {
        return Err(Error::new("MEMBER_IN_DEBT", format!("{} points are owed", holdings.debt())));
    }
    if !holdings.holds().is_empty() {
        return Err(Error::new("ACCOUNT_HOLDS_OPEN", "points are on hold: commit or release them first"));
    }
    if account.pool.is_some() {
        return Err(Error::new("MEMBER_IN_POOL", "the member must leave the pool first"));
    }
    Ok(())
}
