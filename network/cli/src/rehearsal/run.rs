//! The run: acts in order, one in flight a member, a bounded window over all, and the end of each month.
//!
//! Members do not wait for each other, and business dates overlap, but for the end of a month: there everything comes to
//! rest, and accounts that are due are brought up to date. The month is sealed and closed while the traffic of the next is
//! in flight.

use std::time::Instant;

use anyhow::{Context, Result};
use folio_loyalty::units::Date;
use folio_types::BlockNumber;
use tokio::task::{JoinHandle, JoinSet};

use super::act::Act;
use super::acts::Acts;
use super::office::{Closed, unless_refused};
use super::player::Player;
use super::progress::Progress;
use crate::queue::Queue;
use crate::sending::Tries;

/// Days between two seals within a month.
const SEAL_DAYS: i32 = 7;

/// A month that was played.
pub(super) struct Month {
    /// Its last date that was played.
    pub(super) through: Date,
    /// Rows of the feed.
    pub(super) rows: u64,
    /// Transactions, those of the closing of the month before among them.
    pub(super) transactions: u64,
    pub(super) seconds: f64,
    /// The newest block when it had come to rest.
    pub(super) rest_block: BlockNumber,
    /// What its closing came to; nothing when it was refused.
    pub(super) closed: Option<Closed>,
}

/// A run on its way.
pub(super) struct Run {
    player: Player,
    acts: Acts,
    queue: Queue<Act>,
    tasks: JoinSet<Result<Act>>,
    /// A seal within the month.
    sealing: Option<JoinHandle<Result<()>>>,
    /// The closing of the month before.
    closing: Option<JoinHandle<Result<Closed>>>,
    months: Vec<Month>,
    /// Whether the closing of the last of them has begun.
    is_closing: bool,
    /// How many months are played; none for all.
    months_max: Option<usize>,
    progress: Progress,
}

/// A month on its way.
struct Playing {
    through: Date,
    rows: u64,
    check_outs: u64,
    began: Instant,
    before: Tries,
    /// The last date that was sealed, or the first that could be.
    sealed: Option<Date>,
}

impl Run {
    pub(super) fn new(
        player: Player,
        acts: Acts,
        window: usize,
        months_max: Option<usize>,
        progress: Progress,
    ) -> Self {
        Self {
            player,
            acts,
            queue: Queue::new(window),
            tasks: JoinSet::new(),
            sealing: None,
            closing: None,
            months: Vec::new(),
            is_closing: false,
            months_max,
            progress,
        }
    }

    /// Plays month after month to the end.
    pub(super) async fn all(mut self) -> Result<Vec<Month>> {
        let mut playing: Option<Playing> = None;
        while let Some(day) = self.acts.next_day()? {
            let through = self.acts.last_of_month(day);
            let month = playing.get_or_insert_with(|| Playing::new(through, self.player.log.entries().tries));
            month.through = through;
            self.play(month).await?;
            // A month in which nobody left is part of the next.
            if month.check_outs > 0 {
                let month = playing.take();
                self.end(month).await?;
            }
        }
        self.end(playing).await?;
        self.close_last().await?;
        self.collect_closing().await?;
        Ok(self.months)
    }

    /// Plays all acts of a month, and waits until they have come to rest.
    async fn play(&mut self, month: &mut Playing) -> Result<()> {
        loop {
            while self.queue.has_room() {
                let Some(act) = self.acts.next_through(month.through)? else { break };
                month.rows += u64::from(matches!(act.deed, super::act::Deed::Report(_)));
                month.check_outs += u64::from(act.is_check_out());
                self.seal_the_week(month, act.day).await?;
                self.progress.on(act.day);
                let members: Vec<String> = act.members().into_iter().map(str::to_owned).collect();
                self.queue.arrive(members.iter().map(String::as_str), act);
                self.start_what_may_go();
            }
            if self.queue.in_flight() > 0 {
                self.close_last().await?;
            }
            let Some(ended) = self.tasks.join_next().await else { return Ok(()) };
            let act = ended.context("an act ended without an answer")??;
            self.queue.ended(act.members());
            self.start_what_may_go();
        }
    }

