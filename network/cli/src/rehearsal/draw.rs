//! Choices that look like chance and are the same in every rehearsal of the same seed.

/// Sets the digests of a rehearsal apart from any other.
const TAG: &[u8] = b"folio-rehearsal-v1";

/// What every choice about one thing is drawn from.
#[derive(Clone, Debug)]
pub(super) struct Draw {
    seed: u64,
    about: String,
}

impl Draw {
    /// The draws about a thing, under a seed.
    pub(super) const fn about(seed: u64, about: String) -> Self {
        Self { seed, about }
    }

    /// A number from zero up to, and without, `below`; zero where that is zero. Another `what` gives another.
    pub(super) fn below(&self, what: &str, below: u64) -> u64 {
        let parts = [TAG, &self.seed.to_be_bytes(), self.about.as_bytes(), &[0], what.as_bytes()];
        let digest = folio_crypto::sha256(&parts);
        let number = digest.iter().take(8).fold(0u64, |sum, byte| sum << 8 | u64::from(*byte));
        number.checked_rem(below).unwrap_or_default()
    }

    /// Whether something happens that happens so often in a thousand times.
    pub(super) fn happens(&self, what: &str, per_mille: u64) -> bool {
        self.below(what, 1_000) < per_mille
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draw_is_the_same_each_time_and_happens_as_often_as_is_said() {
        let draw = |about: u64| Draw::about(7, about.to_string());
        assert_eq!(draw(1).below("day", 9), draw(1).below("day", 9));
        let happened = (0..20_000).filter(|about| draw(*about).happens("void", 30)).count();
        assert!((480..720).contains(&happened), "{happened}");
        assert_eq!(draw(1).below("day", 0), 0);
    }
}
