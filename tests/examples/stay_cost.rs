//! What posting a stay costs in the runtime, and how far it makes world state grow: a member of the shipped Hilton
//! Honors programme with 40 lots and 500 stays, and with ten times as many.
//!
//!     make build && cargo run --release -p folio-tests --example stay_cost [-- COMPONENT]
//!
//! The cost is processor time on one thread, the best of several rounds, and fuel, which is the same on every machine;
//! every call posts a stay that was not there. Beside each round runs the least that a call costs which reads two keys and
//! writes them, so that runs on machines of different speed can be compared.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use bytes::Bytes;
use folio_loyalty::rules::programme::{Definition, shipped};
use folio_loyalty::units::Date;
use folio_runtime::{Chaincode, Creator, Invocation, Runtime, RuntimeConfig, pack};
use folio_simulator::MemoryState;
use folio_types::{Role, StateReader, TxId};
use rustix::time::{ClockId, clock_gettime};
use serde_json::{Value, json};

/// The peer's.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

const PROGRAMME: &str = "hilton-honors";
const HOTEL: &str = "AUR-CITY";
const MSP: &str = "AuroraMSP";
const SECRET: &[u8] = &[7; 32];
const MEMBER: &str = "000102030405060708090a0b0c0d0e0f";

/// Months with a stay; points earned in one month share a lot.
const LOTS: u32 = 40;
/// Past stays of the member. What a stay costs does not depend on them.
const STAYS: [u32; 2] = [500, 5_000];
const DAYS_A_MONTH: u32 = 30;

const ROUNDS: u32 = 12;
const CALLS_A_ROUND: u32 = 2_000;

fn main() -> Result<()> {
    let built = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/release/loyalty.wasm");
    let component = std::env::args_os().nth(1).map_or(built, PathBuf::from);
    let component = fs::read(&component).with_context(|| format!("{}: run 'make build'", component.display()))?;
    let mut desk = Desk::open(&component)?;
    desk.prepare()?;
    println!("the first stay of a member: {}", desk.cost(0)?);
    let before = desk.bytes();
    let mut posted = 0;
    for stays in STAYS {
        while posted < stays {
            desk.post(posted)?;
            posted += 1;
        }
        println!("a stay of a member with {LOTS} lots and {stays} stays: {}", desk.cost(stays)?);
    }
    let grown = (desk.bytes() - before) / u64::from(posted);
    println!("world state grows by {grown} bytes a stay, keys and values");
    Ok(())
}

/// The chaincode over a world state in memory.
struct Desk {
    _cache: tempfile::TempDir,
    runtime: Runtime,
    chaincode: Arc<Chaincode>,
    probe: Arc<Chaincode>,
    state: Arc<MemoryState>,
    calls: u64,
}

/// What a call costs.
struct Cost {
    stay: Duration,
    /// A call of the probe with two reads and two writes, in the same rounds.
    least: Duration,
    fuel: u64,
}

impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [stay, least] = [self.stay, self.least].map(|time| time.as_secs_f64() * 1e6);
        let (fuel, times) = (self.fuel, stay / least);
        write!(f, "{stay:.1} µs, {fuel} units of fuel, {times:.1} calls of two reads and writes ({least:.1} µs each)")
    }
}

impl Desk {
    fn open(component: &[u8]) -> Result<Self> {
        let cache = tempfile::tempdir()?;
        let runtime = Runtime::new(&RuntimeConfig { cache_dir: cache.path().join("compiled") })?;
        let chaincode = runtime.load(runtime.install(component)?)?;
        let probe = pack::componentize(&folio_probe::build::core_module()?)?;
        let probe = runtime.load(runtime.install(&probe)?)?;
        Ok(Self { _cache: cache, runtime, chaincode, probe, state: Arc::default(), calls: 0 })
    }

    /// A hotel, a rate of exchange, the programme in force, and a member.
    fn prepare(&mut self) -> Result<()> {
        let commitment = folio_crypto::sha256(&[b"folio-hotel-secret-v1", SECRET]);
        self.write(
            "manager",
            "hotel.register",
            json!({
                "hotel": HOTEL, "chain": "aurora", "brand": "Hilton", "currency": "EUR",
                "secret_commitment": hex::encode(commitment),
            }),
        )?;
        self.write("manager", "fx.post", json!({ "from": "EUR", "to": "USD", "date": "2015-01-01", "rate": "1.08" }))?;
        let text = shipped().find(|(id, _)| *id == PROGRAMME).context("the programme does not ship")?.1;
        let definition = Definition::from_toml(text)?;
        let version = json!({ "programme": PROGRAMME, "version": definition.version });
        self.write("manager", "programme.propose", json!({ "definition": definition }))?;
        self.write("manager", "programme.approve", version.clone())?;
        self.write("manager", "programme.activate", version)?;
        self.write(
            "agent",
            "member.enrol",
            json!({
                "programme": PROGRAMME, "member": MEMBER, "as_of": "2015-06-01",
            }),
        )
    }

