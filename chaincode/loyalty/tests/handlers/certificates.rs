//! Certificates: each pays once, moves no points, and the host is owed what the reward costs.

use folio_loyalty::books::Kind;
use serde_json::{Value, json};

use crate::redeemer::{BOOK, CANCEL, HYATT, RESERVE, Redeemer};
use crate::world::{AURORA, CEDAR, CITY, HILTON, LODGE, RESORT, TODAY};

const TRANSFER: &str = "certificate.transfer";

/// Ann with a certificate of this worth, good until the end of 2016.
fn with(worth: Value, transferable: bool) -> (Redeemer, Value) {
    let mut cast = Redeemer::hyatt();
    let ann = cast.ann.clone();
    cast.world.agent(CEDAR);
    let issued = cast.world.ok(
        "certificate.issue",
        json!({ "programme": HYATT, "member": ann, "worth": worth, "last_day": "2016-12-31",
            "transferable": transferable, "reason": "40 nights", "as_of": TODAY }),
    );
    (cast, issued["certificate"].clone())
}

fn states(cast: &mut Redeemer, member: &str) -> Vec<String> {
    cast.world.agent(CEDAR);
    let page = cast.world.query("certificate.list", json!({ "programme": HYATT, "member": member })).unwrap();
    page["certificates"].as_array().unwrap().iter().map(|it| it["state"].as_str().unwrap().to_owned()).collect()
}

fn night(hotel: &str, certificate: &Value, points: u64) -> Value {
    json!({ "hotel": hotel, "arrival": "2016-05-01", "nights": 1, "points": points, "certificate": certificate })
}

#[test]
fn a_free_night_moves_no_points_and_the_host_is_owed_the_price_of_the_night() {
    let (mut cast, certificate) = with(json!({ "night": { "category": "4" } }), false);
    let ann = cast.ann.clone();
    // The resort is of category 6, and the certificate for 4 and below.
    assert_eq!(cast.refused(BOOK, night(RESORT, &certificate, 0)), "CERTIFICATE_TOO_LITTLE");
    let mut two = night(CITY, &certificate, 0);
    two["nights"] = json!(2);
    assert_eq!(cast.refused(BOOK, two), "CERTIFICATE_ONE_NIGHT");
    assert_eq!(cast.refused(BOOK, night(CITY, &certificate, 1)), "AWARD_PRICE_DIFFERS");
    let booked = cast.ok(BOOK, night(CITY, &certificate, 0));
    assert_eq!((cast.figures(), states(&mut cast, &ann)), ((60_000, 0, 0), vec!["held".to_owned()]));
    assert_eq!(cast.refused(BOOK, night(LODGE, &certificate, 0)), "CERTIFICATE_IN_USE");
    cast.wait(90 * 86_400);
    cast.world.desk(CITY);
    let end = cast.end(&booked, "2016-05-01");
    let call = cast.world.submit("reward.award_night_stay", end);
    let payload: Value = serde_json::from_slice(&call.event.unwrap().1).unwrap();
    assert_eq!(payload["changes"][1]["name"], "certificate.used");
    assert_eq!((cast.figures(), cast.owed(), cast.total(Kind::Redeemed)), ((60_000, 0, 0), 15_000, 0));
    assert_eq!(states(&mut cast, &ann), ["used"]);
    let again = json!({ "hotel": CITY, "arrival": "2016-05-03", "nights": 1, "certificate": certificate,
        "as_of": "2016-05-01" });
    assert_eq!(cast.refused(BOOK, again), "CERTIFICATE_USED");
}

#[test]
fn a_certificate_in_points_is_topped_up_as_far_as_the_programme_lets() {
    let (mut cast, certificate) = with(json!({ "up_to": { "points": 20_000, "top_up": 5_000 } }), false);
    assert_eq!(cast.refused(BOOK, night(RESORT, &certificate, 4_999)), "AWARD_PRICE_DIFFERS");
    let booked = cast.ok(BOOK, night(RESORT, &certificate, 5_000));
    assert_eq!((&booked["points"], cast.figures()), (&json!(5_000), (55_000, 5_000, 0)));
    // Cancelled in time, points and certificate come back, and pay for an article.
    cast.ok(CANCEL, json!({ "reservation": booked["reservation"] }));
    assert_eq!(cast.figures(), (60_000, 0, 0));
    cast.offer("bag", 24_000, json!({}), 0);
    cast.offer("boat", 25_001, json!({}), 0);
    let boat = json!({ "item": "boat", "hotel": CITY, "points": 5_001, "certificate": certificate });
    assert_eq!(cast.refused(RESERVE, boat), "CERTIFICATE_TOO_LITTLE");
    let cheap = json!({ "item": "bag", "hotel": CITY, "points": 0, "certificate": certificate });
    assert_eq!(cast.refused(RESERVE, cheap), "REWARD_PRICE_DIFFERS");
    let held = cast.ok(RESERVE, json!({ "item": "bag", "hotel": CITY, "points": 4_000, "certificate": certificate }));
    cast.world.desk(CITY);
    let end = cast.end(&held, TODAY);
    cast.world.ok("reward.commit", end);
    let ann = cast.ann.clone();
    assert_eq!(
        (cast.figures(), cast.owed(), states(&mut cast, &ann)),
        ((56_000, 0, 0), 24_000, vec!["used".to_owned()])
    );
}

