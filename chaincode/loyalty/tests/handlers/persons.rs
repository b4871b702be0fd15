//! Keys that change, members who are one person, and members who leave.

use serde_json::{Value, json};

use crate::club::{club, club_stay, order};
use crate::world::{AURORA, BOREA, CEDAR, CITY, HILTON, IHG, NOW, TEXTBOOK, TODAY, World, key, public};

const DAY: i64 = 86_400;

fn merge_word(world: &mut World, seed: u8, home: &str, member: &str, other: &str, survivor: &str) -> Value {
    world.word(seed, "member.merge", member, json!({ "programme": home, "to": other, "survivor": survivor }))
}

#[test]
fn the_old_key_signs_the_new() {
    let mut world = club(|_| {});
    let ann = world.clubber(1);
    world.nights(&ann, "1", "2016-01-25", 5);
    let word = world.word(2, "member.rotate_key", &ann, json!({ "key": public(&key(2)) }));
    assert_eq!(world.refused("member.rotate_key", word), "INTENT_SIGNATURE_INVALID");
    let word = world.word(1, "member.rotate_key", &ann, json!({}));
    assert_eq!(world.refused("member.rotate_key", word), "KEY_MISSING");
    let word = world.word(1, "member.rotate_key", &ann, json!({ "key": "05" }));
    assert_eq!(world.refused("member.rotate_key", word), "KEY_INVALID");
    let word = world.word(1, "member.rotate_key", &ann, json!({ "key": public(&key(2)) }));
    world.ok("member.rotate_key", word.clone());
    assert_eq!(world.refused("member.rotate_key", word), "INTENT_SIGNATURE_INVALID", "the old key says nothing more");
    let keyless = world.enrol(IHG, "2015-06-01");
    assert_eq!(
        world.refused("member.rotate_key", order(&keyless, json!({ "key": public(&key(2)) }))),
        "MEMBER_KEY_MISSING"
    );
}

#[test]
fn two_managers_replace_a_lost_key_after_the_wait() {
    let mut world = club(|_| {});
    let ann = world.clubber(1);
    let bob = world.clubber(3);
    world.nights(&ann, "1", "2016-01-25", 5);
    let new = json!({ "member": ann, "key": public(&key(2)) });
    world.agent(CEDAR);
    assert_eq!(world.refused("member.recover", new.clone()), "ROLE_NOT_ALLOWED");
    world.manager(AURORA);
    assert_eq!(world.refused("member.recover", new.clone()), "ORGANISATION_NOT_ALLOWED");
    world.manager(CEDAR);
    let asked = world.request(new.clone());
    assert_eq!(world.ok("member.recover", asked.clone())["due"], json!(null));
    assert!(!world.submit("member.recover", asked).writes_anything());
    assert_eq!(world.refused("member.recover", new.clone()), "RECOVERY_SAME_MANAGER");
    world.other_manager(CEDAR);
    let agreed = world.ok("member.recover", new.clone());
    assert_eq!((&agreed["managers"], &agreed["due"]), (&json!(2), &json!(NOW + 7 * DAY)));
    assert_eq!(world.refused("member.recover", new), "RECOVERY_UNDER_WAY");
    let spend = |world: &mut World, seed: u8, day: i64| {
        world.ledger.set_timestamp(NOW + day * DAY);
        let fields = json!({ "points": 1_000, "to": bob, "valid_until": NOW + day * DAY + 600,
            "as_of": if day == 6 { "2016-02-07" } else { "2016-02-08" } });
        let word = world.word(seed, "points.transfer", &ann, fields);
        world.submit("points.transfer", word).refusal()
    };
    assert_eq!(spend(&mut world, 2, 6), Some("INTENT_SIGNATURE_INVALID"));
    assert_eq!(spend(&mut world, 1, 6), None);
    assert_eq!(spend(&mut world, 1, 7), Some("INTENT_SIGNATURE_INVALID"));
    assert_eq!(spend(&mut world, 2, 7), None);
    let fields = json!({ "valid_until": NOW + 7 * DAY + 600 });
    let late = world.word(2, "member.cancel_recovery", &ann, fields);
    assert_eq!(world.refused("member.cancel_recovery", late), "RECOVERY_NONE");
    // The next recovery begins anew.
    world.manager(CEDAR);
    let third = json!({ "member": ann, "key": public(&key(4)) });
    assert_eq!(world.ok("member.recover", third)["managers"], json!(1));
}

