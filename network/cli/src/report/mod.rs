//! Reports on a ledger, computed from world state alone: what is owed, who owes whom, who stays, what lapses, who is what.
//!
//! A report takes world state as of a block and returns figures, with what in them does not add up. Nothing here knows
//! where the state comes from, nor how the figures are shown.

mod breakage;
mod liability;
mod movements;
mod period;
mod retention;
mod settlement;
mod sheet;
mod statement;
#[cfg(test)]
mod testing;
mod tiers;

use anyhow::{Result, bail};
use folio_loyalty::ids::ProgrammeId;
use folio_loyalty::state::PROGRAMMES;
use folio_types::StateReader;
use serde::Serialize;

use crate::rows::each_row;

pub(crate) use breakage::Breakage;
pub(crate) use liability::Liability;
pub(crate) use period::Period;
pub(crate) use retention::Retention;
pub(crate) use settlement::Settlement;
pub(crate) use sheet::{Cell, Sheet};
pub(crate) use statement::Statement;
pub(crate) use tiers::Tiers;

/// What every report offers to whoever shows it. Its JSON form is its fields.
pub(crate) trait Report: Serialize {
    /// Its name, as the command is called.
    const NAME: &'static str;

    /// Its tables, the most important first.
    fn sheets(&self) -> Vec<Sheet>;

    /// What in it does not add up.
    fn findings(&self) -> Vec<String>;
}

/// The programmes to report on: the one that is asked for, or all that there are.
pub(crate) fn programmes(state: &dyn StateReader, wanted: Option<&ProgrammeId>) -> Result<Vec<ProgrammeId>> {
    let mut known = Vec::new();
    each_row(state, &PROGRAMMES, &(), |programme: ProgrammeId, _| {
        known.push(programme);
        Ok(())
    })?;
    let Some(wanted) = wanted else { return Ok(known) };
    if !known.contains(wanted) {
        let names: Vec<_> = known.iter().map(ProgrammeId::as_str).collect();
        bail!("there is no programme {wanted} as of this block; there are: {}", names.join(", "));
    }
    Ok(vec![wanted.clone()])
}
