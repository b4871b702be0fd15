//! Broadcast: envelopes in, one answer each, in order.
//!
//! ```text
//! envelopes ─▶ room ─▶ checks, several at a time ─▶ queue of the channel ─▶ answers, in order
//! ```
//! Every stage is bounded. When one is full, the stream is not read, and HTTP/2 holds its sender back. A refusal does
//! not end the stream, since others may share it.

mod admission;
mod refusal;

use std::sync::Arc;

use folio_ordering::ProposeError;
use folio_proto::common::{self, Status};
use folio_proto::orderer::BroadcastResponse;
use futures::{Stream, StreamExt, stream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot, watch};

use crate::chain::Outcome;
use crate::channels::Channels;
use crate::check_pool::CheckPool;
use crate::clock::unix_seconds;
use admission::{Admitted, admit, check_size};
use refusal::{Refusal, response, unreadable};

/// Memory for envelopes that are being checked or wait for their batch, over all streams.
const ENVELOPES_BYTES_MAX: usize = 128 * 1024 * 1024;

/// Envelopes that are checked in one go on one thread, when so many are there.
const CHECKED_TOGETHER_MAX: usize = 16;

/// Such groups of one stream that are under check.
const CHECKS_UNDER_WAY_MAX: usize = 4;

/// Envelopes of one stream whose answer is due.
const OUTSTANDING_MAX: usize = 4096;

/// Takes envelopes for all channels.
#[derive(Clone, Debug)]
pub(crate) struct Broadcast {
    channels: Channels,
    checks: CheckPool,
    room: Arc<Semaphore>,
    closing: watch::Receiver<bool>,
}

/// An envelope with the memory that it takes.
type Roomed = (common::Envelope, OwnedSemaphorePermit);

/// An answer that is there, or one that comes with its batch.
enum Answer {
    Now(Refusal),
    Later(oneshot::Receiver<Outcome>),
}

impl Broadcast {
    pub(crate) fn new(channels: Channels, checks: CheckPool, closing: watch::Receiver<bool>) -> Self {
        Self { channels, checks, room: Arc::new(Semaphore::new(ENVELOPES_BYTES_MAX)), closing }
    }

    /// The answers to a stream of envelopes. It ends with the stream, or when the orderer is closing and has answered
    /// what it took.
    pub(crate) fn answers(
        self,
        envelopes: impl Stream<Item = Result<common::Envelope, tonic::Status>> + Send + 'static,
    ) -> impl Stream<Item = BroadcastResponse> + Send + 'static {
        let mut closing = self.closing.clone();
        let closed = async move {
            // An error says that the process is gone, which is as good.
            let _ = closing.wait_for(|closing| *closing).await;
        };
        let this = Arc::new(self);
        let (makes_room, checks) = (this.clone(), this);
        // What cannot be read as an envelope is the last thing on its stream; where the stream broke, nobody hears of it.
        envelopes
            .take_until(Box::pin(closed))
            .map(|envelope| envelope.map_err(|status| unreadable(&status)))
            .then(move |envelope| makes_room.clone().make_room(envelope))
            .ready_chunks(CHECKED_TOGETHER_MAX)
            .map(move |group| checks.clone().check(group))
            .buffered(CHECKS_UNDER_WAY_MAX)
            .flat_map(stream::iter)
            .then(submit)
            .map(settle)
            .buffered(OUTSTANDING_MAX)
    }

    async fn make_room(self: Arc<Self>, envelope: Result<common::Envelope, Refusal>) -> Result<Roomed, Refusal> {
        let envelope = envelope?;
        let bytes = u32::try_from(check_size(&envelope)?).unwrap_or(u32::MAX);
        match self.room.clone().acquire_many_owned(bytes).await {
            Ok(room) => Ok((envelope, room)),
            Err(_) => Err(ending()),
        }
    }

    /// Checks a group on one thread. The answers keep its order.
    async fn check(
        self: Arc<Self>,
        group: Vec<Result<Roomed, Refusal>>,
    ) -> Vec<Result<(Admitted, OwnedSemaphorePermit), Refusal>> {
        let count = group.len();
        let channels = self.channels.clone();
        let work = move || {
            let now = unix_seconds();
            let check = |(envelope, room): Roomed| Ok((admit(&channels, &envelope, now)?, room));
            group.into_iter().map(|one| one.and_then(check)).collect()
        };
        self.checks.run(work).await.unwrap_or_else(|| (0..count).map(|_| Err(ending())).collect())
    }
}

async fn submit(checked: Result<(Admitted, OwnedSemaphorePermit), Refusal>) -> Answer {
    let (Admitted { chain, envelope }, room) = match checked {
        Ok(admitted) => admitted,
        Err(refusal) => return Answer::Now(refusal),
    };
    match chain.submit(envelope, room).await {
        Ok(outcome) => Answer::Later(outcome),
        Err(error) => Answer::Now(error.into()),
    }
}

async fn settle(answer: Answer) -> BroadcastResponse {
    let outcome = match answer {
        Answer::Now(refusal) => Err(refusal),
        Answer::Later(outcome) => outcome.await.unwrap_or_else(|_| Err(stopped())).map_err(Refusal::from),
    };
    if let Err(Refusal { status, info }) = &outcome {
        tracing::debug!(status = status.as_str_name(), info, "envelope refused");
    }
    response(outcome)
}

fn stopped() -> ProposeError {
    ProposeError::Stopped { reason: "the orderer is ending".to_owned() }
}

fn ending() -> Refusal {
    Refusal::new(Status::ServiceUnavailable, "the orderer is ending")
}
