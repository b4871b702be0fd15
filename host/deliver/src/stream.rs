//! A stream of requests, served one after the other. It ends after the first whose status is not success.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use folio_channel::check_expiry;
use folio_proto::common::{self, Status};
use folio_types::{BlockNumber, Digest};
use futures::{Stream, StreamExt};
use prost::Message;
use tokio::sync::{mpsc, watch};
use tokio::task;

use crate::Channels;
use crate::cursor::Step;
use crate::request::{Refused, Served, open};

/// Blocks that are read ahead of whoever takes them.
const READ_AHEAD_BLOCKS_MAX: usize = 2;

/// One answer on a stream.
#[derive(Clone, Debug)]
pub enum Answer {
    /// A block that was asked for, and its channel.
    Block(Arc<str>, common::Block),
    /// What was asked for is over.
    Status(Status),
}

/// Serves requests for blocks of all channels. Cheap to clone.
#[derive(Clone)]
pub struct Deliver {
    channels: Arc<dyn Channels>,
    closing: watch::Receiver<bool>,
}

/// Whoever asked went away.
struct Gone;

impl Deliver {
    /// Serves `channels` until `closing` says so.
    pub fn new(channels: Arc<dyn Channels>, closing: watch::Receiver<bool>) -> Self {
        Self { channels, closing }
    }

    /// The answers to a stream of requests. `binding` is the hash of the client's TLS certificate, when clients must
    /// have one.
    pub fn answers(
        self,
        mut requests: impl Stream<Item = Result<common::Envelope, tonic::Status>> + Send + Unpin + 'static,
        binding: Option<Digest>,
    ) -> mpsc::Receiver<Answer> {
        let (answers, receiver) = mpsc::channel(READ_AHEAD_BLOCKS_MAX);
        tokio::spawn(async move {
            let mut closing = self.closing.clone();
            loop {
                let request = tokio::select! {
                    request = requests.next() => request,
                    () = answers.closed() => return,
                    _ = closing.wait_for(|closing| *closing) => return,
                };
                let request = match request {
                    Some(Ok(request)) => request,
                    // It is no envelope, or the stream broke, and then nobody hears of it.
                    Some(Err(_)) => return drop(send(&answers, Answer::Status(Status::BadRequest)).await),
                    None => return,
                };
                match self.serve(request, binding, &answers).await {
                    Ok(Status::Success) => {}
                    Ok(_) | Err(Gone) => return,
                }
            }
        });
        receiver
    }

    /// Serves one request, its status included.
    async fn serve(
        &self,
        request: common::Envelope,
        binding: Option<Digest>,
        answers: &mpsc::Sender<Answer>,
    ) -> Result<Status, Gone> {
        let channels = Arc::clone(&self.channels);
        let opened = task::spawn_blocking(move || open(&*channels, request, binding, unix_seconds())).await;
        let status = match opened {
            Ok(Ok(served)) => self.stream(served, answers).await?,
            Ok(Err(Refused { status, reason })) => {
                tracing::debug!(status = status.as_str_name(), reason, "request for blocks refused");
                status
            }
            Err(_) => Status::ServiceUnavailable,
        };
        send(answers, Answer::Status(status)).await?;
        Ok(status)
    }

    /// Sends blocks until the request is fulfilled or cannot be. Returns its status.
    async fn stream(&self, mut served: Served, answers: &mpsc::Sender<Answer>) -> Result<Status, Gone> {
        tracing::debug!(channel = &*served.channel, start = ?served.seek.start, stop = ?served.seek.stop, "delivering");
        let mut height = served.source.height();
        let mut closing = self.closing.clone();
        loop {
            if *closing.borrow_and_update() {
                return Ok(Status::ServiceUnavailable);
            }
            let known = *height.borrow_and_update();
            match served.cursor.step(known) {
                Step::End(status) => return Ok(status),
                Step::Send(number) => {
                    if check_expiry(&served.identity, unix_seconds()).is_err() {
                        return Ok(Status::Forbidden);
                    }
                    let Some(block) = read(&served, number).await else {
                        return Ok(Status::InternalServerError);
                    };
                    send(answers, Answer::Block(Arc::clone(&served.channel), block)).await?;
                }
                Step::Wait => tokio::select! {
                    // An error says that the writer is gone: the process is ending.
                    changed = height.changed() => if changed.is_err() {
                        return Ok(Status::ServiceUnavailable);
                    },
                    _ = closing.changed() => {}
                    () = answers.closed() => return Err(Gone),
                },
            }
        }
    }
}

/// The block as it is sent, without its content where only headers are wanted.
async fn read(served: &Served, number: BlockNumber) -> Option<common::Block> {
    let source = Arc::clone(&served.source);
    let bytes = match task::spawn_blocking(move || source.block(number)).await.ok()? {
        Ok(bytes) => bytes?,
        Err(error) => {
            tracing::error!(channel = &*served.channel, block = number, error, "a block cannot be read");
            return None;
        }
    };
    let mut block = common::Block::decode(bytes).ok()?;
    // Genesis is the only block that holds a configuration.
    if served.seek.headers_only && number > 0 {
        block.data = None;
    }
    Some(block)
}

async fn send(answers: &mpsc::Sender<Answer>, answer: Answer) -> Result<(), Gone> {
    answers.send(answer).await.map_err(|_| Gone)
}

fn unix_seconds() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}
