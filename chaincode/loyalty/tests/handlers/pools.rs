//! Accounts that several members fill and spend together.

use folio_loyalty::rules::programme::{PoolRules, PoolSpenders};
use serde_json::{Value, json};

use crate::club::{club, club_stay, order, points};
use crate::world::{AURORA, CEDAR, CITY, IHG, TODAY, World};

struct Cast {
    world: World,
    ann: String,
    bob: String,
    pool: String,
}

/// Ann, who has opened a pool, and Bob, both with keys and 6,000 points.
fn cast(spend: PoolSpenders) -> Cast {
    let mut world = club(|definition| {
        definition.transfer.as_mut().unwrap().pools =
            Some(PoolRules { members_max: 2, minimum: points(500), contributed_per_year: Some(points(5_000)), spend });
    });
    let (ann, bob) = (world.clubber(1), world.clubber(2));
    world.nights(&ann, "1", "2016-01-25", 5);
    world.nights(&bob, "2", "2016-01-25", 5);
    let arguments = world.word(1, "pool.open", &ann, json!({}));
    let pool = world.ok("pool.open", arguments)["pool"].as_str().unwrap().to_owned();
    Cast { world, ann, bob, pool }
}

impl Cast {
    fn join_of(&mut self, joiner: u8, member: &str) -> Value {
        let (ann, pool) = (self.ann.clone(), self.pool.clone());
        let opener = self.world.word(1, "pool.join", &ann, json!({ "pool": pool, "to": member }));
        let joiner = self.world.word(joiner, "pool.join", member, json!({ "pool": pool }));
        json!({ "opener": opener, "joiner": joiner })
    }

    fn join(&mut self) {
        let bob = self.bob.clone();
        let arguments = self.join_of(2, &bob);
        self.world.ok("pool.join", arguments);
    }

    fn word(&mut self, seed: u8, function: &str, amount: u64) -> Value {
        let member = if seed == 1 { self.ann.clone() } else { self.bob.clone() };
        let pool = self.pool.clone();
        self.world.word(seed, function, &member, json!({ "pool": pool, "points": amount }))
    }

    fn ok(&mut self, seed: u8, function: &str, amount: u64) -> Value {
        let arguments = self.word(seed, function, amount);
        self.world.ok(function, arguments)
    }

    fn refused(&mut self, seed: u8, function: &str, amount: u64) -> &'static str {
        let arguments = self.word(seed, function, amount);
        self.world.refused(function, arguments)
    }

    fn get(&mut self) -> Value {
        self.world.agent(CEDAR);
        self.world.query("pool.get", json!({ "pool": self.pool })).unwrap()
    }

    fn reserve(&mut self, seed: u8, amount: u64) -> Value {
        let member = if seed == 1 { self.ann.clone() } else { self.bob.clone() };
        let pool = self.pool.clone();
        self.world.word(seed, "reward.reserve", &member, json!({ "pool": pool, "points": amount, "hotel": CITY }))
    }
}

#[test]
fn two_members_fill_a_pool_and_spend_it_together() {
    let mut cast = cast(PoolSpenders::Any);
    cast.join();
    cast.ok(1, "pool.contribute", 3_000);
    cast.ok(2, "pool.contribute", 4_000);
    let pool = cast.get();
    assert_eq!((&pool["available"], &pool["members"][1]["contributed"]), (&json!(7_000), &json!(4_000)));
    let (ann, bob, id) = (cast.ann.clone(), cast.bob.clone(), cast.pool.clone());
    assert_eq!((cast.world.club_figures(&ann), cast.world.club_figures(&bob)), ((3_000, 0, 0), (2_000, 0, 0)));
    let arguments = cast.reserve(2, 6_000);
    let held = cast.world.ok("reward.reserve", arguments);
    assert_eq!(held["member"], json!(id), "the pool stands in the member's place");
    cast.world.desk(CITY);
    cast.world.ok("reward.commit", json!({ "reservation": held["reservation"], "as_of": TODAY }));
    assert_eq!(cast.get()["available"], json!(1_000));
    cast.world.agent(CEDAR);
    let page = cast.world.query("member.statement", json!({ "member": id, "programme": IHG })).unwrap();
    let causes: Vec<&str> =
        page["lines"].as_array().unwrap().iter().map(|line| line["cause"].as_str().unwrap()).collect();
    assert_eq!(causes, ["redeemed", "reserved", "pool_contributed", "pool_contributed"]);
    assert_eq!(page["lines"][1]["word_of"], json!(bob), "on whose word it moved");
    // What is left comes back to who put it in, and the last to leave closes the pool.
    assert_eq!(cast.refused(1, "pool.withdraw", 3_001), "POOL_WITHDRAWAL_ABOVE_CONTRIBUTION");
    assert_eq!(cast.refused(1, "pool.withdraw", 2_000), "POINTS_INSUFFICIENT");
    cast.ok(2, "pool.leave", 0);
    assert_eq!(cast.refused(1, "pool.leave", 0), "POOL_NOT_EMPTY");
    cast.ok(1, "pool.withdraw", 1_000);
    cast.ok(1, "pool.leave", 0);
    assert_eq!(cast.get()["members"], json!([]));
    assert_eq!(cast.world.club_figures(&ann), (4_000, 0, 0));
    assert_eq!(cast.refused(1, "pool.contribute", 1_000), "POOL_NOT_MEMBER");
}

