//! What a stay adds to the member's counters.

use super::amounts::Amounts;
use super::group::Group;
use super::walk::Eligible;
use super::{Rating, RatingError};
use crate::rules::programme::{Attribution, Definition, Hotel, NightCreditException};
use crate::rules::stay::Night;
use crate::rules::tiers::{BrandTally, Contribution, SPEND_STEP_MINOR, Tally};
use crate::units::{Date, ExchangeRates, Money, NightCredits, Rational, Rounding};

/// Gathers night credits and qualifying spend by the period to which they belong.
pub(super) struct Qualifying<'a> {
    definition: &'a Definition,
    brand: &'a str,
    check_out: Date,
    exceptions: Vec<&'a NightCreditException>,
    periods: Vec<Period>,
    any_night: bool,
}

/// A calendar month, known by one of its dates. Every window is made of whole months.
struct Period {
    date: Date,
    nights: NightCredits,
    spend: Amounts,
}

impl<'a> Qualifying<'a> {
    pub(super) fn new(definition: &'a Definition, group: &Group<'_>, hotel: &'a Hotel<'_>) -> Self {
        let exceptions = definition.night_credit.exceptions.iter();
        let exceptions = exceptions.filter(|exception| exception.when.covers_stay(hotel, group.dates)).collect();
        let (brand, check_out) = (hotel.brand, group.dates.check_out);
        Self { definition, brand, check_out, exceptions, periods: Vec::new(), any_night: false }
    }

    pub(super) fn take(&mut self, eligible: &Eligible<'_>) -> Result<(), RatingError> {
        match eligible {
            Eligible::Night(night) => {
                let credit = self.credit_for(night);
                let period = self.period(night.date);
                period.nights = period.nights.checked_add(credit)?;
                self.any_night = true;
            }
            Eligible::Line(line, terms) => {
                let evening = terms.map_or(line.date, |night| night.date);
                self.period(evening).spend.add(Money::new(line.net, line.currency))?;
            }
        }
        Ok(())
    }

    /// Writes night credits and contributions into the rating, whose points are known by now.
    pub(super) fn finish(mut self, rates: &ExchangeRates, rating: &mut Rating) -> Result<(), RatingError> {
        let points = self.counted_points(rating);
        if self.any_night || !points.is_empty() {
            self.check_out_period();
        }
        let counts_spend = self.definition.tiers.counts_spend();
        let counts_brands = self.definition.tiers.counts_brands();
        for (place, period) in self.periods.into_iter().enumerate() {
            rating.nights = rating.nights.checked_add(period.nights)?;
            let mut tally = Tally { nights: period.nights, ..Tally::default() };
            // Spend that no tier asks for is not kept: accounts stand where competitors read them.
            if counts_spend {
                let steps = period.spend.exact(rates)?.checked_div(Rational::integer(SPEND_STEP_MINOR))?;
                tally.spend_steps = steps.round(Rounding::HalfUp);
            }
            if place == 0 {
                tally.stays = i32::from(self.any_night);
                tally.points.clone_from(&points);
                if self.any_night && counts_brands {
                    tally.brands = vec![BrandTally { brand: self.brand.to_owned(), stays: 1 }];
                }
            }
            if !tally.is_zero() {
                rating.contributions.push(Contribution { date: period.date, tally });
            }
        }
        Ok(())
    }

    /// Points of the balances that some tier asks for.
    fn counted_points(&self, rating: &Rating) -> Vec<i64> {
        let mut points = Vec::new();
        let reward = self.definition.reward_balance().map(|(place, _)| (place, rating.total));
        let status = rating.status.iter().map(|status| (usize::from(status.balance), status.points));
        for (place, earned) in reward.into_iter().chain(status) {
            let counted = self.definition.tiers.counts_points(&self.definition.balances[place].name);
            if counted && !earned.is_zero() {
                points.resize(points.len().max(place + 1), 0);
                points[place] = earned.posting();
            }
        }
        points
    }

    /// The stay itself and its points belong to the check-out, whatever its nights do; that period comes first.
    fn check_out_period(&mut self) {
        self.period(self.check_out);
        let month = self.check_out.month_index();
        if let Some(place) = self.periods.iter().position(|period| period.date.month_index() == month) {
            self.periods.swap(0, place);
        }
    }

    fn credit_for(&self, night: &Night<'_>) -> NightCredits {
        let found = self.exceptions.iter().find(|exception| exception.when.covers_night(Some(night)));
        found.map_or(self.definition.night_credit.per_night, |exception| exception.per_night)
    }

    fn period(&mut self, evening: Date) -> &mut Period {
        let date = match self.definition.tiers.attribution {
            Attribution::CheckOut => self.check_out,
            Attribution::Night => evening,
        };
        let month = date.month_index();
        let found = self.periods.iter().position(|period| period.date.month_index() == month);
        let place = found.unwrap_or_else(|| {
            self.periods.push(Period { date, nights: NightCredits::ZERO, spend: Amounts::default() });
            self.periods.len() - 1
        });
        &mut self.periods[place]
    }
}
