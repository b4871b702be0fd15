//! Points over time: they become available, end, fade, live longer and come back.

use folio_loyalty::rules::programme::{ActivityKind, Decay, Definition, Inactivity, shipped};
use folio_loyalty::units::{Date, Rational};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::spending::RESERVE;
use crate::world::{AURORA, BOREA, CEDAR, CITY, HILTON, NOW, Stay, TEXTBOOK, World, key, register, signed};

const DAY_SECONDS: i64 = 86_400;

/// The textbook programme with another calendar.
fn textbook(change: impl FnOnce(&mut Definition)) -> Definition {
    let (_, text) = shipped().find(|(id, _)| *id == TEXTBOOK).unwrap();
    let mut definition = Definition::from_toml(text).unwrap();
    definition.activities.clear();
    change(&mut definition);
    definition.validate().unwrap();
    definition
}

/// A world in which only this programme is in force, and Ann in it since 2015.
fn cast(definition: &Definition) -> (World, String) {
    let mut world = World::empty();
    world.manager(AURORA);
    world.ok("hotel.register", register(CITY, AURORA, "Hilton"));
    world.ok("fx.post", json!({ "from": "EUR", "to": "USD", "date": "2015-01-01", "rate": "1" }));
    world.activate(TEXTBOOK, definition);
    let ann = world.enrol(TEXTBOOK, "2015-01-01");
    (world, ann)
}

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

/// The proposal is made at noon of a day.
fn on(world: &mut World, day: &str) {
    let days = date("2016-02-01").days_until(date(day));
    world.ledger.set_timestamp(NOW + i64::from(days) * DAY_SECONDS);
}

/// One night of 100 for each hundred points.
fn stay(member: &str, confirmation: &str, check_out: &str, nights: i32) -> Stay {
    Stay::new(member, confirmation, check_out, nights).with("programme", TEXTBOOK)
}

fn expire(world: &mut World, members: &[&str], as_of: &str) -> Value {
    world.desk(CITY);
    world.ok("points.expire", json!({ "programme": TEXTBOOK, "members": members, "as_of": as_of }))
}

fn due(world: &mut World, by: &str) -> Vec<(String, String)> {
    let page = world.query("points.due", json!({ "programme": TEXTBOOK, "by": by })).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    page["members"].as_array().unwrap().iter().map(|due| (text(&due["member"]), text(&due["date"]))).collect()
}

#[test]
fn points_become_available_on_their_date_and_a_correction_takes_them_back_before() {
    let (mut world, ann) = cast(&textbook(|definition| definition.calculation.available_after_days = 10));
    let receipt = world.post(&stay(&ann, "1", "2016-01-20", 3));
    assert_eq!(receipt["points"]["total"], 300);
    assert_eq!(world.figures(TEXTBOOK, &ann), (0, 0, 0));
    assert_eq!(world.account(TEXTBOOK, &ann)["pending"], json!([{ "points": 300, "from": "2016-01-30" }]));
    world.post(&stay(&ann, "1", "2016-01-20", 3).with("version", 2).at(8_000));
    assert_eq!(world.account(TEXTBOOK, &ann)["pending"], json!([{ "points": 240, "from": "2016-01-30" }]));
    assert_eq!(due(&mut world, "2016-01-30"), [(ann.clone(), "2016-01-30".to_owned())]);
    assert_eq!(expire(&mut world, &[&ann], "2016-01-29")["changed"], 0);
    assert_eq!(expire(&mut world, &[&ann], "2016-01-30")["changed"], 1);
    assert_eq!(world.figures(TEXTBOOK, &ann), (240, 0, 0));
    assert_eq!(world.lines(TEXTBOOK, &ann)[0], ("matured".to_owned(), 240));
    // A report that comes after the date is for points that can be spent at once.
    world.post(&stay(&ann, "2", "2016-01-10", 1));
    assert_eq!(world.figures(TEXTBOOK, &ann), (340, 0, 0));
}

