//! What time does to an account. Nobody runs a clock on the ledger, so it is made up for whenever the account is touched:
//! holds that ran out come back, pending points become available, lots reach their last day, a tier ends or is reached, a
//! resting account lapses, points fade, and what the programme gives for nights and tiers is given.
//!
//! Invariant: however often an account is touched in between, it comes to the same on a day. So each day on which
//! something is due is gone through by itself, in order.

use folio_chaincode_sdk::{Context, Result};

use crate::books::{Account as BookAccount, Entry};
use crate::handlers::call::clock::CLOCK_SKEW_SECONDS;
use crate::handlers::outcome::event::Event;
use crate::handlers::outcome::journal::Journal;
use crate::handlers::programme::terms::Terms;
use crate::rules::expiry;
use crate::rules::programme::{ActivityKind, TierRank};
use crate::rules::tiers::{Change, Contribution, Standing, evaluate, judge};
use crate::state::{Account, ActorRow, Cause, HeldTier, Lapse, LineRow, TierCause, TierChangeRow};
use crate::units::{Date, NightCredits, Points};

use super::granting;
use super::holder;

/// Brings an account up to a business date: everything that time has done to it by then.
///
/// A date before the account's last is taken for that one: what has lapsed does not come back.
pub(in crate::handlers) fn bring_up_to(
    context: &mut Context<'_>,
    journal: &mut Journal,
    account: &mut Account,
    terms: &Terms,
    as_of: Date,
) -> Result<()> {
    holder::require_open(account)?;
    make_up_for_time(context, journal, account, terms, as_of)
}

/// The same for an account whatever became of it: a stay may be corrected after its member has left.
pub(in crate::handlers) fn make_up_for_time(
    context: &mut Context<'_>,
    journal: &mut Journal,
    account: &mut Account,
    terms: &Terms,
    as_of: Date,
) -> Result<()> {
    let day = as_of.max(account.last_business_date);
    return_ended_holds(context, journal, account, day)?;
    while let Some(due) = next_due(account, terms)?.filter(|due| *due < day) {
        go_through(context, journal, account, terms, due)?;
    }
    go_through(context, journal, account, terms, day)
}

/// The account as it will be when it is touched on a business date. Nothing is written.
pub(in crate::handlers) fn as_touched_on(
    context: &Context<'_>,
    by: ActorRow,
    mut account: Account,
    terms: &Terms,
    as_of: Date,
) -> Result<Account> {
    context.try_out(|context| {
        let mut journal = Journal::new(context, by, as_of, None)?;
        bring_up_to(context, &mut journal, &mut account, terms, as_of)?;
        Ok(account)
    })
}

/// The first day on which time does something to the account that it has not done yet.
pub(in crate::handlers) fn next_due(account: &Account, terms: &Terms) -> Result<Option<Date>> {
    // Nothing happens any more to an account that was closed, or that became part of another.
    if holder::require_open(account).is_err() {
        return Ok(None);
    }
    let holdings = &account.holdings;
    let matures = holdings.pending().first().map(|pending| pending.from);
    let ends = holdings.lots().iter().next().and_then(|lot| lot.key.last_day);
    let tier_ends = account.tier.valid_until;
    let fades = expiry::next_decay(&terms.definition, account.opened, account.decays)?;
    let lapses = if holdings.lots().is_empty() { None } else { last_day_of_rest(account, terms)? };
    let after = |last: Option<Date>| last.map(|last| last.add_days(1)).transpose();
    let days = [matures, fades, after(ends)?, after(tier_ends)?, after(lapses)?, carries_over(account, terms)?];
    Ok(days.into_iter().flatten().min())
}

/// The next new year, where nights of this one are carried into it and may lead to a tier there.
fn carries_over(account: &Account, terms: &Terms) -> Result<Option<Date>> {
    if !terms.definition.tiers.rollover_nights {
        return Ok(None);
    }
    let year_end = account.last_business_date.year_end();
    let carries = account.counters.nights_of(year_end.year()) != NightCredits::ZERO;
    Ok(if carries { Some(year_end.add_days(1)?) } else { None })
}

