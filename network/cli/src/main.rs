//! `folio`, the one binary: runs a consortium, its processes, its feeds and its measurements.
//!
//! Exit codes: 0 done; 1 it failed, and the error says why; 2 the command line is wrong; 3 a check found something, such
//! as a ledger that does not verify.

mod audit;
mod bench;
mod commands;
mod consortium;
mod definition;
mod demo;
mod difference;
mod intent;
mod output;
mod queue;
mod rehearsal;
mod report;
mod rows;
mod sending;
mod session;
mod submit;

use std::process::ExitCode;

use clap::Parser;

use crate::commands::Command;

/// A transaction allocates some thousand times, and this allocator spends less time on that than the system's.
/// `.cargo/config.toml` has its settings.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// The loyalty ledger that hotel chains run together.
#[derive(Debug, Parser)]
#[command(name = "folio", version, about, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

fn main() -> ExitCode {
    match commands::run(Arguments::parse().command) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("folio: {}", told(&error));
            ExitCode::FAILURE
        }
    }
}

/// An error and its causes, without those that the one before has in its own sentence.
fn told(error: &anyhow::Error) -> String {
    let mut text = String::new();
    for cause in error.chain().map(ToString::to_string).filter(|cause| !cause.is_empty()) {
        if !text.contains(&cause) {
            text.push_str(if text.is_empty() { "" } else { ": " });
            text.push_str(&cause);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use anyhow::anyhow;

    use super::*;

    #[test]
    fn a_cause_is_told_once() {
        let disk = || anyhow!("no space left");
        assert_eq!(told(&disk().context("cannot write blocks")), "cannot write blocks: no space left");
        assert_eq!(told(&disk().context("cannot write blocks: no space left")), "cannot write blocks: no space left");
    }
}
