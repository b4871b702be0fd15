//! Opening balances of a system before this ledger: whole batches, under control totals, once.

use folio_loyalty::handlers::ROUTER;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::tokens::told;
use crate::world::{AURORA, BOREA, HILTON, Stay, TEXTBOOK, TODAY, World, hex, secret};

const IMPORT: &str = "11111111111111111111111111111111";

fn id(n: u8) -> String {
    format!("{n:02x}").repeat(16)
}

/// What the rows add up to, as the system before counts it.
fn control(rows: &[Value]) -> Value {
    let number = |value: &Value| value.as_u64().unwrap_or(0);
    let lots_of = |row: &Value| row["lots"].as_array().cloned().unwrap_or_default();
    let points_of = |row: &Value| lots_of(row).iter().map(|lot| number(&lot["points"])).sum::<u64>();
    let mut check = [0_u8; 16];
    for row in rows {
        let line = format!("{}:{}:{}", row["member"].as_str().unwrap(), points_of(row), number(&row["debt"]));
        check.iter_mut().zip(Sha256::digest(line.as_bytes())).for_each(|(sum, byte)| *sum ^= byte);
    }
    json!({
        "members": rows.len(),
        "lots": rows.iter().map(|row| lots_of(row).len()).sum::<usize>(),
        "points": rows.iter().map(points_of).sum::<u64>(),
        "debt": rows.iter().map(|row| number(&row["debt"])).sum::<u64>(),
        "check": hex(&check),
    })
}

fn batch(number: u16, rows: &[Value]) -> Value {
    json!({ "programme": HILTON, "import": IMPORT, "batch": number, "as_of": TODAY, "control": control(rows), "rows": rows })
}

fn plain(n: u8, points: u64) -> Value {
    json!({ "member": id(n), "lots": [{ "points": points, "earned": "2015-11-20" }], "last_activity": "2016-01-15" })
}

fn world() -> World {
    let mut world = World::new();
    world.manager(AURORA);
    world
}

#[test]
fn balances_come_in_with_their_lots_tiers_and_counters() {
    let mut world = world();
    let rows = [
        json!({
            "member": id(1),
            "lots": [{ "points": 500, "earned": "2015-03-17", "last_day": "2016-12-31" },
                { "points": 700, "earned": "2015-11-02" }],
            "tier": { "name": "Gold", "valid_until": "2017-03-31" },
            "counted": [{ "date": "2012-01-01", "nights": "200", "stays": 90 },
                { "date": "2016-01-10", "nights": "7/2", "stays": 2, "spend_steps": 410 }],
            "enrolled": "2011-05-05", "last_activity": "2016-01-10",
        }),
        json!({ "member": id(2), "debt": 40 }),
        plain(3, 1_000),
    ];
    let call = world.submit("points.import", batch(1, &rows));
    let done: Value = call.json().unwrap();
    assert_eq!((&done["enrolled"], &done["totals"]["points"]), (&json!(3), &json!(2_200)));
    let (name, change) = told(&call);
    assert_eq!((name.as_str(), &change["members"]), ("points.imported", &json!(3)));
    assert_eq!(world.figures(HILTON, &id(1)), (1_200, 0, 0), "and no points for enrolling");
    assert_eq!(world.figures(HILTON, &id(2)), (0, 0, 40));
    let account = world.account(HILTON, &id(1));
    assert_eq!((&account["tier"], &account["tier_valid_until"]), (&json!("Gold"), &json!("2017-03-31")));
    assert_eq!((&account["nights"], &account["nights_this_year"]), (&json!("407/2"), &json!("7/2")));
    assert_eq!((&account["stays"], &account["last_activity"]), (&json!(92), &json!("2016-01-10")));
    assert_eq!(account["lots"][0], json!({ "points": 500, "earned": "2015-03-01", "last_day": "2016-12-31" }));
    let member = world.query("member.get", json!({ "member": id(1) })).unwrap();
    assert_eq!((&member["enrolled"], &member["home_programme"]), (&json!("2011-05-05"), &json!(HILTON)));
    assert_eq!(world.lines(HILTON, &id(1)), [("imported".to_owned(), 1_200)]);
    // They are members like any other.
    world.post(&Stay::new(&id(2), "1", "2016-01-25", 1));
    assert_eq!(world.figures(HILTON, &id(2)), (1_160, 0, 0));
}

