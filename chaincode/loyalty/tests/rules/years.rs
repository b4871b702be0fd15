//! Tiers over many years: soft landings, tiers for ever, nights carried over, brands, ratios; and milestones.

use folio_loyalty::rules::benefits::{Granted, due, note};
use folio_loyalty::rules::programme::{
    BenefitRule, Definition, Occasion, Offer, Predicate, TierRank, Validity, Window,
};
use folio_loyalty::rules::tiers::{BrandTally, Challenge, Contribution, Counters, Standing, Tally, evaluate, judge};
use folio_loyalty::units::{Date, NightCredits, Rational};
use proptest::prelude::*;

use crate::support::{date, paid_stay, points, programme, rated, textbook_with, tier};

fn credits(count: i64) -> NightCredits {
    NightCredits::try_from(Rational::integer(count)).unwrap()
}

fn nights(count: i64, on: &str) -> Contribution {
    Contribution { date: date(on), tally: Tally { nights: credits(count), ..Tally::default() } }
}

fn counted(definition: &Definition, contributions: &[Contribution]) -> Counters {
    let mut counters = Counters::default();
    for contribution in contributions {
        counters.add(&definition.tiers, contribution).unwrap();
    }
    counters
}

fn named(definition: &Definition, standing: Standing) -> (String, Option<String>) {
    (definition.tiers.name_of(standing.rank).to_owned(), standing.valid_until.map(|until| until.to_string()))
}

/// Silver from 10 nights a year, Gold from 25, Platinum from 50.
fn by_nights(change: impl FnOnce(&mut Definition)) -> Definition {
    textbook_with(|definition| {
        definition.tiers.window = Window::CalendarYear;
        definition.tiers.validity = Validity::CalendarYears { years: 1, months: 2 };
        for (level, nights) in definition.tiers.levels.iter_mut().skip(1).zip([10, 25, 50]) {
            level.qualify = Some(Predicate::Nights(credits(nights)));
        }
        change(definition);
    })
}

#[test]
fn a_tier_that_ends_lands_softly_one_tier_a_time() {
    let soft = by_nights(|definition| definition.tiers.soft_landing_months = Some(12));
    let hard = by_nights(|_| {});
    let top = Standing { rank: tier(&soft, "Diamond"), valid_until: Some(date("2027-02-28")) };
    let counters = counted(&soft, &[nights(10, "2026-05-01")]);
    for (on, lands, falls) in [
        ("2027-02-28", ("Diamond", Some("2027-02-28")), ("Diamond", Some("2027-02-28"))),
        // The end of February stays one, and what is earned is not better than where it lands.
        ("2027-03-01", ("Gold", Some("2028-02-29")), ("Silver", Some("2028-02-29"))),
        ("2028-03-01", ("Silver", Some("2029-02-28")), ("Member", None)),
        ("2029-03-01", ("Member", None), ("Member", None)),
    ] {
        let answer = |(name, until): (&str, Option<&str>)| (name.to_owned(), until.map(str::to_owned));
        let judged = |definition: &Definition| {
            named(definition, evaluate(definition, &counters, top, date(on)).unwrap().standing)
        };
        assert_eq!(judged(&soft), answer(lands), "{on}");
        assert_eq!(judged(&hard), answer(falls), "{on}");
    }
}

#[test]
fn a_tier_is_held_for_ever_after_enough_nights_and_years() {
    let definition = by_nights(|definition| {
        definition.tiers.levels[2].lifetime = Some(Predicate::All(vec![
            Predicate::Nights(credits(100)),
            Predicate::YearsAtTier { tier: "Gold".to_owned(), at_least: 3 },
        ]));
    });
    let mut counters = Counters::default();
    let mut held = Standing::default();
    let mut seen = Vec::new();
    // Gold in 2020, Diamond in 2021, nothing since: 2020, 2021 and 2022 count, and so does 2023, to whose February Diamond
    // is held, and 2024, when the hundredth night makes Gold of it for ever.
    for (count, on) in [(25, "2020-06-01"), (50, "2021-06-01"), (24, "2022-06-01"), (1, "2024-06-01")] {
        counters.add(&definition.tiers, &nights(count, on)).unwrap();
        held = judge(&definition, &mut counters, held, date(on)).unwrap().standing;
        seen.push((named(&definition, held).0, counters.held_years.at_least(&definition.tiers, "Gold")));
    }
    let expected = [("Gold", 1), ("Diamond", 2), ("Diamond", 3), ("Gold", 5)];
    assert_eq!(seen, expected.map(|(name, years)| (name.to_owned(), years)));
    assert_eq!(held.valid_until, None, "for ever");
    let again = judge(&definition, &mut counters, held, date("2040-01-01")).unwrap();
    assert_eq!(again.standing, held);
}

