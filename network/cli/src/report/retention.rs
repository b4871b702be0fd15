//! How many members, and how many of their points, a programme keeps over a period.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use folio_loyalty::ids::{MemberId, ProgrammeId};
use folio_loyalty::state::{ACCOUNTS, Cause, LINES, LineRow};
use folio_loyalty::units::Date;
use folio_types::StateReader;
use serde::Serialize;

use super::sheet::Share;
use super::{Cell, Period, Report, Sheet, movements};
use crate::rows::each_row;

/// The numbers in accounts' rows of one that became part of another, and of a pool's.
const MERGED: u32 = 2;
const POOL: u32 = 3;

/// Kept divided by what there was at the start, of each programme.
#[derive(Debug, Serialize)]
pub(crate) struct Retention {
    programmes: Vec<Kept>,
}

/// What one programme kept.
///
/// Spending takes the points that expire first, which are mostly the oldest: so what leaves an account in the period is taken
/// to be of those that it began with, as long as there are any.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Kept {
    programme: ProgrammeId,
    /// The first date of the period; the start is the end of the day before.
    from: Date,
    to: Date,
    /// Members with points at the start.
    members_at_start: u64,
    /// Those of them who have points at the end, or were active in the period, and have not left.
    members_kept: u64,
    members_percent: Share,
    /// Points at the start.
    points_at_start: i128,
    /// Those of them that had not left their accounts by the end.
    points_kept: i128,
    points_percent: Share,
}

/// What a member's lines say of a period.
#[derive(Default)]
struct Course {
    start: i128,
    end: i128,
    left: i128,
    was_active: bool,
    has_gone: bool,
}

impl Retention {
    /// Follows the accounts' statements. A period without an end ends with the newest line of a programme, and one without
    /// a beginning is the year up to its end.
    pub(crate) fn of(state: &dyn StateReader, programmes: &[ProgrammeId], period: Period) -> Result<Self> {
        let kept = programmes.iter().map(|programme| Kept::of(state, programme, period));
        Ok(Self { programmes: kept.collect::<Result<_>>()? })
    }
}

impl Kept {
    fn of(state: &dyn StateReader, programme: &ProgrammeId, period: Period) -> Result<Self> {
        let period = told(state, programme, period)?;
        let members = members(state, programme)?;
        let mut courses: BTreeMap<MemberId, Course> = BTreeMap::new();
        each_row(state, &LINES, &(programme.clone(),), |(_, member, _), line| {
            match members.get(&member) {
                Some(person) => courses.entry(*person).or_default().follow(&line, period),
                // A pool's.
                None => Ok(()),
            }
        })?;
        let mut kept = Self::nothing(programme, period);
        for course in courses.values().filter(|course| course.start > 0) {
            kept.members_at_start += 1;
            kept.members_kept += u64::from(course.is_kept());
            kept.points_at_start += course.start;
            kept.points_kept += course.points_kept();
        }
        kept.members_percent = Share { part: kept.members_kept.into(), whole: kept.members_at_start.into() };
        kept.points_percent = Share { part: kept.points_kept, whole: kept.points_at_start };
        Ok(kept)
    }

    fn nothing(programme: &ProgrammeId, period: Period) -> Self {
        let none = Share { part: 0, whole: 0 };
        Self {
            programme: programme.clone(),
            from: period.first(),
            to: period.last(),
            members_at_start: 0,
            members_kept: 0,
            members_percent: none,
            points_at_start: 0,
            points_kept: 0,
            points_percent: none,
        }
    }
}

impl Course {
    fn follow(&mut self, line: &LineRow, period: Period) -> Result<()> {
        let date = movements::date(line.date)?;
        let moved = [line.available, line.pending, line.reserved].into_iter().map(i128::from).sum::<i128>();
        if date < period.first() {
            self.start += moved;
        }
        if date > period.last() {
            return Ok(());
        }
        self.end += moved;
        self.has_gone |= line.cause() == Cause::Closed;
        if period.contains(date) {
            self.was_active |= is_activity(line.cause());
            // Between accounts of one person nothing leaves, and what comes back had not left for good.
            let comes_back = matches!(line.cause(), Cause::Refunded | Cause::Reinstated | Cause::GiftReturned);
            if line.cause() != Cause::Merged && (moved < 0 || comes_back) {
                self.left -= moved;
            }
        }
        Ok(())
    }

    const fn is_kept(&self) -> bool {
        !self.has_gone && (self.end > 0 || self.was_active)
    }

    fn points_kept(&self) -> i128 {
        (self.start - self.left.max(0)).clamp(0, self.start)
    }
}

/// Whether a line tells that the member did something, and not only time or the programme.
const fn is_activity(cause: Cause) -> bool {
    !matches!(
        cause,
        Cause::None
            | Cause::Released
            | Cause::Expired
            | Cause::Forfeited
            | Cause::Matured
            | Cause::Decayed
            | Cause::Extended
            | Cause::Reinstated
            | Cause::Imported
            | Cause::Adjusted
            | Cause::CertificateIssued
            | Cause::CertificateVoided
            | Cause::Merged
            | Cause::GiftReturned
            | Cause::Closed
    )
}

