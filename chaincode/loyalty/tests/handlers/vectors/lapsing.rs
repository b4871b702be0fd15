//! Cases of points that end, with their date or with the rest of the account.

use folio_loyalty::units::Date;
use serde_json::json;

use super::Case;
use super::cast::Cast;

fn next_day(day: &str) -> String {
    day.parse::<Date>().unwrap().add_days(1).unwrap().to_string()
}

/// A lot ends on its date although the account is active.
pub fn hard_expiry(case: &Case) {
    let (earned, active) = (case.text("lot_checkout"), case.text("last_activity"));
    let ends = case.expect["expires_on"].as_str().unwrap();
    let mut cast = Cast::of(case, earned);
    let member = cast.member();
    cast.fill(&member, 5_000, 10);
    // The account never rests for as long as would end all its points.
    for day in ["2023-03-01", "2024-03-01", "2025-03-01", active] {
        cast.on(day);
        cast.fill(&member, 1_000, 10);
    }
    assert_eq!(cast.account(&member)["lots"][0]["last_day"], ends);
    cast.on(&next_day(&next_day(ends)));
    let run = cast.expire(&member, ends);
    assert_eq!((&run["expired"], cast.available(&member)), (&json!(0), 9_000), "on the last day they are there");
    let run = cast.expire(&member, &next_day(ends));
    assert_eq!((&run["expired"], cast.available(&member)), (&json!(5_000), 4_000));
    assert_eq!(cast.world.lines(cast.programme, &member)[0], ("expired".to_owned(), -5_000));
}

/// Points that somebody else gives do not keep an account alive.
pub fn forfeited_in_spite_of_a_gift(case: &Case) {
    assert_eq!(case.expect["forfeited"], true);
    let as_of = case.text("as_of");
    let mut cast = Cast::of(case, case.text("last_earn"));
    let (member, giver) = (cast.member(), cast.member());
    cast.fill(&member, 7_000, 10);
    cast.on("2025-11-20");
    cast.fill(&giver, 3_000, 10);
    cast.on(case.text("received_gift"));
    let gift = cast.order(&giver, json!({ "to": member, "points": 2_000 }));
    cast.world.ok("points.transfer", gift);
    assert_eq!(cast.available(&member), 9_000);
    cast.on(&next_day(as_of));
    let eve = as_of.parse::<Date>().unwrap().add_days(-1).unwrap().to_string();
    cast.expire(&member, &eve);
    assert_eq!(cast.available(&member), 9_000, "the last day counts");
    cast.expire(&member, as_of);
    assert_eq!(cast.available(&member), 0);
    assert_eq!(cast.world.lines(cast.programme, &member)[0], ("forfeited".to_owned(), -9_000));
    cast.expire(&giver, as_of);
    assert_eq!(cast.available(&giver), 1_000, "the giver's account is active");
}

/// Points of an account of a tier that rested for too long.
pub fn forfeited_after_rest(case: &Case) {
    assert_eq!(case.expect["forfeited"], true);
    let as_of = case.text("as_of");
    let mut cast = Cast::of(case, case.text("last_activity"));
    let member = cast.member_of(case.text("tier"));
    cast.fill(&member, 6_000, 10);
    cast.on(&next_day(as_of));
    let eve = as_of.parse::<Date>().unwrap().add_days(-1).unwrap().to_string();
    cast.expire(&member, &eve);
    assert_eq!(cast.available(&member), 6_000, "the last day counts");
    cast.expire(&member, as_of);
    assert_eq!((cast.available(&member), &cast.account(&member)["tier"]), (0, &case.input["tier"]));
    assert_eq!(cast.world.lines(cast.programme, &member)[0], ("forfeited".to_owned(), -6_000));
}
