//! How many members hold which tier, and how they came to it.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use folio_loyalty::ids::ProgrammeId;
use folio_loyalty::rules::programme::{Definition, TierRank};
use folio_loyalty::state::{ACCOUNTS, PROGRAMMES, TIER_CHANGES, VERSIONS};
use folio_types::StateReader;
use serde::Serialize;

use super::sheet::Share;
use super::{Cell, Period, Report, Sheet, movements};
use crate::rows::{each_row, row};

/// The number of an open account of a member in its row.
const OPEN: u32 = 0;

/// The tiers of each programme as of the block, and their changes in a period.
#[derive(Debug, Serialize)]
pub(crate) struct Tiers {
    #[serde(flatten)]
    period: Period,
    tiers: Vec<Held>,
    changes: Vec<Changed>,
}

/// How many hold a tier. Closed accounts and those that became part of another are not counted, nor are pools.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Held {
    programme: ProgrammeId,
    tier: String,
    members: u64,
    percent: Share,
}

/// How often one tier became another for one cause.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Changed {
    programme: ProgrammeId,
    before: String,
    after: String,
    cause: &'static str,
    times: u64,
}

impl Tiers {
    /// Counts accounts and changes.
    pub(crate) fn of(state: &dyn StateReader, programmes: &[ProgrammeId], period: Period) -> Result<Self> {
        let mut report = Self { period, tiers: Vec::new(), changes: Vec::new() };
        for programme in programmes {
            report.tiers.extend(held(state, programme)?);
            report.changes.extend(changed(state, programme, period)?);
        }
        Ok(report)
    }
}

fn held(state: &dyn StateReader, programme: &ProgrammeId) -> Result<Vec<Held>> {
    let names = tier_names(state, programme)?;
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    each_row(state, &ACCOUNTS, &(programme.clone(),), |_, account| {
        if account.state == OPEN {
            let tier = if account.tier.is_empty() { names.first().cloned().unwrap_or_default() } else { account.tier };
            *counts.entry(tier).or_default() += 1;
        }
        Ok(())
    })?;
    let whole = counts.values().copied().map(i128::from).sum();
    let mut take = |tier: &String| Some((tier.clone(), counts.remove(tier).unwrap_or_default()));
    // A tier that the version in force no longer has is still held by its name.
    let in_force: Vec<_> = names.iter().filter_map(&mut take).collect();
    let held = in_force.into_iter().chain(counts).map(|(tier, members)| Held {
        programme: programme.clone(),
        tier,
        members,
        percent: Share { part: members.into(), whole },
    });
    Ok(held.collect())
}

