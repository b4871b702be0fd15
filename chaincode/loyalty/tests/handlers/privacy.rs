//! What stands where competitors read it, and what does not.

use folio_chaincode_sdk::{Call, HexId, Record};
use folio_loyalty::state::{STAYS, StayRow, VERSIONS};
use serde_json::json;

use crate::world::{AURORA, BOREA, CEDAR, HILTON, NEW, RESORT, Stay, TEXTBOOK, World, register};

/// What two nights of this amount come to, in the hotel's currency and exchanged: in cents, and what is next to it.
const NET_CENTS: i64 = 123_457;
const GROSS_CENTS: i64 = 135_803;
const AMOUNTS_CENTS: [i64; 5] = [NET_CENTS, GROSS_CENTS, 2 * NET_CENTS, 296_296, 296_297];
/// What the hotel knows of the guest and the booking, and the terms of the nights.
const TEXTS: [&str; 7] = ["CONF-4711", "9876543210", "BAR", "Direct", "2015-07-01", "ROOM-812", "GRP-33"];

fn telling(member: &str, confirmation: &str) -> Stay {
    let mut stay = Stay::new(member, confirmation, "2015-07-03", 2)
        .with("member_number", "9876543210")
        .with("group", "GRP-33")
        .at(NET_CENTS);
    stay.0["rooms"][0]["number"] = "ROOM-812".into();
    for line in stay.0["rooms"][0]["lines"].as_array_mut().unwrap() {
        line["gross"] = GROSS_CENTS.into();
    }
    stay
}

/// A number as protobuf writes it.
fn varint(mut number: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number > 0x7f {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
    bytes
}

/// Every form in which something secret might stand somewhere.
fn secrets() -> Vec<Vec<u8>> {
    let texts = TEXTS.iter().map(|text| text.as_bytes().to_vec());
    let amounts = AMOUNTS_CENTS.into_iter().flat_map(|amount| {
        let whole = u64::try_from(amount).unwrap();
        let decimal = format!("{}.{:02}", whole / 100, whole % 100);
        [whole.to_string().into_bytes(), decimal.into_bytes(), varint(whole), varint(2 * whole), varint(2 * whole - 1)]
    });
    texts.chain(amounts).collect()
}

fn assert_tells_nothing(what: &str, bytes: &[u8]) {
    for secret in secrets() {
        let found = bytes.windows(secret.len()).any(|window| window == secret);
        assert!(!found, "{:?} stands in the open in {what}", String::from_utf8_lossy(&secret));
    }
}

/// Whatever of a call stands in a block.
fn check_call(call: &Call<Vec<u8>>) {
    assert_tells_nothing("a response", call.result.as_ref().unwrap());
    for (key, value) in &call.writes {
        assert_tells_nothing(key, key.as_bytes());
        assert_tells_nothing(key, value.as_deref().unwrap_or_default());
    }
    if let Some((name, payload)) = &call.event {
        assert_tells_nothing(name, payload);
    }
}

#[test]
fn what_the_hotel_reported_stands_in_private_data_and_nowhere_else() {
    let mut world = World::new();
    let member = world.enrol(TEXTBOOK, "2015-06-01");
    let stay = Stay::new(&member, "CONF-4711", "2015-07-03", 2)
        .with("programme", TEXTBOOK)
        .with("member_number", "9876543210")
        .at(123_457);
    let receipt = world.post(&stay);
    let key = format!("stay/{}/1", receipt["stay"].as_str().unwrap());
    for msp in [AURORA, BOREA] {
        let kept = world.ledger.private_value(&format!("_implicit_org_{msp}"), &key).unwrap();
        assert_eq!(kept[32..], stay.json()[..], "salt and report, at the hotel's and at the programme's organisation");
    }
    assert_eq!(world.ledger.private_value(&format!("_implicit_org_{CEDAR}"), &key), None);
    // What programmes say of markets and rates is published.
    for (key, value) in world.ledger.state().filter(|(key, _)| !key.starts_with(VERSIONS.spec().prefix)) {
        let text = [key.as_bytes(), value].concat();
        for secret in ["CONF-4711", "9876543210", "123457", "BAR", "Direct", "2015-07-01"] {
            let found = text.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!found, "{secret} stands in the open under {key}");
        }
    }
}

#[test]
fn no_amount_number_or_term_stands_in_a_block_whatever_becomes_of_the_stay() {
    let mut world = World::new();
    let member = world.enrol(HILTON, "2015-06-01");
    let stay = |version: u32| telling(&member, "CONF-4711").with("version", version);
    let stranger = "7".repeat(32);
    for stay in [
        stay(1),
        stay(2).market("Groups"),
        stay(3).with("status", "no_show"),
        stay(5),
        stay(4),
        stay(6).with("member", stranger.as_str()),
        stay(1).with("programme", TEXTBOOK).with("hotel", RESORT),
        stay(1).with("hotel", NEW),
    ] {
        check_call(&world.try_post(&stay));
    }
    world.manager(AURORA);
    world.ok("hotel.register", register(NEW, AURORA, "Hilton"));
    world.resolve(&stay(1).with("hotel", NEW)).unwrap();
    world.ledger.set_transient("number", "9876543210");
    world.ledger.set_transient("secret", [9; 32]);
    world.agent(AURORA);
    check_call(&world.submit("member.enrol", json!({ "programme": HILTON, "as_of": "2015-06-01" })));
    // What programmes say of markets and rates is published.
    for (key, value) in world.ledger.state().filter(|(key, _)| !key.starts_with(VERSIONS.spec().prefix)) {
        assert_tells_nothing(key, value);
    }
}

#[test]
fn spend_stands_in_whole_units_and_corrections_post_the_difference() {
    let mut world = World::new();
    let member = world.enrol(HILTON, "2015-06-01");
    // Two nights in cents; 1.2 dollars a euro.
    for (version, net, dollars) in [
        (1, 10_000, 240),
        (2, 10_020, 240),    // 240.48
        (3, 10_021, 241),    // 240.504: a late charge of a cent
        (4, 104_167, 2_500), // 2,500.008
        (5, 10_020, 240),
        (6, 0, 0),
    ] {
        let stay = Stay::new(&member, "1", "2015-07-03", 2).at(net).with("version", version);
        let receipt = world.post(&stay);
        let key = HexId::parse(receipt["stay"].as_str().unwrap()).unwrap();
        let row = world.ledger.state().find(|(found, _)| **found == STAYS.key(&key)).unwrap().1;
        let posted = StayRow::from_state(row, "stay").unwrap().posted.unwrap();
        let counted: i64 = posted.contributions.iter().map(|part| part.tally.spend_steps).sum();
        assert_eq!(counted, dollars, "version {version}");
        let account = world.account(HILTON, &member);
        let silver = &account["progress"][0];
        assert_eq!(silver["condition"]["parts"][2]["have"], json!(dollars.to_string()), "version {version}: {silver}");
        let met = silver["condition"]["parts"][2]["met"] == json!(true);
        assert_eq!(met, dollars >= 2_500, "version {version}");
    }
}
