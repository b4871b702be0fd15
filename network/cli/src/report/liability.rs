//! What programmes owe their members, and how it came to that.

use anyhow::Result;
use folio_loyalty::books::Totals;
use folio_loyalty::ids::ProgrammeId;
use folio_loyalty::rules::settlement::{Held, RollForward};
use folio_loyalty::state::{SEALED, TOTALS_FOLDED};
use folio_loyalty::units::Date;
use folio_types::StateReader;
use serde::Serialize;

use super::movements::{self, Estimate};
use super::{Cell, Period, Report, Sheet};
use crate::audit;

/// The roll-forward of each programme over a period.
#[derive(Debug, Serialize)]
pub(crate) struct Liability {
    #[serde(flatten)]
    period: Period,
    programmes: Vec<Owed>,
}

/// What one programme owes, in points.
#[derive(Debug, Serialize)]
struct Owed {
    programme: ProgrammeId,
    sealed_through: Option<Date>,
    folded_through: Option<Date>,
    #[serde(flatten)]
    roll: RollForward,
    /// Who holds the points after the last date, by the totals.
    held: Held,
    /// The newest estimate up to the last date of what will never be spent. It moves no points.
    breakage: Option<Estimate>,
    /// Whether opening and movements make the closing.
    balances: bool,
    /// Whether accounts, wallets and treasuries hold what the totals say; asked only where the period has no end.
    accounts_agree: Option<bool>,
    /// Whether the folded totals are the sum of the rows that were folded; nothing when none are.
    folded_agrees: Option<bool>,
}

impl Liability {
    /// Adds the programmes' totals up.
    pub(crate) fn of(state: &dyn StateReader, programmes: &[ProgrammeId], period: Period) -> Result<Self> {
        let mut holders = audit::held(state)?;
        let owed = |programme: &ProgrammeId| {
            let held = holders.remove(programme.as_str()).unwrap_or_default();
            Owed::of(state, programme, period, &held)
        };
        Ok(Self { period, programmes: programmes.iter().map(owed).collect::<Result<_>>()? })
    }
}

impl Owed {
    fn of(state: &dyn StateReader, programme: &ProgrammeId, period: Period, accounts: &audit::Held) -> Result<Self> {
        let folded = movements::folded(state, programme, period.last())?;
        let (mut before, mut after, mut refolded) = (Totals::new(), Totals::new(), Totals::new());
        movements::each_posting(state, programme, |date, totals| {
            if date < period.first() {
                before.add_all(totals)?;
            }
            if date <= period.last() {
                after.add_all(totals)?;
            }
            if folded.as_ref().is_some_and(|(through, _)| date <= *through) {
                refolded.add_all(totals)?;
            }
            Ok(())
        })?;
        let roll = RollForward::between(&before, &after)?;
        let held = Held::of(&after)?;
        let estimates = movements::estimates(state, programme)?;
        Ok(Self {
            programme: programme.clone(),
            sealed_through: movements::through(state, programme, SEALED)?,
            folded_through: movements::through(state, programme, TOTALS_FOLDED)?,
            roll,
            held,
            breakage: estimates.into_iter().find(|estimate| estimate.date <= period.last()),
            balances: roll.balances(),
            accounts_agree: period.is_open().then(|| held == told_by(accounts)),
            folded_agrees: folded.map(|(_, sums)| sums == refolded),
        })
    }

    fn findings(&self) -> impl Iterator<Item = String> {
        let checks = [
            (self.balances, "opening and movements do not make the closing"),
            (self.accounts_agree.unwrap_or(true), "accounts, wallets and treasuries do not hold what the totals say"),
            (self.folded_agrees.unwrap_or(true), "folded totals are not the sum of their rows"),
        ];
        checks.into_iter().filter(|(holds, _)| !holds).map(|(_, what)| format!("{}: {what}", self.programme))
    }
}

impl Report for Liability {
    const NAME: &'static str = "liability";

    fn sheets(&self) -> Vec<Sheet> {
        let rows = self.programmes.iter().map(|owed| {
            let roll = &owed.roll;
            let figures = [
                roll.opening,
                roll.imported,
                roll.issued,
                -roll.reversed,
                -roll.redeemed,
                -roll.converted,
                -roll.expired,
                -roll.forfeited,
                -roll.decayed,
                -roll.fees,
                roll.closing,
            ];
            [owed.programme.as_str().into()].into_iter().chain(figures.map(Cell::from)).collect()
        });
        let roll = Sheet {
            name: "roll-forward",
            header: &[
                "programme",
                "opening",
                "imported",
                "issued",
                "reversed",
                "redeemed",
                "converted",
                "expired",
                "forfeited",
                "decayed",
                "fees",
                "closing",
            ],
            rows: rows.collect(),
        };
        let held = self.programmes.iter().map(|owed| {
            let Held { available, pending, reserved, wallet, treasury, debt } = owed.held;
            let figures = [available, pending, reserved, wallet, treasury, -debt].map(Cell::from);
            let estimate = owed.breakage.as_ref().map_or_else(|| [const { Cell::Empty }; 4], Estimate::cells);
            [owed.programme.as_str().into()].into_iter().chain(figures).chain(estimate).collect()
        });
        let held = Sheet {
            name: "holders",
            header: &[
                "programme",
                "available",
                "pending",
                "reserved",
                "wallet",
                "treasury",
                "debt",
                "estimated after",
                "breakage",
                "worth",
                "currency",
            ],
            rows: held.collect(),
        };
        vec![roll, held]
    }

    fn findings(&self) -> Vec<String> {
        self.programmes.iter().flat_map(Owed::findings).collect()
    }
}

