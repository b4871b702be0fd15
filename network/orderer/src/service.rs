//! `orderer.AtomicBroadcast`: the two services over gRPC.

use std::pin::Pin;

use folio_crypto::sha256;
use folio_deliver::{Answer, Deliver};
use folio_proto::common::Envelope;
use folio_proto::orderer::atomic_broadcast_server::AtomicBroadcast;
use folio_proto::orderer::deliver_response::Type;
use folio_proto::orderer::{BroadcastResponse, DeliverResponse};
use futures::{Stream, StreamExt};
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status, Streaming};

use crate::broadcast::Broadcast;

/// The gRPC face of an orderer.
#[derive(Clone)]
pub(crate) struct Service {
    pub(crate) broadcast: Broadcast,
    pub(crate) deliver: Deliver,
}

type Answers<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

#[tonic::async_trait]
impl AtomicBroadcast for Service {
    type BroadcastStream = Answers<BroadcastResponse>;
    type DeliverStream = Answers<DeliverResponse>;

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
        let binding = certificates.as_ref().and_then(|chain| chain.first()).map(|own| sha256(&[own]));
        let answers = ReceiverStream::new(self.deliver.clone().answers(request.into_inner(), binding));
        let responses = answers.map(|answer| {
            let answer = match answer {
                Answer::Block(_, block) => Type::Block(block),
                Answer::Status(status) => Type::Status(status.into()),
            };
            Ok(DeliverResponse { r#type: Some(answer) })
        });
        Ok(Response::new(Box::pin(responses)))
    }
}
