//! The part of a stay or a purchase that a campaign covers.

use super::RatingError;
use super::amounts::Amounts;
use super::earned::Earning;
use super::explain::Notes;
use super::group::Group;
use super::purchase::gather;
use super::walk::{Eligible, Gate, RoomLimits};
use super::{Explain, Rating};
use crate::rules::programme::{Definition, Hotel};
use crate::rules::purchase::{Purchase, PurchaseStatus};
use crate::rules::reason::ReasonSet;
use crate::rules::stay::{Night, Stay};
use crate::units::{Date, ExchangeRates, Money, Points, Rational};

/// The part of a stay or a purchase that a campaign covers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Share {
    /// Whether there is anything eligible in it.
    pub eligible: bool,
    /// Its base points.
    pub base: Points,
    /// Eligible nights, those of each room.
    pub nights: u32,
    /// Eligible revenue, in smallest units of the programme's currency.
    pub spend: Rational,
}

/// Whether a night counts, or revenue of an evening without one.
pub type Covers<'a> = &'a dyn Fn(Option<&Night<'_>>, Date) -> bool;

/// What is eligible in stays that are rated as one, as far as it is covered. With everything covered its base points are those
/// of the rating.
pub fn share_of_stays(
    definition: &Definition,
    stays: &[&Stay<'_>],
    hotel: &Hotel<'_>,
    rates: &ExchangeRates,
    covers: Covers<'_>,
) -> Result<Share, RatingError> {
    let Some((place, _)) = definition.reward_balance() else { return Ok(Share::default()) };
    let Some(group) = Group::of(stays, rates, &mut ReasonSet::default())? else { return Ok(Share::default()) };
    let rooms = definition.rooms.earning_max;
    let gate = Gate::new(&definition.eligibility.points, hotel, RoomLimits { nights: rooms, lines: rooms });
    if gate.closed(&group, hotel, definition.rooms.member_must_occupy).is_some() {
        return Ok(Share::default());
    }
    let mut earning = Earning::new(definition, place, &group, hotel, rates);
    let mut spend = Amounts::default();
    let mut share = Share::default();
    gate.walk(&group, &mut ReasonSet::default(), |found| {
        match &found {
            Eligible::Night(night) if covers(Some(night), night.date) => share.nights = share.nights.saturating_add(1),
            Eligible::Line(line, terms) if covers(*terms, terms.map_or(line.date, |night| night.date)) => {
                spend.add(Money::new(line.net, line.currency))?;
            }
            _ => return Ok(()),
        }
        share.eligible = true;
        earning.take(&found)
    })?;
    share.base = earning.finish(share.eligible, &mut Notes::new(Explain::No))?.all;
    share.spend = spend.exact(rates)?;
    Ok(share)
}

/// What is eligible in a purchase that was rated, which has no nights.
pub fn share_of_purchase(
    definition: &Definition,
    purchase: &Purchase<'_>,
    shop: &Hotel<'_>,
    rates: &ExchangeRates,
    rating: &Rating,
    covers: Covers<'_>,
) -> Result<Share, RatingError> {
    if purchase.status == PurchaseStatus::Cancelled || !covers(None, purchase.date) {
        return Ok(Share::default());
    }
    let sums = gather(definition, purchase, shop, &mut ReasonSet::default())?;
    let mut spend = Rational::ZERO;
    for (_, amounts) in &sums {
        spend = spend.checked_add(amounts.exact(rates)?)?;
    }
    Ok(Share { eligible: !sums.is_empty(), base: rating.base, nights: 0, spend })
}
