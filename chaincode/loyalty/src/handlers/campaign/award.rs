//! Judging claims on a budget: `campaign.award`.

use folio_chaincode_sdk::{Context, Error, Result, codes};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::handlers::account::granting;
use crate::handlers::account::holder;
use crate::handlers::account::upkeep;
use crate::handlers::call::access::{Actor, STAFF};
use crate::handlers::call::clock;
use crate::handlers::call::request::{self, RequestId};
use crate::handlers::outcome::event::Event;
use crate::handlers::outcome::journal::Journal;
use crate::handlers::programme::terms::Terms;
use crate::ids::{CampaignId, MemberId, ProgrammeId};
use crate::rules::campaign::Campaign;
use crate::state::{
    AccountState, CAMPAIGN_CLAIMS, CAMPAIGN_PROGRESS, CampaignClaimRow, CampaignLotRow, CampaignPart, ClaimKey,
    ClaimQueue, LineRow,
};
use crate::units::{Date, Points};

use super::given::{Move, Source, move_points};
use super::{must_be_decided, must_get};

/// Claims of a page, when the caller does not say.
const PAGE_CLAIMS: u32 = 25;
/// Most claims of a page: each of them reads and writes an account.
const PAGE_CLAIMS_MAX: u32 = 50;

/// How old a claim must be, in seconds. By then every block that could hold an earlier one has long been cut, so that no
/// claim comes between those that are judged, and no page races with a stay.
const CLAIM_AGE_SECONDS: u64 = 60 * 60;

/// Arguments of `campaign.award`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Award {
    request_id: RequestId,
    programme: ProgrammeId,
    campaign: CampaignId,
    /// Business date of the entries.
    as_of: Date,
    #[serde(default)]
    limit: Option<u32>,
}

/// What a page of claims came to.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(in crate::handlers) struct Awarded {
    programme: ProgrammeId,
    campaign: CampaignId,
    /// Claims that were judged.
    judged: u32,
    /// Points that were granted.
    granted: Points,
    /// Points of the budget that are left.
    left: Points,
    /// Whether claims are left that could be judged now.
    more: bool,
}

/// What judges a page.
struct Page<'a> {
    terms: &'a Terms,
    id: &'a CampaignId,
    as_of: Date,
    left: Points,
}

/// Anybody of the consortium has the oldest claims judged, in the order of their proposals. A claim gets what is left of
/// the budget, and nothing once that is used up.
pub(in crate::handlers) fn award(context: &mut Context<'_>, arguments: Award) -> Result<Awarded> {
    let actor = Actor::of(context)?;
    actor.require_role(STAFF)?;
    let id = arguments.request_id.clone();
    request::once(context, &id, &[], |context| {
        let Award { programme, campaign, as_of, limit, .. } = arguments;
        clock::require_recent(context, as_of)?;
        let content = must_be_decided(&must_get(context, &programme, &campaign)?, &campaign)?;
        let budget = budget_of(&content)?;
        let place = (programme.clone(), campaign.clone());
        let mut progress = CAMPAIGN_PROGRESS.get(context, &place)?.unwrap_or_default();
        let left = budget.checked_sub(Points::new(progress.granted)?)?;
        let ripe = u64::try_from(context.invocation().timestamp_seconds).unwrap_or_default();
        let from = (programme.clone(), campaign.clone(), ClaimQueue::Waiting);
        let to = (programme.clone(), campaign.clone(), ClaimQueue::Waiting, ripe.saturating_sub(CLAIM_AGE_SECONDS));
        let limit = limit.unwrap_or(PAGE_CLAIMS).clamp(1, PAGE_CLAIMS_MAX);
        let claims = CAMPAIGN_CLAIMS.page_between(context, &from, &to, None, limit)?;
        let terms = Terms::on(context, &programme, as_of)?;
        let mut journal = Journal::new(context, actor.row(), as_of, None)?;
        let mut page = Page { terms: &terms, id: &campaign, as_of, left };
        let judged = u32::try_from(claims.rows.len()).unwrap_or(u32::MAX);
        for (place, row) in claims.rows {
            page.judge(context, &mut journal, place, row)?;
        }
        let granted = left.checked_sub(page.left)?;
        progress.granted = progress.granted.saturating_add(granted.get());
        progress.judged = progress.judged.saturating_add(u64::from(judged));
        if judged > 0 {
            CAMPAIGN_PROGRESS.put(context, &place, &progress);
        }
        let (told_programme, told_campaign) = place;
        let event = Event::CampaignAwarded { programme: told_programme, campaign: told_campaign, judged, granted };
        journal.changes.lead(event);
        let (left, more) = (page.left, claims.next.is_some());
        journal.close(context)?;
        Ok(Awarded { programme, campaign, judged, granted, left, more })
    })
}

impl Page<'_> {
    /// Judges one claim: its points go into the account, and the claim among those that were judged.
    fn judge(
        &mut self,
        context: &mut Context<'_>,
        journal: &mut Journal,
        (programme, campaign, _, second, tx): ClaimKey,
        mut row: CampaignClaimRow,
    ) -> Result<()> {
        let broken = || Error::new(codes::STATE_UNREADABLE, "claim on a budget holds a value out of range");
        let member = MemberId::from_start_of(&row.member).ok_or_else(broken)?;
        let account = holder::find(context, &programme, member)?;
        let account = account.filter(|account| account.state == AccountState::Open);
        let wanted = Points::new(row.wanted)?;
        let granted = if account.is_some() { wanted.min(self.left) } else { Points::ZERO };
        self.left = self.left.checked_sub(granted)?;
        row.granted = granted.get();
        let mut lot = row.lot.given(&programme)?;
        let earned_on = Date::from_days(row.earned_on).map_err(|_| broken())?;
        let moved = Move::into(&mut lot, granted).earned_on(self.terms, earned_on)?;
        row.lot = CampaignLotRow::of(&lot, &programme);
        if let Some(mut account) = account.filter(|_| !granted.is_zero()) {
            upkeep::bring_up_to(context, journal, &mut account, self.terms, self.as_of)?;
            let (stay, purchase) = (row.stay.clone(), row.purchase.clone());
            let why = LineRow { stay, purchase, stay_version: row.version, ..LineRow::default() };
            let source = Source::Campaign(self.id);
            move_points(context, journal, &mut account, self.terms, source, &[moved], &why)?;
            granting::settle(context, journal, &mut account, self.terms)?;
            account.save(context);
        }
        self.keep_account(context, member, wanted, granted)?;
        let key = |queue| (programme.clone(), campaign.clone(), queue, second, tx);
        CAMPAIGN_CLAIMS.delete(context, &key(ClaimQueue::Waiting));
        CAMPAIGN_CLAIMS.put(context, &key(ClaimQueue::Judged), &row);
        Ok(())
    }

    /// What was claimed and not granted is free again under the member's caps.
    fn keep_account(&self, context: &mut Context<'_>, member: MemberId, wanted: Points, granted: Points) -> Result<()> {
        if wanted == granted {
            return Ok(());
        }
        let programme = &self.terms.programme;
        let mut part = CampaignPart::load(context, programme, self.id, member)?;
        if part == CampaignPart::default() {
            return Ok(());
        }
        part.points = part.points.checked_sub(wanted)?.checked_add(granted)?;
        part.times = part.times.saturating_sub(u32::from(granted.is_zero()));
        part.save(context, programme, self.id, member);
        Ok(())
    }
}

fn budget_of(content: &Campaign) -> Result<Points> {
    content.budget.ok_or_else(|| Error::new("CAMPAIGN_NO_BUDGET", format!("campaign {} has no budget", content.id)))
}
