//! What the processes of a network use for a load.

use folio_topology::{Network, Process, Usage};
use serde_json::{Value, json};

/// The processes' usage when a load began.
pub(super) struct Before {
    processes: Vec<(Process, Option<Usage>)>,
}

/// What one process used for a load.
#[derive(Clone, Debug)]
pub(super) struct Used {
    pub(super) name: String,
    pub(super) cpu_ms: u64,
    pub(super) rss_mb: u64,
}

impl Before {
    pub(super) fn of(network: &Network) -> Self {
        let processes = network.processes().into_iter().map(|process| {
            let usage = process.usage();
            (process, usage)
        });
        Self { processes: processes.collect() }
    }

    /// What each process used since then, and how much memory it has now.
    pub(super) fn used(&self) -> Vec<Used> {
        let used = self.processes.iter().filter_map(|(process, before)| {
            let (before, now) = (before.as_ref()?, process.usage()?);
            let cpu_ms = now.cpu_ms.saturating_sub(before.cpu_ms);
            Some(Used { name: process.name.clone(), cpu_ms, rss_mb: now.rss_bytes / 1_000_000 })
        });
        used.collect()
    }
}

impl Used {
    /// CPU milliseconds for each of `count` calls.
    pub(super) fn cpu_ms_per(&self, count: u64) -> f64 {
        if count == 0 { 0.0 } else { self.cpu_ms as f64 / count as f64 }
    }

    pub(super) fn json(&self, count: u64) -> Value {
        json!({ "name": self.name, "cpu_ms_per_tx": thousandths(self.cpu_ms_per(count)), "rss_mb": self.rss_mb })
    }
}

/// A figure that is worth three digits behind the point.
pub(super) fn thousandths(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}
