//! What a reported stay comes to: whether it can be rated, and what it earns.

use folio_chaincode_sdk::{Context, Result};

use crate::handlers::campaign::{self, Asked};
use crate::handlers::consortium::exchange;
use crate::handlers::earning::rated::{Rated, extras_in, find_account, rated_tier};
use crate::handlers::offer::{self, Named};
use crate::handlers::programme::terms::{self, Terms};
use crate::ids::{ProgrammeId, StayKey};
use crate::rules::campaign::Visit;
use crate::rules::programme::{Hotel, StayDates};
use crate::rules::rating::{Explain, Member, Outcome, rate, screen, share_of_stays};
use crate::rules::reason::Suspense;
use crate::rules::stay::Stay;
use crate::state::{AccountState, HotelRow, PROGRAMMES, PostedRow, ProgrammeRow};
use crate::units::{Date, ExchangeRates};

/// What a report comes to.
pub(super) enum Judged {
    /// It waits for correction.
    Suspended(Suspense),
    /// It was rated.
    Rated(Box<Rated>),
}

/// What is known of a stay before it is judged.
pub(super) struct Known<'a> {
    /// Its key.
    pub(super) key: StayKey,
    /// The hotel.
    pub(super) hotel: &'a HotelRow,
    /// Business date of the report.
    pub(super) as_of: Date,
    /// What is posted for it.
    pub(super) posted: Option<&'a PostedRow>,
    /// The offer that the report names.
    pub(super) offer: Option<Named>,
}

/// The programme that the guest wants to earn in, if there is one.
pub(super) fn find_programme(context: &Context<'_>, stay: &Stay<'_>) -> Result<Option<(ProgrammeId, ProgrammeRow)>> {
    let Some(id) = ProgrammeId::new(&stay.programme) else { return Ok(None) };
    Ok(PROGRAMMES.get(context, &id)?.map(|row| (id, row)))
}

/// Judges a stay. A later version keeps the tier of the first rating: a stay does not earn the bonus of the tier that it
/// led to.
pub(super) fn judge(
    context: &Context<'_>,
    stay: &Stay<'_>,
    others: &[Stay<'_>],
    programme: Option<(ProgrammeId, ProgrammeRow)>,
    known: &Known<'_>,
) -> Result<Judged> {
    let Known { key, hotel, as_of, posted, offer } = *known;
    let Some((programme, row)) = programme else { return Ok(Judged::Suspended(Suspense::ProgrammeUnknown)) };
    let dates = others.iter().map(StayDates::of).fold(StayDates::of(stay), StayDates::joined);
    let Some(version) = terms::timeline(&row)?.version_for(dates) else {
        return Ok(Judged::Suspended(Suspense::ProgrammeNotInForce));
    };
    let terms = Terms::of_version(context, &programme, &row, version)?;
    let Some(account) = find_account(context, &stay.member, &programme, as_of)? else {
        return Ok(Judged::Suspended(Suspense::MemberUnknown));
    };
    if account.state == AccountState::Closed {
        return Ok(Judged::Suspended(Suspense::MemberClosed));
    }
    let rates = rates_for_all(context, stay, others, &terms)?;
    if let Some(suspense) = screen(stay, &rates) {
        return Ok(Judged::Suspended(suspense));
    }
    let tier = rated_tier(&account, &terms, posted, as_of)?;
    let group: Vec<&Stay<'_>> = others.iter().chain([stay]).collect();
    let hotel = as_rated(stay, hotel);
    let rating = match rate(&terms.definition, &group, Member { tier }, &hotel, &rates, Explain::No)? {
        Outcome::Suspended(suspense) => return Ok(Judged::Suspended(suspense)),
        Outcome::Rated(rating) => rating,
    };
    let tier = terms.definition.tiers.name_of(tier).to_owned();
    let extras = extras_in(posted, &account);
    let asked = Asked {
        visit: visit(hotel, dates, rating.nights_slept, &tier),
        earned: rating.total,
        share: &|covers| share_of_stays(&terms.definition, &group, &hotel, &rates, covers),
    };
    let campaigns = campaign::candidates(context, &terms, &asked, extras)?;
    let offer = offer::candidate(context, &terms, &account, key, &asked, offer, extras)?;
    Ok(Judged::Rated(Box::new(Rated { terms, account, tier, rating, campaigns, offer })))
}

/// A stay, as campaigns look at it.
pub(super) const fn visit<'a>(hotel: Hotel<'a>, dates: StayDates, nights: u32, tier: &'a str) -> Visit<'a> {
    Visit { hotel, dates, nights, tier, source: None }
}

/// The rates that the stay's lines need, on its check-out.
pub(super) fn rates_for(context: &Context<'_>, stay: &Stay<'_>, terms: &Terms) -> Result<ExchangeRates> {
    let target = terms.definition.currency;
    exchange::rates_on(context, &stay.foreign_currencies(target), target, stay.departure)
}

/// The rates that the lines of all these stays need, on the last check-out.
fn rates_for_all(context: &Context<'_>, stay: &Stay<'_>, others: &[Stay<'_>], terms: &Terms) -> Result<ExchangeRates> {
    if others.is_empty() {
        return rates_for(context, stay, terms);
    }
    let target = terms.definition.currency;
    let all = || others.iter().chain([stay]);
    let mut foreign: Vec<_> = all().flat_map(|stay| stay.foreign_currencies(target)).collect();
    foreign.sort_unstable_by_key(|currency| currency.to_string());
    foreign.dedup();
    let check_out = all().map(|stay| stay.departure).max().unwrap_or(stay.departure);
    exchange::rates_on(context, &foreign, target, check_out)
}

/// The hotel, as the rules see it.
pub(super) fn as_rated<'a>(stay: &'a Stay<'_>, hotel: &'a HotelRow) -> Hotel<'a> {
    Hotel { code: &stay.hotel, brand: &hotel.brand, chain: &hotel.chain }
}
