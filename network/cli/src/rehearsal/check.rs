//! Afterwards: one peer's ledger is replayed, and looked at as it was at the end of each month.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use folio_ledger::Ledger;
use folio_loyalty::state::{OWED, TOTALS};
use folio_topology::Network;
use folio_types::{BlockNumber, StateReader};
use folio_wire::Block;

use super::conflict::Conflicts;
use super::run::Month;
use super::tally::{Count, Due, Dues, Tally};
use crate::audit::{Audit, books};
use crate::commands::ledger::verify_visited;
use crate::report::{Report as _, Settlement, programmes};
use crate::rows::each_row;

/// What a replay found.
pub(super) struct Checked {
    pub(super) audits: Vec<Audit>,
    pub(super) conflicts: Conflicts,
    /// What was not as it should be, by the block after which it was so.
    pub(super) findings: BTreeMap<BlockNumber, Vec<String>>,
    /// Postings of hotels that stand in the date that was open when they came, because the true one was sealed.
    pub(super) late_postings: u64,
}

/// Replays the ledgers of all peers, and looks at the first one at the end of each month: books balance and are what the
/// receipts come to, and what is owed nets to zero.
pub(super) fn check(network: &Network, months: &[Month], tally: &Tally, quiet: bool) -> Result<Checked> {
    let ends: BTreeSet<BlockNumber> = months.iter().flat_map(Month::blocks).collect();
    let mut checked =
        Checked { audits: Vec::new(), conflicts: Conflicts::default(), findings: BTreeMap::new(), late_postings: 0 };
    let mut look = |block: &Block, ledger: &Ledger| {
        checked.conflicts.look_at(block, ledger)?;
        if ends.contains(&block.number) {
            let state = ledger.snapshot();
            checked.findings.insert(block.number, findings(&*state, block.number, tally)?);
            checked.late_postings = late_postings(&*state)?;
        }
        Ok(())
    };
    let audits = verify_visited(network, quiet, &mut look)?;
    Ok(Checked { audits, ..checked })
}

fn findings(state: &dyn StateReader, block: BlockNumber, tally: &Tally) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let counts = tally.through(block);
    let books = books(state)?;
    for books in &books {
        if !books.balanced {
            found.push(format!("the books of {} do not balance", books.programme));
        }
        let none = Count::default();
        found.extend(counts.get(&books.programme).unwrap_or(&none).differs_from(books));
    }
    let unbooked = counts.keys().filter(|programme| books.iter().all(|books| books.programme != **programme));
    found.extend(unbooked.map(|programme| format!("receipts tell of {programme}, which has no books")));
    let (told, owed) = (tally.owed_through(block), owed(state)?);
    for pair in told.keys().chain(owed.keys()).collect::<BTreeSet<_>>() {
        let of = |dues: &Dues| dues.get(pair).copied().unwrap_or_default();
        if of(&told) != of(&owed) {
            let (debtor, creditor) = pair;
            found.push(format!(
                "{debtor} owes {creditor} {:?} by receipts, and {:?} by the ledger",
                of(&told),
                of(&owed)
            ));
        }
    }
    found.extend(Settlement::of(state, &programmes(state, None)?)?.findings());
    Ok(found)
}

/// All that one organisation owes another, or did, row by row.
fn owed(state: &dyn StateReader) -> Result<Dues> {
    let mut dues = Dues::new();
    each_row(state, &OWED, &(), |(_, _, debtor, creditor, _), row| {
        for item in &row.items {
            let due = dues.entry((debtor.to_string(), creditor.to_string())).or_default();
            due.add(Due { points: item.points, minor: item.amount });
        }
        Ok(())
    })?;
    Ok(dues)
}

fn late_postings(state: &dyn StateReader) -> Result<u64> {
    let mut late = 0;
    each_row(state, &TOTALS, &(), |_, row| {
        late += u64::from(row.business_date.is_some() && !row.hotel.is_empty());
        Ok(())
    })?;
    Ok(late)
}

impl Month {
    /// The blocks after which it is looked at: when it had come to rest, and when it was closed.
    pub(super) fn blocks(&self) -> impl Iterator<Item = BlockNumber> {
        [self.rest_block].into_iter().chain(self.closed.as_ref().map(|closed| closed.block))
    }
}