#[test]
fn a_run_of_expiry_is_anybodys_and_changes_nothing_twice() {
    let (mut world, ann) = cast(&textbook(|definition| definition.expiry.hard_months = Some(3)));
    world.post(&stay(&ann, "1", "2015-10-15", 2));
    world.post(&stay(&ann, "2", "2016-01-15", 1));
    on(&mut world, "2016-03-01");
    world.client(CEDAR, "agent", "");
    assert_eq!(due(&mut world, "2016-01-15"), []);
    assert_eq!(due(&mut world, "2016-01-16"), [(ann.clone(), "2016-01-16".to_owned())]);
    let first = expire(&mut world, &[&ann, &ann], "2016-02-29");
    assert_eq!((&first["changed"], &first["expired"]), (&json!(1), &json!(200)));
    let again = expire(&mut world, &[&ann], "2016-02-29");
    assert_eq!((&again["changed"], &again["unchanged"], &again["expired"]), (&json!(0), &json!(1), &json!(0)));
    assert_eq!(world.figures(TEXTBOOK, &ann), (100, 0, 0));
    world.desk(CITY);
    let run = |members: Value, as_of: &str| json!({ "programme": TEXTBOOK, "members": members, "as_of": as_of });
    assert_eq!(world.refused("points.expire", run(json!([ann]), "2016-03-01")), "AS_OF_NOT_PAST");
    assert_eq!(world.refused("points.expire", run(json!([]), "2016-02-29")), "RUN_SIZE");
    assert_eq!(world.refused("points.expire", run(json!(["00".repeat(16)]), "2016-02-29")), "ACCOUNT_UNKNOWN");
    world.client(AURORA, "", "");
    assert_eq!(world.refused("points.expire", run(json!([ann]), "2016-02-29")), "ROLE_NOT_ALLOWED");
    assert_eq!(
        world.query("points.due", json!({ "programme": TEXTBOOK, "by": "2016-02-29" })),
        Err("ROLE_NOT_ALLOWED")
    );
}

#[test]
fn a_member_is_shown_as_the_next_touch_would_leave_the_account() {
    let (mut world, ann) = cast(&textbook(|definition| definition.expiry.hard_months = Some(3)));
    world.post(&stay(&ann, "1", "2015-10-15", 2));
    world.post(&stay(&ann, "2", "2016-01-15", 1));
    world.agent(BOREA);
    let mut shown = |as_of: Value| {
        let page = world.query("member.get", json!({ "member": ann, "programme": TEXTBOOK, "as_of": as_of })).unwrap();
        (page["account"]["available"].as_u64().unwrap(), page["account"]["last_business_date"].clone())
    };
    assert_eq!(shown(json!(null)), (300, json!("2016-01-15")));
    assert_eq!(shown(json!("2016-01-15")), (300, json!("2016-01-15")));
    assert_eq!(shown(json!("2016-01-16")), (100, json!("2016-01-16")));
    assert_eq!(shown(json!("2016-12-31")), (0, json!("2016-12-31")));
    assert_eq!(shown(json!("2015-01-01")), (300, json!("2016-01-15")));
}

#[test]
fn a_tenth_fades_each_year() {
    let decay = Decay { percent: Rational::integer(10), every_months: 12 };
    let (mut world, ann) = cast(&textbook(|definition| definition.expiry.decay = Some(decay)));
    world.post(&stay(&ann, "1", "2015-06-15", 10));
    on(&mut world, "2018-02-01");
    for (day, left) in [("2015-12-31", 1_000), ("2016-01-01", 900), ("2017-01-01", 810), ("2018-01-01", 729)] {
        expire(&mut world, &[&ann], day);
        assert_eq!(world.figures(TEXTBOOK, &ann).0, left, "{day}");
    }
    let (mut world, ann) = cast(&textbook(|definition| definition.expiry.decay = Some(decay)));
    world.post(&stay(&ann, "1", "2015-06-15", 10));
    on(&mut world, "2018-02-01");
    let run = expire(&mut world, &[&ann], "2018-01-31");
    assert_eq!((&run["decayed"], world.figures(TEXTBOOK, &ann).0), (&json!(271), 729), "all of it at once");
}

