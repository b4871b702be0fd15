//! Agreements between a programme's owner and an organisation whose hotels host its members.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::units::{Currency, Date, Rational};

/// Highest price of 1,000 points, in units of the currency. With it no value of points leaves 128 bits.
pub const PRICE_UNITS_MAX: i64 = 1_000_000;
/// Largest denominator of a price.
pub const PRICE_DENOMINATOR_MAX: i64 = 1_000_000_000;
/// Most occupancy bands of a tariff.
pub const OCCUPANCY_BANDS_MAX: usize = 16;

/// Highest amount for a reward night, in smallest units.
const NIGHT_MINOR_MAX: i64 = 1_000_000_000_000;

/// What the two sides pay each other, from a date on. Once both have agreed to it nothing of it changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Agreement {
    /// First date of a stay or a hold on which it holds.
    pub effective_from: Date,
    /// The currency of both prices.
    pub currency: Currency,
    /// Units of the currency that the host pays the issuer for 1,000 points that its guests earn.
    pub accrual_per_thousand: Rational,
    /// What the issuer pays the host for a reward.
    pub redemption: Tariff,
}

/// What the issuer pays the host for a reward.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Tariff {
    /// Units of the currency for 1,000 points.
    pub per_thousand: Rational,
    /// A fixed amount for a reward night in place of that, by how full the house is. The bands are in order, and the first
    /// begins at zero, where a host that does not tell its occupancy belongs. Nothing stands for a price by points alone.
    #[serde(default)]
    pub per_night: Vec<OccupancyBand>,
}

/// What a night costs from some occupancy on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OccupancyBand {
    /// Percent of the rooms that are taken.
    pub from_percent: u8,
    /// Smallest units of the currency.
    pub minor: i64,
}

/// Why an agreement is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AgreementRefusal {
    /// No ISO 4217 currency.
    #[error("{currency} is not in the code list")]
    Currency {
        /// The code.
        currency: Currency,
    },
    /// A price that is negative, too high or too fine.
    #[error("a price is 0 to {PRICE_UNITS_MAX} units for 1,000 points, in parts of at most {PRICE_DENOMINATOR_MAX}")]
    Price,
    /// Bands that do not cover every occupancy once.
    #[error(
        "occupancy bands begin at 0 percent and rise to at most 100; there are at most {OCCUPANCY_BANDS_MAX}, each for 0 \
         to {NIGHT_MINOR_MAX} smallest units"
    )]
    Bands,
    /// Another begins on that date.
    #[error("an agreement begins on {date} already: choose another date")]
    DateTaken {
        /// The date.
        date: Date,
    },
    /// Stays and holds may have been valued by another agreement.
    #[error("{date} may have been settled by the agreement that holds then: a newer one begins after {latest}")]
    Past {
        /// The date from which it should hold.
        date: Date,
        /// The last date that may have been used.
        latest: Date,
    },
}

impl AgreementRefusal {
    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Currency { .. } => "CURRENCY_UNKNOWN",
            Self::Price => "AGREEMENT_PRICE_INVALID",
            Self::Bands => "AGREEMENT_BANDS_INVALID",
            Self::DateTaken { .. } => "AGREEMENT_DATE_TAKEN",
            Self::Past { .. } => "AGREEMENT_PAST",
        }
    }
}

impl Agreement {
    /// Checks what can be seen from the agreement alone.
    pub fn validate(&self) -> Result<(), AgreementRefusal> {
        if self.currency.decimals().is_none() {
            return Err(AgreementRefusal::Currency { currency: self.currency });
        }
        check_price(self.accrual_per_thousand)?;
        check_price(self.redemption.per_thousand)?;
        check_bands(&self.redemption.per_night)
    }

    /// Checks that it changes no date that may have been used, up to `latest`: what a stay or a hold was valued by is what
    /// its corrections are valued by. On such dates it may only stand where none stood.
    ///
    /// `begins` are the dates from which agreements of the same scope hold, and `wider` those of the scope that holds where
    /// this one is silent; both in order.
    pub fn check_effect(&self, latest: Date, begins: &[Date], wider: &[Date]) -> Result<(), AgreementRefusal> {
        let date = self.effective_from;
        if begins.contains(&date) {
            return Err(AgreementRefusal::DateTaken { date });
        }
        let past = Err(AgreementRefusal::Past { date, latest });
        if date > latest {
            return Ok(());
        }
        if begins.iter().any(|begin| *begin < date) {
            return past;
        }
        // It holds up to the day before the next of its scope. The wider one must not have held on any of these days.
        let next = begins.iter().find(|begin| **begin > date);
        let held = |wider: &Date| *wider <= latest && next.is_none_or(|next| wider < next);
        if wider.first().is_some_and(held) { past } else { Ok(()) }
    }
}

/// The last of some dated things, in order of their dates, that has begun by a date.
pub fn in_force_on<T>(dated: &[T], begin: impl Fn(&T) -> i32, date: Date) -> Option<&T> {
    dated.iter().rev().find(|thing| begin(thing) <= date.days())
}

