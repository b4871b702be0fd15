//! What the chains of the rehearsal pay each other for points.

/// Prices for 1,000 points of a programme, in smallest units of the currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Price {
    /// What a host pays for points that its guests earn.
    pub(super) accrual_minor: i64,
    /// What a host is paid for points that are spent with it.
    pub(super) tariff_minor: i64,
}

/// By the order of magnitude of what a point is worth in each programme.
const PRICES: [(&str, Price); 3] = [
    ("hilton-honors", Price { accrual_minor: 400, tariff_minor: 360 }),
    ("textbook", Price { accrual_minor: 8_000, tariff_minor: 7_200 }),
    ("wyndham-rewards", Price { accrual_minor: 650, tariff_minor: 575 }),
];

/// For a programme of which nothing is said.
const PRICE_ELSE: Price = Price { accrual_minor: 500, tariff_minor: 400 };

impl Price {
    /// The prices of a programme.
    pub(super) fn of(programme: &str) -> Self {
        PRICES.iter().find(|(id, _)| *id == programme).map_or(PRICE_ELSE, |(_, price)| *price)
    }
}

/// What points come to at a price for 1,000, to the nearest smallest unit, a half away from zero.
pub(super) const fn worth(points: i64, per_thousand_minor: i64) -> i64 {
    let twice = 2 * points * per_thousand_minor;
    (twice + twice.signum() * 1_000) / 2_000
}

/// A price as agreements write it: units with two decimals.
pub(super) fn text(minor: i64) -> String {
    format!("{}.{:02}", minor / 100, minor % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_half_of_the_smallest_unit_goes_away_from_zero() {
        for (points, price, expected) in
            [(1_000, 400, 400), (1, 400, 0), (1, 500, 1), (-1, 500, -1), (-1, 499, 0), (3, 500, 2), (0, 500, 0)]
        {
            assert_eq!(worth(points, price), expected, "{points} at {price}");
        }
        assert_eq!(text(575), "5.75");
    }
}