#[test]
fn a_member_who_is_here_already_keeps_what_is_here() {
    let mut world = world();
    let ann = world.enrol(HILTON, "2015-06-01");
    let guest = world.enrol(TEXTBOOK, "2015-06-01");
    world.post(&Stay::new(&ann, "1", "2016-01-25", 2));
    world.manager(AURORA);
    let rows: Vec<Value> = [&ann, &guest]
        .iter()
        .map(|member| json!({ "member": member, "lots": [{ "points": 100, "earned": "2015-11-20" }] }))
        .collect();
    assert_eq!(world.ok("points.import", batch(1, &rows))["enrolled"], 0);
    assert_eq!((world.figures(HILTON, &ann), world.figures(HILTON, &guest)), ((2_500, 0, 0), (100, 0, 0)));
    world.manager(AURORA);
    let again = [json!({ "member": ann, "debt": 40 })];
    assert_eq!(world.refused("points.import", batch(2, &again)), "IMPORT_MEMBER_TWICE");
}

#[test]
fn a_batch_comes_in_whole_or_not_at_all_and_the_refusal_names_row_and_rule() {
    let mut world = world();
    let long: Vec<Value> = (0..257).map(|_| json!({ "points": 1, "earned": "2015-01-01" })).collect();
    for (bad, code, named) in [
        (json!({ "lots": [{ "points": 0, "earned": "2015-01-01" }] }), "IMPORT_ROW_INVALID", "lots[0].points"),
        (json!({ "lots": [{ "points": 1, "earned": "2016-02-02" }] }), "IMPORT_ROW_INVALID", "lots[0].earned"),
        (
            json!({ "lots": [{ "points": 1, "earned": "2015-01-01", "last_day": "2016-01-31" }] }),
            "IMPORT_ROW_INVALID",
            "lots[0].last_day",
        ),
        (
            json!({ "lots": [{ "points": 1, "earned": "2015-01-01" }, { "points": 2, "earned": "2015-01-31" }] }),
            "IMPORT_ROW_INVALID",
            "lots[1].earned must not be listed twice",
        ),
        (json!({ "lots": long }), "IMPORT_ROW_INVALID", "lots must have at most 256"),
        (json!({ "lots": [{ "points": 1, "earned": "2015-01-01" }], "debt": 1 }), "IMPORT_ROW_INVALID", "debt"),
        (json!({ "tier": { "name": "Platinum" } }), "IMPORT_ROW_INVALID", "tier.name"),
        (json!({ "tier": { "name": "Gold", "valid_until": "2016-01-31" } }), "IMPORT_ROW_INVALID", "tier.valid_until"),
        (json!({ "counted": [{ "date": "2016-02-02" }] }), "IMPORT_ROW_INVALID", "counted[2016-02-02].date"),
        (json!({ "counted": [{ "date": "2016-01-02", "nights": "-1" }] }), "IMPORT_ROW_INVALID", "nights"),
        (json!({ "counted": [{ "date": "2016-01-02", "points": { "miles": 1 } }] }), "IMPORT_ROW_INVALID", "points"),
        (json!({ "enrolled": "2016-02-02" }), "IMPORT_ROW_INVALID", "enrolled"),
        (json!({ "last_activity": "2016-02-02" }), "IMPORT_ROW_INVALID", "last_activity"),
        (json!({ "debt": 1_000_000_000_001_u64 }), "POINTS_ABOVE_MAXIMUM", "more than"),
        (
            json!({ "lots": [{ "points": 1_000_000_000_001_u64, "earned": "2015-01-01" }] }),
            "POINTS_ABOVE_MAXIMUM",
            "more than",
        ),
        (json!({ "member": id(1) }), "IMPORT_MEMBER_TWICE", "before"),
    ] {
        let mut row = json!({ "member": id(9) });
        row.as_object_mut().unwrap().extend(bad.as_object().unwrap().clone());
        let call = world.submit("points.import", batch(1, &[plain(1, 100), row]));
        let error = call.result.clone().unwrap_err();
        assert_eq!(error.code, code, "{bad}");
        assert!(error.message.starts_with("rows[1], member "), "{error}");
        assert!(error.message.contains(named), "{error}");
        assert!(!call.writes_anything(), "not one row of the batch came in");
    }
}

