//! What a stay or a purchase comes to once it is rated, and whose account that goes into.

use folio_chaincode_sdk::{Context, Result};

use crate::handlers::account::holder::{self, Holder};
use crate::handlers::account::upkeep;
use crate::handlers::campaign::Candidate;
use crate::handlers::member::enrolled_on;
use crate::handlers::offer::OfferCandidate;
use crate::handlers::programme::terms::Terms;
use crate::ids::{MemberId, ProgrammeId};
use crate::rules::programme::TierRank;
use crate::rules::rating::Rating;
use crate::state::{Account, AccountState, PostedExtraRow, PostedRow};
use crate::units::Date;

/// A stay or a purchase that was rated.
pub(in crate::handlers) struct Rated {
    /// The terms that hold for it.
    pub(in crate::handlers) terms: Terms,
    /// The member's account; opened now when this is the first that it earns.
    pub(in crate::handlers) account: Account,
    /// Name of the tier under which it was rated.
    pub(in crate::handlers) tier: String,
    /// What it earns.
    pub(in crate::handlers) rating: Rating,
    /// The campaigns that may give something beside it.
    pub(in crate::handlers) campaigns: Vec<Candidate>,
    /// The offer that it has, or that its report names.
    pub(in crate::handlers) offer: Option<OfferCandidate>,
}

/// What is posted of campaigns and an offer in this account.
pub(in crate::handlers) fn extras_in<'a>(posted: Option<&'a PostedRow>, account: &Account) -> &'a [PostedExtraRow] {
    posted.filter(|posted| is_for(posted, account)).map_or(&[], |posted| &posted.extras)
}

/// The tier under which something is rated: that of the first rating where it went into this account before.
pub(in crate::handlers) fn rated_tier(
    account: &Account,
    terms: &Terms,
    posted: Option<&PostedRow>,
    as_of: Date,
) -> Result<TierRank> {
    let kept = posted.filter(|posted| is_for(posted, account));
    match kept.and_then(|posted| terms.definition.tiers.rank_of(&posted.tier)) {
        Some(first) => Ok(first),
        None => Ok(upkeep::standing_on(account, terms, as_of)?.rank),
    }
}

/// Whether a posting went into this account, or into one that became part of it.
pub(super) fn is_for(posted: &PostedRow, account: &Account) -> bool {
    posted.programme == account.programme.as_str() && account.is_of(&posted.member)
}

/// The member's account in the programme, opened on the day when there is none yet; `None` for nobody who is enrolled.
pub(in crate::handlers) fn find_account(
    context: &Context<'_>,
    member: &str,
    programme: &ProgrammeId,
    as_of: Date,
) -> Result<Option<Account>> {
    let Some(member) = MemberId::parse(member) else { return Ok(None) };
    match holder::holder(context, programme, member)? {
        Some(Holder::Account(account)) if account.state == AccountState::Pool => Ok(None),
        Some(Holder::Account(account)) => Ok(Some(*account)),
        Some(Holder::Member(id, row)) => Ok(Some(Account::open(programme.clone(), id, as_of, enrolled_on(&row)?))),
        None => Ok(None),
    }
}
