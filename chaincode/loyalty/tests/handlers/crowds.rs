//! Many who want the same at once: items of one stock, points of one treasury. Each call is executed against the same state,
//! as calls in flight are, and then they commit one after the other as in a block.

use std::collections::BTreeSet;

use folio_chaincode_sdk::Call;
use folio_loyalty::handlers::ROUTER;
use serde_json::{Value, json};

use crate::redeemer::{HYATT, RESERVE, Redeemer};
use crate::world::{AURORA, BOREA, CEDAR, CITY, HILTON, TODAY, World};

/// How many ask at once.
const CROWD: usize = 200;

/// How many of the calls read or write a key that one before them writes.
fn meetings(calls: &[Call<Vec<u8>>]) -> usize {
    let mut written: BTreeSet<&str> = BTreeSet::new();
    let mut meetings = 0;
    for call in calls {
        assert_eq!(call.refusal(), None);
        assert!(call.ranges.is_empty(), "what is submitted scans nothing");
        let touched = call.read_keys().into_iter().chain(call.written_keys());
        meetings += usize::from(touched.into_iter().any(|key| written.contains(key)));
        written.extend(call.written_keys());
    }
    meetings
}

fn commit(world: &mut World, calls: &[Call<Vec<u8>>]) -> usize {
    calls.iter().filter(|call| world.ledger.commit(call).is_ok()).count()
}

/// Members who ask for an item at once, of which so many pieces lie on at most so many shelves.
fn reserves(shelves: u16, pieces: u64, members: usize) -> (Redeemer, Vec<Call<Vec<u8>>>) {
    let mut cast = Redeemer::hyatt();
    cast.offer("bag", 500, json!({ "shelves": shelves }), pieces);
    let members: Vec<String> = (0..members).map(|n| cast.other(&format!("m{n}"))).collect();
    let asked = members.iter().enumerate().map(|(n, member)| {
        let mut order = cast.order(member, json!({ "points": 500, "item": "bag", "hotel": CITY }));
        order["request_id"] = json!(format!("together-{n}"));
        cast.world.ledger.simulate(&ROUTER, RESERVE, &order)
    });
    let calls = asked.collect();
    (cast, calls)
}

#[test]
fn two_hundred_who_reserve_an_item_at_once_hardly_ever_conflict() {
    let (mut cast, calls) = reserves(16_384, 50_000, CROWD);
    let met = meetings(&calls);
    assert!(met <= 4, "{met} of {CROWD} meet another, and one is expected");
    assert_eq!(commit(&mut cast.world, &calls), CROWD - met);
    assert_eq!(cast.free("bag"), json!(50_000 - CROWD + met));
}

#[test]
fn one_shelf_is_one_row_and_a_stock_has_no_more_shelves_than_pieces() {
    for (shelves, pieces) in [(1, 640), (16_384, 1)] {
        let (mut cast, calls) = reserves(shelves, pieces, 12);
        assert_eq!((meetings(&calls), commit(&mut cast.world, &calls)), (11, 1));
    }
}

#[test]
fn putting_pieces_in_writes_the_item_alone_and_taking_them_out_a_bounded_number_of_shelves() {
    let mut cast = Redeemer::hyatt();
    cast.offer("bag", 500, json!({ "shelves": 16_384 }), 0);
    cast.world.manager(CEDAR);
    let stock = |add: u64, remove: u64| json!({ "programme": HYATT, "item": "bag", "add": add, "remove": remove });
    let rows = |call: &Call<Vec<u8>>, prefix: char| call.writes.keys().filter(|key| key.starts_with(prefix)).count();
    let call = cast.world.submit("reward.stock", stock(40_000, 0));
    assert_eq!((rows(&call, 'C'), rows(&call, 'K')), (1, 0));
    let call = cast.world.submit("reward.stock", stock(0, 800));
    assert!((266..=400).contains(&rows(&call, 'K')), "two or three pieces lie on a shelf");
    assert_eq!(cast.free("bag"), json!(39_200));
    cast.world.manager(CEDAR);
    assert_eq!(cast.world.refused("reward.stock", stock(0, 1_201)), "REWARD_STOCK_INVALID");
}

