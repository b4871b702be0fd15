//! Deciding on campaigns: `campaign.propose`, `reveal`, `approve`, `activate` and `close`.
//!
//! A campaign is decided on as a version of its programme is: one of the owner's managers proposes it, as many of them as
//! the programme asks for approve it, and then it is active and never edited. It may be proposed as a commitment alone, so
//! that no competitor reads it before it starts, and is then revealed before it is activated.

use folio_chaincode_sdk::{Context, Error, HexId, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::handlers::call::access::Actor;
use crate::handlers::call::clock;
use crate::handlers::call::request::{self, RequestId};
use crate::handlers::consortium::policy;
use crate::handlers::outcome::event::{self, Event};
use crate::handlers::programme::terms::{self, Terms};
use crate::ids::{CampaignId, ProgrammeId};
use crate::rules::campaign::{CAMPAIGN_BYTES_MAX, Campaign, CampaignError};
use crate::state::{ActiveCampaignRow, CAMPAIGNS, CampaignRow, PROGRAMMES, ProgrammeRow, Role, Stage};

use super::must_get;
use super::view::{Decided, count};

/// Most campaigns of a programme that are active at once: every stay of the programme reads their dates, and its receipt
/// tells of those that hold for it.
const ACTIVE_MAX: usize = 32;

/// What a commitment covers, before the salt and the JSON.
const COMMITMENT_TAG: &[u8] = b"folio-campaign-v1\n";

/// Arguments of `campaign.propose`: the campaign, or what it is committed by.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Propose {
    request_id: RequestId,
    #[serde(default)]
    content: Option<Campaign>,
    #[serde(default)]
    committed: Option<Committed>,
}

/// A campaign that is not told yet.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Committed {
    programme: ProgrammeId,
    /// Its id, which tells nothing.
    campaign: CampaignId,
    /// SHA-256 of `folio-campaign-v1`, a line feed, 32 random bytes of salt, and the campaign's JSON.
    commitment: HexId<32>,
}

/// Arguments of `campaign.reveal`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Reveal {
    request_id: RequestId,
    programme: ProgrammeId,
    campaign: CampaignId,
    /// The exact JSON that was committed to.
    content: String,
    salt: HexId<32>,
}

/// Arguments of `campaign.approve`, `campaign.activate` and `campaign.close`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Decide {
    request_id: RequestId,
    programme: ProgrammeId,
    campaign: CampaignId,
    /// Digest of the campaign that is meant, so that it cannot be replaced meanwhile.
    #[serde(default)]
    digest: Option<HexId<32>>,
}

/// A manager of the programme's owner proposes a campaign. A proposal may be replaced, and loses its approvals.
pub(in crate::handlers) fn propose(context: &mut Context<'_>, arguments: Propose) -> Result<Decided> {
    let actor = Actor::of(context)?;
    actor.require_role(&[Role::Manager])?;
    let id = arguments.request_id.clone();
    request::once(context, &id, &[], |context| {
        let (programme, campaign, content, commitment) = match (arguments.content, arguments.committed) {
            (Some(content), None) => {
                let programme = ProgrammeId::new(&content.programme)
                    .ok_or_else(|| Error::new("PROGRAMME_UNKNOWN", "the campaign names no programme"))?;
                let stored = checked(context, &programme, &content)?;
                (programme, id_of(&content)?, stored, Vec::new())
            }
            (None, Some(Committed { programme, campaign, commitment })) => {
                (programme, campaign, Vec::new(), commitment.bytes().to_vec())
            }
            _ => return Err(Error::new("CAMPAIGN_MISSING", "needs `content`, or `committed` for one not told yet")),
        };
        let programme_row = terms::must_get(context, &programme)?;
        actor.require_organisation(&programme_row.owner)?;
        let place = (programme.clone(), campaign.clone());
        if CAMPAIGNS.get(context, &place)?.is_some_and(|row| row.stage() != Stage::Proposed) {
            return Err(decided_already(&campaign));
        }
        let row = CampaignRow { content, commitment, by: actor.row(), ..CampaignRow::default() };
        CAMPAIGNS.put(context, &place, &row);
        let (told_programme, told_campaign) = place;
        event::emit(context, Event::CampaignProposed { programme: told_programme, campaign: told_campaign })?;
        Ok(Decided::of(context, &programme_row, &row, programme, campaign))
    })
}

