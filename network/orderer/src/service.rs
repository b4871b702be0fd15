//! `orderer.AtomicBroadcast`: the two services over gRPC.

use std::pin::Pin;

use folio_proto::common::Envelope;
use folio_proto::orderer::BroadcastResponse;
use folio_proto::orderer::atomic_broadcast_server::AtomicBroadcast;
use futures::{Stream, StreamExt};
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status, Streaming};

use crate::broadcast::Broadcast;
use crate::deliver::{Deliver, Delivered, certificate_hash};

/// The gRPC face of an orderer.
#[derive(Clone, Debug)]
pub(crate) struct Service {
    pub(crate) broadcast: Broadcast,
    pub(crate) deliver: Deliver,
}

#[tonic::async_trait]
impl AtomicBroadcast for Service {
    type BroadcastStream = Pin<Box<dyn Stream<Item = Result<BroadcastResponse, Status>> + Send>>;
    type DeliverStream = ReceiverStream<Delivered>;

    async fn broadcast(
        &self,
        request: Request<Streaming<Envelope>>,
    ) -> Result<Response<Self::BroadcastStream>, Status> {
        let answers = self.broadcast.clone().answers(request.into_inner());
        Ok(Response::new(Box::pin(answers.map(Ok))))
    }

    async fn deliver(&self, request: Request<Streaming<Envelope>>) -> Result<Response<Self::DeliverStream>, Status> {
        // There are certificates only where the server asks clients for them.
        let certificates = request.peer_certs();
        let binding = certificates.as_ref().and_then(|chain| chain.first()).map(|own| certificate_hash(own));
        let responses = self.deliver.clone().answers(request.into_inner(), binding);
        Ok(Response::new(ReceiverStream::new(responses)))
    }
}
