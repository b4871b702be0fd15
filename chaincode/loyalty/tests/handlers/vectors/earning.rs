//! Cases of what stays and events earn.

use folio_loyalty::units::Rational;
use serde_json::{Value, json};

use super::Case;
use super::cast::{Cast, FOOD_AND_BEVERAGE, ROOM, TAX, charged};
use crate::world::purchase;

const TODAY: &str = "2026-03-01";

/// A stay of a member of a tier, and what is told of its base points, its bonus and their sum.
pub fn base_and_bonus(case: &Case) {
    let mut cast = Cast::of(case, case.input["checkout"].as_str().unwrap_or(TODAY));
    let hotel = cast.hotel(case.input["brand"].as_str().unwrap_or("any"));
    let member = cast.member_of(case.text("tier"));
    let mut stay = cast.stay(&member, &hotel, 2);
    for (key, category) in
        [("room_usd", ROOM), ("eligible_usd", ROOM), ("fnb_usd", FOOD_AND_BEVERAGE), ("tax_usd", TAX)]
    {
        if !case.input[key].is_null() {
            stay = charged(stay, 0, category, case.cents(key), "USD");
        }
    }
    let receipt = cast.world.post(&stay);
    for key in ["base", "bonus", "total"] {
        assert_eq!(receipt["points"][key], case.expect[key], "{} {key}", case.id);
    }
    assert_eq!((&receipt["outcome"], &receipt["reasons"]), (&json!("posted"), &json!([])), "{}", case.id);
    assert_eq!(cast.available(&member), case.expected("total"), "{}", case.id);
}

/// What is missing to the minimum comes after the bonus of the tier.
pub fn minimum_after_the_bonus(case: &Case) {
    let mut cast = Cast::of(case, TODAY);
    let hotel = cast.hotel("any");
    let tier = case.text("tier");
    let member = cast.member_of(tier);
    let stay = charged(cast.stay(&member, &hotel, 1), 0, ROOM, case.cents("room_rate_usd"), "USD");
    let rating = cast.simulated(&stay, tier);
    for (told, expected) in [("base", "base"), ("bonus", "accelerated"), ("top_up", "floor_topup"), ("total", "total")]
    {
        assert_eq!(rating[told], case.expect[expected], "{told}");
    }
    let receipt = cast.world.post(&stay);
    let beside_base = case.expected("accelerated") + case.expected("floor_topup");
    assert_eq!((&receipt["points"]["base"], &receipt["points"]["bonus"]), (&case.expect["base"], &json!(beside_base)));
    assert_eq!(cast.available(&member), case.expected("total"));
}

/// Points for an event, and not more for a larger one.
pub fn event(case: &Case) {
    let mut cast = Cast::of(case, TODAY);
    let hotel = cast.hotel(case.text("brand"));
    let published = case.cents("event_spend_eur_ex_tax");
    assert_eq!(case.expect["capped"], true);
    for (order, cents, reasons) in [("1", published, json!([])), ("2", published + 100, json!(["SPEND_CAPPED"]))] {
        let member = cast.member();
        let mut event = purchase(&member, cast.programme, "event", order, cents);
        event["shop"] = hotel.clone().into();
        event["date"] = TODAY.into();
        let receipt: Value = cast.world.purchase(&event, TODAY).json().unwrap();
        assert_eq!((&receipt["points"]["total"], &receipt["reasons"]), (&case.expect["points"], &reasons), "{order}");
        assert_eq!(cast.available(&member), case.expected("points"));
    }
}

/// A partner hotel gives points for the room, and none for tax and what else is bought.
pub fn partner(case: &Case) {
    let mut cast = Cast::of(case, TODAY);
    assert_eq!((case.text("hotel"), &case.input["tax_excluded"]), ("independent partner", &json!(true)));
    let hotel = cast.hotel("Independent partner");
    let member = cast.member();
    let mut stay = charged(cast.stay(&member, &hotel, 2), 0, ROOM, case.cents("spend_eur"), "EUR");
    for category in [TAX, FOOD_AND_BEVERAGE] {
        stay = charged(stay, 0, category, 5_000, "EUR");
    }
    assert_eq!(cast.world.post(&stay)["points"]["total"], case.expect["points"]);
    assert_eq!(cast.available(&member), case.expected("points"));
}

