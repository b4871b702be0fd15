//! The account of every point, for simulations.

use schemars::JsonSchema;
use serde::Serialize;

use super::Explain;

/// One line of the account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Explained {
    /// Key of the definition that decided.
    pub rule: String,
    /// What it did, with the figures.
    pub effect: String,
}

/// Gathers the account, or nothing when it is not wanted.
pub(super) struct Notes {
    wanted: bool,
    lines: Vec<Explained>,
}

impl Notes {
    pub(super) const fn new(explain: Explain) -> Self {
        Self { wanted: matches!(explain, Explain::Yes), lines: Vec::new() }
    }

    /// Adds a line. Nothing is formatted unless the account is wanted.
    pub(super) fn add(&mut self, line: impl FnOnce() -> (String, String)) {
        if self.wanted {
            let (rule, effect) = line();
            self.lines.push(Explained { rule, effect });
        }
    }

    pub(super) fn into_lines(self) -> Vec<Explained> {
        self.lines
    }
}