#[test]
fn years_are_counted_once_however_often_a_tier_is_judged() {
    let definition = by_nights(|definition| {
        definition.tiers.levels[3].lifetime = Some(Predicate::YearsAtTier { tier: "Silver".to_owned(), at_least: 40 });
    });
    let start = counted(&definition, &[nights(10, "2020-06-01")]);
    for visits in [&["2021-01-05", "2021-06-01", "2021-12-31", "2022-02-28", "2022-03-01"][..], &["2022-03-01"]] {
        let mut counters = start.clone();
        let mut held = judge(&definition, &mut counters, Standing::default(), date("2020-06-01")).unwrap().standing;
        for visit in visits {
            held = judge(&definition, &mut counters, held, date(visit)).unwrap().standing;
        }
        assert_eq!(counters.held_years.at_least(&definition.tiers, "Silver"), 3, "2020, 2021 and 2022");
        assert_eq!(named(&definition, held).0, "Member");
    }
}

#[test]
fn nights_above_the_highest_number_reached_are_carried_into_the_next_year_once() {
    let definition = by_nights(|definition| definition.tiers.rollover_nights = true);
    for (before, carried) in [(9, 0), (10, 0), (12, 2), (24, 14), (25, 0), (60, 10)] {
        let counters = counted(&definition, &[nights(before, "2026-05-01")]);
        assert_eq!(counters.carried_into(&definition.tiers, 2027).unwrap(), credits(carried), "{before}");
        assert_eq!(counters.carried_into(&definition.tiers, 2028).unwrap(), credits(0), "not carried on");
    }
    // A correction of last year's nights takes along what was carried.
    let mut counters = counted(&definition, &[nights(14, "2026-05-01"), nights(6, "2027-01-10")]);
    let judged =
        |counters: &Counters| evaluate(&definition, counters, Standing::default(), date("2027-06-01")).unwrap();
    assert_eq!(named(&definition, judged(&counters).standing).1.as_deref(), Some("2029-02-28"), "4 and 6");
    counters.add(&definition.tiers, &nights(-1, "2026-05-01")).unwrap();
    assert_eq!(named(&definition, judged(&counters).standing).1.as_deref(), Some("2028-02-29"), "3 and 6");
    // What was carried into last year is still told when this year is judged.
    let late = counted(&definition, &[nights(14, "2025-05-01"), nights(6, "2026-01-10"), nights(1, "2027-01-10")]);
    assert_eq!(named(&definition, judged(&late).standing).1.as_deref(), Some("2028-02-29"));
}

#[test]
fn distinct_brands_lead_to_a_tier_and_corrections_take_them_away() {
    let definition = by_nights(|definition| {
        definition.tiers.levels[1].qualify =
            Some(Predicate::Within { window: Window::Lifetime, of: Box::new(Predicate::Brands(2)) });
    });
    let brand = |name: &str, stays| {
        let brands = vec![BrandTally { brand: name.to_owned(), stays }];
        Contribution { date: date("2026-01-01"), tally: Tally { brands, ..Tally::default() } }
    };
    let mut counters = Counters::default();
    for (contribution, brands, name) in [
        (brand("Hilton", 1), 1, "Member"),
        (brand("Hilton", 1), 1, "Member"),
        (brand("Tru", 1), 2, "Silver"),
        (brand("Hilton", -1), 2, "Silver"),
        (brand("Hilton", -1), 1, "Member"),
    ] {
        counters.add(&definition.tiers, &contribution).unwrap();
        assert_eq!(counters.lifetime.brands(), brands);
        let standing = evaluate(&definition, &counters, Standing::default(), date("2026-02-01")).unwrap().standing;
        assert_eq!(named(&definition, standing).0, name);
    }
    let rating = rated(&definition, &[&paid_stay("2026-02-01", 2, 200)], TierRank(0), "Tru");
    assert_eq!(rating.contributions[0].tally.brands, [BrandTally { brand: "Tru".to_owned(), stays: 1 }]);
    let silent = rated(&by_nights(|_| {}), &[&paid_stay("2026-02-01", 2, 200)], TierRank(0), "Tru");
    assert!(silent.contributions[0].tally.brands.is_empty(), "no tier asks for brands, so none are kept");
}

