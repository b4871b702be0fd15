//! The closing table of a submission, for people and on one line for machines.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;

use crate::outcome::Outcome;

/// The closing table, with the speed of this run.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    rows: u64,
    posted: u64,
    zero_point: u64,
    suspended: u64,
    duplicates: u64,
    room_nights: u64,
    points: i64,
    conflicts: u64,
    tx_per_s: f64,
    seconds: f64,
    check_outs: u64,
    suspended_check_outs: u64,
    suspended_nights: u64,
    superseded: u64,
    refused: u64,
    mismatches: u64,
    reconnects: u64,
    reasons: BTreeMap<String, u64>,
    tier_changes: BTreeMap<String, u64>,
    refusals: BTreeMap<String, u64>,
}

impl Report {
    /// The table of all rows, some of which an earlier run may have sent: `transactions` and `elapsed` are of this one.
    pub fn new(outcome: Outcome, transactions: u64, elapsed: Duration) -> Self {
        let tenths = |value: f64| (value * 10.0).round() / 10.0;
        let seconds = elapsed.as_secs_f64();
        Self {
            rows: outcome.rows,
            posted: outcome.posted,
            zero_point: outcome.zero_point,
            suspended: outcome.suspended,
            duplicates: outcome.duplicates,
            room_nights: outcome.room_nights,
            points: outcome.points,
            conflicts: outcome.conflicts,
            tx_per_s: if seconds > 0.0 { tenths(transactions as f64 / seconds) } else { 0.0 },
            seconds: tenths(seconds),
            check_outs: outcome.check_outs,
            suspended_check_outs: outcome.suspended_check_outs,
            suspended_nights: outcome.suspended_nights,
            superseded: outcome.superseded,
            refused: outcome.refused,
            mismatches: outcome.mismatches,
            reconnects: outcome.reconnects,
            reasons: outcome.reasons,
            tier_changes: outcome.tier_changes,
            refusals: outcome.refusals,
        }
    }

    /// One line of JSON.
    pub fn json_line(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }

    /// Label and figure of each line of the table. What is part of the line above is set in; lines that only matter
    /// when something went wrong are left out when they are zero.
    pub fn table(&self) -> Vec<(String, String)> {
        let mut table = Table(Vec::new());
        table.line("rows", self.rows);
        table.line("  posted", self.posted);
        table.line("  zero points", self.zero_point);
        table.line("  suspended", self.suspended);
        table.line("  duplicates", self.duplicates);
        table.part("    of these superseded", self.superseded);
        table.part("refused", self.refused);
        table.parts(&self.refusals);
        table.line("check-outs", self.check_outs);
        table.line("room nights", self.room_nights);
        table.part("  of these suspended", self.suspended_nights);
        table.0.push(("points".to_owned(), grouped(self.points.unsigned_abs(), self.points < 0)));
        table.heading("reasons", &self.reasons);
        table.heading("tier changes", &self.tier_changes);
        table.line("conflicts", self.conflicts);
        table.part("endorsement mismatches", self.mismatches);
        table.part("lost connections", self.reconnects);
        table.0.push(("tx/s".to_owned(), format!("{:.1}", self.tx_per_s)));
        table.0
    }
}

struct Table(Vec<(String, String)>);

impl Table {
    fn line(&mut self, label: &str, figure: u64) {
        self.0.push((label.to_owned(), grouped(figure, false)));
    }

    fn part(&mut self, label: &str, figure: u64) {
        if figure > 0 {
            self.line(label, figure);
        }
    }

    fn heading(&mut self, label: &str, figures: &BTreeMap<String, u64>) {
        if !figures.is_empty() {
            self.0.push((label.to_owned(), String::new()));
            self.parts(figures);
        }
    }

    fn parts(&mut self, figures: &BTreeMap<String, u64>) {
        for (name, figure) in figures {
            self.line(&format!("  {name}"), *figure);
        }
    }
}

// 1234567 as 1,234,567.
fn grouped(figure: u64, negative: bool) -> String {
    let digits = figure.to_string();
    let mut text = if negative { "-".to_owned() } else { String::new() };
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::tests::all_kinds;

    #[test]
    fn the_json_line_begins_with_the_agreed_keys() {
        let line = Report::new(all_kinds(), 6, Duration::from_millis(2_500)).json_line().unwrap();
        let start = "{\"rows\":7,\"posted\":2,\"zero_point\":2,\"suspended\":1,\"duplicates\":2,\"room_nights\":23,\
                     \"points\":1000,\"conflicts\":2,\"tx_per_s\":2.4,\"seconds\":2.5,";
        assert!(line.starts_with(start), "{line}");
        assert!(!line.contains('\n'));
    }

    #[test]
    fn the_table_groups_thousands_and_leaves_out_what_did_not_happen() {
        let outcome = Outcome { rows: 119_390, points: -1_234, ..Outcome::default() };
        let table = Report::new(outcome, 0, Duration::ZERO).table();
        assert!(table.contains(&("rows".to_owned(), "119,390".to_owned())));
        assert!(table.contains(&("points".to_owned(), "-1,234".to_owned())));
        assert!(!table.iter().any(|(label, _)| label.contains("refused") || label == "reasons"));
        let full = Report::new(all_kinds(), 0, Duration::ZERO).table();
        assert!(full.contains(&("  NIGHTS_MISMATCH".to_owned(), "1".to_owned())));
    }
}
