//! What is owed, added up by pair: rows that are not folded, positions, and what is disputed of them.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use folio_loyalty::ids::{OrgId, ProgrammeId};
use folio_loyalty::state::{CurrencyCode, DATES, OUTSIDE, OWED, OWED_FOLDED, POSITIONS, ThroughRow, UNPRICED};
use folio_loyalty::units::Date;
use folio_types::StateReader;
use serde::Serialize;

use super::closings::{Closing, that_has};
use crate::rows::{each_row, row};

const TOO_MUCH: &str = "more is owed than there can be";

/// Programme, debtor, creditor and currency. The code of no currency stands for what has no price yet.
type Place = (ProgrammeId, OrgId, OrgId, CurrencyCode);

/// What all owe each other.
pub(super) struct Owed {
    pub(super) pairs: BTreeMap<Place, Between>,
}

/// What one owes another in a currency, in smallest units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Between {
    /// Of rows that are not folded yet.
    pub(super) open_minor: i128,
    /// Of positions that are not closed yet.
    pub(super) folded_minor: i128,
    /// What of these two is or was disputed, which keeps it out of the net. An outcome is owed by a row of its own.
    pub(super) disputed_minor: i128,
    /// What was closed.
    pub(super) closed_minor: i128,
    /// Points for which the first two are owed.
    pub(super) points: i128,
    /// Items of the first two.
    pub(super) items: u64,
}

impl Owed {
    /// Adds all up. What is closed is noted in its closing, too.
    pub(super) fn of(state: &dyn StateReader, closings: &mut [Closing]) -> Result<Self> {
        let mut owed = Self { pairs: BTreeMap::new() };
        owed.add_unfolded(state)?;
        owed.add_positions(state, closings)?;
        owed.take_disputes(state, closings)?;
        owed.pairs.retain(|_, between| *between != Between::default());
        Ok(owed)
    }

    fn add_unfolded(&mut self, state: &dyn StateReader) -> Result<()> {
        let mut folded: BTreeMap<ProgrammeId, ThroughRow> = BTreeMap::new();
        each_row(state, &OWED, &(), |key, owed| {
            let (programme, date, debtor, creditor, _) = &key;
            if !folded.contains_key(programme) {
                let found = row(state, &DATES, &(programme.clone(), OWED_FOLDED))?.unwrap_or_default();
                folded.insert(programme.clone(), found);
            }
            if folded.get(programme).is_some_and(|folded| is_folded(folded, *date, &OWED.key(&key))) {
                return Ok(());
            }
            for item in &owed.items {
                let code = if item.is_priced() { &item.currency } else { UNPRICED };
                let currency = CurrencyCode::new(code).context("what is owed holds no code of a currency")?;
                let between = self.between((programme, debtor, creditor, &currency));
                between.open_minor = plus(between.open_minor, item.amount.into())?;
                between.points = plus(between.points, item.points.into())?;
                between.items = between.items.saturating_add(1);
            }
            Ok(())
        })
    }

    fn add_positions(&mut self, state: &dyn StateReader, closings: &mut [Closing]) -> Result<()> {
        each_row(state, &POSITIONS, &(), |(programme, date, debtor, creditor, currency), position| {
            let between = self.between((&programme, &debtor, &creditor, &currency));
            let amount = position.amount.into();
            if let Some(closing) = that_has(closings, currency.as_str(), &programme, date) {
                closing.add(&debtor, &creditor, amount)?;
                between.closed_minor = plus(between.closed_minor, amount)?;
            } else {
                between.folded_minor = plus(between.folded_minor, amount)?;
                between.points = plus(between.points, position.points.into())?;
                between.items = between.items.saturating_add(position.items);
            }
            Ok(())
        })
    }

    fn take_disputes(&mut self, state: &dyn StateReader, closings: &mut [Closing]) -> Result<()> {
        each_row(state, &OUTSIDE, &(), |(programme, date, debtor, creditor, _), outside| {
            for disputed in outside.dispute.iter().flat_map(|dispute| &dispute.amounts) {
                let currency = CurrencyCode::new(&disputed.currency).context("a dispute is in no currency")?;
                let between = self.between((&programme, &debtor, &creditor, &currency));
                let amount = i128::from(disputed.amount);
                if let Some(closing) = that_has(closings, currency.as_str(), &programme, date) {
                    closing.add(&debtor, &creditor, -amount)?;
                    between.closed_minor = plus(between.closed_minor, -amount)?;
                } else {
                    between.disputed_minor = plus(between.disputed_minor, amount)?;
                }
            }
            Ok(())
        })
    }

    fn between(
        &mut self,
        (programme, debtor, creditor, currency): (&ProgrammeId, &OrgId, &OrgId, &CurrencyCode),
    ) -> &mut Between {
        self.pairs.entry((programme.clone(), debtor.clone(), creditor.clone(), currency.clone())).or_default()
    }
}

impl Between {
    /// What goes into the net.
    pub(super) const fn payable(&self) -> i128 {
        self.open_minor + self.folded_minor - self.disputed_minor
    }
}

/// Whether a row is part of a position. A fold may have stopped within a date.
fn is_folded(folded: &ThroughRow, date: Date, key: &str) -> bool {
    folded.through.is_some_and(|through| date.days() <= through) || key <= folded.after.as_str()
}

fn plus(sum: i128, amount: i128) -> Result<i128> {
    sum.checked_add(amount).context(TOO_MUCH)
}
