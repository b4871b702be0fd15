//! Base points of one balance.

use super::RatingError;
use super::amounts::Amounts;
use super::explain::Notes;
use super::group::Group;
use super::walk::Eligible;
use crate::rules::programme::{Balance, Calculation, Definition, EarnException, EarnRate, Hotel, RoundingScope};
use crate::rules::stay::{Line, Night};
use crate::units::{ExchangeRates, Money, Points, Rational};

/// Gathers what is eligible, by the rate that holds for it.
pub(super) struct Earning<'a> {
    definition: &'a Definition,
    rates: &'a ExchangeRates,
    place: usize,
    /// The exceptions that can hold for the stay, with their place.
    exceptions: Vec<(usize, &'a EarnException)>,
    buckets: Vec<Bucket<'a>>,
    nights: Rational,
    stay_rate: Option<&'a EarnRate>,
}

/// Revenue under one rate.
struct Bucket<'a> {
    /// Place of the exception; `None` for the general rate.
    exception: Option<usize>,
    rate: &'a EarnRate,
    amounts: Amounts,
    /// Points of lines that were rounded one by one.
    rounded: i64,
}

/// Base points before the tier's bonus and the minimum.
pub(super) struct BasePoints {
    /// Those for money alone.
    pub(super) classic: Points,
    /// All of them.
    pub(super) all: Points,
}

impl<'a> Earning<'a> {
    pub(super) fn new(
        definition: &'a Definition,
        place: usize,
        group: &Group<'_>,
        hotel: &Hotel<'_>,
        rates: &'a ExchangeRates,
    ) -> Self {
        let exceptions = definition.balances[place].earn.exceptions.iter().enumerate();
        let exceptions = exceptions.filter(|(_, exception)| exception.when.covers_stay(hotel, group.dates)).collect();
        Self { definition, rates, place, exceptions, buckets: Vec::new(), nights: Rational::ZERO, stay_rate: None }
    }

    pub(super) fn take(&mut self, eligible: &Eligible<'a>) -> Result<(), RatingError> {
        match eligible {
            Eligible::Night(night) => {
                let (_, rate) = self.rate_for(Some(night));
                self.nights = self.nights.checked_add(rate.per_night)?;
                self.stay_rate.get_or_insert(rate);
            }
            Eligible::Line(line, terms) => self.take_line(line, *terms)?,
        }
        Ok(())
    }

    /// The base points of everything gathered; `eligible` says whether there was anything.
    pub(super) fn finish(self, eligible: bool, notes: &mut Notes) -> Result<BasePoints, RatingError> {
        let rounding = self.calculation().rounding;
        let mut classic = Rational::ZERO;
        for bucket in &self.buckets {
            let points = match self.calculation().scope {
                RoundingScope::Line => Rational::integer(bucket.rounded),
                RoundingScope::Stay => points_for(bucket.rate, bucket.amounts.exact(self.rates)?, self.definition)?,
            };
            notes.add(|| (self.key(bucket.exception), bucket.explain(points, self.definition)));
            classic = classic.checked_add(points)?;
        }
        let mut all = classic.checked_add(self.nights)?;
        if self.nights.is_positive() {
            notes.add(|| (self.key(None), format!("nights give {} points", self.nights)));
        }
        if eligible {
            let rate = self.stay_rate.unwrap_or_else(|| self.rate_for(None).1);
            all = all.checked_add(rate.per_stay)?;
            if rate.per_stay.is_positive() {
                notes.add(|| (self.key(None), format!("the stay gives {} points", rate.per_stay)));
            }
        }
        let whole = |exact: Rational| Points::from_posting_or_zero(exact.round(rounding));
        Ok(BasePoints { classic: whole(classic), all: whole(all) })
    }

    fn take_line(&mut self, line: &'a Line<'a>, terms: Option<&Night<'_>>) -> Result<(), RatingError> {
        let (exception, rate) = self.rate_for(terms);
        let place = match self.buckets.iter().position(|bucket| bucket.exception == exception) {
            Some(place) => place,
            None => {
                self.buckets.push(Bucket { exception, rate, amounts: Amounts::default(), rounded: 0 });
                self.buckets.len() - 1
            }
        };
        let rounded = match self.calculation().scope {
            RoundingScope::Stay => 0,
            RoundingScope::Line => {
                let amount = self.rates.exchange(Money::new(line.net, line.currency))?;
                points_for(rate, amount, self.definition)?.round(self.calculation().rounding)
            }
        };
        let bucket = &mut self.buckets[place];
        bucket.rounded = bucket.rounded.checked_add(rounded).ok_or(crate::units::Overflow)?;
        bucket.amounts.add(Money::new(line.net, line.currency))?;
        Ok(())
    }

    fn rate_for(&self, terms: Option<&Night<'_>>) -> (Option<usize>, &'a EarnRate) {
        let found = self.exceptions.iter().find(|(_, exception)| exception.when.covers_night(terms));
        match found {
            Some((place, exception)) => (Some(*place), &exception.rate),
            None => (None, &self.balance().earn.rate),
        }
    }

    fn balance(&self) -> &'a Balance {
        &self.definition.balances[self.place]
    }

    fn calculation(&self) -> &'a Calculation {
        &self.definition.calculation
    }

    fn key(&self, exception: Option<usize>) -> String {
        let place = self.place;
        match exception {
            Some(exception) => format!("balances[{place}].earn.exceptions[{exception}]"),
            None => format!("balances[{place}].earn.rate"),
        }
    }
}

impl Bucket<'_> {
    fn explain(&self, points: Rational, definition: &Definition) -> String {
        let (rate, block, currency) = (self.rate.points, self.rate.block(), definition.currency);
        format!("{} at {rate} points per {block} {currency} gives {points} points", self.amounts)
    }
}

/// Points for an amount in smallest units of the programme's currency.
pub(super) fn points_for(rate: &EarnRate, minor: Rational, definition: &Definition) -> Result<Rational, RatingError> {
    let unit = Rational::integer(definition.currency.minor_units().unwrap_or(1));
    let block = rate.block().checked_mul(unit)?;
    Ok(rate.partial_block.blocks(minor, block)?.checked_mul(rate.points)?)
}
