//! The published cases of Hilton Honors, and cases beside them that the same rules decide.

use folio_loyalty::rules::programme::TierRank;
use folio_loyalty::rules::tiers::{Contribution, Counters, Standing, Tally, evaluate};
use folio_loyalty::rules::transfer::{Party, TransferYear, check_transfer};
use folio_loyalty::units::{NightCredits, Rational};

use crate::support::{
    FOOD_AND_BEVERAGE, ROOM, TAX, charge, codes, date, figures, paid_stay, points, programme, rated, stay, tier, vector,
};

#[test]
fn published_earnings_come_out_to_the_point() {
    let hilton = programme("hilton-honors");
    for id in ["HIL-1", "HIL-3", "HIL-4"] {
        let (input, expect) = vector(id);
        let check_out = input["checkout"].as_str().unwrap_or("2026-03-01");
        let arrival = date(check_out).add_days(-2).unwrap().to_string();
        let mut stay = stay(&arrival, 2);
        for (key, category) in [("room_usd", ROOM), ("fnb_usd", FOOD_AND_BEVERAGE), ("tax_usd", TAX)] {
            if let Some(usd) = input[key].as_i64() {
                charge(&mut stay, 0, category, usd * 100, "USD");
            }
        }
        let rank = tier(&hilton, input["tier"].as_str().unwrap());
        let rating = rated(&hilton, &[&stay], rank, input["brand"].as_str().unwrap());
        let expected = ["base", "bonus", "total"].map(|key| expect[key].as_u64().unwrap());
        assert_eq!([rating.base, rating.bonus, rating.total].map(|points| points.get()), expected, "{id}");
        assert!(rating.activity && rating.reasons.is_empty(), "{id}");
    }
}

#[test]
fn brands_earn_their_own_rate_from_its_date() {
    let hilton = programme("hilton-honors");
    for (brand, arrival, base) in [
        ("Homewood Suites", "2026-01-05", 6000),
        ("Homewood Suites", "2026-01-06", 3000),
        ("Spark", "2026-01-05", 6000),
        ("Spark", "2026-02-01", 3000),
        ("Home2 Suites", "2015-07-01", 3000),
        ("Tru", "2026-02-01", 3000),
        ("LivSmart Studios", "2026-02-01", 1800),
        ("Waldorf Astoria", "2026-02-01", 6000),
    ] {
        let rating = rated(&hilton, &[&paid_stay(arrival, 2, 600)], TierRank(0), brand);
        assert_eq!(figures(&rating), [base, 0, 0, base], "{brand} {arrival}");
    }
}

#[test]
fn some_brands_count_only_the_room() {
    let hilton = programme("hilton-honors");
    for (brand, base) in [("Hilton", 7500), ("Hampton", 6000), ("Tru", 3000)] {
        let mut stay = paid_stay("2026-02-01", 2, 600);
        charge(&mut stay, 0, FOOD_AND_BEVERAGE, 15_000, "USD");
        assert_eq!(rated(&hilton, &[&stay], TierRank(0), brand).base, points(base), "{brand}");
    }
}

#[test]
fn a_night_paid_with_points_makes_the_consecutive_stay_a_reward_stay() {
    let hilton = programme("hilton-honors");
    let paid = paid_stay("2026-02-01", 3, 600);
    let mut reward = paid_stay("2026-02-04", 1, 0);
    reward.rooms[0].nights[0].rate_code = "REWARD1".into();
    let rating = rated(&hilton, &[&paid, &reward], tier(&hilton, "Gold"), "Hilton");
    assert_eq!(figures(&rating), [0, 0, 0, 0]);
    assert_eq!(codes(&rating), ["REWARD_STAY"]);
    assert_eq!(rating.nights_slept, 4);
}

#[test]
fn spend_with_stays_or_nights_makes_diamond_reserve() {
    let hilton = programme("hilton-honors");
    let (input, expect) = vector("HIL-5");
    let given = |key: &str| input[key].as_i64().unwrap();
    let published = (given("nights"), given("stays"), given("spend_usd"));
    for ((nights, stays, spend), name) in [
        (published, expect["tier"].as_str().unwrap()),
        ((80, 1, 18_000), "Diamond Reserve"),
        ((79, 39, 90_000), "Diamond"),
        ((120, 60, 17_999), "Diamond"),
        ((0, 0, 11_500), "Diamond"),
        ((50, 1, 0), "Diamond"),
        ((25, 1, 0), "Gold"),
        ((0, 15, 0), "Gold"),
        ((0, 0, 5_999), "Silver"),
        ((9, 3, 2_499), "Member"),
    ] {
        let tally = Tally {
            nights: NightCredits::try_from(Rational::integer(nights)).unwrap(),
            stays: i32::try_from(stays).unwrap(),
            spend_steps: spend,
            ..Tally::default()
        };
        let mut counters = Counters::default();
        counters.add(&hilton.tiers, &Contribution { date: date("2026-06-01"), tally }).unwrap();
        let decision = evaluate(&hilton, &counters, Standing::default(), date("2026-06-01")).unwrap();
        assert_eq!(hilton.tiers.name_of(decision.standing.rank), name, "{nights} nights, {stays} stays, {spend} USD");
    }
}

#[test]
fn the_annual_cap_on_points_sent_refuses_the_transfer() {
    let hilton = programme("hilton-honors");
    let (input, _) = vector("HIL-10");
    let party = |sent, received, sent_count| Party {
        tier: TierRank(0),
        enrolled: date("2025-01-01"),
        active: true,
        year: TransferYear { year: 2026, sent, received, sent_count, ..TransferYear::default() },
    };
    let given = |key: &str| points(input[key].as_u64().unwrap());
    let (sent, amount) = (given("sent_this_year"), given("transfer"));
    let fresh = party(points(0), points(0), 0);
    let check = |amount, sender: &Party, receiver: &Party, on: &str| {
        check_transfer(&hilton, amount, sender, receiver, date(on)).map_err(|refusal| refusal.code())
    };
    let sender = party(sent, points(0), 1);
    assert_eq!(check(amount, &sender, &fresh, "2026-06-01"), Err("TRANSFER_SENT_CAP"));
    assert_eq!(check(points(1000), &sender, &fresh, "2026-06-01"), Ok(()), "exactly the cap");
    assert_eq!(check(amount, &sender, &fresh, "2027-01-01"), Ok(()), "a new year");
    assert_eq!(check(amount, &party(points(0), points(0), 6), &fresh, "2026-06-01"), Err("TRANSFER_SENT_COUNT"));
    let full = party(points(0), points(1_999_000), 0);
    assert_eq!(check(amount, &fresh, &full, "2026-06-01"), Err("TRANSFER_RECEIVED_CAP"));
    assert_eq!(check(points(500), &fresh, &fresh, "2026-06-01"), Err("TRANSFER_BELOW_MINIMUM"));
    assert_eq!(check(points(1500), &fresh, &fresh, "2026-06-01"), Err("TRANSFER_INCREMENT"));
    assert_eq!(check(amount, &fresh, &fresh, "2025-01-30"), Err("TRANSFER_ACCOUNT_AGE"));
    assert_eq!(check(amount, &fresh, &fresh, "2025-01-31"), Ok(()));
    assert_eq!(check(amount, &Party { active: false, ..fresh }, &fresh, "2026-06-01"), Err("TRANSFER_NO_ACTIVITY"));
}
