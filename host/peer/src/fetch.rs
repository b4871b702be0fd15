//! Blocks from an orderer, checked before anybody looks into them.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use folio_channel::ChannelConfig;
use folio_msp::SigningIdentity;
use folio_proto::common::Envelope;
use folio_proto::orderer::atomic_broadcast_client::AtomicBroadcastClient;
use folio_proto::orderer::deliver_response::Type;
use folio_types::limits::MESSAGE_BYTES_MAX;
use folio_types::{BlockNumber, Digest};
use folio_wire::{Block, SeekInfo, Timestamp};
use tokio::sync::mpsc;
use tonic::transport::Channel;

use crate::clock;

/// Fetched blocks that wait for validation.
pub(crate) const BLOCKS_QUEUED_MAX: usize = 8;

const RETRY_MS_MIN: u64 = 50;
const RETRY_MS_MAX: u64 = 2_000;

/// An orderer that blocks can be fetched from.
#[derive(Clone)]
pub(crate) struct Source {
    pub(crate) address: String,
    pub(crate) channel: Channel,
}

/// The end of the chain that this peer has seen.
pub(crate) struct Tip {
    pub(crate) height: BlockNumber,
    pub(crate) hash: Option<Digest>,
}

/// Follows the chain from one orderer after another, and hands on blocks that continue it.
pub(crate) struct Fetcher {
    pub(crate) channel: Arc<ChannelConfig>,
    pub(crate) identity: Arc<SigningIdentity>,
    pub(crate) sources: Vec<Source>,
    pub(crate) tip: Tip,
    pub(crate) out: mpsc::Sender<Block>,
}

impl Fetcher {
    /// Runs until the receiving side goes.
    pub(crate) async fn run(mut self) {
        let mut wait_ms = RETRY_MS_MIN;
        for turn in 0.. {
            let Some(source) = self.sources.get(turn % self.sources.len().max(1)).cloned() else { return };
            let before = self.tip.height;
            let Err(reason) = self.follow(&source).await else { return };
            wait_ms = if self.tip.height > before { RETRY_MS_MIN } else { (wait_ms * 2).min(RETRY_MS_MAX) };
            tracing::warn!(
                orderer = source.address,
                height = self.tip.height,
                reason,
                wait_ms,
                "the block stream broke"
            );
            tokio::select! {
                () = tokio::time::sleep(Duration::from_millis(wait_ms)) => {}
                () = self.out.closed() => return,
            }
        }
    }

    /// Takes blocks from one orderer until the stream breaks. `Ok` says that nobody wants them any more.
    async fn follow(&mut self, source: &Source) -> Result<(), String> {
        let mut client =
            AtomicBroadcastClient::new(source.channel.clone()).max_decoding_message_size(MESSAGE_BYTES_MAX);
        // The request side stays open: an orderer may take its end for the end of interest.
        let (requests, outgoing) = mpsc::channel(1);
        requests.try_send(self.request()).map_err(|error| error.to_string())?;
        let stream = tokio_stream::wrappers::ReceiverStream::new(outgoing);
        let mut answers = client.deliver(stream).await.map_err(|status| status.to_string())?.into_inner();
        loop {
            let answer = tokio::select! {
                answer = answers.message() => answer.map_err(|status| status.to_string())?,
                () = self.out.closed() => return Ok(()),
            };
            match answer.and_then(|answer| answer.r#type) {
                Some(Type::Block(message)) => {
                    let block = Block::from_message(message).map_err(|error| error.to_string())?;
                    let tip = &self.tip;
                    let check = self.channel.check_succession(&block, tip.height, tip.hash.as_ref());
                    check.map_err(|error| error.to_string())?;
                    self.tip = Tip { height: block.number + 1, hash: Some(block.header_hash()) };
                    if self.out.send(block).await.is_err() {
                        return Ok(());
                    }
                }
                Some(Type::Status(status)) => return Err(format!("the orderer answered with status {status}")),
                None => return Err("the orderer ended the stream".to_owned()),
            }
        }
    }

    fn request(&self) -> Envelope {
        let (seconds, nanos) = clock::now();
        let seek = SeekInfo::from(self.tip.height);
        let timestamp = Timestamp { seconds, nanos };
        let payload = seek.payload(self.channel.id(), self.identity.serialized(), timestamp, Bytes::new());
        let signature = self.identity.sign(&payload).into();
        Envelope { payload, signature }
    }
}
