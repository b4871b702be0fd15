//! Draws from a seed: the same on every machine, and independent for every reservation.
//!
//! The generator is SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014). It makes
//! feeds, never keys. All arithmetic is on whole numbers, so that no machine rounds differently.

use super::figures::{Quantiles, Weighted};

/// The odd number nearest to 2^64 divided by the golden ratio: the step of the sequence.
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

/// A sequence of draws.
#[derive(Clone, Debug)]
pub(super) struct Random {
    state: u64,
}

impl Random {
    /// The draws of one reservation of a feed.
    pub(super) const fn new(seed: u64, reservation: u64) -> Self {
        Self { state: mix(mix(seed.wrapping_add(STEP)) ^ reservation.wrapping_mul(STEP)) }
    }

    /// A number from 0 up to, not including, `end`; 0 when `end` is 0.
    pub(super) const fn below(&mut self, end: u64) -> u64 {
        self.state = self.state.wrapping_add(STEP);
        ((mix(self.state) as u128 * end as u128) >> 64) as u64
    }

    /// A number from `first` to `last`, both included.
    pub(super) fn between(&mut self, first: i64, last: i64) -> i64 {
        first + self.below((last - first).unsigned_abs() + 1) as i64
    }

    /// True in `per_mille` of a thousand draws.
    pub(super) const fn happens(&mut self, per_mille: u32) -> bool {
        self.below(1_000) < per_mille as u64
    }

    /// The place of one of some weights.
    pub(super) fn place(&mut self, weights: impl Iterator<Item = u32> + Clone) -> usize {
        let mut left = self.below(weights.clone().map(u64::from).sum());
        for (place, weight) in weights.enumerate() {
            match left.checked_sub(u64::from(weight)) {
                Some(rest) => left = rest,
                None => return place,
            }
        }
        0
    }

    /// One of some weighted values; they are never empty.
    pub(super) fn pick<T: Copy>(&mut self, values: Weighted<T>) -> T {
        values[self.place(values.iter().map(|(_, weight)| *weight))].0
    }

    /// A value of a distribution.
    pub(super) fn quantile(&mut self, points: Quantiles) -> u32 {
        let at = self.below(1_000_001) as u32;
        let upper = points.iter().position(|(mille, _)| mille * 1_000 >= at).unwrap_or(points.len() - 1);
        let (from, low) = points[upper.saturating_sub(1)];
        let (to, high) = points[upper];
        let width = (to - from) * 1_000;
        if width == 0 {
            return high;
        }
        low + (u64::from(high - low) * u64::from(at - from * 1_000) / u64::from(width)) as u32
    }
}

const fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_follow_weights_and_quantiles() {
        let mut random = Random::new(1, 2);
        let mut counts = [0_u32; 3];
        for _ in 0..30_000 {
            counts[random.pick(&[(0, 1), (1, 0), (2, 2)])] += 1;
        }
        assert!((9_500..10_500).contains(&counts[0]) && counts[1] == 0, "{counts:?}");

        let points = &[(0, 10), (500, 20), (1_000, 120)];
        let drawn: Vec<u32> = (0..30_000).map(|_| random.quantile(points)).collect();
        let below_middle = drawn.iter().filter(|value| **value < 20).count();
        assert!((14_500..15_500).contains(&below_middle), "{below_middle}");
        assert!(drawn.iter().all(|value| (10..=120).contains(value)));
        assert!((0..1_000).all(|_| (-3..=3).contains(&random.between(-3, 3))));
    }

    #[test]
    fn reservations_draw_apart_and_always_the_same() {
        let first = |seed, reservation| Random::new(seed, reservation).below(u64::MAX);
        assert_eq!(first(42, 0), first(42, 0));
        assert_ne!(first(42, 0), first(42, 1));
        assert_ne!(first(42, 0), first(43, 0));
    }
}