#[test]
fn a_certificate_is_free_again_when_the_hold_runs_out() {
    let (mut cast, certificate) = with(json!({ "up_to": { "points": 5_000 } }), false);
    cast.offer("drink", 5_000, json!({}), 0);
    let fields = json!({ "item": "drink", "hotel": CITY, "points": 0, "certificate": certificate });
    let dead = cast.ok(RESERVE, fields.clone());
    assert_eq!(cast.refused(RESERVE, fields.clone()), "CERTIFICATE_IN_USE");
    cast.wait(900 + 301);
    let ann = cast.ann.clone();
    assert_eq!(states(&mut cast, &ann), ["open"]);
    let next = cast.ok(RESERVE, fields);
    cast.wait(-400);
    cast.world.desk(CITY);
    let late = cast.end(&dead, TODAY);
    assert_eq!(cast.world.refused("reward.commit", late.clone()), "RESERVATION_EXPIRED");
    // Releasing the dead one leaves the certificate with the one that it pays for.
    cast.wait(400);
    cast.world.ok("reward.release", late);
    assert_eq!(states(&mut cast, &ann), ["held"]);
    cast.world.desk(CITY);
    let end = cast.end(&next, TODAY);
    cast.world.ok("reward.commit", end);
    assert_eq!((states(&mut cast, &ann), cast.owed()), (vec!["used".to_owned()], 5_000));
}

#[test]
fn a_certificate_goes_to_another_member_where_the_programme_lets_it() {
    let (mut cast, certificate) = with(json!({ "night": { "category": "4" } }), true);
    let (ann, bob) = (cast.ann.clone(), cast.other("2"));
    let guest = cast.world.enrol(HILTON, "2015-06-01");
    assert_eq!(cast.refused(TRANSFER, json!({ "certificate": certificate, "to": ann })), "TRANSFER_TO_SELF");
    assert_eq!(cast.refused(TRANSFER, json!({ "certificate": certificate })), "CERTIFICATE_INTENT_INCOMPLETE");
    assert_eq!(cast.refused(TRANSFER, json!({ "to": bob })), "CERTIFICATE_INTENT_INCOMPLETE");
    assert_eq!(cast.refused(TRANSFER, json!({ "certificate": "0".repeat(32), "to": bob })), "CERTIFICATE_UNKNOWN");
    let word = cast.word(TRANSFER, json!({ "certificate": certificate, "to": guest }));
    let call = cast.world.submit(TRANSFER, word.clone());
    assert_eq!(call.event.as_ref().unwrap().0, "certificate.transferred");
    assert_eq!((states(&mut cast, &ann), states(&mut cast, &guest)), (vec![], vec!["open".to_owned()]));
    assert_eq!(cast.world.refused(TRANSFER, word), "INTENT_REPLAYED");
    assert_eq!(cast.refused(BOOK, night(CITY, &certificate, 0)), "CERTIFICATE_UNKNOWN");
    let order = cast.order(&guest, night(CITY, &certificate, 0));
    cast.world.ok(BOOK, order);
    let (mut cast, own) = with(json!({ "night": { "category": "4" } }), false);
    assert_eq!(cast.refused(TRANSFER, json!({ "certificate": own, "to": bob })), "CERTIFICATE_NOT_TRANSFERABLE");
}

