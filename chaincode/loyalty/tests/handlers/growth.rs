//! What a stay costs the ledger: rows, bytes, reads.

use folio_chaincode_sdk::Call;
use serde_json::json;

use crate::world::{AURORA, CITY, HILTON, RESORT, Stay, TEXTBOOK, World};

/// World state may grow by this much a stay.
const STAY_BYTES_MAX: usize = 1_500;
/// A hashed private write keeps two digests in world state.
const HASHED_BYTES: usize = 64;

fn state_bytes(world: &World) -> usize {
    world.ledger.state().map(|(key, value)| key.len() + value.len()).sum()
}

fn written(call: &Call<Vec<u8>>) -> usize {
    call.writes.iter().map(|(key, value)| key.len() + value.as_ref().map_or(0, Vec::len)).sum()
}

/// Declares a rate in each month of the stays, as a consortium does that declares one every day.
fn declare_monthly(world: &mut World) {
    world.manager(AURORA);
    for month in ["2015-06", "2015-07", "2015-08", "2015-09", "2015-10", "2015-11", "2015-12", "2016-01"] {
        let date = format!("{month}-01");
        world.ok("fx.post", json!({ "from": "EUR", "to": "USD", "date": date, "rate": "1.2" }));
    }
}

#[test]
fn a_stay_adds_at_most_a_kilobyte_and_a_half_to_world_state() {
    let mut world = World::new();
    declare_monthly(&mut world);
    let members: Vec<String> = (0..10).map(|_| world.enrol(HILTON, "2015-06-01")).collect();
    for (what, hotel, programme, market) in [
        ("earning at home", CITY, HILTON, "Direct"),
        ("earning at another chain", RESORT, HILTON, "Direct"),
        ("zero points", CITY, HILTON, "Groups"),
        ("in another programme", CITY, TEXTBOOK, "Direct"),
        ("suspended", CITY, "no-such", "Direct"),
    ] {
        let (before, stays) = (state_bytes(&world), 120);
        let (mut hashed, mut reads_max) = (0, 0);
        for n in 0..stays {
            let check_out: folio_loyalty::units::Date = "2015-07-03".parse().unwrap();
            let check_out = check_out.add_days(n).unwrap().to_string();
            let member = &members[usize::try_from(n).unwrap() % members.len()];
            let stay = Stay::new(member, &format!("{what} {n}"), &check_out, 3).market(market);
            let call = world.try_post(&stay.with("hotel", hotel).with("programme", programme));
            assert_eq!(call.refusal(), None);
            hashed += call.private_writes.len() * HASHED_BYTES;
            reads_max = reads_max.max(call.reads.len());
            assert!(call.ranges.is_empty(), "a stay scans nothing");
        }
        let bytes = (state_bytes(&world) - before + hashed) / usize::try_from(stays).unwrap();
        println!("{what}: {bytes} bytes of world state a stay, at most {reads_max} reads");
        assert!(bytes <= STAY_BYTES_MAX, "{what}: {bytes}");
        assert!(reads_max <= 10, "{what}: {reads_max} reads");
    }
}

#[test]
fn posting_a_stay_does_not_grow_with_the_stays_before_it() {
    let mut world = World::new();
    declare_monthly(&mut world);
    let member = world.enrol(HILTON, "2015-06-01");
    let mut calls = (0..200).map(|n| {
        let check_out: folio_loyalty::units::Date = "2015-07-03".parse().unwrap();
        let check_out = check_out.add_days(n).unwrap().to_string();
        let call = world.try_post(&Stay::new(&member, &n.to_string(), &check_out, 1));
        assert_eq!(call.refusal(), None);
        (call.reads.len(), written(&call))
    });
    let (first_reads, first_bytes) = calls.nth(9).unwrap();
    let (last_reads, last_bytes) = calls.last().unwrap();
    println!("10th stay: {first_reads} reads, {first_bytes} bytes; 200th: {last_reads} reads, {last_bytes} bytes");
    assert_eq!(first_reads, last_reads);
    // One lot a month, and nothing else.
    assert!(last_bytes - first_bytes < 200, "{first_bytes} to {last_bytes} bytes");
}
