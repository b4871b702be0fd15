//! Stays that a guest misses: `stay.claim`, `stay.claims` and `stay.answer_claim`.
//!
//! A member tells the programme of a stay that earned nothing. The claim goes to the hotel's worklist; its particulars, such
//! as dates and the confirmation number, to private data of the two organisations. The hotel reports the stay, or says why
//! it does not.

use folio_chaincode_sdk::{Context, Cursor, Error, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::handlers::account::holder::must_load;
use crate::handlers::call::access::{AT_THE_HOTEL, Actor};
use crate::handlers::call::clock;
use crate::handlers::call::request::{self, RequestId};
use crate::handlers::call::secret::{Secret, collection_of};
use crate::handlers::call::text::Label;
use crate::handlers::consortium::hotel;
use crate::handlers::outcome::event::{self, Event};
use crate::handlers::programme::terms;
use crate::ids::{ClaimId, HotelId, MemberId, OrgId, ProgrammeId, StayKey};
use crate::state::{CLAIMS, ClaimRow, Role, Unreadable};
use crate::units::Date;

const CLAIM_TRANSIENT: &str = "claim";
/// Longest particulars of a claim, in bytes.
const CLAIM_BYTES_MAX: usize = 4 * 1024;
/// Claims of a page, when the caller does not say.
const PAGE_CLAIMS: u32 = 50;
/// Most claims of a page.
const PAGE_CLAIMS_MAX: u32 = 500;

/// Arguments of `stay.claim`. The particulars come in the transient map as `claim`, beside the
/// organisation's secret.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Claim {
    request_id: RequestId,
    programme: ProgrammeId,
    member: MemberId,
    hotel: HotelId,
    /// Business date.
    as_of: Date,
}

/// A claim that was made.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(in crate::handlers) struct Claimed {
    claim: ClaimId,
    hotel: HotelId,
}

/// Arguments of `stay.claims`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Worklist {
    hotel: HotelId,
    #[serde(default)]
    limit: Option<u32>,
    /// Where the page before ended.
    #[serde(default)]
    after: Option<Cursor>,
}

/// A page of a hotel's open claims.
#[derive(Serialize, JsonSchema)]
pub(in crate::handlers) struct Page {
    hotel: HotelId,
    claims: Vec<Open>,
    next: Option<Cursor>,
}

/// A claim that waits for an answer.
#[derive(Serialize, JsonSchema)]
struct Open {
    claim: ClaimId,
    programme: String,
    member: MemberId,
    as_of: Date,
}

/// Arguments of `stay.answer_claim`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Answer {
    request_id: RequestId,
    hotel: HotelId,
    claim: ClaimId,
    /// The stay that was reported for it; nothing when there is none.
    #[serde(default)]
    stay: Option<StayKey>,
    /// The answer in the hotel's words; it stands on the ledger.
    answer: Label,
}

/// What the hotel answered.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(in crate::handlers) struct Answered {
    claim: ClaimId,
    stay: Option<StayKey>,
    answer: String,
}

/// The programme's agent claims a stay for a member.
pub(in crate::handlers) fn claim(context: &mut Context<'_>, arguments: Claim) -> Result<Claimed> {
    let actor = Actor::of(context)?;
    let particulars = context.transient(CLAIM_TRANSIENT);
    let particulars = particulars.filter(|bytes| (1..=CLAIM_BYTES_MAX).contains(&bytes.len())).ok_or_else(|| {
        let message =
            format!("the transient map must hold `claim`, the particulars, of at most {CLAIM_BYTES_MAX} bytes");
        Error::new("CLAIM_MISSING", message)
    })?;
    let secret = Secret::of_call(context)?;
    let private = secret.claim_digest(context, particulars);
    let id = arguments.request_id.clone();
    request::once(context, &id, &private, |context| {
        let Claim { programme, member, hotel, as_of, .. } = arguments;
        let owner = terms::must_get(context, &programme)?.owner;
        actor.require(&[Role::Agent], &owner)?;
        clock::require_not_in_future(context, as_of)?;
        must_load(context, &programme, member)?;
        let hotel_row = hotel::must_get(context, &hotel)?;
        let claim: ClaimId = context.sha256_id(&[b"folio-claim-v1\n", context.invocation().tx_id.as_bytes()]);
        let value = [&secret.claim_salt(context, claim)[..], particulars].concat();
        let organisations = [owner.as_str(), &hotel_row.organisation];
        for organisation in organisations.into_iter().filter_map(OrgId::new) {
            context.private_put(&collection_of(&organisation), &format!("claim/{claim}"), value.clone());
        }
        let row = ClaimRow {
            programme: programme.to_string(),
            member: member.bytes().to_vec(),
            as_of: as_of.days(),
            by: actor.row(),
        };
        CLAIMS.put(context, &(hotel.clone(), claim), &row);
        event::emit(context, Event::StayClaimed { claim, hotel: hotel.clone(), programme, member })?;
        Ok(Claimed { claim, hotel })
    })
}

/// The hotel, its organisation's agents and managers, and auditors look at the open claims.
pub(in crate::handlers) fn claims(context: &Context<'_>, arguments: Worklist) -> Result<Page> {
    let Worklist { hotel, limit, after } = arguments;
    let actor = Actor::of(context)?;
    if !actor.is_auditor() {
        require_of_hotel(context, &actor, &hotel)?;
    }
    let limit = limit.unwrap_or(PAGE_CLAIMS).clamp(1, PAGE_CLAIMS_MAX);
    let page = CLAIMS.page(context, &(hotel.clone(),), after.as_ref(), limit)?;
    let unreadable = || Unreadable.of("claim");
    let claims = page.rows.into_iter().map(|((_, claim), row)| {
        let member = MemberId::from_start_of(&row.member).ok_or_else(unreadable)?;
        let as_of = Date::from_days(row.as_of).map_err(|_| unreadable())?;
        Ok(Open { claim, programme: row.programme, member, as_of })
    });
    Ok(Page { hotel, claims: claims.collect::<Result<_>>()?, next: page.next })
}

/// The hotel answers a claim, which leaves its worklist. The event tells the programme.
pub(in crate::handlers) fn answer(context: &mut Context<'_>, arguments: Answer) -> Result<Answered> {
    let actor = Actor::of(context)?;
    let id = arguments.request_id.clone();
    request::once(context, &id, &[], |context| {
        let Answer { hotel, claim, stay, answer, .. } = arguments;
        require_of_hotel(context, &actor, &hotel)?;
        let place = (hotel.clone(), claim);
        if !CLAIMS.contains(context, &place) {
            return Err(Error::new("CLAIM_UNKNOWN", format!("{hotel} has no open claim {claim}")));
        }
        CLAIMS.delete(context, &place);
        event::emit(context, Event::StayClaimAnswered { claim, hotel, stay, answer: answer.0.clone() })?;
        Ok(Answered { claim, stay, answer: answer.0 })
    })
}

fn require_of_hotel(context: &Context<'_>, actor: &Actor, hotel: &HotelId) -> Result<()> {
    let organisation = hotel::must_get(context, hotel)?.organisation;
    if AT_THE_HOTEL.contains(&actor.role) {
        return actor.require_at_hotel(hotel, &organisation);
    }
    actor.require(&[Role::Agent, Role::Manager], &organisation)
}
