//! The programmes of the project's source documents, played through the chaincode's public functions. That a tenth of the
//! points fades each year is held in `lapsing`.

use folio_chaincode_sdk::Call;
use folio_loyalty::rules::campaign::{Campaign, example_campaigns};
use folio_loyalty::rules::programme::{BetterValue, Definition};
use folio_loyalty::units::{Date, Points};
use serde_json::{Value, json};

use crate::campaigns::{campaign, extras, told};
use crate::redeemer::definition;
use crate::world::{AURORA, CITY, NOW, Stay, TEXTBOOK, TODAY, World, programme_owner, purchase, register};

const RATIO: &str = "textbook-ratio";
const RETAIL: &str = "textbook-retail";

/// A world in which only this programme is in force, with one hotel.
fn world(definition: &Definition) -> World {
    definition.validate().unwrap();
    let mut world = World::empty();
    world.manager(AURORA);
    world.ok("hotel.register", register(CITY, AURORA, "Hilton"));
    world.activate(&definition.programme, definition);
    world
}

/// The textbook programme with other rules.
fn textbook(change: impl FnOnce(&mut Definition)) -> Definition {
    let mut textbook = definition(TEXTBOOK);
    change(&mut textbook);
    textbook
}

fn points(value: u64) -> Points {
    Points::new(value).unwrap()
}

/// The proposals that follow are made at noon of a day.
fn on(world: &mut World, day: &str) {
    let days = TODAY.parse::<Date>().unwrap().days_until(day.parse().unwrap());
    world.ledger.set_timestamp(NOW + i64::from(days) * 86_400);
}

/// One night for so many dollars.
fn night(programme: &str, member: &str, confirmation: &str, check_out: &str, dollars: i64) -> Stay {
    let mut stay = Stay::new(member, confirmation, check_out, 1).with("programme", programme).at(dollars * 100);
    stay.0["rooms"][0]["lines"][0]["currency"] = "USD".into();
    stay
}

/// A member who spent so many dollars in one night of January 2016.
fn guest(world: &mut World, programme: &str, dollars: i64) -> String {
    let member = world.enrol(programme, "2016-01-01");
    if dollars > 0 {
        world.post(&night(programme, &member, &format!("of {member}"), "2016-01-20", dollars));
    }
    member
}

fn order(world: &mut World, programme: &str, member: &str, fields: Value) -> Value {
    world.agent(programme_owner(programme));
    let mut order = json!({ "programme": programme, "member": member, "as_of": TODAY });
    order.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    json!({ "order": order })
}

/// The changes of which a call tells.
fn changes(call: &Call<Vec<u8>>) -> Vec<Value> {
    let (_, payload) = call.event.clone().unwrap();
    serde_json::from_slice::<Value>(&payload).unwrap()["changes"].as_array().unwrap().clone()
}

#[test]
fn points_are_spend_times_rate_and_those_of_the_activity() {
    let more = textbook(|definition| definition.activities[0].points = points(500));
    for (definition, spend, total) in
        [(definition(TEXTBOOK), 500, 600), (definition(RATIO), 5_000, 600), (more, 3_000, 3_500)]
    {
        let id = definition.programme.clone();
        let mut world = world(&definition);
        let ann = guest(&mut world, &id, spend);
        assert_eq!(world.figures(&id, &ann), (total, 0, 0), "{id} {spend}");
    }
}

/// The shipped campaign of the textbook programme in force, and Ann in January 2027.
fn campaigning(id: &str) -> (World, String) {
    let textbook = definition(TEXTBOOK);
    let all = example_campaigns().filter(|(programme, _)| *programme == TEXTBOOK);
    let campaign =
        all.map(|(_, text)| Campaign::from_toml(text, &textbook).unwrap()).find(|campaign| campaign.id == id).unwrap();
    let mut world = world(&textbook);
    on(&mut world, "2026-12-01");
    world.run_campaign(&serde_json::to_value(campaign).unwrap());
    let ann = world.enrol(TEXTBOOK, "2026-12-01");
    on(&mut world, "2027-06-01");
    (world, ann)
}

#[test]
fn who_spends_a_thousand_in_the_window_has_two_hundred_more_and_once() {
    let (mut world, ann) = campaigning("spend-1000");
    for (number, (check_out, dollars, given)) in [
        ("2027-02-20", 5_000, None),
        ("2027-03-10", 600, Some(0)),
        ("2027-04-10", 399, Some(0)),
        ("2027-04-11", 1, Some(200)),
        ("2027-05-10", 3_000, Some(0)),
    ]
    .into_iter()
    .enumerate()
    {
        let receipt = world.post(&night(TEXTBOOK, &ann, &number.to_string(), check_out, dollars));
        let extra: Vec<i64> = extras(&receipt).into_iter().map(|(_, _, delta, _)| delta).collect();
        assert_eq!(extra, given.into_iter().collect::<Vec<i64>>(), "{check_out}");
    }
    assert_eq!(world.figures(TEXTBOOK, &ann).0, 100 + 5_000 + 1_000 + 200 + 3_000);
}

