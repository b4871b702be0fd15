//! A feed's way through the whole network: onto every peer's ledger, once, and with its secrets kept.
#![allow(clippy::unwrap_used, clippy::panic, reason = "what fails here fails the test")]

use std::fs;

use folio_client::Call;
use folio_tests::{Feed, TestNetwork, on_network};
use serde_json::{Value, json};

const STAYS: u32 = 600;
const MEMBERS: u32 = 80;

/// A count of a report; one that is missing equals no other.
fn count(report: &Value, key: &str) -> u64 {
    report[key].as_u64().unwrap_or(u64::MAX)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feed_becomes_the_same_points_on_every_ledger_once() -> anyhow::Result<()> {
    on_network(async |network| {
        let feed = Feed::generate(network.folio(), &network.scratch().join("feed.jsonl"), STAYS, MEMBERS, 1)?;
        every_row_is_accounted_for(network, &feed).await?;
        a_second_run_posts_nothing(network, &feed).await?;
        no_shared_block_holds_a_secret(network, &feed)?;
        state_survives_down_and_up(network, &feed).await?;
        chaincode_can_be_upgraded_while_stays_come_in(network).await?;
        every_ledger_is_sound(network).await
    })
    .await
}

async fn every_row_is_accounted_for(network: &TestNetwork, feed: &Feed) -> anyhow::Result<()> {
    let report = network.submit(feed.path())?;
    let kinds = ["posted", "zero_point", "suspended", "duplicates"];
    assert_eq!(count(&report, "rows"), kinds.iter().map(|kind| count(&report, kind)).sum::<u64>(), "{report}");
    assert_eq!(count(&report, "rows") + count(&report, "refused"), feed.lines().len() as u64, "{report}");
    assert!(count(&report, "posted") > 0 && count(&report, "points") > 0, "{report}");
    let tip = network.agreed_tip().await?;
    assert!(tip.number > 0);
    Ok(())
}

async fn a_second_run_posts_nothing(network: &TestNetwork, feed: &Feed) -> anyhow::Result<()> {
    let before = network.agreed_tip().await?;
    let report = network.submit(feed.path())?;
    assert_eq!((count(&report, "posted"), count(&report, "rows")), (0, count(&report, "duplicates")), "{report}");
    assert_eq!(network.agreed_tip().await?, before, "a second run wrote something");
    Ok(())
}

/// Cedar owns neither hotel of the feed: all that it has of them is what everybody has.
fn no_shared_block_holds_a_secret(network: &TestNetwork, feed: &Feed) -> anyhow::Result<()> {
    let folder = network.process("peer0.cedar")?.folder.join("data/ledger/blocks");
    let mut bytes = Vec::new();
    for entry in fs::read_dir(folder)? {
        bytes.extend(fs::read(entry?.path())?);
    }
    let blocks = String::from_utf8_lossy(&bytes);
    assert!(blocks.contains("stay.post"), "the block files are not where they were looked for");
    for secret in feed.secrets() {
        assert!(!blocks.contains(&secret), "{secret} stands in a shared block");
    }
    Ok(())
}

async fn state_survives_down_and_up(network: &TestNetwork, feed: &Feed) -> anyhow::Result<()> {
    let before = network.agreed_tip().await?;
    network.run(["network", "down"])?;
    assert!(network.network().processes().iter().all(|process| process.pid().is_none()), "a process stayed");
    network.run(["network", "up"])?;
    assert_eq!(network.agreed_tip().await?, before);
    let report = network.submit(feed.path())?;
    assert_eq!(count(&report, "posted"), 0, "{report}");
    Ok(())
}

async fn chaincode_can_be_upgraded_while_stays_come_in(network: &TestNetwork) -> anyhow::Result<()> {
    let feed = Feed::generate(network.folio(), &network.scratch().join("more.jsonl"), STAYS, MEMBERS, 2)?;
    let submission = network.start(["stays", "submit", "--json", &feed.path().display().to_string()])?;
    let component = network.folio().component().display().to_string();
    let said = network.run(["chaincode", "upgrade", &component, "--version", "0.1.1"])?;
    assert!(said.contains("definition 2"), "{said}");
    let report = folio_tests::Output::of(submission)?.objects()?.remove(0);
    assert_eq!(count(&report, "rows") + count(&report, "refused"), feed.lines().len() as u64, "{report}");
    let answer = network
        .connect("cedar", "auditor")?
        .evaluate(Call::new("hotel.get", json!({ "hotel": "AUR-CITY" }).to_string()))
        .await?;
    assert_eq!(serde_json::from_slice::<Value>(&answer)?["hotel"], "AUR-CITY");
    network.agreed_tip().await?;
    Ok(())
}

/// Replays every ledger, and compares with what the peers themselves say.
async fn every_ledger_is_sound(network: &TestNetwork) -> anyhow::Result<()> {
    let tip = network.agreed_tip().await?;
    for audit in network.verify()? {
        assert_eq!(count(&audit, "height"), tip.number + 1, "{audit}");
        assert_eq!(audit["block_hash"], tip.hash, "{audit}");
        assert!(count(&audit, "transactions") > 0, "{audit}");
    }
    Ok(())
}
