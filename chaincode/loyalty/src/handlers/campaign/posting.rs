//! Posting what a stay or a purchase has of campaigns: the difference to what it had before.
//!
//! What it had is first taken out of the member's part, and what it has now is put in: so a cap that was reached is free
//! again when points are taken back, and a number goes back when its stay no longer counts.

use folio_chaincode_sdk::{Context, Result};

use crate::handlers::earning::posting::Posting;
use crate::handlers::outcome::event::Event;
use crate::handlers::outcome::journal::Journal;
use crate::handlers::programme::terms::Terms;
use crate::ids::{CampaignId, MemberId};
use crate::rules::campaign::{Campaign, Worth, choose};
use crate::rules::reason::Withheld;
use crate::state::{Account, CampaignClaimRow, CampaignLot, CampaignLotRow, CampaignPart, ExtraRow, PostedExtraRow};
use crate::units::{Date, Overflow, Points};

use super::candidates::Candidate;
use super::claim::{Claim, place_now};
use super::elsewhere::Elsewhere;
use super::given::{Move, Source, lot_of, move_points};

/// What a stay or a purchase has of campaigns and an offer now.
#[derive(Default)]
pub(in crate::handlers) struct Extras {
    /// What is kept to post the difference of a later version.
    pub(in crate::handlers) posted: Vec<PostedExtraRow>,
    /// What the receipt tells.
    pub(in crate::handlers) told: Vec<ExtraRow>,
}

/// One campaign at work on a stay or a purchase.
struct Desk<'a> {
    candidate: &'a Candidate,
    /// In whose part it is counted: the account may have become part of another's since.
    member: MemberId,
    /// What the member has of it under other ids.
    elsewhere: Elsewhere,
    /// The member's part, without what this stay had; none where the campaign keeps none.
    part: Option<CampaignPart>,
    before: Option<CampaignPart>,
    had: Had,
    /// What it comes to now.
    points: Points,
    number: u32,
    counted: i64,
    withheld: Option<Withheld>,
}

/// What the stay had of the campaign before.
#[derive(Default)]
struct Had {
    lot: Option<CampaignLot>,
    number: u32,
    counted: i64,
    claim: Option<Claim>,
}

impl Extras {
    /// Adds others behind them.
    pub(in crate::handlers) fn append(&mut self, mut others: Self) {
        self.posted.append(&mut others.posted);
        self.told.append(&mut others.told);
    }
}

/// Posts what all campaigns give. `posted` is what the stay has of them in this account.
pub(in crate::handlers) fn post(
    context: &mut Context<'_>,
    journal: &mut Journal,
    posting: &Posting<'_>,
    account: &mut Account,
    terms: &Terms,
    candidates: &[Candidate],
    posted: &[PostedExtraRow],
) -> Result<Extras> {
    let mut desks = Vec::with_capacity(candidates.len());
    for candidate in candidates {
        let mut desk = Desk::open(context, terms, account, candidate, posted)?;
        desk.judge(posting.earned_on)?;
        desks.push(desk);
    }
    let offered: Vec<(&Campaign, Points)> = desks.iter().map(|desk| (&desk.candidate.campaign, desk.points)).collect();
    let stands = choose(&offered);
    let mut extras = Extras::default();
    for (mut desk, stands) in desks.into_iter().zip(stands) {
        if !stands && !desk.points.is_zero() {
            desk.withhold(Withheld::BetterOne);
        }
        desk.close(context, journal, posting, account, terms, &mut extras)?;
    }
    Ok(extras)
}

impl<'a> Desk<'a> {
    fn open(
        context: &Context<'_>,
        terms: &Terms,
        account: &Account,
        candidate: &'a Candidate,
        posted: &[PostedExtraRow],
    ) -> Result<Self> {
        let Candidate { id, campaign, .. } = candidate;
        let row = posted.iter().find(|extra| extra.campaign == id.as_str());
        let member = row.and_then(|row| MemberId::from_start_of(&row.member)).unwrap_or_else(|| account.member());
        let had = row.map_or_else(|| Ok(Had::default()), |row| Had::read(context, terms, id, row))?;
        let before = match campaign.keeps_account() {
            true => Some(CampaignPart::load(context, &terms.programme, id, member)?),
            false => None,
        };
        let elsewhere = match campaign.keeps_account() {
            true => Elsewhere::load(context, account, id, member)?,
            false => Elsewhere::default(),
        };
        let mut part = before.clone();
        if let Some(part) = &mut part {
            let held = had.points()?;
            part.points = part.points.checked_sub(held)?;
            part.times = part.times.saturating_sub(u32::from(!held.is_zero()));
            part.counted = part.counted.checked_sub(had.counted).ok_or(Overflow)?;
        }
        let (points, number, counted, withheld) = (Points::ZERO, 0, 0, None);
        Ok(Self { candidate, member, elsewhere, part, before, had, points, number, counted, withheld })
    }

