//! The end of an import: `points.import_close`.

use folio_chaincode_sdk::{Context, Error, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::handlers::call::access::Actor;
use crate::handlers::call::request::{self, RequestId};
use crate::handlers::outcome::event::{self, Event};
use crate::handlers::programme::terms;
use crate::ids::{ImportId, ProgrammeId};
use crate::state::{IMPORTS, ImportRow, Role};
use crate::units::Overflow;

use super::batch::{BATCHES_MAX, SEAL};
use super::totals::Totals;

/// Arguments of `points.import_close`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Close {
    request_id: RequestId,
    programme: ProgrammeId,
    import: ImportId,
    /// How many batches there should be.
    batches: u16,
    /// What the system before says that all of them add up to.
    control: Totals,
}

/// An import that is closed.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(in crate::handlers) struct Closed {
    programme: ProgrammeId,
    import: ImportId,
    batches: u16,
    totals: Totals,
}

/// The programme's manager closes an import, when all its batches are there and add up to what the system before says. It
/// reads all batches: one that comes in at the same time undoes the closing.
pub(in crate::handlers) fn close(context: &mut Context<'_>, arguments: Close) -> Result<Closed> {
    let actor = Actor::of(context)?;
    actor.require_role(&[Role::Manager])?;
    let id = arguments.request_id.clone();
    request::once(context, &id, &[], |context| {
        let Close { programme, import, batches, control, .. } = arguments;
        actor.require_organisation(&terms::must_get(context, &programme)?.owner)?;
        let page = IMPORTS.page(context, &(programme.clone(), import), None, u32::from(BATCHES_MAX) + 1)?;
        let mut totals = Totals::ZERO;
        for ((_, _, batch), row) in &page.rows {
            if *batch == SEAL {
                return Err(Error::new("IMPORT_CLOSED", "the import is closed already"));
            }
            totals = totals.plus(Totals::of_row(&row.totals)?)?;
        }
        let found = u16::try_from(page.rows.len()).map_err(|_| Overflow)?;
        if found == 0 {
            return Err(Error::new("IMPORT_UNKNOWN", "no batch of the import came in"));
        }
        if found != batches {
            let message = format!("{found} batches came in, and control says {batches}");
            return Err(Error::new("IMPORT_TOTALS_DIFFER", message));
        }
        totals.require(&control)?;
        let seal =
            ImportRow { totals: totals.row(), batches: u32::from(batches), by: actor.row(), ..ImportRow::default() };
        IMPORTS.put(context, &(programme.clone(), import, SEAL), &seal);
        let Totals { members, points, debt, .. } = totals;
        let told = programme.clone();
        event::emit(context, Event::ImportClosed { programme: told, import, batches, members, points, debt })?;
        Ok(Closed { programme, import, batches, totals })
    })
}
