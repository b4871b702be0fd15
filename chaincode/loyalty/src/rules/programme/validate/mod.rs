//! What must be true of a definition beyond its shape. Every problem is found at once and names its key.

mod award;
mod benefits;
mod earning;
mod standing;

use std::fmt;

use super::definition::Definition;
use super::limits::{ACTIVITIES_MAX, DEFINITION_TEXT_BYTES_MAX, SELECTION_ENTRIES_MAX};
use super::scope::{Scope, Selection};

/// One thing that is wrong with a definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Path of the key, such as `tiers.levels[2].name`.
    pub key: String,
    /// The rule that it breaks.
    pub rule: String,
}

/// Why bytes are not a definition that can be proposed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DefinitionError {
    /// Its stored form is too long.
    #[error("the definition has {got} bytes, at most {max} are accepted")]
    TooLarge {
        /// Its length.
        got: usize,
        /// The limit.
        max: usize,
    },
    /// Rules are broken.
    #[error("the definition is not valid: {}", listed(.problems))]
    Invalid {
        /// All of them.
        problems: Vec<Problem>,
    },
}

impl DefinitionError {
    /// The stable code of the refusal.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "PROGRAMME_TOO_LARGE",
            Self::Invalid { .. } => "PROGRAMME_INVALID",
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.key, self.rule)
    }
}

impl Definition {
    /// Checks every rule that holds for a definition by itself.
    pub fn validate(&self) -> Result<(), DefinitionError> {
        let mut findings = Findings::default();
        self.check_identity(&mut findings);
        earning::check(self, &mut findings);
        standing::check(self, &mut findings);
        award::check(self, &mut findings);
        benefits::check(self, &mut findings);
        findings.into_result()
    }

    /// Checks that this version may follow `previous`: what accounts refer to must stay where it is.
    pub fn validate_successor(&self, previous: &Self) -> Result<(), DefinitionError> {
        let mut findings = Findings::default();
        findings.require(self.programme == previous.programme, "programme", "must stay the same");
        findings.require(self.owner == previous.owner, "owner", "must stay the same");
        findings.require(self.currency == previous.currency, "currency", "must stay the same");
        findings.require(
            previous.version.checked_add(1) == Some(self.version),
            "version",
            "must be one more than that of the version before",
        );
        findings.require(
            previous.effective_from < self.effective_from,
            "effective_from",
            "must be later than that of the version before",
        );
        for (place, balance) in previous.balances.iter().enumerate() {
            let kept =
                self.balances.get(place).is_some_and(|now| (&now.name, now.kind) == (&balance.name, balance.kind));
            findings.require(kept, &format!("balances[{place}]"), "must be that of the version before");
        }
        for tier in &previous.tiers.levels {
            let kept = self.tiers.rank_of(&tier.name).is_some();
            findings.require(
                kept,
                "tiers.levels",
                &format!("must keep the tier {:?}, which members may hold", tier.name),
            );
        }
        findings.into_result()
    }

    fn check_identity(&self, findings: &mut Findings) {
        let is_id = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        findings.text(&self.programme, "programme");
        findings.require(
            self.programme.bytes().all(is_id),
            "programme",
            "must have only lowercase letters, digits and hyphens",
        );
        findings.text(&self.name, "name");
        findings.text(&self.owner, "owner");
        findings.require(self.version > 0, "version", "must be 1 or more");
        findings.require(self.currency.decimals().is_some(), "currency", "must be a currency of ISO 4217");
        findings.count(self.activities.len(), 0, ACTIVITIES_MAX, "activities");
        for (place, earn) in self.activities.iter().enumerate() {
            let key = format!("activities[{place}].activity");
            findings.text(&earn.activity, &key);
            let repeated = self.activities.iter().take(place).any(|other| other.activity == earn.activity);
            findings.require(!repeated, &key, "must not be listed twice");
            let possible = earn.limit.is_none_or(|limit| limit.times > 0);
            findings.require(possible, &format!("activities[{place}].limit.times"), "must be 1 or more");
        }
    }
}

/// The problems found so far.
#[derive(Debug, Default)]
pub(in crate::rules) struct Findings {
    problems: Vec<Problem>,
}

impl Findings {
    pub(in crate::rules) fn require(&mut self, holds: bool, key: &str, rule: &str) {
        if !holds {
            self.problems.push(Problem { key: key.to_owned(), rule: rule.to_owned() });
        }
    }

    pub(in crate::rules) fn text(&mut self, text: &str, key: &str) {
        let fits = !text.is_empty() && text.len() <= DEFINITION_TEXT_BYTES_MAX;
        self.require(fits, key, &format!("must have 1 to {DEFINITION_TEXT_BYTES_MAX} bytes"));
    }

    pub(in crate::rules) fn count(&mut self, got: usize, min: usize, max: usize, key: &str) {
        let fits = (min..=max).contains(&got);
        self.require(fits, key, &format!("must have {min} to {max} entries, and has {got}"));
    }

    pub(in crate::rules) fn selection(&mut self, selection: &Selection, key: &str) {
        self.count(selection.entries().len(), 0, SELECTION_ENTRIES_MAX, key);
        for entry in selection.entries() {
            self.text(entry, key);
        }
    }

    pub(in crate::rules) fn scope(&mut self, scope: &Scope, key: &str) {
        for (selection, name) in [
            (&scope.chains, "chains"),
            (&scope.brands, "brands"),
            (&scope.hotels, "hotels"),
            (&scope.rate_codes, "rate_codes"),
            (&scope.room_types, "room_types"),
        ] {
            self.selection(selection, &format!("{key}.{name}"));
        }
        let ordered = scope.from.zip(scope.until).is_none_or(|(from, until)| from <= until);
        self.require(ordered, &format!("{key}.until"), "must not be before from");
    }

    pub(in crate::rules) fn into_problems(self) -> Vec<Problem> {
        self.problems
    }

    fn into_result(self) -> Result<(), DefinitionError> {
        if self.problems.is_empty() { Ok(()) } else { Err(DefinitionError::Invalid { problems: self.problems }) }
    }
}

pub(in crate::rules) fn listed(problems: &[Problem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}
