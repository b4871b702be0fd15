//! How far an import is: `points.import_get`.

use folio_chaincode_sdk::{Context, Cursor, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::handlers::call::access::Actor;
use crate::handlers::programme::terms;
use crate::ids::{ImportId, ProgrammeId};
use crate::state::{IMPORTS, Role, Unreadable};
use crate::units::Date;

use super::batch::SEAL;
use super::totals::Totals;

/// Batches of a page, when the caller does not say.
const PAGE_BATCHES: u32 = 100;
/// Most batches of a page.
const PAGE_BATCHES_MAX: u32 = 1_000;

/// Arguments of `points.import_get`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Get {
    programme: ProgrammeId,
    import: ImportId,
    #[serde(default)]
    limit: Option<u32>,
    /// Where the page before ended.
    #[serde(default)]
    after: Option<Cursor>,
}

/// A page of an import's batches.
#[derive(Serialize, JsonSchema)]
pub(in crate::handlers) struct View {
    programme: ProgrammeId,
    import: ImportId,
    closed: bool,
    batches: Vec<Batch>,
    next: Option<Cursor>,
}

/// A batch that came in.
#[derive(Serialize, JsonSchema)]
struct Batch {
    batch: u16,
    as_of: Date,
    totals: Totals,
    enrolled: u32,
}

/// The programme's agents and managers and auditors see it.
pub(in crate::handlers) fn get(context: &Context<'_>, arguments: Get) -> Result<View> {
    let Get { programme, import, limit, after } = arguments;
    let owner = terms::must_get(context, &programme)?.owner;
    let actor = Actor::of(context)?;
    if !actor.is_auditor() {
        actor.require(&[Role::Agent, Role::Manager], &owner)?;
    }
    let limit = limit.unwrap_or(PAGE_BATCHES).clamp(1, PAGE_BATCHES_MAX);
    let page = IMPORTS.page(context, &(programme.clone(), import), after.as_ref(), limit)?;
    let batches = page.rows.iter().filter(|((_, _, batch), _)| *batch != SEAL).map(|((_, _, batch), row)| {
        let as_of = Date::from_days(row.as_of).map_err(|_| Unreadable.of("import"))?;
        Ok(Batch { batch: *batch, as_of, totals: Totals::of_row(&row.totals)?, enrolled: row.enrolled })
    });
    let batches = batches.collect::<Result<_>>()?;
    let closed = IMPORTS.contains(context, &(programme.clone(), import, SEAL));
    Ok(View { programme, import, closed, batches, next: page.next })
}
