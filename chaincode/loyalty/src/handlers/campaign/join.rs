//! Members in campaigns: `campaign.register` and `campaign.target`.

use folio_chaincode_sdk::{Context, Error, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::handlers::account::holder;
use crate::handlers::call::access::{Actor, STAFF};
use crate::handlers::call::clock;
use crate::handlers::call::mandate::Word;
use crate::handlers::call::request::{self, RequestId};
use crate::handlers::call::text::HexBytes;
use crate::handlers::member;
use crate::handlers::outcome::event::{self, Event};
use crate::handlers::programme::terms;
use crate::ids::{CampaignId, MemberId, ProgrammeId};
use crate::rules::campaign::{Campaign, Who};
use crate::state::{CampaignPart, MEMBERS, Role, Stage};
use crate::units::Date;

use super::elsewhere::Elsewhere;
use super::{must_be_decided, must_get};

/// Most members that are listed in one call.
const TARGETS_MAX: usize = 200;

/// Arguments of `campaign.register`: the member's signed intent, or what the programme's staff was asked for.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Register {
    request_id: RequestId,
    /// The exact JSON that the member signed. It names the campaign, and no points.
    #[serde(default)]
    intent: Option<String>,
    #[serde(default)]
    signature: Option<HexBytes>,
    #[serde(default)]
    by_staff: Option<Registration>,
}

/// A registration.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Registration {
    programme: ProgrammeId,
    campaign: CampaignId,
    member: MemberId,
    /// Business date.
    as_of: Date,
}

/// A member takes part.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(in crate::handlers) struct Registered {
    programme: ProgrammeId,
    campaign: CampaignId,
    member: MemberId,
    registered: Date,
}

/// Arguments of `campaign.target`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Target {
    request_id: RequestId,
    programme: ProgrammeId,
    campaign: CampaignId,
    /// At most 200 members.
    members: Vec<MemberId>,
    /// Whether they are taken off the list.
    #[serde(default)]
    remove: bool,
}

/// A list was changed.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(in crate::handlers) struct Targeted {
    programme: ProgrammeId,
    campaign: CampaignId,
    /// How many members are on the list now, or off it, who were not before.
    changed: u32,
}

/// A member registers for a campaign, by a signed intent, or by the programme's staff at the member's word. Nothing of the
/// member is spent by it.
pub(in crate::handlers) fn register(context: &mut Context<'_>, arguments: Register) -> Result<Registered> {
    let actor = Actor::of(context)?;
    let id = arguments.request_id.clone();
    request::once(context, &id, &[], |context| {
        let Registration { programme, campaign, member, as_of } = asked(context, &actor, arguments)?;
        clock::require_recent(context, as_of)?;
        member::require_not_merged(&member::must_get(context, member)?)?;
        let row = must_get(context, &programme, &campaign)?;
        let content = must_be_decided(&row, &campaign)?;
        require_open(row.stage(), &content, as_of)?;
        let mut part = CampaignPart::load(context, &programme, &campaign, member)?;
        let account = holder::find(context, &programme, member)?;
        let elsewhere = account.map(|account| Elsewhere::load(context, &account, &campaign, member)).transpose()?;
        if elsewhere.unwrap_or_default().registration(part.registered).is_some() {
            return Err(Error::new("CAMPAIGN_REGISTERED_ALREADY", "the member has registered before"));
        }
        part.registered = Some(as_of);
        part.save(context, &programme, &campaign, member);
        let event = Event::CampaignRegistered { programme: programme.clone(), campaign: campaign.clone(), member };
        event::emit(context, event)?;
        Ok(Registered { programme, campaign, member, registered: as_of })
    })
}

/// A manager of the owner lists members who take part, or takes them off the list. What they had stays theirs.
pub(in crate::handlers) fn target(context: &mut Context<'_>, arguments: Target) -> Result<Targeted> {
    let actor = Actor::of(context)?;
    let id = arguments.request_id.clone();
    request::once(context, &id, &[], |context| {
        let Target { programme, campaign, members, remove, .. } = arguments;
        actor.require(&[Role::Manager], &terms::must_get(context, &programme)?.owner)?;
        if members.len() > TARGETS_MAX {
            return Err(Error::new("CAMPAIGN_TARGETS_MANY", format!("at most {TARGETS_MAX} members a call")));
        }
        let row = must_get(context, &programme, &campaign)?;
        let content = row.told()?;
        if content.is_some_and(|content| content.who != Who::Listed) {
            return Err(Error::new("CAMPAIGN_NOT_LISTED", format!("campaign {campaign} is not for listed members")));
        }
        let mut changed = 0_u32;
        for member in members {
            if !MEMBERS.contains(context, &member) {
                return Err(Error::new("MEMBER_UNKNOWN", format!("member {member} is not enrolled")));
            }
            let mut part = CampaignPart::load(context, &programme, &campaign, member)?;
            if part.listed == remove {
                part.listed = !remove;
                part.save(context, &programme, &campaign, member);
                changed = changed.saturating_add(1);
            }
        }
        let (told_programme, told_campaign) = (programme.clone(), campaign.clone());
        let listed = !remove;
        let event =
            Event::CampaignTargeted { programme: told_programme, campaign: told_campaign, members: changed, listed };
        event::emit(context, event)?;
        Ok(Targeted { programme, campaign, changed })
    })
}

/// What is asked for, by whoever may ask.
fn asked(context: &mut Context<'_>, actor: &Actor, arguments: Register) -> Result<Registration> {
    let Register { intent, signature, by_staff, .. } = arguments;
    if let Some(registration) = by_staff {
        if intent.is_some() || signature.is_some() {
            return Err(Error::new("MANDATE_MISSING", "needs `intent` and `signature`, or `by_staff`"));
        }
        actor.require(STAFF, &terms::must_get(context, &registration.programme)?.owner)?;
        return Ok(registration);
    }
    let order = Word { intent, signature, order: None }.check(context, actor, "campaign.register")?.order;
    let campaign = order.campaign.as_ref().and_then(|campaign| CampaignId::new(&campaign.0));
    let campaign =
        campaign.ok_or_else(|| Error::new("CAMPAIGN_INTENT_INCOMPLETE", "the intent names no `campaign`"))?;
    Ok(Registration { programme: order.programme, campaign, member: order.member, as_of: order.as_of })
}

fn require_open(stage: Stage, content: &Campaign, as_of: Date) -> Result<()> {
    if content.who != Who::Registered {
        let message = format!("campaign {} asks for no registration", content.id);
        return Err(Error::new("CAMPAIGN_NO_REGISTRATION", message));
    }
    let last = content.register_by.or(content.when.until);
    if stage != Stage::Active || last.is_some_and(|last| last < as_of) {
        return Err(Error::new("CAMPAIGN_REGISTRATION_OVER", format!("nobody registers for {} any more", content.id)));
    }
    Ok(())
}
