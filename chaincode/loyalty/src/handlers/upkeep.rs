//! What time does to an account. Nobody runs a clock on the ledger, so it is made up for whenever the account is touched:
//! holds that ran out come back, lots reach their last day, a resting account lapses, a tier ends or is reached.

use folio_chaincode_sdk::{Context, Result};

use crate::books::{Account as BookAccount, Entry};
use crate::rules::expiry;
use crate::rules::programme::{ActivityKind, TierRank};
use crate::rules::tiers::{Contribution, Standing, evaluate};
use crate::state::{Account, Cause, HeldTier, LineRow};
use crate::units::Date;

use super::clock::CLOCK_SKEW_SECONDS;
use super::event::Event;
use super::journal::Journal;
use super::terms::Terms;

/// Brings an account up to a business date: everything that time has done to it by then.
///
/// A date before the account's last is taken for that one: what has lapsed does not come back.
pub(super) fn bring_up_to(
    context: &mut Context<'_>,
    journal: &mut Journal,
    account: &mut Account,
    terms: &Terms,
    as_of: Date,
) -> Result<()> {
    let day = as_of.max(account.last_business_date);
    account.last_business_date = day;
    return_ended_holds(context, journal, account, day)?;
    expire_lots(context, journal, account, day)?;
    lapse_if_inactive(context, journal, account, terms, day)?;
    judge_tier(journal, account, terms)
}

/// The rank of the tier that the account holds, in this version of the programme.
pub(super) fn rank(account: &Account, terms: &Terms) -> TierRank {
    terms.definition.tiers.rank_of(&account.tier.name).unwrap_or_default()
}

/// The name of the tier that the account holds.
pub(super) fn tier_name<'a>(account: &Account, terms: &'a Terms) -> &'a str {
    terms.definition.tiers.name_of(rank(account, terms))
}

/// Adds to the counters of the account, and judges its tier again.
pub(super) fn count(
    journal: &mut Journal,
    account: &mut Account,
    terms: &Terms,
    contributions: &[Contribution],
) -> Result<()> {
    for contribution in contributions {
        account.counters.add(&terms.definition.tiers, contribution)?;
    }
    judge_tier(journal, account, terms)
}

/// Starts the account's rest again, when the programme counts this as activity. A programme in which accounts do not
/// lapse lists nothing; there all but gifts counts, for rules that ask whether an account was ever active.
pub(super) fn note_activity(account: &mut Account, terms: &Terms, kind: ActivityKind, day: Date) {
    let counts = match &terms.definition.expiry.inactivity {
        Some(_) => expiry::is_activity(&terms.definition, kind),
        None => !matches!(kind, ActivityKind::TransferSent | ActivityKind::TransferReceived),
    };
    if counts {
        account.last_activity = Some(account.last_activity.map_or(day, |last| last.max(day)));
    }
}

/// The tier that the account holds on a date; one before the account's last is taken for that.
pub(super) fn standing_on(account: &Account, terms: &Terms, as_of: Date) -> Result<Standing> {
    let known = terms.definition.tiers.rank_of(&account.tier.name);
    let held = known.map_or_else(Standing::default, |rank| Standing { rank, valid_until: account.tier.valid_until });
    let day = as_of.max(account.last_business_date);
    Ok(evaluate(&terms.definition, &account.counters, held, day)?.standing)
}

/// Judges the tier on the account's last business date.
fn judge_tier(journal: &mut Journal, account: &mut Account, terms: &Terms) -> Result<()> {
    let tiers = &terms.definition.tiers;
    let judged = standing_on(account, terms, account.last_business_date)?;
    let first = judged.rank == TierRank::default();
    let name = if first { String::new() } else { tiers.name_of(judged.rank).to_owned() };
    let before = tier_name(account, terms).to_owned();
    let changed = account.tier.name != name;
    account.tier = HeldTier { name, valid_until: judged.valid_until };
    if changed {
        journal.changes.push(Event::TierChanged {
            member: account.member(),
            programme: account.programme.clone(),
            before,
            after: tiers.name_of(judged.rank).to_owned(),
            valid_until: judged.valid_until,
        });
    }
    Ok(())
}

fn return_ended_holds(
    context: &mut Context<'_>,
    journal: &mut Journal,
    account: &mut Account,
    day: Date,
) -> Result<()> {
    let ended = context.invocation().timestamp_seconds.saturating_sub(CLOCK_SKEW_SECONDS);
    for id in account.holdings.ended_before(ended) {
        let mut entry = Entry::new();
        let points = account.holdings.release(&mut entry, id, day)?;
        let why = LineRow { cause: Cause::Released.into(), reservation: id.bytes().to_vec(), ..LineRow::default() };
        journal.enter(context, account, &entry, why)?;
        let programme = account.programme.clone();
        journal.changes.push(Event::RewardReleased { reservation: id, programme, points });
    }
    Ok(())
}

fn expire_lots(context: &mut Context<'_>, journal: &mut Journal, account: &mut Account, day: Date) -> Result<()> {
    let mut entry = Entry::new();
    account.holdings.expire(&mut entry, day)?;
    if entry.is_empty() {
        return Ok(());
    }
    journal.enter(context, account, &entry, LineRow { cause: Cause::Expired.into(), ..LineRow::default() })?;
    let (member, programme) = (account.member(), account.programme.clone());
    journal.tell_points(entry.of(BookAccount::Expired), |points| Event::PointsExpired { member, programme, points });
    Ok(())
}

fn lapse_if_inactive(
    context: &mut Context<'_>,
    journal: &mut Journal,
    account: &mut Account,
    terms: &Terms,
    day: Date,
) -> Result<()> {
    let rested_since = account.last_activity.unwrap_or(account.opened);
    let last_day = expiry::inactivity_expiry(&terms.definition, rank(account, terms), rested_since)?;
    if !expiry::has_lapsed(last_day, day) {
        return Ok(());
    }
    let mut entry = Entry::new();
    account.holdings.forfeit(&mut entry)?;
    if entry.is_empty() {
        return Ok(());
    }
    let why = LineRow { cause: Cause::Forfeited.into(), programme_version: terms.version(), ..LineRow::default() };
    journal.enter(context, account, &entry, why)?;
    let (member, programme) = (account.member(), account.programme.clone());
    journal.tell_points(entry.of(BookAccount::Forfeited), |points| Event::PointsForfeited {
        member,
        programme,
        points,
    });
    Ok(())
}
