//! What a measurement came to, for people and for machines.

use serde_json::{Value, json};

use super::load::Measured;
use super::point::Point;
use super::usage::{Used, thousandths};
use crate::output::grouped;

/// One point, measured.
pub(crate) struct Report {
    pub(crate) point: Point,
    pub(super) load: Measured,
    pub(super) processes: Vec<Used>,
    /// Processor time of one signature verification on this machine during the load, in microseconds.
    pub(super) verify_us: f64,
}

impl Report {
    /// CPU of orderer and peers together, in milliseconds, for each call that was done.
    fn server_cpu_ms_per_call(&self) -> f64 {
        self.processes.iter().map(|process| process.cpu_ms_per(self.load.done)).sum()
    }

    /// The same, in verifications of a signature at the time: comparable between machines, and between minutes.
    fn server_cpu_verifications_per_call(&self) -> f64 {
        if self.verify_us > 0.0 { self.server_cpu_ms_per_call() * 1e3 / self.verify_us } else { 0.0 }
    }

    /// The report as one object.
    pub(crate) fn json(&self) -> Value {
        let Self { point, load, processes, verify_us } = self;
        json!({
            "point": point.name(),
            "kind": point.kind.name(),
            "spread": point.spread.name(),
            "members": point.members,
            "in_flight": point.in_flight,
            "seconds": thousandths(load.elapsed.as_secs_f64()),
            "committed": load.done,
            "committed_tx_per_s": thousandths(load.per_second()),
            "latency_ms": {
                "p50": thousandths(load.percentile_ms(50)),
                "p95": thousandths(load.percentile_ms(95)),
                "p99": thousandths(load.percentile_ms(99)),
            },
            "conflicts": load.conflicts,
            "server_cpu_ms_per_tx": thousandths(self.server_cpu_ms_per_call()),
            "verify_us": thousandths(*verify_us),
            "server_cpu_verifications_per_tx": thousandths(self.server_cpu_verifications_per_call()),
            "processes": processes.iter().map(|process| process.json(load.done)).collect::<Vec<_>>(),
        })
    }

    fn row(&self) -> Vec<String> {
        let Self { point, load, processes, verify_us } = self;
        let milliseconds = |percent| format!("{:.0}", load.percentile_ms(percent));
        let mut row = vec![
            point.name(),
            grouped(load.per_second().round() as u64),
            milliseconds(50),
            milliseconds(95),
            milliseconds(99),
            grouped(load.conflicts),
            format!("{:.3}", self.server_cpu_ms_per_call()),
            format!("{verify_us:.0}"),
        ];
        row.extend(processes.iter().map(|used| format!("{:.3} ms {} MB", used.cpu_ms_per(load.done), used.rss_mb)));
        row
    }
}

/// Reports of one network as a table: a row a point, and a column for each process with its CPU a call and its memory.
pub(crate) fn table(reports: &[Report]) -> comfy_table::Table {
    let mut header = vec!["load", "per s", "p50 ms", "p95 ms", "p99 ms", "conflicts", "server CPU ms", "verify µs"];
    let processes = reports.first().map(|report| report.processes.as_slice()).unwrap_or_default();
    header.extend(processes.iter().map(|process| process.name.as_str()));
    let numbers = header.get(1..).unwrap_or_default().to_vec();
    crate::output::table(&header, &numbers, reports.iter().map(Report::row))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::bench::{Kind, Spread};

    #[test]
    fn the_object_has_the_agreed_keys_and_adds_up_the_servers() {
        let point = Point {
            kind: Kind::Earn,
            spread: Spread::Distinct,
            members: 4,
            in_flight: 2,
            time: Duration::from_secs(2),
        };
        let load = Measured { elapsed: Duration::from_secs(2), done: 1000, conflicts: 3, ..Measured::default() };
        let used = |name: &str, cpu_ms| Used { name: name.to_owned(), cpu_ms, rss_mb: 70 };
        let report =
            Report { point, load, processes: vec![used("orderer", 100), used("peer0.north", 650)], verify_us: 25.0 };
        let object = report.json();
        assert_eq!(object["committed_tx_per_s"], 500.0);
        assert_eq!(object["server_cpu_ms_per_tx"], 0.75);
        assert_eq!(object["server_cpu_verifications_per_tx"], 30.0);
        assert_eq!(object["conflicts"], 3);
        assert!(object["latency_ms"]["p99"].is_number());
        assert_eq!(object["processes"][1], json!({ "name": "peer0.north", "cpu_ms_per_tx": 0.65, "rss_mb": 70 }));
        assert!(table(&[report]).to_string().contains("peer0.north"));
    }
}
