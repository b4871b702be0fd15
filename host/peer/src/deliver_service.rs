//! `protos.Deliver`: committed blocks, whole or as a list of verdicts.

use std::sync::Arc;

use bytes::Bytes;
use folio_channel::ChannelConfig;
use folio_deliver::{Answer, BlockSource, Channels, Deliver};
use folio_gateway::Notifier;
use folio_ledger::Ledger;
use folio_proto::common::{Block as BlockMessage, Envelope};
use folio_proto::protos::deliver_response::Type;
use folio_proto::protos::deliver_server::Deliver as DeliverContract;
use folio_proto::protos::{BlockAndPrivateData, DeliverResponse};
use folio_types::BlockNumber;
use tokio::sync::{mpsc, watch};
use tokio_stream::StreamExt;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status, Streaming};

use crate::filtered::filtered;

/// The one channel of this peer.
struct Committed {
    channel: Arc<ChannelConfig>,
    ledger: Arc<Ledger>,
    notifier: Arc<Notifier>,
}

/// Serves this peer's committed blocks.
pub(crate) struct DeliverService {
    deliver: Deliver,
}

/// What becomes of a block before it is sent.
type Form = fn(&str, BlockMessage) -> Type;

impl DeliverService {
    pub(crate) fn new(
        channel: &Arc<ChannelConfig>,
        ledger: &Arc<Ledger>,
        notifier: &Arc<Notifier>,
        closing: watch::Receiver<bool>,
    ) -> Self {
        let (channel, ledger, notifier) = (Arc::clone(channel), Arc::clone(ledger), Arc::clone(notifier));
        let channels = OneChannel(Arc::new(Committed { channel, ledger, notifier }));
        Self { deliver: Deliver::new(Arc::new(channels), closing) }
    }

    fn serve(&self, requests: Request<Streaming<Envelope>>, form: Form) -> Response<BlockStream> {
        // No client is asked for a TLS certificate, so there is none to bind a request to.
        let answers = self.deliver.clone().answers(requests.into_inner(), None);
        let (out, stream) = mpsc::channel(1);
        tokio::spawn(async move {
            let mut answers = ReceiverStream::new(answers);
            while let Some(answer) = answers.next().await {
                let answer = match answer {
                    Answer::Block(channel, block) => form(&channel, block),
                    Answer::Status(status) => Type::Status(status.into()),
                };
                if out.send(Ok(DeliverResponse { r#type: Some(answer) })).await.is_err() {
                    return;
                }
            }
        });
        Response::new(ReceiverStream::new(stream))
    }
}

type BlockStream = ReceiverStream<Result<DeliverResponse, Status>>;

#[tonic::async_trait]
impl DeliverContract for DeliverService {
    type DeliverStream = BlockStream;
    type DeliverFilteredStream = BlockStream;
    type DeliverWithPrivateDataStream = BlockStream;

    async fn deliver(&self, request: Request<Streaming<Envelope>>) -> Result<Response<BlockStream>, Status> {
        Ok(self.serve(request, |_, block| Type::Block(block)))
    }

    async fn deliver_filtered(&self, request: Request<Streaming<Envelope>>) -> Result<Response<BlockStream>, Status> {
        Ok(self.serve(request, |channel, block| Type::FilteredBlock(filtered(channel, &block))))
    }

    async fn deliver_with_private_data(
        &self,
        request: Request<Streaming<Envelope>>,
    ) -> Result<Response<BlockStream>, Status> {
        // Private values are not handed out by stream; Fabric's answer for a reader of none is an empty map.
        Ok(self.serve(request, |_, block| {
            Type::BlockAndPrivateData(BlockAndPrivateData { block: Some(block), ..Default::default() })
        }))
    }
}

struct OneChannel(Arc<Committed>);

impl Channels for OneChannel {
    fn find(&self, channel: &str) -> Option<Arc<dyn BlockSource>> {
        (channel == self.0.channel.id()).then(|| Arc::clone(&self.0) as Arc<dyn BlockSource>)
    }
}

impl BlockSource for Committed {
    fn config(&self) -> &ChannelConfig {
        &self.channel
    }

    fn height(&self) -> watch::Receiver<BlockNumber> {
        self.notifier.height()
    }

    fn block(&self, number: BlockNumber) -> Result<Option<Bytes>, String> {
        self.ledger.block_bytes(number).map_err(|error| error.to_string())
    }
}