fn changed(state: &dyn StateReader, programme: &ProgrammeId, period: Period) -> Result<Vec<Changed>> {
    let mut counts: BTreeMap<(String, String, &'static str), u64> = BTreeMap::new();
    each_row(state, &TIER_CHANGES, &(programme.clone(),), |_, change| {
        if period.contains(movements::date(change.date)?) {
            let cause = change.cause().name();
            *counts.entry((change.before, change.after, cause)).or_default() += 1;
        }
        Ok(())
    })?;
    let changes = counts.into_iter().map(|((before, after, cause), times)| Changed {
        programme: programme.clone(),
        before,
        after,
        cause,
        times,
    });
    Ok(changes.collect())
}

/// The tiers of the newest version in force, lowest first.
fn tier_names(state: &dyn StateReader, programme: &ProgrammeId) -> Result<Vec<String>> {
    let programme_row = row(state, &PROGRAMMES, programme)?;
    let Some(newest) = programme_row.and_then(|row| row.in_force.last().map(|newest| newest.version)) else {
        return Ok(Vec::new());
    };
    let version = row(state, &VERSIONS, &(programme.clone(), newest))?;
    let version = version.with_context(|| format!("version {newest} of {programme} is missing"))?;
    let tiers = Definition::from_stored(&version.definition)?.tiers;
    let ranks = (0..=u8::MAX).map(TierRank).take_while(|rank| tiers.tier(*rank).is_some());
    Ok(ranks.map(|rank| tiers.name_of(rank).to_owned()).collect())
}

impl Report for Tiers {
    const NAME: &'static str = "tiers";

    fn sheets(&self) -> Vec<Sheet> {
        let tiers = self.tiers.iter().map(|held| {
            vec![held.programme.as_str().into(), held.tier.as_str().into(), held.members.into(), held.percent.into()]
        });
        let changes = self.changes.iter().map(|change| {
            let words = [change.before.as_str(), change.after.as_str(), change.cause].map(Cell::from);
            [change.programme.as_str().into()].into_iter().chain(words).chain([change.times.into()]).collect()
        });
        vec![
            Sheet { name: "tiers", header: &["programme", "tier", "members", "share"], rows: tiers.collect() },
            Sheet {
                name: "changes",
                header: &["programme", "before", "after", "cause", "times"],
                rows: changes.collect(),
            },
        ]
    }

    fn findings(&self) -> Vec<String> {
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use folio_loyalty::ids::MemberId;
    use folio_loyalty::rules::programme::shipped;
    use folio_loyalty::state::{
        AccountRow, InForceRow, NewestFirst, ProgrammeRow, TierCause, TierChangeRow, VersionRow,
    };

    use super::super::testing::{State, day, programme};
    use super::*;

    /// Three members, of whom one has left; the programme's tiers are those of a shipped one.
    fn world() -> (State, Vec<String>) {
        let mut state = State::new();
        let definition = Definition::from_toml(shipped().next().unwrap().1).unwrap();
        let in_force = vec![InForceRow { version: 1, ..InForceRow::default() }];
        state.put(&PROGRAMMES, &programme(), &ProgrammeRow { in_force, ..ProgrammeRow::default() });
        let version = VersionRow { definition: definition.to_stored(), ..VersionRow::default() };
        state.put(&VERSIONS, &(programme(), 1), &version);
        let names: Vec<_> = definition.tiers.levels.iter().map(|tier| tier.name.clone()).collect();
        for (id, tier, account) in [(1, "", OPEN), (2, names[1].as_str(), OPEN), (3, "", OPEN), (4, "", 1), (5, "", 3)]
        {
            let row = AccountRow { tier: tier.to_owned(), state: account, ..AccountRow::default() };
            state.put(&ACCOUNTS, &(programme(), MemberId::new([id; 16])), &row);
        }
        (state, names)
    }

    #[test]
    fn members_are_counted_by_tier_and_pools_and_those_who_left_are_not() {
        let (state, names) = world();
        let report = Tiers::of(&state.memory, &[programme()], Period::default()).unwrap();
        let counts: Vec<_> = report.tiers.iter().map(|held| (held.tier.clone(), held.members)).collect();
        let wanted = names.iter().zip([2, 1].into_iter().chain(std::iter::repeat(0)));
        assert_eq!(counts, wanted.map(|(name, members)| (name.clone(), members)).collect::<Vec<_>>());
        assert_eq!(report.tiers[0].percent.percent().as_deref(), Some("66.67"));
    }

    #[test]
    fn changes_count_in_the_period_of_their_date() {
        let (mut state, _) = world();
        for (id, date) in [(1, "2016-01-10"), (2, "2016-01-31"), (3, "2016-02-01")] {
            let row = TierChangeRow {
                date: day(date).days(),
                before: "Member".to_owned(),
                after: "Silver".to_owned(),
                cause: TierCause::Raised.into(),
                ..TierChangeRow::default()
            };
            state.put(&TIER_CHANGES, &(programme(), MemberId::new([id; 16]), NewestFirst(0)), &row);
        }
        let january = Period::new(Some(day("2016-01-01")), Some(day("2016-01-31"))).unwrap();
        let report = Tiers::of(&state.memory, &[programme()], january).unwrap();
        let changes: Vec<_> = report.changes.iter().map(|change| (change.cause, change.times)).collect();
        assert_eq!(changes, [("raised", 2)]);
    }
}