#[test]
fn the_ratio_of_the_textbook_makes_silver_of_two_thousand_points_on_ten_thousand_spent() {
    let ratio = |at_least: &str| Predicate::Ratio {
        balance: "points".to_owned(),
        times: Rational::integer(10),
        at_least: at_least.parse().unwrap(),
    };
    let definition = textbook_with(|definition| {
        definition.tiers.levels.truncate(3);
        definition.tiers.levels[1].qualify = Some(ratio("2"));
        definition.tiers.levels[2].qualify = Some(ratio("3"));
    });
    for (earned, spent, name) in [
        (2_000, 10_000, "Silver"),
        (1_999, 10_000, "Member"),
        (2_999, 10_000, "Silver"),
        (3_000, 10_000, "Gold"),
        (3_000, 0, "Member"),
        (i64::MAX, 1, "Gold"),
    ] {
        let tally = Tally { points: vec![earned], spend_steps: spent, ..Tally::default() };
        let counters = Counters { lifetime: tally, ..Counters::default() };
        let judged = evaluate(&definition, &counters, Standing::default(), date("2016-01-01"));
        match judged {
            Ok(decision) => assert_eq!(named(&definition, decision.standing).0, name, "{earned} on {spent}"),
            Err(_) => assert_eq!(earned, i64::MAX, "an overflow is refused and does not wrap"),
        }
    }
    let rating = rated(&definition, &[&paid_stay("2026-02-01", 2, 600)], TierRank(0), "Tru");
    let tally = &rating.contributions[0].tally;
    assert_eq!((tally.spend_steps, tally.points.as_slice()), (600, &[600][..]), "spend and points are kept for it");
}

#[test]
fn a_challenge_counts_the_nights_of_its_time_alone() {
    let hilton = programme("hilton-honors");
    let challenge = Challenge {
        tier: "Diamond".to_owned(),
        from: date("2026-02-01"),
        by: date("2026-04-30"),
        nights: credits(5),
        reached: credits(0),
        keeps_until: date("2027-12-31"),
    };
    let mut counters = Counters { challenge: Some(challenge), ..Counters::default() };
    for (contribution, met) in [
        (nights(9, "2026-01-31"), false),
        (nights(9, "2026-05-01"), false),
        (nights(5, "2026-04-30"), true),
        (nights(-1, "2026-02-01"), false),
    ] {
        counters.add(&hilton.tiers, &contribution).unwrap();
        assert_eq!(counters.challenge.as_ref().unwrap().is_met(), met, "{contribution:?}");
    }
}

fn milestones(at: i64, every: Option<i64>, up_to: Option<i64>) -> Definition {
    let when = Occasion::Nights { at: credits(at), every: every.map(credits), up_to: up_to.map(credits) };
    let offers = vec![Offer { benefit: "b".to_owned(), uses: 1, months: None, points: points(0) }];
    by_nights(|definition| {
        definition.benefits = vec![BenefitRule { name: "m".to_owned(), when, offers, choose_days: None }];
    })
}

#[test]
fn a_milestone_is_due_at_each_of_its_numbers_and_in_the_year_before_too() {
    for (at, every, up_to, count, numbers) in [
        (40, None, None, 39, vec![]),
        (40, None, None, 200, vec![40]),
        (40, Some(10), Some(60), 49, vec![40]),
        (40, Some(10), Some(60), 50, vec![40, 50]),
        (40, Some(10), Some(65), 500, vec![40, 50, 60]),
    ] {
        let definition = milestones(at, every, up_to);
        let counters = counted(&definition, &[nights(count, "2025-12-30"), nights(count, "2026-01-02")]);
        let all = due(&definition, &counters, Standing::default(), &[], date("2026-01-05")).unwrap();
        let got: Vec<(i32, NightCredits)> = all.iter().map(|due| (due.period, due.nights())).collect();
        let expected: Vec<(i32, NightCredits)> =
            [2025, 2026].iter().flat_map(|year| numbers.iter().map(|number| (*year, credits(*number)))).collect();
        assert_eq!(got, expected, "{count}");
    }
}

