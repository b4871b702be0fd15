//! What earns nothing, and which reason says so.

use folio_loyalty::rules::programme::{Definition, EarnException, EarnRate, Payer, Scope, TierRank};
use folio_loyalty::rules::stay::{Status, Stay};

use crate::support::{
    FOOD_AND_BEVERAGE, ROOM, charge, codes, date, figures, only, paid_stay, points, programme, rated, room, stay,
    textbook_with,
};

type Change = fn(&mut Stay<'static>);
type Rule = fn(&mut Definition);

#[test]
fn a_stay_that_earns_nothing_is_accepted_with_the_rule_that_said_so() {
    let hilton = programme("hilton-honors");
    let cases: [(&str, Change); 9] = [
        ("NO_SHOW", |stay| stay.status = Status::NoShow),
        ("CANCELLED", |stay| stay.status = Status::Cancelled),
        ("RATE_NOT_POSITIVE", |stay| stay.rooms[0].lines[0].net = 0),
        ("RATE_NOT_POSITIVE", |stay| stay.rooms[0].lines[0].net = -100),
        ("MARKET_INELIGIBLE", |stay| stay.rooms[0].nights[0].market = "Online TA".into()),
        ("COMPLIMENTARY", |stay| stay.rooms[0].nights[0].complimentary = true),
        ("PAYER_NOT_MEMBER", |stay| stay.rooms[0].payer_member = false),
        ("MEMBER_NOT_IN_HOUSE", |stay| stay.rooms[0].occupant_member = false),
        ("REWARD_STAY", |stay| stay.rooms[0].nights[0].rate_code = "REWARD".into()),
    ];
    for (code, change) in cases {
        let mut stay = paid_stay("2026-02-01", 1, 600);
        change(&mut stay);
        let rating = rated(&hilton, &[&stay], TierRank(0), "Hilton");
        assert_eq!(codes(&rating), [code]);
        assert_eq!(figures(&rating), [0, 0, 0, 0], "{code}");
        assert!(!rating.activity && rating.contributions.is_empty(), "{code}");
    }
}

#[test]
fn limits_of_the_definition_close_a_stay() {
    let cases: [(&str, Rule); 6] = [
        ("CHAIN_INELIGIBLE", |definition| definition.eligibility.points.chains = only(&["borea"])),
        ("BRAND_INELIGIBLE", |definition| definition.eligibility.points.brands = only(&["Spark"])),
        ("HOTEL_INELIGIBLE", |definition| definition.eligibility.points.hotels = only(&["BOR*"])),
        ("CHANNEL_INELIGIBLE", |definition| definition.eligibility.points.channels = only(&["Corporate"])),
        ("RATE_CODE_INELIGIBLE", |definition| definition.eligibility.points.rate_codes = only(&["RACK"])),
        ("TOO_FEW_NIGHTS", |definition| definition.eligibility.points.minimum_nights = 3),
    ];
    for (code, change) in cases {
        let rating = rated(&textbook_with(change), &[&paid_stay("2026-02-01", 2, 600)], TierRank(0), "Hilton");
        assert_eq!((codes(&rating), rating.total.get()), (vec![code], 0));
    }
}

#[test]
fn eligibility_is_judged_night_by_night() {
    let mut stay = stay("2026-02-01", 2);
    charge(&mut stay, 0, ROOM, 10_000, "USD");
    charge(&mut stay, 0, ROOM, 20_000, "USD");
    stay.rooms[0].lines[1].date = date("2026-02-02");
    stay.rooms[0].nights[1].market = "Groups".into();
    let rating = rated(&programme("hilton-honors"), &[&stay], TierRank(0), "Hilton");
    assert_eq!(rating.total, points(1000));
    assert_eq!(codes(&rating), ["MARKET_INELIGIBLE"]);
    assert_eq!((rating.nights.to_string().as_str(), rating.nights_slept), ("1", 2));
    assert_eq!(rating.contributions[0].tally.spend_steps, 100);
}

#[test]
fn points_qualification_and_activity_have_their_own_eligibility() {
    let stay = paid_stay("2026-02-01", 2, 600);
    let definition = textbook_with(|definition| {
        let rules = &mut definition.eligibility;
        rules.qualification = Some(rules.points.clone());
        rules.activity = Some(rules.points.clone());
        rules.points.markets = only(&["Corporate"]);
        definition.tiers.window = folio_loyalty::rules::programme::Window::CalendarYear;
    });
    let rating = rated(&definition, &[&stay], TierRank(0), "Hilton");
    assert_eq!((rating.total.get(), codes(&rating)), (0, vec!["MARKET_INELIGIBLE"]));
    assert_eq!(rating.nights.to_string(), "2");
    assert!(rating.activity);
}

#[test]
fn only_so_many_rooms_earn_and_the_members_own_comes_first() {
    let mut definition = programme("hilton-honors");
    definition.eligibility.points.payer = Payer::Anyone;
    let mut stay = stay("2026-02-01", 2);
    for place in 0..4 {
        if place > 0 {
            stay.rooms.push(room(stay.arrival, 2));
        }
        stay.rooms[place].occupant_member = place == 3;
        charge(&mut stay, place, ROOM, if place == 3 { 40_000 } else { 10_000 }, "USD");
    }
    let rating = rated(&definition, &[&stay], TierRank(0), "Hilton");
    assert_eq!(rating.total, points(6000), "the member's room and the first two others");
    assert_eq!(rating.nights.to_string(), "2", "night credit for one room");
    assert_eq!(codes(&rating), ["ROOM_LIMIT"]);
}

#[test]
fn rooms_one_after_the_other_are_not_rooms_side_by_side() {
    let hilton = programme("hilton-honors");
    let legs: Vec<Stay<'static>> = ["2026-02-01", "2026-02-02", "2026-02-03", "2026-02-04"]
        .into_iter()
        .map(|arrival| paid_stay(arrival, 1, 100))
        .collect();
    let rating = rated(&hilton, &legs.iter().collect::<Vec<_>>(), TierRank(0), "Hilton");
    assert_eq!(rating.total, points(4000));
    assert_eq!(rating.nights.to_string(), "4");
    assert_eq!(rating.contributions[0].tally.stays, 1, "consecutive legs are one stay");
}

#[test]
fn a_day_use_is_valid_and_has_no_market_to_admit_it() {
    let day_use = paid_stay("2026-02-01", 0, 50);
    let any_market = textbook_with(|definition| definition.eligibility.points.markets = Default::default());
    let rating = rated(&any_market, &[&day_use], TierRank(0), "Hilton");
    assert_eq!((rating.total.get(), rating.nights_slept), (50, 0));
    let rating = rated(&programme("textbook"), &[&day_use], TierRank(0), "Hilton");
    assert_eq!(codes(&rating), ["MARKET_INELIGIBLE"]);
}

#[test]
fn too_little_and_nothing_of_the_right_kind_are_told_apart() {
    let mut little = stay("2026-02-01", 1);
    charge(&mut little, 0, ROOM, 99, "USD");
    assert_eq!(codes(&rated(&programme("textbook"), &[&little], TierRank(0), "Hilton")), ["BELOW_ONE_POINT"]);
    let food_only = textbook_with(|definition| {
        definition.eligibility.points.unpaid = true;
        definition.eligibility.points.revenue = serde_json::from_str(r#"["food_and_beverage"]"#).unwrap();
    });
    let mut day_use = stay("2026-02-01", 0);
    charge(&mut day_use, 0, ROOM, 5_000, "USD");
    assert_eq!(codes(&rated(&food_only, &[&day_use], TierRank(0), "Hilton")), ["NO_ELIGIBLE_REVENUE"]);
}

#[test]
fn rates_by_rate_code_and_room_type_hold_for_their_nights() {
    let exception = |when: Scope, rate: &str| EarnException {
        when,
        rate: EarnRate { points: rate.parse().unwrap(), ..EarnRate::default() },
    };
    let definition = textbook_with(|definition| {
        definition.balances[0].earn.exceptions = vec![
            exception(Scope { rate_codes: only(&["PROMO*"]), ..Scope::default() }, "2"),
            exception(Scope { room_types: only(&["SUITE"]), ..Scope::default() }, "3"),
        ];
    });
    let mut stay = stay("2026-02-01", 3);
    for (place, day) in ["2026-02-01", "2026-02-02", "2026-02-03"].into_iter().enumerate() {
        charge(&mut stay, 0, ROOM, 10_000, "USD");
        stay.rooms[0].lines[place].date = date(day);
    }
    stay.rooms[0].nights[0].rate_code = "PROMO7".into();
    stay.rooms[0].nights[1].room_type = "SUITE".into();
    assert_eq!(rated(&definition, &[&stay], TierRank(0), "Hilton").total, points(200 + 300 + 100));
}

#[test]
fn foreign_revenue_is_exchanged_exactly_and_together() {
    let mut stay = stay("2026-02-01", 1);
    charge(&mut stay, 0, ROOM, 5_005, "EUR");
    charge(&mut stay, 0, FOOD_AND_BEVERAGE, 4_995, "EUR");
    charge(&mut stay, 0, FOOD_AND_BEVERAGE, 1_000, "USD");
    let rating = rated(&programme("hilton-honors"), &[&stay], TierRank(0), "Hilton");
    assert_eq!(rating.total, points(1200), "EUR 100 at 1.1 and USD 10");
    assert!(rating.explanation.iter().any(|line| line.effect.contains("100.00 EUR + 10.00 USD")));
}

#[test]
fn the_explanation_accounts_for_every_point() {
    let hilton = programme("hilton-honors");
    let gold = hilton.tiers.rank_of("Gold").unwrap();
    let rating = rated(&hilton, &[&paid_stay("2026-02-01", 2, 600)], gold, "Homewood Suites");
    let lines: Vec<_> = rating.explanation.iter().map(|line| (line.rule.as_str(), line.effect.as_str())).collect();
    assert_eq!(
        lines,
        [
            ("balances[0].earn.exceptions[2]", "600.00 USD at 5 points per 1 USD gives 3000 points"),
            ("calculation.rounding", "base points are 3000"),
            ("tiers.levels[2].bonus_percent", "Gold gives 80% of 3000: 2400 points"),
        ]
    );
}