#[test]
fn the_programme_extends_and_reinstates_within_its_limits() {
    let (mut world, ann) = cast(&textbook(|definition| {
        definition.expiry.hard_months = Some(3);
        definition.expiry.extension_months_max = Some(2);
        definition.expiry.reinstatement_days = Some(20);
    }));
    world.post(&stay(&ann, "1", "2015-11-10", 2));
    on(&mut world, "2016-02-05");
    world.agent(BOREA);
    let extend = |ending: &str, to: &str| json!({ "programme": TEXTBOOK, "member": ann, "ending": ending, "to": to, "as_of": "2016-02-05" });
    assert_eq!(world.refused("points.extend", extend("2016-02-10", "2016-04-11")), "EXTENSION_TOO_LONG");
    assert_eq!(world.refused("points.extend", extend("2016-02-10", "2016-02-10")), "EXTENSION_TOO_LONG");
    assert_eq!(world.refused("points.extend", extend("2016-02-11", "2016-03-01")), "EXTENSION_NOTHING");
    let done = world.ok("points.extend", extend("2016-02-10", "2016-03-01"));
    assert_eq!((&done["points"], &done["available"]), (&json!(200), &json!(200)));
    assert_eq!(world.account(TEXTBOOK, &ann)["lots"][0]["last_day"], "2016-03-01");

    let reinstate =
        |points: u64, as_of: &str| json!({ "programme": TEXTBOOK, "member": ann, "points": points, "as_of": as_of });
    on(&mut world, "2016-03-21");
    assert_eq!(world.refused("points.reinstate", reinstate(201, "2016-03-21")), "REINSTATEMENT_TOO_MANY");
    assert_eq!(world.refused("points.reinstate", reinstate(0, "2016-03-21")), "REINSTATEMENT_TOO_MANY");
    let back = world.ok("points.reinstate", reinstate(150, "2016-03-21"));
    assert_eq!((&back["points"], &back["available"]), (&json!(150), &json!(150)));
    assert_eq!(world.lines(TEXTBOOK, &ann)[..2], [("reinstated".to_owned(), 150), ("expired".to_owned(), -200)]);
    on(&mut world, "2016-03-23");
    assert_eq!(world.refused("points.reinstate", reinstate(50, "2016-03-23")), "REINSTATEMENT_TOO_LATE");
    world.client(BOREA, "frontdesk", "");
    assert_eq!(world.refused("points.reinstate", reinstate(50, "2016-03-23")), "ROLE_NOT_ALLOWED");

    let (mut world, ann) = cast(&textbook(|_| {}));
    world.agent(BOREA);
    let extend = json!({ "programme": TEXTBOOK, "member": ann, "ending": TODAY, "to": "2016-03-01", "as_of": TODAY });
    assert_eq!(world.refused("points.extend", extend), "EXTENSION_NOT_OFFERED");
    let reinstate = json!({ "programme": TEXTBOOK, "member": ann, "points": 1, "as_of": TODAY });
    assert_eq!(world.refused("points.reinstate", reinstate), "REINSTATEMENT_NOT_OFFERED");
}

const TODAY: &str = "2016-02-01";

