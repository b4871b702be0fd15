//! Campaigns: what a programme gives for some time beside what its definition says.
//!
//! `decide` leads a campaign from its proposal to its end, and `join` brings members into it. What a stay or a purchase has
//! of campaigns is found in two looks: `candidates` asks which campaigns can hold for it, before anything is posted, and
//! `posting` what the member gets, beside the posting of the stay itself. Where a campaign has a budget, a stay only leaves
//! a `claim`, and `award` judges claims page by page; `draw` gives prizes. `given` moves the points, and `elsewhere` is what a
//! member has under the ids of others who became part of the account.
//!
//! Invariant: no stay writes a row that a stay of another member reads.

mod award;
mod candidates;
mod claim;
mod decide;
mod draw;
mod elsewhere;
mod given;
mod join;
mod outlook;
mod posting;
mod view;

pub(super) use award::award;
pub(super) use candidates::{Asked, Candidate, candidates, withdrawn};
pub(super) use decide::{activate, approve, close, propose, reveal};
pub(super) use draw::draw;
pub(super) use given::{Move, Source, move_points, new_lot};
pub(super) use join::{register, target};
pub(super) use outlook::{Outlook, outlooks};
pub(super) use posting::{Extras, post};
pub(super) use view::{get, list};

use folio_chaincode_sdk::{Context, Error, Result};

use crate::ids::{CampaignId, ProgrammeId};
use crate::rules::campaign::Campaign;
use crate::state::{CAMPAIGNS, CampaignRow, Stage};

/// The campaign, which must exist.
fn must_get(context: &Context<'_>, programme: &ProgrammeId, campaign: &CampaignId) -> Result<CampaignRow> {
    let row = CAMPAIGNS.get(context, &(programme.clone(), campaign.clone()))?;
    row.ok_or_else(|| Error::new("CAMPAIGN_UNKNOWN", format!("{programme} has no campaign {campaign}")))
}

/// What an active campaign says, or one that was active.
fn must_be_decided(row: &CampaignRow, campaign: &CampaignId) -> Result<Campaign> {
    if row.stage() == Stage::Proposed {
        return Err(Error::new("CAMPAIGN_NOT_ACTIVE", format!("campaign {campaign} is not active")));
    }
    Ok(Campaign::from_stored(&row.content)?)
}