#[test]
fn control_totals_must_be_met() {
    let mut world = world();
    let rows = [plain(1, 100), plain(2, 200)];
    for (field, value) in [
        ("members", json!(3)),
        ("lots", json!(1)),
        ("points", json!(301)),
        ("debt", json!(1)),
        // The sums agree, and the points are the other member's.
        ("check", control(&[plain(1, 200), plain(2, 100)])["check"].clone()),
    ] {
        let mut arguments = batch(1, &rows);
        arguments["control"][field] = value;
        let call = world.submit("points.import", arguments);
        let error = call.result.clone().unwrap_err();
        assert_eq!(error.code, "IMPORT_TOTALS_DIFFER");
        assert!(error.message.contains(field), "{error}");
    }
    world.ok("points.import", batch(1, &rows));
}

#[test]
fn a_batch_that_came_in_is_answered_as_before_and_no_other_takes_its_place() {
    let mut world = world();
    let rows = [plain(1, 100), plain(2, 200)];
    let first = world.ok("points.import", batch(1, &rows));
    // Another request, the same batch.
    let call = world.submit("points.import", batch(1, &rows));
    assert_eq!(call.json::<Value>().unwrap(), first);
    assert_eq!(world.figures(HILTON, &id(1)), (100, 0, 0));
    world.manager(AURORA);
    assert_eq!(world.refused("points.import", batch(1, &[plain(3, 100)])), "IMPORT_BATCH_DIFFERS");
    assert_eq!(world.refused("points.import", batch(2, &[plain(1, 100)])), "IMPORT_MEMBER_TWICE");
    for number in [0, 1_000] {
        assert_eq!(world.refused("points.import", batch(number, &[plain(3, 100)])), "IMPORT_BATCH_INVALID");
    }
    assert_eq!(world.refused("points.import", batch(3, &[])), "IMPORT_BATCH_INVALID");
    let many: Vec<Value> = (0..101).map(|n| plain(n, 1)).collect();
    assert_eq!(world.refused("points.import", batch(3, &many)), "IMPORT_BATCH_INVALID");
    world.ok("points.import", batch(3, &many[10..]));
}

#[test]
fn an_import_is_closed_when_all_its_batches_add_up() {
    let mut world = world();
    let rows = [plain(1, 100), plain(2, 200), plain(3, 300)];
    let close = |batches: u16, rows: &[Value]| {
        json!({ "programme": HILTON, "import": IMPORT, "batches": batches,
        "control": control(rows) })
    };
    assert_eq!(world.refused("points.import_close", close(0, &[])), "IMPORT_UNKNOWN");
    world.ok("points.import", batch(1, &rows[..2]));
    assert_eq!(world.refused("points.import_close", close(2, &rows)), "IMPORT_TOTALS_DIFFER");
    assert_eq!(world.refused("points.import_close", close(1, &rows)), "IMPORT_TOTALS_DIFFER");
    world.ok("points.import", batch(7, &rows[2..]));
    let call = world.submit("points.import_close", close(2, &rows));
    assert_eq!(told(&call).0, "points.import_closed");
    assert_eq!(world.refused("points.import_close", close(2, &rows)), "IMPORT_CLOSED");
    assert_eq!(world.refused("points.import", batch(8, &[plain(4, 1)])), "IMPORT_CLOSED");
    let before = world.ok("points.import", batch(1, &rows[..2]));
    assert_eq!(before["totals"]["points"], 300, "what came in is still answered");
    let view = world.query("points.import_get", json!({ "programme": HILTON, "import": IMPORT })).unwrap();
    assert_eq!((&view["closed"], view["batches"].as_array().unwrap().len()), (&json!(true), 2));
}

#[test]
fn a_batch_that_comes_in_meanwhile_undoes_the_closing() {
    let mut world = world();
    let rows = [plain(1, 100)];
    world.ok("points.import", batch(1, &rows));
    let close = json!({ "programme": HILTON, "import": IMPORT, "batches": 1, "control": control(&rows) });
    let (close, late) = (world.request(close), world.request(batch(2, &[plain(2, 200)])));
    let closing = world.ledger.simulate(&ROUTER, "points.import_close", &close);
    let coming = world.ledger.simulate(&ROUTER, "points.import", &late);
    world.ledger.commit(&coming).unwrap();
    assert!(world.ledger.commit(&closing).is_err());
}

