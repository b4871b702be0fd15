//! The books of every programme, added up from world state.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use folio_loyalty::books::{Kind, Totals};
use folio_loyalty::state::{ACCOUNTS, AccountRow, TOTALS, TREASURIES, WALLETS};
use folio_types::StateReader;
use serde::Serialize;

use crate::rows::each_row;

const TOO_MANY: &str = "a row holds more points than there can be";

/// The totals of one programme, in points.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Books {
    pub(crate) programme: String,
    pub(crate) accounts: u64,
    pub(crate) imported: i64,
    pub(crate) issued: i64,
    pub(crate) reversed: i64,
    pub(crate) available: i64,
    pub(crate) pending: i64,
    pub(crate) reserved: i64,
    pub(crate) wallet: i64,
    pub(crate) treasury: i64,
    pub(crate) redeemed: i64,
    pub(crate) converted: i64,
    pub(crate) expired: i64,
    pub(crate) forfeited: i64,
    pub(crate) decayed: i64,
    pub(crate) fees: i64,
    pub(crate) debt: i64,
    /// Whether every point issued is accounted for, and the accounts hold what the totals say.
    pub(crate) balanced: bool,
}

/// What the rows of a programme hold together: accounts of members, wallets, and tills of treasuries.
#[derive(Debug, Default)]
pub(crate) struct Held {
    accounts: u64,
    pub(crate) available: i64,
    pub(crate) pending: i64,
    pub(crate) reserved: i64,
    pub(crate) debt: i64,
    pub(crate) wallet: i64,
    pub(crate) treasury: i64,
}

/// The books of every programme: totals, each transaction's part added up, against the members' accounts.
pub(crate) fn books(state: &dyn StateReader) -> Result<Vec<Books>> {
    let mut totals: BTreeMap<String, Totals> = BTreeMap::new();
    each_row(state, &TOTALS, &(), |(programme, _, _), row| {
        let sums = totals.entry(programme.to_string()).or_default();
        row.add_to(sums).map_err(|_| anyhow::anyhow!("a row of totals cannot be read"))
    })?;
    let mut held = held(state)?;
    let programmes = totals.into_iter().map(|(programme, totals)| {
        let held = held.remove(&programme).unwrap_or_default();
        Books::of(programme, &totals, &held)
    });
    programmes.collect()
}

/// What accounts, wallets and treasuries hold, by programme.
pub(crate) fn held(state: &dyn StateReader) -> Result<BTreeMap<String, Held>> {
    let mut held: BTreeMap<String, Held> = BTreeMap::new();
    each_row(state, &ACCOUNTS, &(), |(programme, _), account| {
        held.entry(programme.to_string()).or_default().add(&account)
    })?;
    each_row(state, &WALLETS, &(), |(programme, _), wallet| {
        held.entry(programme.to_string()).or_default().wallet +=
            sum(wallet.lots.points.iter().copied()).context(TOO_MANY)?;
        Ok(())
    })?;
    for (programme, points) in treasuries(state)? {
        held.entry(programme).or_default().treasury += points;
    }
    Ok(held)
}

impl Books {
    /// Every line of the books, by its name.
    pub(crate) fn lines(&self) -> [(&'static str, i64); 15] {
        [
            ("imported", self.imported),
            ("issued", self.issued),
            ("reversed", self.reversed),
            ("available", self.available),
            ("pending", self.pending),
            ("reserved", self.reserved),
            ("wallet", self.wallet),
            ("treasury", self.treasury),
            ("redeemed", self.redeemed),
            ("converted", self.converted),
            ("expired", self.expired),
            ("forfeited", self.forfeited),
            ("decayed", self.decayed),
            ("fees", self.fees),
            ("debt", self.debt),
        ]
    }

    fn of(programme: String, totals: &Totals, held: &Held) -> Result<Self> {
        let of = |kind| i64::try_from(totals.of(kind)).context(TOO_MANY);
        let (available, reserved) = (of(Kind::Available)?, of(Kind::Reserved)?);
        let pending = of(Kind::Pending)?;
        let (wallet, treasury) = (of(Kind::Wallet)?, of(Kind::Treasury)?);
        let debt = -of(Kind::Debt)?;
        let booked = (available, pending, reserved, debt.abs(), wallet, treasury);
        let agree = booked == (held.available, held.pending, held.reserved, held.debt, held.wallet, held.treasury);
        Ok(Self {
            programme,
            accounts: held.accounts,
            imported: -of(Kind::Imported)?,
            issued: -of(Kind::Issued)?,
            reversed: of(Kind::Reversed)?,
            available,
            pending,
            reserved,
            wallet,
            treasury,
            redeemed: of(Kind::Redeemed)?,
            converted: of(Kind::Converted)?,
            expired: of(Kind::Expired)?,
            forfeited: of(Kind::Forfeited)?,
            decayed: of(Kind::Decayed)?,
            fees: of(Kind::Fees)?,
            debt: debt.abs(),
            balanced: totals.balance() && agree,
        })
    }
}

impl Held {
    fn add(&mut self, account: &AccountRow) -> Result<()> {
        let available = sum(account.lots.points.iter().copied()).context(TOO_MANY)?;
        let pending = account.pending.iter().flat_map(|pending| pending.lots.points.iter().copied());
        let pending = sum(pending).context(TOO_MANY)?;
        let held = account.holds.iter().flat_map(|hold| hold.lots.iter());
        let reserved = sum(held.map(|lot| lot.points)).context(TOO_MANY)?;
        self.accounts += 1;
        self.available += available;
        self.pending += pending;
        self.reserved += reserved;
        self.debt += i64::try_from(account.debt).context(TOO_MANY)?;
        Ok(())
    }
}

/// What the tills of each treasury hold, with the programme that its head names: what was spread over them, and what came
/// and went in each. The head is the last of its rows.
fn treasuries(state: &dyn StateReader) -> Result<Vec<(String, i64)>> {
    let mut found = Vec::new();
    let mut tills = 0i64;
    each_row(state, &TREASURIES, &(), |_, row| {
        tills = tills.checked_add(row.points).context(TOO_MANY)?;
        if let Some(head) = row.head {
            tills = tills.checked_add(i64::try_from(head.spread)?).context(TOO_MANY)?;
            found.push((head.programme, std::mem::take(&mut tills)));
        }
        Ok(())
    })?;
    anyhow::ensure!(tills == 0, "tills without a treasury hold points");
    Ok(found)
}

fn sum(mut points: impl Iterator<Item = u64>) -> Option<i64> {
    points.try_fold(0i64, |sum, points| sum.checked_add(i64::try_from(points).ok()?))
}