fn check_price(price: Rational) -> Result<(), AgreementRefusal> {
    let in_range = (Rational::ZERO..=Rational::integer(PRICE_UNITS_MAX)).contains(&price);
    if in_range && price.denominator() <= PRICE_DENOMINATOR_MAX { Ok(()) } else { Err(AgreementRefusal::Price) }
}

fn check_bands(bands: &[OccupancyBand]) -> Result<(), AgreementRefusal> {
    let rising = bands.is_sorted_by(|lower, higher| lower.from_percent < higher.from_percent);
    let complete = bands.first().is_none_or(|first| first.from_percent == 0) && bands.len() <= OCCUPANCY_BANDS_MAX;
    let sound = bands.iter().all(|band| band.from_percent <= 100 && (0..=NIGHT_MINOR_MAX).contains(&band.minor));
    if rising && complete && sound { Ok(()) } else { Err(AgreementRefusal::Bands) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn agreement(from: &str) -> Agreement {
        Agreement {
            effective_from: date(from),
            currency: "EUR".parse().unwrap(),
            accrual_per_thousand: "5.5".parse().unwrap(),
            redemption: Tariff { per_thousand: "4.5".parse().unwrap(), per_night: Vec::new() },
        }
    }

    #[test]
    fn prices_and_bands_are_bounded() {
        let band = |from_percent, minor| OccupancyBand { from_percent, minor };
        for (per_thousand, per_night, code) in [
            ("0", vec![], None),
            ("1000000", vec![], None),
            ("1000000.1", vec![], Some("AGREEMENT_PRICE_INVALID")),
            ("-1", vec![], Some("AGREEMENT_PRICE_INVALID")),
            ("1/1000000001", vec![], Some("AGREEMENT_PRICE_INVALID")),
            ("0", vec![band(0, 4000), band(90, 12_000)], None),
            ("0", vec![band(1, 4000)], Some("AGREEMENT_BANDS_INVALID")),
            ("0", vec![band(0, 1), band(50, 2), band(50, 3)], Some("AGREEMENT_BANDS_INVALID")),
            ("0", vec![band(0, 1), band(101, 2)], Some("AGREEMENT_BANDS_INVALID")),
            ("0", vec![band(0, -1)], Some("AGREEMENT_BANDS_INVALID")),
        ] {
            let redemption = Tariff { per_thousand: per_thousand.parse().unwrap(), per_night };
            let checked = Agreement { redemption: redemption.clone(), ..agreement("2016-01-01") }.validate();
            assert_eq!(checked.err().map(|refusal| refusal.code()), code, "{redemption:?}");
        }
        let unknown = Agreement { currency: "XXQ".parse().unwrap(), ..agreement("2016-01-01") };
        assert_eq!(unknown.validate().unwrap_err().code(), "CURRENCY_UNKNOWN");
    }

    #[test]
    fn a_date_that_was_used_keeps_the_agreement_that_held_then() {
        let latest = date("2016-02-02");
        for (from, begins, wider, code) in [
            // The first may hold from the past, and one before the first fills what was empty.
            ("2015-01-01", &[][..], &[][..], None),
            ("2015-01-01", &["2015-06-01"], &[], None),
            ("2015-07-01", &["2015-06-01"], &[], Some("AGREEMENT_PAST")),
            ("2015-06-01", &["2015-06-01"], &[], Some("AGREEMENT_DATE_TAKEN")),
            ("2016-02-02", &["2015-06-01"], &[], Some("AGREEMENT_PAST")),
            ("2016-02-03", &["2015-06-01"], &[], None),
            ("2016-05-01", &["2015-06-01", "2016-07-01"], &[], None),
            // One for a hotel does not take used dates from the one for all hotels.
            ("2015-07-01", &[], &["2015-06-01"], Some("AGREEMENT_PAST")),
            ("2015-07-01", &[], &["2016-01-01"], Some("AGREEMENT_PAST")),
            ("2015-07-01", &["2015-12-01"], &["2016-01-01"], None),
            ("2015-07-01", &[], &["2016-03-01"], None),
            ("2016-03-01", &[], &["2015-06-01"], None),
        ] {
            let begins: Vec<Date> = begins.iter().map(|begin| date(begin)).collect();
            let wider: Vec<Date> = wider.iter().map(|begin| date(begin)).collect();
            let checked = agreement(from).check_effect(latest, &begins, &wider);
            assert_eq!(checked.err().map(|refusal| refusal.code()), code, "{from} {begins:?} {wider:?}");
        }
    }

    #[test]
    fn the_newest_that_has_begun_holds() {
        let dates = [date("2015-01-01"), date("2016-01-01")];
        let held = |on| in_force_on(&dates, |begin| begin.days(), date(on)).copied();
        assert_eq!(held("2014-12-31"), None);
        assert_eq!(held("2015-12-31"), Some(dates[0]));
        assert_eq!(held("2016-01-01"), Some(dates[1]));
    }
}
