//! The end of a business date: `settlement.seal`.

use folio_chaincode_sdk::{Context, Error, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::handlers::call::access::Actor;
use crate::handlers::call::clock;
use crate::handlers::call::request::{self, RequestId};
use crate::handlers::outcome::event::{self, Event};
use crate::handlers::programme::terms;
use crate::ids::ProgrammeId;
use crate::state::{DATES, Role, SEALED, ThroughRow};
use crate::units::Date;

use super::dates;

/// Arguments of `settlement.seal`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Seal {
    request_id: RequestId,
    programme: ProgrammeId,
    /// The last date to seal; those before it are sealed with it.
    date: Date,
}

/// A programme's dates after a seal.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(in crate::handlers) struct Sealed {
    programme: ProgrammeId,
    sealed_through: Date,
    /// The date into which late postings go.
    open_date: Date,
}

/// A manager of any organisation seals a programme's dates up to one that is past. Nobody gains by it: what comes late is
/// counted in the date that is open then, under its true date.
pub(in crate::handlers) fn seal(context: &mut Context<'_>, arguments: Seal) -> Result<Sealed> {
    let actor = Actor::of(context)?;
    actor.require_role(&[Role::Manager])?;
    request::once(context, &arguments.request_id, &[], |context| {
        let Seal { programme, date, .. } = &arguments;
        terms::must_get(context, programme)?;
        let today = clock::proposal_date(context)?;
        if *date >= today {
            let message = format!("{date} is not over: what is sealed lies before {today}, the date of the proposal");
            return Err(Error::new("DATE_NOT_OVER", message));
        }
        if let Some(sealed) = dates::through(context, programme, SEALED)?.filter(|sealed| sealed >= date) {
            return Err(Error::new("DATE_SEALED", format!("{programme} is sealed through {sealed} already")));
        }
        let row = ThroughRow { through: Some(date.days()), after: String::new() };
        DATES.put(context, &(programme.clone(), SEALED), &row);
        event::emit(context, Event::SettlementSealed { programme: programme.clone(), through: *date })?;
        Ok(Sealed { programme: programme.clone(), sealed_through: *date, open_date: date.add_days(1)? })
    })
}
