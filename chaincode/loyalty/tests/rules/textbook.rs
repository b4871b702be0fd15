//! The cases of the project's source documents.

use folio_loyalty::rules::programme::TierRank;
use folio_loyalty::rules::tiers::{Contribution, Counters, Standing, evaluate};
use folio_loyalty::units::Points;

use crate::support::{date, paid_stay, points, programme, rated, textbook_with};

#[test]
fn points_are_spend_times_rate_plus_activity() {
    for (spend, rate, activity, total) in [(500, "1", 100, 600), (5_000, "0.02", 500, 600), (3_000, "1", 500, 3_500)] {
        let definition = textbook_with(|definition| {
            definition.balances[0].earn.rate.points = rate.parse().unwrap();
            definition.activities[0].points = points(activity);
        });
        let stay = rated(&definition, &[&paid_stay("2026-02-01", 2, spend)], TierRank(0), "Hilton");
        let sum = stay.total.checked_add(definition.points_for("enrolment")).unwrap();
        assert_eq!(sum, points(total), "{spend} at {rate} and {activity}");
    }
    assert_eq!(programme("textbook").points_for("enrolment"), points(100));
    assert_eq!(programme("textbook").points_for("survey"), Points::ZERO);
}

#[test]
fn tiers_follow_the_table_and_not_the_formula_of_the_source() {
    let textbook = programme("textbook");
    for (earned, name) in [
        (0, "Member"),
        (500, "Member"),
        (501, "Silver"),
        (2_000, "Silver"),
        (2_001, "Gold"),
        (3_000, "Gold"),
        (5_000, "Gold"),
        (5_001, "Diamond"),
    ] {
        let mut counters = Counters::default();
        let on = date("2016-01-01");
        if let Some(contribution) = Contribution::of_points(&textbook.tiers, (0, "points"), points(earned), on) {
            counters.add(&textbook.tiers, &contribution).unwrap();
        }
        let decision = evaluate(&textbook, &counters, Standing::default(), on).unwrap();
        assert_eq!(textbook.tiers.name_of(decision.standing.rank), name, "{earned} points");
        assert_eq!(decision.standing.valid_until, None);
    }
}

#[test]
fn a_stay_counts_its_points_towards_the_tier() {
    let textbook = programme("textbook");
    let rating = rated(&textbook, &[&paid_stay("2026-02-01", 2, 501)], TierRank(0), "Hilton");
    let mut counters = Counters::default();
    for contribution in &rating.contributions {
        counters.add(&textbook.tiers, contribution).unwrap();
    }
    let decision = evaluate(&textbook, &counters, Standing::default(), date("2026-02-03")).unwrap();
    assert_eq!(textbook.tiers.name_of(decision.standing.rank), "Silver");
    assert_eq!(counters.lifetime.spend_steps, 0, "no tier asks for spend, so none is kept");
    assert!(counters.years.is_empty() && counters.months.is_empty());
}