/// A manager of the owner tells what a campaign says that was committed to. Approvals stand: they were for the commitment.
pub(in crate::handlers) fn reveal(context: &mut Context<'_>, arguments: Reveal) -> Result<Decided> {
    let actor = Actor::of(context)?;
    actor.require_role(&[Role::Manager])?;
    let id = arguments.request_id.clone();
    request::once(context, &id, &[], |context| {
        let Reveal { programme, campaign, content, salt, .. } = arguments;
        let programme_row = terms::must_get(context, &programme)?;
        actor.require_organisation(&programme_row.owner)?;
        let mut row = must_get(context, &programme, &campaign)?;
        if row.commitment.is_empty() || !row.content.is_empty() {
            return Err(Error::new("CAMPAIGN_NOT_COMMITTED", format!("campaign {campaign} has nothing to reveal")));
        }
        let digest = context.sha256(&[COMMITMENT_TAG, salt.bytes(), content.as_bytes()]);
        if row.commitment != digest {
            return Err(Error::new("CAMPAIGN_REVEAL_DIFFERS", "this is not the campaign that was committed to"));
        }
        let told: Campaign = serde_json::from_str(&content)
            .map_err(|error| Error::new("CAMPAIGN_MALFORMED", format!("the campaign cannot be read: {error}")))?;
        if id_of(&told)? != campaign {
            return Err(Error::new("CAMPAIGN_REVEAL_DIFFERS", "the campaign has another id than its commitment"));
        }
        row.content = checked(context, &programme, &told)?;
        CAMPAIGNS.put(context, &(programme.clone(), campaign.clone()), &row);
        let event = Event::CampaignRevealed { programme: programme.clone(), campaign: campaign.clone() };
        event::emit(context, event)?;
        Ok(Decided::of(context, &programme_row, &row, programme, campaign))
    })
}

/// A manager of the owner approves a campaign; each counts once. So does one of the sponsor, who is to pay for it.
pub(in crate::handlers) fn approve(context: &mut Context<'_>, arguments: Decide) -> Result<Decided> {
    let actor = Actor::of(context)?;
    actor.require_role(&[Role::Manager])?;
    request::once(context, &arguments.request_id, &[], |context| {
        let (programme_row, mut row) = undecided(context, &arguments)?;
        let sponsor = row.told()?.and_then(|content| content.sponsor);
        let is_owner = actor.organisation.as_str() == programme_row.owner;
        if !is_owner && sponsor.is_some_and(|sponsor| actor.organisation.as_str() == sponsor) {
            require_first(&row.sponsor_approval, &[])?;
            row.sponsor_approval.clone_from(&actor.fingerprint);
        } else {
            actor.require_organisation(&programme_row.owner)?;
            require_first(&actor.fingerprint, &row.approvals)?;
            row.approvals.push(actor.fingerprint.clone());
        }
        let Decide { programme, campaign, .. } = &arguments;
        CAMPAIGNS.put(context, &(programme.clone(), campaign.clone()), &row);
        let approvals = count(&row.approvals);
        let (programme, campaign) = (programme.clone(), campaign.clone());
        let (told_programme, told_campaign) = (programme.clone(), campaign.clone());
        let event = Event::CampaignApproved { programme: told_programme, campaign: told_campaign, approvals };
        event::emit(context, event)?;
        Ok(Decided::of(context, &programme_row, &row, programme, campaign))
    })
}

/// A manager of the owner activates an approved campaign, before its first date; a channel that replays history may look
/// back.
pub(in crate::handlers) fn activate(context: &mut Context<'_>, arguments: Decide) -> Result<Decided> {
    let actor = Actor::of(context)?;
    actor.require_role(&[Role::Manager])?;
    let id = arguments.request_id.clone();
    request::once(context, &id, &[], |context| {
        let (mut programme_row, mut row) = undecided(context, &arguments)?;
        actor.require_organisation(&programme_row.owner)?;
        let Decide { programme, campaign, .. } = arguments;
        let content = row.told()?.ok_or_else(|| {
            Error::new("CAMPAIGN_NOT_REVEALED", format!("campaign {campaign} must be revealed before it is activated"))
        })?;
        require_approved(&programme_row, &row, &content)?;
        let entry = entry_of(&content)?;
        let today = clock::proposal_date(context)?;
        if entry.from < today.days() && policy::spend_lag_days_max(context)?.is_some() {
            return Err(Error::new("CAMPAIGN_IN_PAST", format!("the campaign begins before {today}")));
        }
        if programme_row.campaigns.len() >= ACTIVE_MAX {
            let message = format!("a programme has at most {ACTIVE_MAX} active campaigns: close those that are over");
            return Err(Error::new("CAMPAIGNS_FULL", message));
        }
        let place = programme_row.campaigns.partition_point(|other| other.id < entry.id);
        programme_row.campaigns.insert(place, entry);
        row.set_stage(Stage::Active);
        PROGRAMMES.put(context, &programme, &programme_row);
        CAMPAIGNS.put(context, &(programme.clone(), campaign.clone()), &row);
        let event = Event::CampaignActivated { programme: programme.clone(), campaign: campaign.clone() };
        event::emit(context, event)?;
        Ok(Decided::of(context, &programme_row, &row, programme, campaign))
    })
}