    /// What the stay has of the campaign now, were there no other campaigns.
    fn judge(&mut self, day: Date) -> Result<()> {
        let campaign = &self.candidate.campaign;
        let (registered, listed) = self.part.as_ref().map_or((None, false), |part| (part.registered, part.listed));
        let worth = self.candidate.worth.and_then(|worth| {
            campaign.is_open_to(self.elsewhere.registration(registered), self.elsewhere.listing(listed), day)?;
            Ok(worth)
        });
        let points = match worth {
            Ok(Worth::Counted(counted)) => {
                self.counted = counted;
                return Ok(());
            }
            Ok(Worth::Points(points)) => points,
            Err(withheld) => {
                self.free_number();
                self.withhold(withheld);
                return Ok(());
            }
        };
        if campaign.every.is_some() {
            self.take_number();
            if !campaign.rewards_number(self.number) {
                self.withhold(Withheld::NotThisOne);
                return Ok(());
            }
        }
        let most = self.had.claim.as_ref().map(Claim::most).transpose()?.flatten();
        if most.is_some_and(Points::is_zero) {
            self.withhold(Withheld::BudgetUsedUp);
            return Ok(());
        }
        let points = most.map_or(points, |most| points.min(most));
        let (had, times) = self.part.as_ref().map_or((Points::ZERO, 0), |part| (part.points, part.times));
        let (had, times) = (had.checked_add(self.elsewhere.points)?, times.saturating_add(self.elsewhere.times));
        match campaign.within_caps(points, had, times) {
            Ok(points) => self.points = points,
            Err(withheld) => self.withhold(withheld),
        }
        Ok(())
    }

    /// Writes what has changed, and says what is kept.
    fn close(
        mut self,
        context: &mut Context<'_>,
        journal: &mut Journal,
        posting: &Posting<'_>,
        account: &mut Account,
        terms: &Terms,
        extras: &mut Extras,
    ) -> Result<()> {
        let id = &self.candidate.id;
        let mut row = PostedExtraRow {
            campaign: id.to_string(),
            number: self.number,
            counted: self.counted,
            member: self.member.bytes().to_vec(),
            ..PostedExtraRow::default()
        };
        let moves = if self.candidate.campaign.steps().is_some() {
            self.step(terms, posting.earned_on)?
        } else if self.candidate.campaign.budget.is_some() {
            self.claim(context, journal, posting, terms, &mut row)?
        } else {
            self.give(terms, posting.earned_on, &mut row)?
        };
        if let Some(part) = &mut self.part {
            part.points = part.points.checked_add(self.points)?;
            part.times = part.times.saturating_add(u32::from(!self.points.is_zero()));
            if self.before.as_ref() != Some(part) {
                part.save(context, &terms.programme, id, self.member);
            }
        }
        let moves = moves.into_iter().map(|moved| moved.earned_on(terms, posting.earned_on));
        let moves: Vec<Move> = moves.collect::<Result<_>>()?;
        let why = posting.line();
        let delta = move_points(context, journal, account, terms, Source::Campaign(id), &moves, &why)?;
        let keeps = row.lot.is_some() || row.number != 0 || row.counted != 0 || row.claim.is_some();
        if keeps {
            extras.posted.push(row);
        }
        if keeps || delta != 0 || self.candidate.worth.is_ok() {
            let withheld = self.withheld.map_or("", Withheld::code).to_owned();
            let points = if self.withheld.is_some() { 0 } else { self.points.get() };
            let campaign = id.to_string();
            extras.told.push(ExtraRow { campaign, points, delta, withheld, ..ExtraRow::default() });
        }
        Ok(())
    }

    /// What is given for this stay alone.
    fn give(&self, terms: &Terms, day: Date, row: &mut PostedExtraRow) -> Result<Vec<Move>> {
        let mut lot = match &self.had.lot {
            // A correction stays in the lot of the first posting.
            Some(lot) => lot.clone(),
            None if self.points.is_zero() => return Ok(Vec::new()),
            None => lot_of(terms, &self.candidate.campaign, day)?,
        };
        let moved = Move::into(&mut lot, self.points);
        row.lot = Some(lot).filter(|lot| !lot.lot.points.is_zero()).map(|lot| row_of(terms, &lot));
        Ok(vec![moved])
    }

