//! Campaigns: what they give for a stay or a purchase, to whom, and that corrections take it back exactly.

use serde_json::{Value, json};

use crate::world::{ACCOR, CITY, HILTON, Stay, TEXTBOOK, World, programme_owner, purchase};

/// A campaign of January 2016 that doubles base points, with some fields otherwise.
pub fn campaign(id: &str, programme: &str, fields: Value) -> Value {
    let mut campaign = json!({
        "id": id, "programme": programme, "name": id,
        "when": { "from": "2016-01-01", "until": "2016-01-31" },
        "gives": { "each": { "percent": 100 } },
    });
    let all = campaign.as_object_mut().unwrap();
    all.extend(fields.as_object().unwrap().clone());
    campaign
}

impl World {
    /// Puts a campaign in force, as its owner's managers do.
    pub fn run_campaign(&mut self, content: &Value) {
        let programme = content["programme"].as_str().unwrap().to_owned();
        self.manager(programme_owner(&programme));
        self.ok("campaign.propose", json!({ "content": content }));
        let meant = json!({ "programme": programme, "campaign": content["id"] });
        self.ok("campaign.approve", meant.clone());
        assert_eq!(self.ok("campaign.activate", meant)["stage"], "active");
    }
}

/// A channel that replays history, with these campaigns and a member of the programme.
pub fn cast(programme: &str, campaigns: &[Value]) -> (World, String) {
    let mut world = World::new();
    world.replay_history();
    for campaign in campaigns {
        world.run_campaign(campaign);
    }
    let ann = world.enrol(programme, "2015-06-01");
    (world, ann)
}

/// What a receipt tells of campaigns: id, points, change, and why nothing.
pub fn extras(receipt: &Value) -> Vec<(String, u64, i64, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let extra = |extra: &Value| {
        let (points, delta) = (extra["points"].as_u64().unwrap(), extra["delta"].as_i64().unwrap());
        (text(&extra["campaign"]), points, delta, text(&extra["withheld"]))
    };
    receipt["extras"].as_array().unwrap().iter().map(extra).collect()
}

pub fn told(id: &str, points: u64, delta: i64, withheld: &str) -> (String, u64, i64, String) {
    (id.to_owned(), points, delta, withheld.to_owned())
}

#[test]
fn double_points_days_double_the_base_points_of_their_nights() {
    let friday = campaign("friday", HILTON, json!({ "weekdays": ["friday"] }));
    let (mut world, ann) = cast(HILTON, &[friday]);
    // Thursday to Sunday: the night of Friday, 2016-01-15, is one of three.
    let receipt = world.post(&Stay::new(&ann, "1", "2016-01-17", 3));
    assert_eq!(receipt["points"]["total"], 3600);
    assert_eq!(extras(&receipt), [told("friday", 1200, 1200, "")]);
    assert_eq!(world.figures(HILTON, &ann), (4800, 0, 0));
    let lines = world.lines(HILTON, &ann);
    assert_eq!(lines[..2], [("campaign".to_owned(), 1200), ("stay".to_owned(), 3600)]);
    let statement = world.query("member.statement", json!({ "member": ann, "programme": HILTON })).unwrap();
    assert_eq!(
        (&statement["lines"][0]["campaign"], &statement["lines"][0]["stay"]),
        (&json!("friday"), &receipt["stay"])
    );
    let without = world.post(&Stay::new(&ann, "2", "2016-01-14", 2));
    assert_eq!(extras(&without), []);
    let after = world.post(&Stay::new(&ann, "3", "2016-02-01", 3));
    assert_eq!(extras(&after), [], "the campaign is over");
}

