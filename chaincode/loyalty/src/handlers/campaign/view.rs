//! Looking at campaigns: `campaign.get` and `campaign.list`.

use folio_chaincode_sdk::{Context, Cursor, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::handlers::call::page::OfProgramme;
use crate::handlers::call::text::hex;
use crate::handlers::programme::terms;
use crate::ids::{CampaignId, MemberId, ProgrammeId};
use crate::rules::campaign::Campaign;
use crate::state::{CAMPAIGN_PROGRESS, CAMPAIGNS, CampaignProgressRow, CampaignRow, DrawRow, ProgrammeRow, Stage};
use crate::units::Points;

use super::must_get;

/// Campaigns of a page, when the caller does not say.
const PAGE_CAMPAIGNS: u32 = 50;
/// Most campaigns of a page.
const PAGE_CAMPAIGNS_MAX: u32 = 200;

/// Arguments of `campaign.get`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Get {
    programme: ProgrammeId,
    campaign: CampaignId,
}

/// How far a campaign is decided on.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(in crate::handlers) struct Decided {
    programme: ProgrammeId,
    campaign: CampaignId,
    /// `committed`, `proposed`, `active` or `closed`.
    stage: String,
    approvals: u32,
    approvals_required: u32,
    /// Whether the sponsor has approved it.
    sponsor_approved: bool,
    /// How many managers want it closed.
    closings: u32,
    /// SHA-256 of what it says as it is stored; or what it was committed by.
    digest: String,
}

/// A campaign, and what has become of it.
#[derive(Serialize, JsonSchema)]
pub(in crate::handlers) struct Known {
    #[serde(flatten)]
    decided: Decided,
    /// What it says, once that is told.
    content: Option<Campaign>,
    budget: Option<Budget>,
    draw: Option<Drawn>,
}

/// What has become of a budget.
#[derive(Serialize, JsonSchema)]
struct Budget {
    /// Points that were granted.
    granted: Points,
    /// Points that are left.
    left: Points,
    /// Claims that were judged.
    judged: u64,
}

/// What has become of a draw.
#[derive(Serialize, JsonSchema)]
struct Drawn {
    seed: String,
    /// Members who have entered so far.
    entrants: u64,
    /// Whether all have been seen.
    complete: bool,
    /// The winners, or the best so far.
    winners: Vec<MemberId>,
    /// How many of them have their prize.
    paid: u32,
}

/// A page of a programme's campaigns, by id.
#[derive(Serialize, JsonSchema)]
pub(in crate::handlers) struct Page {
    programme: ProgrammeId,
    campaigns: Vec<Listed>,
    next: Option<Cursor>,
}

/// A campaign in a list.
#[derive(Serialize, JsonSchema)]
struct Listed {
    #[serde(flatten)]
    decided: Decided,
    name: Option<String>,
}

/// Anybody on the channel may read a campaign: what is told of it is published.
pub(in crate::handlers) fn get(context: &Context<'_>, arguments: Get) -> Result<Known> {
    let Get { programme, campaign } = arguments;
    let programme_row = terms::must_get(context, &programme)?;
    let row = must_get(context, &programme, &campaign)?;
    let progress = CAMPAIGN_PROGRESS.get(context, &(programme.clone(), campaign.clone()))?.unwrap_or_default();
    let content = row.told()?;
    let budget = content.as_ref().and_then(|content| content.budget);
    Ok(Known {
        decided: Decided::of(context, &programme_row, &row, programme, campaign),
        budget: budget.map(|budget| Budget::of(budget, &progress)).transpose()?,
        draw: progress.draw.as_ref().map(Drawn::of),
        content,
    })
}

/// Anybody on the channel may list a programme's campaigns.
pub(in crate::handlers) fn list(context: &Context<'_>, arguments: OfProgramme) -> Result<Page> {
    let OfProgramme { programme, limit, after } = arguments;
    let programme_row = terms::must_get(context, &programme)?;
    let limit = limit.unwrap_or(PAGE_CAMPAIGNS).clamp(1, PAGE_CAMPAIGNS_MAX);
    let page = CAMPAIGNS.page(context, &(programme.clone(),), after.as_ref(), limit)?;
    let listed = page.rows.into_iter().map(|((programme, campaign), row)| {
        let name = row.told()?.map(|content| content.name);
        Ok(Listed { decided: Decided::of(context, &programme_row, &row, programme, campaign), name })
    });
    Ok(Page { campaigns: listed.collect::<Result<_>>()?, programme, next: page.next })
}

impl Decided {
    /// Where a campaign stands.
    pub(super) fn of(
        context: &Context<'_>,
        programme_row: &ProgrammeRow,
        row: &CampaignRow,
        programme: ProgrammeId,
        campaign: CampaignId,
    ) -> Self {
        let stage = match row.stage() {
            Stage::Proposed if row.content.is_empty() => "committed",
            Stage::Proposed => "proposed",
            Stage::Active => "active",
            Stage::Closed => "closed",
        };
        Self {
            programme,
            campaign,
            stage: stage.to_owned(),
            approvals: count(&row.approvals),
            approvals_required: programme_row.approvals_required,
            sponsor_approved: !row.sponsor_approval.is_empty(),
            closings: count(&row.closings),
            digest: hex(&row.digest(context)),
        }
    }
}

impl Budget {
    fn of(budget: Points, progress: &CampaignProgressRow) -> Result<Self> {
        let granted = Points::new(progress.granted)?;
        Ok(Self { granted, left: budget.checked_sub(granted)?, judged: progress.judged })
    }
}

impl Drawn {
    fn of(row: &DrawRow) -> Self {
        Self {
            seed: hex(&row.seed),
            entrants: row.entrants,
            complete: row.after.is_empty(),
            winners: row.best.iter().filter_map(|ticket| MemberId::from_start_of(&ticket.member)).collect(),
            paid: row.paid,
        }
    }
}

impl CampaignRow {
    /// What it says, once that is told.
    pub(super) fn told(&self) -> Result<Option<Campaign>> {
        if self.content.is_empty() { Ok(None) } else { Ok(Some(Campaign::from_stored(&self.content)?)) }
    }

    /// What is decided on: what it was committed by, or the digest of what it says.
    pub(super) fn digest(&self, context: &Context<'_>) -> Vec<u8> {
        match self.commitment.is_empty() {
            true => context.sha256(&[&self.content]).to_vec(),
            false => self.commitment.clone(),
        }
    }
}

/// How many managers there are in a list of certificates.
pub(super) fn count(certificates: &[Vec<u8>]) -> u32 {
    u32::try_from(certificates.len()).unwrap_or(u32::MAX)
}
