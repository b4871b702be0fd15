//! Points that are set aside for a reward: held, given, released, and free again when nobody gave it.

use serde_json::{Value, json};

use crate::spending::{Cast, RESERVE, TRANSFER};
use crate::world::{AURORA, BOREA, CEDAR, CITY, HILTON, LODGE, NOW, TODAY, signed};

#[test]
fn a_reward_is_held_then_given_and_the_issuer_owes_the_host() {
    let mut cast = Cast::new();
    let ann = cast.ann.clone();
    let intent = cast.reserve(10_000, LODGE);
    let held = cast.ok(RESERVE, &intent);
    assert_eq!((&held["state"], &held["ends_at"]), (&json!("held"), &json!(NOW + 900)));
    assert_eq!(cast.figures(&ann), (14_000, 10_000, 0));
    let end = json!({ "reservation": held["reservation"], "as_of": TODAY });
    for (msp, role, hotels, code) in [
        (CEDAR, "manager", LODGE, "ROLE_NOT_ALLOWED"),
        (CEDAR, "frontdesk", "CED-2", "HOTEL_NOT_ALLOWED"),
        (AURORA, "frontdesk", CITY, "ORGANISATION_NOT_ALLOWED"),
    ] {
        cast.world.client(msp, role, hotels);
        assert_eq!(cast.world.refused("reward.commit", end.clone()), code);
    }
    cast.world.desk(LODGE);
    let call = cast.world.submit("reward.commit", end.clone());
    assert_eq!(call.json::<Value>().unwrap()["state"], "committed");
    assert!(call.writes.keys().any(|key| key.starts_with("ohilton-honors,2016-02-01AuroraMSP,CedarMSP,")));
    assert_eq!(cast.figures(&ann), (14_000, 0, 0));
    cast.world.desk(LODGE);
    for function in ["reward.commit", "reward.release"] {
        assert_eq!(cast.world.refused(function, end.clone()), "RESERVATION_NOT_OPEN");
    }
    let unknown = json!({ "reservation": "0".repeat(32), "as_of": TODAY });
    assert_eq!(cast.world.refused("reward.commit", unknown), "RESERVATION_UNKNOWN");
    let causes: Vec<String> = cast.world.lines(HILTON, &ann).into_iter().map(|(cause, _)| cause).collect();
    assert_eq!(causes[..2], ["redeemed", "reserved"]);
}

#[test]
fn a_reward_is_limited_by_the_programme_and_by_what_there_is() {
    let mut cast = Cast::new();
    for (points, hotel, code) in [
        (4000, CITY, "REDEMPTION_BELOW_MINIMUM"),
        (5500, CITY, "REDEMPTION_INCREMENT"),
        (25_000, CITY, "POINTS_INSUFFICIENT"),
        (5000, "NOWHERE", "HOTEL_UNKNOWN"),
    ] {
        let intent = cast.reserve(points, hotel);
        assert_eq!(cast.refused(RESERVE, &intent), code, "{points} at {hotel}");
    }
    let ann = cast.ann.clone();
    let nowhere = cast.world.intent(RESERVE, json!({ "member": ann, "points": 5000 }));
    assert_eq!(cast.refused(RESERVE, &nowhere), "REWARD_HOTEL_MISSING");
    for (seconds, code) in [(0, "REWARD_HOLD_INVALID"), (u32::MAX, "REWARD_HOLD_INVALID")] {
        let intent = cast.reserve(5000, CITY);
        let mut arguments = signed(&intent, &cast.key);
        arguments["hold_seconds"] = seconds.into();
        assert_eq!(cast.world.refused(RESERVE, arguments), code);
    }
}

#[test]
fn a_hold_is_released_by_the_hotel_or_the_agent_and_by_anybody_once_it_has_run_out() {
    for (msp, role, hotels, seconds, released) in [
        (AURORA, "frontdesk", CITY, 0, Ok(())),
        (AURORA, "agent", "", 0, Ok(())),
        (BOREA, "frontdesk", "BOR-RESORT", 0, Err("ORGANISATION_NOT_ALLOWED")),
        (BOREA, "", "", 0, Err("ROLE_NOT_ALLOWED")),
        (BOREA, "", "", 900 + 300, Err("ROLE_NOT_ALLOWED")),
        (BOREA, "", "", 900 + 301, Ok(())),
    ] {
        let mut cast = Cast::new();
        let ann = cast.ann.clone();
        let intent = cast.reserve(10_000, CITY);
        let held = cast.ok(RESERVE, &intent);
        cast.world.client(msp, role, hotels);
        cast.world.ledger.set_timestamp(NOW + seconds);
        let call = cast.world.submit("reward.release", json!({ "reservation": held["reservation"], "as_of": TODAY }));
        assert_eq!(call.refusal().map_or(Ok(()), Err), released, "{msp} {role} after {seconds}");
        let left = if released.is_ok() { (24_000, 0, 0) } else { (14_000, 10_000, 0) };
        assert_eq!(cast.figures(&ann), left);
    }
}

#[test]
fn a_hold_that_has_run_out_counts_as_available_when_the_account_is_next_touched() {
    let mut cast = Cast::new();
    let (ann, bob) = (cast.ann.clone(), cast.bob.clone());
    let intent = cast.reserve(20_000, CITY);
    let held = cast.ok(RESERVE, &intent);
    let more = cast.reserve(20_000, CITY);
    assert_eq!(cast.refused(RESERVE, &more), "POINTS_INSUFFICIENT");
    cast.world.ledger.set_timestamp(NOW + 900 + 301);
    let mut intent = cast.transfer(20_000);
    intent["valid_until"] = (NOW + 7200).into();
    cast.ok(TRANSFER, &intent);
    assert_eq!((cast.figures(&ann), cast.figures(&bob)), ((4000, 0, 0), (21_200, 0, 0)));
    let end = json!({ "reservation": held["reservation"], "as_of": TODAY });
    cast.world.desk(CITY);
    assert_eq!(cast.world.refused("reward.commit", end.clone()), "RESERVATION_EXPIRED");
    let call = cast.world.submit("reward.release", end);
    assert_eq!(call.json::<Value>().unwrap()["state"], "released");
    assert_eq!(call.event.unwrap().0, "reward.released");
    assert_eq!(cast.figures(&ann), (4000, 0, 0));
}
