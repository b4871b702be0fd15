//! The closing report of a rehearsal: a row a month and what it came to in all, as tables and on one line.

use std::collections::BTreeMap;

use serde::Serialize;

use super::check::Checked;
use super::conflict::Conflicts;
use super::log::Entries;
use super::office::{CURRENCY, Net, Payable};
use super::run::Month;
use super::tally::{Count, Counts};
use crate::commands::ledger::is_sound;
use crate::output::{grouped, table};

/// The report.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    /// What the feed is.
    notices: Vec<String>,
    in_flight: usize,
    months: Vec<MonthReport>,
    transactions: u64,
    tx_per_s: f64,
    seconds: f64,
    acts: BTreeMap<String, u64>,
    /// Wishes that came to nothing before anything was sent.
    unmet: BTreeMap<String, u64>,
    refused: BTreeMap<String, u64>,
    conflicts: Conflicts,
    /// Conflicts as whoever met them counted.
    conflicts_met: u64,
    mismatches: u64,
    reconnects: u64,
    late_postings: u64,
    peers: Vec<PeerReport>,
    findings: Vec<String>,
    ok: bool,
}

/// A month.
#[derive(Debug, Serialize)]
struct MonthReport {
    month: String,
    through: String,
    rest_block: u64,
    closed_block: Option<u64>,
    rows: u64,
    transactions: u64,
    seconds: f64,
    programmes: Counts,
    currency: &'static str,
    /// What chains owe each other for the month.
    owed: Vec<Payable>,
    /// What is left of it between each two, which both sides have accepted.
    settled: Vec<Payable>,
    /// What is left for each.
    nets: Vec<Net>,
    balanced: bool,
    findings: Vec<String>,
}

/// A peer's ledger.
#[derive(Debug, Serialize)]
struct PeerReport {
    peer: String,
    height: u64,
    block_hash: String,
    state_hash: String,
    ok: bool,
}

impl Report {
    /// The report of a rehearsal. `seconds` is how long it played.
    pub(super) fn of(
        notices: Vec<String>,
        in_flight: usize,
        months: &[Month],
        entries: &Entries,
        checked: Checked,
        seconds: f64,
    ) -> Self {
        let mut before = Counts::new();
        let reports = months.iter().map(|month| {
            let counts = entries.tally.through(month.rest_block);
            let since = |(programme, count): (&String, &Count)| {
                let earlier = before.get(programme).copied().unwrap_or_default();
                (programme.clone(), count.since(&earlier))
            };
            let programmes = counts.iter().map(since).collect();
            before = counts;
            MonthReport::of(month, programmes, &checked)
        });
        let months: Vec<_> = reports.collect();
        let mut findings: Vec<String> = checked
            .audits
            .iter()
            .flat_map(|audit| audit.findings.iter().map(|found| format!("{}: {found}", audit.peer)))
            .collect();
        if !is_sound(&checked.audits) {
            findings.push("the peers' ledgers are not all sound and the same".to_owned());
        }
        if checked.conflicts.different_members > 0 {
            findings.push(format!("{} conflicts between different members", checked.conflicts.different_members));
        }
        if checked.conflicts.all() != entries.tries.conflicts {
            let (met, all) = (entries.tries.conflicts, checked.conflicts.all());
            findings.push(format!("{met} conflicts were met, and the ledger has {all}"));
        }
        let ok = findings.is_empty() && months.iter().all(|month| month.balanced);
        let transactions = entries.tries.transactions;
        let peer = |audit: &crate::audit::Audit| PeerReport {
            peer: audit.peer.clone(),
            height: audit.height,
            block_hash: audit.block_hash.clone(),
            state_hash: audit.state_hash.clone(),
            ok: audit.ok,
        };
        Self {
            notices,
            in_flight,
            months,
            transactions,
            tx_per_s: tenths(if seconds > 0.0 { transactions as f64 / seconds } else { 0.0 }),
            seconds: tenths(seconds),
            acts: entries.done.clone(),
            unmet: entries.unmet.clone(),
            refused: entries.refused.clone(),
            conflicts: checked.conflicts,
            conflicts_met: entries.tries.conflicts,
            mismatches: entries.tries.mismatches,
            reconnects: entries.tries.reconnects,
            late_postings: checked.late_postings,
            peers: checked.audits.iter().map(peer).collect(),
            findings,
            ok,
        }
    }

    /// Whether everything balances, and no two members met.
    pub(crate) const fn is_ok(&self) -> bool {
        self.ok
    }

    /// Prints it as tables.
    pub(crate) fn print(&self) {
        println!("{}", self.months_table());
        println!("{}", self.points_table());
        println!("{}", self.money_table());
        println!("{}", self.acts_table());
        for peer in &self.peers {
            let PeerReport { peer, height, block_hash, state_hash, .. } = peer;
            println!("{peer}: {height} blocks, block hash {block_hash}, state hash {state_hash}");
        }
        let months = self.months.iter();
        let of_months = months.flat_map(|month| month.findings.iter().map(|found| format!("{}: {found}", month.month)));
        for finding in of_months.chain(self.findings.iter().cloned()) {
            println!("NOT AS IT SHOULD BE: {finding}");
        }
    }

    fn months_table(&self) -> comfy_table::Table {
        let numbers = ["rows", "transactions", "seconds"];
        let rows = self.months.iter().map(|month| {
            let verdict = if month.balanced { "balanced" } else { "NOT BALANCED" };
            let blocks = month.closed_block.map_or_else(|| "not closed".to_owned(), |block| format!("block {block}"));
            vec![
                month.month.clone(),
                grouped(month.rows),
                grouped(month.transactions),
                format!("{:.1}", month.seconds),
                blocks,
                verdict.to_owned(),
            ]
        });
        table(&["month", "rows", "transactions", "seconds", "closed", ""], &numbers, rows)
    }

