//! What active campaigns would give for a stay, for simulations. Nothing is read of any member.

use folio_chaincode_sdk::{Context, Result};
use schemars::JsonSchema;
use serde::Serialize;

use crate::handlers::programme::terms::Terms;
use crate::ids::CampaignId;
use crate::rules::campaign::{Campaign, Gives, Stacking, Who, Worth};
use crate::rules::rating::{Explained, Share};
use crate::rules::reason::Withheld;
use crate::units::Points;

use super::candidates::{Asked, Candidate};

/// What a campaign would give to a member who has had nothing of it yet.
#[derive(Serialize, JsonSchema)]
pub(in crate::handlers) struct Outlook {
    campaign: String,
    name: String,
    /// Nothing where it rewards steps, which add up over stays.
    points: Option<Points>,
    /// What the stay counts towards the next step.
    counted: Option<i64>,
    /// Why it gives nothing.
    withheld: Option<Withheld>,
    /// What it asks beside, and how its points come about.
    explanation: Vec<Explained>,
}

/// The outlook of every active campaign, by id.
pub(in crate::handlers) fn outlooks(context: &Context<'_>, terms: &Terms, asked: &Asked<'_>) -> Result<Vec<Outlook>> {
    let ids = terms.campaigns.iter().filter_map(|entry| CampaignId::new(&entry.id));
    ids.map(|id| Ok(Outlook::of(Candidate::ask(context, terms, asked, id)?))).collect()
}

impl Outlook {
    fn of(candidate: Candidate) -> Self {
        let Candidate { campaign, worth, share, .. } = candidate;
        let (points, counted, withheld) = match worth {
            Ok(Worth::Points(points)) if points.is_zero() => (Some(points), None, Some(Withheld::LessThanAPoint)),
            Ok(Worth::Points(points)) => (Some(points), None, None),
            Ok(Worth::Counted(counted)) => (None, Some(counted), None),
            Err(withheld) => (None, None, Some(withheld)),
        };
        let explanation = if withheld.is_some() { Vec::new() } else { conditions(&campaign, &share) };
        Self { campaign: campaign.id, name: campaign.name, points, counted, withheld, explanation }
    }
}

/// What a campaign asks beside what the stay itself tells.
fn conditions(campaign: &Campaign, share: &Share) -> Vec<Explained> {
    let mut lines = Vec::new();
    let mut line = |rule: &str, effect: String| lines.push(Explained { rule: rule.to_owned(), effect });
    match &campaign.gives {
        Gives::Each(each) => {
            let (percent, night, stay) = (each.percent, each.per_night, each.per_stay);
            let (base, nights) = (share.base, share.nights);
            let parts = format!("{percent}% of {base} base points, {night} points for each of {nights} nights");
            line("gives.each", format!("{parts}, and {stay} for the stay"));
        }
        Gives::SpendSteps(steps) => {
            line("gives.spend_steps", format!("{} points for each {} of spend", steps.points, steps.every));
        }
        Gives::PointsSteps(steps) => {
            line("gives.points_steps", format!("{} points for each {} points earned", steps.points, steps.every));
        }
    }
    match campaign.who {
        Who::Everyone => {}
        Who::Registered => line("who", "the member must have registered by then".to_owned()),
        Who::Listed => line("who", "the member must be on the list".to_owned()),
    }
    if let Some(every) = campaign.every {
        line("every", format!("rewards every stay of a member whose number is a multiple of {every}"));
    }
    if let Some(cap) = campaign.caps.points {
        line("caps.points", format!("a member has at most {cap} points of it"));
    }
    if let Some(cap) = campaign.caps.times {
        line("caps.times", format!("a member has it at most {cap} times"));
    }
    if let Some(budget) = campaign.budget {
        line("budget", format!("points are given when the claim is judged, as long as {budget} points last"));
    }
    if let Stacking::Exclusive(group) = &campaign.stacking {
        line("stacking", format!("of the campaigns of group {group} the best one counts"));
    }
    lines
}
