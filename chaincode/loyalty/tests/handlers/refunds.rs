//! Refunds: a reward that was given is taken back once, in time, and the lots come back.

use folio_loyalty::books::Kind;
use folio_loyalty::rules::programme::RefundRules;
use serde_json::{Value, json};

use crate::redeemer::{HYATT, RESERVE, Redeemer};
use crate::world::{AURORA, BOREA, CEDAR, CITY, Stay, TODAY};

const REFUND: &str = "reward.refund";
const DAY: i64 = 86_400;

/// Ann who was given something for points at the city hotel.
fn given(cast: &mut Redeemer, points: u64) -> Value {
    let held = cast.ok(RESERVE, json!({ "points": points, "hotel": CITY }));
    cast.world.desk(CITY);
    let end = cast.end(&held, TODAY);
    cast.world.ok("reward.commit", end)
}

#[test]
fn who_gave_a_reward_takes_it_back_and_nothing_is_owed_for_it() {
    let mut cast = Redeemer::hyatt();
    let before = cast.world.account(HYATT, &cast.ann.clone())["lots"].clone();
    let given = given(&mut cast, 20_000);
    assert_eq!((cast.owed(), cast.total(Kind::Redeemed)), (20_000, 20_000));
    let end = cast.end(&given, TODAY);
    for (msp, role, hotels, code) in [
        (AURORA, "manager", CITY, "ROLE_NOT_ALLOWED"),
        (AURORA, "frontdesk", "AUR-2", "HOTEL_NOT_ALLOWED"),
        (BOREA, "frontdesk", CITY, "ORGANISATION_NOT_ALLOWED"),
        (BOREA, "agent", "", "ORGANISATION_NOT_ALLOWED"),
    ] {
        cast.world.client(msp, role, hotels);
        assert_eq!(cast.world.refused(REFUND, end.clone()), code, "{msp} {role}");
    }
    // A row of what is owed stands under its day and transaction: the reversal is one of its own.
    cast.world.desk(CITY);
    let mut once = end.clone();
    once["request_id"] = json!("once");
    let call = cast.world.submit(REFUND, once.clone());
    assert_eq!(call.event.as_ref().unwrap().0, "reward.refunded");
    assert_eq!(call.json::<Value>().unwrap()["state"], "refunded");
    cast.world.desk(CITY);
    cast.world.ok(REFUND, once);
    assert_eq!(cast.world.refused(REFUND, end), "RESERVATION_NOT_COMMITTED");
    assert_eq!((cast.figures(), cast.owed(), cast.total(Kind::Redeemed)), ((60_000, 0, 0), 0, 0));
    let ann = cast.ann.clone();
    assert_eq!(cast.world.account(HYATT, &ann)["lots"], before);
    assert_eq!(cast.world.lines(HYATT, &ann)[0], ("refunded".to_owned(), 20_000));
}

#[test]
fn the_programmes_agent_takes_a_reward_back_at_the_programmes_own_cost() {
    let mut cast = Redeemer::hyatt();
    let given = given(&mut cast, 20_000);
    cast.world.agent(CEDAR);
    let end = cast.end(&given, TODAY);
    let call = cast.world.submit(REFUND, end);
    let payload: Value = serde_json::from_slice(&call.event.unwrap().1).unwrap();
    assert_eq!(payload["changes"][0]["owed_reversed"], false);
    assert_eq!((cast.figures(), cast.owed()), ((60_000, 0, 0), 20_000));
}

#[test]
fn a_reward_is_taken_back_within_the_programmes_days_and_nobody_dates_back() {
    for (days, as_of, code) in [
        (30, "2016-03-02", None),
        (31, "2016-03-03", Some("REFUND_TOO_LATE")),
        (40, "2016-02-02", Some("REFUND_TOO_LATE")),
        (0, "2016-02-03", Some("AS_OF_IN_FUTURE")),
    ] {
        let mut cast = Redeemer::hyatt();
        let given = given(&mut cast, 20_000);
        cast.wait(days * DAY);
        cast.world.desk(CITY);
        let end = cast.end(&given, as_of);
        match code {
            Some(code) => assert_eq!(cast.world.refused(REFUND, end), code, "{days} {as_of}"),
            None => _ = cast.world.ok(REFUND, end),
        }
    }
    let mut never = Redeemer::hyatt_with(|definition| definition.refund = None);
    let given = given(&mut never, 20_000);
    never.world.desk(CITY);
    let end = never.end(&given, TODAY);
    assert_eq!(never.world.refused(REFUND, end), "REFUND_NOT_OFFERED");
    let held = never.ok(RESERVE, json!({ "points": 1_000, "hotel": CITY }));
    never.world.desk(CITY);
    let end = never.end(&held, TODAY);
    assert_eq!(never.world.refused(REFUND, end), "RESERVATION_NOT_COMMITTED");
}

#[test]
fn lots_that_ended_meanwhile_end_again_or_have_the_days_of_grace() {
    for (grace_days, available, expired) in [(0, 0, 60_000), (14, 20_000, 40_000)] {
        let mut cast = Redeemer::hyatt_with(|definition| {
            definition.expiry.hard_months = Some(1);
            definition.refund = Some(RefundRules { days: 60, grace_days });
        });
        let given = given(&mut cast, 20_000);
        cast.wait(30 * DAY);
        cast.world.desk(CITY);
        let end = cast.end(&given, "2016-03-02");
        cast.world.ok(REFUND, end);
        assert_eq!(cast.figures(), (available, 0, 0), "{grace_days}");
        assert_eq!((cast.total(Kind::Expired), cast.total(Kind::Redeemed)), (expired, 0));
        if grace_days > 0 {
            let ann = cast.ann.clone();
            assert_eq!(cast.world.account(HYATT, &ann)["lots"][0]["last_day"], "2016-03-16");
        }
    }
}

#[test]
fn points_that_come_back_repay_debt_first() {
    let mut cast = Redeemer::hyatt();
    let given = given(&mut cast, 60_000);
    let ann = cast.ann.clone();
    let less = Stay::new(&ann, "1", "2016-01-25", 20).with("programme", HYATT).with("version", 2).at(40_000);
    cast.world.post(&less);
    assert_eq!(cast.figures(), (0, 0, 12_000));
    cast.world.desk(CITY);
    let end = cast.end(&given, TODAY);
    cast.world.ok(REFUND, end);
    assert_eq!((cast.figures(), cast.total(Kind::Debt)), ((48_000, 0, 0), 0));
}

#[test]
fn an_article_that_is_brought_back_goes_into_stock_again_and_counts_no_more() {
    for restock in [false, true] {
        let mut cast = Redeemer::hyatt();
        cast.offer("bag", 500, json!({ "shelves": 1, "member_cap": 1 }), 5);
        let held = cast.ok(RESERVE, json!({ "points": 500, "item": "bag", "hotel": CITY }));
        cast.world.desk(CITY);
        let mut end = cast.end(&held, TODAY);
        cast.world.ok("reward.commit", end.clone());
        end["restock"] = json!(restock);
        cast.world.ok(REFUND, end);
        assert_eq!(cast.free("bag"), json!(4 + u64::from(restock)));
        cast.wait(1_300);
        assert_eq!(cast.free("bag"), json!(4 + u64::from(restock)), "what is lost does not come back with time");
        cast.ok(RESERVE, json!({ "points": 500, "item": "bag", "hotel": CITY }));
        assert_eq!(cast.free("bag"), json!(3 + u64::from(restock)));
    }
}
