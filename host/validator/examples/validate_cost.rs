//! What the verdict on a block costs: `cargo run --release -p folio-validator --example validate_cost`.
//!
//! A block of 500 transactions, each endorsed by two organisations, reading and writing 4 keys of its own.

#![allow(clippy::unwrap_used, reason = "a measurement stops at the first surprise")]

#[path = "../tests/common/mod.rs"]
mod common;

use std::{
    num::NonZeroUsize,
    time::{Duration, Instant},
};

use bytes::Bytes;
use common::{CHAINCODE, World};
use folio_channel::path::ENDORSEMENT;
use folio_types::{ApplicationPolicy, ReadWriteSet, UpdateBatch, Version, Write};
use folio_validator::{Chaincode, Chaincodes, OwnEndorsements, Rules, View, check_all, decide, weigh_all};

const TXS: u64 = 500;
const ROUNDS: u32 = 10;

fn set(number: u64, read: Option<Version>) -> ReadWriteSet {
    let mut set = ReadWriteSet::default();
    let namespace = set.namespaces.entry(CHAINCODE.to_owned()).or_default();
    for key in (0..4).map(|key| format!("account/{number:08}/{key}")) {
        namespace.reads.insert(key.clone(), read);
        namespace.writes.insert(key, Write::Put(Bytes::from_static(&[7; 300])));
    }
    set
}

fn main() {
    let mut world = World::found();
    let mut batch = UpdateBatch::default();
    (0..TXS).for_each(|number| batch.apply(0, 0, &set(number, None)));
    world.state.apply(&batch);
    let sealed = |number| world.forge(number, set(number, Some(Version::new(0, 0))));
    let entries: Vec<Bytes> = (0..TXS).map(|number| sealed(number).seal()).collect();
    let own = OwnEndorsements::default();
    for forge in (0..TXS).map(sealed) {
        own.remember(&forge.response_payload(), &forge.endorsements()[0]);
    }
    let policy = || ApplicationPolicy::ChannelReference(ENDORSEMENT.to_owned());
    let chaincodes = Chaincodes::new(move |_| Ok(Some(Chaincode { version: "1".to_owned(), policy: policy() })));
    let view =
        View { state: &world.state, has_transaction: &|_| Ok(false), chaincodes: &chaincodes, channel: &world.channel };
    let cores = std::thread::available_parallelism().unwrap();
    for (threads, own, what) in [
        (NonZeroUsize::MIN, &world.own, "all signatures"),
        (NonZeroUsize::MIN, &own, "own endorsement known"),
        (cores, &own, "own endorsement known"),
    ] {
        let rules = Rules { channel: &world.channel, own };
        let mut spent = [Duration::ZERO; 3];
        for _ in 0..ROUNDS {
            let begun = Instant::now();
            let checked = check_all(&entries, &rules, threads);
            spent[0] += begun.elapsed();
            let begun = Instant::now();
            let weighed = weigh_all(checked, &view, threads).unwrap();
            spent[1] += begun.elapsed();
            let begun = Instant::now();
            let verdict = decide(1, weighed, &world.state).unwrap();
            spent[2] += begun.elapsed();
            assert!(verdict.codes().all(|code| code.is_valid()));
        }
        let per_tx = |spent: Duration| spent.as_secs_f64() * 1e6 / f64::from(ROUNDS) / TXS as f64;
        let [check, weigh, decide] = spent.map(per_tx);
        println!("{threads} threads, {what}: check {check:.1}, weigh {weigh:.1}, decide {decide:.1} us/tx");
    }
}