#[test]
fn a_campaign_asks_for_hotels_dates_nights_rates_and_tiers() {
    let one = |fields: Value| campaign("one", HILTON, fields);
    let when = |fields: Value| {
        let mut when = json!({ "from": "2016-01-01", "until": "2016-01-31" });
        when.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        one(json!({ "when": when }))
    };
    let each = |each: Value| one(json!({ "gives": { "each": each } }));
    for (campaign, gives) in [
        (one(json!({})), 2400),
        (one(json!({ "minimum_nights": 2 })), 2400),
        (one(json!({ "minimum_nights": 3 })), 0),
        (one(json!({ "tiers": ["Member"] })), 2400),
        (one(json!({ "tiers": ["Gold"] })), 0),
        (one(json!({ "book_by": "2016-01-10" })), 2400),
        (one(json!({ "book_by": "2016-01-09" })), 0),
        (one(json!({ "earners": { "stays": false, "sources": ["event"] } })), 0),
        (when(json!({ "hotels": { "only": [CITY] } })), 2400),
        (when(json!({ "hotels": { "except": [CITY] } })), 0),
        (when(json!({ "rate_codes": { "only": ["BAR"] } })), 2400),
        (when(json!({ "rate_codes": { "only": ["PKG*"] } })), 0),
        (when(json!({ "from": "2016-01-20", "dated_by": "check_out" })), 2400),
        (when(json!({ "from": "2016-01-20", "dated_by": "arrival" })), 0),
        (when(json!({ "until": "2016-01-10", "dated_by": "booking" })), 2400),
        (each(json!({ "percent": "12.5" })), 300),
        (each(json!({ "per_night": 70 })), 140),
        (each(json!({ "per_stay": 70, "per_night": 1, "percent": 1 })), 96),
    ] {
        let (mut world, ann) = cast(HILTON, std::slice::from_ref(&campaign));
        let stay = Stay::new(&ann, "1", "2016-01-20", 2).with("booked", "2016-01-10");
        world.post(&stay);
        assert_eq!(world.figures(HILTON, &ann).0, 2400 + gives, "{campaign}");
    }
}

#[test]
fn spending_a_thousand_in_the_window_gives_two_hundred() {
    let steps = json!({ "every": 1000, "points": 200 });
    let spend = campaign("spend", TEXTBOOK, json!({ "gives": { "spend_steps": steps } }));
    let (mut world, ann) = cast(TEXTBOOK, &[spend]);
    // Each is one night; a euro is 1.2 dollars.
    let stay = |confirmation: &str, version: u32, euros: i64| {
        Stay::new(&ann, confirmation, "2016-01-20", 1)
            .with("programme", TEXTBOOK)
            .with("version", version)
            .at(euros * 100)
    };
    for (confirmation, version, euros, delta) in [
        ("1", 1, 500, 0),
        ("2", 1, 300, 0),    // 960 dollars
        ("2", 2, 350, 200),  // 1,020
        ("3", 1, 2000, 400), // 3,420
        ("1", 2, 0, -200),   // 2,820
        ("3", 2, 500, -200), // 1,020
        ("2", 3, 300, -200), // 960
        ("1", 3, 500, 200),  // 1,560
    ] {
        let receipt = world.post(&stay(confirmation, version, euros));
        let changed: i64 = extras(&receipt).iter().map(|extra| extra.2).sum();
        assert_eq!(changed, delta, "{confirmation} {version}");
    }
    assert_eq!(world.figures(TEXTBOOK, &ann).0, 100 + 600 + 360 + 600 + 200);
    for confirmation in ["1", "2", "3"] {
        world.post(&stay(confirmation, 9, 100).with("status", "cancelled"));
    }
    assert_eq!(world.figures(TEXTBOOK, &ann), (100, 0, 0));
}

#[test]
fn steps_of_accumulated_points_stop_at_the_most_that_a_member_reaches() {
    let steps = json!({ "every": 2000, "points": 500, "most": 2 });
    let earn = campaign("earn", HILTON, json!({ "gives": { "points_steps": steps }, "counts_towards_tier": true }));
    let (mut world, ann) = cast(HILTON, &[earn]);
    for (confirmation, nights, delta) in [("1", 1, 0), ("2", 1, 500), ("3", 4, 500), ("4", 7, 0)] {
        let receipt = world.post(&Stay::new(&ann, confirmation, "2016-01-20", nights));
        assert_eq!(extras(&receipt), [told("earn", 0, delta, "")], "{confirmation}");
    }
    assert_eq!(world.figures(HILTON, &ann).0, 13 * 1200 + 1000);
}