#[test]
fn whoever_has_the_old_key_puts_an_end_to_a_recovery() {
    let mut world = club(|_| {});
    let ann = world.clubber(1);
    world.agree(json!({ "spend_lag_days_max": 3, "recovery_days": 2 }));
    assert_eq!(world.query("policy.get", json!({})).unwrap()["recovery_days"], json!(2));
    let new = json!({ "member": ann, "key": public(&key(2)) });
    world.manager(CEDAR);
    world.ok("member.recover", new.clone());
    world.other_manager(CEDAR);
    assert_eq!(world.ok("member.recover", new)["due"], json!(NOW + 2 * DAY));
    let cancel = world.word(1, "member.cancel_recovery", &ann, json!({}));
    world.ok("member.cancel_recovery", cancel);
    world.ledger.set_timestamp(NOW + 3 * DAY);
    let fields = json!({ "key": public(&key(3)), "valid_until": NOW + 3 * DAY + 60 });
    let word = world.word(2, "member.rotate_key", &ann, fields.clone());
    assert_eq!(world.refused("member.rotate_key", word), "INTENT_SIGNATURE_INVALID");
    let word = world.word(1, "member.rotate_key", &ann, fields);
    world.ok("member.rotate_key", word);
    let keyless = world.enrol(IHG, "2015-06-01");
    world.manager(CEDAR);
    assert_eq!(
        world.refused("member.recover", json!({ "member": keyless, "key": public(&key(2)) })),
        "MEMBER_KEY_MISSING"
    );
}

#[test]
fn a_link_stands_when_both_have_agreed() {
    let mut world = club(|_| {});
    let ann = world.clubber(1);
    let bob = world.enrol(TEXTBOOK, "2015-06-01");
    let word = world.word(1, "member.link", &ann, json!({ "to": bob }));
    assert_eq!(world.ok("member.link", word)["linked"], json!(false));
    let again = world.word(1, "member.link", &ann, json!({ "to": bob }));
    assert_eq!(world.refused("member.link", again), "LINK_AGREED");
    for (fields, code) in [
        (json!({ "to": ann }), "OTHER_MEMBER_MISSING"),
        (json!({}), "OTHER_MEMBER_MISSING"),
        (json!({ "to": "0".repeat(32) }), "MEMBER_UNKNOWN"),
        (json!({ "to": bob, "programme": HILTON }), "PROGRAMME_NOT_HOME"),
    ] {
        let word = world.word(1, "member.link", &ann, fields);
        assert_eq!(world.refused("member.link", word), code);
    }
    // Bob has no key: an agent of the home programme acts, and of no other.
    let of_bob = order(&bob, json!({ "programme": TEXTBOOK, "to": ann }));
    world.agent(CEDAR);
    assert_eq!(world.refused("member.link", of_bob.clone()), "ORGANISATION_NOT_ALLOWED");
    world.agent(BOREA);
    assert_eq!(world.ok("member.link", of_bob)["linked"], json!(true));
}

