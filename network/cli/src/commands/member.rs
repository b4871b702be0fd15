//! `folio member`: what the ledger knows of a member.

use std::process::ExitCode;

use anyhow::Result;
use clap::Subcommand;
use serde_json::{Value, json};

use super::{NetworkFolder, ask};
use crate::output::{grouped, table};

/// What can be asked of members.
#[derive(Debug, Subcommand)]
pub(crate) enum MemberCommand {
    /// Show a member's account in a programme.
    Show {
        /// The member's id, 32 hex digits.
        member: String,
        /// The programme; the member's home programme where none is given.
        #[arg(long)]
        programme: Option<String>,
        #[command(flatten)]
        network: NetworkFolder,
        /// One line of JSON.
        #[arg(long)]
        json: bool,
    },
    /// Show a member's statement, the newest line first.
    Statement {
        /// The member's id, 32 hex digits.
        member: String,
        /// The programme.
        #[arg(long, default_value = folio_stays::HILTON_HONORS)]
        programme: String,
        /// Lines at most.
        #[arg(long, default_value_t = 50)]
        limit: u32,
        #[command(flatten)]
        network: NetworkFolder,
        /// One line of JSON.
        #[arg(long)]
        json: bool,
    },
}

pub(super) fn run(command: MemberCommand) -> Result<ExitCode> {
    match command {
        MemberCommand::Show { member, programme, network, json } => {
            let question = match programme {
                Some(programme) => json!({ "member": member, "programme": programme }),
                None => json!({ "member": member }),
            };
            let answer = ask(&network, "member.get", &question)?;
            println!("{}", if json { answer.to_string() } else { serde_json::to_string_pretty(&answer)? });
        }
        MemberCommand::Statement { member, programme, limit, network, json } => {
            let question = json!({ "member": member, "programme": programme, "limit": limit });
            let answer = ask(&network, "member.statement", &question)?;
            if json {
                println!("{answer}");
            } else {
                println!("{}", statement_table(&answer));
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// A page of a statement as a table.
pub(crate) fn statement_table(statement: &Value) -> comfy_table::Table {
    let text = |value: &Value| value.as_str().unwrap_or("").to_owned();
    let points = |value: &Value| {
        let points = value.as_i64().unwrap_or_default();
        format!("{}{}", if points < 0 { "-" } else { "" }, grouped(points.unsigned_abs()))
    };
    let lines = statement["lines"].as_array().map(Vec::as_slice).unwrap_or_default();
    let rows = lines.iter().map(|line| {
        let signed = line["by"]["member_signed"].as_bool().unwrap_or_default();
        vec![
            line["number"].to_string(),
            text(&line["date"]),
            text(&line["cause"]),
            text(&line["hotel"]),
            points(&line["available"]),
            points(&line["balance"]),
            text(&line["tier"]),
            format!(
                "{} {}{}",
                text(&line["by"]["organisation"]),
                text(&line["by"]["role"]),
                if signed { ", signed by the member" } else { "" }
            ),
        ]
    });
    let header = ["line", "date", "what", "hotel", "points", "balance", "tier", "by"];
    table(&header, &["line", "points", "balance"], rows)
}