    fn points_table(&self) -> comfy_table::Table {
        let header = ["month", "programme", "issued", "taken back", "redeemed", "transferred", "expired", "forfeited"];
        let rows = self.months.iter().flat_map(|month| {
            month.programmes.iter().map(|(programme, count)| {
                let figures =
                    [count.issued, count.reversed, count.redeemed, count.transferred, count.expired, count.forfeited];
                let names = [month.month.clone(), programme.clone()];
                names.into_iter().chain(figures.map(|figure| grouped(figure.unsigned_abs()))).collect()
            })
        });
        table(&header, &header[2..], rows)
    }

    fn money_table(&self) -> comfy_table::Table {
        let rows = self.months.iter().flat_map(|month| {
            let line = |what: &str, payable: &Payable| {
                let pair = format!("{} owes {}", payable.debtor, payable.creditor);
                vec![month.month.clone(), what.to_owned(), pair, money(payable.amount)]
            };
            let owed = month.owed.iter().map(move |payable| line("owed", payable));
            let settled = month.settled.iter().map(move |payable| line("settled", payable));
            owed.chain(settled)
        });
        table(&["month", "", "between", CURRENCY], &[CURRENCY], rows)
    }

    fn acts_table(&self) -> comfy_table::Table {
        let figures = |counts: &BTreeMap<String, u64>, before: &'static str| -> Vec<Vec<String>> {
            counts.iter().map(|(what, count)| vec![format!("{before}{what}"), grouped(*count)]).collect()
        };
        let line = |what: &str, figure: u64| vec![what.to_owned(), grouped(figure)];
        let mut rows = figures(&self.acts, "");
        rows.extend(figures(&self.unmet, "came to nothing, "));
        rows.extend(figures(&self.refused, "refused, "));
        rows.push(line("conflicts between different members", self.conflicts.different_members));
        rows.push(line("conflicts of one member", self.conflicts.same_member));
        rows.push(line("conflicts across the sealing of a date", self.conflicts.across_sealing));
        rows.push(line("endorsers that did not agree at first", self.mismatches));
        rows.push(line("lost connections", self.reconnects));
        rows.push(line("postings of hotels for a date that was sealed", self.late_postings));
        rows.push(line("transactions", self.transactions));
        rows.push(vec!["tx/s".to_owned(), format!("{:.1}", self.tx_per_s)]);
        table(&["acts", "figure"], &["figure"], rows)
    }
}

impl MonthReport {
    fn of(month: &Month, programmes: Counts, checked: &Checked) -> Self {
        let (year, number, _) = month.through.ymd();
        let mut findings: Vec<String> = Vec::new();
        for block in month.blocks() {
            match checked.findings.get(&block) {
                Some(found) => findings.extend(found.iter().map(|found| format!("block {block}: {found}"))),
                None => findings.push(format!("the replay did not come to block {block}")),
            }
        }
        let figures = month.closed.as_ref().map(|closed| closed.closing.figures.clone());
        let nets = figures.as_ref().map_or_else(Vec::new, |figures| figures.multilateral.clone());
        match &figures {
            None => findings.push("it was not closed".to_owned()),
            Some(figures) if !figures.nets_to_zero() => findings.push("its nets are not zero together".to_owned()),
            Some(_) => {}
        }
        let (owed, settled) = figures.map(|figures| (figures.payables, figures.bilateral)).unwrap_or_default();
        Self {
            month: format!("{year}-{number:02}"),
            through: month.through.to_string(),
            rest_block: month.rest_block,
            closed_block: month.closed.as_ref().map(|closed| closed.block),
            rows: month.rows,
            transactions: month.transactions,
            seconds: tenths(month.seconds),
            programmes,
            currency: CURRENCY,
            owed,
            settled,
            nets,
            balanced: findings.is_empty(),
            findings,
        }
    }
}

fn tenths(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

/// An amount in euros, from cents.
fn money(minor: i64) -> String {
    let sign = if minor < 0 { "-" } else { "" };
    let minor = minor.unsigned_abs();
    format!("{sign}{}.{:02}", grouped(minor / 100), minor % 100)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::Audit;

    fn report(conflicts: Conflicts, met: u64, ok: bool) -> Report {
        let mut entries = Entries::default();
        entries.tries.conflicts = met;
        let sound = Audit { ok, ..Audit::broken_off("peer0.aurora", &anyhow::anyhow!("the disk is gone")) };
        let audits = vec![Audit { findings: Vec::new(), ..sound }];
        let checked = Checked { audits, conflicts, findings: BTreeMap::new(), late_postings: 0 };
        Report::of(Vec::new(), 200, &[], &entries, checked, 1.0)
    }

    #[test]
    fn a_conflict_between_different_members_or_an_unsound_ledger_is_a_finding() {
        let sealing = || Conflicts { across_sealing: 3, ..Conflicts::default() };
        assert!(report(sealing(), 3, true).is_ok());
        assert!(!report(sealing(), 2, true).is_ok(), "the ledger has a conflict that nobody met");
        assert!(!report(sealing(), 3, false).is_ok());
        let met = Conflicts { different_members: 1, ..sealing() };
        assert!(!report(met, 4, true).is_ok());
    }

    #[test]
    fn cents_are_told_as_euros() {
        for (minor, text) in [(0, "0.00"), (5, "0.05"), (-123_456, "-1,234.56"), (100_000_000, "1,000,000.00")] {
            assert_eq!(money(minor), text);
        }
    }
}
