//! `folio ledger`: blocks shown, and whole ledgers replayed.

use std::io::IsTerminal;
use std::panic::resume_unwind;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use clap::Subcommand;
use folio_client::Identity;
use folio_ledger::{BlockStore, BlockStoreOptions, Ledger};
use folio_topology::{Network, Process};
use folio_wire::{Block, Body, parse_envelope};
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::{Value, json};

use super::{FOUND, NetworkFolder};
use crate::audit::{Audit, Books, Visit, audit};
use crate::output::{grouped, short_hash, table};
use crate::session::connect_to;

/// What can be done with ledgers.
#[derive(Debug, Subcommand)]
pub(crate) enum LedgerCommand {
    /// Replay every peer's blocks from genesis: hashes, signatures, verdicts, state, books. Peers may be running.
    ///
    /// Ends with exit code 3 when something is not as it should be, or when peers of the same height disagree.
    Verify {
        #[command(flatten)]
        network: NetworkFolder,
        /// One JSON object a peer, each on its line.
        #[arg(long)]
        json: bool,
    },
    /// Show a block of a stopped peer.
    Show {
        /// Its number.
        block: u64,
        /// The peer, such as `peer0.aurora`; the first where none is given.
        #[arg(long)]
        peer: Option<String>,
        #[command(flatten)]
        network: NetworkFolder,
        /// One line of JSON.
        #[arg(long)]
        json: bool,
    },
}

