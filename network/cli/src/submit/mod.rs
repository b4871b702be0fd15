//! Submitting a feed: rows in order, one in flight a member, a bounded window over all members.

mod hotels;
mod row;

use std::io::IsTerminal;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use folio_stays::{Feed, Journal, Progress, Report};
use folio_topology::Network;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tokio::task::JoinSet;

use hotels::Hotels;
use row::{Ended, Submitter};

use crate::queue::Queue;

pub(crate) use row::{ENROLLED, request_id};

/// Rows in flight, where the caller does not say.
pub(crate) const WINDOW_ROWS: usize = 200;

/// Rows between two checkpoints of the journal.
const CHECKPOINT_ROWS: u64 = 2_000;

/// How a feed is submitted.
pub(crate) struct Options<'a> {
    pub(crate) feed: &'a Path,
    pub(crate) members: folio_stays::Members,
    pub(crate) window: usize,
    /// Rows at most, from the first; none for all.
    pub(crate) limit: Option<u64>,
    /// Whether to keep a journal, so that a broken run goes on where it stopped.
    pub(crate) resume: bool,
    pub(crate) quiet: bool,
}

/// Submits a feed and counts what became of its rows.
pub(crate) async fn submit(network: &Network, options: Options<'_>) -> Result<(Report, Vec<String>)> {
    let mut feed = Feed::open(options.feed, options.members)?;
    let notices = feed.notices();
    let (mut journal, done) = match options.resume {
        true => {
            let (journal, done) = Journal::open(&network.folder().join("submitted"), feed.digest())?;
            (Some(journal), done.unwrap_or_default())
        }
        false => (None, Default::default()),
    };
    feed.resume_at(done.position)?;
    let total = options.limit.map_or(feed.rows(), |limit| limit.min(feed.rows()));
    let bar = progress_bar(total, options.quiet);
    bar.set_position(done.position);
    let began = Instant::now();
    let mut run = Run {
        queue: Queue::new(options.window),
        progress: Progress::from(done),
        submitter: Submitter::new(Hotels::of(network)?, &feed.members()),
        tasks: JoinSet::new(),
        transactions: 0,
        bar,
    };
    run.all(&mut feed, total, journal.as_mut()).await?;
    run.bar.finish_and_clear();
    let outcome = run.progress.checkpoint().outcome.clone();
    if let Some(journal) = journal {
        journal.finish()?;
    }
    Ok((Report::new(outcome, run.transactions, began.elapsed()), notices))
}

/// One submission on its way.
struct Run {
    queue: Queue<folio_stays::FeedRow>,
    progress: Progress,
    submitter: Submitter,
    tasks: JoinSet<Result<Ended>>,
    transactions: u64,
    bar: ProgressBar,
}

impl Run {
    async fn all(&mut self, feed: &mut Feed, total: u64, mut journal: Option<&mut Journal>) -> Result<()> {
        let mut next = self.progress.checkpoint().position;
        let mut recorded = next;
        loop {
            while next < total && self.queue.has_room() && self.progress.may_start(next) {
                let Some(row) = feed.next().transpose()? else { break };
                next = row.position + 1;
                let member = row.member.clone();
                self.queue.arrive([member.as_str()], row);
                self.start_what_may_go();
            }
            let Some(ended) = self.tasks.join_next().await else { break };
            let ended = ended.context("a submission ended without an answer")??;
            self.transactions += ended.transactions;
            self.queue.ended([ended.member.as_str()]);
            self.start_what_may_go();
            self.progress.complete(ended.position, ended.result);
            self.bar.inc(1);
            let position = self.progress.checkpoint().position;
            if position >= recorded + CHECKPOINT_ROWS {
                recorded = position;
                if let Some(journal) = journal.as_deref_mut() {
                    journal.record(self.progress.checkpoint())?;
                }
            }
        }
        Ok(())
    }

    fn start_what_may_go(&mut self) {
        while let Some(row) = self.queue.next() {
            let submitter = self.submitter.clone();
            self.tasks.spawn(async move { submitter.submit(row).await });
        }
    }
}

fn progress_bar(rows: u64, quiet: bool) -> ProgressBar {
    let quiet = quiet || !std::io::stderr().is_terminal();
    let target = if quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
    let style = "{bar:40} {human_pos}/{human_len} stays, {per_sec}, {eta} left";
    let bar = ProgressBar::with_draw_target(Some(rows), target);
    bar.set_style(ProgressStyle::with_template(style).unwrap_or_else(|_| ProgressStyle::default_bar()));
    if !quiet {
        bar.enable_steady_tick(Duration::from_millis(200));
    }
    bar
}
