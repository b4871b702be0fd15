//! The orderer as a process of its own: ended by signal, killed at any moment.
//!
//! The process is this test program again: `orderer_process` runs the orderer when it is told a configuration.

mod support;

use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus};
use std::time::Duration;

use bytes::Bytes;
use folio_orderer::run;
use folio_proto::common::Status;
use folio_proto::orderer::atomic_broadcast_client::AtomicBroadcastClient;
use rustix::process::{Pid, Signal, kill_process};
use support::*;
use tokio_stream::StreamExt;
use tonic::transport::Channel;

const CONFIG: &str = "FOLIO_TEST_ORDERER_CONFIG";

#[tokio::test(flavor = "multi_thread")]
async fn orderer_process() {
    if let Some(config) = std::env::var_os(CONFIG) {
        run(Path::new(&config)).await.unwrap();
    }
}

/// A process that is killed when it is dropped.
struct Process {
    child: Child,
    address: SocketAddr,
}

impl Process {
    fn start(consortium: &Consortium) -> Self {
        Self::start_by(consortium, Command::new(this_program()))
    }

    /// Starts it so that no file can grow beyond a size, as on a full disk.
    fn start_on_a_small_disk(consortium: &Consortium, file_blocks_max: u32) -> Self {
        let mut shell = Command::new("sh");
        // Without the trap the system would kill the process in place of failing its write.
        shell.arg("-c").arg(format!("trap '' XFSZ; ulimit -f {file_blocks_max}; exec \"$0\" \"$@\""));
        shell.arg(this_program());
        Self::start_by(consortium, shell)
    }

    #[allow(clippy::unwrap_used, reason = "what fails here fails the test")]
    fn start_by(consortium: &Consortium, mut command: Command) -> Self {
        let file = consortium.path("orderer.toml");
        std::fs::write(&file, toml::to_string(&consortium.config()).unwrap()).unwrap();
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let child = command
            .args(["--exact", "orderer_process"])
            .env(CONFIG, file)
            .env("FOLIO_ORDERER__LISTEN", address.to_string())
            .env("FOLIO_LOG", "warn")
            .spawn()
            .unwrap();
        Self { child, address }
    }

    async fn connect(&self, consortium: &Consortium) -> AtomicBroadcastClient<Channel> {
        loop {
            match connect_to(self.address, consortium, None).await {
                Ok(client) => return client,
                Err(_) => tokio::time::sleep(Duration::from_millis(5)).await,
            }
        }
    }

