//! `folio stays`: PMS feeds, made up or real.

use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::Subcommand;
use folio_stays::{MEMBERS_COUNT_DEFAULT, MEMBERS_SEED_DEFAULT, Members, SEED_DEFAULT, STAYS_DEFAULT, Synthetic};

use super::NetworkFolder;
use crate::output::{grouped, table};
use crate::submit::{self, Options, WINDOW_ROWS};

/// What can be done with stays.
#[derive(Debug, Subcommand)]
pub(crate) enum StaysCommand {
    /// Write a realistic feed, marked as synthetic; the same seed gives the same bytes.
    Generate {
        /// The file; packed when its name ends in `.gz`.
        file: PathBuf,
        /// Reservations in it.
        #[arg(long, default_value_t = STAYS_DEFAULT)]
        stays: u64,
        /// Seed of stays.
        #[arg(long, default_value_t = SEED_DEFAULT)]
        seed: u64,
        #[command(flatten)]
        members: MemberArguments,
    },
    /// Submit a feed: the hotel booking data set's CSV or a generated feed, plain or gzip.
    ///
    /// Rows go in the order of their check-out dates, one in flight a member. A run that broke off goes on where it
    /// stopped; a feed that was submitted before posts nothing.
    Submit {
        /// The feed.
        file: PathBuf,
        /// Rows in flight.
        #[arg(long, default_value_t = WINDOW_ROWS)]
        in_flight: usize,
        /// Only so many rows, from the first.
        #[arg(long)]
        limit: Option<u64>,
        /// One line of JSON in place of a table.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        members: MemberArguments,
        #[command(flatten)]
        network: NetworkFolder,
    },
}

/// The synthetic members. A generated feed names its own when it is submitted.
#[derive(Debug, clap::Args)]
pub(crate) struct MemberArguments {
    /// How many synthetic members there are.
    #[arg(long, default_value_t = MEMBERS_COUNT_DEFAULT)]
    members: u32,
    /// Seed of the synthetic members.
    #[arg(long, default_value_t = MEMBERS_SEED_DEFAULT)]
    members_seed: u64,
}

impl MemberArguments {
    fn members(&self) -> Result<Members> {
        Ok(Members::new(self.members_seed, self.members)?)
    }
}

pub(super) fn run(command: StaysCommand) -> Result<ExitCode> {
    match command {
        StaysCommand::Generate { file, stays, seed, members } => {
            let written = Synthetic::new(seed, stays, members.members()?)?.write_file(&file, |_| {})?;
            println!(
                "{}: {} stay versions of {} reservations, synthetic, seed {seed}",
                file.display(),
                grouped(written.lines),
                grouped(stays)
            );
        }
        StaysCommand::Submit { file, in_flight, limit, json, members, network } => {
            let options = Options {
                feed: &file,
                members: members.members()?,
                window: in_flight,
                limit,
                resume: limit.is_none(),
                quiet: json || !std::io::stderr().is_terminal(),
            };
            let network = network.open()?;
            let (report, notices) = super::runtime()?.block_on(submit::submit(&network, options))?;
            if json {
                println!("{}", report.json_line()?);
            } else {
                for notice in notices {
                    println!("{notice}");
                }
                let rows = report.table().into_iter().map(|(label, figure)| vec![label, figure]);
                println!("{}", table(&["stays", "figure"], &["figure"], rows));
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}
