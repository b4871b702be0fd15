//! Points that were never spent: what lapsed of what was given, and what is expected to.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use folio_loyalty::books::{Kind, Totals};
use folio_loyalty::ids::ProgrammeId;
use folio_loyalty::state::{ACCOUNTS, LotsRow, WALLETS};
use folio_loyalty::units::Date;
use folio_types::StateReader;
use serde::Serialize;

use super::movements::{self, Estimate};
use super::sheet::Share;
use super::{Cell, Period, Report, Sheet};
use crate::rows::each_row;

/// What lapsed of each programme's points.
#[derive(Debug, Serialize)]
pub(crate) struct Breakage {
    #[serde(flatten)]
    period: Period,
    programmes: Vec<Broken>,
}

/// What lapsed of one programme's points.
#[derive(Debug, Serialize)]
struct Broken {
    programme: ProgrammeId,
    /// The whole period.
    all: Lapsed,
    /// By month of the business date. Lapsed points count in the month in which they lapsed: the ledger does not keep when
    /// they were earned. Of what was earned in a month it tells what is still there.
    months: Vec<Month>,
    /// What the programme's managers have estimated, the newest first.
    estimates: Vec<Estimate>,
}

/// A month.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Month {
    /// Such as `2016-01`.
    month: String,
    #[serde(flatten)]
    lapsed: Lapsed,
    /// Points earned in the month that members and wallets still hold as of the block.
    still_held: i128,
}

/// What was given and what lapsed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
struct Lapsed {
    /// Issued and imported, less what was taken back.
    given: i128,
    expired: i128,
    forfeited: i128,
    decayed: i128,
    #[serde(rename = "percent")]
    share: Option<Share>,
}

impl Breakage {
    /// Adds up what lapsed in a period.
    pub(crate) fn of(state: &dyn StateReader, programmes: &[ProgrammeId], period: Period) -> Result<Self> {
        let broken = programmes.iter().map(|programme| Broken::of(state, programme, period));
        Ok(Self { period, programmes: broken.collect::<Result<_>>()? })
    }
}

impl Broken {
    fn of(state: &dyn StateReader, programme: &ProgrammeId, period: Period) -> Result<Self> {
        let mut all = Lapsed::default();
        let mut months: BTreeMap<i32, (Lapsed, i128)> = BTreeMap::new();
        movements::each_posting(state, programme, |date, totals| {
            if period.contains(date) {
                all.add(totals);
                months.entry(date.month_index()).or_default().0.add(totals);
            }
            Ok(())
        })?;
        each_lot(state, programme, |earned, points| {
            if period.contains(earned) || period.contains(earned.month_end()) {
                months.entry(earned.month_index()).or_default().1 += i128::from(points);
            }
        })?;
        let months = months.into_iter().map(|(index, (lapsed, still_held))| Month {
            month: format!("{:04}-{:02}", index.div_euclid(12), index.rem_euclid(12) + 1),
            lapsed: lapsed.shared(),
            still_held,
        });
        let months = months.collect();
        let mut estimates = movements::estimates(state, programme)?;
        estimates.retain(|estimate| period.contains(estimate.date));
        Ok(Self { programme: programme.clone(), all: all.shared(), months, estimates })
    }
}

impl Lapsed {
    fn add(&mut self, totals: &Totals) {
        let of = |kind| totals.of(kind);
        self.given -= of(Kind::Issued) + of(Kind::Imported) + of(Kind::Reversed);
        self.expired += of(Kind::Expired);
        self.forfeited += of(Kind::Forfeited);
        self.decayed += of(Kind::Decayed);
    }

    /// With its share.
    fn shared(self) -> Self {
        let part = self.expired + self.forfeited + self.decayed;
        let share = (self.given > 0).then_some(Share { part, whole: self.given });
        Self { share, ..self }
    }

    fn cells(&self) -> [Cell; 5] {
        let figures = [self.given, self.expired, self.forfeited, self.decayed];
        let [given, expired, forfeited, decayed] = figures.map(Cell::from);
        [given, expired, forfeited, decayed, self.share.into()]
    }
}