#[test]
fn batches_of_an_import_never_conflict() {
    let mut world = world();
    let simulated: Vec<_> = (1..4_u8)
        .map(|n| {
            let arguments = world.request(batch(u16::from(n), &[plain(n, 100)]));
            world.ledger.simulate(&ROUTER, "points.import", &arguments)
        })
        .collect();
    for call in &simulated {
        assert_eq!(call.refusal(), None);
        world.ledger.commit(call).unwrap();
    }
}

#[test]
fn only_the_programmes_manager_imports() {
    let mut world = world();
    let close = json!({ "programme": HILTON, "import": IMPORT, "batches": 1, "control": control(&[plain(1, 1)]) });
    for (msp, role, code) in [
        (AURORA, "agent", "ROLE_NOT_ALLOWED"),
        (AURORA, "pms", "ROLE_NOT_ALLOWED"),
        (BOREA, "manager", "ORGANISATION_NOT_ALLOWED"),
    ] {
        world.client(msp, role, "");
        assert_eq!(world.refused("points.import", batch(1, &[plain(1, 100)])), code);
        assert_eq!(world.refused("points.import_close", close.clone()), code);
    }
    for (msp, role, sees) in [(BOREA, "manager", false), (BOREA, "auditor", true), (AURORA, "agent", true)] {
        world.client(msp, role, "");
        assert_eq!(world.query("points.import_get", json!({ "programme": HILTON, "import": IMPORT })).is_ok(), sees);
    }
}

#[test]
fn the_largest_batch_fits_its_transaction() {
    let mut world = world();
    let rows: Vec<Value> = (0..100)
        .map(|n| {
            json!({ "member": id(n), "lots": [{ "points": 1_000_000_000_000_u64, "earned": "2015-11-20",
                "last_day": "2018-12-31" }], "tier": { "name": "Diamond",
                "valid_until": "2018-03-31" }, "counted": [{ "date": "2015-11-20", "nights": "60", "stays": 30 },
                { "date": "2016-01-20", "nights": "5", "stays": 3 }], "enrolled": "2011-11-11",
                "last_activity": "2016-01-31" })
        })
        .collect();
    let call = world.submit("points.import", batch(1, &rows));
    assert_eq!(call.refusal(), None);
    let (_, event) = call.event.as_ref().unwrap();
    println!("{} bytes of arguments, {} of event", batch(1, &rows).to_string().len(), event.len());
    assert!(event.len() < 48 * 1024, "an event has 64 KiB");
}

#[test]
fn membership_numbers_come_beside_a_batch_and_stand_in_private_data_only() {
    let mut world = world();
    world.ledger.set_transient("secret", secret(AURORA));
    for (numbers, code) in [
        (json!({ id(9): "4711" }), "NUMBER_INVALID"),
        (json!({ id(1): "" }), "NUMBER_INVALID"),
        (json!([1]), "NUMBER_INVALID"),
        (json!({ id(1): "4711-0815", id(2): "4711-0815" }), "NUMBER_TAKEN"),
    ] {
        world.ledger.set_transient("numbers", numbers.to_string());
        assert_eq!(world.refused("points.import", batch(1, &[plain(1, 100), plain(2, 100)])), code);
    }
    world.ledger.set_transient("numbers", json!({ id(1): "4711-0815" }).to_string());
    let mut arguments = batch(1, &[plain(1, 100), plain(2, 200)]);
    arguments["request_id"] = "n".into();
    world.ok("points.import", arguments.clone());
    world.ledger.set_transient("number", "4711-0815");
    assert_eq!(world.query("member.resolve", json!({ "programme": HILTON })).unwrap()["member"], id(1));
    for (key, value) in world.ledger.state() {
        let stands = [key.as_bytes(), value].iter().any(|bytes| bytes.windows(9).any(|window| window == b"4711-0815"));
        assert!(!stands, "the number stands in the open under {key}");
    }
    world.ledger.set_transient("numbers", json!({ id(1): "4711-0816" }).to_string());
    assert_eq!(world.refused("points.import", arguments), "REQUEST_REUSED");
}
