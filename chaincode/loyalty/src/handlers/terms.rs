//! The terms of a programme: which version holds, and what it says.

use folio_chaincode_sdk::{Context, Error, Result};

use crate::ids::ProgrammeId;
use crate::rules::programme::{DateChoice, Definition, Timeline, VersionEntry};
use crate::state::{InForceRow, PROGRAMMES, ProgrammeRow, Unreadable, VERSIONS};
use crate::units::Date;

/// A version of a programme that holds for something.
#[derive(Debug, Clone)]
pub(super) struct Terms {
    /// The programme.
    pub(super) programme: ProgrammeId,
    /// The organisation that decides on it and owes its points.
    pub(super) owner: String,
    /// What it says.
    pub(super) definition: Definition,
}

impl Terms {
    /// The terms on a date, for what is not a stay.
    pub(super) fn on(context: &Context<'_>, programme: &ProgrammeId, date: Date) -> Result<Self> {
        let row = must_get(context, programme)?;
        let version = timeline(&row)?.version_on(date).ok_or_else(|| {
            Error::new("PROGRAMME_NOT_IN_FORCE", format!("no version of {programme} is in force on {date}"))
        })?;
        Self::of_version(context, programme, &row, version)
    }

    /// One version, in force or not.
    pub(super) fn of_version(
        context: &Context<'_>,
        programme: &ProgrammeId,
        row: &ProgrammeRow,
        version: u32,
    ) -> Result<Self> {
        let stored = VERSIONS
            .get(context, &(programme.clone(), version))?
            .ok_or_else(|| Error::new("PROGRAMME_VERSION_UNKNOWN", format!("{programme} has no version {version}")))?;
        let definition = Definition::from_stored(&stored.definition)?;
        Ok(Self { programme: programme.clone(), owner: row.owner.clone(), definition })
    }

    /// Number of the version.
    pub(super) const fn version(&self) -> u32 {
        self.definition.version
    }
}

/// The programme, which must exist.
pub(super) fn must_get(context: &Context<'_>, programme: &ProgrammeId) -> Result<ProgrammeRow> {
    let row = PROGRAMMES.get(context, programme)?;
    row.ok_or_else(|| Error::new("PROGRAMME_UNKNOWN", format!("there is no programme {programme}")))
}

/// The versions in force.
pub(super) fn timeline(row: &ProgrammeRow) -> Result<Timeline> {
    let mut timeline = Timeline::default();
    for entry in &row.in_force {
        let followed = read_entry(entry).is_ok_and(|entry| timeline.push(entry));
        if !followed {
            return Err(Unreadable.of("programme"));
        }
    }
    Ok(timeline)
}

/// How a version stands in its programme's row.
pub(super) fn entry_row(entry: VersionEntry) -> InForceRow {
    InForceRow {
        version: entry.version,
        effective_from: entry.effective_from.days(),
        dated_by: match entry.dated_by {
            DateChoice::Booking => 0,
            DateChoice::Arrival => 1,
            DateChoice::CheckOut => 2,
        },
    }
}

fn read_entry(row: &InForceRow) -> std::result::Result<VersionEntry, Unreadable> {
    let dated_by = match row.dated_by {
        0 => DateChoice::Booking,
        1 => DateChoice::Arrival,
        2 => DateChoice::CheckOut,
        _ => return Err(Unreadable),
    };
    Ok(VersionEntry { version: row.version, effective_from: Date::from_days(row.effective_from)?, dated_by })
}
