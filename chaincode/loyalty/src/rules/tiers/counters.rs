//! The counters of an account.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::challenge::Challenge;
use super::held_years::HeldYears;
use crate::rules::programme::{TierRules, Window};
use crate::units::{Date, NightCredits, Overflow, Points};

/// One step of qualifying spend, in smallest units of the programme's currency: a dollar, a euro, a hundred yen.
///
/// Counters and stays stand where competitors read them, so spend is counted in whole steps, and no amount in smallest
/// units is kept. What a stay adds in a period is rounded to the nearest step, a half upwards; a later version of the stay
/// posts the difference between the rounded figures, so that a correction takes back exactly what was counted.
pub const SPEND_STEP_MINOR: i64 = 100;

/// How many calendar years are kept: the running one, and the one before it for late reports.
const YEARS_KEPT: i32 = 2;

/// How many are kept where nights are carried over: what the year before it carried into that one, too.
const YEARS_KEPT_FOR_ROLLOVER: i32 = 3;

/// Most brands that one period tells apart; more than any group of chains has. Stays of further ones do not count as a
/// brand.
const BRANDS_MAX: usize = 64;

/// What counts towards a tier in some period.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Tally {
    /// Night credits.
    pub nights: NightCredits,
    /// Stays.
    pub stays: i32,
    /// Qualifying spend in steps of [`SPEND_STEP_MINOR`]; kept only when some tier asks for spend.
    pub spend_steps: i64,
    /// Points by the place of their balance; kept only for balances that some tier asks for. What is missing at the end
    /// is zero.
    pub points: Vec<i64>,
    /// Stays by brand, in order of its name; kept only when some tier asks for brands.
    #[serde(default)]
    pub brands: Vec<BrandTally>,
}

/// Stays at the hotels of a brand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BrandTally {
    /// The brand.
    pub brand: String,
    /// How many; never none, and negative only for as long as a correction comes before what it corrects.
    pub stays: i32,
}

/// What one event adds to the counters, or takes away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Contribution {
    /// A date of the month to which it belongs.
    pub date: Date,
    /// What it adds.
    pub tally: Tally,
}

/// A calendar year's tally.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct YearTally {
    /// The year.
    pub year: i32,
    /// What counts in it.
    pub tally: Tally,
}

/// A calendar month's tally.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MonthTally {
    /// Running number of the month, see [`Date::month_index`].
    pub month: i32,
    /// What counts in it.
    pub tally: Tally,
}

/// Everything that an account keeps for its tier.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Counters {
    /// Since enrolment.
    pub lifetime: Tally,
    /// By calendar year, oldest first; only when a tier counts by calendar year.
    pub years: Vec<YearTally>,
    /// By calendar month, oldest first; only when a tier counts by rolling months.
    pub months: Vec<MonthTally>,
    /// In which tiers calendar years were spent; only when a tier asks for it.
    #[serde(default)]
    pub held_years: HeldYears,
    /// What a tier that was matched asks for to be kept.
    #[serde(default)]
    pub challenge: Option<Challenge>,
}

impl Tally {
    /// Whether it is nothing.
    pub fn is_zero(&self) -> bool {
        self.nights == NightCredits::ZERO
            && self.stays == 0
            && self.spend_steps == 0
            && self.points.iter().all(|points| *points == 0)
            && self.brands.is_empty()
    }

    /// Brands with a stay.
    pub fn brands(&self) -> usize {
        self.brands.iter().filter(|brand| brand.stays > 0).count()
    }

    /// Points of a balance.
    pub fn points_of(&self, balance: usize) -> i64 {
        self.points.get(balance).copied().unwrap_or(0)
    }

    /// Adds another.
    pub fn add(&mut self, other: &Self) -> Result<(), Overflow> {
        self.nights = self.nights.checked_add(other.nights)?;
        self.stays = self.stays.checked_add(other.stays).ok_or(Overflow)?;
        self.spend_steps = self.spend_steps.checked_add(other.spend_steps).ok_or(Overflow)?;
        if self.points.len() < other.points.len() {
            self.points.resize(other.points.len(), 0);
        }
        for (sum, points) in self.points.iter_mut().zip(&other.points) {
            *sum = sum.checked_add(*points).ok_or(Overflow)?;
        }
        other.brands.iter().try_for_each(|brand| self.add_brand(brand))
    }

    fn add_brand(&mut self, other: &BrandTally) -> Result<(), Overflow> {
        match self.brands.binary_search_by(|kept| kept.brand.cmp(&other.brand)) {
            Ok(place) => {
                let kept = &mut self.brands[place];
                kept.stays = kept.stays.checked_add(other.stays).ok_or(Overflow)?;
                if kept.stays == 0 {
                    self.brands.remove(place);
                }
            }
            Err(place) if self.brands.len() < BRANDS_MAX => self.brands.insert(place, other.clone()),
            Err(_) => {}
        }
        Ok(())
    }

    /// The opposite, for corrections.
    pub fn negated(&self) -> Result<Self, Overflow> {
        let negated: Option<Vec<i64>> = self.points.iter().map(|points| points.checked_neg()).collect();
        let opposite = |tally: &BrandTally| {
            let stays = tally.stays.checked_neg().ok_or(Overflow)?;
            Ok(BrandTally { brand: tally.brand.clone(), stays })
        };
        Ok(Self {
            nights: NightCredits::ZERO.checked_sub(self.nights)?,
            stays: self.stays.checked_neg().ok_or(Overflow)?,
            spend_steps: self.spend_steps.checked_neg().ok_or(Overflow)?,
            points: negated.ok_or(Overflow)?,
            brands: self.brands.iter().map(opposite).collect::<Result<_, Overflow>>()?,
        })
    }
}

