//! Hotels, exchange rates, policies.

use serde_json::{Value, json};

use crate::world::{AURORA, BOREA, CITY, NOW, World, register};

#[test]
fn a_hotel_says_what_its_revenue_codes_stand_for() {
    let mut world = World::new();
    world.manager(AURORA);
    let map = |codes: Value| json!({ "hotel": CITY, "codes": codes });
    world.ok("hotel.map_revenue", map(json!({ "RM": 9, "FB": 3 })));
    let all = world.ok("hotel.map_revenue", map(json!({ "FB": 2, "SPA": 11 })));
    assert_eq!(all["codes"], json!({ "FB": 2, "RM": 9, "SPA": 11 }));
    assert_eq!(world.query("hotel.revenue_map", json!({ "hotel": CITY })).unwrap(), all);
    assert_eq!(world.refused("hotel.map_revenue", map(json!({ "X": 999 }))), "REVENUE_CATEGORY_UNKNOWN");
    assert_eq!(world.refused("hotel.map_revenue", map(json!({ "": 9 }))), "REVENUE_CODE_INVALID");
    let many: serde_json::Map<String, Value> = (0..1_001).map(|code| (code.to_string(), json!(9))).collect();
    assert_eq!(world.refused("hotel.map_revenue", map(many.into())), "REVENUE_CODES_TOO_MANY");
    world.manager(BOREA);
    assert_eq!(world.refused("hotel.map_revenue", map(json!({ "RM": 9 }))), "ORGANISATION_NOT_ALLOWED");
}

#[test]
fn a_manager_registers_hotels_of_the_own_organisation_once() {
    let mut world = World::empty();
    world.manager(AURORA);
    let hotel = world.ok("hotel.register", register(CITY, AURORA, "Hilton"));
    assert_eq!(hotel["organisation"], AURORA);
    world.manager(BOREA);
    assert_eq!(world.refused("hotel.register", register(CITY, BOREA, "Resort")), "HOTEL_EXISTS");
    assert_eq!(world.query("hotel.get", json!({ "hotel": CITY })).unwrap()["brand"], "Hilton");
    assert_eq!(world.query("hotel.get", json!({ "hotel": "NOWHERE" })), Err("HOTEL_UNKNOWN"));
}

#[test]
fn only_managers_declare_and_register() {
    let mut world = World::empty();
    for role in ["pms", "frontdesk", "agent", "auditor", "", "Manager"] {
        world.client(AURORA, role, CITY);
        for (function, arguments) in [
            ("hotel.register", register(CITY, AURORA, "Hilton")),
            ("fx.post", json!({ "from": "EUR", "to": "USD", "date": "2015-01-01", "rate": "1.1" })),
            ("policy.propose", json!({ "organisations": [AURORA], "spend_lag_days_max": 1 })),
        ] {
            assert_eq!(world.refused(function, arguments), "ROLE_NOT_ALLOWED", "{function} as {role:?}");
        }
    }
}

#[test]
fn a_rate_holds_from_its_date_until_the_next_and_is_never_changed() {
    let mut world = World::empty();
    world.manager(AURORA);
    let declared = [
        ("2015-07-01", "1.1"),
        ("2016-03-01", "1.3"),
        ("2015-08-01", "1.2"),
        ("2015-10-20", "1.2"),
        ("2015-10-10", "1.25"),
    ];
    world.ledger.set_timestamp(NOW + 40 * 86_400);
    for (date, rate) in declared {
        world.ok("fx.post", json!({ "from": "EUR", "to": "USD", "date": date, "rate": rate }));
    }
    let again = json!({ "from": "EUR", "to": "USD", "date": "2015-08-01", "rate": "1.25" });
    assert_eq!(world.refused("fx.post", again), "FX_EXISTS");
    for (date, rate) in [
        ("2015-06-30", None),
        ("2015-07-01", Some("11/10")),
        ("2015-07-31", Some("11/10")),
        ("2015-08-01", Some("6/5")),
        ("2015-10-09", Some("6/5")),
        ("2015-10-10", Some("5/4")),
        ("2015-10-19", Some("5/4")),
        ("2015-10-20", Some("6/5")),
        ("2016-02-29", Some("6/5")),
        ("2016-03-01", Some("13/10")),
        ("2021-03-31", Some("13/10")),
        ("2021-04-01", None),
    ] {
        let found = world.query("fx.get", json!({ "from": "EUR", "to": "USD", "date": date }));
        assert_eq!(found.ok().map(|found| found["rate"].clone()), rate.map(Value::from), "{date}");
    }
    let other_way = world.query("fx.get", json!({ "from": "USD", "to": "EUR", "date": "2016-01-01" }));
    assert_eq!(other_way, Err("EXCHANGE_RATE_MISSING"));
}

#[test]
fn a_rate_is_positive_and_between_two_known_currencies() {
    let mut world = World::empty();
    world.manager(AURORA);
    for (from, to, rate, code) in [
        ("EUR", "EUR", "1", "FX_RATE_INVALID"),
        ("EUR", "USD", "0", "FX_RATE_INVALID"),
        ("EUR", "USD", "-1", "FX_RATE_INVALID"),
        ("EUR", "QQQ", "1", "CURRENCY_UNKNOWN"),
        ("eur", "USD", "1", "BAD_ARGUMENTS"),
    ] {
        let arguments = json!({ "from": from, "to": to, "date": "2015-07-01", "rate": rate });
        assert_eq!(world.refused("fx.post", arguments), code);
    }
}

#[test]
fn a_request_is_done_once_and_its_id_stands_for_nothing_else() {
    let mut world = World::empty();
    world.manager(AURORA);
    let mut arguments = register(CITY, AURORA, "Hilton");
    arguments["request_id"] = "once".into();
    let first = world.ok("hotel.register", arguments.clone());
    let again = world.submit("hotel.register", arguments.clone());
    assert_eq!(again.json::<Value>().unwrap(), first);
    assert!(!again.writes_anything());
    arguments["brand"] = "Other".into();
    assert_eq!(world.refused("hotel.register", arguments.clone()), "REQUEST_REUSED");
    // Another organisation's ids are its own.
    world.manager(BOREA);
    arguments["hotel"] = "BOR-1".into();
    world.ok("hotel.register", arguments);
}
