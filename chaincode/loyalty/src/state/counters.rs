//! Counters towards a tier, as they stand in accounts and stays.

use crate::rules::tiers::{Contribution, Counters, MonthTally, Tally, YearTally};
use crate::units::{Date, NightCredits};

use super::Unreadable;

/// What counts towards a tier.
#[derive(Clone, PartialEq, prost::Message)]
pub struct TallyRow {
    /// Night credits, in sixtieths.
    #[prost(sint32, tag = "1")]
    pub night_parts: i32,
    /// Stays.
    #[prost(sint32, tag = "2")]
    pub stays: i32,
    /// Qualifying spend in steps of [`SPEND_STEP_MINOR`](crate::rules::tiers::SPEND_STEP_MINOR); only of
    /// programmes in which some tier asks for it.
    #[prost(sint64, tag = "3")]
    pub spend_steps: i64,
    /// Points by the place of their balance.
    #[prost(sint64, repeated, tag = "4")]
    pub points: Vec<i64>,
}

/// What a stay added on a date.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ContributionRow {
    /// The date, in days since 1970.
    #[prost(sint32, tag = "1")]
    pub date: i32,
    /// What it added.
    #[prost(message, required, tag = "2")]
    pub tally: TallyRow,
}

/// What counts in a numbered period.
#[derive(Clone, PartialEq, prost::Message)]
pub struct PeriodRow {
    /// The year, or the running number of the month.
    #[prost(sint32, tag = "1")]
    pub number: i32,
    /// What counts in it.
    #[prost(message, required, tag = "2")]
    pub tally: TallyRow,
}

/// All counters of an account.
#[derive(Clone, PartialEq, prost::Message)]
pub struct CountersRow {
    /// Since enrolment.
    #[prost(message, required, tag = "1")]
    pub lifetime: TallyRow,
    /// By calendar year.
    #[prost(message, repeated, tag = "2")]
    pub years: Vec<PeriodRow>,
    /// By calendar month.
    #[prost(message, repeated, tag = "3")]
    pub months: Vec<PeriodRow>,
}

impl From<&Tally> for TallyRow {
    fn from(tally: &Tally) -> Self {
        Self {
            night_parts: tally.nights.parts(),
            stays: tally.stays,
            spend_steps: tally.spend_steps,
            points: tally.points.clone(),
        }
    }
}

impl From<TallyRow> for Tally {
    fn from(row: TallyRow) -> Self {
        Self {
            nights: NightCredits::from_parts(row.night_parts),
            stays: row.stays,
            spend_steps: row.spend_steps,
            points: row.points,
        }
    }
}

impl From<&Contribution> for ContributionRow {
    fn from(contribution: &Contribution) -> Self {
        Self { date: contribution.date.days(), tally: (&contribution.tally).into() }
    }
}

impl TryFrom<ContributionRow> for Contribution {
    type Error = Unreadable;

    fn try_from(row: ContributionRow) -> Result<Self, Unreadable> {
        Ok(Self { date: Date::from_days(row.date)?, tally: row.tally.into() })
    }
}

impl From<&Counters> for CountersRow {
    fn from(counters: &Counters) -> Self {
        let years = counters.years.iter().map(|kept| (kept.year, &kept.tally));
        let months = counters.months.iter().map(|kept| (kept.month, &kept.tally));
        let row = |(number, tally): (i32, &Tally)| PeriodRow { number, tally: tally.into() };
        Self {
            lifetime: (&counters.lifetime).into(),
            years: years.map(row).collect(),
            months: months.map(row).collect(),
        }
    }
}

impl From<CountersRow> for Counters {
    fn from(row: CountersRow) -> Self {
        let years = row.years.into_iter().map(|kept| YearTally { year: kept.number, tally: kept.tally.into() });
        let months = row.months.into_iter().map(|kept| MonthTally { month: kept.number, tally: kept.tally.into() });
        Self { lifetime: row.lifetime.into(), years: years.collect(), months: months.collect() }
    }
}
