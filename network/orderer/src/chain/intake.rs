//! From single envelopes to proposed batches, and back to their senders.

use std::time::Duration;

use bytes::Bytes;
use folio_ordering::{Batch, Consensus, CutLimits, CutLimitsError, Cutter, LogIndex, Proposal, ProposeError};
use tokio::sync::{OwnedSemaphorePermit, mpsc, oneshot, watch};
use tokio::time::{Instant, sleep_until};

/// Envelopes of one channel that wait for the cutter.
pub(super) const QUEUE_ENVELOPES_MAX: usize = 10_000;

/// Envelopes that the cutter takes from the queue at a time.
const TAKEN_ENVELOPES_MAX: usize = 256;

/// Proposed batches whose outcome is not known yet.
const PROPOSALS_UNDER_WAY_MAX: usize = 8;

/// What becomes of an envelope: the place of its batch, or why it has none.
pub(crate) type Outcome = Result<LogIndex, ProposeError>;

/// An envelope that was found good, and who waits to hear of it.
#[derive(Debug)]
pub(crate) struct Submission {
    /// The canonical bytes, as they will stand in the block.
    pub(crate) envelope: Bytes,
    /// Its share of the memory that envelopes may take, given back when its fate is known.
    pub(crate) room: OwnedSemaphorePermit,
    /// Told when its batch is committed or refused.
    pub(crate) answer: oneshot::Sender<Outcome>,
}

/// Someone to tell; the room goes back when this does.
struct Waiting {
    answer: oneshot::Sender<Outcome>,
    _room: OwnedSemaphorePermit,
}

/// A proposed batch and those who wait for it.
struct UnderWay {
    proposal: Proposal,
    waiting: Vec<Waiting>,
}

/// Cuts what is submitted into batches and proposes them.
pub(super) struct Intake<C> {
    cutter: Cutter<Submission>,
    start: Instant,
    consensus: C,
    under_way: mpsc::Sender<UnderWay>,
}

impl<C: Consensus> Intake<C> {
    pub(super) fn new(limits: CutLimits, consensus: C) -> Result<(Self, Answering), CutLimitsError> {
        let (under_way, receiver) = mpsc::channel(PROPOSALS_UNDER_WAY_MAX);
        let intake = Self { cutter: Cutter::new(limits)?, start: Instant::now(), consensus, under_way };
        Ok((intake, Answering(receiver)))
    }

    /// Works until `closing` changes; then the queue takes nothing more, and what is in it is still proposed.
    pub(super) async fn run(mut self, mut queue: mpsc::Receiver<Submission>, mut closing: watch::Receiver<bool>) {
        let mut taken = Vec::with_capacity(TAKEN_ENVELOPES_MAX);
        loop {
            let deadline = self.cutter.deadline().map(|since_start| self.start + since_start);
            let mut cuts = Vec::new();
            tokio::select! {
                count = queue.recv_many(&mut taken, TAKEN_ENVELOPES_MAX) => {
                    if count == 0 {
                        break;
                    }
                    taken.drain(..).for_each(|submission| self.push(submission, &mut cuts));
                }
                () = sleep_until(deadline.unwrap_or(self.start)), if deadline.is_some() => {
                    cuts.extend(self.cutter.tick(self.now()));
                }
                _ = closing.changed() => queue.close(),
            }
            for cut in cuts {
                self.propose(cut).await;
            }
        }
        if let Some(cut) = self.cutter.flush() {
            self.propose(cut).await;
        }
    }

    fn push(&mut self, submission: Submission, cuts: &mut Vec<Vec<Submission>>) {
        let (bytes, now) = (submission.envelope.len(), self.now());
        match self.cutter.push(submission, bytes, now) {
            Ok(more) => cuts.extend(more),
            // Admission has measured it against the same limit.
            Err(oversized) => {
                let reason = oversized.to_string();
                answer(oversized.message.answer, Err(ProposeError::Refused { reason }));
            }
        }
    }

    async fn propose(&self, cut: Vec<Submission>) {
        let mut envelopes = Vec::with_capacity(cut.len());
        let mut waiting = Vec::with_capacity(cut.len());
        for Submission { envelope, room, answer } in cut {
            envelopes.push(envelope);
            waiting.push(Waiting { answer, _room: room });
        }
        match self.consensus.propose(Batch { envelopes }).await {
            // The other end lives as long as this one.
            Ok(proposal) => drop(self.under_way.send(UnderWay { proposal, waiting }).await),
            Err(error) => answer_all(waiting, &Err(error)),
        }
    }

    fn now(&self) -> Duration {
        self.start.elapsed()
    }
}

/// Tells senders what became of their envelopes, batch after batch.
pub(super) struct Answering(mpsc::Receiver<UnderWay>);

impl Answering {
    /// Works until the intake has ended and every proposal is answered.
    pub(super) async fn run(mut self) {
        while let Some(UnderWay { proposal, waiting }) = self.0.recv().await {
            answer_all(waiting, &proposal.await);
        }
    }
}

fn answer_all(waiting: Vec<Waiting>, outcome: &Outcome) {
    for one in waiting {
        answer(one.answer, outcome.clone());
    }
}

/// Tells one sender, who may have gone away: the envelope is ordered all the same.
fn answer(sender: oneshot::Sender<Outcome>, outcome: Outcome) {
    let _ = sender.send(outcome);
}
