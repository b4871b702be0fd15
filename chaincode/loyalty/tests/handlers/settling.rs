//! What tests of settlement say to the world.

use folio_chaincode_sdk::Call;
use serde_json::{Value, json};

use crate::world::{AURORA, BOREA, CEDAR, HILTON, LODGE, RESORT, Stay, TODAY, World, owner_of, programme_owner};

pub const SEAL: &str = "settlement.seal";
pub const FOLD: &str = "settlement.fold";

/// An agreement with one price for earning, per 1,000 points, and 4 for redeeming.
pub fn agreement(from: &str, currency: &str, accrual: &str) -> Value {
    json!({ "effective_from": from, "currency": currency, "accrual_per_thousand": accrual,
        "redemption": { "per_thousand": "4" } })
}

/// Puts an agreement for all hotels of a host in force.
pub fn agree(world: &mut World, programme: &str, host: &str, agreement: Value) {
    world.manager(programme_owner(programme));
    let arguments = json!({ "programme": programme, "host": host, "agreement": agreement });
    let number = world.ok("agreement.propose", arguments)["number"].clone();
    world.manager(host);
    world.ok("agreement.accept", json!({ "programme": programme, "host": host, "number": number }));
}

/// The rows of what is owed in a programme, as its owner sees them.
pub fn owed(world: &mut World, programme: &str) -> Vec<Value> {
    world.manager(programme_owner(programme));
    let page = world.query("settlement.owed", json!({ "programme": programme, "limit": 1000 })).unwrap();
    assert_eq!(page["next"], Value::Null);
    page["rows"].as_array().unwrap().clone()
}

/// The sum of what is owed in a currency, the sign of a row being that of its debtor.
pub fn owed_by(world: &mut World, programme: &str, debtor: &str) -> i64 {
    let rows = owed(world, programme).into_iter().filter(|row| row["row"]["debtor"] == debtor);
    rows.flat_map(|row| row["items"].as_array().unwrap().clone()).map(|item| item["amount"].as_i64().unwrap()).sum()
}

pub fn seal(world: &mut World, programme: &str, date: &str) {
    world.manager(CEDAR);
    world.ok(SEAL, json!({ "programme": programme, "date": date }));
}

/// Folds all that is sealed, so many rows at a time.
pub fn fold(world: &mut World, programme: &str, limit: u32) -> u64 {
    world.client(CEDAR, "pms", LODGE);
    let mut rows = 0;
    for _ in 0..1_000 {
        let folded = world.ok(FOLD, json!({ "programme": programme, "limit": limit }));
        rows += folded["rows"].as_u64().unwrap();
        if folded["complete"] == true {
            return rows;
        }
    }
    panic!("folding does not end");
}

pub fn position(world: &mut World, programme: &str) -> Value {
    world.manager(programme_owner(programme));
    world.query("settlement.position", json!({ "programme": programme })).unwrap()
}

/// Ann of Hilton Honors, whose programme has an agreement with both other chains.
pub fn world() -> (World, String) {
    let mut world = World::new();
    for host in [BOREA, CEDAR] {
        agree(&mut world, HILTON, host, agreement("2015-01-01", "EUR", "5"));
    }
    let ann = world.enrol(HILTON, "2015-06-01");
    (world, ann)
}

/// A stay at another chain's hotel.
pub fn away(member: &str, confirmation: &str, check_out: &str, nights: i32) -> Stay {
    Stay::new(member, confirmation, check_out, nights).with("hotel", RESORT)
}

/// What 1,000 points at EUR 5 come to, to the nearest cent.
pub fn at_five(points: i64) -> i64 {
    (points * 500 + 500) / 1_000
}

/// Holds and commits a reward at a hotel, and answers the commit.
pub fn reward(world: &mut World, member: &str, points: u64, hotel: &str) -> Call<Vec<u8>> {
    world.agent(AURORA);
    let order = json!({ "programme": HILTON, "member": member, "hotel": hotel, "points": points, "as_of": TODAY });
    let held = world.ok("reward.reserve", json!({ "order": order }));
    world.client(owner_of(hotel), "frontdesk", hotel);
    world.submit("reward.commit", json!({ "reservation": held["reservation"], "as_of": TODAY }))
}