/// What the rows hold, in the words of the totals.
fn told_by(accounts: &audit::Held) -> Held {
    Held {
        available: accounts.available,
        pending: accounts.pending,
        reserved: accounts.reserved,
        wallet: accounts.wallet,
        treasury: accounts.treasury,
        debt: accounts.debt,
    }
}

#[cfg(test)]
mod tests {
    use folio_loyalty::books::Kind;
    use folio_loyalty::ids::{MemberId, TreasuryId, WalletAddress};
    use folio_loyalty::state::{
        ACCOUNTS, AccountRow, BreakageRow, DATES, FOLDED, FoldedRow, HoldRow, LatestFirst, LotRow, LotsRow, PendingRow,
        TOTALS, TREASURIES, ThroughRow, TotalsRow, TreasuryHeadRow, TreasuryRow, TxTail, WALLETS, WalletRow,
    };

    use super::super::testing::{State, day, programme};
    use super::*;

    fn lots(points: u64) -> LotsRow {
        LotsRow { points: vec![points], earned: vec![0], ..LotsRow::default() }
    }

    fn totals(lines: &[(Kind, i64)]) -> Totals {
        let mut totals = Totals::new();
        lines.iter().for_each(|(kind, points)| totals.add(*kind, *points).unwrap());
        totals
    }

    fn post(state: &mut State, date: &str, tx: u8, lines: &[(Kind, i64)]) {
        let row = TotalsRow::of(&totals(lines), String::new(), None).unwrap();
        state.put(&TOTALS, &(programme(), day(date), TxTail::new([tx; 16])), &row);
    }

    /// 1,000 issued in January, moved about in February.
    fn world() -> State {
        let mut state = State::new();
        post(&mut state, "2016-01-10", 1, &[(Kind::Issued, -1_000), (Kind::Available, 1_000)]);
        let moved = [(Kind::Pending, 50), (Kind::Reserved, 100), (Kind::Wallet, 30), (Kind::Treasury, 20)];
        let spent = [(Kind::Available, -400), (Kind::Redeemed, 150), (Kind::Expired, 60), (Kind::Debt, -10)];
        post(&mut state, "2016-02-10", 2, &[&moved[..], &spent].concat());
        let held = LotRow { points: 100, ..LotRow::default() };
        let account = AccountRow {
            lots: lots(600),
            pending: vec![PendingRow { from: 0, lots: lots(50) }],
            holds: vec![HoldRow { lots: vec![held], ..HoldRow::default() }],
            ..AccountRow::default()
        };
        let debtor = AccountRow { debt: 10, ..AccountRow::default() };
        state.put(&ACCOUNTS, &(programme(), MemberId::new([1; 16])), &account);
        state.put(&ACCOUNTS, &(programme(), MemberId::new([2; 16])), &debtor);
        let wallet = WalletRow { lots: lots(30), last_business_date: 0 };
        state.put(&WALLETS, &(programme(), WalletAddress::new([3; 20])), &wallet);
        let till = TreasuryRow { head: None, points: 20 };
        let head = TreasuryHeadRow { programme: programme().to_string(), ..TreasuryHeadRow::default() };
        state.put(&TREASURIES, &(TreasuryId::new([4; 16]), 0), &till);
        state.put(&TREASURIES, &(TreasuryId::new([4; 16]), 1), &TreasuryRow { head: Some(head), points: 0 });
        state
    }

    fn owed(state: &State, from: Option<&str>, to: Option<&str>) -> (Owed, Vec<String>) {
        let period = Period::new(from.map(day), to.map(day)).unwrap();
        let mut report = Liability::of(&state.memory, &[programme()], period).unwrap();
        let findings = report.findings();
        (report.programmes.remove(0), findings)
    }

    #[test]
    fn the_closing_is_what_accounts_wallets_and_treasuries_hold() {
        let (owed, findings) = owed(&world(), None, None);
        assert_eq!(owed.roll.closing, 600 + 50 + 100 + 30 + 20 - 10);
        assert_eq!((owed.accounts_agree, owed.balances, findings), (Some(true), true, Vec::new()));
    }

    #[test]
    fn opening_and_movements_make_the_closing_of_a_period() {
        let state = world();
        for (from, to, opening, issued, expired, closing) in [
            (None, None, 0, 1_000, 60, 790),
            (None, Some("2016-01-31"), 0, 1_000, 0, 1_000),
            (Some("2016-02-01"), None, 1_000, 0, 60, 790),
            (Some("2016-03-01"), None, 790, 0, 0, 790),
        ] {
            let (owed, findings) = owed(&state, from, to);
            let roll = owed.roll;
            assert_eq!((roll.opening, roll.issued, roll.expired, roll.closing), (opening, issued, expired, closing));
            assert_eq!(findings, [] as [String; 0]);
        }
    }

    #[test]
    fn points_that_no_account_holds_and_folded_sums_that_are_wrong_are_found() {
        let mut state = world();
        post(&mut state, "2016-02-11", 3, &[(Kind::Issued, -5), (Kind::Available, 5)]);
        let folded = FoldedRow {
            breakage: Some(BreakageRow { numerator: 1, denominator: 8, amount: 125, ..BreakageRow::default() }),
            ..FoldedRow::default()
        };
        state.put(&FOLDED, &(programme(), LatestFirst(day("2016-01-10"))), &folded);
        let through = ThroughRow { through: Some(day("2016-01-31").days()), after: String::new() };
        state.put(&DATES, &(programme(), TOTALS_FOLDED), &through);
        let (owed, findings) = owed(&state, None, None);
        assert_eq!(
            findings,
            [
                "p: accounts, wallets and treasuries do not hold what the totals say",
                "p: folded totals are not the sum of their rows"
            ]
        );
        assert_eq!(owed.breakage.unwrap().rate_percent.percent().as_deref(), Some("12.50"));
    }
}
