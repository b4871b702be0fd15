//! Cases of what leads to a tier. It is reached by stays, as they are reported.

use folio_loyalty::units::Date;
use serde_json::json;

use super::Case;
use super::cast::{Cast, ROOM, charged};

/// So many stays of the year, with so many nights and so much spend together.
pub fn by_many_stays(case: &Case) {
    let (nights, stays, cents) = (case.given("nights"), case.given("stays"), case.cents("spend_usd"));
    let mut cast = Cast::of(case, "2026-01-05");
    let (hotel, member) = (cast.hotel("Hilton"), cast.member());
    let first: Date = "2026-01-05".parse().unwrap();
    let mut slept = 0;
    for number in 0..stays {
        let until_now = nights * (number + 1) / stays;
        cast.on(&first.add_days(i32::try_from(number).unwrap() * 9).unwrap().to_string());
        let stay = cast.stay(&member, &hotel, i32::try_from(until_now - slept).unwrap());
        slept = until_now;
        let receipt = cast.world.post(&charged(stay, 0, ROOM, cents / i64::try_from(stays).unwrap(), "USD"));
        let reached = receipt["tier"]["after"] == case.expect["tier"];
        assert_eq!(reached, number + 1 == stays, "the last stay makes it: {number} {receipt}");
    }
    let account = cast.account(&member);
    assert_eq!((&account["nights"], &account["stays"]), (&json!(nights.to_string()), &json!(stays)));
    assert_eq!(account["tier"], case.expect["tier"]);
}

/// Spend in one stay. The balance that leads to the tier is told by the tier that it just reaches.
pub fn by_spend_on_one_stay(case: &Case) {
    for (less, reached) in [(0, true), (100, false)] {
        let mut cast = Cast::of(case, "2026-03-01");
        let (hotel, member) = (cast.hotel("Novotel"), cast.member());
        let cents = case.cents("eligible_spend_eur") - less;
        let stay = charged(cast.stay(&member, &hotel, 2), 0, ROOM, cents, "EUR");
        let rating = cast.simulated(&stay, "Silver");
        let receipt = cast.world.post(&stay);
        assert_eq!(receipt["tier"]["after"] == case.expect["tier"], reached, "{receipt}");
        assert_eq!(rating["status"][0]["points"] == case.expect["status_points"], reached, "{rating}");
        assert_eq!(cast.account(&member)["tier"] == case.expect["tier"], reached);
    }
}

/// Base points without a night: what is spent on a day without one.
pub fn by_base_points(case: &Case) {
    assert_eq!(case.given("nights"), 0);
    for (less, reached) in [(0, true), (100, false)] {
        let mut cast = Cast::of(case, "2026-03-01");
        let (hotel, member) = (cast.hotel("Andaz"), cast.member());
        let cents = case.cents("base_points_ytd") / 5 - less;
        let stay = charged(cast.stay(&member, &hotel, 0), 0, ROOM, cents, "USD");
        let receipt = cast.world.post(&stay);
        assert_eq!(receipt["points"]["base"] == case.input["base_points_ytd"], reached, "{receipt}");
        let account = cast.account(&member);
        assert_eq!((&account["nights"], account["tier"] == case.expect["tier"]), (&json!("0"), reached), "{account}");
    }
}

/// Qualifying points with nights that are too few by themselves.
pub fn by_qualifying_points(case: &Case) {
    let nights = i32::try_from(case.given("nights")).unwrap();
    for (less, reached) in [(0, true), (100, false)] {
        let mut cast = Cast::of(case, "2026-03-01");
        let (hotel, member) = (cast.hotel("Holiday Inn"), cast.member());
        let cents = case.cents("qualifying_points") / 10 - less;
        let stay = charged(cast.stay(&member, &hotel, nights), 0, ROOM, cents, "USD");
        let receipt = cast.world.post(&stay);
        assert_eq!(receipt["nights"], nights.to_string());
        assert_eq!(receipt["tier"]["after"] == case.expect["tier"], reached, "{receipt}");
        assert_eq!(cast.account(&member)["tier"] == case.expect["tier"], reached);
    }
}
