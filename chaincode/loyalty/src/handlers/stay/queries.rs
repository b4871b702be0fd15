//! Looking at stays: `stay.get`, `stay.suspense` and `programme.simulate`.

use folio_chaincode_sdk::{Context, Cursor, Error, Result, codes};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::handlers::call::access::{AT_THE_HOTEL, Actor};
use crate::handlers::campaign::{self, Asked, Outlook};
use crate::handlers::consortium::awaited;
use crate::handlers::consortium::hotel;
use crate::handlers::programme::terms::{self, Terms};
use crate::ids::{HotelId, OrgId, ProgrammeId, StayKey};
use crate::rules::programme::{StayDates, TierRank};
use crate::rules::rating::{Explain, Member, Outcome, Rating, rate, share_of_stays};
use crate::rules::reason::Suspense;
use crate::rules::stay::Stay;
use crate::state::{HOTELS, Role, STAYS, SUSPENSE};
use crate::units::Date;

use super::rating::{as_rated, rates_for, visit};
use super::receipt::Receipt;
use super::report::json_of_call;

/// Stays of a page, when the caller does not say.
const PAGE_STAYS: u32 = 50;
/// Most stays of a page.
const PAGE_STAYS_MAX: u32 = 500;

/// Arguments of `stay.get`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Get {
    stay: StayKey,
}

/// A stay, as the ledger knows it.
#[derive(Serialize, JsonSchema)]
pub(in crate::handlers) struct Known {
    stay: StayKey,
    hotel: String,
    /// Receipts of its newest versions, in order of version.
    receipts: Vec<Receipt>,
}

/// Arguments of `stay.suspense`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Worklist {
    hotel: HotelId,
    #[serde(default)]
    limit: Option<u32>,
    /// Where the page before ended.
    #[serde(default)]
    after: Option<Cursor>,
}

/// A page of a hotel's worklist.
#[derive(Serialize, JsonSchema)]
pub(in crate::handlers) struct Page {
    hotel: HotelId,
    stays: Vec<Waiting>,
    next: Option<Cursor>,
}

/// A stay that waits for correction.
#[derive(Serialize, JsonSchema)]
struct Waiting {
    stay: StayKey,
    /// Who reported it.
    organisation: OrgId,
    version: u32,
    as_of: Date,
    reason: String,
}

/// Arguments of `programme.simulate`. The stay comes in the transient map.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Simulate {
    programme: ProgrammeId,
    /// Nothing stands for the newest in force. A version that is only proposed can be tried, too.
    #[serde(default)]
    version: Option<u32>,
    /// The tier of the member; nothing stands for the first.
    #[serde(default)]
    tier: Option<String>,
}

/// What a stay would earn, with an account of every point.
#[derive(Serialize, JsonSchema)]
pub(in crate::handlers) struct Simulated {
    programme: ProgrammeId,
    version: u32,
    /// Why it would wait for correction.
    suspended: Option<Suspense>,
    rating: Option<Rating>,
    /// What each active campaign would give beside it, or why it would not.
    campaigns: Vec<Outlook>,
}

/// The hotel that reported the stay, agents and managers of its organisation and of the programme's, and auditors.
pub(in crate::handlers) fn get(context: &Context<'_>, arguments: Get) -> Result<Known> {
    let Get { stay } = arguments;
    let actor = Actor::of(context)?;
    let row = STAYS.get(context, &stay)?;
    let row = row.ok_or_else(|| Error::new("STAY_UNKNOWN", format!("there is no stay {stay}")))?;
    if !actor.is_auditor() {
        let hotel = HotelId::new(&row.hotel)
            .ok_or_else(|| Error::new(codes::STATE_UNREADABLE, "stay holds no code of a hotel"))?;
        let programme = row.posted.as_ref().and_then(|posted| ProgrammeId::new(&posted.programme));
        let owner = programme.map(|programme| terms::must_get(context, &programme)).transpose()?.map(|row| row.owner);
        let of_programme = owner.is_some_and(|owner| actor.require(&[Role::Agent, Role::Manager], &owner).is_ok());
        if !of_programme {
            let organisation = match row.organisation.is_empty() {
                true => hotel::must_get(context, &hotel)?.organisation,
                false => row.organisation.clone(),
            };
            require_of_hotel(&actor, &hotel, &organisation)?;
        }
    }
    let receipts = row.receipts.iter().map(|receipt| Receipt::of(stay, receipt, false)).collect();
    Ok(Known { stay, hotel: row.hotel, receipts })
}

