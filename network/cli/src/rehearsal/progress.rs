//! How far a rehearsal is, for whoever waits: a line a step, and in a terminal the date that is being played.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use folio_loyalty::units::Date;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::output::grouped;

/// Where progress is shown. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Progress {
    began: Instant,
    bar: ProgressBar,
}

impl Progress {
    /// Shows progress on standard error, from now on.
    pub(crate) fn begin() -> Self {
        let is_terminal = std::io::stderr().is_terminal();
        let target = if is_terminal { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(None, target);
        bar.set_style(
            ProgressStyle::with_template("{spinner} {msg}").unwrap_or_else(|_| ProgressStyle::default_spinner()),
        );
        if is_terminal {
            bar.enable_steady_tick(Duration::from_millis(200));
        }
        Self { began: Instant::now(), bar }
    }

    /// Says what comes next, and how long it has been going on.
    pub(crate) fn say(&self, what: &str) {
        let seconds = self.began.elapsed().as_secs_f64();
        self.bar.suspend(|| eprintln!("[{seconds:6.1} s] {what}"));
    }

    /// Another act of a business date begins.
    pub(super) fn on(&self, day: Date) {
        self.bar.inc(1);
        self.bar.set_message(format!("{day}, {} acts", grouped(self.bar.position())));
    }

    /// Nothing more is to come.
    pub(crate) fn end(&self) {
        self.bar.finish_and_clear();
    }
}
