//! Deliver: requests in, blocks out, a status at the end of each request.
//!
//! A stream serves one request after another, and ends after the first whose status is not success. Blocks come from
//! the store, as fast as whoever asked takes them; at the end of the chain the stream waits for the height to rise.

mod cursor;
mod request;

use folio_crypto::sha256;
use folio_proto::common::{self, Status};
use folio_proto::orderer::DeliverResponse;
use folio_proto::orderer::deliver_response::Type;
use folio_types::{BlockNumber, Digest};
use futures::{Stream, StreamExt};
use prost::Message;
use tokio::sync::{mpsc, watch};
use tokio::task;

use crate::access::check_expiry;
use crate::channels::Channels;
use crate::check_pool::CheckPool;
use crate::clock::unix_seconds;
use cursor::Step;
use request::{Refused, Served, open};

/// Blocks that are read ahead of whoever takes them.
const READ_AHEAD_BLOCKS_MAX: usize = 2;

/// What a Deliver stream carries.
pub(crate) type Delivered = Result<DeliverResponse, tonic::Status>;

/// Serves requests for blocks of all channels.
#[derive(Clone, Debug)]
pub(crate) struct Deliver {
    channels: Channels,
    checks: CheckPool,
    closing: watch::Receiver<bool>,
}

/// Whoever asked went away.
struct Gone;

impl Deliver {
    pub(crate) fn new(channels: Channels, checks: CheckPool, closing: watch::Receiver<bool>) -> Self {
        Self { channels, checks, closing }
    }

    /// The answers to a stream of requests. `binding` is the hash of the client's TLS certificate, when clients must
    /// have one.
    pub(crate) fn answers(
        self,
        mut requests: impl Stream<Item = Result<common::Envelope, tonic::Status>> + Send + Unpin + 'static,
        binding: Option<Digest>,
    ) -> mpsc::Receiver<Delivered> {
        let (responses, receiver) = mpsc::channel(READ_AHEAD_BLOCKS_MAX);
        tokio::spawn(async move {
            let mut closing = self.closing.clone();
            loop {
                let request = tokio::select! {
                    request = requests.next() => request,
                    () = responses.closed() => return,
                    _ = closing.wait_for(|closing| *closing) => return,
                };
                let Some(Ok(request)) = request else { return };
                match self.serve(request, binding, &responses).await {
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
        responses: &mpsc::Sender<Delivered>,
    ) -> Result<Status, Gone> {
        let channels = self.channels.clone();
        let opened = self.checks.run(move || open(&channels, request, binding, unix_seconds())).await;
        let status = match opened {
            Some(Ok(served)) => self.stream(served, responses).await?,
            Some(Err(Refused { status, reason })) => {
                tracing::debug!(status = status.as_str_name(), reason, "request for blocks refused");
                status
            }
            None => Status::ServiceUnavailable,
        };
        send(responses, Type::Status(status.into())).await?;
        Ok(status)
    }

    /// Sends blocks until the request is fulfilled or cannot be. Returns its status.
    async fn stream(&self, mut served: Served, responses: &mpsc::Sender<Delivered>) -> Result<Status, Gone> {
        tracing::debug!(channel = served.channel, start = ?served.seek.start, stop = ?served.seek.stop, "delivering");
        let mut height = served.chain.blocks().height();
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
                    send(responses, Type::Block(block)).await?;
                }
                Step::Wait => tokio::select! {
                    // An error says that the writer is gone: the process is ending.
                    changed = height.changed() => if changed.is_err() {
                        return Ok(Status::ServiceUnavailable);
                    },
                    _ = closing.changed() => {}
                    () = responses.closed() => return Err(Gone),
                },
            }
        }
    }
}

/// The SHA-256 of a TLS certificate, by which requests name it.
pub(crate) fn certificate_hash(der: &[u8]) -> Digest {
    sha256(&[der])
}

/// The block as it is sent, without its content where only headers are wanted.
async fn read(served: &Served, number: BlockNumber) -> Option<common::Block> {
    let blocks = served.chain.blocks().clone();
    let bytes = match task::spawn_blocking(move || blocks.block(number)).await.ok()? {
        Ok(bytes) => bytes?,
        Err(error) => {
            tracing::error!(channel = served.channel, block = number, %error, "a block cannot be read");
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

async fn send(responses: &mpsc::Sender<Delivered>, response: Type) -> Result<(), Gone> {
    responses.send(Ok(DeliverResponse { r#type: Some(response) })).await.map_err(|_| Gone)
}