    /// What is claimed from the budget, and what of it was given.
    fn claim(
        &mut self,
        context: &mut Context<'_>,
        journal: &mut Journal,
        posting: &Posting<'_>,
        terms: &Terms,
        row: &mut PostedExtraRow,
    ) -> Result<Vec<Move>> {
        let id = &self.candidate.id;
        let mut claim = match self.had.claim.take() {
            Some(claim) => claim,
            None if self.points.is_zero() => return Ok(Vec::new()),
            None => {
                let lot = lot_of(terms, &self.candidate.campaign, posting.earned_on)?;
                let why = posting.line();
                let (member, lot) = (self.member.bytes().to_vec(), row_of(terms, &lot));
                let (stay, purchase) = (why.stay, why.purchase);
                let earned_on = posting.earned_on.days();
                let made = CampaignClaimRow { member, stay, purchase, earned_on, lot, ..CampaignClaimRow::default() };
                Claim::new(&place_now(context, journal.tx_tail()?), made)?
            }
        };
        if !claim.waits() {
            let mut lot = claim.lot(terms)?;
            let moved = Move::into(&mut lot, self.points);
            claim.give(terms, &lot);
            claim.save(context, terms, id);
            row.claim = Some(claim.place());
            return Ok(vec![moved]);
        }
        let (points, before) = (self.points, claim.holds()?);
        if points != before {
            let (programme, member) = (terms.programme.clone(), self.member);
            journal.changes.push(Event::CampaignClaimed { programme, campaign: id.clone(), member, points });
        }
        if points.is_zero() {
            claim.drop(context, terms, id);
        } else {
            claim.want(points, posting.version);
            claim.save(context, terms, id);
            row.claim = Some(claim.place());
            self.withheld = Some(Withheld::AwaitsBudget);
        }
        Ok(Vec::new())
    }

    /// What steps give now that this stay counts as it does. What they gave last is taken back first.
    fn step(&mut self, terms: &Terms, day: Date) -> Result<Vec<Move>> {
        let campaign = &self.candidate.campaign;
        let Some(part) = &mut self.part else { return Ok(Vec::new()) };
        part.counted = part.counted.checked_add(self.counted).ok_or(Overflow)?;
        let reached = campaign.reached(&terms.definition, part.counted)?;
        let given = part.steps.iter().try_fold(Points::ZERO, |sum, given| sum.checked_add(given.lot.points))?;
        let mut moves = Vec::new();
        let mut surplus = given.checked_sub(reached.min(given))?;
        while let Some(last) = part.steps.last_mut().filter(|_| !surplus.is_zero()) {
            let left = last.lot.points.checked_sub(surplus.min(last.lot.points))?;
            surplus = surplus.checked_sub(surplus.min(last.lot.points))?;
            moves.push(Move::into(last, left));
            part.steps.pop_if(|last| last.lot.points.is_zero());
        }
        let missing = reached.checked_sub(given.min(reached))?;
        if !missing.is_zero() {
            let lot = lot_of(terms, campaign, day)?;
            let merges =
                part.steps.last().is_some_and(|last| (&last.lot.key, last.counted) == (&lot.lot.key, lot.counted));
            if !merges {
                part.steps.push(lot);
            }
            if let Some(last) = part.steps.last_mut() {
                let points = last.lot.points.checked_add(missing)?;
                moves.push(Move::into(last, points));
            }
        }
        Ok(moves)
    }

    fn withhold(&mut self, why: Withheld) {
        self.points = Points::ZERO;
        self.withheld = Some(why);
    }

    /// The stay keeps its number, or takes the next.
    fn take_number(&mut self) {
        self.number = match (&mut self.part, self.had.number) {
            (Some(part), 0) => part.numbers.take(),
            (_, number) => number,
        };
    }

    fn free_number(&mut self) {
        if let Some(part) = self.part.as_mut().filter(|_| self.had.number != 0) {
            part.numbers.free(self.had.number);
        }
    }
}

impl Had {
    fn read(context: &Context<'_>, terms: &Terms, id: &CampaignId, row: &PostedExtraRow) -> Result<Self> {
        let lot = row.lot.as_ref().map(|lot| lot.given(&terms.programme)).transpose()?;
        let claim = row.claim.as_ref().map(|place| Claim::load(context, terms, id, place)).transpose()?;
        Ok(Self { lot, number: row.number, counted: row.counted, claim })
    }

    /// What it held of what the member can have.
    fn points(&self) -> Result<Points> {
        match (&self.claim, &self.lot) {
            (Some(claim), _) => claim.holds(),
            (None, Some(lot)) => Ok(lot.lot.points),
            (None, None) => Ok(Points::ZERO),
        }
    }
}

fn row_of(terms: &Terms, lot: &CampaignLot) -> CampaignLotRow {
    CampaignLotRow::of(lot, &terms.programme)
}
