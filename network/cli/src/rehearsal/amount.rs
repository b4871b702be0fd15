//! How many points are given or spent: within the programme's limits and what the member has.

use folio_loyalty::rules::programme::{RedemptionRules, TransferRules};
use folio_loyalty::units::Points;

use super::draw::Draw;

/// Steps of a programme that says nothing.
const STEP_POINTS: u64 = 50;

/// How many points to give away; nothing where the member has too few.
pub(super) fn to_transfer(rules: &TransferRules, available: u64, draw: &Draw) -> Option<u64> {
    within(rules.minimum, rules.increment, rules.maximum, available, draw)
}

/// How many points to spend; nothing where the member has too few.
pub(super) fn to_redeem(rules: &RedemptionRules, available: u64, draw: &Draw) -> Option<u64> {
    within(rules.minimum, rules.increment, None, available, draw)
}

fn within(
    minimum: Points,
    increment: Option<Points>,
    maximum: Option<Points>,
    available: u64,
    draw: &Draw,
) -> Option<u64> {
    let step = increment.map_or(STEP_POINTS, Points::get).max(1);
    let least = minimum.get().max(1).div_ceil(step).checked_mul(step)?;
    let most = maximum.map_or(available, |maximum| maximum.get().min(available)) / step * step;
    let steps = most.checked_sub(least)? / step + 1;
    Some(least + draw.below("points", steps) * step)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(points: u64) -> Points {
        Points::new(points).unwrap()
    }

    #[test]
    fn an_amount_keeps_to_minimum_increment_maximum_and_balance() {
        for about in 0..200 {
            let draw = Draw::about(about, "x".to_owned());
            let chosen = within(points(5_000), Some(points(1_000)), None, 8_999, &draw).unwrap();
            assert!([5_000, 6_000, 7_000, 8_000].contains(&chosen), "{chosen}");
            assert_eq!(within(points(5_000), Some(points(1_000)), None, 4_999, &draw), None);
            assert_eq!(within(points(7_500), Some(points(7_500)), None, 7_500, &draw), Some(7_500));
            let chosen = within(points(1), None, Some(points(1_000)), 90_000, &draw).unwrap();
            assert!(chosen <= 1_000 && chosen > 0 && chosen.is_multiple_of(STEP_POINTS), "{chosen}");
            assert_eq!(within(Points::ZERO, None, None, 49, &draw), None);
        }
    }
}