#[test]
fn the_programme_issues_and_voids_and_what_is_void_or_past_pays_nothing() {
    let (mut cast, certificate) = with(json!({ "night": { "category": "4" } }), false);
    let ann = cast.ann.clone();
    let issue = json!({ "programme": HYATT, "member": ann, "worth": { "night": { "category": "4" } },
        "last_day": "2016-04-30", "reason": "x", "as_of": TODAY });
    let void = json!({ "programme": HYATT, "member": ann, "certificate": certificate, "as_of": TODAY });
    for (msp, role, code) in [(CEDAR, "frontdesk", "ROLE_NOT_ALLOWED"), (AURORA, "manager", "ORGANISATION_NOT_ALLOWED")]
    {
        cast.world.client(msp, role, LODGE);
        assert_eq!(cast.world.refused("certificate.issue", issue.clone()), code);
        assert_eq!(cast.world.refused("certificate.void", void.clone()), code);
    }
    assert_eq!(
        cast.world.query("certificate.list", json!({ "programme": HYATT, "member": ann })),
        Err("ORGANISATION_NOT_ALLOWED")
    );
    cast.world.agent(CEDAR);
    for (field, value, code) in [
        ("last_day", json!("2016-01-31"), "CERTIFICATE_EXPIRED"),
        ("worth", json!({ "night": { "category": "9" } }), "REWARD_ITEM_INVALID"),
        ("worth", json!({ "up_to": { "points": 0 } }), "REWARD_ITEM_INVALID"),
        ("member", json!("0".repeat(32)), "MEMBER_UNKNOWN"),
        ("as_of", json!("2016-02-03"), "AS_OF_IN_FUTURE"),
    ] {
        let mut wrong = issue.clone();
        wrong[field] = value;
        assert_eq!(cast.world.refused("certificate.issue", wrong), code, "{field}");
    }
    let short = cast.world.ok("certificate.issue", issue)["certificate"].clone();
    // The night must not be later than the certificate.
    assert_eq!(cast.refused(BOOK, night(CITY, &short, 0)), "CERTIFICATE_EXPIRED");
    cast.world.agent(CEDAR);
    let call = cast.world.submit("certificate.void", void.clone());
    assert_eq!(call.event.as_ref().unwrap().0, "certificate.voided");
    assert_eq!(cast.world.refused("certificate.void", void), "CERTIFICATE_VOID");
    assert_eq!(cast.refused(BOOK, night(CITY, &certificate, 0)), "CERTIFICATE_VOID");
    let causes: Vec<String> = cast.world.lines(HYATT, &ann).into_iter().map(|(cause, _)| cause).collect();
    assert_eq!(causes[..3], ["certificate_voided", "certificate_issued", "certificate_issued"]);
}

#[test]
fn a_certificate_is_bought_with_points_and_taken_back_only_unused() {
    let mut cast = Redeemer::hyatt();
    let kind = json!({ "certificate": { "worth": { "night": { "category": "1" } }, "days": 365 } });
    cast.offer("night", 4_000, json!({ "kind": kind }), 0);
    let buy = json!({ "item": "night", "points": 4_000 });
    let (first, second) = (cast.ok(RESERVE, buy.clone()), cast.ok(RESERVE, buy));
    assert_eq!((&first["state"], cast.figures()), (&json!("committed"), (52_000, 0, 0)));
    let ann = cast.ann.clone();
    assert_eq!(states(&mut cast, &ann), ["open", "open"]);
    cast.ok(BOOK, night(LODGE, &first["bought_certificate"], 0));
    cast.world.agent(CEDAR);
    let (used, unused) = (cast.end(&first, TODAY), cast.end(&second, TODAY));
    assert_eq!(cast.world.refused("reward.refund", used), "CERTIFICATE_IN_USE");
    cast.world.ok("reward.refund", unused);
    let mut states = states(&mut cast, &ann);
    states.sort();
    assert_eq!((cast.figures(), states), ((56_000, 0, 0), vec!["held".to_owned(), "void".to_owned()]));
    assert_eq!(cast.total(Kind::Redeemed), 4_000);
}

#[test]
fn where_a_penalty_keeps_anything_the_certificate_is_used_and_the_hotel_may_be_paid() {
    use folio_loyalty::rules::programme::{Kept, Penalty};
    for (keeps, state, owed) in [(Kept::Nothing, "open", 0), (Kept::FirstNight, "used", 15_000)] {
        let mut cast = Redeemer::hyatt_with(|definition| {
            definition.award_nights.as_mut().unwrap().no_show = Penalty { keeps, cash: true, pays_hotel: true };
        });
        let ann = cast.ann.clone();
        cast.world.agent(CEDAR);
        let issue = json!({ "programme": HYATT, "member": ann, "worth": { "night": { "category": "4" } },
            "last_day": "2016-12-31", "reason": "x", "as_of": TODAY });
        let certificate = cast.world.ok("certificate.issue", issue)["certificate"].clone();
        let booked = cast.ok(BOOK, night(CITY, &certificate, 0));
        cast.wait(91 * 86_400);
        cast.world.desk(CITY);
        let end = cast.end(&booked, "2016-05-02");
        let done = cast.world.ok("reward.award_night_no_show", end);
        assert_eq!((&done["state"], &done["cash_charged"]), (&json!("no_show"), &json!(true)));
        assert_eq!((states(&mut cast, &ann), cast.owed()), (vec![state.to_owned()], owed), "{keeps:?}");
        assert_eq!(cast.figures(), (60_000, 0, 0));
    }
}
