//! A feed's way through the whole network: onto every peer's ledger, once, and with its secrets kept.
#![allow(clippy::unwrap_used, clippy::panic, reason = "what fails here fails the test")]

#[allow(dead_code, reason = "the count also checks itself, elsewhere")]
#[path = "../../network/stays/tests/support/reference.rs"]
mod reference;

use std::env;
use std::fs;
use std::path::Path;

use anyhow::Context;
use folio_client::Call;
use folio_stays::{MEMBERS_COUNT_DEFAULT, MEMBERS_SEED_DEFAULT, Members};
use folio_tests::guest::{self, Guest};
use folio_tests::{Feed, TestNetwork, on_network};
use serde_json::{Value, json};

const STAYS: u32 = 600;
const MEMBERS: u32 = 80;

/// The hotel booking data set, which stands beside the project and not in it.
const DATA_SET: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data/hotel_bookings.csv.gz");
/// Rows of the data set that go through the network; `FOLIO_ROWS=all` sends all of it, for which there is no time in
/// every run.
const ROWS: usize = 4_000;
/// The exchange rate of the shipped consortium.
const EURO: reference::EuroInDollars = reference::EuroInDollars { numerator: 10_834, denominator: 10_000 };

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
        a_member_and_a_statement_are_shown(network).await?;
        no_shared_block_holds_a_secret(network, &feed).await?;
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

async fn a_member_and_a_statement_are_shown(network: &TestNetwork) -> anyhow::Result<()> {
    let guest = Guest::enrol(network).await?;
    let terminal = network.connect("aurora", "pms")?;
    terminal.transact(guest::post(network, guest::HOTEL, &guest.stay(json!({}))?)?).await?;
    let member = guest.member.as_str();
    let shown = network.output(["member", "show", member, "--json"])?.objects()?.remove(0);
    assert_eq!(shown["member"], member, "{shown}");
    let statement = network.output(["member", "statement", member, "--json"])?.objects()?.remove(0);
    let lines = statement["lines"].as_array().map_or(0, Vec::len);
    assert_eq!((lines, statement["lines"][0]["hotel"].as_str()), (1, Some(guest::HOTEL)), "{statement}");
    assert!(network.run(["member", "show", member])?.contains(member));
    assert!(network.run(["member", "statement", member])?.contains(guest::HOTEL));
    Ok(())
}

/// Cedar owns neither hotel of the feed: all that it has of them is what everybody has.
async fn no_shared_block_holds_a_secret(network: &TestNetwork, feed: &Feed) -> anyhow::Result<()> {
    let tip = network.agreed_tip().await?;
    let blocks = network.blocks("cedar", 0..=tip.number).await?;
    let bytes: Vec<u8> = blocks.iter().flat_map(|block| block.encode()).collect();
    let shared = String::from_utf8_lossy(&bytes);
    assert!(shared.contains("stay.post"), "these are not the blocks in which the stays are");
    for secret in feed.secrets() {
        assert!(!shared.contains(&secret), "{secret} stands in a shared block");
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

#[tokio::test(flavor = "multi_thread")]
async fn the_data_set_comes_to_what_an_independent_count_says() -> anyhow::Result<()> {
    if !Path::new(DATA_SET).exists() {
        println!("skipped: ../shared/data/hotel_bookings.csv.gz is not beside the project");
        return Ok(());
    }
    let rows = match env::var("FOLIO_ROWS").as_deref() {
        Ok("all") => usize::MAX,
        Ok(rows) => rows.parse().context("FOLIO_ROWS is a number of rows, or all")?,
        Err(_) => ROWS,
    };
    let members = Members::new(MEMBERS_SEED_DEFAULT, MEMBERS_COUNT_DEFAULT)?;
    let csv = flate2::read::GzDecoder::new(fs::File::open(DATA_SET)?);
    let expected = reference::count(csv, rows, &members, EURO);
    on_network(async |network| {
        let limit = expected.rows.to_string();
        let submission = ["stays", "submit", "--json", DATA_SET, "--limit", limit.as_str()];
        let first = network.output(submission)?.objects()?.remove(0);
        println!("{first}");
        let counted =
            ["rows", "posted", "zero_point", "suspended", "room_nights", "points"].map(|key| count(&first, key));
        let points = u64::try_from(expected.points)?;
        let told =
            [expected.rows, expected.posted, expected.zero_point, expected.suspended, expected.room_nights, points];
        assert_eq!(counted, told, "{first}");
        for (reason, rows) in &expected.reasons {
            assert_eq!(count(&first["reasons"], reason), *rows, "{reason}: {first}");
        }
        let again = network.output(submission)?.objects()?.remove(0);
        assert_eq!((count(&again, "posted"), count(&again, "duplicates")), (0, expected.rows), "{again}");
        network.agreed_tip().await?;
        for audit in network.verify()? {
            let books = audit["books"].as_array().context("no books")?;
            assert!(!books.is_empty() && books.iter().all(|books| books["balanced"] == true), "{audit}");
        }
        Ok(())
    })
    .await
}