/// Everything that is due on a day.
fn go_through(
    context: &mut Context<'_>,
    journal: &mut Journal,
    account: &mut Account,
    terms: &Terms,
    day: Date,
) -> Result<()> {
    account.last_business_date = account.last_business_date.max(day);
    mature(context, journal, account, day)?;
    expire_lots(context, journal, account, terms, day)?;
    judge_tier(journal, account, terms)?;
    lapse_if_inactive(context, journal, account, terms, day)?;
    fade(context, journal, account, terms, day)?;
    granting::settle(context, journal, account, terms)
}

/// The rank of the tier that the account holds, in this version of the programme.
pub(in crate::handlers) fn rank(account: &Account, terms: &Terms) -> TierRank {
    terms.definition.tiers.rank_of(&account.tier.name).unwrap_or_default()
}

/// The name of the tier that the account holds.
pub(in crate::handlers) fn tier_name<'a>(account: &Account, terms: &'a Terms) -> &'a str {
    terms.definition.tiers.name_of(rank(account, terms))
}

/// Adds to the counters of the account, and judges its tier again.
pub(in crate::handlers) fn count(
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
pub(in crate::handlers) fn note_activity(account: &mut Account, terms: &Terms, kind: ActivityKind, day: Date) {
    let counts = match &terms.definition.expiry.inactivity {
        Some(_) => expiry::is_activity(&terms.definition, kind),
        None => !matches!(kind, ActivityKind::TransferSent | ActivityKind::TransferReceived),
    };
    if counts {
        account.last_activity = Some(account.last_activity.map_or(day, |last| last.max(day)));
    }
}

/// The tier that the account holds on a date; one before the account's last is taken for that.
pub(in crate::handlers) fn standing_on(account: &Account, terms: &Terms, as_of: Date) -> Result<Standing> {
    let (definition, held) = (&terms.definition, standing(account, terms));
    let day = as_of.max(account.last_business_date);
    if definition.tiers.counts_held_years() {
        return Ok(judge(definition, &mut account.counters.clone(), held, day)?.standing);
    }
    Ok(evaluate(definition, &account.counters, held, day)?.standing)
}

/// The tier that the account holds, as it was judged last.
pub(in crate::handlers) fn standing(account: &Account, terms: &Terms) -> Standing {
    standing_of(&account.tier, terms)
}

fn standing_of(tier: &HeldTier, terms: &Terms) -> Standing {
    let known = terms.definition.tiers.rank_of(&tier.name);
    known.map_or_else(Standing::default, |rank| Standing { rank, valid_until: tier.valid_until })
}

/// Judges the tier on the account's last business date.
pub(in crate::handlers) fn judge_tier(journal: &mut Journal, account: &mut Account, terms: &Terms) -> Result<()> {
    let held = standing(account, terms);
    let judged = judge(&terms.definition, &mut account.counters, held, account.last_business_date)?;
    let cause = match judged.change {
        Change::Kept => TierCause::None,
        Change::Raised => TierCause::Raised,
        Change::Renewed => TierCause::Renewed,
        Change::Lowered => TierCause::Lowered,
    };
    hold_tier(journal, account, terms, judged.standing, (cause, String::new()))
}

/// The account holds this tier from now on. Its history has every other tier, and every other year of the same one.
pub(in crate::handlers) fn hold_tier(
    journal: &mut Journal,
    account: &mut Account,
    terms: &Terms,
    judged: Standing,
    (cause, reason): (TierCause, String),
) -> Result<()> {
    let tiers = &terms.definition.tiers;
    let first = judged.rank == TierRank::default();
    let name = if first { "" } else { tiers.name_of(judged.rank) };
    let changed = account.tier.name != name;
    // Most judgements of most stays change nothing.
    if !changed && account.tier.valid_until == judged.valid_until {
        return Ok(());
    }
    let before = tier_name(account, terms).to_owned();
    let another_year = account.tier.valid_until.map(Date::year) != judged.valid_until.map(Date::year);
    account.tier = HeldTier { name: name.to_owned(), valid_until: judged.valid_until };
    if changed || another_year {
        let change = TierChangeRow {
            before: before.clone(),
            after: tiers.name_of(judged.rank).to_owned(),
            valid_until: judged.valid_until.map(Date::days),
            cause: cause.into(),
            reason,
            programme_version: terms.version(),
            ..TierChangeRow::default()
        };
        journal.tier_changed(account, change)?;
    }
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

/// Gives a tier that was earned elsewhere, when it is higher than the one held, or held for longer.
pub(in crate::handlers) fn raise_tier(
    journal: &mut Journal,
    account: &mut Account,
    terms: &Terms,
    tier: &HeldTier,
    cause: TierCause,
) -> Result<()> {
    let given = standing_of(tier, terms);
    if given.is_above(standing(account, terms)) {
        return hold_tier(journal, account, terms, given, (cause, String::new()));
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

/// The last day on which the points of the account can be used if it rests on; none when rest does not end them.
pub(in crate::handlers) fn last_day_of_rest(account: &Account, terms: &Terms) -> Result<Option<Date>> {
    let rested_since = account.last_activity.unwrap_or(account.opened);
    Ok(expiry::inactivity_expiry(&terms.definition, rank(account, terms), rested_since)?)
}

fn mature(context: &mut Context<'_>, journal: &mut Journal, account: &mut Account, day: Date) -> Result<()> {
    let mut entry = Entry::new();
    account.holdings.mature(&mut entry, day)?;
    if entry.is_empty() {
        return Ok(());
    }
    let matured = entry.of(BookAccount::Pending(account.member())).checked_neg().unwrap_or(i64::MAX);
    journal.enter(context, account, &entry, LineRow { cause: Cause::Matured.into(), ..LineRow::default() })?;
    let (member, programme) = (account.member(), account.programme.clone());
    journal.tell_points(matured, |points| Event::PointsMatured { member, programme, points });
    Ok(())
}

fn fade(
    context: &mut Context<'_>,
    journal: &mut Journal,
    account: &mut Account,
    terms: &Terms,
    day: Date,
) -> Result<()> {
    let Some(decay) = terms.definition.expiry.decay else { return Ok(()) };
    while expiry::next_decay(&terms.definition, account.opened, account.decays)?.is_some_and(|due| due <= day) {
        account.decays = account.decays.saturating_add(1);
        let mut entry = Entry::new();
        account.holdings.decay(&mut entry, decay.percent)?;
        if entry.is_empty() {
            continue;
        }
        let why = LineRow { cause: Cause::Decayed.into(), programme_version: terms.version(), ..LineRow::default() };
        journal.enter(context, account, &entry, why)?;
        let (member, programme) = (account.member(), account.programme.clone());
        let faded = entry.of(BookAccount::Decayed);
        journal.tell_points(faded, |points| Event::PointsDecayed { member, programme, points });
    }
    Ok(())
}

/// Remembers what lapsed on a day, where the programme may give it back.
fn note_lapse(account: &mut Account, terms: &Terms, day: Date, expired: i64, forfeited: i64) -> Result<()> {
    if terms.definition.expiry.reinstatement_days.is_none() {
        return Ok(());
    }
    let none = Lapse { date: day, expired: Points::ZERO, forfeited: Points::ZERO };
    let before = account.lapse.filter(|lapse| lapse.date == day).unwrap_or(none);
    let (expired, forfeited) = (Points::from_posting_or_zero(expired), Points::from_posting_or_zero(forfeited));
    account.lapse = Some(Lapse {
        date: day,
        expired: before.expired.checked_add(expired)?,
        forfeited: before.forfeited.checked_add(forfeited)?,
    });
    Ok(())
}

fn expire_lots(
    context: &mut Context<'_>,
    journal: &mut Journal,
    account: &mut Account,
    terms: &Terms,
    day: Date,
) -> Result<()> {
    let mut entry = Entry::new();
    account.holdings.expire(&mut entry, day)?;
    if entry.is_empty() {
        return Ok(());
    }
    journal.enter(context, account, &entry, LineRow { cause: Cause::Expired.into(), ..LineRow::default() })?;
    note_lapse(account, terms, day, entry.of(BookAccount::Expired), 0)?;
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
    if !expiry::has_lapsed(last_day_of_rest(account, terms)?, day) {
        return Ok(());
    }
    let mut entry = Entry::new();
    account.holdings.forfeit(&mut entry)?;
    if entry.is_empty() {
        return Ok(());
    }
    let why = LineRow { cause: Cause::Forfeited.into(), programme_version: terms.version(), ..LineRow::default() };
    journal.enter(context, account, &entry, why)?;
    note_lapse(account, terms, day, 0, entry.of(BookAccount::Forfeited))?;
    let (member, programme) = (account.member(), account.programme.clone());
    journal.tell_points(entry.of(BookAccount::Forfeited), |points| Event::PointsForfeited {
        member,
        programme,
        points,
    });
    Ok(())
}
