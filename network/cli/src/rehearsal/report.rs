//! The closing report of a rehearsal: a row a month and what it came to in all, as tables and on one line.

use std::collections::BTreeMap;

use folio_types::BlockNumber;
use serde::Serialize;

use super::check::Checked;
use super::conflict::Conflicts;
use super::log::{Entries, is_expected};
use super::office::{CURRENCY, Net, Payable};
use super::run::Month;
use super::tally::{Count, Counts};
use crate::commands::ledger::is_sound;
use crate::output::{grouped, table};
use crate::report::Cell;
use crate::sending::Tries;

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
            MonthReport::of(month, programmes, &checked.findings)
        });
        let months: Vec<_> = reports.collect();
        let mut findings = findings(&months, entries, &checked);
        if !findings.is_empty() || months.iter().any(|month| !month.balanced) {
            findings.extend(lost_connections(&entries.tries));
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
            refused: entries
                .refused
                .iter()
                .map(|((function, code), times)| (format!("{function} {code}"), *times))
                .collect(),
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

    /// Whether everything balances, no two transactions met that should not, and nothing was refused that should not be.
    pub(crate) const fn is_ok(&self) -> bool {
        self.ok
    }

    /// The report as tables.
    pub(crate) fn text(&self) -> String {
        let tables = [self.months_table(), self.points_table(), self.money_table(), self.acts_table()];
        let peers = self.peers.iter().map(|peer| {
            let PeerReport { peer, height, block_hash, state_hash, .. } = peer;
            format!("{peer}: {height} blocks, block hash {block_hash}, state hash {state_hash}")
        });
        let months = self.months.iter();
        let of_months = months.flat_map(|month| month.findings.iter().map(|found| format!("{}: {found}", month.month)));
        let findings = of_months.chain(self.findings.iter().cloned());
        let lines = tables.iter().map(ToString::to_string).chain(peers);
        let lines = lines.chain(findings.map(|finding| format!("NOT AS IT SHOULD BE: {finding}")));
        lines.collect::<Vec<_>>().join("\n")
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
    fn of(month: &Month, programmes: Counts, looked: &BTreeMap<BlockNumber, Vec<String>>) -> Self {
        let (year, number, _) = month.through.ymd();
        let mut findings: Vec<String> = Vec::new();
        for block in month.blocks() {
            match looked.get(&block) {
                Some(found) => findings.extend(found.iter().map(|found| format!("block {block}: {found}"))),
                None => findings.push(format!("the replay did not come to block {block}")),
            }
        }
        let figures = month.closed.as_ref().map(|closed| closed.figures.clone());
        let nets = figures.as_ref().map_or_else(Vec::new, |figures| figures.multilateral.clone());
        match &figures {
            None => findings.push("it was not closed".to_owned()),
            Some(figures) if !figures.nets_to_zero() => findings.push("its nets are not zero together".to_owned()),
            Some(_) => {}
        }
        findings.extend(month.closed.iter().flat_map(|closed| closed.findings.iter().cloned()));
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

/// What is wrong beside the figures of the months.
fn findings(months: &[MonthReport], entries: &Entries, checked: &Checked) -> Vec<String> {
    let Checked { audits, conflicts, .. } = checked;
    let of_audits =
        audits.iter().flat_map(|audit| audit.findings.iter().map(|found| format!("{}: {found}", audit.peer)));
    let mut findings: Vec<String> = of_audits.collect();
    if months.is_empty() {
        findings.push("no month was played: no guest leaves on the dates that were asked for".to_owned());
    }
    if !is_sound(audits) {
        findings.push("the peers' ledgers are not all sound and the same".to_owned());
    }
    // Every act is waited for at every peer, so that at the end none is behind.
    if let (Some(least), Some(most)) =
        (audits.iter().map(|audit| audit.height).min(), audits.iter().map(|audit| audit.height).max())
        && least < most
    {
        findings.push(format!("the peers' ledgers have from {least} to {most} blocks"));
    }
    if conflicts.different_members > 0 {
        findings.push(format!("{} conflicts between different members", conflicts.different_members));
    }
    if conflicts.same_member > 0 {
        findings.push(format!("{} conflicts of one member, who has one act in flight", conflicts.same_member));
    }
    if conflicts.all() != entries.tries.conflicts {
        let (met, all) = (entries.tries.conflicts, conflicts.all());
        findings.push(format!("{met} conflicts were met, and the ledger has {all}"));
    }
    let refused = entries.refused.iter().filter(|((function, code), _)| !is_expected(function, code));
    findings
        .extend(refused.map(|((function, code), times)| format!("{function} was refused with {code}, {times} times")));
    findings
}

/// What stands beside other findings after a lost connection: the second try is answered with what the first has done, but
/// without its block and its event.
fn lost_connections(tries: &Tries) -> Option<String> {
    let lost = tries.reconnects;
    (lost > 0).then(|| {
        format!(
            "connections were lost {lost} times, so that receipts may lack blocks, events and conflicts: the ledger may be \
             right all the same, which a rehearsal without lost connections would tell"
        )
    })
}

fn tenths(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

/// An amount of the currency in which chains settle.
fn money(minor: i64) -> String {
    Cell::Money(minor.into(), CURRENCY.to_owned()).shown()
}

#[cfg(test)]
mod tests {
    use super::super::log::Log;
    use super::super::office::{Closed, Figures};
    use super::*;
    use crate::audit::Audit;

    fn audit(height: u64) -> Audit {
        let broken = Audit::broken_off("peer0.aurora", &anyhow::anyhow!("the disk is gone"));
        Audit { ok: true, findings: Vec::new(), height, ..broken }
    }

    fn month(findings: &[&str]) -> MonthReport {
        let through = folio_loyalty::units::Date::from_days(16_647).unwrap();
        let figures = Figures { payables: Vec::new(), bilateral: Vec::new(), multilateral: Vec::new() };
        let findings = findings.iter().map(|found| (*found).to_owned()).collect();
        let closed = Closed { block: 9, figures, findings };
        let month = Month { through, rows: 1, transactions: 1, seconds: 1.0, rest_block: 8, closed: Some(closed) };
        let looked = BTreeMap::from([(8, Vec::new()), (9, Vec::new())]);
        MonthReport::of(&month, Counts::new(), &looked)
    }

    fn checked(conflicts: Conflicts, audits: Vec<Audit>) -> Checked {
        Checked { audits, conflicts, findings: BTreeMap::new(), late_postings: 0 }
    }

    /// The findings of a rehearsal in which conflicts were met and ledgers came out so.
    fn found(conflicts: Conflicts, met: u64, audits: Vec<Audit>) -> usize {
        let mut entries = Entries::default();
        entries.tries.conflicts = met;
        let checked = checked(conflicts, audits);
        findings(&[month(&[])], &entries, &checked).len()
    }

    #[test]
    fn conflicts_but_for_those_across_a_seal_are_findings_and_so_are_ledgers_that_differ() {
        let sealing = || Conflicts { across_sealing: 3, ..Conflicts::default() };
        let sound = || vec![audit(7), audit(7)];
        assert_eq!(found(sealing(), 3, sound()), 0);
        assert_eq!(found(sealing(), 2, sound()), 1, "the ledger has a conflict that nobody met");
        assert_eq!(found(Conflicts { different_members: 1, ..sealing() }, 4, sound()), 1);
        assert_eq!(found(Conflicts { same_member: 1, ..sealing() }, 4, sound()), 1);
        assert_eq!(found(sealing(), 3, vec![audit(7), Audit { ok: false, ..audit(7) }]), 1);
        assert_eq!(found(sealing(), 3, vec![audit(7), audit(8)]), 1, "a peer is behind");
    }

    fn of_no_month(entries: &Entries) -> Report {
        let checked = checked(Conflicts::default(), vec![audit(7)]);
        Report::of(Vec::new(), 200, &[], entries, checked, 1.0)
    }

    #[test]
    fn a_rehearsal_of_no_month_is_none_and_lost_connections_are_told_beside_what_they_may_explain() {
        let mut entries = Entries::default();
        let report = of_no_month(&entries);
        assert!(!report.is_ok() && report.findings.len() == 1, "{:?}", report.findings);
        assert!(report.text().contains("NOT AS IT SHOULD BE: no month was played"), "{}", report.text());
        entries.tries.reconnects = 2;
        let report = of_no_month(&entries);
        assert!(report.findings.iter().any(|found| found.contains("lost 2 times")), "{:?}", report.findings);
    }

    #[test]
    fn a_refusal_that_no_limit_of_a_programme_explains_is_a_finding_with_function_code_and_number() {
        let log = Log::default();
        log.refused("points.transfer", "TRANSFER_NO_ACTIVITY");
        log.refused("stay.post", "HOTEL_OF_OTHER");
        log.refused("stay.post", "HOTEL_OF_OTHER");
        let checked = checked(Conflicts::default(), vec![audit(7)]);
        let found = findings(&[month(&[])], &log.entries(), &checked);
        assert_eq!(found, ["stay.post was refused with HOTEL_OF_OTHER, 2 times"]);
    }

    #[test]
    fn what_is_wrong_with_a_closing_is_a_finding_of_its_month() {
        assert!(month(&[]).balanced);
        let month = month(&["the closing is not what its preview came to"]);
        assert_eq!((month.balanced, month.findings.len()), (false, 1));
    }

    #[test]
    fn cents_are_told_as_euros() {
        for (minor, text) in [(0, "0.00"), (5, "0.05"), (-123_456, "-1,234.56"), (100_000_000, "1,000,000.00")] {
            assert_eq!(money(minor), text);
        }
    }
}
