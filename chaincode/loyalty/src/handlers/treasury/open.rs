//! Opening a treasury: `treasury.open`.

use folio_chaincode_sdk::{Context, Error, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::handlers::call::access::Actor;
use crate::handlers::call::request::{self, RequestId};
use crate::handlers::consortium::hotel;
use crate::handlers::outcome::event::{self, Event};
use crate::handlers::programme::terms;
use crate::ids::{HotelId, OrgId, ProgrammeId, TreasuryId};
use crate::state::{Role, TreasuryHeadRow};

use super::till::{TILLS_MAX, Treasury};

/// Tills of a treasury, when nothing is said.
const TILLS: u16 = 64;

/// Arguments of `treasury.open`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Open {
    request_id: RequestId,
    programme: ProgrammeId,
    /// The merchant's organisation; nothing stands for that of the hotel.
    #[serde(default)]
    organisation: Option<OrgId>,
    /// The hotel whose treasury it is.
    #[serde(default)]
    hotel: Option<HotelId>,
    /// Over how many tills its points are spread; nothing stands for 64, and 4,096 is the most. An
    /// award that its till cannot pay goes on to others, so that a till should hold several awards.
    #[serde(default)]
    tills: Option<u16>,
}

/// A treasury that was opened.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(in crate::handlers) struct Opened {
    treasury: TreasuryId,
    programme: ProgrammeId,
    organisation: String,
    hotel: Option<HotelId>,
    tills: u16,
}

/// The programme's manager opens a treasury for a merchant of the consortium, or for one of its hotels.
pub(in crate::handlers) fn open(context: &mut Context<'_>, arguments: Open) -> Result<Opened> {
    let actor = Actor::of(context)?;
    actor.require_role(&[Role::Manager])?;
    let id = arguments.request_id.clone();
    request::once(context, &id, &[], |context| {
        let Open { programme, organisation, hotel, tills, .. } = arguments;
        actor.require_organisation(&terms::must_get(context, &programme)?.owner)?;
        let of_hotel = hotel.as_ref().map(|hotel| hotel::must_get(context, hotel)).transpose()?;
        let of_hotel = of_hotel.map(|row| row.organisation);
        let named = organisation.map(|organisation| organisation.to_string());
        let organisation = match (named, of_hotel) {
            (Some(named), Some(owner)) if named != owner => {
                let message = format!("the hotel belongs to {owner}, not to {named}: leave out `organisation`");
                return Err(Error::new("TREASURY_MERCHANT_DIFFERS", message));
            }
            (named, owner) => named.or(owner).ok_or_else(|| {
                Error::new("TREASURY_MERCHANT_MISSING", "name the merchant's `organisation`, or its `hotel`")
            })?,
        };
        let tills = tills.unwrap_or(TILLS);
        if !(1..=TILLS_MAX).contains(&tills) {
            return Err(Error::new("TREASURY_TILLS_INVALID", format!("a treasury has 1 to {TILLS_MAX} tills")));
        }
        let treasury: TreasuryId = context.sha256_id(&[b"folio-treasury-v1\n", context.invocation().tx_id.as_bytes()]);
        let head = TreasuryHeadRow {
            programme: programme.to_string(),
            organisation: organisation.clone(),
            hotel: hotel.as_ref().map(ToString::to_string).unwrap_or_default(),
            tills: u32::from(tills),
            by: actor.row(),
            spread: 0,
        };
        Treasury::put_head(context, treasury, head);
        let event =
            Event::TreasuryOpened { treasury, programme: programme.clone(), organisation: organisation.clone() };
        event::emit(context, event)?;
        Ok(Opened { treasury, programme, organisation, hotel, tills })
    })
}
