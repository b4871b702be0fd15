//! What a purchase earns that is not a stay.

use super::amounts::Amounts;
use super::earned::points_for;
use super::explain::Notes;
use super::{Explain, Member, Rating, RatingError};
use crate::rules::programme::{Definition, Hotel, PurchaseEarn, StayDates};
use crate::rules::purchase::{Item, Purchase, PurchaseStatus};
use crate::rules::reason::{Reason, ReasonSet};
use crate::rules::tiers::{Contribution, SPEND_STEP_MINOR, Tally};
use crate::units::{ExchangeRates, Money, Points, Rational, Rounding};

/// Rates a purchase at a shop. `rates` lead into the currency of the programme and hold for the date of the purchase.
pub fn rate_purchase(
    definition: &Definition,
    purchase: &Purchase<'_>,
    member: Member,
    shop: &Hotel<'_>,
    rates: &ExchangeRates,
    explain: Explain,
) -> Result<Rating, RatingError> {
    let mut notes = Notes::new(explain);
    let mut rating = Rating::default();
    let mut reasons = ReasonSet::default();
    match purchase.status {
        PurchaseStatus::Cancelled => reasons.add(Reason::Cancelled),
        PurchaseStatus::Paid => {
            let sums = gather(definition, purchase, shop, &mut reasons)?;
            let mut spend = Rational::ZERO;
            for (place, amounts) in &sums {
                let earn = &definition.purchases[*place];
                let exact = amounts.exact(rates)?;
                if earn.qualifies {
                    spend = spend.checked_add(exact)?;
                }
                add_earned(definition, *place, exact, member, &mut rating, &mut reasons, &mut notes)?;
            }
            if rating.total.is_zero() && reasons.is_empty() {
                reasons.add(Reason::BelowOnePoint);
            }
            rating.activity = !sums.is_empty();
            rating.contributions = contributions(definition, purchase, &rating, spend)?;
        }
    }
    rating.reasons = reasons.into_vec();
    rating.explanation = notes.into_lines();
    Ok(rating)
}

/// The sums of the items by the place of the rule that decides on them.
pub(super) fn gather(
    definition: &Definition,
    purchase: &Purchase<'_>,
    shop: &Hotel<'_>,
    reasons: &mut ReasonSet,
) -> Result<Vec<(usize, Amounts)>, RatingError> {
    let dates = StayDates { booked: Some(purchase.date), arrival: purchase.date, check_out: purchase.date };
    let covers = |earn: &PurchaseEarn| purchase.source == earn.source && earn.when.covers_stay(shop, dates);
    let decides = |item: &Item<'_>| {
        definition.purchases.iter().position(|earn| covers(earn) && earn.categories.admits(&item.category))
    };
    let mut sums: Vec<(usize, Amounts)> = Vec::new();
    for item in &purchase.items {
        let Some(rule) = decides(item) else {
            reasons.add(if definition.purchases.iter().any(covers) {
                Reason::CategoryIneligible
            } else {
                Reason::SourceIneligible
            });
            continue;
        };
        let at = sums.iter().position(|(place, _)| *place == rule).unwrap_or_else(|| {
            sums.push((rule, Amounts::default()));
            sums.len() - 1
        });
        sums[at].1.add(Money::new(item.net, item.currency))?;
    }
    Ok(sums)
}

/// Adds what one rule gives for an amount in smallest units of the programme's currency.
fn add_earned(
    definition: &Definition,
    place: usize,
    exact: Rational,
    member: Member,
    rating: &mut Rating,
    reasons: &mut ReasonSet,
    notes: &mut Notes,
) -> Result<(), RatingError> {
    let (earn, rounding) = (&definition.purchases[place], definition.calculation.rounding);
    let units = Rational::integer(definition.currency.minor_units().unwrap_or(1));
    let mut counted = exact;
    if let Some(cap) = earn.spend_cap {
        let cap = cap.checked_mul(units)?;
        if exact > cap {
            reasons.add(Reason::SpendCapped);
            notes.add(|| (format!("purchases[{place}].spend_cap"), format!("spend counts up to {cap} smallest units")));
            counted = cap;
        }
    }
    let points = points_for(&earn.rate, counted, definition)?.checked_add(earn.rate.per_stay)?;
    let base = Points::from_posting_or_zero(points.round(rounding));
    notes.add(|| (format!("purchases[{place}].rate"), format!("{base} points for {}", earn.source)));
    let tier = definition.tiers.tier(member.tier).filter(|_| earn.tier_bonus);
    let percent = tier.map_or(Rational::ZERO, |tier| tier.bonus_percent);
    let bonus = Rational::integer(base.posting()).checked_mul(percent)?.checked_div(Rational::HUNDRED)?;
    let bonus = Points::from_posting_or_zero(bonus.round(rounding));
    if !bonus.is_zero() {
        notes.add(|| (format!("tiers.levels[{}].bonus_percent", member.tier.0), format!("{bonus} points on top")));
    }
    rating.base = rating.base.checked_add(base)?;
    rating.bonus = rating.bonus.checked_add(bonus)?;
    rating.total = rating.total.checked_add(base)?.checked_add(bonus)?;
    Ok(())
}

/// What the purchase adds to the member's counters: its points, and its spend where the rule says so.
fn contributions(
    definition: &Definition,
    purchase: &Purchase<'_>,
    rating: &Rating,
    spend: Rational,
) -> Result<Vec<Contribution>, RatingError> {
    let mut tally = Tally::default();
    let reward = definition.reward_balance().filter(|(_, balance)| definition.tiers.counts_points(&balance.name));
    if let Some((place, _)) = reward.filter(|_| !rating.total.is_zero()) {
        tally.points = vec![0; place];
        tally.points.push(rating.total.posting());
    }
    if definition.tiers.counts_spend() {
        tally.spend_steps = spend.checked_div(Rational::integer(SPEND_STEP_MINOR))?.round(Rounding::HalfUp);
    }
    Ok(if tally.is_zero() { Vec::new() } else { vec![Contribution { date: purchase.date, tally }] })
}
