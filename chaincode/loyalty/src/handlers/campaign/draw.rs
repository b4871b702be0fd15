//! Prizes: `campaign.draw`.
//!
//! A campaign is proposed with the digest of a seed. After its end the seed is told, and everybody who registered has the
//! ticket SHA-256(seed, member): the lowest win. Whoever knows the members and the seed finds the same winners. The seed is
//! the owner's, and so is the list of members: what a draw cannot show is that none of them was made up.

use std::collections::BTreeSet;

use folio_chaincode_sdk::{Context, Cursor, Error, HexId, Result, codes};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::handlers::account::granting;
use crate::handlers::account::holder;
use crate::handlers::account::upkeep;
use crate::handlers::call::access::Actor;
use crate::handlers::call::clock;
use crate::handlers::call::request::{self, RequestId};
use crate::handlers::outcome::event::Event;
use crate::handlers::outcome::journal::Journal;
use crate::handlers::programme::terms::Terms;
use crate::ids::{CampaignId, MemberId, ProgrammeId};
use crate::rules::campaign::{Campaign, Draw as Prizes, Ranking, Ticket};
use crate::state::{AccountState, CAMPAIGN_MEMBERS, CAMPAIGN_PROGRESS, DrawRow, LineRow, MEMBERS, Role, TicketRow};
use crate::units::Date;

use super::elsewhere::has_ticket;
use super::given::{Move, Source, lot_of, move_points};
use super::{must_be_decided, must_get};

/// Members of a page, when the caller does not say.
const PAGE_ENTRANTS: u32 = 200;
/// Most members of a page.
const PAGE_ENTRANTS_MAX: u32 = 500;
/// Most winners who get their prize in one page.
const PAGE_WINNERS: usize = 25;

/// Arguments of `campaign.draw`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Draw {
    request_id: RequestId,
    programme: ProgrammeId,
    campaign: CampaignId,
    /// What the campaign's commitment is the SHA-256 of.
    seed: HexId<32>,
    /// Business date of the entries, after the campaign's last.
    as_of: Date,
    #[serde(default)]
    limit: Option<u32>,
}

/// How far a draw has come.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(in crate::handlers) struct Drawn {
    programme: ProgrammeId,
    campaign: CampaignId,
    /// Members who have entered so far.
    entrants: u64,
    /// The winners, once all have entered.
    winners: Vec<MemberId>,
    /// How many of them have their prize.
    paid: u32,
    /// Whether all is done.
    done: bool,
}

/// A manager or agent of the owner draws the prizes, page by page: first all entrants are seen, then the winners get their
/// points.
pub(in crate::handlers) fn draw(context: &mut Context<'_>, arguments: Draw) -> Result<Drawn> {
    let actor = Actor::of(context)?;
    let id = arguments.request_id.clone();
    request::once(context, &id, &[], |context| {
        let Draw { programme, campaign, seed, as_of, limit, .. } = arguments;
        let terms = Terms::on(context, &programme, as_of)?;
        actor.require(&[Role::Manager, Role::Agent], &terms.owner)?;
        clock::require_recent(context, as_of)?;
        let content = must_be_decided(&must_get(context, &programme, &campaign)?, &campaign)?;
        let prizes = prizes_of(context, &content, &seed, as_of)?;
        let place = (programme.clone(), campaign.clone());
        let mut progress = CAMPAIGN_PROGRESS.get(context, &place)?.unwrap_or_default();
        let begun = progress.draw.take();
        let mut draw = begun.clone().unwrap_or_else(|| DrawRow { seed: seed.bytes().to_vec(), ..DrawRow::default() });
        if begun.is_some() && is_done(&draw) {
            return Err(Error::new("CAMPAIGN_DRAWN", format!("the prizes of {campaign} are drawn")));
        }
        let mut journal = Journal::new(context, actor.row(), as_of, None)?;
        if begun.is_none() || !draw.after.is_empty() {
            let limit = limit.unwrap_or(PAGE_ENTRANTS).clamp(1, PAGE_ENTRANTS_MAX);
            see_entrants(context, &place, prizes, &mut draw, limit)?;
        } else {
            pay_winners(context, &mut journal, &terms, &content, prizes, &mut draw, as_of)?;
        }
        let (entrants, paid, done) = (draw.entrants, draw.paid, is_done(&draw));
        let winners = if draw.after.is_empty() { winners_of(&draw)? } else { Vec::new() };
        progress.draw = Some(draw);
        CAMPAIGN_PROGRESS.put(context, &place, &progress);
        let (told_programme, told_campaign) = place;
        let event = Event::CampaignDrawn { programme: told_programme, campaign: told_campaign, entrants, paid, done };
        journal.changes.lead(event);
        journal.close(context)?;
        Ok(Drawn { programme, campaign, entrants, winners, paid, done })
    })
}