#[test]
fn each_two_thousand_points_of_the_year_give_a_quarter_thousand_more() {
    let (mut world, ann) = campaigning("points-steps");
    let mut given = Vec::new();
    for (number, dollars) in [1_999, 1, 4_500, 1_500].into_iter().enumerate() {
        let day = format!("2027-01-{}", 10 + number);
        let receipt = world.post(&night(TEXTBOOK, &ann, &number.to_string(), &day, dollars));
        given.push(extras(&receipt)[0].2);
    }
    assert_eq!(given, [0, 250, 500, 250]);
    assert_eq!(world.figures(TEXTBOOK, &ann).0, 100 + 8_000 + 1_000);
}

#[test]
fn double_points_days_give_the_points_of_their_nights_twice() {
    let (mut world, ann) = campaigning("double-days");
    // The night before 2027-02-10 is one of a Tuesday, and that before 2027-02-12 one of a Thursday.
    let tuesday = world.post(&night(TEXTBOOK, &ann, "1", "2027-02-10", 300));
    assert_eq!(extras(&tuesday), [told("double-days", 300, 300, "")]);
    let thursday = world.post(&night(TEXTBOOK, &ann, "2", "2027-02-12", 300));
    assert_eq!(extras(&thursday), []);
    assert_eq!(world.figures(TEXTBOOK, &ann).0, 100 + 600 + 300);
}

/// What so many points of a member are worth in dollars.
fn worth(world: &mut World, member: &str, points: u64) -> i64 {
    world.agent(programme_owner(TEXTBOOK));
    let asked = json!({ "programme": TEXTBOOK, "member": member, "as_of": TODAY });
    let choices = world.query("reward.available", asked).unwrap()["redemption"]["choices"].clone();
    let choice = choices.as_array().unwrap().iter().find(|choice| choice["points"] == points).unwrap();
    assert_eq!(choice["worth"]["currency"], "USD");
    choice["worth"]["minor"].as_i64().unwrap() / 100
}

#[test]
fn a_thousand_points_are_a_hundred_off_and_more_for_higher_tiers_and_quantities() {
    let mut plain = world(&definition(TEXTBOOK));
    let ann = guest(&mut plain, TEXTBOOK, 900);
    assert_eq!(worth(&mut plain, &ann, 1_000), 100);
    let better = textbook(|definition| {
        let value = |from_tier: Option<&str>, from_points, value: &str| BetterValue {
            from_tier: from_tier.map(str::to_owned),
            from_points: points(from_points),
            value: value.parse().unwrap(),
        };
        let redemption = definition.redemption.as_mut().unwrap();
        redemption.increment = Some(points(1_000));
        redemption.better =
            vec![value(Some("Gold"), 0, "0.11"), value(None, 2_000, "0.12"), value(Some("Diamond"), 2_000, "0.15")];
    });
    let mut better = world(&better);
    for (spent, tier, quantity, dollars) in [
        (1_900, "Silver", 1_000, 100),
        (1_900, "Silver", 2_000, 240),
        (2_900, "Gold", 1_000, 110),
        (2_900, "Gold", 2_000, 240),
        (9_900, "Diamond", 2_000, 300),
    ] {
        let member = guest(&mut better, TEXTBOOK, spent);
        assert_eq!(better.account(TEXTBOOK, &member)["tier"], tier);
        assert_eq!(worth(&mut better, &member, quantity), dollars, "{tier} {quantity}");
    }
}

#[test]
fn tiers_follow_the_table_of_points() {
    let mut world = world(&definition(TEXTBOOK));
    // The enrolment is a hundred of them.
    for (points, tier) in [
        (100, "Member"),
        (500, "Member"),
        (501, "Silver"),
        (2_000, "Silver"),
        (2_001, "Gold"),
        (3_000, "Gold"),
        (5_000, "Gold"),
        (5_001, "Diamond"),
    ] {
        let member = guest(&mut world, TEXTBOOK, points - 100);
        assert_eq!(world.account(TEXTBOOK, &member)["tier"], tier, "{points}");
        assert_eq!(world.figures(TEXTBOOK, &member).0, u64::try_from(points).unwrap());
    }
}

#[test]
fn two_thousand_points_on_ten_thousand_spent_are_silver() {
    let mut world = world(&definition(RATIO));
    world.replay_history();
    // Of the two thousand the enrolment gives 500 and the spend 200, and a campaign the rest.
    for (id, rest, total, tier) in
        [("less", 1_299, 1_999, "Bronze"), ("just", 1_300, 2_000, "Silver"), ("more", 2_300, 3_000, "Gold")]
    {
        let given =
            json!({ "gives": { "each": { "per_stay": rest } }, "counts_towards_tier": true, "who": "registered" });
        world.run_campaign(&campaign(id, RATIO, given));
        let member = world.enrol(RATIO, "2016-01-01");
        world.agent(programme_owner(RATIO));
        let registered = json!({ "programme": RATIO, "campaign": id, "member": member, "as_of": "2016-01-05" });
        world.ok("campaign.register", json!({ "by_staff": registered }));
        world.post(&night(RATIO, &member, id, "2016-01-20", 10_000));
        let account = world.account(RATIO, &member);
        assert_eq!((&account["available"], &account["tier"]), (&json!(total), &json!(tier)), "{id}");
    }
}