impl Contribution {
    /// Points that were earned otherwise than by a stay, added to the balance at `place`; `None` when no tier asks for
    /// them.
    pub fn of_points(tiers: &TierRules, balance: (usize, &str), points: Points, date: Date) -> Option<Self> {
        let (place, name) = balance;
        if points.is_zero() || !tiers.counts_points(name) {
            return None;
        }
        let mut by_balance = vec![0; place];
        by_balance.push(points.posting());
        Some(Self { date, tally: Tally { points: by_balance, ..Tally::default() } })
    }

    /// The opposite, for corrections.
    pub fn negated(&self) -> Result<Self, Overflow> {
        Ok(Self { date: self.date, tally: self.tally.negated()? })
    }
}

impl Counters {
    /// Adds a contribution. What is older than the periods that are kept counts only since enrolment.
    pub fn add(&mut self, tiers: &TierRules, contribution: &Contribution) -> Result<(), Overflow> {
        let Contribution { date, tally } = contribution;
        self.lifetime.add(tally)?;
        if tiers.counts_calendar_years() {
            self.add_to_year(tiers, date.year(), tally)?;
        }
        if tiers.rolling_months_max() > 0 {
            self.add_to_month(tiers, date.month_index(), tally)?;
        }
        match &mut self.challenge {
            Some(challenge) => challenge.add(*date, tally.nights),
            None => Ok(()),
        }
    }

    /// Adds what another account of the same person has counted.
    pub fn merge(&mut self, tiers: &TierRules, other: &Self) -> Result<(), Overflow> {
        self.lifetime.add(&other.lifetime)?;
        for kept in &other.years {
            self.add_to_year(tiers, kept.year, &kept.tally)?;
        }
        for kept in &other.months {
            self.add_to_month(tiers, kept.month, &kept.tally)?;
        }
        self.held_years.merge(&other.held_years);
        self.challenge = self.challenge.take().or_else(|| other.challenge.clone());
        Ok(())
    }

    fn add_to_year(&mut self, tiers: &TierRules, year: i32, tally: &Tally) -> Result<(), Overflow> {
        let kept = if tiers.rollover_nights { YEARS_KEPT_FOR_ROLLOVER } else { YEARS_KEPT };
        slot(&mut self.years, year, kept, |tally| YearTally { year, tally })
            .map_or(Ok(()), |kept| kept.tally.add(tally))
    }

    fn add_to_month(&mut self, tiers: &TierRules, month: i32, tally: &Tally) -> Result<(), Overflow> {
        let kept = i32::from(tiers.rolling_months_max());
        slot(&mut self.months, month, kept, |tally| MonthTally { month, tally })
            .map_or(Ok(()), |kept| kept.tally.add(tally))
    }

    /// Night credits of a calendar year, without those that were carried into it.
    pub fn nights_of(&self, year: i32) -> NightCredits {
        self.years.iter().find(|kept| kept.year == year).map(|kept| kept.tally.nights).unwrap_or_default()
    }

    /// Night credits of the year before that count in a year, too, where the programme carries them over: those above the
    /// highest number that they reach.
    pub fn carried_into(&self, tiers: &TierRules, year: i32) -> Result<NightCredits, Overflow> {
        if !tiers.rollover_nights {
            return Ok(NightCredits::ZERO);
        }
        let nights = self.nights_of(year - 1);
        tiers.nights_reached(nights).map_or(Ok(NightCredits::ZERO), |reached| nights.checked_sub(reached))
    }

    /// What counts in the window that ends with, or holds, the date, with the nights that were carried into it.
    pub fn counted(&self, tiers: &TierRules, window: Window, date: Date) -> Result<Cow<'_, Tally>, Overflow> {
        let tally = self.within(window, date)?;
        if window != Window::CalendarYear || !tiers.rollover_nights {
            return Ok(tally);
        }
        let mut tally = tally.into_owned();
        tally.nights = tally.nights.checked_add(self.carried_into(tiers, date.year())?)?;
        Ok(Cow::Owned(tally))
    }

    /// What counts in the window that ends with, or holds, the date.
    pub fn within(&self, window: Window, date: Date) -> Result<Cow<'_, Tally>, Overflow> {
        match window {
            Window::Lifetime => Ok(Cow::Borrowed(&self.lifetime)),
            Window::CalendarYear => {
                let year = date.year();
                let kept = self.years.iter().find(|kept| kept.year == year);
                Ok(kept.map_or_else(Cow::default, |kept| Cow::Borrowed(&kept.tally)))
            }
            Window::RollingMonths(months) => {
                let last = date.month_index();
                let first = last - i32::from(months) + 1;
                let mut sum = Tally::default();
                for kept in self.months.iter().filter(|kept| (first..=last).contains(&kept.month)) {
                    sum.add(&kept.tally)?;
                }
                Ok(Cow::Owned(sum))
            }
        }
    }
}

/// A tally of a numbered period.
trait Period {
    fn number(&self) -> i32;
}

impl Period for YearTally {
    fn number(&self) -> i32 {
        self.year
    }
}

impl Period for MonthTally {
    fn number(&self) -> i32 {
        self.month
    }
}

/// The entry of a period, made when it is new, after entries too old to be kept were dropped; `None` when the period is
/// itself too old.
fn slot<P: Period>(entries: &mut Vec<P>, number: i32, kept: i32, make: impl Fn(Tally) -> P) -> Option<&mut P> {
    let newest = entries.last().map_or(number, |last| last.number().max(number));
    let oldest = newest - kept + 1;
    entries.retain(|entry| entry.number() >= oldest);
    if number < oldest {
        return None;
    }
    let place = match entries.binary_search_by_key(&number, Period::number) {
        Ok(place) => place,
        Err(place) => {
            entries.insert(place, make(Tally::default()));
            place
        }
    };
    entries.get_mut(place)
}
