//! Processes killed at any moment of a submission: nothing acknowledged is lost, nothing is there twice.
//!
//! `FOLIO_KILLS` sets how many are killed; the default kills each process once.
#![allow(clippy::unwrap_used, clippy::panic, reason = "what fails here fails the test")]

use std::collections::{BTreeSet, VecDeque};
use std::time::Duration;

use anyhow::Context;
use folio_tests::{Feed, Output, TestNetwork, on_network};
use folio_wire::{Body, parse_envelope};
use serde_json::Value;

const KILLS: usize = 4;
const STAYS_PER_KILL: u32 = 150;
const MEMBERS: u32 = 60;

/// Rows in flight: so few that blocks are cut by time, and a submission outlasts the moments below.
const IN_FLIGHT: &str = "8";
/// A kill comes within this time after the processes were up, in milliseconds.
const MOMENT_MS_MAX: u16 = 1_000;

/// The processes in the order of their turn.
const VICTIMS: [&str; 4] = ["orderer", "peer0.aurora", "peer0.cedar", "peer0.borea"];

fn count(report: &Value, key: &str) -> u64 {
    report[key].as_u64().unwrap_or_else(|| panic!("no {key} in {report}"))
}

/// The moment of a kill is what is tested: any may be the wrong one.
fn wait_for_any_moment() {
    let mut drawn = [0u8; 2];
    getrandom::fill(&mut drawn).unwrap();
    std::thread::sleep(Duration::from_millis((u16::from_be_bytes(drawn) % MOMENT_MS_MAX).into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_stay_is_posted_once_whoever_is_killed_meanwhile() -> anyhow::Result<()> {
    on_network(async |network| {
        let feeds = submit_amid_kills(network).await?;
        for feed in &feeds {
            let report = network.submit(feed.path())?;
            assert_eq!(count(&report, "posted"), 0, "a stay was acknowledged and lost: {report}");
            assert_eq!(count(&report, "rows"), count(&report, "duplicates"), "{report}");
        }
        no_stay_version_was_posted_twice(network).await?;
        network.verify().map(|_| ())
    })
    .await
}

/// Submits feeds until everybody has been killed whose turn it is.
async fn submit_amid_kills(network: &TestNetwork) -> anyhow::Result<Vec<Feed>> {
    let kills = std::env::var("FOLIO_KILLS").map_or(Ok(KILLS), |text| text.parse()).context("FOLIO_KILLS")?;
    let mut victims: VecDeque<_> = VICTIMS.iter().cycle().take(kills).collect();
    let mut feeds = Vec::new();
    while !victims.is_empty() {
        let seed = u32::try_from(feeds.len())?;
        let path = network.scratch().join(format!("feed-{seed}.jsonl"));
        let stays = STAYS_PER_KILL * u32::try_from(victims.len().min(VICTIMS.len()))?;
        let feed = Feed::generate(network.folio(), &path, stays, MEMBERS, seed)?;
        let mut submission =
            network.start(["stays", "submit", "--json", "--in-flight", IN_FLIGHT, path.to_str().context("path")?])?;
        while !victims.is_empty() {
            wait_for_any_moment();
            if submission.try_wait()?.is_some() {
                break;
            }
            let victim = network.process(victims.pop_front().context("a victim")?)?;
            assert!(victim.kill(), "{} did not run", victim.name);
            network.restart(&victim)?;
        }
        let report = Output::of(submission)?.objects()?.remove(0);
        let kinds = ["posted", "zero_point", "suspended", "duplicates"].map(|kind| count(&report, kind));
        assert_eq!(count(&report, "rows"), kinds.iter().sum::<u64>(), "{report}");
        assert_eq!(count(&report, "rows") + count(&report, "refused"), feed.lines().len() as u64, "{report}");
        feeds.push(feed);
    }
    network.agreed_tip().await?;
    Ok(feeds)
}

async fn no_stay_version_was_posted_twice(network: &TestNetwork) -> anyhow::Result<()> {
    let tip = network.agreed_tip().await?;
    let mut transactions = BTreeSet::new();
    let mut versions = BTreeSet::new();
    for block in network.blocks("cedar", 1..=tip.number).await? {
        for (code, data) in block.verdicts().zip(&block.data) {
            let Ok((_, Body::Endorser(transaction))) = parse_envelope(data) else { continue };
            if !code.is_valid() {
                continue;
            }
            assert!(transactions.insert(transaction.tx_id), "{} is valid twice", transaction.tx_id);
            let Some(event) = transaction.event.filter(|event| event.name.starts_with("stay.")) else { continue };
            let payload: Value = serde_json::from_slice(&event.payload)?;
            let first = &payload["changes"][0];
            let version = (first["stay"].to_string(), first["version"].to_string());
            assert!(versions.insert(version), "a stay version was posted twice: {first}");
        }
    }
    assert!(!versions.is_empty(), "no stay was found in the blocks");
    Ok(())
}