#[test]
fn every_third_stay_is_rewarded_and_a_cancelled_one_gives_its_number_to_the_next() {
    let third = json!({ "every": 3, "gives": { "each": { "per_stay": 500 } } });
    let (mut world, ann) = cast(HILTON, &[campaign("third", HILTON, third)]);
    let stay = |confirmation: u32| Stay::new(&ann, &confirmation.to_string(), "2016-01-20", 1);
    let gives = |world: &mut World, stay: &Stay| extras(&world.post(stay)).iter().map(|extra| extra.2).sum::<i64>();
    assert_eq!([1, 2, 3, 4].map(|number| gives(&mut world, &stay(number))), [0, 0, 500, 0]);
    assert_eq!(gives(&mut world, &stay(1).with("version", 2).at(5_000)), 0, "the first keeps its number");
    assert_eq!(gives(&mut world, &stay(3).with("version", 2).with("status", "cancelled")), -500);
    assert_eq!(gives(&mut world, &stay(5)), 500, "the number of the cancelled stay");
    assert_eq!(gives(&mut world, &stay(3).with("version", 3)), 0, "it comes back as the fifth");
    assert_eq!(gives(&mut world, &stay(6)), 500);
}

#[test]
fn of_an_exclusive_group_the_best_counts_and_others_stand_beside_it() {
    let of_group = |id: &str, percent: u32, extra: Value| {
        let mut fields = json!({ "stacking": { "exclusive": "spring" }, "gives": { "each": { "percent": percent } } });
        fields.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        campaign(id, HILTON, fields)
    };
    let campaigns = [
        of_group("a", 50, json!({})),
        of_group("b", 100, json!({ "minimum_nights": 2, "caps": { "times": 1 } })),
        of_group("c", 50, json!({})),
        campaign("d", HILTON, json!({ "gives": { "each": { "per_stay": 10 } } })),
    ];
    let (mut world, ann) = cast(HILTON, &campaigns);
    let stay = |nights: i32| Stay::new(&ann, &nights.to_string(), "2016-01-20", nights);
    let better = "CAMPAIGN_BETTER_ONE";
    assert_eq!(
        extras(&world.post(&stay(2))),
        [told("a", 0, 0, better), told("b", 2400, 2400, ""), told("c", 0, 0, better), told("d", 10, 10, "")]
    );
    let capped = told("b", 0, 0, "CAMPAIGN_CAPPED");
    assert_eq!(
        extras(&world.post(&stay(3))),
        [told("a", 1800, 1800, ""), capped, told("c", 0, 0, better), told("d", 10, 10, "")]
    );
    let shorter = Stay::new(&ann, "2", "2016-01-20", 1).with("version", 2);
    assert_eq!(
        extras(&world.post(&shorter)),
        [
            told("a", 600, 600, ""),
            told("b", 0, -2400, "CAMPAIGN_SHORT_STAY"),
            told("c", 0, 0, better),
            told("d", 10, 0, "")
        ]
    );
}

#[test]
fn caps_hold_and_are_free_again_when_points_are_taken_back() {
    let caps = json!({ "caps": { "points": 3000, "times": 2 } });
    let (mut world, ann) = cast(HILTON, &[campaign("capped", HILTON, caps)]);
    let stay = |confirmation: &str, version: u32, nights| {
        Stay::new(&ann, confirmation, "2016-01-20", nights).with("version", version)
    };
    for (stay, points, delta, withheld) in [
        (stay("1", 1, 2), 2400, 2400, ""),
        (stay("2", 1, 2), 600, 600, ""),
        (stay("3", 1, 2), 0, 0, "CAMPAIGN_CAPPED"),
        (stay("1", 2, 1), 1200, -1200, ""),
        (stay("3", 2, 2), 0, 0, "CAMPAIGN_CAPPED"),
        (stay("2", 2, 2), 1800, 1200, ""),
    ] {
        assert_eq!(extras(&world.post(&stay)), [told("capped", points, delta, withheld)], "{stay:?}");
    }
    world.post(&stay("2", 3, 2).with("status", "no_show"));
    assert_eq!(extras(&world.post(&stay("3", 3, 2))), [told("capped", 1800, 1800, "")]);
}

