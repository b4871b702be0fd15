//! What a member has of a campaign under other ids: those of members who became part of the same account.

use folio_chaincode_sdk::{Context, Result};

use crate::handlers::account::holder;
use crate::ids::{CampaignId, MemberId};
use crate::state::{Account, CampaignPart};
use crate::units::{Date, Points};

/// The parts of the other ids, as far as they matter for this one. Each id keeps the numbers of its stays and what counts
/// towards its next step: so a correction finds what its stay was counted as.
#[derive(Default)]
pub(super) struct Elsewhere {
    /// The earliest registration.
    registered: Option<Date>,
    listed: bool,
    /// Points that are held against the cap of a member.
    pub(super) points: Points,
    /// How often something was given.
    pub(super) times: u32,
}

impl Elsewhere {
    /// What stands under the ids of an account but this one. Most accounts have a single id, and nothing is read then.
    pub(super) fn load(
        context: &Context<'_>,
        account: &Account,
        campaign: &CampaignId,
        member: MemberId,
    ) -> Result<Self> {
        let mut elsewhere = Self::default();
        for other in holder::ids_of(account).filter(|other| *other != member) {
            let part = CampaignPart::load(context, &account.programme, campaign, other)?;
            elsewhere.registered = elsewhere.registration(part.registered);
            elsewhere.listed |= part.listed;
            elsewhere.points = elsewhere.points.checked_add(part.points)?;
            elsewhere.times = elsewhere.times.saturating_add(part.times);
        }
        Ok(elsewhere)
    }

    /// The registration that counts beside one's own: the earlier.
    pub(super) fn registration(&self, own: Option<Date>) -> Option<Date> {
        self.registered.into_iter().chain(own).min()
    }

    /// Whether the member is listed beside one's own entry.
    pub(super) const fn listing(&self, own: bool) -> bool {
        self.listed || own
    }
}

/// Whether the registration of an id gives a ticket in a draw: a person who registered under several ids has one.
pub(super) fn has_ticket(
    context: &Context<'_>,
    account: Option<&Account>,
    campaign: &CampaignId,
    member: MemberId,
) -> Result<bool> {
    let Some(account) = account.filter(|account| !account.aliases.is_empty()) else { return Ok(true) };
    for id in holder::ids_of(account) {
        if CampaignPart::load(context, &account.programme, campaign, id)?.registered.is_some() {
            return Ok(id == member);
        }
    }
    Ok(true)
}
