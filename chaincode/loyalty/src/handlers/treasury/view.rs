//! What a treasury holds: `treasury.get`.

use folio_chaincode_sdk::{Context, PAGE_ENTRIES_MAX, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::handlers::call::access::{Actor, STAFF};
use crate::handlers::programme::terms;
use crate::ids::{HotelId, OrgId, ProgrammeId, TreasuryId};
use crate::state::{Role, TREASURIES, TreasuryRow};
use crate::units::Points;

use super::till::Treasury;

/// Arguments of `treasury.get`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Get {
    treasury: TreasuryId,
}

/// A treasury.
#[derive(Serialize, JsonSchema)]
pub(in crate::handlers) struct View {
    treasury: TreasuryId,
    programme: ProgrammeId,
    organisation: OrgId,
    hotel: Option<HotelId>,
    /// Points in all tills.
    points: Points,
    /// Points in each till.
    tills: Vec<Points>,
}

/// The merchant's staff, the programme's agents and managers, and auditors see what is in it.
pub(in crate::handlers) fn get(context: &Context<'_>, arguments: Get) -> Result<View> {
    let treasury = Treasury::must_get(context, arguments.treasury)?;
    let actor = Actor::of(context)?;
    if !actor.is_auditor() && actor.require(STAFF, treasury.organisation.as_str()).is_err() {
        let owner = terms::must_get(context, &treasury.programme)?.owner;
        actor.require(&[Role::Agent, Role::Manager], &owner)?;
    }
    let mut rows = vec![TreasuryRow::default(); usize::from(treasury.tills)];
    let mut after = None;
    loop {
        let page = TREASURIES.page(context, &(treasury.id,), after.as_ref(), PAGE_ENTRIES_MAX)?;
        for ((_, place), row) in page.rows {
            if let Some(till) = rows.get_mut(usize::from(place)) {
                *till = row;
            }
        }
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    let tills = (0..treasury.tills).zip(&rows).map(|(place, row)| treasury.points_in(place, row));
    let tills: Vec<Points> = tills.collect::<Result<_>>()?;
    let points = tills.iter().try_fold(Points::ZERO, |sum, till| sum.checked_add(*till))?;
    let Treasury { id, programme, organisation, hotel, .. } = treasury;
    Ok(View { treasury: id, programme, organisation, hotel, points, tills })
}