#[test]
fn a_thousand_certificates_come_from_one_shelf_and_leave_no_list_behind() {
    let mut cast = Redeemer::hyatt();
    let kind = json!({ "certificate": { "worth": { "night": { "category": "1" } }, "days": 365 } });
    cast.offer("night", 1, json!({ "kind": kind, "shelves": 1 }), 1_000);
    let member = cast.other("2");
    for n in 0..1_000 {
        let order = cast.order(&member, json!({ "points": 1, "item": "night" }));
        assert_eq!(cast.world.submit(RESERVE, order).refusal(), None, "certificate {n}");
    }
    assert_eq!(cast.free("night"), json!(0));
    let shelves: Vec<usize> =
        cast.world.ledger.state().filter(|(key, _)| key.starts_with('K')).map(|(_, value)| value.len()).collect();
    assert!(matches!(shelves[..], [length] if length < 8), "{shelves:?}");
    let order = cast.order(&member, json!({ "points": 1, "item": "night" }));
    assert_eq!(cast.world.refused(RESERVE, order), "REWARD_OUT_OF_STOCK");
}

#[test]
fn a_shelf_from_which_all_that_may_be_are_held_is_not_empty() {
    let mut cast = Redeemer::hyatt();
    cast.offer("bag", 1, json!({ "shelves": 1 }), 100);
    let members: Vec<String> = (0..5).map(|n| cast.other(&format!("m{n}"))).collect();
    let order =
        |cast: &mut Redeemer, n: usize| cast.order(&members[n], json!({ "points": 1, "item": "bag", "hotel": CITY }));
    for n in 0..64 {
        let order = order(&mut cast, n / 16);
        cast.world.ok(RESERVE, order);
    }
    let one_more = order(&mut cast, 4);
    assert_eq!(cast.world.refused(RESERVE, one_more.clone()), "REWARD_SHELVES_FULL");
    assert_eq!(cast.free("bag"), json!(36));
    cast.wait(900 + 301);
    cast.world.agent(CEDAR);
    cast.world.ok(RESERVE, one_more);
    assert_eq!(cast.free("bag"), json!(99));
}

#[test]
fn a_piece_is_found_where_one_of_twenty_is_left() {
    let mut cast = Redeemer::hyatt();
    cast.offer("bag", 500, json!({ "shelves": 400 }), 400);
    cast.world.manager(CEDAR);
    cast.world.ok("reward.stock", json!({ "programme": HYATT, "item": "bag", "remove": 380 }));
    let fields = || json!({ "points": 500, "item": "bag", "hotel": CITY });
    let found = (0..10).filter(|_| cast.submit(RESERVE, fields()).refusal().is_none()).count();
    assert!(found >= 8, "{found} of 10");
}

#[test]
fn two_hundred_awards_of_one_treasury_hardly_ever_conflict() {
    let mut world = World::new();
    let members: Vec<String> = (0..CROWD).map(|_| world.enrol(HILTON, "2015-06-01")).collect();
    world.manager(AURORA);
    let open = json!({ "programme": HILTON, "organisation": BOREA, "tills": 4_096 });
    let treasury = world.ok("treasury.open", open)["treasury"].clone();
    let fund = json!({ "treasury": treasury, "points": 4_096_000, "as_of": TODAY });
    let call = world.submit("treasury.fund", fund);
    assert_eq!(
        call.writes.keys().filter(|key| key.starts_with('T')).count(),
        1,
        "the tills have their shares unwritten"
    );
    world.client(BOREA, "agent", "");
    let asked = members.iter().map(|member| {
        let award = json!({ "treasury": treasury, "member": member, "points": 100, "as_of": TODAY });
        let arguments = world.request(award);
        world.ledger.simulate(&ROUTER, "treasury.award", &arguments)
    });
    let calls: Vec<Call<Vec<u8>>> = asked.collect();
    let met = meetings(&calls);
    assert!(met <= 12, "{met} of {CROWD} meet another, and five are expected");
    assert_eq!(commit(&mut world, &calls), CROWD - met);
    world.manager(AURORA);
    let view: Value = world.query("treasury.get", json!({ "treasury": treasury })).unwrap();
    assert_eq!(view["points"], json!(4_096_000 - 100 * (CROWD - met)));
}