#[test]
fn purchases_take_part_where_their_source_is_named() {
    let (mut world, _) = cast(HILTON, &[]);
    let shipped = folio_loyalty::rules::programme::shipped().find(|(id, _)| *id == ACCOR).unwrap().1;
    world.activate(ACCOR, &folio_loyalty::rules::programme::Definition::from_toml(shipped).unwrap());
    let events = json!({ "earners": { "stays": false, "sources": ["event"] }, "weekdays": ["wednesday"] });
    world.run_campaign(&campaign("events", ACCOR, events));
    let ann = world.enrol(ACCOR, "2015-06-01");
    // 2016-01-20 is a Wednesday.
    let mut event = purchase(&ann, ACCOR, "event", "1", 100_000);
    let receipt: Value = world.purchase(&event, "2016-01-20").json().unwrap();
    assert_eq!(extras(&receipt), [told("events", 500, 500, "")]);
    event["version"] = json!(2);
    event["status"] = json!("cancelled");
    let receipt: Value = world.purchase(&event, "2016-01-20").json().unwrap();
    assert_eq!(extras(&receipt), [told("events", 0, -500, "CAMPAIGN_NOTHING_ELIGIBLE")]);
    assert_eq!(world.figures(ACCOR, &ann), (0, 0, 0));
}

#[test]
fn a_simulation_names_what_campaigns_would_give_and_why_not() {
    let campaigns = [
        campaign(
            "a",
            HILTON,
            json!({ "who": "registered", "every": 2, "caps": { "points": 9, "times": 3 }, "budget": 7,
            "stacking": { "exclusive": "g" } }),
        ),
        campaign("b", HILTON, json!({ "minimum_nights": 5 })),
        campaign("c", HILTON, json!({ "gives": { "points_steps": { "every": 100, "points": 1 } } })),
    ];
    let (mut world, ann) = cast(HILTON, &campaigns);
    let stay = Stay::new(&ann, "1", "2016-01-20", 2);
    world.hand_in(&stay);
    let simulated = world.query("programme.simulate", json!({ "programme": HILTON })).unwrap();
    let outlooks = simulated["campaigns"].as_array().unwrap();
    assert_eq!((&outlooks[0]["points"], &outlooks[0]["withheld"]), (&json!(2400), &Value::Null));
    let rules: Vec<&str> =
        outlooks[0]["explanation"].as_array().unwrap().iter().map(|line| line["rule"].as_str().unwrap()).collect();
    assert_eq!(rules, ["gives.each", "who", "every", "caps.points", "caps.times", "budget", "stacking"]);
    assert_eq!(outlooks[1]["withheld"], "CAMPAIGN_SHORT_STAY");
    assert_eq!(outlooks[2]["counted"], 2400);
}

#[test]
fn points_that_count_raise_a_tier_and_are_counted_back() {
    let counts = json!({ "gives": { "each": { "per_stay": 1000 } }, "counts_towards_tier": true });
    let (mut world, ann) = cast(TEXTBOOK, &[campaign("tier", TEXTBOOK, counts)]);
    let stay = Stay::new(&ann, "1", "2016-01-20", 1).with("programme", TEXTBOOK);
    let receipt = world.post(&stay);
    assert_eq!((&receipt["tier"]["before"], &receipt["tier"]["after"]), (&json!("Member"), &json!("Silver")));
    world.post(&stay.with("version", 2).with("status", "cancelled"));
    let account = world.account(TEXTBOOK, &ann);
    assert_eq!(account["progress"][0]["condition"]["have"], "100", "the enrolment alone");
}

#[test]
fn a_programme_without_campaigns_pays_nothing_and_each_campaign_costs_a_read() {
    let reads = |campaigns: &[Value]| {
        let (mut world, ann) = cast(HILTON, campaigns);
        let call = world.try_post(&Stay::new(&ann, "1", "2016-01-20", 1));
        assert!(call.ranges.is_empty());
        (call.reads.len(), call.writes.len())
    };
    let (none, written) = reads(&[]);
    let later = json!({ "when": { "from": "2016-03-01", "until": "2016-03-31" } });
    assert_eq!(reads(&[campaign("later", HILTON, later)]), (none, written), "not on its dates");
    assert_eq!(reads(&[campaign("a", HILTON, json!({}))]), (none + 1, written + 1), "a line more");
    let kept = json!({ "caps": { "times": 1 } });
    assert_eq!(reads(&[campaign("a", HILTON, kept)]), (none + 2, written + 2), "and the member's part");
}