/// A night with points makes reward nights of the paid ones before it.
pub fn reward_stay(case: &Case) {
    assert_eq!(case.text("stay"), "3 nights paid + 1 night points, consecutive, same hotel");
    assert_eq!(case.text("stay").matches("night").count(), 2);
    let mut cast = Cast::of(case, TODAY);
    let hotel = cast.hotel("Hilton");
    let member = cast.member();
    let paid = charged(cast.stay(&member, &hotel, 3), 0, ROOM, 36_000, "USD").with("group", "G-1");
    assert_eq!(cast.world.post(&paid)["points"]["total"], 3_600);
    cast.on("2026-03-02");
    let mut night = cast.stay(&member, &hotel, 1).with("group", "G-1");
    night.0["rooms"][0]["nights"][0]["rate_code"] = "REWARD1".into();
    let legs = serde_json::to_vec(&[paid.0.to_string()]).unwrap();
    cast.world.ledger.set_transient("legs", legs);
    let both = cast.world.post(&night);
    assert_eq!((&both["points"]["total"], &both["points"]["delta"]), (&case.expect["points"], &json!(-3_600)));
    let reason = case.expect["reason"].as_str().unwrap().to_uppercase().replace(' ', "_");
    assert_eq!((&both["outcome"], &both["reasons"]), (&json!("zero_point"), &json!([reason])));
    assert_eq!(cast.available(&member), case.expected("points"));
    assert_eq!(cast.world.lines(cast.programme, &member), [("stay".to_owned(), -3_600), ("stay".to_owned(), 3_600)]);
}

/// Night credits of a stay at each of the brands.
pub fn night_credits(case: &Case) {
    assert!(TODAY >= case.text("checkout").trim_start_matches(">="));
    let mut cast = Cast::of(case, TODAY);
    let expected: Rational = case.expect["elite_night_credits"].to_string().parse().unwrap();
    let nights = i32::try_from(case.given("nights")).unwrap();
    for brand in case.text("brand").split('|') {
        let (hotel, member) = (cast.hotel(brand), cast.member());
        let stay = charged(cast.stay(&member, &hotel, nights), 0, ROOM, 10_000, "USD");
        let told = [cast.world.post(&stay)["nights"].clone(), cast.account(&member)["nights"].clone()];
        for told in told {
            assert_eq!(told.as_str().unwrap().parse(), Ok(expected), "{brand}");
        }
    }
}

/// Of the rooms that a member pays for some earn, and one gives night credit.
pub fn rooms(case: &Case) {
    let mut cast = Cast::of(case, TODAY);
    let (hotel, member) = (cast.hotel("Sheraton"), cast.member_of(case.text("tier")));
    let mut stay = cast.stay(&member, &hotel, i32::try_from(case.given("nights")).unwrap());
    let room = stay.0["rooms"][0].clone();
    for place in 0..usize::try_from(case.given("rooms")).unwrap() {
        if place > 0 {
            stay.0["rooms"].as_array_mut().unwrap().push(room.clone());
            stay.0["rooms"][place]["occupant_member"] = false.into();
        }
        stay = charged(stay, place, ROOM, case.cents("qualifying_usd_each"), "USD");
    }
    assert_eq!((&stay.0["rooms"][0]["occupant_member"], &case.input["occupies_one"]), (&json!(true), &json!(true)));
    let receipt = cast.world.post(&stay);
    assert_eq!((&receipt["points"]["base"], &receipt["reasons"]), (&case.expect["base"], &json!(["ROOM_LIMIT"])));
    assert_eq!(receipt["nights"], case.expect["elite_night_credits"].to_string());
    let of_one_room = 10 * case.given("qualifying_usd_each");
    assert_eq!(receipt["points"]["base"], case.expected("rooms_earning") * of_one_room);
}
