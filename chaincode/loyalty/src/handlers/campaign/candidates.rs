//! Which campaigns can hold for a stay or a purchase, before the member's part in them is looked at.

use std::collections::BTreeSet;

use folio_chaincode_sdk::{Context, Error, Result, codes};

use crate::handlers::programme::terms::{self, Terms};
use crate::ids::CampaignId;
use crate::rules::campaign::{Campaign, Visit, Worth};
use crate::rules::rating::{Covers, RatingError, Share};
use crate::rules::reason::Withheld;
use crate::state::{ActiveCampaignRow, CAMPAIGNS, PostedExtraRow};
use crate::units::{Date, Points};

/// A campaign that was looked at for a stay or a purchase.
pub(in crate::handlers) struct Candidate {
    /// Its id.
    pub(in crate::handlers) id: CampaignId,
    /// What it says.
    pub(in crate::handlers) campaign: Campaign,
    /// What the stay or purchase is worth in it.
    pub(in crate::handlers) worth: std::result::Result<Worth, Withheld>,
    /// What is eligible in it, as far as the campaign covers it.
    pub(in crate::handlers) share: Share,
}

/// What campaigns are asked about.
pub(in crate::handlers) struct Asked<'a> {
    /// The stay or purchase.
    pub(in crate::handlers) visit: Visit<'a>,
    /// What it earns by the programme's definition.
    pub(in crate::handlers) earned: Points,
    /// What is eligible in it, as far as a campaign covers it.
    pub(in crate::handlers) share: &'a dyn Fn(Covers<'_>) -> std::result::Result<Share, RatingError>,
}

/// The active campaigns on whose dates it is, and those that it has a part in, closed or not. Each of them is read once;
/// a programme without campaigns costs nothing.
pub(in crate::handlers) fn candidates(
    context: &Context<'_>,
    terms: &Terms,
    asked: &Asked<'_>,
    posted: &[PostedExtraRow],
) -> Result<Vec<Candidate>> {
    if terms.campaigns.is_empty() && posted.is_empty() {
        return Ok(Vec::new());
    }
    let mut ids = part_in(posted)?;
    for entry in &terms.campaigns {
        if may_hold(entry, &asked.visit)? {
            ids.insert(read_id(&entry.id)?);
        }
    }
    ids.into_iter().map(|id| Candidate::ask(context, terms, asked, id)).collect()
}

/// The campaigns that something has a part in, when nothing of it counts any more.
pub(in crate::handlers) fn withdrawn(
    context: &Context<'_>,
    terms: &Terms,
    posted: &[PostedExtraRow],
) -> Result<Vec<Candidate>> {
    let read = |id: CampaignId| {
        let campaign = must_read(context, terms, &id)?;
        Ok(Candidate { id, campaign, worth: Err(Withheld::NothingEligible), share: Share::default() })
    };
    part_in(posted)?.into_iter().map(read).collect()
}

impl Candidate {
    pub(super) fn ask(context: &Context<'_>, terms: &Terms, asked: &Asked<'_>, id: CampaignId) -> Result<Self> {
        let campaign = must_read(context, terms, &id)?;
        let share = match campaign.admits(&asked.visit) {
            Ok(()) => (asked.share)(&|night, evening| campaign.covers(night, evening))?,
            Err(withheld) => return Ok(Self { id, campaign, worth: Err(withheld), share: Share::default() }),
        };
        let worth = match share.eligible {
            true => Ok(campaign.worth(&terms.definition, &share, asked.earned)?),
            false => Err(Withheld::NothingEligible),
        };
        Ok(Self { id, campaign, worth, share })
    }
}

fn part_in(posted: &[PostedExtraRow]) -> Result<BTreeSet<CampaignId>> {
    posted.iter().filter(|extra| !extra.campaign.is_empty()).map(|extra| read_id(&extra.campaign)).collect()
}

fn may_hold(entry: &ActiveCampaignRow, visit: &Visit<'_>) -> Result<bool> {
    let broken = || Error::new(codes::STATE_UNREADABLE, "programme holds a campaign that cannot be read");
    let rewards = if visit.source.is_none() { entry.stays } else { entry.purchases };
    let date = visit.dates.pick(terms::date_choice(entry.dated_by).map_err(|_| broken())?);
    let (from, until) = (Date::from_days(entry.from), Date::from_days(entry.until));
    let window = from.map_err(|_| broken())?..=until.map_err(|_| broken())?;
    Ok(rewards && window.contains(&date))
}

fn must_read(context: &Context<'_>, terms: &Terms, id: &CampaignId) -> Result<Campaign> {
    let row = CAMPAIGNS.get(context, &(terms.programme.clone(), id.clone()))?;
    let row = row.ok_or_else(|| Error::new(codes::STATE_UNREADABLE, format!("campaign {id} is not there")))?;
    Ok(Campaign::from_stored(&row.content)?)
}

fn read_id(text: &str) -> Result<CampaignId> {
    CampaignId::new(text).ok_or_else(|| Error::new(codes::STATE_UNREADABLE, "row holds no id of a campaign"))
}