#[test]
fn a_pool_takes_only_members_whom_both_sides_want() {
    let mut cast = cast(PoolSpenders::Any);
    let (ann, bob, pool) = (cast.ann.clone(), cast.bob.clone(), cast.pool.clone());
    let carl = cast.world.clubber(3);
    for (fields, code) in [
        (json!({ "pool": pool, "to": carl }), "POOL_OPENER_DISAGREES"),
        (json!({ "to": bob }), "POOL_OPENER_DISAGREES"),
        (json!({ "pool": pool }), "POOL_OPENER_DISAGREES"),
    ] {
        let opener = cast.world.word(1, "pool.join", &ann, fields);
        let joiner = cast.world.word(2, "pool.join", &bob, json!({ "pool": pool }));
        assert_eq!(cast.world.refused("pool.join", json!({ "opener": opener, "joiner": joiner })), code);
    }
    // Somebody else's word in place of the opener's.
    let opener = cast.world.word(3, "pool.join", &carl, json!({ "pool": pool, "to": bob }));
    let joiner = cast.world.word(2, "pool.join", &bob, json!({ "pool": pool }));
    assert_eq!(cast.world.refused("pool.join", json!({ "opener": opener, "joiner": joiner })), "POOL_OPENER_DISAGREES");
    let opener = cast.world.word(1, "pool.join", &ann, json!({ "pool": pool, "to": bob }));
    assert_eq!(cast.world.refused("pool.join", json!({ "opener": opener, "joiner": {} })), "MANDATE_MISSING");
    cast.join();
    let again = cast.join_of(2, &bob);
    assert_eq!(cast.world.refused("pool.join", again), "POOL_FULL");
    let third = cast.join_of(3, &carl);
    assert_eq!(cast.world.refused("pool.join", third), "POOL_FULL");
    let second = cast.world.word(1, "pool.open", &ann, json!({}));
    assert_eq!(cast.world.refused("pool.open", second), "MEMBER_IN_POOL");
    let unknown = cast.world.word(3, "pool.contribute", &carl, json!({ "pool": "0".repeat(32), "points": 600 }));
    assert_eq!(cast.world.refused("pool.contribute", unknown), "POOL_UNKNOWN");
    let unnamed = cast.world.word(3, "pool.contribute", &carl, json!({ "points": 600 }));
    assert_eq!(cast.world.refused("pool.contribute", unnamed), "POOL_MISSING");
}

#[test]
fn contributions_have_limits_and_spending_has_its_spender() {
    let mut cast = cast(PoolSpenders::Opener);
    cast.join();
    assert_eq!(cast.refused(1, "pool.contribute", 499), "POOL_BELOW_MINIMUM");
    cast.ok(1, "pool.contribute", 4_600);
    assert_eq!(cast.refused(1, "pool.contribute", 500), "POOL_YEAR_CAP");
    assert_eq!(cast.refused(2, "pool.contribute", 6_001), "POOL_YEAR_CAP");
    cast.ok(2, "pool.contribute", 1_400);
    let by_bob = cast.reserve(2, 5_000);
    assert_eq!(cast.world.refused("reward.reserve", by_bob), "POOL_OPENER_SPENDS");
    let carl = cast.world.clubber(3);
    let pool = cast.pool.clone();
    let fields = json!({ "pool": pool, "points": 5_000, "hotel": CITY });
    let by_carl = cast.world.word(3, "reward.reserve", &carl, fields);
    // Carl has no account of the pool's programme but his own, and no part in the pool.
    assert_eq!(cast.world.refused("reward.reserve", by_carl), "POOL_NOT_MEMBER");
    let ann = cast.ann.clone();
    let transfer = cast.world.word(1, "points.transfer", &ann, json!({ "pool": pool, "points": 1_000, "to": carl }));
    assert_eq!(cast.world.refused("points.transfer", transfer), "POOL_NOT_SPENDABLE");
    let into = cast.world.word(1, "points.transfer", &ann, json!({ "points": 1_000, "to": pool }));
    assert_eq!(cast.world.refused("points.transfer", into), "MEMBER_UNKNOWN", "a pool is no member");
    let by_ann = cast.reserve(1, 5_000);
    cast.world.ok("reward.reserve", by_ann);
    // The opener leaves, and the next oldest may spend.
    cast.ok(1, "pool.leave", 0);
    let by_bob = cast.reserve(2, 1_000);
    assert_eq!(cast.world.refused("reward.reserve", by_bob), "REDEMPTION_BELOW_MINIMUM");
}

#[test]
fn nobody_stays_or_signs_as_a_pool() {
    let mut cast = cast(PoolSpenders::Any);
    let pool = cast.pool.clone();
    let receipt = cast.world.post(&club_stay(&pool, "7", "2016-01-20", 1));
    assert_eq!(receipt["reasons"], json!(["MEMBER_UNKNOWN"]));
    let as_pool = order(&pool, json!({ "points": 1_000, "to": cast.bob.clone() }));
    cast.world.agent(CEDAR);
    assert_eq!(cast.world.refused("points.transfer", as_pool), "MEMBER_UNKNOWN");
    cast.world.agent(AURORA);
    assert_eq!(cast.world.query("pool.get", json!({ "pool": pool })), Err("ORGANISATION_NOT_ALLOWED"));
}

#[test]
fn a_programme_that_says_nothing_offers_no_pools() {
    let mut world = club(|_| {});
    let ann = world.clubber(1);
    world.nights(&ann, "1", "2016-01-25", 5);
    let arguments = world.word(1, "pool.open", &ann, json!({}));
    assert_eq!(world.refused("pool.open", arguments), "POOL_NOT_OFFERED");
}
