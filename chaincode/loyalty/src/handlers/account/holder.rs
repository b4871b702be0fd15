//! Finding an account by the id of its member: one that became part of another leads there.

use folio_chaincode_sdk::{Context, Error, Result};

use crate::handlers::member;
use crate::ids::{MemberId, ProgrammeId};
use crate::state::{ALIASES_MAX, Account, AccountState, MEMBERS, MemberRow};
use crate::units::Date;

/// Most ids of one person: all those that became part of another, and the one that goes on.
const ALIAS_HOPS_MAX: usize = ALIASES_MAX + 1;

/// The account that an id leads to, if one was opened. Only an account that became part of another costs a second look.
pub(in crate::handlers) fn find(
    context: &Context<'_>,
    programme: &ProgrammeId,
    member: MemberId,
) -> Result<Option<Account>> {
    let mut id = member;
    for _ in 0..ALIAS_HOPS_MAX {
        match Account::load(context, programme, id)? {
            Some(Account { state: AccountState::MergedInto(other), .. }) => id = other,
            found => return Ok(found),
        }
    }
    Ok(None)
}

/// The member who goes on under an id, whether or not there is an account anywhere.
pub(in crate::handlers) fn survivor(context: &Context<'_>, member: MemberId) -> Result<MemberId> {
    let mut id = member;
    for _ in 0..ALIAS_HOPS_MAX {
        let row = MEMBERS.get(context, &id)?;
        match row.and_then(|row| MemberId::from_start_of(&row.merged_into)) {
            Some(other) => id = other,
            None => break,
        }
    }
    Ok(id)
}

/// The account that an id leads to, which must have been opened.
pub(in crate::handlers) fn must_load(
    context: &Context<'_>,
    programme: &ProgrammeId,
    member: MemberId,
) -> Result<Account> {
    let account = find(context, programme, member)?;
    account.ok_or_else(|| Error::new("ACCOUNT_UNKNOWN", format!("member {member} has no account in {programme}")))
}

/// The ids under which rows of an account's member may stand: the member's own, and those of members who became part of it,
/// of whom there are at most [`ALIASES_MAX`].
pub(in crate::handlers) fn ids_of(account: &Account) -> impl Iterator<Item = MemberId> + '_ {
    std::iter::once(account.member()).chain(account.aliases.iter().copied())
}

/// The other ids of a member, under which a list of what the member has goes on; none for an id that leads elsewhere.
pub(in crate::handlers) fn also_under(
    context: &Context<'_>,
    programme: &ProgrammeId,
    member: MemberId,
) -> Result<Vec<MemberId>> {
    let account = find(context, programme, member)?.filter(|account| account.member() == member);
    Ok(account.map_or_else(Vec::new, |account| account.aliases))
}

/// What an id leads to in a programme.
pub(in crate::handlers) enum Holder {
    /// An account.
    Account(Box<Account>),
    /// A member without an account there.
    Member(MemberId, MemberRow),
}

/// What an id leads to; `None` for nobody who is enrolled.
pub(in crate::handlers) fn holder(
    context: &Context<'_>,
    programme: &ProgrammeId,
    member: MemberId,
) -> Result<Option<Holder>> {
    let mut id = member;
    for _ in 0..ALIAS_HOPS_MAX {
        // Whoever has an account is enrolled, so that most calls need no second look.
        match Account::load(context, programme, id)? {
            Some(Account { state: AccountState::MergedInto(other), .. }) => id = other,
            Some(account) => return Ok(Some(Holder::Account(Box::new(account)))),
            None => {
                let Some(row) = MEMBERS.get(context, &id)? else { return Ok(None) };
                match MemberId::from_start_of(&row.merged_into) {
                    Some(other) => id = other,
                    None => return Ok(Some(Holder::Member(id, row))),
                }
            }
        }
    }
    Ok(None)
}

/// The account of a member who is to receive something, opened on the day when it is the first. One that is opened has no
/// activity of its own, and that of the home programme is asked: a programme whose limits keep points from accounts made
/// up for the purpose would take nothing from other chains else.
pub(in crate::handlers) fn receiver(
    context: &Context<'_>,
    programme: &ProgrammeId,
    member: MemberId,
    day: Date,
) -> Result<Account> {
    match holder(context, programme, member)? {
        Some(Holder::Account(account)) if account.state != AccountState::Pool => Ok(*account),
        Some(Holder::Account(_)) | None => Err(member::unknown(member)),
        Some(Holder::Member(id, row)) => {
            let home = find(context, &member::home_programme(&row)?, id)?;
            let opened = Account::open(programme.clone(), id, day, member::enrolled_on(&row)?);
            Ok(Account { active_at_home: home.is_some_and(|home| home.was_active()), ..opened })
        }
    }
}

/// Refuses an account to which nothing is posted any more.
pub(in crate::handlers) fn require_open(account: &Account) -> Result<()> {
    let (member, programme) = (account.member(), &account.programme);
    match account.state {
        AccountState::Open | AccountState::Pool => Ok(()),
        AccountState::Closed => Err(Error::new(
            "ACCOUNT_CLOSED",
            format!("member {member} has left {programme}, and the account is closed"),
        )),
        AccountState::MergedInto(other) => {
            Err(Error::new("ACCOUNT_MERGED", format!("the account of {member} is part of that of {other}")))
        }
    }
}