/// As many managers of the owner as must approve a campaign close it. Stays that have a part in it keep it, and their
/// corrections follow it; no other stay takes part from then on.
pub(in crate::handlers) fn close(context: &mut Context<'_>, arguments: Decide) -> Result<Decided> {
    let actor = Actor::of(context)?;
    actor.require_role(&[Role::Manager])?;
    let id = arguments.request_id.clone();
    request::once(context, &id, &[], |context| {
        let Decide { programme, campaign, .. } = arguments;
        let mut programme_row = terms::must_get(context, &programme)?;
        actor.require_organisation(&programme_row.owner)?;
        let mut row = must_get(context, &programme, &campaign)?;
        if row.stage() != Stage::Active {
            return Err(Error::new("CAMPAIGN_NOT_ACTIVE", format!("campaign {campaign} is not active")));
        }
        require_first(&actor.fingerprint, &row.closings)?;
        row.closings.push(actor.fingerprint.clone());
        if count(&row.closings) >= programme_row.approvals_required {
            row.set_stage(Stage::Closed);
            programme_row.campaigns.retain(|entry| entry.id != campaign.as_str());
            PROGRAMMES.put(context, &programme, &programme_row);
        }
        CAMPAIGNS.put(context, &(programme.clone(), campaign.clone()), &row);
        let (closed, closings) = (row.stage() == Stage::Closed, count(&row.closings));
        let (told_programme, told_campaign) = (programme.clone(), campaign.clone());
        let event = Event::CampaignClosed { programme: told_programme, campaign: told_campaign, closings, closed };
        event::emit(context, event)?;
        Ok(Decided::of(context, &programme_row, &row, programme, campaign))
    })
}

/// The stored form of a campaign that is valid for the programme's newest version.
fn checked(context: &Context<'_>, programme: &ProgrammeId, content: &Campaign) -> Result<Vec<u8>> {
    content.validate(&Terms::named(context, programme, None)?.definition)?;
    let stored = content.to_stored();
    let (got, max) = (stored.len(), CAMPAIGN_BYTES_MAX);
    if got > max { Err(CampaignError::TooLarge { got, max }.into()) } else { Ok(stored) }
}

/// A campaign on which can still be decided, and which is the one meant.
fn undecided(context: &Context<'_>, arguments: &Decide) -> Result<(ProgrammeRow, CampaignRow)> {
    let Decide { programme, campaign, digest, .. } = arguments;
    let programme_row = terms::must_get(context, programme)?;
    let row = must_get(context, programme, campaign)?;
    if row.stage() != Stage::Proposed {
        return Err(decided_already(campaign));
    }
    if digest.is_some_and(|meant| meant.bytes().as_slice() != row.digest(context)) {
        let message = format!("campaign {campaign} is another than the one meant");
        return Err(Error::new("CAMPAIGN_DIGEST_DIFFERS", message));
    }
    Ok((programme_row, row))
}

fn require_approved(programme_row: &ProgrammeRow, row: &CampaignRow, content: &Campaign) -> Result<()> {
    let (approvals, required) = (count(&row.approvals), programme_row.approvals_required);
    if approvals < required {
        let message = format!("{required} managers must approve the campaign, {approvals} have");
        return Err(Error::new("CAMPAIGN_NOT_APPROVED", message));
    }
    let sponsor = content.sponsor.as_ref().filter(|sponsor| **sponsor != programme_row.owner);
    if let Some(sponsor) = sponsor.filter(|_| row.sponsor_approval.is_empty()) {
        return Err(Error::new(
            "CAMPAIGN_SPONSOR_MISSING",
            format!("a manager of {sponsor} must approve the campaign"),
        ));
    }
    Ok(())
}

fn require_first(certificate: &[u8], before: &[Vec<u8>]) -> Result<()> {
    if before.iter().any(|other| other == certificate) {
        return Err(Error::new("CAMPAIGN_APPROVED_ALREADY", "you have said so before"));
    }
    Ok(())
}

fn entry_of(content: &Campaign) -> Result<ActiveCampaignRow> {
    let dates = content.when.from.zip(content.when.until);
    let (from, until) = dates.ok_or_else(|| Error::new("CAMPAIGN_INVALID", "the campaign has no dates"))?;
    Ok(ActiveCampaignRow {
        id: content.id.clone(),
        from: from.days(),
        until: until.days(),
        dated_by: terms::date_number(content.when.dated_by),
        stays: content.earners.stays,
        purchases: !content.earners.sources.is_empty(),
    })
}

fn id_of(content: &Campaign) -> Result<CampaignId> {
    CampaignId::new(&content.id)
        .ok_or_else(|| Error::new("CAMPAIGN_INVALID", "the campaign's id cannot stand in a key"))
}

fn decided_already(campaign: &CampaignId) -> Error {
    Error::new("CAMPAIGN_DECIDED", format!("campaign {campaign} is decided on: a change is another campaign"))
}
