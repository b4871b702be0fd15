//! The demonstration: a consortium's day in under a minute.

mod story;

use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Result, bail};
use folio_stays::{MEMBERS_COUNT_DEFAULT, MEMBERS_SEED_DEFAULT, Members, SEED_DEFAULT, Synthetic};
use folio_topology::Network;

use crate::commands::ledger::{is_sound, print_audits, verify};
use crate::commands::member::statement_table;
use crate::output::table;
use crate::submit::{self, Options, WINDOW_ROWS};

/// Stays that the demonstration takes in.
const STAYS: u64 = 5_000;

/// Where the real data stands beside a checkout, from the folder that the command is run in.
pub(crate) const REAL_DATA: &str = "../shared/data/hotel_bookings.csv.gz";

/// Runs the demonstration on a network that is up. Says what it does, a line a step.
pub(crate) async fn run(network: &Network, feed: Option<&Path>, began: Instant) -> Result<()> {
    let feed = match feed {
        Some(feed) => feed.to_owned(),
        None => found_or_made(network)?,
    };
    step(began, &format!("taking {STAYS} stays in from {}", feed.display()));
    let members = Members::new(MEMBERS_SEED_DEFAULT, MEMBERS_COUNT_DEFAULT)?;
    let options =
        Options { feed: &feed, members, window: WINDOW_ROWS, limit: Some(STAYS), resume: false, quiet: false };
    let (report, notices) = submit::submit(network, options).await?;
    for notice in notices {
        println!("  {notice}");
    }
    let rows = report.table().into_iter().map(|(label, figure)| vec![label, figure]);
    println!("{}", table(&["stays", "figure"], &["figure"], rows));

    step(began, "one member's story (Hilton Honors 2026, in force from 2015-01-01 for this demonstration)");
    let statement = story::tell(network, |line| println!("  {line}")).await?;
    println!("{}", statement_table(&statement));
    Ok(())
}

/// Replays the three ledgers and compares them.
pub(crate) fn compare(network: &Network, began: Instant) -> Result<()> {
    step(began, "replaying every peer's ledger from block 0");
    let audits = verify(network, false)?;
    print_audits(&audits);
    if !is_sound(&audits) {
        bail!("the ledgers are not as they should be");
    }
    println!("  same blocks, same state, books balanced at all {} peers", audits.len());
    Ok(())
}

/// The real data where it stands beside the checkout, else a generated feed.
fn found_or_made(network: &Network) -> Result<PathBuf> {
    let real = PathBuf::from(REAL_DATA);
    if real.exists() {
        return Ok(real);
    }
    let made = network.folder().join("generated-feed.jsonl.gz");
    let members = Members::new(MEMBERS_SEED_DEFAULT, MEMBERS_COUNT_DEFAULT)?;
    Synthetic::new(SEED_DEFAULT, STAYS, members)?.write_file(&made, |_| {})?;
    println!("  the hotel booking data set is not at {REAL_DATA}: a generated feed takes its place");
    Ok(made)
}

/// Says what comes next, and how long it has been going on.
pub(crate) fn step(began: Instant, what: &str) {
    println!("[{:4.1} s] {what}", began.elapsed().as_secs_f64());
}
