//! What ordering an envelope costs: CPU time of an orderer in a process of its own, over real TLS and a real disk.
//!
//! `cargo run --release -p folio-orderer --example broadcast_cost -- [envelopes] [bytes each] [in flight] [streams]`
//!
//! The orderer is this program again, started with `serve`. Its CPU time is read from `/proc`; that of the client, and
//! of a reader of all blocks, is told beside it. Envelopes are made and signed before the clock starts.

#[path = "../tests/support/mod.rs"]
mod support;

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use folio_orderer::{Config, Orderer};
use folio_proto::common::Envelope;
use folio_proto::orderer::atomic_broadcast_client::AtomicBroadcastClient;
use support::{Consortium, Cutting, Draft, broadcasting, connect_to};
use tokio::sync::Semaphore;
use tonic::transport::Channel;

/// Unit of the CPU times in `/proc`.
const TICK_MICROS: f64 = 10_000.0;

/// As the shipped network cuts.
const CUTTING: Cutting =
    Cutting { messages_max: 500, preferred_bytes: 4 * 1024 * 1024, timeout: Duration::from_millis(200) };

#[tokio::main]
async fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [serve, config] = &arguments[..]
        && serve == "serve"
    {
        return serve_until_killed(Path::new(config)).await;
    }
    let number = |at: usize, default: usize| arguments.get(at).map_or(Ok(default), |text| text.parse());
    let (count, bytes, in_flight, streams) = (number(0, 20_000)?, number(1, 4_000)?, number(2, 2_000)?, number(3, 2)?);

    let consortium = Consortium::new(CUTTING);
    let signer = consortium.client();
    println!("signing {count} envelopes of about {bytes} bytes");
    let make = |number: usize| {
        Draft { data: noise(number as u64, bytes).into(), ..Draft::new(&signer, number as u64) }.sign(&signer)
    };
    let envelopes: Vec<Envelope> = (0..count).map(make).collect();

    let started = Instant::now();
    let orderer = Server::spawn(&consortium)?;
    println!("orderer serves after {:?}", started.elapsed());
    let mut connections = Vec::new();
    for _ in 0..streams {
        connections.push(connect_to(orderer.address, &consortium, None).await?);
    }

    let (orderer_before, client_before, start) =
        (cpu_micros(orderer.pid())?, cpu_micros(std::process::id())?, Instant::now());
    let share = count.div_ceil(streams);
    let senders: Vec<_> = envelopes
        .chunks(share)
        .zip(connections.clone())
        .map(|(part, connection)| tokio::spawn(send(connection, part.to_vec(), in_flight / streams)))
        .collect();
    let mut waits = Vec::new();
    for sender in senders {
        waits.extend(sender.await??);
    }
    let (wall, ordered) = (start.elapsed(), cpu_micros(orderer.pid())? - orderer_before);
    let client = cpu_micros(std::process::id())? - client_before;
    let per = |micros: f64| micros / count as f64;
    println!("broadcast: {:.0} envelopes/s", count as f64 / wall.as_secs_f64());
    println!("  orderer {:.1} us CPU an envelope, client {:.1} us", per(ordered), per(client));
    waits.sort();
    let at = |share: f64| waits[((waits.len() - 1) as f64 * share) as usize];
    println!("  acknowledged after p50 {:?}, p99 {:?}, longest {:?}", at(0.5), at(0.99), at(1.0));

    let (before, start) = (cpu_micros(orderer.pid())?, Instant::now());
    let blocks = support::chain(&mut connections[0], &signer, count).await;
    let delivered = cpu_micros(orderer.pid())? - before;
    println!("deliver: {} blocks, {:.0} envelopes/s", blocks.len(), count as f64 / start.elapsed().as_secs_f64());
    println!("  orderer {:.1} us CPU an envelope and reader", per(delivered));
    let data = consortium.config().data;
    println!("memory: at most {} MiB resident", peak_bytes(orderer.pid())? >> 20);
    println!(
        "disk: {} bytes an envelope, {} MiB of log",
        size(&data)? / count as u64,
        size(&data.join("folio/log"))? >> 20
    );
    Ok(())
}

/// Sends envelopes on one stream, with so many unanswered at most. Returns how long each waited for its answer.
async fn send(
    mut connection: AtomicBroadcastClient<Channel>,
    envelopes: Vec<Envelope>,
    in_flight: usize,
) -> Result<Vec<Duration>> {
    let count = envelopes.len();
    let mut stream = broadcasting(&mut connection).await;
    let window = std::sync::Arc::new(Semaphore::new(in_flight));
    let (sent, mut sent_at) = tokio::sync::mpsc::unbounded_channel();
    let (requests, places) = (stream.envelopes.clone(), window.clone());
    tokio::spawn(async move {
        for envelope in envelopes {
            let Ok(place) = places.acquire().await else { return };
            place.forget();
            if sent.send(Instant::now()).is_err() || requests.send(envelope).await.is_err() {
                return;
            }
        }
    });
    let mut waits = Vec::with_capacity(count);
    for _ in 0..count {
        let (status, info) = stream.answer().await;
        ensure!(status as i32 == 200, "refused: {info}");
        window.add_permits(1);
        waits.push(sent_at.recv().await.context("nothing was sent")?.elapsed());
    }
    Ok(waits)
}

struct Server {
    child: Child,
    address: SocketAddr,
}

impl Server {
    fn spawn(consortium: &Consortium) -> Result<Self> {
        let config = consortium.path("orderer.toml");
        fs::write(&config, toml::to_string(&consortium.config())?)?;
        let mut child =
            Command::new(std::env::current_exe()?).arg("serve").arg(&config).stdout(Stdio::piped()).spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().context("no output")?).read_line(&mut line)?;
        Ok(Self { address: line.trim().parse()?, child })
    }

    fn pid(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

async fn serve_until_killed(config: &Path) -> Result<()> {
    let mut orderer = Orderer::start(Config::load(config)?).await?;
    println!("{}", orderer.address());
    Err(orderer.stopped().await.into())
}

/// User and system time of a process.
fn cpu_micros(pid: u32) -> Result<f64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let fields: Vec<&str> = stat.rsplit(')').next().context("no fields")?.split_whitespace().collect();
    let ticks: u64 = fields[11].parse::<u64>()? + fields[12].parse::<u64>()?;
    Ok(ticks as f64 * TICK_MICROS)
}

/// Most memory that a process has had resident.
fn peak_bytes(pid: u32) -> Result<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("no peak")?;
    Ok(peak.trim().trim_end_matches("kB").trim().parse::<u64>()? * 1024)
}

/// Bytes of all files below a folder.
fn size(folder: &Path) -> Result<u64> {
    let mut bytes = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let metadata = entry.metadata()?;
        bytes += if metadata.is_dir() { size(&entry.path())? } else { metadata.len() };
    }
    Ok(bytes)
}

/// Bytes that do not compress.
fn noise(seed: u64, bytes: usize) -> Vec<u8> {
    let mut state = seed.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state as u8
    };
    std::iter::repeat_with(next).take(bytes).collect()
}