/// Whose each account is: its member's, or of the member of whose account it became a part. Pools are nobody's.
fn members(state: &dyn StateReader, programme: &ProgrammeId) -> Result<BTreeMap<MemberId, MemberId>> {
    let mut merged = BTreeMap::new();
    each_row(state, &ACCOUNTS, &(programme.clone(),), |(_, member), account| {
        if account.state != POOL {
            let into = (account.state == MERGED).then(|| MemberId::from_start_of(&account.merged_into)).flatten();
            merged.insert(member, into.unwrap_or(member));
        }
        Ok(())
    })?;
    let last = |mut member: MemberId| {
        // No account becomes part of another more often than there are accounts.
        for _ in 0..merged.len() {
            match merged.get(&member) {
                Some(into) if *into != member => member = *into,
                _ => break,
            }
        }
        member
    };
    Ok(merged.keys().map(|member| (*member, last(*member))).collect())
}

/// The period with both its ends.
fn told(state: &dyn StateReader, programme: &ProgrammeId, period: Period) -> Result<Period> {
    let mut to = period.last();
    if period.is_open() {
        let mut newest = None;
        each_row(state, &LINES, &(programme.clone(),), |_, line| {
            newest = newest.max(Some(movements::date(line.date)?));
            Ok(())
        })?;
        // Without any line there is nothing at the start, wherever that is.
        to = newest.unwrap_or(Date::LAST).max(period.first());
    }
    let year_before = to.add_years(-1).and_then(|date| date.add_days(1)).unwrap_or(Date::FIRST);
    let from = if period.begins() { period.first() } else { year_before };
    Period::new(Some(from), Some(to)).context("the period of retention")
}

impl Report for Retention {
    const NAME: &'static str = "retention";

    fn sheets(&self) -> Vec<Sheet> {
        let rows = self.programmes.iter().map(|kept| {
            vec![
                Cell::from(kept.programme.as_str()),
                kept.from.into(),
                kept.to.into(),
                kept.members_at_start.into(),
                kept.members_kept.into(),
                kept.members_percent.into(),
                kept.points_at_start.into(),
                kept.points_kept.into(),
                kept.points_percent.into(),
            ]
        });
        vec![Sheet {
            name: "retention",
            header: &[
                "programme",
                "from",
                "to",
                "members at start",
                "members kept",
                "of members",
                "points at start",
                "points kept",
                "of points",
            ],
            rows: rows.collect(),
        }]
    }

    fn findings(&self) -> Vec<String> {
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use folio_loyalty::state::{AccountRow, NewestFirst};

    use super::super::testing::{State, day, programme};
    use super::*;

    fn line(date: &str, cause: Cause, available: i64, reserved: i64) -> LineRow {
        LineRow { date: day(date).days(), cause: cause.into(), available, reserved, ..LineRow::default() }
    }

    fn kept(accounts: &[(u8, AccountRow, &[LineRow])]) -> Kept {
        let mut state = State::new();
        for (id, account, lines) in accounts {
            let member = MemberId::new([*id; 16]);
            state.put(&ACCOUNTS, &(programme(), member), account);
            for (number, line) in (0..).zip(*lines) {
                state.put(&LINES, &(programme(), member, NewestFirst(number)), line);
            }
        }
        let period = Period::new(Some(day("2016-01-01")), Some(day("2016-12-31"))).unwrap();
        Retention::of(&state.memory, &[programme()], period).unwrap().programmes.remove(0)
    }

    #[test]
    fn eight_hundred_of_a_thousand_points_are_eighty_percent() {
        let stays = [line("2015-12-31", Cause::Stay, 1_000, 0), line("2016-05-01", Cause::TransferSent, -200, 0)];
        let kept = kept(&[(1, AccountRow::default(), &stays)]);
        assert_eq!((kept.points_at_start, kept.points_kept), (1_000, 800));
        assert_eq!(kept.points_percent.percent().as_deref(), Some("80.00"));
    }

    #[test]
    fn who_has_points_or_was_active_is_kept_and_who_left_is_not() {
        let first = line("2015-06-01", Cause::Stay, 100, 0);
        let cases: [(&[LineRow], u64, i128); 7] = [
            (&[], 1, 100),
            (&[line("2016-03-01", Cause::Expired, -100, 0)], 0, 0),
            (&[line("2016-03-01", Cause::Expired, -100, 0), line("2016-04-01", Cause::Stay, 5, 0)], 1, 0),
            (&[line("2016-03-01", Cause::Reserved, -100, 100)], 1, 100),
            (&[line("2016-03-01", Cause::Donated, -100, 0)], 1, 0),
            (&[line("2016-03-01", Cause::Closed, -100, 0)], 0, 0),
            (&[line("2017-03-01", Cause::Closed, -100, 0)], 1, 100),
        ];
        for (lines, members, points) in cases {
            let lines: Vec<_> = [first.clone()].into_iter().chain(lines.iter().cloned()).collect();
            let kept = kept(&[(1, AccountRow::default(), &lines)]);
            assert_eq!((kept.members_kept, kept.points_kept), (members, points), "{lines:?}");
        }
    }

    #[test]
    fn an_account_that_became_part_of_another_is_one_member_with_it() {
        let merged = AccountRow { state: MERGED, merged_into: vec![1; 16], ..AccountRow::default() };
        let (first, went) = (line("2015-06-01", Cause::Stay, 70, 0), line("2016-06-01", Cause::Merged, -70, 0));
        let (own, came) = (line("2015-06-01", Cause::Stay, 30, 0), line("2016-06-01", Cause::Merged, 70, 0));
        let kept = kept(&[(1, AccountRow::default(), &[own, came]), (2, merged, &[first, went])]);
        assert_eq!((kept.members_at_start, kept.members_kept), (1, 1));
        assert_eq!((kept.points_at_start, kept.points_kept), (100, 100));
    }
}
