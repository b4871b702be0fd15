//! Moving the points of campaigns and offers: into an account, or back out of it.

use folio_chaincode_sdk::{Context, Error, Result, codes};

use crate::books::{CostClass, Entry, Lot, LotKey};
use crate::handlers::account::upkeep;
use crate::handlers::outcome::event::Event;
use crate::handlers::outcome::journal::Journal;
use crate::handlers::outcome::owing::Owing;
use crate::handlers::points::award::own_lot;
use crate::handlers::programme::terms::Terms;
use crate::ids::{CampaignId, OfferId, OrgId, PurchaseKey, StayKey};
use crate::rules::campaign::Campaign;
use crate::rules::expiry;
use crate::rules::settlement::Due;
use crate::rules::tiers::{Contribution, Tally};
use crate::state::{Account, CampaignLot, Cause, LineRow};
use crate::units::{Date, Points};

/// What gives points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::handlers) enum Source<'a> {
    /// A campaign.
    Campaign(&'a CampaignId),
    /// An offer.
    Offer(OfferId),
}

/// Points that come into a lot, or are taken back out of it.
pub(in crate::handlers) struct Move {
    /// The lot.
    pub(in crate::handlers) lot: LotKey,
    /// Whether they count towards a tier.
    pub(in crate::handlers) counted: bool,
    /// How many; negative when they are taken back.
    pub(in crate::handlers) points: i64,
    /// How many were posted for the same before.
    pub(in crate::handlers) before: Points,
    /// When they can be spent first; nothing stands for at once.
    pub(in crate::handlers) from: Option<Date>,
}

impl Move {
    /// What leads to `points` in a lot.
    pub(in crate::handlers) fn into(given: &mut CampaignLot, points: Points) -> Self {
        let before = std::mem::replace(&mut given.lot.points, points);
        let moved = points.posting_from(before);
        Self { lot: given.lot.key.clone(), counted: given.counted, points: moved, before, from: None }
    }

    /// The same for points that were earned on a day: they can be spent when those of the stay can.
    pub(in crate::handlers) fn earned_on(self, terms: &Terms, day: Date) -> Result<Self> {
        Ok(Self { from: Some(expiry::available_from(&terms.definition, day)?), ..self })
    }
}

/// The empty lot into which points go that a campaign or an offer gives for a day.
pub(in crate::handlers) fn new_lot(
    terms: &Terms,
    sponsor: Option<&str>,
    counts_towards_tier: bool,
    day: Date,
) -> Result<CampaignLot> {
    let own = own_lot(terms, CostClass::Campaign, day)?;
    let funder = match sponsor {
        Some(sponsor) => OrgId::new(sponsor)
            .ok_or_else(|| Error::new(codes::STATE_UNREADABLE, "campaign holds no name of an organisation"))?,
        None => own.funder.clone(),
    };
    let reward = terms.definition.reward_balance();
    let counted =
        counts_towards_tier && reward.is_some_and(|(_, balance)| terms.definition.tiers.counts_points(&balance.name));
    Ok(CampaignLot { lot: Lot { key: LotKey { funder, ..own }, points: Points::ZERO }, counted })
}

/// Where a campaign puts points that it gives for a day.
pub(super) fn lot_of(terms: &Terms, campaign: &Campaign, day: Date) -> Result<CampaignLot> {
    new_lot(terms, campaign.sponsor.as_deref(), campaign.counts_towards_tier, day)
}

/// Moves points as one entry, with a line of the statement for it, and lets who pays for them owe the programme's owner.
/// `why` says for what. Answers what the account's balance gained.
pub(in crate::handlers) fn move_points(
    context: &mut Context<'_>,
    journal: &mut Journal,
    account: &mut Account,
    terms: &Terms,
    source: Source<'_>,
    moves: &[Move],
    why: &LineRow,
) -> Result<i64> {
    let mut entry = Entry::new();
    let mut counted = Vec::new();
    let mut total = 0_i64;
    for Move { lot, counted: counts, points, before, from } in moves {
        account.holdings.take_back(&mut entry, lot, Points::from_posting_or_zero(points.saturating_neg()))?;
        let earned = Points::from_posting_or_zero(*points);
        match from.filter(|from| *from > account.last_business_date) {
            Some(from) => account.holdings.earn_later(&mut entry, lot, earned, from)?,
            None => account.holdings.earn(&mut entry, lot, earned)?,
        }
        // The agreement at the end of the month in which they were earned, so that a correction is valued as the gift was.
        let (debtor, creditor, dated) = (lot.funder.as_str(), terms.owner.as_str(), lot.earned.month_end());
        let due = Due::accrual(before.posting(), *points);
        journal.owe(context, &Owing { debtor, creditor, programme: &terms.programme, dated, due })?;
        total = total.checked_add(*points).ok_or(crate::units::Overflow)?;
        if *counts {
            counted.push(contribution(terms, lot.earned, *points));
        }
    }
    if moves.iter().all(|moved| moved.points == 0) {
        return Ok(0);
    }
    let before = account.tier.name.clone();
    upkeep::count(journal, account, terms, &counted)?;
    let tier = if account.tier.name == before { "" } else { upkeep::tier_name(account, terms) };
    let (campaign, offer) = match source {
        Source::Campaign(campaign) => (campaign.to_string(), Vec::new()),
        Source::Offer(offer) => (String::new(), offer.bytes().to_vec()),
    };
    let line = LineRow {
        cause: Cause::Campaign.into(),
        programme_version: terms.version(),
        tier: tier.to_owned(),
        campaign,
        offer,
        ..why.clone()
    };
    tell(journal, account, source, why, total);
    journal.enter(context, account, &entry, line)?;
    Ok(total)
}

/// What points of the balance that is spent add to the counters.
fn contribution(terms: &Terms, date: Date, points: i64) -> Contribution {
    let place = terms.definition.reward_balance().map_or(0, |(place, _)| place);
    let mut by_balance = vec![0; place];
    by_balance.push(points);
    Contribution { date, tally: Tally { points: by_balance, ..Tally::default() } }
}

fn tell(journal: &mut Journal, account: &Account, source: Source<'_>, why: &LineRow, points: i64) {
    let (member, programme) = (account.member(), account.programme.clone());
    let (stay, purchase) = (StayKey::from_start_of(&why.stay), PurchaseKey::from_start_of(&why.purchase));
    journal.changes.push(match source {
        Source::Campaign(campaign) => {
            Event::CampaignGave { programme, campaign: campaign.clone(), member, points, stay, purchase }
        }
        Source::Offer(offer) => Event::OfferGave { programme, offer, member, points, stay },
    });
}
