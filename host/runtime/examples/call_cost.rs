//! What a call costs: two reads and two writes through the real component, on one thread and on two.
//!
//!     cargo run --release -p folio-runtime --example call_cost
//!
//! Each figure is the best of several rounds, since other work on the machine only ever makes a round slower. Where the
//! machine is never free, the processor time of a call still tells what it costs, and whether a second thread makes it
//! dearer; the time on the clock then tells nothing about two threads.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow, ensure};
use bytes::Bytes;
use folio_runtime::{Creator, Invocation, Runtime, RuntimeConfig, pack};
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
        let work = || -> Result<()> {
            for _ in 0..CALLS_A_ROUND {
                runtime.invoke(&chaincode, invocation(function, arguments), Arc::clone(&state), OWN_MSP)?;
            }
            Ok(())
        };
        let (one, two) = (best(&work, 1)?, best(&work, 2)?);
        let times = 2.0 * one.clock.as_secs_f64() / two.clock.as_secs_f64();
        println!("{function}: one thread {one}, two threads {two}, {times:.2} times the calls");
    }
    Ok(())
}

/// What one call took of one thread.
struct Cost {
    clock: Duration,
    processor: Duration,
}

impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.2} µs a call ({:.2} µs of processor)", micros(self.clock), micros(self.processor))
    }
}

/// The least that a call took, with `threads` at work.
fn best(work: &(dyn Fn() -> Result<()> + Sync), threads: usize) -> Result<Cost> {
    let mut best = Cost { clock: Duration::MAX, processor: Duration::MAX };
    for _ in 0..ROUNDS {
        let started = Instant::now();
        let measured = || -> Result<Duration> {
            let before = processor_time()?;
            work()?;
            Ok(processor_time()? - before)
        };
        let used = thread::scope(|scope| -> Result<Vec<Duration>> {
            let workers: Vec<_> = (0..threads).map(|_| scope.spawn(measured)).collect();
            workers.into_iter().map(|worker| worker.join().map_err(|_| anyhow!("a call panicked"))?).collect()
        })?;
        best.clock = best.clock.min(started.elapsed() / CALLS_A_ROUND);
        let threads = u32::try_from(threads)?;
        best.processor = best.processor.min(used.iter().sum::<Duration>() / threads / CALLS_A_ROUND);
    }
    Ok(best)
}

/// How long this thread has run, from the kernel.
fn processor_time() -> Result<Duration> {
    let stat = fs::read_to_string("/proc/thread-self/schedstat")?;
    let nanos = stat.split(' ').next().ok_or_else(|| anyhow!("schedstat is empty"))?;
    Ok(Duration::from_nanos(nanos.parse()?))
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
