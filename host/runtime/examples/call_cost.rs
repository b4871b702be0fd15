//! What a call costs: two reads and two writes through the real component, on one thread and on two.
//!
//!     cargo run --release -p folio-runtime --example call_cost
//!
//! Each figure is the best of several rounds, since other work on the machine only ever makes a round slower.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use bytes::Bytes;
use folio_runtime::{Chaincode, Creator, Invocation, Runtime, RuntimeConfig, pack};
use folio_simulator::MemoryState;
use folio_types::{Role, StateReader, TxId};

const ROUNDS: u32 = 15;
const CALLS_A_ROUND: u32 = 10_000;
const OWN_MSP: &str = "AuroraMSP";

fn main() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let runtime = Runtime::new(&RuntimeConfig { cache_dir: folder.path().join("compiled") })?;
    let component = pack::componentize(&folio_probe::build::core_module()?)?;
    let started = Instant::now();
    let chaincode = runtime.load(runtime.install(&component)?)?;
    println!("component {} kB, installed in {} ms", component.len() / 1000, started.elapsed().as_millis());

    let transfer = Bytes::from_static(br#"{"from":"aurora-0001","to":"borea-0002","amount":1}"#);
    let mut state = MemoryState::new();
    let first = runtime.invoke(&chaincode, invocation("put2get2", &transfer), Arc::new(state.clone()), OWN_MSP)?;
    ensure!(first.response.status == 200, "{}", first.response.message);
    state.commit(&first.simulated);
    let state: Arc<dyn StateReader> = Arc::new(state);

    let echo = Bytes::from_static(br#"{"text":"x"}"#);
    for (function, arguments) in [("echo", &echo), ("put2get2", &transfer)] {
        let one = best(&runtime, &chaincode, &state, function, arguments, 1)?;
        let two = best(&runtime, &chaincode, &state, function, arguments, 2)?;
        println!(
            "{function:<9} one thread {:6.2} µs a call, two threads {:6.2} µs ({:.2} times the calls)",
            micros(one),
            micros(two),
            2.0 * one.as_secs_f64() / two.as_secs_f64(),
        );
    }
    Ok(())
}

/// The shortest time that a thread needed for one call, with `threads` at work.
fn best(
    runtime: &Runtime,
    chaincode: &Chaincode,
    state: &Arc<dyn StateReader>,
    function: &str,
    arguments: &Bytes,
    threads: usize,
) -> Result<Duration> {
    let work = || -> Result<()> {
        for _ in 0..CALLS_A_ROUND {
            runtime.invoke(chaincode, invocation(function, arguments), Arc::clone(state), OWN_MSP)?;
        }
        Ok(())
    };
    let mut best = Duration::MAX;
    for _ in 0..ROUNDS {
        let started = Instant::now();
        thread::scope(|scope| -> Result<()> {
            let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
            workers.into_iter().try_for_each(|worker| worker.join().map_err(|_| anyhow::anyhow!("a call panicked"))?)
        })?;
        best = best.min(started.elapsed() / CALLS_A_ROUND);
    }
    Ok(best)
}

fn micros(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e6
}

fn invocation(function: &str, arguments: &Bytes) -> Invocation {
    Invocation {
        channel: "folio".to_owned(),
        chaincode: "probe".to_owned(),
        tx_id: TxId::from_digest([7; 32]),
        timestamp_seconds: 1_700_000_000,
        creator: Creator {
            msp_id: OWN_MSP.to_owned(),
            role: Role::Client,
            common_name: "bench".to_owned(),
            attributes: BTreeMap::from([
                ("folio.hotels".to_owned(), "AUR-CITY".to_owned()),
                ("folio.role".to_owned(), "pms".to_owned()),
            ]),
            fingerprint: [9; 32],
        },
        args: vec![Bytes::copy_from_slice(function.as_bytes()), arguments.clone()],
        transient: BTreeMap::new(),
    }
}
