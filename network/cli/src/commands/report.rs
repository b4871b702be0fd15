//! `folio report`: figures from a peer's ledger, as of a block.

use std::process::ExitCode;

use anyhow::{Context, Result, bail, ensure};
use clap::{Args, Subcommand};
use folio_loyalty::ids::{MemberId, ProgrammeId};
use folio_loyalty::units::Date;
use folio_types::StateReader;
use serde::Serialize;

use super::ledger::{genesis, progress_bar};
use super::{FOUND, NetworkFolder};
use crate::audit::Replayed;
use crate::output::{short_hash, table};
use crate::report::{Breakage, Liability, Period, Report, Retention, Settlement, Sheet, Statement, Tiers, programmes};

/// What can be reported.
///
/// A report is computed from a peer's block files, replayed from genesis: nothing has to run, and a running peer is not
/// disturbed. It speaks of the state after one block, which it names. It ends with exit code 3 when figures in it do not add up.
#[derive(Debug, Subcommand)]
pub(crate) enum ReportCommand {
    /// What each programme owes its members: opening, movements and closing, in points.
    Liability {
        #[command(flatten)]
        dates: Dates,
        #[command(flatten)]
        asked: Asked,
    },
    /// What organisations owe each other: open, folded, disputed and closed, and the nets.
    Settlement {
        #[command(flatten)]
        asked: Asked,
    },
    /// Which part of its members, and of their points, each programme has kept; over the newest year, unless told.
    Retention {
        #[command(flatten)]
        dates: Dates,
        #[command(flatten)]
        asked: Asked,
    },
    /// Which part of the points given has lapsed, by month, and what the programmes estimate.
    Breakage {
        #[command(flatten)]
        dates: Dates,
        #[command(flatten)]
        asked: Asked,
    },
    /// How many members hold each tier, and how tiers have changed.
    Tiers {
        #[command(flatten)]
        dates: Dates,
        #[command(flatten)]
        asked: Asked,
    },
    /// All lines of a member, the newest first.
    Statement {
        /// The member's id, 32 hex digits.
        #[arg(value_parser = member_id)]
        member: MemberId,
        #[command(flatten)]
        dates: Dates,
        #[command(flatten)]
        asked: Asked,
    },
}

/// Over which business dates.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct Dates {
    /// The first business date, such as 2016-01-01; the beginning where none is given.
    #[arg(long)]
    from: Option<Date>,
    /// The last business date; the newest where none is given.
    #[arg(long)]
    to: Option<Date>,
}

/// Of what a report speaks, and how it is shown.
#[derive(Clone, Debug, Args)]
pub(crate) struct Asked {
    /// The programme; all where none is given.
    #[arg(long, value_parser = programme_id)]
    programme: Option<ProgrammeId>,
    /// The peer, such as `peer0.aurora`; the first where none is given.
    #[arg(long)]
    peer: Option<String>,
    /// The number of the block after which state is meant; the last that the peer has where none is given.
    #[arg(long)]
    block: Option<u64>,
    #[command(flatten)]
    network: NetworkFolder,
    /// One line of JSON. Amounts of money are in smallest units.
    #[arg(long, conflicts_with = "csv")]
    json: bool,
    /// One table as comma-separated values, each line with peer and block. Amounts of money have decimals.
    #[arg(long)]
    csv: bool,
    /// Only this table of the report; with `--csv` the first where none is given.
    #[arg(long, conflicts_with = "json")]
    table: Option<String>,
}

/// Of which ledger a report speaks.
#[derive(Debug, Serialize)]
struct Source {
    peer: String,
    block: u64,
    block_hash: String,
    /// The figures of the programmes have a key of their own.
    #[serde(rename = "speaks_of")]
    programmes: Vec<ProgrammeId>,
}

/// A report as JSON.
#[derive(Serialize)]
struct Told<'a, R> {
    report: &'static str,
    #[serde(flatten)]
    source: &'a Source,
    #[serde(flatten)]
    figures: &'a R,
    ok: bool,
    findings: &'a [String],
}

pub(super) fn run(command: ReportCommand) -> Result<ExitCode> {
    match command {
        ReportCommand::Liability { dates, asked } => report(&asked, dates, Liability::of),
        ReportCommand::Settlement { asked } => {
            report(&asked, Dates { from: None, to: None }, |state, programmes, _| Settlement::of(state, programmes))
        }
        ReportCommand::Retention { dates, asked } => report(&asked, dates, Retention::of),
        ReportCommand::Breakage { dates, asked } => report(&asked, dates, Breakage::of),
        ReportCommand::Tiers { dates, asked } => report(&asked, dates, Tiers::of),
        ReportCommand::Statement { member, dates, asked } => {
            report(&asked, dates, |state, programmes, period| Statement::of(state, programmes, member, period))
        }
    }
}

/// Replays the peer's ledger, computes the report over it and shows it.
fn report<R: Report>(
    asked: &Asked,
    dates: Dates,
    compute: impl FnOnce(&dyn StateReader, &[ProgrammeId], Period) -> Result<R>,
) -> Result<ExitCode> {
    let period = Period::new(dates.from, dates.to)?;
    let (peer, replayed) = replay(asked)?;
    let tip = replayed.ledger.tip();
    let state = replayed.ledger.snapshot();
    let source = Source {
        peer,
        block: tip.height.checked_sub(1).context("the peer has no block yet")?,
        block_hash: tip.block_hash.map(hex::encode).unwrap_or_default(),
        programmes: programmes(&*state, asked.programme.as_ref())?,
    };
    let figures = compute(&*state, &source.programmes, period)?;
    let findings = figures.findings();
    if asked.json {
        let told =
            Told { report: R::NAME, source: &source, figures: &figures, ok: findings.is_empty(), findings: &findings };
        println!("{}", serde_json::to_string(&told)?);
    } else {
        print_sheets(asked, R::NAME, &source, figures.sheets())?;
        findings.iter().for_each(|finding| eprintln!("{finding}"));
    }
    Ok(if findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(FOUND) })
}

