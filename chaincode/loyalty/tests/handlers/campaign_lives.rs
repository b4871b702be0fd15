//! Campaigns beside what else becomes of stays and members: stays rated as one, voided stays, points that come later, members
//! who merge or leave.

use folio_loyalty::rules::programme::{Definition, shipped};
use serde_json::{Value, json};

use crate::campaigns::{campaign, cast, extras, told};
use crate::world::{AURORA, BOREA, CITY, HILTON, Stay, TEXTBOOK, TODAY, World, key, register, secret, signed};

/// Gives a hundred points a night, to every second stay, up to a cap.
fn counted() -> Value {
    let gives = json!({ "each": { "per_night": 100 } });
    campaign("counted", HILTON, json!({ "gives": gives, "every": 2, "caps": { "points": 900 } }))
}

fn hand_in_legs(world: &mut World, legs: &[&Stay]) {
    let legs: Vec<String> = legs.iter().map(|leg| leg.0.to_string()).collect();
    world.ledger.set_transient("legs", serde_json::to_vec(&legs).unwrap());
}

fn void(world: &mut World, stay: &Value, legs: &[&Stay]) {
    world.desk(CITY);
    hand_in_legs(world, legs);
    world.ledger.set_transient("secret", secret(AURORA));
    world.ok("stay.void", json!({ "hotel": CITY, "stay": stay, "reason": "wrong guest", "as_of": TODAY }));
    world.ledger.clear_transient();
}

fn offer_to(world: &mut World, member: &str) -> Value {
    world.agent(AURORA);
    let content = json!({ "gives": { "per_stay": 50 }, "when": { "until": "2016-12-31" } });
    world.ok("offer.issue", json!({ "programme": HILTON, "member": member, "content": content }))["offer"].clone()
}

fn post_with(world: &mut World, stay: &Stay, offer: &Value) -> Value {
    world.desk(CITY);
    world.hand_in(stay);
    let receipt = world.ok("stay.post", json!({ "hotel": CITY, "as_of": stay.as_of(), "offer": offer }));
    world.ledger.clear_transient();
    receipt
}

#[test]
fn a_voided_stay_gives_back_its_number_its_cap_and_its_offer() {
    let (mut world, ann) = cast(HILTON, &[counted()]);
    let offer = offer_to(&mut world, &ann);
    world.post(&Stay::new(&ann, "1", "2016-01-20", 1));
    let second = post_with(&mut world, &Stay::new(&ann, "2", "2016-01-20", 8), &offer);
    assert_eq!(extras(&second)[0], told("counted", 800, 800, ""));
    void(&mut world, &second["stay"], &[]);
    assert_eq!(world.figures(HILTON, &ann), (1_200, 0, 0));
    let third = post_with(&mut world, &Stay::new(&ann, "3", "2016-01-20", 9), &offer);
    assert_eq!(extras(&third), [told("counted", 900, 900, ""), told("", 50, 50, "")]);
    let again = post_with(&mut world, &Stay::new(&ann, "2", "2016-01-20", 8).with("version", 2), &offer);
    assert_eq!(extras(&again), [told("counted", 0, 0, "CAMPAIGN_NOT_THIS_ONE"), told("", 0, 0, "OFFER_USED")]);
}

#[test]
fn stays_that_are_rated_as_one_have_one_part_in_a_campaign() {
    let gives = json!({ "each": { "per_night": 100, "per_stay": 10 } });
    let long = campaign("long", HILTON, json!({ "gives": gives, "minimum_nights": 3, "caps": { "times": 1 } }));
    let (mut world, ann) = cast(HILTON, &[long]);
    let offer = offer_to(&mut world, &ann);
    let leg = |confirmation: &str, check_out: &str, nights| {
        Stay::new(&ann, confirmation, check_out, nights).with("group", "G-1")
    };
    let (first, second) = (leg("1", "2016-01-20", 2), leg("2", "2016-01-22", 2));
    let alone = post_with(&mut world, &first, &offer);
    assert_eq!(extras(&alone), [told("", 50, 50, "")], "two nights are too few");
    hand_in_legs(&mut world, &[&first]);
    let both = world.post(&second);
    assert_eq!(extras(&both), [told("long", 410, 410, ""), told("", 50, 0, "")]);
    let known = world.query("offer.list", json!({ "programme": HILTON, "member": ann }));
    assert_eq!(known.unwrap()["offers"][0]["stay"], alone["stay"]);
    // Without the second leg the first is too short again.
    void(&mut world, &both["stay"], &[&first]);
    assert_eq!(world.figures(HILTON, &ann), (2_450, 0, 0));
    void(&mut world, &alone["stay"], &[]);
    assert_eq!(world.figures(HILTON, &ann), (0, 0, 0));
}

