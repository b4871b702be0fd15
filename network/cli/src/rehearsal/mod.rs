//! The rehearsal: months of the consortium on its own data, through a network that runs, with everything that members,
//! hotels and managers do; afterwards the ledger is replayed and held against what the receipts said.
//!
//! Invariant: what is done follows from the feed and a seed. Nothing is dropped: a wish that a rule refuses, or for which
//! there are too few points, is counted with its reason.

mod act;
mod acts;
mod amount;
mod cast;
mod check;
mod conflict;
mod correction;
mod crowd;
mod draw;
mod log;
mod office;
mod player;
mod price;
mod progress;
mod report;
mod run;
mod script;
mod spending;
mod stage;
mod tally;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use anyhow::Result;
use folio_loyalty::rules::programme::{Definition, shipped};
use folio_loyalty::units::Date;
use folio_stays::{
    FIRST_DATE_DEFAULT, Feed, HILTON_HONORS, Home, MEMBERS_SEED_DEFAULT, Members, SEED_DEFAULT, Synthetic, TEXTBOOK,
};
use folio_topology::Network;

use acts::Acts;
use cast::Cast;
use log::Log;
use player::Player;
use run::{Month, Run};
use script::Script;
use stage::Stage;

pub(crate) use progress::Progress;
pub(crate) use report::Report;

use crate::consortium;
use crate::demo::REAL_DATA;

/// The programmes of the rehearsal, one a chain, with a third of the members each. Points of the third lapse after a year
/// and a half of rest.
const HOMES: &[Home] = &[
    Home { programme: HILTON_HONORS, members_per_mille: 334 },
    Home { programme: TEXTBOOK, members_per_mille: 333 },
    Home { programme: "wyndham-rewards", members_per_mille: 333 },
];

/// Business dates of the data set's check-outs, which a generated feed spans, too.
const DAYS: u32 = 805;
/// Reservations a day of a generated feed, as in the data set.
const STAYS_A_DAY: u64 = 148;
/// Days for which a generated feed goes on past the end of the rehearsal.
const DAYS_A_MONTH: u32 = 31;

/// How a consortium rehearses.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    /// The feed; the data set where it is found, else a generated one.
    pub(crate) feed: Option<PathBuf>,
    /// The last business date.
    pub(crate) until: Option<Date>,
    /// How many months.
    pub(crate) months: Option<u32>,
    pub(crate) in_flight: usize,
    pub(crate) members: u32,
}

/// What was played, before it is checked.
pub(crate) struct Played {
    notices: Vec<String>,
    in_flight: usize,
    months: Vec<Month>,
    log: Arc<Log>,
    seconds: f64,
}

/// Plays on a network that is up. Says what it does, a line a step.
pub(crate) async fn play(network: &Network, options: &Options, progress: &Progress) -> Result<Played> {
    let members = Members::new(MEMBERS_SEED_DEFAULT, options.members)?.at_home_in(HOMES);
    let path = match &options.feed {
        Some(feed) => feed.clone(),
        None => found_or_made(network, members, options, progress)?,
    };
    let feed = Feed::open(&path, members)?;
    let notices = feed.notices();
    notices.iter().for_each(|notice| progress.say(notice));
    let definitions = definitions()?;
    for definition in &definitions {
        consortium::bring_programme(network, definition).await?;
    }
    let stage = Arc::new(Stage::of(network, definitions)?);
    let seed = members.seed();
    let (log, cast) = (Arc::<Log>::default(), Arc::new(Cast::new(seed, &feed.members())));
    let parts: Vec<_> = stage.programmes().map(|programme| (programme.clone(), stage.hosts_of(programme))).collect();
    let player = Player::new(stage, cast, Arc::clone(&log), seed);
    player.make_agreements().await?;
    progress.say("all chains have agreed on what they pay each other");
    let acts = Acts::new(feed, Script::new(seed, parts), options.until);
    let months_max = options.months.map(usize::try_from).transpose()?;
    let began = Instant::now();
    let months = Run::new(player, acts, options.in_flight, months_max, progress.clone()).all().await?;
    Ok(Played { notices, in_flight: options.in_flight, months, log, seconds: began.elapsed().as_secs_f64() })
}

/// Replays the ledgers of all peers, and holds them against what was played.
pub(crate) fn check(network: &Network, played: &Played, quiet: bool) -> Result<Report> {
    let Played { notices, in_flight, months, log, seconds } = played;
    let entries = log.entries();
    let checked = check::check(network, months, &entries.tally, quiet)?;
    Ok(Report::of(notices.clone(), *in_flight, months, &entries, checked, *seconds))
}

/// The rules of the programmes.
fn definitions() -> Result<Vec<Definition>> {
    let ours = shipped().filter(|(id, _)| HOMES.iter().any(|home| home.programme == *id));
    ours.map(|(_, text)| Ok(Definition::from_toml(text)?)).collect()
}

/// The real data where it stands beside the checkout, else a generated feed of the same time.
fn found_or_made(network: &Network, members: Members, options: &Options, progress: &Progress) -> Result<PathBuf> {
    if Path::new(REAL_DATA).exists() {
        return Ok(PathBuf::from(REAL_DATA));
    }
    let made = network.folder().join("generated-feed.jsonl.gz");
    let first: Date = FIRST_DATE_DEFAULT.parse()?;
    let until = match (options.until, options.months) {
        (Some(until), _) => Some(until),
        (None, Some(months)) => Some(first.add_months(i32::try_from(months)?)?),
        (None, None) => None,
    };
    let asked = until.map(|until| u32::try_from(first.days_until(until)).unwrap_or_default() + DAYS_A_MONTH);
    let days = asked.map_or(DAYS, |days| days.min(DAYS));
    let stays = u64::from(days) * STAYS_A_DAY;
    Synthetic::with_dates(SEED_DEFAULT, stays, members, first, days)?.write_file(&made, |_| {})?;
    progress.say(&format!("the hotel booking data set is not at {REAL_DATA}: a generated feed takes its place"));
    Ok(made)
}
