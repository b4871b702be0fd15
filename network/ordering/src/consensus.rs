//! The seam between those who cut batches and those who order them.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use thiserror::Error;
use tokio::sync::{mpsc, oneshot, watch};

use crate::Batch;

/// Position of a committed entry, from 1. It rises, but may skip numbers: a replicated log keeps entries of its own.
pub type LogIndex = u64;

/// Who may propose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Leadership {
    /// This node.
    Leader,
    /// Another node, by its address, or none that is known at the moment.
    Follower {
        /// Where the leader is reached.
        leader: Option<String>,
    },
}

/// Why a batch is not known to be committed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ProposeError {
    /// Only the leader takes batches.
    #[error("this node is not the leader{}", leader.as_ref().map(|at| format!("; it is {at}")).unwrap_or_default())]
    NotLeader {
        /// Where the leader is reached, if known.
        leader: Option<String>,
    },
    /// The batch was not taken, and nothing of it is kept. It may be proposed again.
    #[error("batch is not taken: {reason}")]
    Refused {
        /// What stood in the way.
        reason: String,
    },
    /// The log failed or stopped. Whether the batch is kept shows after a restart.
    #[error("consensus has stopped: {reason}")]
    Stopped {
        /// What stopped it.
        reason: String,
    },
}

/// A batch that has its place in the order for good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Committed {
    /// Its place.
    pub index: LogIndex,
    /// The envelopes.
    pub batch: Batch,
}

/// A sequence of batches that every node of it sees in the same order.
///
/// What is committed comes out of the [`CommittedBatches`] that a consensus is opened with, on leaders and followers
/// alike: first what the log holds above the index that its owner says it has, then what is new.
pub trait Consensus: Clone + Send + Sync + 'static {
    /// Hands in a batch. It waits while too much is under way, and returns as soon as the batch has its place behind
    /// those handed in before it; the [`Proposal`] then tells when it is committed.
    fn propose(&self, batch: Batch) -> impl Future<Output = Result<Proposal, ProposeError>> + Send;

    /// Who may propose, now and as it changes.
    fn leadership(&self) -> watch::Receiver<Leadership>;
}

/// Resolves when a proposed batch is committed.
#[derive(Debug)]
pub struct Proposal(oneshot::Receiver<Result<LogIndex, ProposeError>>);

/// The other end of a [`Proposal`].
pub(crate) type ProposalOutcome = oneshot::Sender<Result<LogIndex, ProposeError>>;

impl Proposal {
    /// A proposal and the end that resolves it. Dropping that end resolves it as stopped.
    pub(crate) fn new() -> (ProposalOutcome, Self) {
        let (outcome, receiver) = oneshot::channel();
        (outcome, Self(receiver))
    }
}

impl Future for Proposal {
    type Output = Result<LogIndex, ProposeError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0).poll(context).map(|outcome| {
            outcome.unwrap_or_else(|_| Err(ProposeError::Stopped { reason: "the log went away".to_owned() }))
        })
    }
}

/// Committed batches in order. It ends when the consensus has stopped and everything committed has come out.
#[derive(Debug)]
pub struct CommittedBatches {
    entries: mpsc::Receiver<Committed>,
    released: watch::Sender<LogIndex>,
}

/// The end of [`CommittedBatches`] that a consensus holds.
#[derive(Debug)]
pub(crate) struct CommittedSource {
    /// Where committed batches go.
    pub(crate) entries: mpsc::Sender<Committed>,
    /// Up to where they need not be kept.
    pub(crate) released: watch::Receiver<LogIndex>,
}

impl CommittedBatches {
    /// A bounded queue of committed batches, none of them released.
    pub(crate) fn new(queue_batches_max: usize) -> (CommittedSource, Self) {
        let (sender, entries) = mpsc::channel(queue_batches_max);
        let (released, receiver) = watch::channel(0);
        (CommittedSource { entries: sender, released: receiver }, Self { entries, released })
    }

    /// The next batch, or `None` at the end.
    pub async fn next(&mut self) -> Option<Committed> {
        self.entries.recv().await
    }

    /// The next batch, for a thread that may block.
    pub fn blocking_next(&mut self) -> Option<Committed> {
        self.entries.blocking_recv()
    }

    /// The next batch if one is there.
    pub fn try_next(&mut self) -> Option<Committed> {
        self.entries.try_recv().ok()
    }

    /// Says that everything up to `upto` is kept elsewhere, durably, and need not be handed out again.
    pub fn release(&self, upto: LogIndex) {
        self.released.send_if_modified(|released| {
            let rises = *released < upto;
            *released = upto.max(*released);
            rises
        });
    }
}
