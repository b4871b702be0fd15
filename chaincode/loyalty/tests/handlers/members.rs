//! Members: enrolled under a random id, known by number in private data only, read by their programme.

use serde_json::json;

use crate::world::{
    AURORA, BOREA, CEDAR, CITY, HILTON, LODGE, NOW, RESORT, Stay, TEXTBOOK, World, key, public, secret,
};

#[test]
fn an_enrolment_earns_what_the_programme_gives_for_it() {
    let mut world = World::new();
    world.agent(BOREA);
    let call = world.submit("member.enrol", json!({ "programme": TEXTBOOK, "as_of": "2015-06-01" }));
    let enrolled: serde_json::Value = call.json().unwrap();
    assert_eq!((&enrolled["points"], &enrolled["tier"]), (&json!(100), &json!("Member")));
    assert_eq!(call.event.unwrap().0, "member.enrolled");
    let member = enrolled["member"].as_str().unwrap();
    assert_eq!(member.len(), 32);
    assert_eq!(world.figures(TEXTBOOK, member), (100, 0, 0));
    assert_eq!(world.lines(TEXTBOOK, member), [("activity".to_owned(), 100)]);
    let other = world.enrol(HILTON, "2015-06-01");
    assert_ne!(other, member);
    assert_eq!(world.figures(HILTON, &other), (0, 0, 0));
}

#[test]
fn an_organisation_may_draw_the_random_id_itself_and_enrols_it_once() {
    let mut world = World::new();
    let drawn = "5".repeat(32);
    let arguments = json!({ "programme": HILTON, "as_of": "2015-06-01", "member": drawn });
    world.agent(AURORA);
    assert_eq!(world.ok("member.enrol", arguments.clone())["member"], json!(drawn));
    assert_eq!(world.refused("member.enrol", arguments), "MEMBER_EXISTS");
    let number = json!({ "programme": HILTON, "as_of": "2015-06-01", "member": "4711" });
    assert_eq!(world.refused("member.enrol", number), "BAD_ARGUMENTS");
}

#[test]
fn only_staff_of_the_programmes_organisation_enrol() {
    let mut world = World::new();
    for (msp, role, code) in [
        (AURORA, "auditor", "ROLE_NOT_ALLOWED"),
        (AURORA, "", "ROLE_NOT_ALLOWED"),
        (BOREA, "agent", "ORGANISATION_NOT_ALLOWED"),
    ] {
        world.client(msp, role, "");
        assert_eq!(world.refused("member.enrol", json!({ "programme": HILTON, "as_of": "2015-06-01" })), code);
    }
    world.agent(AURORA);
    for (programme, as_of, code) in [
        ("no-such", "2015-06-01", "PROGRAMME_UNKNOWN"),
        (HILTON, "2014-06-01", "PROGRAMME_NOT_IN_FORCE"),
        (HILTON, "2016-02-03", "AS_OF_IN_FUTURE"),
    ] {
        assert_eq!(world.refused("member.enrol", json!({ "programme": programme, "as_of": as_of })), code);
    }
    world.ledger.set_timestamp(i64::MAX);
    let never = world.refused("member.enrol", json!({ "programme": HILTON, "as_of": "2015-06-01" }));
    assert_eq!(never, "TIME_OUT_OF_RANGE");
    world.ledger.set_timestamp(NOW);
}

#[test]
fn a_membership_number_leads_to_its_member_in_private_data_only() {
    let mut world = World::new();
    world.ledger.set_transient("number", "9876543210");
    world.ledger.set_transient("secret", secret(AURORA));
    let ann = world.enrol(HILTON, "2015-06-01");
    let again = json!({ "programme": HILTON, "as_of": "2015-06-01" });
    assert_eq!(world.refused("member.enrol", again), "NUMBER_TAKEN");
    world.ledger.set_transient("number", "1234");
    let bob = world.enrol(HILTON, "2015-06-01");
    for (number, member) in [("9876543210", Ok(&ann)), ("1234", Ok(&bob)), ("12345", Err("NUMBER_UNKNOWN"))] {
        world.ledger.set_transient("number", number);
        let found = world.query("member.resolve", json!({ "programme": HILTON }));
        assert_eq!(found.map(|found| found["member"].clone()), member.map(|member| json!(member)), "{number}");
    }
    for (key, value) in world.ledger.state() {
        let text = [key.as_bytes(), value].concat();
        assert!(!text.windows(10).any(|window| window == b"9876543210"), "the number stands in the open under {key}");
    }
    world.agent(BOREA);
    assert_eq!(world.query("member.resolve", json!({ "programme": HILTON })), Err("ORGANISATION_NOT_ALLOWED"));
    world.agent(AURORA);
    world.ledger.set_transient("number", "");
    assert_eq!(world.query("member.resolve", json!({ "programme": HILTON })), Err("NUMBER_INVALID"));
    world.ledger.clear_transient();
    assert_eq!(world.query("member.resolve", json!({ "programme": HILTON })), Err("NUMBER_MISSING"));
}

