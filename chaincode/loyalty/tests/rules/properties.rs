//! What holds for every stay.

use folio_loyalty::rules::programme::{Definition, RoundingScope, TierRank};
use folio_loyalty::rules::rating::Rating;
use folio_loyalty::rules::stay::Stay;
use folio_loyalty::units::{BlockRule, Rational, Rounding};
use proptest::prelude::*;

use crate::support::{FOOD_AND_BEVERAGE, ROOM, charge, programme, rated, stay};

fn definitions() -> impl Strategy<Value = Definition> {
    let roundings = prop_oneof![Just(Rounding::Floor), Just(Rounding::HalfUp), Just(Rounding::HalfEven)];
    let blocks = prop_oneof![Just(BlockRule::Floor), Just(BlockRule::ProRata), Just(BlockRule::Ceil)];
    (roundings, blocks, 1_i64..30, 1_i64..20, 0_i64..130).prop_map(|(rounding, partial_block, points, per, bonus)| {
        let mut definition = programme("hilton-honors");
        definition.calculation.rounding = rounding;
        let rate = &mut definition.balances[0].earn.rate;
        rate.points = Rational::new(points, 2).unwrap();
        rate.per = Some(Rational::integer(per));
        rate.partial_block = partial_block;
        definition.tiers.levels[1].bonus_percent = Rational::integer(bonus);
        definition.validate().unwrap();
        definition
    })
}

fn stay_of(lines: &[(bool, i64)]) -> Stay<'static> {
    let mut stay = stay("2026-02-01", 2);
    for (room, net) in lines {
        charge(&mut stay, 0, if *room { ROOM } else { FOOD_AND_BEVERAGE }, *net, if *room { "EUR" } else { "USD" });
    }
    stay
}

fn rating(definition: &Definition, lines: &[(bool, i64)]) -> Rating {
    rated(definition, &[&stay_of(lines)], TierRank(1), "Hilton")
}

fn lines() -> impl Strategy<Value = Vec<(bool, i64)>> {
    prop::collection::vec((any::<bool>(), -20_000_i64..200_000), 0..8)
}

proptest! {
    #[test]
    fn more_spend_never_earns_less(
        definition in definitions(), lines in lines(), at in any::<prop::sample::Index>(), more in 0_i64..50_000,
    ) {
        prop_assume!(!lines.is_empty());
        let before = rating(&definition, &lines).total;
        let mut richer = lines;
        let at = at.index(richer.len());
        richer[at].1 += more;
        prop_assert!(rating(&definition, &richer).total >= before);
    }

    #[test]
    fn splitting_a_line_changes_nothing_when_the_stay_is_rounded(
        definition in definitions(), lines in lines(), at in any::<prop::sample::Index>(), part in -9_000_i64..9_000,
    ) {
        prop_assume!(!lines.is_empty());
        let whole = rating(&definition, &lines);
        let mut split = lines;
        let at = at.index(split.len());
        split[at].1 -= part;
        split.push((split[at].0, part));
        let split = rating(&definition, &split);
        prop_assert_eq!((whole.base, whole.bonus, whole.contributions), (split.base, split.bonus, split.contributions));
    }

    #[test]
    fn the_order_of_lines_does_not_matter(definition in definitions(), lines in lines(), by_line in any::<bool>()) {
        let mut definition = definition;
        if by_line {
            definition.calculation.scope = RoundingScope::Line;
        }
        let mut reversed = lines.clone();
        reversed.reverse();
        prop_assert_eq!(rating(&definition, &lines).total, rating(&definition, &reversed).total);
    }

    #[test]
    fn parts_add_up_and_a_zero_always_has_its_reason(definition in definitions(), lines in lines()) {
        let rating = rating(&definition, &lines);
        let sum = rating.base.get() + rating.bonus.get() + rating.top_up.get();
        prop_assert_eq!(rating.total.get(), sum);
        prop_assert_eq!(rating.total.is_zero() && rating.reasons.is_empty(), false);
        prop_assert!(rating.bonus <= rating.base || definition.tiers.levels[1].bonus_percent.numerator() > 100);
    }

    #[test]
    fn a_definition_survives_its_stored_form(definition in definitions()) {
        prop_assert_eq!(Definition::from_stored(&definition.to_stored()).unwrap(), definition);
    }
}
