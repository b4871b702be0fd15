//! What a hotel's property management system calls its revenue: `hotel.map_revenue` and `hotel.revenue_map`.
//!
//! Systems post revenue under codes of their own. The bridge that writes stay versions looks them up here, so that all
//! chains see which of a hotel's codes count as room revenue, and since when.

use std::collections::BTreeMap;

use folio_chaincode_sdk::{Context, Error, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::handlers::call::access::Actor;
use crate::handlers::call::request::{self, RequestId};
use crate::handlers::outcome::event::{self, Event};
use crate::ids::HotelId;
use crate::rules::revenue;
use crate::state::{REVENUE_MAPS, RevenueCodeRow, RevenueMapRow, Role, Unreadable};

use super::hotel;

/// Most codes of one hotel.
const CODES_MAX: usize = 1_000;
/// Longest code, in bytes.
const CODE_BYTES_MAX: usize = 32;

/// Arguments of `hotel.map_revenue`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct MapRevenue {
    request_id: RequestId,
    hotel: HotelId,
    /// Numbers of OpenTravel revenue categories by code. Codes that were mapped before and are not listed stay.
    codes: BTreeMap<String, u16>,
}

/// Arguments of `hotel.revenue_map`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Get {
    hotel: HotelId,
}

/// What the codes of a hotel stand for.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(in crate::handlers) struct RevenueMap {
    hotel: HotelId,
    /// Numbers of OpenTravel revenue categories by code.
    codes: BTreeMap<String, u16>,
}

/// A manager of the hotel's organisation says what codes stand for.
pub(in crate::handlers) fn map(context: &mut Context<'_>, arguments: MapRevenue) -> Result<RevenueMap> {
    let actor = Actor::of(context)?;
    let id = arguments.request_id.clone();
    request::once(context, &id, &[], |context| {
        let MapRevenue { hotel, codes, .. } = arguments;
        let row = hotel::must_get(context, &hotel)?;
        actor.require(&[Role::Manager], &row.organisation)?;
        for (code, category) in &codes {
            if !(1..=CODE_BYTES_MAX).contains(&code.len()) || code.contains(char::is_control) {
                let message = format!("a code has 1 to {CODE_BYTES_MAX} bytes without control characters");
                return Err(Error::new("REVENUE_CODE_INVALID", message));
            }
            if !revenue::is_known(*category) {
                let message = format!("code {code:?} is mapped to {category}, which is no revenue category");
                return Err(Error::new("REVENUE_CATEGORY_UNKNOWN", message));
            }
        }
        let mut all = read(context, &hotel)?;
        all.extend(codes);
        if all.len() > CODES_MAX {
            return Err(Error::new("REVENUE_CODES_TOO_MANY", format!("a hotel has at most {CODES_MAX} codes")));
        }
        let codes =
            all.iter().map(|(code, category)| RevenueCodeRow { code: code.clone(), category: (*category).into() });
        let row = RevenueMapRow { codes: codes.collect(), by: actor.row() };
        REVENUE_MAPS.put(context, &hotel, &row);
        event::emit(context, Event::RevenueMapped { hotel: hotel.clone(), codes: row.codes.len() as u64 })?;
        Ok(RevenueMap { hotel, codes: all })
    })
}

/// Anybody on the channel may look up what a hotel's codes stand for.
pub(in crate::handlers) fn get(context: &Context<'_>, arguments: Get) -> Result<RevenueMap> {
    let Get { hotel } = arguments;
    hotel::must_get(context, &hotel)?;
    let codes = read(context, &hotel)?;
    Ok(RevenueMap { hotel, codes })
}

fn read(context: &Context<'_>, hotel: &HotelId) -> Result<BTreeMap<String, u16>> {
    let row = REVENUE_MAPS.get(context, hotel)?.unwrap_or_default();
    let codes = row.codes.into_iter().map(|code| {
        let category = u16::try_from(code.category).map_err(|_| Unreadable.of("revenue map"))?;
        Ok((code.code, category))
    });
    codes.collect()
}
