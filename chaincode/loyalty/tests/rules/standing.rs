//! Tiers over time: windows, validity, late reports and bounded counters.

use folio_loyalty::rules::programme::{Attribution, Definition, Predicate, TierRank, Validity, Window};
use folio_loyalty::rules::tiers::{Change, Contribution, Counters, Standing, Tally, evaluate, progress};
use folio_loyalty::units::{NightCredits, Rational};

use crate::support::{ROOM, charge, currency, date, paid_stay, programme, rated, stay, textbook_with, tier};

fn nights(count: i64, on: &str) -> Contribution {
    let nights = NightCredits::try_from(Rational::integer(count)).unwrap();
    Contribution { date: date(on), tally: Tally { nights, ..Tally::default() } }
}

fn counted(definition: &Definition, contributions: &[Contribution]) -> Counters {
    let mut counters = Counters::default();
    for contribution in contributions {
        counters.add(&definition.tiers, contribution).unwrap();
    }
    counters
}

fn judged(
    definition: &Definition,
    counters: &Counters,
    current: Standing,
    on: &str,
) -> (String, Option<String>, Change) {
    let decision = evaluate(definition, counters, current, date(on)).unwrap();
    let name = definition.tiers.name_of(decision.standing.rank).to_owned();
    (name, decision.standing.valid_until.map(|until| until.to_string()), decision.change)
}

fn answer(name: &str, until: Option<&str>, change: Change) -> (String, Option<String>, Change) {
    (name.to_owned(), until.map(str::to_owned), change)
}

#[test]
fn a_tier_is_held_to_its_end_and_falls_only_then() {
    let hilton = programme("hilton-honors");
    let counters = counted(&hilton, &[nights(50, "2024-06-01"), nights(25, "2025-03-01")]);
    let diamond = Standing { rank: tier(&hilton, "Diamond"), valid_until: Some(date("2026-03-31")) };
    let first = judged(&hilton, &counted(&hilton, &[nights(50, "2024-06-01")]), Standing::default(), "2024-06-01");
    assert_eq!(first, answer("Diamond", Some("2026-03-31"), Change::Raised));
    let held = answer("Diamond", Some("2026-03-31"), Change::Kept);
    assert_eq!(judged(&hilton, &counters, diamond, "2025-12-31"), held);
    assert_eq!(judged(&hilton, &counters, diamond, "2026-03-31"), held, "the last day counts");
    assert_eq!(
        judged(&hilton, &counters, diamond, "2026-04-01"),
        answer("Gold", Some("2027-03-31"), Change::Lowered),
        "to what the year before still earns"
    );
    let nothing = judged(&hilton, &Counters::default(), diamond, "2026-04-01");
    assert_eq!(nothing, answer("Member", None, Change::Lowered));
}

#[test]
fn requalifying_renews_a_tier_for_longer() {
    let hilton = programme("hilton-honors");
    let gold = Standing { rank: tier(&hilton, "Gold"), valid_until: Some(date("2026-03-31")) };
    let counters = counted(&hilton, &[nights(25, "2025-05-01")]);
    assert_eq!(judged(&hilton, &counters, gold, "2025-05-01"), answer("Gold", Some("2027-03-31"), Change::Renewed));
}

#[test]
fn a_stay_reported_after_the_new_year_still_raises_the_tier_of_its_year() {
    let hilton = programme("hilton-honors");
    let counters = counted(&hilton, &[nights(9, "2025-12-20"), nights(1, "2026-01-02"), nights(1, "2025-12-31")]);
    assert_eq!(
        judged(&hilton, &counters, Standing::default(), "2026-01-05"),
        answer("Silver", Some("2027-03-31"), Change::Raised)
    );
}

#[test]
fn counters_keep_two_years_and_the_total() {
    let hilton = programme("hilton-honors");
    let counters = counted(
        &hilton,
        &[nights(1, "2015-01-01"), nights(2, "2016-01-01"), nights(3, "2017-01-01"), nights(4, "2015-06-01")],
    );
    let years: Vec<_> = counters.years.iter().map(|kept| (kept.year, kept.tally.nights.to_string())).collect();
    assert_eq!(years, [(2016, "2".to_owned()), (2017, "3".to_owned())]);
    assert_eq!(counters.lifetime.nights.to_string(), "10");
    assert!(counters.months.is_empty());
}

#[test]
fn a_rolling_window_counts_its_months_and_keeps_no_more() {
    let definition = textbook_with(|definition| {
        definition.tiers.window = Window::RollingMonths(12);
        definition.tiers.validity = Validity::Months(12);
        definition.tiers.levels.truncate(2);
        definition.tiers.levels[1].qualify = Some(Predicate::Nights("10".parse().unwrap()));
    });
    let counters = counted(&definition, &[nights(5, "2025-02-10"), nights(5, "2026-01-31")]);
    assert_eq!(
        judged(&definition, &counters, Standing::default(), "2026-01-31"),
        answer("Silver", Some("2027-01-31"), Change::Raised)
    );
    assert_eq!(judged(&definition, &counters, Standing::default(), "2026-02-01"), answer("Member", None, Change::Kept));
    let later = counted(&definition, &[nights(5, "2025-02-10"), nights(5, "2026-02-01")]);
    assert_eq!(later.months.len(), 1);
}

