//! Disks that are full: what is not durable is not acknowledged, and when there is room again nothing is missing.

use std::fs;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use folio_tests::TestNetwork;
use folio_tests::disk::{largest_file_bytes, limit_files};
use folio_tests::guest::{Guest, HOTEL, post};
use folio_topology::Process;
use serde_json::json;

use crate::support::still_works;

/// How long a peer may take to stop once it cannot write.
const STOP_MAX: Duration = Duration::from_secs(10);
const POLL: Duration = Duration::from_millis(20);

/// What the system says of a write beyond the limit.
const FULL: &str = "File too large";

pub(crate) async fn an_orderer_with_a_full_disk_takes_nothing_until_there_is_room(network: &TestNetwork) -> Result<()> {
    let orderer = network.process("orderer")?;
    network.restart_limitable(&orderer)?;
    let guest = Guest::enrol(network).await?;
    let pms = network.connect("aurora", "pms")?;
    let stay = async || anyhow::Ok(pms.endorse(post(network, HOTEL, &guest.stay(json!({}))?)?).await?);
    let before = network.agreed_tip().await?;
    limit_files(&orderer, Some(largest_file_bytes(&orderer.folder.join("data/folio/log"))?))?;
    let waiting = stay().await?;
    for attempt in 1..=3 {
        let said = pms.submit(&waiting).await.err().context("an orderer acknowledged what it could not write")?;
        let said = said.to_string();
        for words in ["SERVICE_UNAVAILABLE", "the log took nothing of the batch", FULL] {
            ensure!(said.contains(words), "attempt {attempt}: expected {words:?} in {said}");
        }
    }
    ensure!(network.agreed_tip().await? == before, "something was ordered that was not acknowledged");
    still_works(network).await?;
    limit_files(&orderer, None)?;
    // Neither restarted nor asked anew: the very same transaction is ordered, and it is the first of its id.
    pms.finish(waiting).await.context("there is room again")?;
    network.restart_limitable(&orderer)?;
    pms.finish(stay().await?).await.context("after a restart")?;
    Ok(())
}

pub(crate) async fn a_peer_with_a_full_disk_stops_and_catches_up_when_there_is_room(
    network: &TestNetwork,
) -> Result<()> {
    let borea = network.process("peer0.borea")?;
    network.restart_limitable(&borea)?;
    let guest = Guest::enrol(network).await?;
    let (pms, at_borea) = (network.connect("aurora", "pms")?, network.connect("borea", "pms")?);
    let prepared = pms.endorse(post(network, HOTEL, &guest.stay(json!({}))?)?).await?;
    let tx_id = prepared.tx_id;
    network.agreed_tip().await?;
    let blocks = borea.folder.join("data/ledger/blocks/000000.blocks");
    limit_files(&borea, Some(fs::metadata(&blocks)?.len()))?;

    // Aurora's own peer acknowledges; whoever waits at Borea's must not hear that it committed there.
    let (committed, said) = tokio::join!(pms.finish(prepared), at_borea.commit_status(tx_id));
    let committed = committed.context("the others go on")?;
    let said = said.err().context("a peer told of a commit that it could not write")?.to_string();
    ended(&borea).await?;
    ensure!(said.contains("this peer is ending") || said.contains("transport"), "{said}");
    let log = fs::read_to_string(borea.log())?;
    let last = log.lines().last().unwrap_or_default();
    ensure!(last.contains("cannot write") && last.contains("000000.blocks") && last.contains(FULL), "{last}");
    pms.transact(post(network, HOTEL, &guest.stay(json!({}))?)?).await.context("without Borea")?;

    network.restart(&borea)?;
    network.agreed_tip().await?;
    let (block, code) = at_borea.commit_status(tx_id).await?;
    ensure!(block == committed.block && code.is_valid(), "block {block}, {code:?}");
    still_works(network).await
}

/// Waits until a process has ended by itself.
async fn ended(process: &Process) -> Result<()> {
    let deadline = Instant::now() + STOP_MAX;
    while process.pid().is_some() {
        ensure!(Instant::now() < deadline, "{} goes on though it cannot write", process.name);
        tokio::time::sleep(POLL).await;
    }
    Ok(())
}
