//! Spreading a number over places, as cards are dealt: one to each in turn, and around again.
//!
//! What members take at once should come from different rows. So pieces of stock lie on shelves and points of a treasury
//! in tills, and what is put in is only counted: how much of it is in a place follows from the count, and nobody has to
//! write all places. A place remembers what was taken out of it.
//!
//! With `n` askers at once, each at a place that chance chooses among `p`, and `p` far above `n`, about `n * n / (2 * p)` of
//! them meet one who came before: with 200 askers, five at 4,096 places and one at 16,384. At 64 places 139 of them do.

/// What one of so many places was dealt of a number. A larger number never leaves a place less.
pub const fn share(number: u64, places: u16, place: u16) -> u64 {
    let (Some(each), Some(rest)) = (number.checked_div(places as u64), number.checked_rem(places as u64)) else {
        return 0;
    };
    if place >= places {
        return 0;
    }
    // The sum does not overflow: a rest is there only where a share is smaller than the number.
    if (place as u64) < rest { each.saturating_add(1) } else { each }
}

/// How many places were dealt something.
pub fn in_use(number: u64, places: u16) -> u16 {
    u16::try_from(number).map_or(places, |number| number.min(places))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn cards_are_dealt_in_turn() {
        let dealt = |number| [0, 1, 2, 3].map(|place| share(number, 3, place));
        assert_eq!(dealt(0), [0, 0, 0, 0]);
        assert_eq!(dealt(2), [1, 1, 0, 0]);
        assert_eq!(dealt(7), [3, 2, 2, 0]);
        assert_eq!((share(7, 0, 0), in_use(7, 0)), (0, 0));
        assert_eq!((in_use(2, 3), in_use(7, 3), in_use(u64::MAX, 3)), (2, 3, 3));
    }

    proptest! {
        #[test]
        fn all_is_dealt_and_more_takes_from_nobody(number in 0_u64..1_000_000, more in 0_u64..1_000, places in 1_u16..200) {
            let shares = |number| (0..places).map(move |place| share(number, places, place));
            prop_assert_eq!(shares(number).sum::<u64>(), number);
            prop_assert!(shares(number).zip(shares(number + more)).all(|(before, after)| before <= after));
            prop_assert_eq!(shares(number).filter(|share| *share > 0).count(), usize::from(in_use(number, places)));
        }
    }
}