#[test]
fn a_definition_says_what_is_wrong_with_its_benefits_and_tiers() {
    type Spoil = fn(&mut Definition);
    let cases: [(Spoil, &str); 12] = [
        (|definition| definition.benefits[0].offers.clear(), "benefits[0].offers"),
        (|definition| definition.benefits[0].choose_days = Some(3), "benefits[0].choose_days"),
        (|definition| definition.benefits[0].offers[0].uses = 0, "benefits[0].offers[0].uses"),
        (|definition| definition.benefits[0].offers[0].months = Some(0), "benefits[0].offers[0].months"),
        (|definition| definition.benefits.push(definition.benefits[0].clone()), "benefits[1].name"),
        (|definition| definition.benefits[0].when = Occasion::Tier("Tin".to_owned()), "benefits[0].when"),
        (|definition| definition.tiers.soft_landing_months = Some(0), "tiers.soft_landing_months"),
        (|definition| definition.tiers.levels[0].lifetime = Some(Predicate::Stays(1)), "tiers.levels[0].lifetime"),
        (|definition| definition.tiers.levels[1].lifetime = Some(Predicate::Brands(0)), "tiers.levels[1].lifetime"),
        (
            |definition| {
                definition.benefits[0].when =
                    Occasion::Nights { at: credits(1), every: Some(credits(1)), up_to: Some(credits(33)) };
            },
            "benefits[0].when.nights",
        ),
        (
            |definition| {
                definition.benefits[0].when = Occasion::Nights { at: credits(1), every: Some(credits(1)), up_to: None };
            },
            "benefits[0].when.nights.up_to",
        ),
        (
            |definition| {
                definition.tiers.window = Window::Lifetime;
            },
            "benefits[0].when",
        ),
    ];
    // A clone finds out anew what follows from its rules.
    let sound = milestones(40, None, None);
    for (spoil, key) in cases {
        let mut definition = sound.clone();
        spoil(&mut definition);
        let message = definition.validate().expect_err(key).to_string();
        assert!(message.contains(&format!("not valid: {key} ")), "{key}: {message}");
    }
    let mut kept = sound.clone();
    kept.tiers.window = Window::Lifetime;
    kept.tiers.keep_years = true;
    assert_eq!(kept.validate(), Ok(()));
    assert_eq!(Definition::from_stored(&kept.to_stored()).unwrap(), kept);
}

fn contributions() -> impl Strategy<Value = Vec<(i64, i32)>> {
    prop::collection::vec((-3_i64..9, 0..1_400_i32), 1..24)
}

fn day(offset: i32) -> Date {
    date("2023-01-01").add_days(offset).unwrap()
}

proptest! {
    /// What comes in order is kept step by step; judged again from all of it, it is the same tier.
    #[test]
    fn the_tier_kept_is_the_tier_that_all_contributions_give(mut steps in contributions()) {
        steps.sort_by_key(|(_, day)| *day);
        let definition = by_nights(|definition| definition.tiers.rollover_nights = true);
        let (mut kept, mut held) = (Counters::default(), Standing::default());
        let mut all = Vec::new();
        for (count, offset) in steps {
            let contribution = Contribution { date: day(offset), ..nights(count.max(0), "2023-01-01") };
            kept.add(&definition.tiers, &contribution).unwrap();
            held = judge(&definition, &mut kept, held, day(offset)).unwrap().standing;
            all.push(contribution);
            let again = counted(&definition, &all);
            prop_assert_eq!(&again, &kept);
            let fresh = evaluate(&definition, &again, held, day(offset)).unwrap();
            prop_assert_eq!(fresh.standing, held);
        }
    }

    /// Adding two accounts' counters is the same as having counted everything in one, whichever goes on.
    #[test]
    fn merged_counters_are_those_of_one_account(first in contributions(), second in contributions()) {
        let definition = by_nights(|definition| {
            definition.tiers.rollover_nights = true;
            definition.tiers.levels[1].qualify = Some(Predicate::Within {
                window: Window::RollingMonths(12),
                of: Box::new(Predicate::Nights(credits(10))),
            });
        });
        let of = |steps: &[(i64, i32)]| -> Vec<Contribution> {
            let one = |(count, offset): &(i64, i32)| Contribution { date: day(*offset), ..nights(*count, "2023-01-01") };
            steps.iter().map(one).collect()
        };
        let (left, right) = (counted(&definition, &of(&first)), counted(&definition, &of(&second)));
        let merged = |into: &Counters, from: &Counters| {
            let mut into = into.clone();
            into.merge(&definition.tiers, from).unwrap();
            into
        };
        prop_assert_eq!(merged(&left, &right), merged(&right, &left));
        prop_assert_eq!(&merged(&left, &right).lifetime, &counted(&definition, &of(&[first, second].concat())).lifetime);
    }

    /// Whatever was given and taken back before, after a judgement nothing more is due.
    #[test]
    fn what_is_due_is_due_once(counts in prop::collection::vec(0_i64..70, 1..12), used in any::<u32>()) {
        let definition = milestones(10, Some(10), Some(60));
        let mut granted: Vec<Granted> = Vec::new();
        for count in counts {
            let counters = counted(&definition, &[nights(count, "2026-03-01")]);
            let judged = |granted: &[Granted]| {
                due(&definition, &counters, Standing::default(), granted, date("2026-06-01")).unwrap()
            };
            for due in judged(&granted) {
                note(&mut granted, &due, used & due.bit() != 0);
            }
            prop_assert!(judged(&granted).is_empty());
            let (given, kept) = granted.first().map_or((0, 0), |record| (record.given, record.kept));
            let reached = (1_u32 << (count / 10)) - 1;
            prop_assert_eq!(given, reached | kept);
            prop_assert_eq!(kept & !used, 0);
        }
    }
}
