//! `folio programme`: definitions, from a file to their way into force.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};
use folio_client::Call;
use folio_loyalty::rules::programme::{AuthoringError, DEFINITION_BYTES_MAX, Definition, DefinitionError, Problem};
use serde_json::{Value, json};

use super::{FOUND, NetworkFolder, ask, ask_with};
use crate::consortium;
use crate::difference::{Difference, differences};
use crate::output::{grouped, table};
use crate::session::{Everywhere, connect, random_hex};

/// What can be done with programmes.
#[derive(Debug, Subcommand)]
pub(crate) enum ProgrammeCommand {
    /// Check definitions: their shape, and every rule that holds for one. Needs no network.
    Check {
        /// TOML files.
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// One line of JSON a file.
        #[arg(long)]
        json: bool,
    },
    /// Show what differs between two definitions, and what keeps the second from following the first.
    Diff {
        /// A TOML file, or ID or ID@VERSION of a programme on the ledger.
        before: String,
        /// The same.
        after: String,
        #[command(flatten)]
        network: NetworkFolder,
        /// One line of JSON.
        #[arg(long)]
        json: bool,
    },
    /// Show a definition as it stands on the ledger, with where it stands on its way into force.
    Show {
        /// ID for the newest version in force, or ID@VERSION.
        programme: String,
        #[command(flatten)]
        network: NetworkFolder,
        /// One line of JSON.
        #[arg(long)]
        json: bool,
    },
    /// Rate a stay under a programme, with an account of every point. Nothing is written.
    Simulate {
        /// ID for the newest version in force, or ID@VERSION, which may be only proposed.
        programme: String,
        /// The stay version as JSON, as a hotel reports it.
        stay: PathBuf,
        /// The member's tier; the first where none is given.
        #[arg(long)]
        tier: Option<String>,
        #[command(flatten)]
        network: NetworkFolder,
        /// One line of JSON.
        #[arg(long)]
        json: bool,
    },
    /// Propose a definition as its programme's next version, as a manager of its owner.
    Propose {
        /// The TOML file.
        file: PathBuf,
        /// How many managers must approve later versions; as it is where none is given.
        #[arg(long)]
        approvals: Option<u32>,
        #[command(flatten)]
        manager: Manager,
    },
    /// Approve a proposed version, as a manager of its owner. Each manager counts once.
    Approve {
        /// ID@VERSION.
        version: String,
        /// Digest of the definition that was read, as `propose` and `show` print it; another one is refused.
        #[arg(long)]
        digest: Option<String>,
        #[command(flatten)]
        manager: Manager,
    },
    /// Put an approved version in force, from the date that it says.
    Activate {
        /// ID@VERSION.
        version: String,
        /// Digest of the definition that was read, as `propose` and `show` print it; another one is refused.
        #[arg(long)]
        digest: Option<String>,
        #[command(flatten)]
        manager: Manager,
    },
}

/// Who acts, and on which network.
#[derive(Debug, Args)]
pub(crate) struct Manager {
    /// User of the programme's owner.
    #[arg(long = "as", default_value = "admin")]
    user: String,
    #[command(flatten)]
    network: NetworkFolder,
}

/// A programme on the ledger, and one of its versions.
struct Named {
    programme: String,
    version: Option<u32>,
}

pub(super) fn run(command: ProgrammeCommand) -> Result<ExitCode> {
    match command {
        ProgrammeCommand::Check { files, json } => check(&files, json),
        ProgrammeCommand::Diff { before, after, network, json } => diff(&before, &after, &network, json),
        ProgrammeCommand::Show { programme, network, json } => {
            let shown = get(&network, &Named::parse(&programme)?)?;
            println!("{}", if json { shown.to_string() } else { serde_json::to_string_pretty(&shown)? });
            Ok(ExitCode::SUCCESS)
        }
        ProgrammeCommand::Simulate { programme, stay, tier, network, json } => {
            simulate(&Named::parse(&programme)?, &stay, tier.as_deref(), &network, json)
        }
        ProgrammeCommand::Propose { file, approvals, manager } => propose(&file, approvals, &manager),
        ProgrammeCommand::Approve { version, digest, manager } => decide("approve", &version, digest, &manager),
        ProgrammeCommand::Activate { version, digest, manager } => decide("activate", &version, digest, &manager),
    }
}

