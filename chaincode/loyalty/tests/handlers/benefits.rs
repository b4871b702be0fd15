//! What is given beside points: for enrolling, for tiers, for nights; chosen, used, taken back.

use folio_loyalty::rules::programme::{BenefitRule, Definition, Occasion, Offer};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::club::{club, club_stay, points};
use crate::world::{AURORA, CEDAR, CITY, IHG, NOW, RESORT, TODAY, World};

fn offer(benefit: &str, uses: u16, months: Option<u16>, amount: u64) -> Offer {
    Offer { benefit: benefit.to_owned(), uses, months, points: points(amount) }
}

fn nights(at: &str, every: Option<&str>, up_to: Option<&str>) -> Occasion {
    let credits = |text: &str| text.parse().unwrap();
    Occasion::Nights { at: credits(at), every: every.map(credits), up_to: up_to.map(credits) }
}

fn rule(name: &str, when: Occasion, offers: Vec<Offer>) -> BenefitRule {
    let choose_days = (offers.len() > 1).then_some(30);
    BenefitRule { name: name.to_owned(), when, offers, choose_days }
}

/// Drinks for enrolling, a suite for Gold, points at 4, 6, 8 and 10 nights, and a choice at 5.
fn generous(definition: &mut Definition) {
    for tier in &mut definition.tiers.levels {
        tier.bonus_percent = Default::default();
    }
    definition.benefits = vec![
        rule("welcome", Occasion::Enrolment, vec![offer("drink", 2, Some(12), 0)]),
        rule("gold", Occasion::Tier("Gold".to_owned()), vec![offer("suite", 1, None, 0)]),
        rule("milestone", nights("4", Some("2"), Some("10")), vec![offer("bonus", 1, None, 500)]),
        rule("choice", nights("5", None, None), vec![offer("lounge", 1, Some(1), 0), offer("points", 1, None, 900)]),
    ];
}

/// Rules, states and ids of what a member was given.
fn listed(world: &mut World, member: &str) -> Vec<(String, String, String)> {
    world.agent(CEDAR);
    let page = world.query("benefit.list", json!({ "programme": IHG, "member": member })).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let mut all: Vec<_> = page["benefits"]
        .as_array()
        .unwrap()
        .iter()
        .map(|benefit| (text(&benefit["rule"]), text(&benefit["state"]), text(&benefit["benefit"])))
        .collect();
    all.sort();
    all
}

fn states(world: &mut World, member: &str) -> Vec<(String, String)> {
    listed(world, member).into_iter().map(|(rule, state, _)| (rule, state)).collect()
}

fn id_of(world: &mut World, member: &str, rule: &str) -> String {
    listed(world, member).into_iter().find(|(known, ..)| known == rule).unwrap().2
}

fn pair(rule: &str, state: &str) -> (String, String) {
    (rule.to_owned(), state.to_owned())
}

#[test]
fn what_is_given_is_used_once_each_and_lapses() {
    let mut world = club(generous);
    let ann = world.clubber(1);
    assert_eq!(states(&mut world, &ann), [pair("welcome", "usable")]);
    let drink = id_of(&mut world, &ann, "welcome");
    let using = json!({ "programme": IHG, "member": ann, "benefit": drink, "hotel": CITY, "as_of": TODAY });
    world.desk(RESORT);
    assert_eq!(world.refused("benefit.use", using.clone()), "ORGANISATION_NOT_ALLOWED");
    world.manager(CEDAR);
    assert_eq!(world.refused("benefit.use", using.clone()), "ROLE_NOT_ALLOWED");
    world.desk(CITY);
    let mut early = using.clone();
    early["as_of"] = "2016-01-01".into();
    assert_eq!(world.refused("benefit.use", early), "AS_OF_TOO_OLD");
    let first = world.request(using.clone());
    let call = world.submit("benefit.use", first.clone());
    assert_eq!(call.event.unwrap().0, "benefit.used");
    assert!(!world.submit("benefit.use", first).writes_anything(), "the same request again");
    let mut by_agent = using.clone();
    by_agent["hotel"] = json!(null);
    world.agent(CEDAR);
    assert_eq!(world.ok("benefit.use", by_agent)["state"], json!("used"));
    world.desk(CITY);
    assert_eq!(world.refused("benefit.use", using.clone()), "BENEFIT_USED");
    let mut unknown = using;
    unknown["benefit"] = "0".repeat(32).into();
    assert_eq!(world.refused("benefit.use", unknown), "BENEFIT_UNKNOWN");

    let bob = world.clubber(2);
    let drink = id_of(&mut world, &bob, "welcome");
    world.ledger.set_timestamp(NOW + 150 * 86_400);
    world.desk(CITY);
    let late = json!({ "programme": IHG, "member": bob, "benefit": drink, "hotel": CITY, "as_of": "2016-06-30" });
    assert_eq!(world.refused("benefit.use", late), "BENEFIT_LAPSED");
    for (msp, role, hotels, hotel, code) in [
        (AURORA, "frontdesk", CITY, json!(CITY), None),
        (AURORA, "frontdesk", CITY, json!(null), Some("ORGANISATION_NOT_ALLOWED")),
        (AURORA, "agent", "", json!(CITY), Some("ROLE_NOT_ALLOWED")),
        (AURORA, "auditor", "", json!(null), None),
    ] {
        world.client(msp, role, hotels);
        let list = json!({ "programme": IHG, "member": bob, "hotel": hotel });
        assert_eq!(world.query("benefit.list", list).err(), code, "{role}");
    }
}