/// Calls `visit` with the month of earning and the points of every lot that a member or a wallet holds.
fn each_lot(state: &dyn StateReader, programme: &ProgrammeId, mut visit: impl FnMut(Date, u64)) -> Result<()> {
    let mut visit_all = |lots: &LotsRow| {
        let lots = lots.lots(programme).map_err(|error| error.of("lots"))?;
        lots.iter().for_each(|lot| visit(lot.key.earned, lot.points.get()));
        anyhow::Ok(())
    };
    each_row(state, &WALLETS, &(programme.clone(),), |_, wallet| visit_all(&wallet.lots))?;
    let mut held = Vec::new();
    each_row(state, &ACCOUNTS, &(programme.clone(),), |_, account| {
        visit_all(&account.lots)?;
        account.pending.iter().try_for_each(|pending| visit_all(&pending.lots))?;
        held.extend(account.holds.into_iter().flat_map(|hold| hold.lots));
        Ok(())
    })?;
    for lot in held {
        visit(movements::date(lot.earned).context("the lot of a hold")?, lot.points);
    }
    Ok(())
}

impl Report for Breakage {
    const NAME: &'static str = "breakage";

    fn sheets(&self) -> Vec<Sheet> {
        let all = self
            .programmes
            .iter()
            .map(|broken| [broken.programme.as_str().into()].into_iter().chain(broken.all.cells()).collect());
        let months = self.programmes.iter().flat_map(|broken| {
            broken.months.iter().map(|month| {
                let head = [broken.programme.as_str().into(), month.month.as_str().into()];
                head.into_iter().chain(month.lapsed.cells()).chain([month.still_held.into()]).collect()
            })
        });
        let estimates = self.programmes.iter().flat_map(|broken| {
            let head = || [Cell::from(broken.programme.as_str())].into_iter();
            broken
                .estimates
                .iter()
                .map(move |estimate| head().chain(estimate.cells()).chain([estimate.by.as_str().into()]).collect())
        });
        vec![
            Sheet {
                name: "breakage",
                header: &["programme", "given", "expired", "forfeited", "decayed", "of given"],
                rows: all.collect(),
            },
            Sheet {
                name: "months",
                header: &["programme", "month", "given", "expired", "forfeited", "decayed", "of given", "still held"],
                rows: months.collect(),
            },
            Sheet {
                name: "estimates",
                header: &["programme", "after", "of points", "worth", "currency", "by"],
                rows: estimates.collect(),
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
    use folio_loyalty::state::{AccountRow, HoldRow, LotKindRow, LotRow, TOTALS, TotalsRow, TxTail};

    use super::super::testing::{State, day, programme};
    use super::*;

    fn post(state: &mut State, date: &str, tx: u8, lines: &[(Kind, i64)]) {
        let mut totals = Totals::new();
        lines.iter().for_each(|(kind, points)| totals.add(*kind, *points).unwrap());
        let row = TotalsRow::of(&totals, String::new(), None).unwrap();
        state.put(&TOTALS, &(programme(), day(date), TxTail::new([tx; 16])), &row);
    }

    #[test]
    fn what_lapsed_is_a_share_of_what_was_given_and_not_taken_back() {
        let mut state = State::new();
        post(&mut state, "2016-01-10", 1, &[(Kind::Issued, -900), (Kind::Imported, -200), (Kind::Available, 1_100)]);
        post(&mut state, "2016-01-11", 2, &[(Kind::Reversed, 100), (Kind::Available, -100)]);
        let lapsed = [(Kind::Expired, 50), (Kind::Forfeited, 30), (Kind::Decayed, 20), (Kind::Available, -100)];
        post(&mut state, "2016-02-10", 3, &lapsed);
        let kind = LotKindRow { funder: "A".to_owned(), cost_class: 1, ..LotKindRow::default() };
        let january = day("2016-01-01").days();
        let lots = LotsRow { kinds: vec![kind], points: vec![700], earned: vec![january], ..LotsRow::default() };
        let hold =
            HoldRow { lots: vec![LotRow { points: 200, earned: january, ..LotRow::default() }], ..HoldRow::default() };
        let account = AccountRow { lots, holds: vec![hold], ..AccountRow::default() };
        state.put(&ACCOUNTS, &(programme(), MemberId::new([1; 16])), &account);

        let report = Breakage::of(&state.memory, &[programme()], Period::default()).unwrap();
        let broken = &report.programmes[0];
        assert_eq!(broken.all.given, 1_000);
        assert_eq!(broken.all.share.and_then(Share::percent).as_deref(), Some("10.00"));
        let months: Vec<_> = broken
            .months
            .iter()
            .map(|month| (month.month.as_str(), month.lapsed.given, month.lapsed.expired, month.still_held))
            .collect();
        assert_eq!(months, [("2016-01", 1_000, 0, 900), ("2016-02", 0, 50, 0)]);
    }
}
