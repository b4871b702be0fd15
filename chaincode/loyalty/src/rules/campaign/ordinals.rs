//! The numbers of a member's stays in a campaign that rewards every second, third and so on.

/// Most numbers that are kept to be given again.
const FREED_MAX: usize = 64;

/// Which numbers are given. A stay keeps its number as long as it counts. The number of one that was taken back goes to
/// the next stay, so that nobody is rewarded for the same number twice, or loses a reward by a cancellation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ordinals {
    /// The highest number ever given.
    pub last: u32,
    /// Numbers up to it that no stay has, in order.
    pub freed: Vec<u32>,
}

impl Ordinals {
    /// The number of the next stay, from 1.
    pub fn take(&mut self) -> u32 {
        if self.freed.is_empty() {
            self.last = self.last.saturating_add(1);
            return self.last;
        }
        self.freed.remove(0)
    }

    /// The stay of this number no longer counts. Of very many the highest are forgotten.
    pub fn free(&mut self, number: u32) {
        if let Err(place) = self.freed.binary_search(&number) {
            self.freed.insert(place, number);
            self.freed.truncate(FREED_MAX);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_given_to_one_stay_at_a_time() {
        let mut ordinals = Ordinals::default();
        assert_eq!([ordinals.take(), ordinals.take(), ordinals.take()], [1, 2, 3]);
        ordinals.free(3);
        ordinals.free(1);
        ordinals.free(3);
        assert_eq!([ordinals.take(), ordinals.take(), ordinals.take()], [1, 3, 4]);
    }

    #[test]
    fn freed_numbers_are_bounded() {
        let mut ordinals = Ordinals::default();
        for _ in 0..200 {
            ordinals.take();
        }
        for number in 1..=200 {
            ordinals.free(number);
        }
        assert_eq!(ordinals.freed.len(), FREED_MAX);
        assert_eq!(ordinals.take(), 1);
    }
}