    fn start_what_may_go(&mut self) {
        while let Some(act) = self.queue.next() {
            let player = self.player.clone();
            self.tasks.spawn(async move { player.play(&act).await.map(|()| act) });
        }
    }

    /// Seals the dates before the one that begins, once a week, while their last acts and its first are in flight.
    async fn seal_the_week(&mut self, month: &mut Playing, day: Date) -> Result<()> {
        let Some(sealed) = month.sealed else {
            month.sealed = Some(day);
            return Ok(());
        };
        let is_busy = self.closing.as_ref().is_some_and(|closing| !closing.is_finished())
            || self.sealing.as_ref().is_some_and(|sealing| !sealing.is_finished());
        let is_due = sealed.days_until(day) > SEAL_DAYS && month.check_outs > 0 && !self.is_closing_due();
        if is_busy || !is_due || self.queue.in_flight() == 0 {
            return Ok(());
        }
        self.collect_sealing().await?;
        let (player, through) = (self.player.clone(), day.add_days(-1)?);
        month.sealed = Some(through);
        self.sealing =
            Some(tokio::spawn(async move { player.seal(through, "dates sealed while acts were in flight").await }));
        Ok(())
    }

    /// The month has come to rest: accounts that are due are brought up to date, and what was sealed is waited for.
    async fn end(&mut self, month: Option<Playing>) -> Result<()> {
        let Some(month) = month else { return Ok(()) };
        self.collect_sealing().await?;
        self.collect_closing().await?;
        unless_refused(self.player.run_expiry(month.through).await)?;
        let entries = self.player.log.entries();
        let (transactions, rest_block) = (entries.tries.transactions - month.before.transactions, entries.newest);
        drop(entries);
        let seconds = month.began.elapsed().as_secs_f64();
        let (year, number, _) = month.through.ymd();
        let acts = format!("{} rows of the feed, {transactions} transactions", month.rows);
        self.progress.say(&format!("{year}-{number:02} has come to rest: {acts} in {seconds:.1} s"));
        let Playing { through, rows, .. } = month;
        self.months.push(Month { through, rows, transactions, seconds, rest_block, closed: None });
        self.is_closing = false;
        if self.months_max.is_some_and(|max| self.months.len() >= max) {
            self.acts.end_with(through);
        }
        Ok(())
    }

    const fn is_closing_due(&self) -> bool {
        !self.is_closing && !self.months.is_empty()
    }

    /// Begins to close the month that has come to rest, unless that has begun.
    async fn close_last(&mut self) -> Result<()> {
        if !self.is_closing_due() {
            return Ok(());
        }
        self.collect_sealing().await?;
        let Some(through) = self.months.last().map(|month| month.through) else { return Ok(()) };
        let player = self.player.clone();
        self.is_closing = true;
        self.closing = Some(tokio::spawn(async move { player.close(through).await }));
        Ok(())
    }

    async fn collect_closing(&mut self) -> Result<()> {
        if let Some(closing) = self.closing.take() {
            let closed = closing.await.context("a closing ended without an answer")?;
            let closed = unless_refused(closed).context("closing a month")?;
            if let Some(month) = self.months.last_mut() {
                month.closed = closed;
            }
        }
        Ok(())
    }

    async fn collect_sealing(&mut self) -> Result<()> {
        if let Some(sealing) = self.sealing.take() {
            let sealed = sealing.await.context("a seal ended without an answer")?;
            unless_refused(sealed).context("sealing dates")?;
        }
        Ok(())
    }
}

impl Playing {
    fn new(through: Date, before: Tries) -> Self {
        Self { through, rows: 0, check_outs: 0, began: Instant::now(), before, sealed: None }
    }
}
