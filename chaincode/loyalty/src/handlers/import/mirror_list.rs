//! The checkpoints of comparisons: `points.mirror_list`.

use folio_chaincode_sdk::{Context, Cursor, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::handlers::call::access::Actor;
use crate::handlers::programme::terms;
use crate::ids::{MirrorId, ProgrammeId};
use crate::state::{MIRRORS, Role};
use crate::units::Date;

/// Checkpoints of a page, when the caller does not say.
const PAGE_CHECKPOINTS: u32 = 100;
/// Most checkpoints of a page.
const PAGE_CHECKPOINTS_MAX: u32 = 1_000;

/// Arguments of `points.mirror_list`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct List {
    programme: ProgrammeId,
    /// Only those of this business date.
    #[serde(default)]
    as_of: Option<Date>,
    #[serde(default)]
    limit: Option<u32>,
    /// Where the page before ended.
    #[serde(default)]
    after: Option<Cursor>,
}

/// A page of checkpoints, the oldest date first.
#[derive(Serialize, JsonSchema)]
pub(in crate::handlers) struct Page {
    programme: ProgrammeId,
    checkpoints: Vec<Checkpoint>,
    next: Option<Cursor>,
}

/// What a comparison came to.
#[derive(Serialize, JsonSchema)]
struct Checkpoint {
    mirror: MirrorId,
    as_of: Date,
    members: u32,
    matching: u32,
    /// How many of the others have no account here.
    unknown: u32,
    /// How many of the others had moved on here since the date.
    moved: u32,
    /// For how many of the others time had something to do that was not in the books yet.
    due: u32,
    ledger: i64,
    legacy: i64,
}

/// The programme's agents and managers and auditors see them.
pub(in crate::handlers) fn mirror_list(context: &Context<'_>, arguments: List) -> Result<Page> {
    let List { programme, as_of, limit, after } = arguments;
    let owner = terms::must_get(context, &programme)?.owner;
    let actor = Actor::of(context)?;
    if !actor.is_auditor() {
        actor.require(&[Role::Agent, Role::Manager], &owner)?;
    }
    let limit = limit.unwrap_or(PAGE_CHECKPOINTS).clamp(1, PAGE_CHECKPOINTS_MAX);
    let page = match as_of {
        Some(day) => MIRRORS.page(context, &(programme.clone(), day), after.as_ref(), limit)?,
        None => MIRRORS.page(context, &(programme.clone(),), after.as_ref(), limit)?,
    };
    let checkpoints = page.rows.into_iter().map(|((_, as_of, mirror), row)| Checkpoint {
        mirror,
        as_of,
        members: row.members,
        matching: row.matching,
        unknown: row.unknown,
        moved: row.moved,
        due: row.due,
        ledger: row.ledger,
        legacy: row.legacy,
    });
    Ok(Page { checkpoints: checkpoints.collect(), programme, next: page.next })
}
