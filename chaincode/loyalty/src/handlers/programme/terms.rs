//! The terms of a programme: which version holds, and what it says.

use folio_chaincode_sdk::{Context, Error, Result};

use crate::ids::ProgrammeId;
use crate::rules::programme::{DateChoice, Definition, Timeline, VersionEntry};
use crate::state::{ActiveCampaignRow, InForceRow, PROGRAMMES, ProgrammeRow, Unreadable, VERSIONS};
use crate::units::Date;

/// A version of a programme that holds for something.
#[derive(Debug, Clone)]
pub(in crate::handlers) struct Terms {
    /// The programme.
    pub(in crate::handlers) programme: ProgrammeId,
    /// The organisation that decides on it and owes its points.
    pub(in crate::handlers) owner: String,
    /// What it says.
    pub(in crate::handlers) definition: Box<Definition>,
    /// The campaigns that are active, by id.
    pub(in crate::handlers) campaigns: Vec<ActiveCampaignRow>,
}

impl Terms {
    /// The terms on a date, for what is not a stay.
    pub(in crate::handlers) fn on(context: &Context<'_>, programme: &ProgrammeId, date: Date) -> Result<Self> {
        let row = must_get(context, programme)?;
        let version = timeline(&row)?.version_on(date).ok_or_else(|| {
            Error::new("PROGRAMME_NOT_IN_FORCE", format!("no version of {programme} is in force on {date}"))
        })?;
        Self::of_version(context, programme, &row, version)
    }

    /// One version, in force or not.
    pub(in crate::handlers) fn of_version(
        context: &Context<'_>,
        programme: &ProgrammeId,
        row: &ProgrammeRow,
        version: u32,
    ) -> Result<Self> {
        let stored = VERSIONS
            .get(context, &(programme.clone(), version))?
            .ok_or_else(|| Error::new("PROGRAMME_VERSION_UNKNOWN", format!("{programme} has no version {version}")))?;
        let definition = Box::new(Definition::from_stored(&stored.definition)?);
        let (owner, campaigns) = (row.owner.clone(), row.campaigns.clone());
        Ok(Self { programme: programme.clone(), owner, definition, campaigns })
    }

    /// Number of the version.
    pub(in crate::handlers) const fn version(&self) -> u32 {
        self.definition.version
    }
}

/// The programme, which must exist.
pub(in crate::handlers) fn must_get(context: &Context<'_>, programme: &ProgrammeId) -> Result<ProgrammeRow> {
    let row = PROGRAMMES.get(context, programme)?;
    row.ok_or_else(|| Error::new("PROGRAMME_UNKNOWN", format!("there is no programme {programme}")))
}

/// The versions in force.
pub(in crate::handlers) fn timeline(row: &ProgrammeRow) -> Result<Timeline> {
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
pub(in crate::handlers) fn entry_row(entry: VersionEntry) -> InForceRow {
    InForceRow {
        version: entry.version,
        effective_from: entry.effective_from.days(),
        dated_by: date_number(entry.dated_by),
    }
}

/// The number of a choice of date.
pub(in crate::handlers) const fn date_number(choice: DateChoice) -> u32 {
    match choice {
        DateChoice::Booking => 0,
        DateChoice::Arrival => 1,
        DateChoice::CheckOut => 2,
    }
}

/// The choice of date of a number.
pub(in crate::handlers) const fn date_choice(number: u32) -> std::result::Result<DateChoice, Unreadable> {
    match number {
        0 => Ok(DateChoice::Booking),
        1 => Ok(DateChoice::Arrival),
        2 => Ok(DateChoice::CheckOut),
        _ => Err(Unreadable),
    }
}

fn read_entry(row: &InForceRow) -> std::result::Result<VersionEntry, Unreadable> {
    let dated_by = date_choice(row.dated_by)?;
    Ok(VersionEntry { version: row.version, effective_from: Date::from_days(row.effective_from)?, dated_by })
}
