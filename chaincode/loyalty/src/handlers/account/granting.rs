//! Giving what is due beside points, and taking back what no longer is.
//!
//! An account remembers what it was given, so that this may be asked at any time: it comes out once. A programme that gives
//! nothing pays for one look at an empty list.

use folio_chaincode_sdk::{Context, Error, Result, codes};

use crate::books::{CostClass, Entry, Lot};
use crate::handlers::outcome::event::Event;
use crate::handlers::outcome::journal::Journal;
use crate::handlers::points::award::own_lot;
use crate::handlers::programme::terms::Terms;
use crate::ids::{BenefitId, MemberId, ProgrammeId};
use crate::rules::benefits::{self, Due};
use crate::rules::programme::{ActivityKind, Occasion, Offer};
use crate::rules::tiers::Contribution;
use crate::state::{Account, AccountState, BENEFITS, BenefitRow, Cause, LineRow, LotRow, OccasionKind};
use crate::units::{Date, Points};

use super::holder;
use super::upkeep;

/// Points that are given may lead to a tier, for which something is given in turn; whatever comes after that waits for
/// the next time.
const PASSES: usize = 2;

/// Gives an account what is due to it, and takes back what no longer is.
pub(in crate::handlers) fn settle(
    context: &mut Context<'_>,
    journal: &mut Journal,
    account: &mut Account,
    terms: &Terms,
) -> Result<()> {
    let definition = &terms.definition;
    if definition.benefits.is_empty() || account.state != AccountState::Open {
        return Ok(());
    }
    for _ in 0..PASSES {
        let standing = upkeep::standing(account, terms);
        let day = account.last_business_date;
        let all = benefits::due(definition, &account.counters, standing, &account.granted, day)?;
        if all.is_empty() {
            break;
        }
        for due in &all {
            match due.gives {
                true => give(context, journal, account, terms, due)?,
                false => take_back(context, journal, account, terms, due)?,
            }
        }
    }
    benefits::forget_before(&mut account.granted, account.last_business_date);
    Ok(())
}

/// What is given for enrolling, and whatever is due besides.
pub(in crate::handlers) fn on_enrolment(
    context: &mut Context<'_>,
    journal: &mut Journal,
    account: &mut Account,
    terms: &Terms,
) -> Result<()> {
    for due in benefits::due_for_enrolling(&terms.definition) {
        give(context, journal, account, terms, &due)?;
    }
    settle(context, journal, account, terms)
}

/// Gives what the member has, or has chosen: points at once, and anything else to be used.
pub(in crate::handlers) fn hand_over(
    context: &mut Context<'_>,
    journal: &mut Journal,
    account: &mut Account,
    terms: &Terms,
    row: &mut BenefitRow,
    offer: &Offer,
) -> Result<()> {
    let day = account.last_business_date;
    row.benefit.clone_from(&offer.benefit);
    if offer.points.is_zero() {
        row.uses = u32::from(offer.uses);
        let last_day = offer.months.map(|months| day.add_months(i32::from(months))).transpose()?;
        row.last_day = last_day.map(Date::days);
        return Ok(());
    }
    let key = own_lot(terms, CostClass::Activity, day)?;
    let mut entry = Entry::new();
    account.holdings.earn(&mut entry, &key, offer.points)?;
    upkeep::note_activity(account, terms, ActivityKind::Bonus, day);
    row.points = Some(LotRow::of(&Lot { key, points: offer.points }, &terms.programme));
    row.points_date = day.days();
    enter_points(context, journal, account, terms, &entry, (row, counted(terms, offer.points, day)))
}

fn give(
    context: &mut Context<'_>,
    journal: &mut Journal,
    account: &mut Account,
    terms: &Terms,
    due: &Due<'_>,
) -> Result<()> {
    let day = account.last_business_date;
    let (occasion, tier) = match &due.rule.when {
        Occasion::Enrolment => (OccasionKind::Enrolment, ""),
        Occasion::Tier(name) => (OccasionKind::Tier, name.as_str()),
        Occasion::Nights { .. } => (OccasionKind::Nights, ""),
    };
    let mut row = BenefitRow {
        rule: due.rule.name.clone(),
        occasion: occasion.into(),
        tier: tier.to_owned(),
        night_parts: due.nights().parts(),
        period: due.period,
        granted: day.days(),
        programme_version: terms.version(),
        ..BenefitRow::default()
    };
    benefits::note(&mut account.granted, due, false);
    match due.rule.offers.as_slice() {
        [only] => hand_over(context, journal, account, terms, &mut row, only)?,
        _ => {
            let days = due.rule.choose_days.map_or(0, i32::from);
            row.choose_by = Some(day.add_days(days)?.days());
        }
    }
    let (member, programme) = (account.member(), terms.programme.clone());
    let benefit = benefit_id(context, &programme, member, due);
    BENEFITS.put(context, &(programme.clone(), member, benefit), &row);
    journal.changes.push(Event::BenefitGranted { benefit, member, programme, rule: row.rule });
    Ok(())
}