#[test]
fn a_tier_gives_once_for_each_year_in_which_it_ends() {
    let mut world = club(generous);
    world.replay_history();
    world.ledger.set_timestamp(NOW + 3 * 366 * 86_400);
    let ann = world.clubber(1);
    world.nights(&ann, "1", "2015-07-01", 20);
    world.nights(&ann, "2", "2015-09-01", 2);
    let suites = |world: &mut World| states(world, &ann).iter().filter(|(rule, _)| rule == "gold").count();
    assert_eq!(suites(&mut world), 1);
    // Earned again in the next year: another year, another suite.
    world.nights(&ann, "3", "2016-07-01", 20);
    assert_eq!(suites(&mut world), 2);
    world.agent(CEDAR);
    let page = world.query("tier.history", json!({ "programme": IHG, "member": ann })).unwrap();
    let history: Vec<(&str, &str)> = page["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|change| (change["cause"].as_str().unwrap(), change["valid_until"].as_str().unwrap()))
        .collect();
    assert_eq!(history, [("renewed", "2017-12-31"), ("raised", "2016-12-31")]);
    assert_eq!(page["changes"][1]["after"], json!("Gold"));
    world.agent(AURORA);
    assert_eq!(
        world.query("tier.history", json!({ "programme": IHG, "member": ann })),
        Err("ORGANISATION_NOT_ALLOWED")
    );
}

#[test]
fn milestones_give_points_and_take_them_back_with_the_nights() {
    let mut world = club(generous);
    let ann = world.clubber(1);
    let receipt = world.nights(&ann, "1", "2016-01-10", 3);
    assert_eq!(receipt["points"]["delta"], json!(3_600));
    assert_eq!(world.club_figures(&ann), (3_600, 0, 0));
    let receipt = world.nights(&ann, "2", "2016-01-20", 5);
    assert_eq!(receipt["points"]["delta"], json!(6_000), "the stay's own points");
    // 8 nights: 4, 6 and 8, and the choice at 5.
    assert_eq!(world.club_figures(&ann), (9_600 + 1_500, 0, 0));
    assert_eq!(
        world.lines(IHG, &ann)[..4],
        [
            ("milestone".to_owned(), 500),
            ("milestone".to_owned(), 500),
            ("milestone".to_owned(), 500),
            ("stay".to_owned(), 6_000),
        ]
    );
    world.post(&club_stay(&ann, "2", "2016-01-20", 1).with("version", 2));
    assert_eq!(world.club_figures(&ann), (4_800 + 500, 0, 0));
    assert_eq!(
        states(&mut world, &ann),
        [
            pair("choice", "revoked"),
            pair("milestone", "given"),
            pair("milestone", "revoked"),
            pair("milestone", "revoked"),
            pair("welcome", "usable"),
        ]
    );
    world.nights(&ann, "3", "2016-01-28", 30);
    assert_eq!(world.club_figures(&ann).0, 34 * 1_200 + 4 * 500, "up to the last number, each once");
}

#[test]
fn a_choice_is_the_members_and_has_a_deadline() {
    let mut world = club(generous);
    let (ann, bob) = (world.clubber(1), world.clubber(2));
    for (member, confirmation) in [(&ann, "1"), (&bob, "2")] {
        world.nights(member, confirmation, "2016-01-20", 5);
    }
    let benefit = id_of(&mut world, &ann, "choice");
    let using = json!({ "programme": IHG, "member": ann, "benefit": benefit, "hotel": CITY, "as_of": TODAY });
    world.desk(CITY);
    assert_eq!(world.refused("benefit.use", using.clone()), "BENEFIT_NOT_CHOSEN");
    for (fields, code) in [
        (json!({ "choice": "lounge" }), "BENEFIT_MISSING"),
        (json!({ "benefit": benefit }), "CHOICE_MISSING"),
        (json!({ "benefit": benefit, "choice": "yacht" }), "CHOICE_UNKNOWN"),
        (json!({ "benefit": "0".repeat(32), "choice": "lounge" }), "BENEFIT_UNKNOWN"),
    ] {
        let word = world.word(1, "benefit.choose", &ann, fields);
        assert_eq!(world.refused("benefit.choose", word), code);
    }
    let fields = json!({ "benefit": benefit, "choice": "lounge" });
    let of_other = world.word(2, "benefit.choose", &bob, fields.clone());
    assert_eq!(world.refused("benefit.choose", of_other), "BENEFIT_UNKNOWN");
    let word = world.word(1, "benefit.choose", &ann, fields.clone());
    assert_eq!(world.ok("benefit.choose", word)["last_day"], json!("2016-03-01"));
    let again = world.word(1, "benefit.choose", &ann, fields);
    assert_eq!(world.refused("benefit.choose", again), "CHOICE_MADE");
    world.desk(CITY);
    world.ok("benefit.use", using);

    // Bob chooses points, and they are taken back with the nights.
    let benefit = id_of(&mut world, &bob, "choice");
    let word = world.word(2, "benefit.choose", &bob, json!({ "benefit": benefit, "choice": "points" }));
    world.ok("benefit.choose", word);
    assert_eq!(world.club_figures(&bob).0, 6_000 + 500 + 900);
    world.desk(CITY);
    let given = json!({ "programme": IHG, "member": bob, "benefit": benefit, "hotel": CITY, "as_of": TODAY });
    assert_eq!(world.refused("benefit.use", given.clone()), "BENEFIT_NOT_USABLE");
    world.post(&club_stay(&bob, "2", "2016-01-20", 1).with("version", 2));
    assert_eq!(world.club_figures(&bob).0, 1_200);
    world.desk(CITY);
    assert_eq!(world.refused("benefit.use", given), "BENEFIT_REVOKED");
    // What was used stays, and the statement says so, once.
    for version in 2..4 {
        world.post(&club_stay(&ann, "1", "2016-01-20", 1).with("version", version).at(10_000 + i64::from(version)));
    }
    let causes: Vec<String> = world.lines(IHG, &ann).into_iter().map(|(cause, _)| cause).collect();
    assert_eq!(causes.iter().filter(|cause| *cause == "benefit_kept").count(), 1);
    // Back above the number: it was given before.
    world.nights(&ann, "3", "2016-01-25", 4);
    let choices = states(&mut world, &ann).into_iter().filter(|(rule, _)| rule == "choice");
    assert_eq!(choices.collect::<Vec<_>>(), [pair("choice", "used")]);
}

#[test]
fn a_choice_comes_too_late_after_its_deadline() {
    let mut world = club(generous);
    let ann = world.clubber(1);
    world.nights(&ann, "1", "2016-01-20", 5);
    let benefit = id_of(&mut world, &ann, "choice");
    let now = NOW + 40 * 86_400;
    world.ledger.set_timestamp(now);
    let fields = json!({ "benefit": benefit, "choice": "lounge", "as_of": "2016-03-12", "valid_until": now + 60 });
    let word = world.word(1, "benefit.choose", &ann, fields);
    assert_eq!(world.refused("benefit.choose", word), "CHOICE_LATE");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// However stays are corrected, the points given for nights are those of the nights that are left.
    #[test]
    fn milestones_are_exact_under_corrections(steps in prop::collection::vec((0..3_usize, 0..7_i32), 1..16)) {
        let mut world = club(generous);
        let ann = world.clubber(1);
        let (mut nights, mut versions) = ([0; 3], [0_u32; 3]);
        for (stay, new) in steps {
            (nights[stay], versions[stay]) = (new, versions[stay] + 1);
            let stays = club_stay(&ann, &stay.to_string(), "2016-01-20", new).with("version", versions[stay]);
            let call = world.try_post(&stays);
            prop_assert_eq!(call.refusal(), None);
            let sum: i32 = nights.iter().sum();
            let milestones = [4, 6, 8, 10].iter().filter(|number| **number <= sum).count();
            let (available, _, debt) = world.club_figures(&ann);
            let expected = u64::try_from(sum).unwrap() * 1_200 + 500 * u64::try_from(milestones).unwrap();
            prop_assert_eq!((available, debt), (expected, 0));
            let given = states(&mut world, &ann).into_iter().filter(|(rule, state)| rule == "milestone" && state == "given");
            prop_assert_eq!(given.count(), milestones);
        }
    }
}
