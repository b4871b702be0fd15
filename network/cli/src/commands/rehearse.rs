//! `folio rehearse`: a network of its own, months of a consortium on it, and what came of them.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Args;
use clap::builder::RangedU64ValueParser;
use folio_loyalty::units::Date;
use folio_stays::MEMBERS_COUNT_DEFAULT;

use super::FOUND;
use super::network::Passing;
use crate::rehearsal::{Options, Progress, Report, check, play};
use crate::submit::WINDOW_ROWS;

/// Port of the rehearsal's orderer, apart from the demonstration's and from the usual network's.
const BASE_PORT: u16 = 27_150;

/// Arguments of the rehearsal.
#[derive(Debug, Args)]
pub(crate) struct RehearseArguments {
    /// The feed: the hotel booking data set where it is found, else a generated one of the same time.
    feed: Option<PathBuf>,
    /// The last business date.
    #[arg(long, conflicts_with = "months")]
    until: Option<Date>,
    /// So many months, from the first in which a guest leaves.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    months: Option<u32>,
    /// Acts in flight.
    #[arg(long, default_value_t = WINDOW_ROWS, value_parser = RangedU64ValueParser::<usize>::new().range(1..))]
    in_flight: usize,
    /// How many synthetic members there are. A generated feed names its own.
    #[arg(long, default_value_t = MEMBERS_COUNT_DEFAULT)]
    members: u32,
    /// Keep the network's folder.
    #[arg(long)]
    keep: bool,
    /// One line of JSON in place of tables.
    #[arg(long)]
    json: bool,
    /// Port of the orderer; peers follow.
    #[arg(long, default_value_t = BASE_PORT)]
    base_port: u16,
}

pub(super) fn run(arguments: &RehearseArguments) -> Result<ExitCode> {
    let progress = Progress::begin();
    progress.say("starting three hotel chains and an orderer");
    let passing = Passing::new("rehearsal", arguments.base_port);
    let report = rehearse(&passing, arguments, &progress);
    // The figures come first: nothing that goes wrong afterwards may take them away.
    let shown = report.as_ref().map_or(Ok(()), |report| show(report, arguments.json));
    progress.say("stopping");
    progress.end();
    // Where something is wrong, somebody will want to look.
    let ended = passing.end(report.as_ref().is_ok_and(Report::is_ok) && !arguments.keep);
    verdict(report.map(|report| report.is_ok()), shown.and(ended))
}

fn show(report: &Report, json: bool) -> Result<()> {
    let text = if json { serde_json::to_string(report)? } else { report.text() };
    writeln!(std::io::stdout(), "{text}").context("the report cannot be shown")
}

/// The exit code. Trouble with the report's output or the network's folder is told beside what the rehearsal came to, and
/// counts only where that was good.
fn verdict(is_ok: Result<bool>, afterwards: Result<()>) -> Result<ExitCode> {
    if let (Err(_) | Ok(false), Err(error)) = (&is_ok, &afterwards) {
        eprintln!("{error:#}");
    }
    if !is_ok? {
        return Ok(ExitCode::from(FOUND));
    }
    afterwards.map(|()| ExitCode::SUCCESS)
}

fn rehearse(passing: &Passing, arguments: &RehearseArguments, progress: &Progress) -> Result<Report> {
    let network = passing.up()?;
    let options = Options {
        feed: arguments.feed.clone(),
        until: arguments.until,
        months: arguments.months,
        in_flight: arguments.in_flight,
        members: arguments.members,
    };
    let played = super::runtime()?.block_on(play(&network, &options, progress));
    let played = played.context("the rehearsal broke off")?;
    progress.say("replaying every peer's ledger from block 0");
    check(&network, &played, arguments.json)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trouble_afterwards_hides_neither_findings_nor_what_broke_the_rehearsal_off() {
        let trouble = || Err(anyhow::anyhow!("the folder cannot be removed"));
        let code = |verdict: Result<ExitCode>| format!("{:?}", verdict.unwrap());
        assert_eq!(code(verdict(Ok(true), Ok(()))), format!("{:?}", ExitCode::SUCCESS));
        assert_eq!(code(verdict(Ok(false), trouble())), format!("{:?}", ExitCode::from(FOUND)));
        let broken = verdict(Err(anyhow::anyhow!("the rehearsal broke off")), trouble());
        assert_eq!(broken.unwrap_err().to_string(), "the rehearsal broke off");
        assert!(verdict(Ok(true), trouble()).is_err());
    }
}
