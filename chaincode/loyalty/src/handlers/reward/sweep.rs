//! Ending what ran out: `reward.overdue` finds it, `reward.sweep` ends it.
//!
//! Nothing depends on it: what ran out counts as free when it is next touched. The sweep is for those whom nothing touches.
//! The search is a query, so that no submitted transaction scans what others insert.

use folio_chaincode_sdk::{Context, Cursor, Error, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::handlers::account::upkeep;
use crate::handlers::call::access::{Actor, STAFF};
use crate::handlers::call::page::OfProgramme;
use crate::handlers::call::request::{self, RequestId};
use crate::handlers::outcome::journal::Journal;
use crate::ids::ReservationId;
use crate::state::{Cause, Ended, RESERVATIONS};
use crate::units::Date;

use super::reservation::{Open, has_run_out, line, must_get};

/// Reservations that a page looks at, when the caller does not say, and at most.
const PAGE_ROWS: u32 = 200;
const PAGE_ROWS_MAX: u32 = 1_000;

/// Most reservations that one transaction ends.
const SWEPT_MAX: usize = 32;

/// Holds that ran out and that nobody has ended.
#[derive(Serialize, JsonSchema)]
pub(in crate::handlers) struct Page {
    reservations: Vec<ReservationId>,
    next: Option<Cursor>,
}

/// Arguments of `reward.sweep`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Sweep {
    request_id: RequestId,
    reservations: Vec<ReservationId>,
    /// Business date.
    as_of: Date,
}

/// What a sweep ended.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(in crate::handlers) struct Swept {
    released: Vec<ReservationId>,
    /// Those that have not run out, or had ended before.
    skipped: Vec<ReservationId>,
}

/// Everybody who works for an organisation of the channel, and auditors, may look for what ran out.
pub(in crate::handlers) fn overdue(context: &Context<'_>, arguments: OfProgramme) -> Result<Page> {
    let OfProgramme { programme, limit, after } = arguments;
    let actor = Actor::of(context)?;
    if !actor.is_auditor() {
        actor.require_role(STAFF)?;
    }
    let limit = limit.unwrap_or(PAGE_ROWS).clamp(1, PAGE_ROWS_MAX);
    let page = RESERVATIONS.page(context, &(), after.as_ref(), limit)?;
    let overdue = page.rows.into_iter().filter(|(_, row)| {
        row.programme == programme.as_str() && row.ended() == Ended::Not && has_run_out(context, row.ends_at_seconds)
    });
    Ok(Page { reservations: overdue.map(|(id, _)| id).collect(), next: page.next })
}

/// Anybody may end holds that ran out: their points, stock and certificates come back.
pub(in crate::handlers) fn sweep(context: &mut Context<'_>, arguments: Sweep) -> Result<Swept> {
    let actor = Actor::of(context)?;
    request::once(context, &arguments.request_id, &[], |context| {
        let Sweep { reservations, as_of, .. } = &arguments;
        if !(1..=SWEPT_MAX).contains(&reservations.len()) {
            return Err(Error::new("SWEEP_INVALID", format!("a sweep ends 1 to {SWEPT_MAX} reservations")));
        }
        let mut journal = Journal::new(context, actor.row(), *as_of, None)?;
        let mut swept = Swept { released: Vec::new(), skipped: Vec::new() };
        for id in reservations {
            let row = must_get(context, *id)?;
            if row.ended() != Ended::Not || !has_run_out(context, row.ends_at_seconds) {
                swept.skipped.push(*id);
                continue;
            }
            let mut open = Open::of(context, *id, row, *as_of)?;
            upkeep::bring_up_to(context, &mut journal, &mut open.account, &open.terms, *as_of)?;
            let entry = open.release(context, &mut journal)?;
            if !entry.is_empty() {
                journal.enter(context, &mut open.account, &entry, line(Cause::Released, *id, &open.row))?;
            }
            open.row.ended = Ended::Released.into();
            RESERVATIONS.put(context, id, &open.row);
            open.account.save(context);
            swept.released.push(*id);
        }
        journal.close(context)?;
        Ok(swept)
    })
}