/// A worklist of a hotel, for the hotel itself and for agents and managers of its organisation. An organisation that
/// reported stays while nobody had registered the hotel keeps its own worklist; auditors see all of them.
pub(in crate::handlers) fn suspense(context: &Context<'_>, arguments: Worklist) -> Result<Page> {
    let Worklist { hotel, limit, after } = arguments;
    let actor = Actor::of(context)?;
    let limit = limit.unwrap_or(PAGE_STAYS).clamp(1, PAGE_STAYS_MAX);
    let page = if actor.is_auditor() {
        SUSPENSE.page(context, &(hotel.clone(),), after.as_ref(), limit)?
    } else {
        require_worklist(context, &actor, &hotel)?;
        SUSPENSE.page(context, &(hotel.clone(), actor.organisation.clone()), after.as_ref(), limit)?
    };
    let stays = page.rows.into_iter().map(|((_, organisation, stay), row)| {
        let as_of = Date::from_days(row.as_of)
            .map_err(|_| Error::new(codes::STATE_UNREADABLE, "suspense holds a date out of range"))?;
        Ok(Waiting { stay, organisation, version: row.version, as_of, reason: row.reason })
    });
    Ok(Page { hotel, stays: stays.collect::<Result<_>>()?, next: page.next })
}

/// Anybody on the channel may try what a stay would earn: the terms are published, and nothing is read of any member.
pub(in crate::handlers) fn simulate(context: &Context<'_>, arguments: Simulate) -> Result<Simulated> {
    let Simulate { programme, version, tier } = arguments;
    let terms = Terms::named(context, &programme, version)?;
    let tiers = &terms.definition.tiers;
    let tier = match tier {
        None => TierRank::default(),
        Some(name) => tiers.rank_of(&name).ok_or_else(|| {
            Error::new("TIER_UNKNOWN", format!("the programme has no tier of this name in version {}", terms.version()))
        })?,
    };
    let json = json_of_call(context)?;
    let stay = Stay::parse(json)?;
    let hotel = HotelId::new(&stay.hotel).ok_or_else(|| Error::new("HOTEL_UNKNOWN", "the stay names no hotel"))?;
    let Some(row) = HOTELS.get(context, &hotel)? else {
        let suspended = Some(Suspense::HotelUnknown);
        return Ok(Simulated { programme, version: terms.version(), suspended, rating: None, campaigns: Vec::new() });
    };
    let rates = rates_for(context, &stay, &terms)?;
    let rated_hotel = as_rated(&stay, &row);
    let outcome = rate(&terms.definition, &[&stay], Member { tier }, &rated_hotel, &rates, Explain::Yes)?;
    let version = terms.version();
    let rating = match outcome {
        Outcome::Suspended(reason) => {
            let suspended = Some(reason);
            return Ok(Simulated { programme, version, suspended, rating: None, campaigns: Vec::new() });
        }
        Outcome::Rated(rating) => rating,
    };
    let asked = Asked {
        visit: visit(rated_hotel, StayDates::of(&stay), rating.nights_slept, terms.definition.tiers.name_of(tier)),
        earned: rating.total,
        share: &|covers| share_of_stays(&terms.definition, &[&stay], &rated_hotel, &rates, covers),
    };
    let campaigns = campaign::outlooks(context, &terms, &asked)?;
    Ok(Simulated { programme, version, suspended: None, rating: Some(rating), campaigns })
}

/// Refuses who belongs neither to the hotel's organisation nor to one that awaits the hotel's registration.
fn require_worklist(context: &Context<'_>, actor: &Actor, hotel: &HotelId) -> Result<()> {
    if awaited::is_awaited_by(context, hotel, &actor.organisation) {
        return require_of_hotel(actor, hotel, actor.organisation.as_str());
    }
    require_of_hotel(actor, hotel, &hotel::must_get(context, hotel)?.organisation)
}

/// The system and the front desk of a hotel of the organisation, and the organisation's agents and managers.
fn require_of_hotel(actor: &Actor, hotel: &HotelId, organisation: &str) -> Result<()> {
    if AT_THE_HOTEL.contains(&actor.role) {
        return actor.require_at_hotel(hotel, organisation);
    }
    actor.require(&[Role::Agent, Role::Manager], organisation)
}