/// Everything at once: points wait, end, fade, lapse with rest, and a tier that exempts from it ends, too.
fn busy() -> Definition {
    textbook(|definition| {
        definition.calculation.available_after_days = 20;
        definition.expiry.hard_months = Some(11);
        definition.expiry.decay = Some(Decay { percent: Rational::integer(7), every_months: 5 });
        definition.expiry.inactivity =
            Some(Inactivity { months: 6, activity: vec![ActivityKind::Stay], exempt_tiers: vec!["Silver".to_owned()] });
        definition.tiers.validity = folio_loyalty::rules::programme::Validity::Months(4);
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn an_account_comes_to_the_same_however_often_it_is_touched(
        stays in prop::collection::vec((0..700_i32, 1..9_i32), 1..8),
        touches in prop::collection::vec(0..1_200_i32, 0..10),
    ) {
        let mut stays = stays;
        stays.sort_unstable();
        let day = |number: i32| date("2015-01-10").add_days(number).unwrap().to_string();
        let run = |touches: &[i32]| {
            let (mut world, ann) = cast(&busy());
            on(&mut world, "2019-01-01");
            let mut touches = touches.to_vec();
            touches.sort_unstable();
            let mut touches = touches.into_iter().peekable();
            for (number, (checked_out, nights)) in stays.iter().enumerate() {
                while let Some(touch) = touches.next_if(|touch| touch < checked_out) {
                    expire(&mut world, &[&ann], &day(touch));
                }
                world.post(&stay(&ann, &number.to_string(), &day(*checked_out), *nights));
            }
            for touch in touches {
                expire(&mut world, &[&ann], &day(touch));
            }
            expire(&mut world, &[&ann], &day(1_250));
            let mut account = world.account(TEXTBOOK, &ann);
            account["last_business_date"] = Value::Null;
            let mut moved = std::collections::BTreeMap::<String, i64>::new();
            for (cause, points) in world.lines(TEXTBOOK, &ann) {
                *moved.entry(cause).or_default() += points;
            }
            (account, moved)
        };
        prop_assert_eq!(run(&[]), run(&touches));
    }
}

/// Hilton under other rules of expiry.
fn hilton_with(change: impl FnOnce(&mut Definition)) -> (World, String) {
    let mut world = World::empty();
    let mut definition = Definition::from_toml(shipped().find(|(id, _)| *id == HILTON).unwrap().1).unwrap();
    change(&mut definition);
    world.manager(AURORA);
    world.ok("hotel.register", crate::world::register(CITY, AURORA, "Hilton"));
    world.ok("fx.post", json!({ "from": "EUR", "to": "USD", "date": "2015-01-01", "rate": "1.2" }));
    world.activate(HILTON, &definition);
    world.replay_history();
    let member = world.enrol(HILTON, "2015-01-01");
    (world, member)
}

#[test]
fn points_of_an_account_that_rests_too_long_are_forfeited_when_it_is_next_touched() {
    let (mut world, member) = hilton_with(|definition| {
        definition.expiry.inactivity.as_mut().unwrap().months = 3;
    });
    world.post(&Stay::new(&member, "1", "2015-02-01", 2));
    world.post(&Stay::new(&member, "2", "2015-05-01", 1));
    assert_eq!(world.figures(HILTON, &member), (3600, 0, 0), "the last day still counts");
    world.post(&Stay::new(&member, "3", "2015-08-02", 1));
    assert_eq!(world.figures(HILTON, &member), (1200, 0, 0));
    assert_eq!(world.lines(HILTON, &member)[1], ("forfeited".to_owned(), -3600));
    world.bind(HILTON, &member, &key(1));
    let late = world.intent(RESERVE, json!({ "member": member, "points": 5000, "hotel": CITY, "as_of": "2015-11-03" }));
    assert_eq!(world.refused(RESERVE, signed(&late, &key(1))), "POINTS_INSUFFICIENT");
}

#[test]
fn lots_reach_their_last_day_whatever_the_account_does() {
    let (mut world, member) = hilton_with(|definition| {
        definition.expiry.inactivity = None::<Inactivity>;
        definition.expiry.hard_months = Some(6);
        definition.expiry.to_month_end = true;
    });
    world.post(&Stay::new(&member, "1", "2015-02-10", 2));
    world.post(&Stay::new(&member, "2", "2015-05-01", 1));
    assert_eq!(world.account(HILTON, &member)["lots"][0]["last_day"], "2015-08-31");
    world.post(&Stay::new(&member, "3", "2015-08-31", 1));
    assert_eq!(world.figures(HILTON, &member).0, 4800);
    world.post(&Stay::new(&member, "4", "2015-09-01", 1));
    assert_eq!(world.figures(HILTON, &member).0, 3600);
    assert_eq!(world.lines(HILTON, &member)[1], ("expired".to_owned(), -2400));
}