    fn write(&mut self, role: &str, function: &str, mut arguments: Value) -> Result<()> {
        self.calls += 1;
        arguments["request_id"] = json!(format!("request-{}", self.calls));
        self.keep(&self.invocation(role, function, &arguments, BTreeMap::new()))
    }

    /// Posts the stay of this number, and keeps it.
    fn post(&mut self, stay: u32) -> Result<()> {
        self.keep(&self.stay(stay)?)
    }

    fn keep(&mut self, invocation: &Invocation) -> Result<()> {
        let state: Arc<dyn StateReader> = Arc::<MemoryState>::clone(&self.state);
        let simulation = self.runtime.invoke(&self.chaincode, invocation.clone(), state, MSP)?;
        if simulation.response.status != 200 {
            bail!("{}: {}", String::from_utf8_lossy(&invocation.args[0]), simulation.response.message);
        }
        Arc::make_mut(&mut self.state).commit(&simulation.simulated);
        Ok(())
    }

    /// Processor time of posting the stay of this number, which is not kept.
    fn cost(&self, stay: u32) -> Result<Cost> {
        let stay = self.stay(stay)?;
        let transfer = json!({ "from": "aurora-0001", "to": "borea-0002", "amount": 1 });
        let transfer = self.invocation("pms", "put2get2", &transfer, BTreeMap::new());
        let mut cost = Cost { stay: Duration::MAX, least: Duration::MAX, fuel: 0 };
        for _ in 0..ROUNDS {
            let (least, _) = self.round(&self.probe, &transfer)?;
            let (stay, fuel) = self.round(&self.chaincode, &stay)?;
            cost = Cost { stay: cost.stay.min(stay), least: cost.least.min(least), fuel };
        }
        Ok(cost)
    }

    /// Processor time and fuel of a call.
    fn round(&self, chaincode: &Arc<Chaincode>, invocation: &Invocation) -> Result<(Duration, u64)> {
        // A peer hands its proposal over and keeps no copy.
        let calls = vec![invocation.clone(); CALLS_A_ROUND as usize];
        let mut fuel = 0;
        let before = processor_time()?;
        for call in calls {
            let state: Arc<dyn StateReader> = Arc::<MemoryState>::clone(&self.state);
            let simulation = self.runtime.invoke(chaincode, call, state, MSP)?;
            if simulation.is_refusal() {
                bail!("{}", simulation.response.message);
            }
            fuel = simulation.fuel;
        }
        Ok(((processor_time()? - before) / CALLS_A_ROUND, fuel))
    }

    /// One night, in the month that comes round when all lots have had one.
    fn stay(&self, number: u32) -> Result<Invocation> {
        let first: Date = "2015-07-01".parse()?;
        let arrival = first.add_days(i32::try_from(number % LOTS * DAYS_A_MONTH)?)?;
        let departure = arrival.add_days(1)?.to_string();
        let arrival = arrival.to_string();
        let stay = json!({
            "hotel": HOTEL, "confirmation": format!("C-{number}"), "leg": 1, "share": 0, "version": 1, "group": null,
            "programme": PROGRAMME, "member": MEMBER, "member_number": null, "booked": null,
            "arrival": arrival, "departure": departure, "status": "checked_out",
            "rooms": [{
                "number": "305", "occupant_member": true, "payer_member": true,
                "nights": [{ "date": arrival, "rate_code": "BAR", "room_type": "A", "market": "Direct",
                    "channel": "Direct", "complimentary": false }],
                "lines": [{ "folio": "1", "posting": "1", "date": arrival, "category": 9, "net": 10_000,
                    "gross": 10_600, "currency": "EUR" }],
            }],
        });
        let arguments = json!({ "request_id": format!("stay-{number}"), "hotel": HOTEL, "as_of": departure });
        let transient = BTreeMap::from([
            ("stay".to_owned(), Bytes::from(stay.to_string())),
            ("secret".to_owned(), Bytes::from_static(SECRET)),
        ]);
        Ok(self.invocation("pms", "stay.post", &arguments, transient))
    }

    fn invocation(
        &self,
        role: &str,
        function: &str,
        arguments: &Value,
        transient: BTreeMap<String, Bytes>,
    ) -> Invocation {
        let attributes = [("folio.role", role), ("folio.hotels", HOTEL)];
        let attributes = attributes.map(|(name, value)| (name.to_owned(), value.to_owned()));
        Invocation {
            channel: "folio".to_owned(),
            chaincode: "loyalty".to_owned(),
            tx_id: TxId::from_digest(folio_crypto::sha256(&[arguments.to_string().as_bytes()])),
            timestamp_seconds: 1_767_225_600,
            creator: Creator {
                msp_id: MSP.to_owned(),
                role: Role::Client,
                common_name: role.to_owned(),
                attributes: attributes.into(),
                fingerprint: [9; 32],
            },
            args: vec![Bytes::copy_from_slice(function.as_bytes()), Bytes::from(arguments.to_string())],
            transient,
        }
    }

    fn bytes(&self) -> u64 {
        self.state.shared_bytes()
    }
}

/// How long this thread has run.
fn processor_time() -> Result<Duration> {
    Ok(clock_gettime(ClockId::ThreadCPUTime).try_into()?)
}