#[test]
fn a_key_is_bound_once_by_the_home_programme() {
    let mut world = World::new();
    let member = world.enrol(HILTON, "2015-06-01");
    let bind = || json!({ "member": member, "key": public(&key(1)) });
    for (msp, role, code) in [
        (BOREA, "agent", "ORGANISATION_NOT_ALLOWED"),
        (AURORA, "frontdesk", "ROLE_NOT_ALLOWED"),
        (AURORA, "pms", "ROLE_NOT_ALLOWED"),
    ] {
        world.client(msp, role, CITY);
        assert_eq!(world.refused("member.bind_key", bind()), code);
    }
    world.agent(AURORA);
    for (wrong, code) in [("02", "KEY_INVALID"), ("", "KEY_INVALID"), ("0Z", "BAD_ARGUMENTS"), ("020", "BAD_ARGUMENTS")]
    {
        assert_eq!(world.refused("member.bind_key", json!({ "member": member, "key": wrong })), code, "{wrong}");
    }
    world.ok("member.bind_key", bind());
    assert_eq!(
        world.refused("member.bind_key", json!({ "member": member, "key": public(&key(2)) })),
        "MEMBER_KEY_BOUND"
    );
    let nobody = json!({ "member": "0".repeat(32), "key": public(&key(2)) });
    assert_eq!(world.refused("member.bind_key", nobody), "MEMBER_UNKNOWN");
}

#[test]
fn a_member_is_read_by_the_programmes_staff_and_auditors() {
    let mut world = World::new();
    let member = world.enrol(HILTON, "2015-06-01");
    for (msp, role, allowed) in [
        (AURORA, "agent", true),
        (AURORA, "frontdesk", true),
        (CEDAR, "auditor", true),
        (BOREA, "agent", false),
        (AURORA, "", false),
    ] {
        world.client(msp, role, "");
        assert_eq!(world.query("member.get", json!({ "member": member })).is_ok(), allowed, "{msp} {role}");
    }
    world.agent(AURORA);
    let found = world.query("member.get", json!({ "member": member })).unwrap();
    assert_eq!((&found["home_programme"], &found["key_bound"]), (&json!(HILTON), &json!(false)));
    world.agent(BOREA);
    let found = world.query("member.get", json!({ "member": member, "programme": TEXTBOOK })).unwrap();
    assert_eq!(found["account"], json!(null));
    assert_eq!(world.query("member.get", json!({ "member": "0".repeat(32) })), Err("MEMBER_UNKNOWN"));
}

#[test]
fn a_statement_is_paged_newest_first_and_shows_a_hotel_its_own_stays_only() {
    let mut world = World::new();
    let member = world.enrol(HILTON, "2015-06-01");
    for (confirmation, hotel) in [("1", CITY), ("2", RESORT), ("3", CITY), ("4", LODGE), ("5", RESORT)] {
        world.post(&Stay::new(&member, confirmation, "2015-07-03", 1).with("hotel", hotel));
    }
    let mut read = |msp: &str, role: &str, hotels: &str| {
        world.client(msp, role, hotels);
        let (mut numbers, mut after) = (Vec::new(), json!(null));
        loop {
            let arguments = json!({ "member": member, "programme": HILTON, "limit": 2, "after": after });
            let page = match world.query("member.statement", arguments) {
                Ok(page) => page,
                Err(code) => return Err(code),
            };
            numbers.extend(page["lines"].as_array().unwrap().iter().map(|line| line["number"].as_u64().unwrap()));
            after = page["next"].clone();
            if after.is_null() {
                return Ok(numbers);
            }
        }
    };
    assert_eq!(read(AURORA, "agent", ""), Ok(vec![4, 3, 2, 1, 0]));
    assert_eq!(read(CEDAR, "auditor", ""), Ok(vec![4, 3, 2, 1, 0]));
    assert_eq!(read(AURORA, "frontdesk", CITY), Ok(vec![2, 0]));
    assert_eq!(read(BOREA, "pms", RESORT), Ok(vec![4, 1]));
    assert_eq!(read(BOREA, "pms", CITY), Ok(vec![]), "a certificate that lists another organisation's hotel");
    assert_eq!(read(BOREA, "agent", ""), Err("ORGANISATION_NOT_ALLOWED"));
    assert_eq!(read(AURORA, "", ""), Err("ROLE_NOT_ALLOWED"));
    world.agent(AURORA);
    let page = world.query("member.statement", json!({ "member": member, "programme": HILTON })).unwrap();
    let line = &page["lines"][1];
    assert_eq!((&line["hotel"], &line["by"]["role"]), (&json!(LODGE), &json!("frontdesk")));
    assert_eq!((&line["by"]["organisation"], &line["programme_version"]), (&json!(CEDAR), &json!(1)));
    assert_eq!(line["tx"].as_str().unwrap().len(), 64);
}
