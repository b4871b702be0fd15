//! Counters towards a tier, as they stand in accounts and stays.

use crate::rules::tiers::{
    BrandTally, Challenge, Contribution, Counters, HeldYears, MonthTally, Tally, TierYears, YearTally,
};
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
    /// Stays by brand.
    #[prost(message, repeated, tag = "20")]
    pub brands: Vec<BrandRow>,
}

/// Stays at the hotels of a brand.
#[derive(Clone, PartialEq, prost::Message)]
pub struct BrandRow {
    /// The brand.
    #[prost(string, tag = "1")]
    pub brand: String,
    /// How many.
    #[prost(sint32, tag = "2")]
    pub stays: i32,
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
    /// In which tiers calendar years were spent.
    #[prost(message, optional, tag = "20")]
    pub held_years: Option<HeldYearsRow>,
    /// What a matched tier asks for to be kept.
    #[prost(message, optional, tag = "21")]
    pub challenge: Option<ChallengeRow>,
}

/// Calendar years by the highest tier held in each.
#[derive(Clone, PartialEq, prost::Message)]
pub struct HeldYearsRow {
    /// The latest year that is counted.
    #[prost(sint32, tag = "1")]
    pub through: i32,
    /// The tier for which it is counted.
    #[prost(string, tag = "2")]
    pub latest: String,
    /// How many years are counted for a tier.
    #[prost(message, repeated, tag = "3")]
    pub tiers: Vec<TierYearsRow>,
}

/// Years in which a tier was the highest.
#[derive(Clone, PartialEq, prost::Message)]
pub struct TierYearsRow {
    /// Name of the tier.
    #[prost(string, tag = "1")]
    pub tier: String,
    /// How many.
    #[prost(uint32, tag = "2")]
    pub years: u32,
}

/// So many nights by a date keep a matched tier.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ChallengeRow {
    /// Name of the tier.
    #[prost(string, tag = "1")]
    pub tier: String,
    /// First date that counts, in days since 1970.
    #[prost(sint32, tag = "2")]
    pub from: i32,
    /// Last date that counts, in days since 1970.
    #[prost(sint32, tag = "3")]
    pub by: i32,
    /// Night credits asked for, in sixtieths.
    #[prost(sint32, tag = "4")]
    pub night_parts: i32,
    /// Night credits so far, in sixtieths.
    #[prost(sint32, tag = "5")]
    pub reached_parts: i32,
    /// Last day of the tier when it is kept, in days since 1970.
    #[prost(sint32, tag = "6")]
    pub keeps_until: i32,
}

impl From<&Tally> for TallyRow {
    fn from(tally: &Tally) -> Self {
        Self {
            night_parts: tally.nights.parts(),
            stays: tally.stays,
            spend_steps: tally.spend_steps,
            points: tally.points.clone(),
            brands: tally.brands.iter().map(|kept| BrandRow { brand: kept.brand.clone(), stays: kept.stays }).collect(),
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
            brands: row.brands.into_iter().map(|kept| BrandTally { brand: kept.brand, stays: kept.stays }).collect(),
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
            held_years: (counters.held_years.through != 0).then(|| (&counters.held_years).into()),
            challenge: counters.challenge.as_ref().map(Into::into),
        }
    }
}

impl TryFrom<CountersRow> for Counters {
    type Error = Unreadable;

    fn try_from(row: CountersRow) -> Result<Self, Unreadable> {
        let years = row.years.into_iter().map(|kept| YearTally { year: kept.number, tally: kept.tally.into() });
        let months = row.months.into_iter().map(|kept| MonthTally { month: kept.number, tally: kept.tally.into() });
        Ok(Self {
            lifetime: row.lifetime.into(),
            years: years.collect(),
            months: months.collect(),
            held_years: row.held_years.map(HeldYears::try_from).transpose()?.unwrap_or_default(),
            challenge: row.challenge.map(Challenge::try_from).transpose()?,
        })
    }
}

impl From<&HeldYears> for HeldYearsRow {
    fn from(held: &HeldYears) -> Self {
        let row = |kept: &TierYears| TierYearsRow { tier: kept.tier.clone(), years: u32::from(kept.years) };
        Self { through: held.through, latest: held.latest.clone(), tiers: held.tiers.iter().map(row).collect() }
    }
}

impl TryFrom<HeldYearsRow> for HeldYears {
    type Error = Unreadable;

    fn try_from(row: HeldYearsRow) -> Result<Self, Unreadable> {
        let kept = |kept: TierYearsRow| {
            Ok(TierYears { tier: kept.tier, years: u16::try_from(kept.years).map_err(|_| Unreadable)? })
        };
        let tiers = row.tiers.into_iter().map(kept).collect::<Result<_, Unreadable>>()?;
        Ok(Self { through: row.through, latest: row.latest, tiers })
    }
}

impl From<&Challenge> for ChallengeRow {
    fn from(challenge: &Challenge) -> Self {
        Self {
            tier: challenge.tier.clone(),
            from: challenge.from.days(),
            by: challenge.by.days(),
            night_parts: challenge.nights.parts(),
            reached_parts: challenge.reached.parts(),
            keeps_until: challenge.keeps_until.days(),
        }
    }
}

impl TryFrom<ChallengeRow> for Challenge {
    type Error = Unreadable;

    fn try_from(row: ChallengeRow) -> Result<Self, Unreadable> {
        Ok(Self {
            tier: row.tier,
            from: Date::from_days(row.from)?,
            by: Date::from_days(row.by)?,
            nights: NightCredits::from_parts(row.night_parts),
            reached: NightCredits::from_parts(row.reached_parts),
            keeps_until: Date::from_days(row.keeps_until)?,
        })
    }
}
