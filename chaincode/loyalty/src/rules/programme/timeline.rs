//! Which version of a programme holds for a stay.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::definition::Definition;
use super::scope::{DateChoice, StayDates};
use crate::units::Date;

/// The versions of one programme that are in force or will be, oldest first. It is all that must be read to pick one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timeline {
    entries: Vec<VersionEntry>,
}

/// When one version takes effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VersionEntry {
    /// Number of the version.
    pub version: u32,
    /// First date on which it holds.
    pub effective_from: Date,
    /// Which date of a stay is meant.
    pub dated_by: DateChoice,
}

impl VersionEntry {
    /// The entry of a definition.
    pub const fn of(definition: &Definition) -> Self {
        Self { version: definition.version, effective_from: definition.effective_from, dated_by: definition.dated_by }
    }
}

impl Timeline {
    /// Adds a version. It must be newer and take effect later than all before; `false` when it is not.
    #[must_use]
    pub fn push(&mut self, entry: VersionEntry) -> bool {
        let follows = self
            .entries
            .last()
            .is_none_or(|last| last.version < entry.version && last.effective_from < entry.effective_from);
        if follows {
            self.entries.push(entry);
        }
        follows
    }

    /// The versions, oldest first.
    pub fn entries(&self) -> &[VersionEntry] {
        &self.entries
    }

    /// The newest version that holds on the date of the stay which that version looks at; none before the first.
    pub fn version_for(&self, dates: StayDates) -> Option<u32> {
        let holds = |entry: &&VersionEntry| entry.effective_from <= dates.pick(entry.dated_by);
        self.entries.iter().rev().find(holds).map(|entry| entry.version)
    }

    /// The newest version that holds on a date, for what is not a stay.
    pub fn version_on(&self, date: Date) -> Option<u32> {
        self.version_for(StayDates { booked: None, arrival: date, check_out: date })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_version_looks_at_the_date_of_its_own_choice() {
        let date = |text: &str| text.parse::<Date>().unwrap();
        let entry = |version, from: &str, dated_by| VersionEntry { version, effective_from: date(from), dated_by };
        let mut timeline = Timeline::default();
        assert!(timeline.push(entry(1, "2015-01-01", DateChoice::CheckOut)));
        assert!(timeline.push(entry(2, "2026-01-08", DateChoice::Booking)));
        assert!(!timeline.push(entry(2, "2027-01-01", DateChoice::CheckOut)), "not newer");
        assert!(!timeline.push(entry(3, "2026-01-08", DateChoice::CheckOut)), "not later");
        let stay = |booked: &str, arrival: &str, out: &str| StayDates {
            booked: Some(date(booked)),
            arrival: date(arrival),
            check_out: date(out),
        };
        assert_eq!(timeline.version_for(stay("2026-01-07", "2026-02-01", "2026-02-03")), Some(1));
        assert_eq!(timeline.version_for(stay("2026-01-08", "2026-02-01", "2026-02-03")), Some(2));
        assert_eq!(timeline.version_for(stay("2014-01-08", "2014-12-30", "2015-01-01")), Some(1));
        assert_eq!(timeline.version_on(date("2014-12-31")), None);
        assert_eq!(timeline.version_on(date("2026-01-08")), Some(2));
    }
}