#[test]
fn two_members_become_one_and_the_old_id_leads_to_the_new() {
    let mut world = club(|_| {});
    let (old, new) = (world.clubber(1), world.clubber(2));
    world.nights(&old, "1", "2016-01-10", 15);
    world.nights(&new, "2", "2016-01-25", 6);
    let reserve = world.word(1, "reward.reserve", &old, json!({ "points": 5_000, "hotel": CITY }));
    let held = world.ok("reward.reserve", reserve)["reservation"].clone();
    let before = world.account(IHG, &old)["available"].as_u64().unwrap();
    assert_eq!(before, 15 * 1_200 - 5_000);

    let word = merge_word(&mut world, 1, IHG, &old, &new, &"7".repeat(32));
    assert_eq!(world.refused("member.merge", word), "SURVIVOR_MISSING");
    let word = merge_word(&mut world, 1, IHG, &old, &new, &new);
    assert_eq!(world.ok("member.merge", word)["merged"], json!(false));
    let other_way = merge_word(&mut world, 2, IHG, &new, &old, &old);
    assert_eq!(world.ok("member.merge", other_way)["merged"], json!(false), "they name different survivors");
    let word = merge_word(&mut world, 2, IHG, &new, &old, &new);
    let call = world.submit("member.merge", word);
    assert_eq!(call.json::<Value>().unwrap()["programmes"], json!([IHG]));
    assert_eq!(call.event.unwrap().0, "member.merged");

    // 21 nights: Gold. Points, holds and counters are one.
    let account = world.account(IHG, &new);
    assert_eq!((&account["tier"], &account["nights"]), (&json!("Gold"), &json!("21")));
    assert_eq!(world.club_figures(&new), (before + 6 * 1_200, 5_000, 0));
    let tombstone = world.account(IHG, &old);
    assert_eq!((&tombstone["state"], &tombstone["available"]), (&json!("merged"), &json!(0)));
    assert_eq!(world.lines(IHG, &old)[0].0, "merged");
    assert_eq!(world.lines(IHG, &new)[0].0, "merged");

    // The old id says nothing more, and leads to the new one.
    let word = world.word(1, "points.transfer", &old, json!({ "points": 1_000, "to": new }));
    assert_eq!(world.refused("points.transfer", word), "MEMBER_MERGED");
    let word = world.word(2, "points.transfer", &new, json!({ "points": 1_000, "to": old }));
    assert_eq!(world.refused("points.transfer", word), "TRANSFER_TO_SELF");
    let receipt = world.post(&club_stay(&old, "3", "2016-01-28", 1));
    assert_eq!(receipt["outcome"], json!("posted"));
    assert_eq!(world.account(IHG, &new)["nights"], json!("22"));
    // A correction of a stay from before, whichever id it names; the member who goes on pays it back.
    for (version, member) in [(2, &old), (3, &new)] {
        let corrected =
            club_stay(member, "1", "2016-01-10", 15).with("version", version).at(9_000 + i64::from(version));
        world.post(&corrected);
    }
    assert_eq!(world.account(IHG, &new)["nights"], json!("22"), "the same stay, counted once");
    let (available, ..) = world.club_figures(&new);
    assert_eq!(
        available,
        before + 6 * 1_200 + 1_680 - (15 * 1_200 - 15 * 9_003 * 12 / 100),
        "the last night was Gold's"
    );
    world.desk(CITY);
    world.ok("reward.commit", json!({ "reservation": held, "as_of": TODAY }));
    assert_eq!(world.club_figures(&new), (available, 0, 0));
}

#[test]
fn accounts_of_other_programmes_follow_when_their_staff_ask() {
    let mut world = club(|_| {});
    let (old, new) = (world.enrol(TEXTBOOK, "2015-06-01"), world.enrol(IHG, "2015-06-01"));
    for (confirmation, programme) in [("1", HILTON), ("2", TEXTBOOK)] {
        world.post(&club_stay(&old, confirmation, "2016-01-20", 2).with("programme", programme));
    }
    let merge = json!({ "programme": HILTON, "member": old, "as_of": TODAY });
    world.agent(AURORA);
    assert_eq!(world.refused("member.merge_account", merge.clone()), "MEMBER_NOT_MERGED");
    let agreed = |programme: &str, member: &str, other: &str| {
        order(member, json!({ "programme": programme, "to": other, "survivor": new }))
    };
    world.agent(BOREA);
    world.ok("member.merge", agreed(TEXTBOOK, &old, &new));
    world.agent(CEDAR);
    let done = world.ok("member.merge", agreed(IHG, &new, &old));
    assert_eq!(done["programmes"], json!([TEXTBOOK, IHG]), "both homes; an account is opened for who goes on");
    assert_eq!(world.figures(TEXTBOOK, &new).0, 340);
    world.agent(BOREA);
    assert_eq!(world.refused("member.merge_account", merge.clone()), "ORGANISATION_NOT_ALLOWED");
    world.agent(AURORA);
    world.ok("member.merge_account", merge.clone());
    assert_eq!(world.refused("member.merge_account", merge), "ACCOUNT_UNKNOWN");
    assert_eq!(world.figures(HILTON, &new).0, 2_400);
    // In a programme where neither had an account, the old id opens one for the new.
    world.post(&club_stay(&old, "3", "2016-01-20", 1));
    assert_eq!(world.club_figures(&new).0, 1_200);
    world.agent(BOREA);
    assert_eq!(world.refused("member.merge", agreed(TEXTBOOK, &old, &new)), "MEMBER_MERGED");
}

