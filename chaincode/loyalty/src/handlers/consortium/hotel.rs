//! Hotels: `hotel.register` and `hotel.get`.

use folio_chaincode_sdk::{Context, Error, HexId, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::handlers::call::access::Actor;
use crate::handlers::call::request::{self, RequestId};
use crate::handlers::call::text::Label;
use crate::handlers::outcome::event::{self, Event};
use crate::ids::HotelId;
use crate::state::{HOTELS, HotelRow, Role};
use crate::units::Currency;

use super::awaited;

/// Arguments of `hotel.register`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Register {
    request_id: RequestId,
    hotel: HotelId,
    /// Nothing stands for the organisation's name.
    #[serde(default)]
    chain: Option<Label>,
    brand: Label,
    /// Nothing stands for the hotel's code.
    #[serde(default)]
    name: Option<Label>,
    currency: Currency,
    /// SHA-256 of `folio-hotel-secret-v1` and the organisation's secret.
    secret_commitment: HexId<32>,
}

/// Arguments of `hotel.get`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Get {
    hotel: HotelId,
}

/// A hotel, as the registry knows it.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(in crate::handlers) struct Hotel {
    hotel: HotelId,
    organisation: String,
    chain: String,
    brand: String,
    name: String,
    currency: String,
}

/// A manager registers a hotel of the own organisation. What is registered stays. Where the organisation has stays of the
/// hotel waiting, the registration commits to the secret that they were reported with.
pub(in crate::handlers) fn register(context: &mut Context<'_>, arguments: Register) -> Result<Hotel> {
    let actor = Actor::of(context)?;
    actor.require_role(&[Role::Manager])?;
    let id = arguments.request_id.clone();
    request::once(context, &id, &[], |context| {
        let Register { hotel, chain, brand, name, currency, secret_commitment, .. } = arguments;
        if currency.decimals().is_none() {
            return Err(Error::new("CURRENCY_UNKNOWN", format!("{currency} is not in the code list")));
        }
        require_code(&hotel)?;
        if HOTELS.contains(context, &hotel) {
            return Err(Error::new("HOTEL_EXISTS", format!("hotel {hotel} is registered already")));
        }
        let row = HotelRow {
            organisation: actor.organisation.to_string(),
            chain: chain.map_or_else(|| actor.organisation.to_string(), |chain| chain.0),
            brand: brand.0,
            name: name.map_or_else(|| hotel.to_string(), |name| name.0),
            currency: currency.to_string(),
            secret_commitment: secret_commitment.bytes().to_vec(),
            by: actor.row(),
        };
        awaited::end(context, &hotel, &actor.organisation, &row.secret_commitment)?;
        HOTELS.put(context, &hotel, &row);
        let organisation = row.organisation.clone();
        event::emit(context, Event::HotelRegistered { hotel: hotel.clone(), organisation })?;
        Ok(Hotel::of(hotel, row))
    })
}

/// Anybody on the channel may look a hotel up.
pub(in crate::handlers) fn get(context: &Context<'_>, arguments: Get) -> Result<Hotel> {
    let row = must_get(context, &arguments.hotel)?;
    Ok(Hotel::of(arguments.hotel, row))
}

/// The hotel, which must be registered.
pub(in crate::handlers) fn must_get(context: &Context<'_>, hotel: &HotelId) -> Result<HotelRow> {
    let row = HOTELS.get(context, hotel)?;
    row.ok_or_else(|| unknown(hotel))
}

/// The refusal of what needs a registered hotel.
pub(in crate::handlers) fn unknown(hotel: &HotelId) -> Error {
    Error::new("HOTEL_UNKNOWN", format!("hotel {hotel} is not registered"))
}

/// The bar separates the parts from which a stay's key is derived.
pub(in crate::handlers) fn require_code(hotel: &HotelId) -> Result<()> {
    if hotel.as_str().contains('|') {
        return Err(Error::new("HOTEL_INVALID", "the code of a hotel must not hold a bar"));
    }
    Ok(())
}

impl Hotel {
    fn of(hotel: HotelId, row: HotelRow) -> Self {
        let HotelRow { organisation, chain, brand, name, currency, .. } = row;
        Self { hotel, organisation, chain, brand, name, currency }
    }
}
