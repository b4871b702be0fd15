//! `offer.issue`.

use folio_chaincode_sdk::{Context, Error, HexId, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::handlers::call::access::Actor;
use crate::handlers::call::request::{self, RequestId};
use crate::handlers::member;
use crate::handlers::outcome::event::{self, Event};
use crate::handlers::programme::terms;
use crate::ids::{MemberId, OfferId, ProgrammeId};
use crate::rules::campaign::{CampaignError, OFFER_BYTES_MAX, Offer};
use crate::state::{OFFERS, OfferRow, Role};

use super::NOBODY;

/// Arguments of `offer.issue`: for a member, or for whoever has a voucher's code.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Issue {
    request_id: RequestId,
    programme: ProgrammeId,
    #[serde(default)]
    member: Option<MemberId>,
    /// SHA-256 of `folio-voucher-v1`, a line feed, and the code, which is random and has 80 bits or more.
    #[serde(default)]
    voucher: Option<HexId<32>>,
    content: Offer,
}

/// An offer that was issued.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(in crate::handlers) struct Issued {
    programme: ProgrammeId,
    offer: OfferId,
    member: Option<MemberId>,
}

/// The programme's agent or manager issues an offer to a member, or a voucher. The programme pays for it.
pub(in crate::handlers) fn issue(context: &mut Context<'_>, arguments: Issue) -> Result<Issued> {
    let actor = Actor::of(context)?;
    let id = arguments.request_id.clone();
    request::once(context, &id, &[], |context| {
        let Issue { programme, member, voucher, content, .. } = arguments;
        actor.require(&[Role::Agent, Role::Manager], &terms::must_get(context, &programme)?.owner)?;
        let offer = match (member, voucher) {
            (Some(member), None) => {
                member::must_get(context, member)?;
                context.sha256_id(&[b"folio-offer-v1\n", context.invocation().tx_id.as_bytes()])
            }
            (None, Some(voucher)) => short(&voucher),
            _ => return Err(Error::new("OFFER_HOLDER_MISSING", "needs `member`, or `voucher`, the digest of a code")),
        };
        content.validate()?;
        let stored = content.to_stored();
        let (got, max) = (stored.len(), OFFER_BYTES_MAX);
        if got > max {
            return Err(CampaignError::TooLarge { got, max }.into());
        }
        let place = (programme.clone(), member.unwrap_or(NOBODY), offer);
        if OFFERS.contains(context, &place) {
            return Err(Error::new("OFFER_EXISTS", "a voucher of this code was issued before"));
        }
        OFFERS.put(context, &place, &OfferRow { content: stored, by: actor.row(), ..OfferRow::default() });
        event::emit(context, Event::OfferIssued { programme: programme.clone(), offer, member })?;
        Ok(Issued { programme, offer, member })
    })
}

/// The id of a voucher.
fn short(digest: &HexId<32>) -> OfferId {
    OfferId::new(std::array::from_fn(|at| digest.bytes()[at]))
}