#[test]
fn points_end_after_their_share_of_a_year() {
    let mut world = world(&definition(RATIO));
    let ann = world.enrol(RATIO, "2016-01-01");
    world.post(&night(RATIO, &ann, "1", "2016-01-11", 5_000));
    on(&mut world, "2016-03-01");
    // Those of the enrolment on the first, and those of the stay ten days later.
    for (as_of, left) in [("2016-02-06", 600), ("2016-02-07", 100), ("2016-02-16", 100), ("2016-02-17", 0)] {
        world.agent(programme_owner(RATIO));
        world.ok("points.expire", json!({ "programme": RATIO, "members": [ann], "as_of": as_of }));
        assert_eq!(world.figures(RATIO, &ann).0, left, "{as_of}");
    }
}

#[test]
fn points_go_from_a_higher_tier_to_a_lower_one_and_not_too_many() {
    let mut world = world(&definition(TEXTBOOK));
    let (gold, silver, other) =
        (guest(&mut world, TEXTBOOK, 2_900), guest(&mut world, TEXTBOOK, 900), guest(&mut world, TEXTBOOK, 900));
    for (from, to, points, code) in [
        (&silver, &gold, 100, Some("TRANSFER_TIER_DIRECTION")),
        (&silver, &other, 100, Some("TRANSFER_TIER_DIRECTION")),
        (&gold, &silver, 1_001, Some("TRANSFER_ABOVE_MAXIMUM")),
        (&gold, &silver, 1_000, None),
    ] {
        let arguments = order(&mut world, TEXTBOOK, from, json!({ "to": to, "points": points }));
        match code {
            Some(code) => assert_eq!(world.refused("points.transfer", arguments), code),
            None => assert_eq!(world.ok("points.transfer", arguments)["available"], 2_000),
        }
    }
    assert_eq!(world.figures(TEXTBOOK, &silver).0, 2_000);
    assert_eq!(world.account(TEXTBOOK, &silver)["tier"], "Silver", "what is received counts for no tier");
}

#[test]
fn a_shop_s_order_earns_by_its_amount_and_an_item_is_redeemed_out_of_stock() {
    let mut world = world(&definition(RETAIL));
    let ann = world.enrol(RETAIL, "2016-01-01");
    let mut paid = purchase(&ann, RETAIL, "shop", "order-17", 0);
    let item = |item: &str, category: &str, net: i64| json!({ "item": item, "category": category, "quantity": 1, "net": net, "currency": "USD" });
    paid["items"] = json!([item("A-1", "goods", 90_050), item("G-1", "gift card", 50_000)]);
    let call = world.purchase(&paid, "2016-01-21");
    let receipt: Value = call.json().unwrap();
    assert_eq!(receipt["points"]["total"], 900, "the gift card earns nothing");
    let posted = &changes(&call)[0];
    assert_eq!((&posted["name"], &posted["points"]), (&json!("purchase.posted"), &json!(900)));
    assert_eq!((&posted["purchase"], &posted["member"]), (&receipt["purchase"], &json!(ann)));
    assert_eq!(world.figures(RETAIL, &ann).0, 1_000, "with those of the enrolment");

    world.manager(programme_owner(RETAIL));
    let terms = json!({ "name": "Mug", "prices": [{ "points": 700 }], "shelves": 1 });
    world.ok("reward.define", json!({ "programme": RETAIL, "item": "mug", "terms": terms }));
    let call = world.submit("reward.stock", json!({ "programme": RETAIL, "item": "mug", "add": 1 }));
    assert_eq!((&changes(&call)[0]["name"], &changes(&call)[0]["pieces"]), (&json!("reward.stock_changed"), &json!(1)));
    let asked = order(&mut world, RETAIL, &ann, json!({ "points": 700, "item": "mug", "hotel": CITY }));
    let call = world.submit("reward.reserve", asked.clone());
    let held: Value = call.json().unwrap();
    let told = changes(&call);
    assert_eq!((&told[0]["name"], &told[0]["reservation"]), (&json!("reward.reserved"), &held["reservation"]));
    assert_eq!(
        (&told[1]["name"], &told[1]["item"], &told[1]["left"]),
        (&json!("reward.stock_taken"), &json!("mug"), &json!(0))
    );
    world.desk(CITY);
    let call = world.submit("reward.commit", json!({ "reservation": held["reservation"], "as_of": TODAY }));
    assert_eq!(changes(&call)[0]["name"], "reward.committed");
    assert_eq!(world.figures(RETAIL, &ann), (300, 0, 0));
    // More points bring no further mug.
    let mut more = purchase(&ann, RETAIL, "shop", "order-18", 100_000);
    more["items"][0]["currency"] = "USD".into();
    assert_eq!(world.purchase(&more, "2016-01-21").json::<Value>().unwrap()["points"]["total"], 1_000);
    let again = order(&mut world, RETAIL, &ann, json!({ "points": 700, "item": "mug", "hotel": CITY }));
    assert_eq!(world.refused("reward.reserve", again), "REWARD_OUT_OF_STOCK");
}
