//! What is to be paid for, and its value.

use super::agreement::{Agreement, OccupancyBand};
use crate::units::{Overflow, Rational};

/// Prices are those of so many points.
const POINTS_PRICED: i128 = 1_000;

/// Why one organisation owes another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwedFor {
    /// A guest of the debtor's hotel earned points of the creditor's programme.
    Accrual,
    /// The creditor's hotel gave a reward for points of the debtor's programme.
    Redemption,
    /// Both sides have agreed on a row that one of them disputed.
    Settled,
}

/// Something that an organisation is to pay for. It says nothing of money: an agreement values it, now or later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// Why.
    pub cause: OwedFor,
    /// Points; negative when something is taken back.
    pub points: i64,
    /// Points that were owed for the same stay before.
    pub before: i64,
    /// Reward nights; none when the reward is no night, negative when they are taken back.
    pub nights: i32,
    /// How full the house was, in percent, as the host tells.
    pub occupancy_percent: u8,
}

impl Due {
    /// For points that a guest earned, beside those that were owed for the same stay before.
    pub const fn accrual(before: i64, points: i64) -> Self {
        Self { cause: OwedFor::Accrual, points, before, nights: 0, occupancy_percent: 0 }
    }

    /// For a reward.
    pub const fn redemption(points: i64, nights: i32, occupancy_percent: u8) -> Self {
        Self { cause: OwedFor::Redemption, points, before: 0, nights, occupancy_percent }
    }

    /// The same, taken back.
    pub fn reversed(self) -> Result<Self, Overflow> {
        let before = self.before.checked_add(self.points).ok_or(Overflow)?;
        let points = self.points.checked_neg().ok_or(Overflow)?;
        Ok(Self { before, points, nights: self.nights.checked_neg().ok_or(Overflow)?, ..self })
    }

    /// Its value in smallest units of the agreement's currency.
    ///
    /// Points are valued to the nearest unit, a half away from zero. What changes points that were owed before is worth the
    /// difference of the two values, so that the rows of a stay add up to the value of its points, whatever came between.
    pub fn value(&self, agreement: &Agreement) -> Result<i64, Overflow> {
        let tariff = &agreement.redemption;
        let price = match self.cause {
            OwedFor::Accrual => agreement.accrual_per_thousand,
            OwedFor::Redemption if self.nights != 0 && !tariff.per_night.is_empty() => {
                return self.value_of_nights(&tariff.per_night);
            }
            OwedFor::Redemption => tariff.per_thousand,
            // Both sides have named the amount, and no agreement does.
            OwedFor::Settled => Rational::ZERO,
        };
        let minor_units = agreement.currency.minor_units().ok_or(Overflow)?;
        let after = self.before.checked_add(self.points).ok_or(Overflow)?;
        let (after, before) = (worth(after, price, minor_units)?, worth(self.before, price, minor_units)?);
        after.checked_sub(before).ok_or(Overflow)
    }

    fn value_of_nights(&self, bands: &[OccupancyBand]) -> Result<i64, Overflow> {
        let band = bands.iter().rev().find(|band| band.from_percent <= self.occupancy_percent).ok_or(Overflow)?;
        band.minor.checked_mul(i64::from(self.nights)).ok_or(Overflow)
    }
}

/// What points cost, to the nearest smallest unit, a half away from zero.
fn worth(points: i64, price: Rational, minor_units: i64) -> Result<i64, Overflow> {
    let numerator = i128::from(points)
        .checked_mul(i128::from(price.numerator()))
        .and_then(|product| product.checked_mul(i128::from(minor_units)))
        .ok_or(Overflow)?;
    let denominator = i128::from(price.denominator()) * POINTS_PRICED;
    let (whole, rest) = (numerator / denominator, numerator % denominator);
    let away = if rest.abs() >= denominator - rest.abs() { numerator.signum() } else { 0 };
    i64::try_from(whole + away).map_err(|_| Overflow)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::rules::settlement::{PRICE_UNITS_MAX, Tariff};

    fn agreement(price: &str, currency: &str, per_night: Vec<OccupancyBand>) -> Agreement {
        let redemption = Tariff { per_thousand: "4".parse().unwrap(), per_night };
        Agreement {
            effective_from: "2015-01-01".parse().unwrap(),
            currency: currency.parse().unwrap(),
            accrual_per_thousand: price.parse().unwrap(),
            redemption,
        }
    }

    #[test]
    fn points_are_valued_in_the_currencys_smallest_unit_a_half_away_from_zero() {
        for (price, currency, points, minor) in [
            ("5.5", "EUR", 1_000, 550),
            ("5.5", "EUR", 1, 1),
            ("5", "EUR", 1, 1),
            ("4.99", "EUR", 1, 0),
            ("5", "EUR", -1, -1),
            ("1/3", "EUR", 1_000, 33),
            ("600", "JPY", 1_000, 600),
            ("2", "KWD", 1_000, 2_000),
            ("0", "EUR", i64::MAX, 0),
        ] {
            let terms = agreement(price, currency, Vec::new());
            assert_eq!(Due::accrual(0, points).value(&terms), Ok(minor), "{price} {currency} {points}");
        }
    }

    #[test]
    fn a_value_out_of_range_is_an_error_and_never_wraps() {
        let dearest = agreement(&PRICE_UNITS_MAX.to_string(), "CLF", Vec::new());
        assert_eq!(Due::accrual(0, i64::MAX).value(&dearest), Err(Overflow));
        assert_eq!(Due::accrual(0, i64::MIN).value(&dearest), Err(Overflow));
        assert_eq!(Due::accrual(i64::MAX, 1).value(&dearest), Err(Overflow));
        assert_eq!(Due::accrual(0, i64::MAX / 10_000_000).value(&dearest), Ok(i64::MAX / 10_000_000 * 10_000_000));
    }

    #[test]
    fn a_reward_night_costs_what_its_occupancy_band_says() {
        let bands =
            vec![OccupancyBand { from_percent: 0, minor: 4_000 }, OccupancyBand { from_percent: 90, minor: 12_000 }];
        let terms = agreement("5", "EUR", bands);
        for (nights, occupancy_percent, minor) in
            [(1, 0, 4_000), (2, 89, 8_000), (2, 90, 24_000), (-2, 90, -24_000), (1, 255, 12_000), (0, 90, 4_000)]
        {
            assert_eq!(
                Due::redemption(10_000, nights, occupancy_percent).value(&terms),
                Ok(minor),
                "{nights} nights at {occupancy_percent} percent"
            );
        }
    }

    proptest! {
        #[test]
        fn corrections_of_a_stay_add_up_to_the_value_of_what_is_left(
            totals in prop::collection::vec(0..100_000_i64, 1..8), numerator in 0..10_000_i64, denominator in 1..1_000_i64,
        ) {
            let mut terms = agreement("0", "EUR", Vec::new());
            terms.accrual_per_thousand = Rational::new(numerator, denominator).unwrap();
            let (mut before, mut sum) = (0, 0);
            for total in &totals {
                sum += Due::accrual(before, total - before).value(&terms).unwrap();
                before = *total;
            }
            prop_assert_eq!(sum, Due::accrual(0, before).value(&terms).unwrap());
        }

        #[test]
        fn taking_back_costs_what_giving_did(points in any::<i32>(), price in 0..100_000_i64) {
            let mut terms = agreement("0", "EUR", Vec::new());
            terms.accrual_per_thousand = Rational::new(price, 1_000).unwrap();
            let value = |points: i64| Due::accrual(0, points).value(&terms).unwrap();
            prop_assert_eq!(value(i64::from(points)), -value(-i64::from(points)));
        }
    }
}