    #[allow(clippy::unwrap_used, reason = "what fails here fails the test")]
    async fn end(mut self, signal: Signal) -> ExitStatus {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
        tokio::task::spawn_blocking(move || self.child.wait()).await.unwrap().unwrap()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signal_ends_the_process_well_with_every_envelope_ordered_or_refused() {
    for signal in [Signal::TERM, Signal::INT] {
        // Only full batches are cut, until the orderer ends.
        let patient = Cutting { messages_max: 3, timeout: Duration::from_secs(600), ..Cutting::default() };
        let consortium = Consortium::new(patient);
        let client = consortium.client();
        let process = Process::start(&consortium);
        let mut stream = broadcasting(&mut process.connect(&consortium).await).await;
        for number in 0..5 {
            stream.envelopes.send(envelope(&client, number)).await.unwrap();
        }
        for _ in 0..3 {
            assert_eq!(stream.answer().await.0, Status::Success);
        }
        assert!(process.end(signal).await.success());
        // The last two wait for their batch when the signal comes, or are still under check: those are refused.
        let (mut acknowledged, mut refused) = (3, 0);
        while let Some(Ok(answer)) = stream.answers.next().await {
            match answer.status() {
                Status::Success => acknowledged += 1,
                status => {
                    assert_eq!(status, Status::ServiceUnavailable, "{}", answer.info);
                    refused += 1;
                }
            }
            assert!(answer.status() != Status::Success || refused == 0, "none is ordered behind one that is refused");
        }
        let process = Process::start(&consortium);
        let chain = chain(&mut process.connect(&consortium).await, &client, acknowledged).await;
        let expected: Vec<_> = (0..acknowledged as u64).map(|number| encoded(&envelope(&client, number))).collect();
        assert_eq!(envelopes(&chain), expected);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_is_killed_again_and_again_loses_nothing_that_it_acknowledged() {
    const EACH: u64 = 300;
    let consortium =
        Consortium::new(Cutting { messages_max: 4, timeout: Duration::from_millis(1), ..Cutting::default() });
    let client = consortium.client();
    let mut acknowledged: Vec<Bytes> = Vec::new();
    let mut before = Vec::new();
    for round in 0..6_u64 {
        let process = Process::start(&consortium);
        let mut connection = process.connect(&consortium).await;
        let chain = chain(&mut connection, &client, acknowledged.len()).await;
        assert_eq!(chain[..before.len().min(chain.len())], before[..before.len().min(chain.len())], "round {round}");
        let ordered = envelopes(&chain);
        assert!(acknowledged.iter().all(|envelope| count(&ordered, envelope) <= 1), "round {round}");
        before = chain;

        let mut stream = broadcasting(&mut connection).await;
        for number in 0..EACH {
            stream.envelopes.send(envelope(&client, round * EACH + number)).await.unwrap();
        }
        for number in 0..round * 40 + 3 {
            assert_eq!(stream.answer().await.0, Status::Success);
            acknowledged.push(encoded(&envelope(&client, round * EACH + number)));
        }
        assert!(!process.end(Signal::KILL).await.success());
    }
    let process = Process::start(&consortium);
    let mut connection = process.connect(&consortium).await;
    let last = envelope(&client, 1_000_000);
    order(&mut connection, vec![last.clone()]).await;
    let mut ordered = Vec::new();
    while ordered.last() != Some(&encoded(&last)) {
        let wanted = ordered.len() + 1;
        ordered = envelopes(&chain(&mut connection, &client, wanted).await);
    }
    for envelope in &acknowledged {
        assert_eq!(count(&ordered, envelope), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_loses_nothing_that_was_acknowledged() {
    const ENVELOPES: u64 = 1500;
    let consortium =
        Consortium::new(Cutting { messages_max: 20, timeout: Duration::from_millis(5), ..Cutting::default() });
    let client = consortium.client();
    let process = Process::start_on_a_small_disk(&consortium, 800);
    let mut stream = broadcasting(&mut process.connect(&consortium).await).await;
    for number in 0..ENVELOPES {
        stream.envelopes.send(envelope(&client, number)).await.unwrap();
    }
    let mut acknowledged = Vec::new();
    let mut answers = 0;
    // The orderer may refuse what follows, or stop: the log and the blocks share the disk.
    while let Some(Ok(answer)) = stream.answers.next().await {
        if answer.status() == Status::Success {
            acknowledged.push(encoded(&envelope(&client, answers)));
        } else {
            assert_eq!(answer.status(), Status::ServiceUnavailable, "{}", answer.info);
            assert!(!answer.info.is_empty());
        }
        answers += 1;
        if answers == ENVELOPES {
            break;
        }
    }
    assert!(!acknowledged.is_empty() && acknowledged.len() < ENVELOPES as usize);
    drop(process);

    let process = Process::start(&consortium);
    let mut connection = process.connect(&consortium).await;
    order(&mut connection, vec![envelope(&client, ENVELOPES)]).await;
    let ordered = envelopes(&chain(&mut connection, &client, acknowledged.len() + 1).await);
    for envelope in &acknowledged {
        assert_eq!(count(&ordered, envelope), 1);
    }
}

#[allow(clippy::unwrap_used, reason = "what fails here fails the test")]
fn this_program() -> PathBuf {
    std::env::current_exe().unwrap()
}

fn count(all: &[Bytes], one: &Bytes) -> usize {
    all.iter().filter(|other| *other == one).count()
}