pub(super) fn run(command: LedgerCommand) -> Result<ExitCode> {
    match command {
        LedgerCommand::Verify { network, json } => {
            let audits = verify(&network.open()?, json)?;
            if json {
                for audit in &audits {
                    println!("{}", serde_json::to_string(audit)?);
                }
            } else {
                print_audits(&audits);
            }
            Ok(if is_sound(&audits) { ExitCode::SUCCESS } else { ExitCode::from(FOUND) })
        }
        LedgerCommand::Show { block, peer, network, json } => {
            let shown = show(&network.open()?, peer.as_deref(), block)?;
            println!("{}", if json { shown.to_string() } else { serde_json::to_string_pretty(&shown)? });
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// Replays the ledgers of all peers, side by side.
pub(crate) fn verify(network: &Network, quiet: bool) -> Result<Vec<Audit>> {
    verify_visited(network, quiet, &mut |_, _| Ok(()))
}

/// The same; `visit` is shown each block of the first peer, with its ledger as it was after it.
pub(crate) fn verify_visited(
    network: &Network,
    quiet: bool,
    visit: &mut (dyn FnMut(&Block, &Ledger) -> Result<()> + Send),
) -> Result<Vec<Audit>> {
    let genesis = genesis(network)?;
    let peers: Vec<_> = network.peers().into_iter().map(|(_, process)| process).collect();
    let bars = MultiProgress::new();
    let replay = |process: &Process, visit: Visit<'_>| {
        let bar = bars.add(progress_bar(process, quiet));
        let progress = |done, all| {
            bar.set_length(all);
            bar.set_position(done);
        };
        let found = audit(&process.name, &process.folder.join("data/ledger"), &genesis, progress, visit);
        bar.finish_and_clear();
        found.unwrap_or_else(|error| Audit::broken_off(&process.name, &error))
    };
    let Some((first, others)) = peers.split_first() else { return Ok(Vec::new()) };
    std::thread::scope(|scope| {
        let first = scope.spawn(|| replay(first, visit));
        let others: Vec<_> = others.iter().map(|process| scope.spawn(|| replay(process, &mut |_, _| Ok(())))).collect();
        let audits = [first].into_iter().chain(others);
        Ok(audits.map(|audit| audit.join().unwrap_or_else(|panic| resume_unwind(panic))).collect())
    })
}

/// Block 0, as the network was founded with it.
pub(super) fn genesis(network: &Network) -> Result<Block> {
    let bytes = std::fs::read(network.genesis()).context("cannot read block 0")?;
    Block::decode(&bytes.into()).context("block 0 cannot be read")
}

/// Whether every ledger is sound, and those of the same height are the same.
pub(crate) fn is_sound(audits: &[Audit]) -> bool {
    let agree = |one: &Audit, other: &Audit| {
        one.height != other.height || (one.block_hash == other.block_hash && one.state_hash == other.state_hash)
    };
    audits.iter().all(|one| one.ok && audits.iter().all(|other| agree(one, other)))
}

/// The replayed ledgers as tables.
pub(crate) fn print_audits(audits: &[Audit]) {
    let rows = audits.iter().map(|audit| {
        vec![
            audit.peer.clone(),
            audit.height.to_string(),
            short_hash(&audit.block_hash).to_owned(),
            short_hash(&audit.state_hash).to_owned(),
            grouped(audit.transactions),
            grouped(audit.valid),
            if audit.ok { "ok" } else { "NOT OK" }.to_owned(),
        ]
    });
    let numbers = ["height", "transactions", "valid"];
    println!("{}", table(&["peer", "height", "block hash", "state hash", "transactions", "valid", ""], &numbers, rows));
    for finding in audits.iter().flat_map(|audit| audit.findings.iter().map(|found| format!("{}: {found}", audit.peer)))
    {
        println!("{finding}");
    }
    if let Some(audit) = audits.first().filter(|audit| !audit.books.is_empty()) {
        println!("{}", books_table(&audit.books));
    }
}

/// The lines of the books that say something of some programme.
fn books_table(books: &[Books]) -> comfy_table::Table {
    let lines: Vec<_> = books.iter().map(Books::lines).collect();
    let told: Vec<usize> = (0..lines.first().map_or(0, |lines| lines.len()))
        .filter(|line| lines.iter().any(|lines| lines[*line].1 != 0))
        .collect();
    let names = told.iter().map(|line| lines[0][*line].0);
    let header: Vec<&str> = ["programme", "accounts"].into_iter().chain(names).chain([""]).collect();
    let rows = books.iter().zip(&lines).map(|(books, lines)| {
        let figures = told.iter().map(|line| grouped(lines[*line].1.unsigned_abs()));
        let verdict = if books.balanced { "balanced" } else { "NOT BALANCED" }.to_owned();
        let first = [books.programme.clone(), grouped(books.accounts)];
        first.into_iter().chain(figures).chain([verdict]).collect()
    });
    table(&header, &header[1..header.len() - 1], rows)
}

pub(super) fn progress_bar(process: &Process, quiet: bool) -> ProgressBar {
    let quiet = quiet || !std::io::stderr().is_terminal();
    let target = if quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
    let bar = ProgressBar::with_draw_target(Some(1), target).with_prefix(process.name.clone());
    let style = ProgressStyle::with_template("{prefix} {bar:40} block {human_pos}/{human_len}, {eta} left");
    bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

fn stored_block(process: &Process, number: u64) -> Result<Block> {
    let options = BlockStoreOptions { file_bytes_max: folio_ledger::BLOCK_FILE_BYTES_MAX, ..Default::default() };
    let store = BlockStore::open(&process.folder.join("data/ledger/blocks"), options)?;
    let bytes = store.bytes(number)?.with_context(|| format!("there are {} blocks", store.height()))?;
    Ok(Block::decode(&bytes)?)
}

fn ask_for_block(network: &Network, msp_id: &str, process: &Process, number: u64) -> Result<Block> {
    let organisation = network.topology().organisation(msp_id)?;
    let auditor = Arc::new(Identity::load(msp_id, &network.user(&organisation.name, "auditor"))?);
    let asked = async {
        let peer = connect_to(network, organisation, &process.address.to_string(), auditor)?;
        Ok(peer.block(number).await?)
    };
    super::runtime()?.block_on(asked)
}

fn show(network: &Network, peer: Option<&str>, number: u64) -> Result<Value> {
    let peers = network.peers();
    let found = peers.iter().find(|(_, process)| peer.is_none_or(|name| process.name == name));
    let Some((msp_id, process)) = found else { bail!("no peer is called {}", peer.unwrap_or_default()) };
    // A running peer keeps its files to itself, and hands blocks out.
    let block = match process.pid() {
        Some(_) => ask_for_block(network, msp_id, process, number),
        None => stored_block(process, number),
    };
    let block = block.with_context(|| format!("block {number} of {}", process.name))?;
    let transactions: Vec<_> = (0..).zip(&block.data).map(|(tx, data)| transaction(&block, tx, data)).collect();
    Ok(json!({
        "peer": process.name,
        "block": number,
        "hash": hex::encode(block.header_hash()),
        "previous_hash": block.previous_hash.map(hex::encode),
        "data_hash": hex::encode(block.data_hash),
        "bytes": block.encode().len(),
        "transactions": transactions,
    }))
}

fn transaction(block: &Block, tx: u64, data: &bytes::Bytes) -> Value {
    let code = block.verdict(tx).map(folio_types::ValidationCode::name);
    match parse_envelope(data) {
        Ok((envelope, Body::Endorser(transaction))) => json!({
            "tx_id": envelope.header.tx_id,
            "verdict": code,
            "chaincode": format!("{} {}", transaction.chaincode.name, transaction.chaincode.version),
            "endorsements": transaction.endorsements.len(),
            "event": transaction.event.map(|event| event.name),
            "response": serde_json::from_slice::<Value>(&transaction.response.payload).unwrap_or(Value::Null),
            "writes": transaction.rwset.namespaces.values().map(|set| set.writes.len()).sum::<usize>(),
        }),
        Ok((envelope, Body::Config(_))) => json!({ "config": envelope.header.channel_id, "verdict": code }),
        Err(error) => json!({ "unreadable": error.to_string(), "verdict": code }),
    }
}