fn check(files: &[PathBuf], json: bool) -> Result<ExitCode> {
    let mut code = ExitCode::SUCCESS;
    for file in files {
        let read = read(file)?;
        if read.is_err() {
            code = ExitCode::from(FOUND);
        }
        let file = file.display().to_string();
        match read {
            Ok(Definition { programme, version, .. }) if json => {
                println!("{}", json!({ "file": file, "ok": true, "programme": programme, "version": version }));
            }
            Err(problems) if json => println!("{}", json!({ "file": file, "ok": false, "problems": told(&problems) })),
            Ok(definition) => {
                let Definition { name, version, effective_from, tiers, .. } = &definition;
                let tiers = tiers.levels.len();
                println!("{file}: {name}, version {version}, in force from {effective_from}, {tiers} tiers: ok");
            }
            Err(problems) => problems.iter().for_each(|problem| println!("{file}: {}", sentence(problem))),
        }
    }
    Ok(code)
}

fn diff(before: &str, after: &str, network: &NetworkFolder, json: bool) -> Result<ExitCode> {
    let (before, after) = (find(before, network)?, find(after, network)?);
    let found = differences(&before, &after)?;
    let obstacles = match after.validate_successor(&before) {
        Ok(()) => Vec::new(),
        Err(error) => problems_of(error),
    };
    if json {
        println!(
            "{}",
            json!({ "differences": found, "may_follow": obstacles.is_empty(), "problems": told(&obstacles) })
        );
    } else {
        let shown = |value: &Option<Value>| value.as_ref().map_or_else(String::new, ToString::to_string);
        let row = |Difference { key, before, after }: &Difference| vec![key.clone(), shown(before), shown(after)];
        println!("{}", table(&["key", "before", "after"], &[], found.iter().map(row)));
        for problem in &obstacles {
            println!("the second cannot follow the first: {}", sentence(problem));
        }
    }
    Ok(if obstacles.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(FOUND) })
}

fn simulate(named: &Named, stay: &Path, tier: Option<&str>, network: &NetworkFolder, json: bool) -> Result<ExitCode> {
    let stay = std::fs::read(stay).with_context(|| format!("cannot read {}", stay.display()))?;
    let Named { programme, version } = named;
    let question = json!({ "programme": programme, "version": version, "tier": tier });
    let call = Call::new("programme.simulate", question.to_string()).with_transient("stay", stay);
    let answer = ask_with(network, call)?;
    if json {
        println!("{answer}");
        return Ok(ExitCode::SUCCESS);
    }
    if let Some(reason) = answer["suspended"].as_str() {
        println!("the stay would wait for correction: {reason}");
        return Ok(ExitCode::SUCCESS);
    }
    let rating = &answer["rating"];
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let lines = rating["explanation"].as_array().map(Vec::as_slice).unwrap_or_default();
    println!(
        "{}",
        table(&["rule", "effect"], &[], lines.iter().map(|line| vec![text(&line["rule"]), text(&line["effect"])]))
    );
    let points = |name: &str| grouped(rating[name].as_u64().unwrap_or_default());
    println!(
        "{programme} version {}: {} points = base {} + bonus {} + minimum {}",
        answer["version"],
        points("total"),
        points("base"),
        points("bonus"),
        points("top_up")
    );
    Ok(ExitCode::SUCCESS)
}

fn propose(file: &Path, approvals: Option<u32>, manager: &Manager) -> Result<ExitCode> {
    let definition = match read(file)? {
        Ok(definition) => definition,
        Err(problems) => {
            problems.iter().for_each(|problem| eprintln!("{}: {}", file.display(), sentence(problem)));
            return Ok(ExitCode::from(FOUND));
        }
    };
    let arguments = json!({ "definition": definition, "approvals_required": approvals });
    let answer = act("programme.propose", arguments, &definition.owner, manager)?;
    println!("{}", standing(&answer));
    Ok(ExitCode::SUCCESS)
}