/// What was used stays, and the statement says so. Points are taken back as those of a stay are.
fn take_back(
    context: &mut Context<'_>,
    journal: &mut Journal,
    account: &mut Account,
    terms: &Terms,
    due: &Due<'_>,
) -> Result<()> {
    let Some((holder, benefit, mut row)) = find(context, account, terms, due)? else {
        benefits::note(&mut account.granted, due, false);
        return Ok(());
    };
    let (member, programme, rule) = (account.member(), terms.programme.clone(), row.rule.clone());
    benefits::note(&mut account.granted, due, row.used > 0);
    if row.used > 0 {
        let why = LineRow { cause: Cause::BenefitKept.into(), ..line(&row, terms) };
        journal.line(context, account, &Entry::new(), why)?;
        journal.changes.push(Event::BenefitKept { benefit, member, programme, rule });
        return Ok(());
    }
    row.revoked = true;
    if let Some(lot) = &row.points {
        let Lot { key, points } = lot.lot(&programme).map_err(|unreadable| unreadable.of("benefit"))?;
        let date = Date::from_days(row.points_date)
            .map_err(|_| Error::new(codes::STATE_UNREADABLE, "benefit holds a date out of range"))?;
        let mut entry = Entry::new();
        account.holdings.take_back(&mut entry, &key, points)?;
        let opposite = counted(terms, points, date).map(|counted| counted.negated()).transpose()?;
        enter_points(context, journal, account, terms, &entry, (&row, opposite))?;
    }
    BENEFITS.put(context, &(programme.clone(), holder, benefit), &row);
    journal.changes.push(Event::BenefitRevoked { benefit, member, programme, rule });
    Ok(())
}

/// The row of what was given; it may stand under a member who became part of this one.
fn find(
    context: &Context<'_>,
    account: &Account,
    terms: &Terms,
    due: &Due<'_>,
) -> Result<Option<(MemberId, BenefitId, BenefitRow)>> {
    for holder in holder::ids_of(account) {
        let benefit = benefit_id(context, &terms.programme, holder, due);
        if let Some(row) = BENEFITS.get(context, &(terms.programme.clone(), holder, benefit))?
            && !row.revoked
        {
            return Ok(Some((holder, benefit, row)));
        }
    }
    Ok(None)
}

/// Counts points towards the tier and writes their line.
fn enter_points(
    context: &mut Context<'_>,
    journal: &mut Journal,
    account: &mut Account,
    terms: &Terms,
    entry: &Entry,
    (row, counted): (&BenefitRow, Option<Contribution>),
) -> Result<()> {
    let before = account.tier.name.clone();
    upkeep::count(journal, account, terms, counted.as_slice())?;
    let tier = if account.tier.name == before { "" } else { upkeep::tier_name(account, terms) };
    let why = LineRow { cause: Cause::Milestone.into(), tier: tier.to_owned(), ..line(row, terms) };
    journal.enter(context, account, entry, why)
}

fn counted(terms: &Terms, points: Points, date: Date) -> Option<Contribution> {
    let reward = terms.definition.reward_balance().map(|(place, balance)| (place, balance.name.as_str()));
    reward.and_then(|balance| Contribution::of_points(&terms.definition.tiers, balance, points, date))
}

fn line(row: &BenefitRow, terms: &Terms) -> LineRow {
    LineRow { activity: row.rule.clone(), programme_version: terms.version(), ..LineRow::default() }
}

/// The id of what a rule gives an account on one occasion.
fn benefit_id(context: &Context<'_>, programme: &ProgrammeId, member: MemberId, due: &Due<'_>) -> BenefitId {
    let parts: [&[u8]; 6] = [
        b"folio-benefit-v1\n",
        programme.as_str().as_bytes(),
        member.bytes(),
        &due.period.to_be_bytes(),
        &[due.nth],
        due.rule.name.as_bytes(),
    ];
    context.sha256_id(&parts)
}
