//! Cases of what members do with points: transfers and their fees, conversion, bills and award nights.

use serde_json::{Value, json};

use super::Case;
use super::cast::{Cast, ROOM, charged};
use crate::world::programme_owner;

const TODAY: &str = "2026-06-01";

/// A transfer above a limit. What was sent and received before in the year is given as the case says.
pub fn refused_transfer(case: &Case) {
    let code = match case.expect["rejected"].as_str().unwrap() {
        "increment 1,000" => "TRANSFER_INCREMENT",
        "annual receive cap 500,000" => "TRANSFER_RECEIVED_CAP",
        cap if cap.starts_with("annual send cap") => "TRANSFER_SENT_CAP",
        other => panic!("{other} is not a refusal of the cases"),
    };
    let mut cast = Cast::of(case, TODAY);
    let (ann, bob) = (cast.member(), cast.member());
    let sent = case.input["sent_this_year"].as_u64().unwrap_or(0);
    let received = case.input["recipient_received_this_year"].as_u64().unwrap_or(0);
    let amount = case.given("transfer");
    cast.fill(&ann, sent + 2 * amount, 10);
    cast.fill(&bob, 1_000, 10);
    if sent > 0 {
        // To another member, so that only what was sent matters.
        let other = cast.member();
        cast.fill(&other, 1_000, 10);
        transfer(&mut cast, &ann, &other, sent).unwrap();
    }
    let mut left = received;
    while left > 0 {
        let (giver, part) = (cast.member(), left.min(100_000));
        cast.fill(&giver, part, 10);
        transfer(&mut cast, &giver, &bob, part).unwrap();
        left -= part;
    }
    assert_eq!(cast.available(&bob), 1_000 + received);
    assert_eq!(transfer(&mut cast, &ann, &bob, amount), Err(code), "{}", case.id);
    assert_eq!(cast.available(&ann), 2 * amount, "{}", case.id);
    let just = if code == "TRANSFER_INCREMENT" { 1_000 } else { cap_of(case) - sent - received };
    assert!(transfer(&mut cast, &ann, &bob, just).is_ok(), "{}: what the limit leaves", case.id);
}

/// The cap that the case names.
fn cap_of(case: &Case) -> u64 {
    let digits = case.expect["rejected"].as_str().unwrap().chars().filter(char::is_ascii_digit);
    digits.collect::<String>().parse().unwrap()
}

fn transfer(cast: &mut Cast, from: &str, to: &str, points: u64) -> Result<Value, &'static str> {
    let order = cast.order(from, json!({ "to": to, "points": points }));
    cast.world.submit("points.transfer", order).json().map_err(|error| error.code)
}

/// What a transfer costs in money, which must be paid before.
pub fn transfer_fee(case: &Case) {
    let mut cast = Cast::of(case, TODAY);
    let (ann, bob) = (cast.member_of(case.text("tier")), cast.member());
    let points = case.given("transfer");
    let stayed = cast.hotel("any");
    let stay = charged(cast.stay(&ann, &stayed, 1), 0, ROOM, i64::try_from(points * 10).unwrap(), "USD");
    cast.world.post(&stay);
    let before = cast.available(&ann);
    let mut order = cast.order(&ann, json!({ "to": bob, "points": points }));
    let usd = case.expected("fee_usd");
    if usd > 0 {
        let unpaid = cast.world.submit("points.transfer", order.clone());
        assert_eq!(unpaid.refusal(), Some("TRANSFER_FEE_UNPAID"));
        let told = unpaid.json::<Value>().unwrap_err().to_string();
        assert!(told.contains(&format!(" {usd}.00 USD")), "{told}");
        order["payment"] = "card-1".into();
    } else {
        order["payment"] = "card-1".into();
        assert_eq!(cast.world.refused("points.transfer", order.clone()), "PAYMENT_NOT_DUE");
        order.as_object_mut().unwrap().remove("payment");
    }
    assert_eq!(cast.world.ok("points.transfer", order)["fee"], 0, "no points");
    assert_eq!((cast.available(&ann), cast.available(&bob)), (before - points, points));
}

/// Points become a partner's miles.
pub fn conversion(case: &Case) {
    let (points, miles) = (case.given("convert_to_miles"), case.expected("miles"));
    for partner in case.text("partner").split('|') {
        let mut cast = Cast::of(case, TODAY);
        let member = cast.member();
        cast.fill(&member, points + 1_000, 10);
        let fields = |units: u64| json!({ "points": points, "partner": partner, "units": units });
        let more = cast.order(&member, fields(miles + 1));
        assert_eq!(cast.world.refused("points.convert", more), "CONVERSION_UNITS_DIFFER", "{} {partner}", case.id);
        let order = cast.order(&member, fields(miles));
        assert_eq!(cast.world.ok("points.convert", order)["units"], miles, "{} {partner}", case.id);
        assert_eq!(cast.available(&member), 1_000);
    }
}

/// What a balance and a bill leave to choose.
pub fn choices_for_a_bill(case: &Case) {
    let mut cast = Cast::of(case, TODAY);
    let (hotel, member) = (cast.hotel("Novotel"), cast.member());
    // 25 points for ten euros.
    let cents = i64::try_from(case.given("balance") * 40).unwrap();
    let stay = charged(cast.stay(&member, &hotel, 1), 0, ROOM, cents, "EUR");
    cast.world.post(&stay);
    assert_eq!(cast.available(&member), case.given("balance"));
    let asked = json!({ "programme": cast.programme, "member": member, "as_of": TODAY, "channel": case.text("channel"),
        "bill": { "minor": case.cents("booking_eur"), "currency": "EUR" } });
    let choices = cast.world.query("reward.available", asked).unwrap()["redemption"]["choices"].clone();
    let column = |of: fn(&Value) -> Value| choices.as_array().unwrap().iter().map(of).collect::<Value>();
    assert_eq!(column(|choice| choice["points"].clone()), case.expect["redeemable_choices"]);
    assert_eq!(column(|choice| json!(choice["worth"]["minor"].as_i64().unwrap() / 100)), case.expect["eur"]);
}

/// Who does not come to an award night has the points back and is charged in money.
pub fn award_no_show(case: &Case) {
    assert_eq!(case.input, json!({ "award_booking": true, "no_show": true }));
    let mut cast = Cast::of(case, TODAY);
    // The price table of the demonstration lists its lodges by brand.
    let (hotel, member) = (cast.hotel("Lodge"), cast.member());
    cast.fill(&member, 60_000, 5);
    let booking = json!({ "hotel": hotel, "arrival": "2026-06-03", "nights": 2, "points": 10_000 });
    let order = cast.order(&member, booking);
    let booked = cast.world.ok("reward.award_night_book", order);
    assert_eq!(cast.world.figures(cast.programme, &member), (50_000, 10_000, 0));
    cast.on("2026-06-04");
    cast.world.client(programme_owner(cast.programme), "frontdesk", &hotel);
    let end = json!({ "reservation": booked["reservation"], "as_of": "2026-06-04" });
    let done = cast.world.ok("reward.award_night_no_show", end);
    for field in ["cash_charged", "points_returned"] {
        assert_eq!(done[field], case.expect[field], "{field}");
    }
    assert_eq!(cast.world.figures(cast.programme, &member), (60_000, 0, 0));
}