/// The ledger of the peer that is asked for, through the block that is asked for.
fn replay(asked: &Asked) -> Result<(String, Replayed)> {
    let network = asked.network.open()?;
    let mut peers = network.peers().into_iter().map(|(_, process)| process);
    let Some(process) = peers.find(|process| asked.peer.as_ref().is_none_or(|name| process.name == *name)) else {
        bail!("no peer is called {}", asked.peer.as_deref().unwrap_or_default());
    };
    let bar = progress_bar(&process, asked.json || asked.csv);
    let folder = process.folder.join("data/ledger");
    let replayed = Replayed::through(&process.name, &folder, &genesis(&network)?, asked.block, |done, all| {
        bar.set_length(all);
        bar.set_position(done);
    });
    bar.finish_and_clear();
    let replayed = replayed?;
    if let Some(finding) = replayed.findings.first() {
        bail!("the ledger of {} is not sound: {finding}; `folio ledger verify` tells more", process.name);
    }
    ensure!(replayed.is_whole, "the ledger of {} could not be replayed; `folio ledger verify` tells why", process.name);
    Ok((process.name, replayed))
}

fn print_sheets(asked: &Asked, name: &str, source: &Source, mut sheets: Vec<Sheet>) -> Result<()> {
    if let Some(wanted) = &asked.table {
        let names: Vec<_> = sheets.iter().map(|sheet| sheet.name).collect();
        ensure!(names.contains(&wanted.as_str()), "{name} has no table {wanted}; it has: {}", names.join(", "));
        sheets.retain(|sheet| sheet.name == wanted);
    }
    if asked.csv {
        sheets.first().into_iter().for_each(|sheet| print!("{}", csv(source, sheet)));
        return Ok(());
    }
    let programmes: Vec<_> = source.programmes.iter().map(ProgrammeId::as_str).collect();
    let Source { peer, block, block_hash, .. } = source;
    println!("{name} as of block {block} ({}) of {peer}: {}", short_hash(block_hash), programmes.join(", "));
    for sheet in sheets {
        println!("{}", shown(&sheet));
    }
    Ok(())
}

/// A table for people. One without rows says so by its name.
fn shown(sheet: &Sheet) -> String {
    if sheet.rows.is_empty() {
        return format!("{}: none", sheet.name);
    }
    let has_number = |column: usize| sheet.rows.iter().any(|row| row.get(column).is_some_and(|cell| cell.is_number()));
    let numbers: Vec<_> =
        (0..).zip(sheet.header).filter(|(column, _)| has_number(*column)).map(|(_, name)| *name).collect();
    let rows = sheet.rows.iter().map(|row| row.iter().map(crate::report::Cell::shown).collect());
    format!("{}\n{}", sheet.name, table(sheet.header, &numbers, rows))
}

/// A table for machines. Every line names the peer and the block, so that lines of many files can be put together.
fn csv(source: &Source, sheet: &Sheet) -> String {
    let names = sheet.header.iter().map(|name| name.replace(", ", " ").replace([' ', '-'], "_"));
    let mut text = line(["peer", "block", "block_hash"].map(str::to_owned).into_iter().chain(names));
    let head = [source.peer.clone(), source.block.to_string(), source.block_hash.clone()];
    for row in &sheet.rows {
        text += &line(head.iter().cloned().chain(row.iter().map(crate::report::Cell::plain)));
    }
    text
}

/// A line of RFC 4180, but that it ends as lines do here.
fn line(values: impl Iterator<Item = String>) -> String {
    let quoted = values.map(|value| {
        if value.contains([',', '"', '\n', '\r']) { format!("\"{}\"", value.replace('"', "\"\"")) } else { value }
    });
    quoted.collect::<Vec<_>>().join(",") + "\n"
}

fn programme_id(text: &str) -> Result<ProgrammeId, String> {
    ProgrammeId::new(text).ok_or_else(|| "a programme is up to 32 letters, digits and hyphens".to_owned())
}

fn member_id(text: &str) -> Result<MemberId, String> {
    MemberId::parse(text).ok_or_else(|| "a member is 32 lower-case hex digits".to_owned())
}

#[cfg(test)]
mod tests {
    use crate::report::Cell;

    use super::*;

    #[test]
    fn lines_of_csv_name_their_block_and_quote_what_needs_it() {
        let source =
            Source { peer: "peer0.a".to_owned(), block: 7, block_hash: "ab".to_owned(), programmes: Vec::new() };
        let rows = vec![vec![Cell::from(-1_234_i64), Cell::from("say \"a, b\"")]];
        let sheet = Sheet { name: "t", header: &["gets, or pays", "by"], rows };
        let text = "peer,block,block_hash,gets_or_pays,by\npeer0.a,7,ab,-1234,\"say \"\"a, b\"\"\"\n";
        assert_eq!(csv(&source, &sheet), text);
    }
}