#[test]
fn a_correction_takes_back_exactly_what_was_counted() {
    let hilton = programme("hilton-honors");
    let rating = rated(&hilton, &[&paid_stay("2026-02-01", 3, 600)], TierRank(0), "Hilton");
    let mut counters = Counters::default();
    for contribution in &rating.contributions {
        counters.add(&hilton.tiers, contribution).unwrap();
        counters.add(&hilton.tiers, &contribution.negated().unwrap()).unwrap();
    }
    assert!(counters.lifetime.is_zero() && counters.years.iter().all(|kept| kept.tally.is_zero()));
}

#[test]
fn nights_belong_to_the_check_out_or_to_their_own_year() {
    let mut hilton = programme("hilton-honors");
    let stay = paid_stay("2025-12-30", 4, 400);
    let by_year = |definition: &Definition| -> Vec<(i32, String, i32, i64)> {
        let rating = rated(definition, &[&stay], TierRank(0), "Hilton");
        let facts = |contribution: &Contribution| {
            let Contribution { date, tally } = contribution;
            (date.year(), tally.nights.to_string(), tally.stays, tally.spend_steps)
        };
        rating.contributions.iter().map(facts).collect()
    };
    assert_eq!(by_year(&hilton), [(2026, "4".to_owned(), 1, 400)]);
    hilton.tiers.attribution = Attribution::Night;
    let expected = [(2026, "2".to_owned(), 1, 0), (2025, "2".to_owned(), 0, 400)];
    assert_eq!(by_year(&hilton), expected, "the stay to its check-out, each night to its year, its revenue with it");
}

/// A programme in this currency whose Silver asks for this much spend in a year.
fn silver_for_spend(currency_code: &str, spend: &str) -> Definition {
    textbook_with(|definition| {
        definition.currency = currency(currency_code);
        definition.tiers.window = Window::CalendarYear;
        definition.tiers.levels.truncate(2);
        definition.tiers.levels[1].qualify = Some(Predicate::Spend(spend.parse().unwrap()));
    })
}

#[test]
fn spend_is_counted_in_whole_steps_and_each_stay_is_rounded_half_up() {
    // The currency, what is asked, the stays' revenue in smallest units, what is counted, and whether that is enough.
    let cases: [(&str, &str, &[i64], i64, bool); 11] = [
        ("USD", "2500", &[250_000], 2_500, true),
        ("USD", "2500", &[249_950], 2_500, true),
        ("USD", "2500", &[249_949], 2_499, false),
        ("USD", "2500", &[125_050, 124_949], 2_500, true),
        ("USD", "2500", &[125_049, 124_949], 2_499, false),
        ("USD", "2500.5", &[250_049], 2_500, false),
        ("USD", "2500.5", &[250_050], 2_501, true),
        ("JPY", "250000", &[249_950], 2_500, true),
        ("JPY", "250000", &[249_949], 2_499, false),
        ("KWD", "2.5", &[2_450], 25, true),
        ("KWD", "2.5", &[2_449], 24, false),
    ];
    for (code, asked, revenues, steps, enough) in cases {
        let definition = silver_for_spend(code, asked);
        let mut counters = Counters::default();
        for revenue in revenues {
            let mut stay = stay("2026-02-01", 1);
            charge(&mut stay, 0, ROOM, *revenue, code);
            let rating = rated(&definition, &[&stay], TierRank(0), "Hilton");
            rating.contributions.iter().for_each(|part| counters.add(&definition.tiers, part).unwrap());
        }
        assert_eq!(counters.lifetime.spend_steps, steps, "{code} {revenues:?}");
        let name = judged(&definition, &counters, Standing::default(), "2026-02-02").0;
        assert_eq!(name == "Silver", enough, "{code} {revenues:?}");
    }
}

#[test]
fn progress_tells_what_is_missing() {
    let hilton = programme("hilton-honors");
    let counters = counted(&hilton, &[nights(79, "2026-06-01")]);
    let all = progress(&hilton, &counters, date("2026-06-01")).unwrap();
    let reserve = all.last().unwrap();
    assert_eq!((reserve.tier.as_str(), reserve.condition.met), ("Diamond Reserve", false));
    let nights = &reserve.condition.parts[0].parts[0];
    assert_eq!(
        (nights.what, nights.have, nights.need),
        ("nights", Some(Rational::integer(79)), Some(Rational::integer(80)))
    );
    assert!(all[2].condition.met, "Diamond");
}

#[test]
fn a_condition_may_count_over_another_window() {
    let definition = textbook_with(|definition| {
        definition.tiers.window = Window::CalendarYear;
        definition.tiers.levels.truncate(2);
        definition.tiers.levels[1].qualify = Some(Predicate::Within {
            window: Window::Lifetime,
            of: Box::new(Predicate::Nights("600".parse().unwrap())),
        });
    });
    let counters = counted(&definition, &[nights(599, "2010-01-01"), nights(1, "2026-01-01")]);
    assert_eq!(judged(&definition, &counters, Standing::default(), "2026-01-01").0, "Silver");
}
