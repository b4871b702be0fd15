//! All lines of a member's statement.

use std::collections::BTreeMap;

use anyhow::{Result, ensure};
use folio_loyalty::ids::{MemberId, ProgrammeId};
use folio_loyalty::state::{LINES, LineRow, NewestFirst};
use folio_loyalty::units::Date;
use folio_types::StateReader;
use serde::Serialize;

use super::{Cell, Period, Report, Sheet, movements};
use crate::rows::each_row;

/// The lines of a member, the newest first, by programme.
#[derive(Debug, Serialize)]
pub(crate) struct Statement {
    member: MemberId,
    #[serde(flatten)]
    period: Period,
    lines: Vec<Line>,
}

/// A line.
#[derive(Debug, Serialize)]
struct Line {
    programme: ProgrammeId,
    number: u32,
    date: Date,
    cause: &'static str,
    available: i64,
    pending: i64,
    reserved: i64,
    debt: i64,
    /// Points free to spend afterwards.
    balance: u64,
    /// What the line speaks of: a stay, a reservation, another member and the like, by what it is.
    #[serde(flatten)]
    about: BTreeMap<&'static str, String>,
    by: By,
    tx: String,
}

/// Who acted.
#[derive(Debug, Serialize)]
struct By {
    organisation: String,
    role: &'static str,
    user: String,
    member_signed: bool,
}

impl Statement {
    /// Reads the lines of a member.
    pub(crate) fn of(
        state: &dyn StateReader,
        programmes: &[ProgrammeId],
        member: MemberId,
        period: Period,
    ) -> Result<Self> {
        let (mut lines, mut known) = (Vec::new(), false);
        for programme in programmes {
            each_row(state, &LINES, &(programme.clone(), member), |(_, _, NewestFirst(number)), row| {
                known = true;
                let line = Line::of(programme, number, &row)?;
                lines.extend(Some(line).filter(|line| period.contains(line.date)));
                Ok(())
            })?;
        }
        ensure!(known, "member {member} has no line in the statements of these programmes as of this block");
        Ok(Self { member, period, lines })
    }
}

impl Line {
    fn of(programme: &ProgrammeId, number: u32, row: &LineRow) -> Result<Self> {
        Ok(Self {
            programme: programme.clone(),
            number,
            date: movements::date(row.date)?,
            cause: row.cause().name(),
            available: row.available,
            pending: row.pending,
            reserved: row.reserved,
            debt: row.debt,
            balance: row.balance,
            about: about(row),
            by: By {
                organisation: row.by.organisation.clone(),
                role: row.by.role().name(),
                user: hex::encode(&row.by.user),
                member_signed: row.by.member_signed,
            },
            tx: hex::encode(&row.tx),
        })
    }

    fn cells(&self) -> Vec<Cell> {
        let about = |what: &str| self.about.get(what).map(String::as_str);
        let apart = ["hotel", "tier", "programme_version"];
        let rest = self.about.iter().filter(|(what, _)| !apart.contains(what)).map(|(what, is)| format!("{what} {is}"));
        let signed = if self.by.member_signed { ", signed by the member" } else { "" };
        vec![
            self.programme.as_str().into(),
            self.number.into(),
            self.date.into(),
            self.cause.into(),
            about("hotel").into(),
            self.available.into(),
            self.pending.into(),
            self.reserved.into(),
            self.debt.into(),
            self.balance.into(),
            about("tier").into(),
            rest.collect::<Vec<_>>().join("; ").into(),
            format!("{} {}{signed}", self.by.organisation, self.by.role).into(),
        ]
    }
}

/// What a line speaks of, under the names that `member.statement` gives it.
fn about(row: &LineRow) -> BTreeMap<&'static str, String> {
    let number = |number: u64| if number == 0 { String::new() } else { number.to_string() };
    let all = [
        ("activity", row.activity.clone()),
        ("campaign", row.campaign.clone()),
        ("certificate", hex::encode(&row.certificate)),
        ("good_cause", row.good_cause.clone()),
        ("hotel", row.hotel.clone()),
        ("import", hex::encode(&row.import)),
        ("item", row.item.clone()),
        ("offer", hex::encode(&row.offer)),
        ("other_member", hex::encode(&row.other_member)),
        ("partner", row.partner.clone()),
        ("payment", row.payment.clone()),
        ("programme_version", number(row.programme_version.into())),
        ("purchase", hex::encode(&row.purchase)),
        ("reason", row.reason.clone()),
        ("reservation", hex::encode(&row.reservation)),
        ("stay", hex::encode(&row.stay)),
        ("stay_version", number(row.stay_version.into())),
        ("tier", row.tier.clone()),
        ("treasury", hex::encode(&row.treasury)),
        ("units", number(row.units)),
        ("wallet", hex::encode(&row.wallet)),
        ("word_of", hex::encode(&row.word_of)),
    ];
    all.into_iter().filter(|(_, is)| !is.is_empty()).collect()
}

impl Report for Statement {
    const NAME: &'static str = "statement";

    fn sheets(&self) -> Vec<Sheet> {
        vec![Sheet {
            name: "statement",
            header: &[
                "programme",
                "line",
                "date",
                "cause",
                "hotel",
                "available",
                "pending",
                "reserved",
                "debt",
                "balance",
                "tier",
                "about",
                "by",
            ],
            rows: self.lines.iter().map(Line::cells).collect(),
        }]
    }

    fn findings(&self) -> Vec<String> {
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use folio_loyalty::state::Cause;

    use super::super::testing::{State, day, programme};
    use super::*;

    #[test]
    fn lines_come_newest_first_and_say_what_they_are_about() {
        let (mut state, member) = (State::new(), MemberId::new([1; 16]));
        for (number, date, stay) in [(0, "2016-01-10", 7), (1, "2016-02-10", 8)] {
            let row = LineRow {
                date: day(date).days(),
                cause: Cause::Stay.into(),
                available: 100,
                balance: 100 * (u64::from(number) + 1),
                stay: vec![stay; 16],
                stay_version: 1,
                ..LineRow::default()
            };
            state.put(&LINES, &(programme(), member, NewestFirst(number)), &row);
        }
        let of = |member, period| Statement::of(&state.memory, &[programme()], member, period);
        let all = of(member, Period::default()).unwrap();
        let told: Vec<_> =
            all.lines.iter().map(|line| (line.number, line.balance, line.about["stay"].as_str())).collect();
        assert_eq!(told, [(1, 200, "08".repeat(16).as_str()), (0, 100, "07".repeat(16).as_str())]);
        assert!(serde_json::to_string(&all).unwrap().contains(r#""cause":"stay""#));

        let january = Period::new(None, Some(day("2016-01-31"))).unwrap();
        assert_eq!(of(member, january).unwrap().lines.len(), 1);
        assert!(of(MemberId::new([2; 16]), january).is_err());
    }
}