#[test]
fn who_leaves_gives_up_the_points_and_nothing_is_posted_any_more() {
    let mut world = club(|_| {});
    let (ann, bob) = (world.clubber(1), world.clubber(2));
    world.nights(&ann, "1", "2016-01-10", 2);
    world.nights(&bob, "2", "2016-01-10", 2);
    let reserve = world.word(2, "reward.reserve", &bob, json!({ "points": 1_000, "hotel": CITY }));
    // Below the minimum of a reward: bob's points are set aside as a gift instead.
    assert_eq!(world.refused("reward.reserve", reserve), "REDEMPTION_BELOW_MINIMUM");
    let gift = json!({ "points": 1_000, "claim": "11".repeat(32) });
    let gift = world.word(2, "points.gift", &bob, gift);
    world.ok("points.gift", gift);
    let word = world.word(2, "member.close", &bob, json!({}));
    assert_eq!(world.refused("member.close", word), "ACCOUNT_HOLDS_OPEN");
    let word = world.word(1, "member.close", &ann, json!({}));
    assert_eq!(world.ok("member.close", word)["points"], json!(2_400));
    assert_eq!(world.club_figures(&ann), (0, 0, 0));
    assert_eq!(world.lines(IHG, &ann)[0], ("closed".to_owned(), -2_400));
    let receipt = world.post(&club_stay(&ann, "3", "2016-01-28", 1));
    assert_eq!((&receipt["outcome"], &receipt["reasons"]), (&json!("suspended"), &json!(["MEMBER_CLOSED"])));
    let late = world.post(&club_stay(&ann, "1", "2016-01-10", 2).with("version", 2).at(0));
    assert_eq!(late["reasons"], json!(["MEMBER_CLOSED"]), "what was posted stays as it is");
    for (function, fields) in [("points.transfer", json!({ "points": 1_000, "to": ann })), ("member.close", json!({}))]
    {
        let (seed, member) = if function == "member.close" { (1, &ann) } else { (2, &bob) };
        let word = world.word(seed, function, member, fields);
        assert_eq!(world.refused(function, word), "ACCOUNT_CLOSED");
    }
    world.agent(CEDAR);
    let evaluate = json!({ "programme": IHG, "member": ann, "as_of": TODAY });
    assert_eq!(world.refused("tier.evaluate", evaluate), "ACCOUNT_CLOSED");
    // The stay was somebody else's: what was posted for the member who left is taken back there, and is owed.
    world.post(&club_stay(&bob, "1", "2016-01-10", 2).with("version", 3));
    assert_eq!((world.club_figures(&ann), world.club_figures(&bob)), ((0, 0, 2_400), (3_800, 1_000, 0)));
}

#[test]
fn who_owes_points_does_not_leave() {
    let mut world = club(|_| {});
    let (ann, bob) = (world.clubber(1), world.clubber(2));
    world.nights(&ann, "1", "2016-01-10", 2);
    world.nights(&bob, "2", "2016-01-10", 2);
    let word = world.word(1, "points.transfer", &ann, json!({ "points": 1_000, "to": bob }));
    world.ok("points.transfer", word);
    world.post(&club_stay(&ann, "1", "2016-01-10", 2).with("version", 2).at(0));
    assert_eq!(world.club_figures(&ann), (0, 0, 1_000));
    let word = world.word(1, "member.close", &ann, json!({}));
    assert_eq!(world.refused("member.close", word), "MEMBER_IN_DEBT");
    // Merged with somebody who has points, the debt is repaid.
    for (seed, member, other) in [(1, &ann, &bob), (2, &bob, &ann)] {
        let word = merge_word(&mut world, seed, IHG, member, other, &bob);
        world.ok("member.merge", word);
    }
    assert_eq!(world.club_figures(&bob), (2_400, 0, 0));
}