#[test]
fn points_of_a_campaign_can_be_spent_when_those_of_the_stay_can() {
    let (_, text) = shipped().find(|(id, _)| *id == TEXTBOOK).unwrap();
    let mut definition = Definition::from_toml(text).unwrap();
    definition.calculation.available_after_days = 10;
    let mut world = World::empty();
    world.manager(AURORA);
    world.ok("hotel.register", register(CITY, AURORA, "Hilton"));
    world.ok("fx.post", json!({ "from": "EUR", "to": "USD", "date": "2015-01-01", "rate": "1" }));
    world.activate(TEXTBOOK, &definition);
    world.replay_history();
    world.run_campaign(&campaign("double", TEXTBOOK, json!({})));
    let ann = world.enrol(TEXTBOOK, "2016-01-01");
    let stay =
        |confirmation: &str, check_out: &str| Stay::new(&ann, confirmation, check_out, 1).with("programme", TEXTBOOK);
    world.post(&stay("1", "2016-01-10"));
    let pending = |points: u64| json!([{ "from": "2016-01-20", "points": points }]);
    let account = world.account(TEXTBOOK, &ann);
    assert_eq!((&account["available"], &account["pending"]), (&json!(100), &pending(200)));
    world.post(&stay("1", "2016-01-10").with("version", 2).at(4_000));
    assert_eq!(world.account(TEXTBOOK, &ann)["pending"], pending(80));
    world.post(&stay("2", "2016-01-20"));
    assert_eq!(world.figures(TEXTBOOK, &ann).0, 180);
}

#[test]
fn what_a_merged_member_had_is_corrected_where_it_was_counted() {
    let steps = json!({ "gives": { "points_steps": { "every": 2_000, "points": 10 } } });
    let budget = json!({ "gives": { "each": { "per_stay": 7 } }, "budget": 70 });
    let campaigns = [counted(), campaign("steps", HILTON, steps), campaign("budget", HILTON, budget)];
    let (mut world, old) = cast(HILTON, &campaigns);
    let new = world.enrol(HILTON, "2015-06-01");
    let offer = offer_to(&mut world, &old);
    world.post(&Stay::new(&old, "1", "2016-01-20", 1));
    let second = Stay::new(&old, "2", "2016-01-20", 4);
    post_with(&mut world, &second, &offer);
    world.post(&Stay::new(&new, "3", "2016-01-20", 1));
    for (seed, member) in [(1, &old), (2, &new)] {
        world.bind(HILTON, member, &key(seed));
    }
    for (seed, member, other) in [(1, &old, &new), (2, &new, &old)] {
        let word = json!({ "member": member, "to": other, "survivor": new });
        let intent = world.intent("member.merge", word);
        world.ok("member.merge", signed(&intent, &key(seed)));
    }
    let together = 6 * 1_200 + 400 + 50 + 20 + 10;
    let after_merge = world.figures(HILTON, &new).0;
    assert!(after_merge.abs_diff(together) <= 10, "{after_merge}");
    world.agent(BOREA);
    world.ledger.set_timestamp(crate::world::NOW + 4_000);
    let page = json!({ "programme": HILTON, "campaign": "budget", "as_of": TODAY });
    assert_eq!(world.ok("campaign.award", page)["granted"], 21, "claims of the old id are given to who goes on");
    for (confirmation, member) in [("1", &old), ("2", &new), ("3", &new)] {
        let gone = Stay::new(member, confirmation, "2016-01-20", 1).with("version", 2).with("status", "cancelled");
        let call = world.try_post(&gone);
        assert_eq!(call.refusal(), None, "{confirmation}");
    }
    assert_eq!(world.figures(HILTON, &new), (0, 0, 0));
    assert_eq!(world.figures(HILTON, &old), (0, 0, 0));
}

#[test]
fn who_left_gets_nothing_that_was_still_waiting() {
    let budget = json!({ "gives": { "each": { "per_stay": 7 } }, "budget": 70 });
    let (mut world, ann) = cast(HILTON, &[campaign("budget", HILTON, budget)]);
    world.post(&Stay::new(&ann, "1", "2016-01-20", 1));
    world.agent(AURORA);
    let order = json!({ "programme": HILTON, "member": ann, "as_of": TODAY });
    world.ok("member.close", json!({ "order": order }));
    world.ledger.set_timestamp(crate::world::NOW + 4_000);
    let page = json!({ "programme": HILTON, "campaign": "budget", "as_of": TODAY });
    let judged = world.ok("campaign.award", page);
    assert_eq!((&judged["judged"], &judged["granted"]), (&json!(1), &json!(0)));
    assert_eq!(world.figures(HILTON, &ann), (0, 0, 0));
}
