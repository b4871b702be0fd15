//! Looking at offers: `offer.list` and `offer.verify`.

use folio_chaincode_sdk::{Context, Cursor, Error, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::handlers::account::holder;
use crate::handlers::call::access::{AT_THE_HOTEL, Actor, STAFF};
use crate::handlers::call::page::OfMember;
use crate::handlers::consortium::hotel;
use crate::handlers::programme::terms;
use crate::ids::{HotelId, MemberId, OfferId, ProgrammeId, StayKey};
use crate::rules::campaign::{Offer, Visit};
use crate::rules::programme::{Hotel, StayDates};
use crate::rules::reason::Withheld;
use crate::state::{OFFERS, OfferRow};
use crate::units::Date;

use super::{NOBODY, voucher_of_call};

/// Offers of a page, when the caller does not say.
const PAGE_OFFERS: u32 = 50;
/// Most offers of a page.
const PAGE_OFFERS_MAX: u32 = 200;

/// Arguments of `offer.verify`. A voucher's code comes in the transient map, as `voucher`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Verify {
    programme: ProgrammeId,
    member: MemberId,
    /// The member's offer; none for a voucher.
    #[serde(default)]
    offer: Option<OfferId>,
    hotel: HotelId,
    /// The dates of the stay that it is meant for.
    arrival: Date,
    departure: Date,
    #[serde(default)]
    booked: Option<Date>,
}

/// A page of a member's offers.
#[derive(Serialize, JsonSchema)]
pub(in crate::handlers) struct Page {
    programme: ProgrammeId,
    member: MemberId,
    offers: Vec<Listed>,
    next: Option<Cursor>,
    /// The members whose accounts became part of this one's: their offers are listed under their own ids, and hold for
    /// this one.
    also_under: Vec<MemberId>,
}

/// An offer.
#[derive(Serialize, JsonSchema)]
struct Listed {
    offer: OfferId,
    content: Offer,
    /// The stay that it is used for.
    stay: Option<StayKey>,
}

/// Whether an offer holds for a stay.
#[derive(Serialize, JsonSchema)]
pub(in crate::handlers) struct Verified {
    valid: bool,
    /// Why it does not.
    withheld: Option<Withheld>,
    offer: Option<OfferId>,
    content: Option<Offer>,
}

/// The programme's own staff and auditors list a member's offers.
pub(in crate::handlers) fn list(context: &Context<'_>, arguments: OfMember) -> Result<Page> {
    let OfMember { programme, member, limit, after } = arguments;
    let owner = terms::must_get(context, &programme)?.owner;
    let actor = Actor::of(context)?;
    if !actor.is_auditor() {
        actor.require(STAFF, &owner)?;
    }
    let limit = limit.unwrap_or(PAGE_OFFERS).clamp(1, PAGE_OFFERS_MAX);
    let page = OFFERS.page(context, &(programme.clone(), member), after.as_ref(), limit)?;
    let offers = page.rows.into_iter().map(|((_, _, offer), row)| {
        let content = Offer::from_stored(&row.content)?;
        Ok(Listed { offer, content, stay: StayKey::from_start_of(&row.stay) })
    });
    let offers = offers.collect::<Result<_>>()?;
    let also_under = holder::also_under(context, &programme, member)?;
    Ok(Page { programme, member, offers, next: page.next, also_under })
}

/// The desk of a hotel asks whether an offer would hold for a stay; so does the staff of the programme. What the stay would
/// be worth in it is known when the stay is reported.
pub(in crate::handlers) fn verify(context: &Context<'_>, arguments: Verify) -> Result<Verified> {
    let Verify { programme, member, offer, hotel, arrival, departure, booked } = arguments;
    let owner = terms::must_get(context, &programme)?.owner;
    let row = hotel::must_get(context, &hotel)?;
    let actor = Actor::of(context)?;
    if AT_THE_HOTEL.contains(&actor.role) {
        actor.require_at_hotel(&hotel, &row.organisation)?;
    } else {
        actor.require(STAFF, &owner)?;
    }
    let (holders, offer) = match (voucher_of_call(context), offer) {
        (Some(voucher), None) => (vec![NOBODY], voucher),
        (None, Some(offer)) => (holders_for(context, &programme, member)?, offer),
        _ => return Err(Error::new("OFFER_MISSING", "needs `offer`, or `voucher` in the transient map")),
    };
    let at = |holder| OFFERS.get(context, &(programme.clone(), holder, offer)).transpose();
    let Some(found) = holders.into_iter().find_map(at).transpose()? else {
        return Ok(Verified { valid: false, withheld: Some(Withheld::OfferUnknown), offer: None, content: None });
    };
    let content = Offer::from_stored(&found.content)?;
    let visit = Visit {
        hotel: Hotel { code: hotel.as_str(), brand: &row.brand, chain: &row.chain },
        dates: StayDates { booked, arrival, check_out: departure },
        nights: u32::try_from(arrival.days_until(departure)).unwrap_or_default(),
        tier: "",
        source: None,
    };
    let withheld = found.require_free(None).and_then(|()| content.admits(&visit)).err();
    Ok(Verified { valid: withheld.is_none(), withheld, offer: Some(offer), content: Some(content) })
}

/// The ids under which an offer of a member may stand.
fn holders_for(context: &Context<'_>, programme: &ProgrammeId, member: MemberId) -> Result<Vec<MemberId>> {
    let account = holder::find(context, programme, member)?;
    Ok(account.map_or_else(|| vec![member], |account| holder::ids_of(&account).collect()))
}

impl OfferRow {
    /// Refuses an offer that is used for another stay than this one.
    pub(super) fn require_free(&self, stay: Option<StayKey>) -> std::result::Result<(), Withheld> {
        let is_own = stay.is_some_and(|stay| self.stay == stay.bytes());
        if self.stay.is_empty() || is_own { Ok(()) } else { Err(Withheld::OfferUsed) }
    }
}