/// The prizes of a campaign that is over, for the seed that it was committed to.
fn prizes_of(context: &Context<'_>, content: &Campaign, seed: &HexId<32>, as_of: Date) -> Result<Prizes> {
    let prizes = content.draw;
    let prizes = prizes.ok_or_else(|| Error::new("CAMPAIGN_NO_DRAW", format!("{} draws no prizes", content.id)))?;
    let today = clock::proposal_date(context)?.min(as_of);
    if content.when.until.is_none_or(|until| today <= until) {
        return Err(Error::new("CAMPAIGN_NOT_OVER", format!("{} is not over on {today}", content.id)));
    }
    if context.sha256(&[seed.bytes()]) != *prizes.commitment.bytes() {
        return Err(Error::new("CAMPAIGN_SEED_DIFFERS", "this is not the seed that the campaign was committed to"));
    }
    Ok(prizes)
}

/// Takes in a page of those who registered.
fn see_entrants(
    context: &Context<'_>,
    place: &(ProgrammeId, CampaignId),
    prizes: Prizes,
    draw: &mut DrawRow,
    limit: u32,
) -> Result<()> {
    let after: Option<Cursor> = match draw.after.is_empty() {
        true => None,
        false => Some(serde_json::from_str(&draw.after).map_err(|_| broken())?),
    };
    let page = CAMPAIGN_MEMBERS.page(context, place, after.as_ref(), limit)?;
    let mut ranking = Ranking { best: draw.best.iter().map(read_ticket).collect::<Result<_>>()? };
    for ((_, _, member), row) in page.rows {
        if row.registered.is_some() && is_entered(context, place, member)? {
            let number = context.sha256(&[&draw.seed, member.bytes()]);
            ranking.enter(Ticket { number, member }, prizes.prizes);
            draw.entrants = draw.entrants.saturating_add(1);
        }
    }
    let row = |ticket: &Ticket| TicketRow { number: ticket.number.to_vec(), member: ticket.member.bytes().to_vec() };
    draw.best = ranking.best.iter().map(row).collect();
    let after = page.next.map(|next| serde_json::to_string(&next)).transpose();
    draw.after = after.map_err(|_| broken())?.unwrap_or_default();
    Ok(())
}

/// Whether a registration enters the draw. Accounts change with every stay, and so only those of members who became part of
/// another are looked at.
fn is_entered(
    context: &Context<'_>,
    (programme, campaign): &(ProgrammeId, CampaignId),
    member: MemberId,
) -> Result<bool> {
    if MEMBERS.get(context, &member)?.is_none_or(|row| row.merged_into.is_empty()) {
        return Ok(true);
    }
    let account = holder::find(context, programme, member)?;
    has_ticket(context, account.as_ref(), campaign, member)
}

/// Gives the next winners their prize. Two of them may have become one person, of whom no account tells it: a person has
/// one prize, that of the better ticket.
fn pay_winners(
    context: &mut Context<'_>,
    journal: &mut Journal,
    terms: &Terms,
    content: &Campaign,
    prizes: Prizes,
    draw: &mut DrawRow,
    as_of: Date,
) -> Result<()> {
    let id = CampaignId::new(&content.id).ok_or_else(broken)?;
    let paid = usize::try_from(draw.paid).unwrap_or(usize::MAX);
    let mut persons = BTreeSet::new();
    for (place, member) in winners_of(draw)?.into_iter().enumerate().take(paid.saturating_add(PAGE_WINNERS)) {
        let is_first = persons.insert(holder::survivor(context, member)?);
        if place < paid {
            continue;
        }
        draw.paid = draw.paid.saturating_add(1);
        if !is_first {
            continue;
        }
        let mut account = holder::receiver(context, &terms.programme, member, as_of)?;
        // Who has left by now leaves the prize.
        if account.state != AccountState::Open {
            continue;
        }
        upkeep::bring_up_to(context, journal, &mut account, terms, as_of)?;
        let moved = Move::into(&mut lot_of(terms, content, as_of)?, prizes.points);
        let why = LineRow::default();
        move_points(context, journal, &mut account, terms, Source::Campaign(&id), &[moved], &why)?;
        granting::settle(context, journal, &mut account, terms)?;
        account.save(context);
    }
    Ok(())
}

fn is_done(draw: &DrawRow) -> bool {
    draw.after.is_empty() && usize::try_from(draw.paid).is_ok_and(|paid| paid >= draw.best.len())
}

fn winners_of(draw: &DrawRow) -> Result<Vec<MemberId>> {
    draw.best.iter().map(|ticket| MemberId::from_start_of(&ticket.member).ok_or_else(broken)).collect()
}

fn read_ticket(row: &TicketRow) -> Result<Ticket> {
    let number: Option<HexId<32>> = HexId::from_start_of(&row.number);
    let ticket = number.zip(MemberId::from_start_of(&row.member));
    ticket.map(|(number, member)| Ticket { number: *number.bytes(), member }).ok_or_else(broken)
}

fn broken() -> Error {
    Error::new(codes::STATE_UNREADABLE, "the draw of a campaign cannot be read")
}
