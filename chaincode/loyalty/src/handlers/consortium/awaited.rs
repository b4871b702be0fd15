//! Hotels that are not registered yet, and whose stays wait.
//!
//! An organisation may report stays of a hotel for which it vouches before the hotel stands in the registry. The first
//! report commits it to its secret for this hotel, as the registration will: so a stay has one key before and after, and
//! the stays that wait are found again. Several organisations may vouch for one code. Each has a worklist of its own, and
//! only the stays of the one that registers the hotel are ever rated; those of the others stay on their worklists.

use folio_chaincode_sdk::{Context, Error, Result};

use crate::handlers::call::access::Actor;
use crate::handlers::call::secret::Secret;
use crate::ids::{HotelId, OrgId};
use crate::state::{AWAITED, AwaitedHotelRow};

use super::hotel;

/// Refuses everybody but the system or the front desk for which the own organisation vouches: to others the hotel is
/// unknown.
pub(in crate::handlers) fn require_vouched(actor: &Actor, hotel: &HotelId) -> Result<()> {
    hotel::require_code(hotel)?;
    if actor.is_vouched_for_at(hotel) { Ok(()) } else { Err(hotel::unknown(hotel)) }
}

/// The secret that came with the call, which must be the one of the organisation's first report of the hotel.
pub(in crate::handlers) fn secret(context: &mut Context<'_>, actor: &Actor, hotel: &HotelId) -> Result<Secret> {
    let secret = Secret::of_call(context)?;
    let commitment = secret.commitment(context);
    let place = (hotel.clone(), actor.organisation.clone());
    match AWAITED.get(context, &place)? {
        Some(row) if row.secret_commitment == commitment => {}
        Some(_) => {
            return Err(Error::new("SECRET_INVALID", "this is not the secret of the first report of this hotel"));
        }
        None => {
            AWAITED.put(context, &place, &AwaitedHotelRow { secret_commitment: commitment.to_vec(), by: actor.row() })
        }
    }
    Ok(secret)
}

/// Whether the organisation has reported stays of the hotel while it was not registered, and has not registered it since.
pub(in crate::handlers) fn is_awaited_by(context: &Context<'_>, hotel: &HotelId, organisation: &OrgId) -> bool {
    AWAITED.contains(context, &(hotel.clone(), organisation.clone()))
}

/// The organisation registers the hotel. With another secret it would never find the stays that wait.
pub(in crate::handlers) fn end(
    context: &mut Context<'_>,
    hotel: &HotelId,
    organisation: &OrgId,
    secret_commitment: &[u8],
) -> Result<()> {
    let place = (hotel.clone(), organisation.clone());
    match AWAITED.get(context, &place)? {
        Some(row) if row.secret_commitment != secret_commitment => {
            let message =
                format!("stays of {hotel} wait that were reported with another secret: register it with that");
            Err(Error::new("SECRET_INVALID", message))
        }
        Some(_) => {
            AWAITED.delete(context, &place);
            Ok(())
        }
        None => Ok(()),
    }
}