fn decide(what: &str, version: &str, digest: Option<String>, manager: &Manager) -> Result<ExitCode> {
    let Named { programme, version: Some(version) } = Named::parse(version)? else {
        bail!("which version? write {version}@1, say");
    };
    let named = Named { programme, version: Some(version) };
    let known = get(&manager.network, &named)?;
    let owner = known["owner"].as_str().context("the ledger names no owner")?;
    // Who gives no digest decides on what stands there now, and is told what that is.
    let digest = digest.map_or_else(|| known["digest"].clone(), Value::from);
    let arguments = json!({ "programme": named.programme, "version": version, "digest": digest });
    let answer = act(&format!("programme.{what}"), arguments, owner, manager)?;
    println!("{}", standing(&answer));
    Ok(ExitCode::SUCCESS)
}

/// Calls a function as a manager of `owner`. Each command is a request of its own: a proposal may have been replaced since
/// the same was asked before.
fn act(function: &str, mut arguments: Value, owner: &str, manager: &Manager) -> Result<Value> {
    let network = manager.network.open()?;
    let organisation = network.topology().organisation(owner)?;
    arguments["request_id"] = json!(random_hex::<16>()?);
    let answer = super::runtime()?.block_on(async {
        let gateway = connect(&network, organisation, &manager.user)?;
        consortium::write(&Everywhere::of(&network)?, &gateway, function, &arguments).await
    })?;
    serde_json::from_slice(&answer).context("the answer is no JSON")
}

/// Where a version stands, as a sentence.
fn standing(version: &Value) -> String {
    let approvals = format!("{} of {} approvals", version["approvals"], version["approvals_required"]);
    let state = if version["in_force"] == json!(true) { "in force".to_owned() } else { approvals };
    let text = |name: &str| version[name].as_str().unwrap_or_default().to_owned();
    let (programme, number, from) = (text("programme"), &version["version"], text("effective_from"));
    format!("{programme} version {number}, from {from}: {state}\ndigest {}", text("digest"))
}

/// A definition from a file, or from the ledger.
fn find(what: &str, network: &NetworkFolder) -> Result<Definition> {
    let path = Path::new(what);
    if path.extension().is_none_or(|extension| extension != "toml") && !path.exists() {
        let mut found = get(network, &Named::parse(what)?)?;
        return serde_json::from_value(found["definition"].take()).context("the ledger's definition cannot be read");
    }
    match read(path)? {
        Ok(definition) => Ok(definition),
        Err(problems) => bail!("{what}: {}", problems.iter().map(sentence).collect::<Vec<_>>().join("; ")),
    }
}

/// Reads and checks a file: a definition, or everything that is wrong with it.
fn read(file: &Path) -> Result<Result<Definition, Vec<Problem>>> {
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    Ok(match Definition::from_toml(&text) {
        Ok(definition) => {
            let got = definition.to_stored().len();
            if got > DEFINITION_BYTES_MAX {
                Err(problems_of(DefinitionError::TooLarge { got, max: DEFINITION_BYTES_MAX }))
            } else {
                Ok(definition)
            }
        }
        Err(AuthoringError::Definition(error)) => Err(problems_of(error)),
        Err(AuthoringError::Toml(error)) => Err(vec![Problem { key: String::new(), rule: error.to_string() }]),
    })
}

fn problems_of(error: DefinitionError) -> Vec<Problem> {
    match error {
        DefinitionError::Invalid { problems } => problems,
        error @ DefinitionError::TooLarge { .. } => vec![Problem { key: String::new(), rule: error.to_string() }],
    }
}

/// A problem of the whole file has no key.
fn sentence(problem: &Problem) -> String {
    problem.to_string().trim().to_owned()
}

fn told(problems: &[Problem]) -> Vec<Value> {
    problems.iter().map(|Problem { key, rule }| json!({ "key": key, "rule": rule })).collect()
}

fn get(network: &NetworkFolder, named: &Named) -> Result<Value> {
    let Named { programme, version } = named;
    ask(network, "programme.get", &json!({ "programme": programme, "version": version }))
}

impl Named {
    fn parse(text: &str) -> Result<Self> {
        let Some((programme, version)) = text.split_once('@') else {
            return Ok(Self { programme: text.to_owned(), version: None });
        };
        let version = version.parse().with_context(|| format!("{version:?} is no number of a version"))?;
        Ok(Self { programme: programme.to_owned(), version: Some(version) })
    }
}
