//! The order of a rating: screen, gate, base points, what follows them, and what counts towards a tier.

use super::earned::{BasePoints, Earning};
use super::explain::Notes;
use super::group::Group;
use super::qualification::Qualifying;
use super::screen::screen;
use super::walk::{Gate, RoomLimits};
use super::{Explain, Member, Outcome, Rating, RatingError, StatusPoints};
use crate::rules::programme::{BalanceKind, BonusBase, Definition, Hotel, Step};
use crate::rules::reason::{Reason, ReasonSet};
use crate::rules::stay::Stay;
use crate::units::{ExchangeRates, Points, Rational};

/// Rates the stays of one group as one. `rates` lead into the currency of the programme and hold for the stay's
/// check-out; `hotel` is where the stays were.
pub fn rate(
    definition: &Definition,
    stays: &[&Stay<'_>],
    member: Member,
    hotel: &Hotel<'_>,
    rates: &ExchangeRates,
    explain: Explain,
) -> Result<Outcome, RatingError> {
    if let Some(suspense) = stays.iter().find_map(|stay| screen(stay, rates)) {
        return Ok(Outcome::Suspended(suspense));
    }
    let mut reasons = ReasonSet::default();
    let mut rating = Rating::default();
    if let Some(group) = Group::of(stays, rates, &mut reasons)? {
        rating = Rater { definition, group, member, hotel, rates }.rate(&mut reasons, explain)?;
    }
    rating.reasons = reasons.into_vec();
    Ok(Outcome::Rated(rating))
}

struct Rater<'a> {
    definition: &'a Definition,
    group: Group<'a>,
    member: Member,
    hotel: &'a Hotel<'a>,
    rates: &'a ExchangeRates,
}

impl Rater<'_> {
    fn rate(&self, reasons: &mut ReasonSet, explain: Explain) -> Result<Rating, RatingError> {
        let mut notes = Notes::new(explain);
        let mut rating = Rating { nights_slept: self.group.nights, ..Rating::default() };
        let eligible = self.earn(&mut rating, reasons, &mut notes)?;
        if rating.total.is_zero() && reasons.is_empty() {
            reasons.add(if eligible { Reason::BelowOnePoint } else { Reason::NoEligibleRevenue });
        }
        self.qualify(&mut rating)?;
        rating.activity = match &self.definition.eligibility.activity {
            None => eligible,
            Some(_) => self.is_activity()?,
        };
        rating.explanation = notes.into_lines();
        Ok(rating)
    }

    /// Points of all balances; answers whether anything was eligible.
    fn earn(&self, rating: &mut Rating, reasons: &mut ReasonSet, notes: &mut Notes) -> Result<bool, RatingError> {
        let rooms = self.definition.rooms.earning_max;
        let gate =
            Gate::new(&self.definition.eligibility.points, self.hotel, RoomLimits { nights: rooms, lines: rooms });
        if let Some(reason) = self.closed(&gate) {
            notes.add(|| ("eligibility.points".to_owned(), format!("nothing counts: {reason}")));
            reasons.add(reason);
            return Ok(false);
        }
        let places = 0..self.definition.balances.len();
        let mut earnings: Vec<Earning<'_>> =
            places.map(|place| Earning::new(self.definition, place, &self.group, self.hotel, self.rates)).collect();
        let mut eligible = false;
        gate.walk(&self.group, reasons, |found| {
            eligible = true;
            earnings.iter_mut().try_for_each(|earning| earning.take(&found))
        })?;
        for (place, earning) in earnings.into_iter().enumerate() {
            let base = earning.finish(eligible, notes)?;
            match (self.definition.balances[place].kind, u8::try_from(place)) {
                (BalanceKind::Reward, _) => {
                    self.complete(rating, place, &base, eligible, notes)?;
                }
                (BalanceKind::Status, Ok(place)) if !base.all.is_zero() => {
                    rating.status.push(StatusPoints { balance: place, points: base.all });
                }
                (BalanceKind::Status, _) => {}
            }
        }
        Ok(eligible)
    }

    /// What follows the base points, in the declared order.
    fn complete(
        &self,
        rating: &mut Rating,
        place: usize,
        base: &BasePoints,
        eligible: bool,
        notes: &mut Notes,
    ) -> Result<(), RatingError> {
        let calculation = &self.definition.calculation;
        let minimum = self.definition.balances[place].earn.minimum_per_stay;
        rating.base = base.all;
        rating.total = base.all;
        notes.add(|| ("calculation.rounding".to_owned(), format!("base points are {}", base.all)));
        for step in &calculation.order {
            match step {
                Step::TierBonus => {
                    let of = match calculation.bonus_applies_to {
                        BonusBase::Classic => base.classic,
                        BonusBase::Base => base.all,
                        BonusBase::Total => rating.total,
                    };
                    rating.bonus = self.bonus(of, notes)?;
                    rating.total = rating.total.checked_add(rating.bonus)?;
                }
                Step::Minimum if eligible && rating.total < minimum => {
                    rating.top_up = minimum.checked_sub(rating.total)?;
                    notes.add(|| {
                        let rule = format!("balances[{place}].earn.minimum_per_stay");
                        (rule, format!("{} points reach {minimum}", rating.top_up))
                    });
                    rating.total = minimum;
                }
                Step::Minimum => {}
            }
        }
        Ok(())
    }

    fn bonus(&self, of: Points, notes: &mut Notes) -> Result<Points, RatingError> {
        let Some(tier) = self.definition.tiers.tier(self.member.tier) else { return Ok(Points::ZERO) };
        if tier.bonus_percent.is_zero() || of.is_zero() {
            return Ok(Points::ZERO);
        }
        let exact = Rational::integer(of.posting()).checked_mul(tier.bonus_percent)?.checked_div(Rational::HUNDRED)?;
        let bonus = Points::from_posting_or_zero(exact.round(self.definition.calculation.rounding));
        notes.add(|| {
            let rule = format!("tiers.levels[{}].bonus_percent", self.member.tier.0);
            (rule, format!("{} gives {}% of {of}: {bonus} points", tier.name, tier.bonus_percent))
        });
        Ok(bonus)
    }

    fn qualify(&self, rating: &mut Rating) -> Result<(), RatingError> {
        let rooms = self.definition.rooms;
        let limits = RoomLimits { nights: rooms.night_credit_max, lines: rooms.earning_max };
        let gate = Gate::new(self.definition.eligibility.qualification(), self.hotel, limits);
        let mut qualifying = Qualifying::new(self.definition, &self.group, self.hotel);
        if self.closed(&gate).is_none() {
            let mut unreported = ReasonSet::default();
            gate.walk(&self.group, &mut unreported, |found| qualifying.take(&found))?;
        }
        qualifying.finish(self.rates, rating)
    }

    fn is_activity(&self) -> Result<bool, RatingError> {
        let Some(asks) = &self.definition.eligibility.activity else { return Ok(false) };
        let rooms = self.definition.rooms.earning_max;
        let gate = Gate::new(asks, self.hotel, RoomLimits { nights: rooms, lines: rooms });
        let mut active = false;
        if self.closed(&gate).is_none() {
            gate.walk(&self.group, &mut ReasonSet::default(), |_| {
                active = true;
                Ok::<(), RatingError>(())
            })?;
        }
        Ok(active)
    }

    fn closed(&self, gate: &Gate<'_>) -> Option<Reason> {
        gate.closed(&self.group, self.hotel, self.definition.rooms.member_must_occupy)
    }
}
