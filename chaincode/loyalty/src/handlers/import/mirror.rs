//! A comparison with a legacy system that still runs: `points.mirror`.

use std::collections::BTreeSet;

use folio_chaincode_sdk::{Context, Error, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::handlers::account::upkeep;
use crate::handlers::call::access::Actor;
use crate::handlers::call::clock;
use crate::handlers::call::request::{self, RequestId};
use crate::handlers::outcome::event::{self, Event};
use crate::handlers::programme::terms::Terms;
use crate::ids::{MemberId, MirrorId, ProgrammeId};
use crate::state::{Account, MIRRORS, MirrorRow, Role};
use crate::units::{Date, Overflow};

/// Most members of one comparison. All of their accounts are read.
const MIRRORED_MAX: usize = 500;

/// Arguments of `points.mirror`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Mirror {
    request_id: RequestId,
    programme: ProgrammeId,
    /// An id that the organisation drew at random for this comparison.
    mirror: MirrorId,
    /// The business date at whose end the balances stood so in the legacy system.
    as_of: Date,
    balances: Vec<LegacyBalance>,
}

/// What a member has in the legacy system.
#[derive(Deserialize, JsonSchema)]
struct LegacyBalance {
    member: MemberId,
    /// Points to spend, set aside and not available yet, less those owed.
    points: i64,
}

/// What a comparison came to.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(in crate::handlers) struct Mirrored {
    programme: ProgrammeId,
    mirror: MirrorId,
    as_of: Date,
    members: u32,
    matching: u32,
    /// Sum of the balances here.
    ledger: i64,
    /// Sum of the balances there.
    legacy: i64,
    /// Every member whose balances differ.
    differences: Vec<Difference>,
}

/// A member whose balances differ.
#[derive(Serialize, Deserialize, JsonSchema)]
struct Difference {
    member: MemberId,
    ledger: i64,
    legacy: i64,
    /// What `points.adjust` would have to post for the two to agree.
    adjustment: i64,
    /// Whether the member has an account here.
    known: bool,
    /// Whether the account has moved on here since that date, so that the difference may be none.
    moved: bool,
    /// Whether time has something to do to the account by that date that is not in the books yet: `points.expire` first.
    due: bool,
}

/// The programme's agent or manager compares balances on a date. Nothing moves; what was found is kept as a checkpoint,
/// and `points.adjust` closes what differs.
///
/// The accounts are read, so that one that moves meanwhile undoes the comparison, and not the other way around.
pub(in crate::handlers) fn mirror(context: &mut Context<'_>, arguments: Mirror) -> Result<Mirrored> {
    let actor = Actor::of(context)?;
    actor.require_role(&[Role::Agent, Role::Manager])?;
    let id = arguments.request_id.clone();
    request::once(context, &id, &[], |context| {
        let Mirror { programme, mirror, as_of, balances, .. } = arguments;
        clock::require_not_in_future(context, as_of)?;
        let terms = Terms::on(context, &programme, as_of)?;
        actor.require_organisation(&terms.owner)?;
        require_new(context, &programme, as_of, mirror)?;
        require_distinct(&balances)?;
        let mut found = Mirrored {
            programme,
            mirror,
            as_of,
            members: 0,
            matching: 0,
            ledger: 0,
            legacy: 0,
            differences: Vec::new(),
        };
        for balance in &balances {
            found.compare(context, &terms, balance)?;
        }
        let count = |which: fn(&&Difference) -> bool| u32::try_from(found.differences.iter().filter(which).count());
        let row = MirrorRow {
            members: found.members,
            matching: found.matching,
            unknown: count(|difference| !difference.known).map_err(|_| Overflow)?,
            moved: count(|difference| difference.moved).map_err(|_| Overflow)?,
            due: count(|difference| difference.due).map_err(|_| Overflow)?,
            ledger: found.ledger,
            legacy: found.legacy,
            by: actor.row(),
        };
        MIRRORS.put(context, &(found.programme.clone(), as_of, mirror), &row);
        let (programme, members, matching) = (found.programme.clone(), found.members, found.matching);
        event::emit(context, Event::PointsMirrored { programme, mirror, as_of, members, matching })?;
        Ok(found)
    })
}

impl Mirrored {
    fn compare(&mut self, context: &Context<'_>, terms: &Terms, balance: &LegacyBalance) -> Result<()> {
        let LegacyBalance { member, points: legacy } = *balance;
        let account = Account::load(context, &self.programme, member)?;
        let ledger = account.as_ref().map_or(Ok(0), balance_of)?;
        self.members = self.members.checked_add(1).ok_or(Overflow)?;
        self.ledger = self.ledger.checked_add(ledger).ok_or(Overflow)?;
        self.legacy = self.legacy.checked_add(legacy).ok_or(Overflow)?;
        if ledger == legacy {
            self.matching = self.matching.checked_add(1).ok_or(Overflow)?;
            return Ok(());
        }
        let adjustment = legacy.checked_sub(ledger).ok_or(Overflow)?;
        let moved = account.as_ref().is_some_and(|account| account.last_business_date > self.as_of);
        let next_due = account.as_ref().map_or(Ok(None), |account| upkeep::next_due(account, terms))?;
        let (known, due) = (account.is_some(), next_due.is_some_and(|day| day <= self.as_of));
        self.differences.push(Difference { member, ledger, legacy, adjustment, known, moved, due });
        Ok(())
    }
}

/// What a member has as it stands: points to spend, set aside and not available yet, less those owed.
fn balance_of(account: &Account) -> Result<i64> {
    let holdings = &account.holdings;
    let here = holdings.available().checked_add(holdings.reserved()?)?.checked_add(holdings.pending_points()?)?;
    Ok(here.posting().checked_sub(holdings.debt().posting()).ok_or(Overflow)?)
}

fn require_new(context: &Context<'_>, programme: &ProgrammeId, as_of: Date, mirror: MirrorId) -> Result<()> {
    if MIRRORS.contains(context, &(programme.clone(), as_of, mirror)) {
        return Err(Error::new("MIRROR_USED", format!("mirror {mirror} of {as_of} was compared before")));
    }
    Ok(())
}

fn require_distinct(balances: &[LegacyBalance]) -> Result<()> {
    let members: BTreeSet<MemberId> = balances.iter().map(|balance| balance.member).collect();
    if !(1..=MIRRORED_MAX).contains(&balances.len()) {
        let message = format!("1 to {MIRRORED_MAX} balances are compared at once, and these are {}", balances.len());
        return Err(Error::new("MIRROR_INVALID", message));
    }
    if members.len() < balances.len() {
        return Err(Error::new("MIRROR_INVALID", "a member must not be listed twice"));
    }
    Ok(())
}
