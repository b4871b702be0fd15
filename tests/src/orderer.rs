//! The orderer spoken to directly, and peers asked for what is no request.

use anyhow::{Context, Result};
use bytes::Bytes;
use folio_client::Identity;
use folio_proto::common::{self, Envelope, Status};
use folio_proto::orderer::BroadcastResponse;
use folio_proto::orderer::atomic_broadcast_client::AtomicBroadcastClient;
use prost::Message;
use tonic::codegen::http::uri::PathAndQuery;
use tonic::transport::Channel;
use tonic_prost::ProstCodec;

use crate::TestNetwork;

/// A message that is none of Fabric's: its one field has the number of theirs and another type.
#[derive(Clone, Copy, PartialEq, Message)]
pub struct Nonsense {
    /// Anything.
    #[prost(uint64, tag = "1")]
    pub number: u64,
}

impl TestNetwork {
    /// A connection to the orderer.
    pub async fn orderer(&self) -> Result<Channel> {
        let root = std::fs::read_to_string(self.network().folder().join("orderer/authority/tls-ca.pem"))?;
        self.channel_to("orderer", &root).await
    }

    /// What the orderer answers to an envelope, with no gateway between.
    pub async fn broadcast(&self, envelope: Envelope) -> Result<(Status, String)> {
        let mut client = AtomicBroadcastClient::new(self.orderer().await?);
        let mut answers = client.broadcast(tokio_stream::iter([envelope])).await?.into_inner();
        let answer = answers.message().await?.context("no answer")?;
        Ok((answer.status(), answer.info))
    }

    /// What the orderer answers to a message on Broadcast that is no envelope.
    pub async fn broadcast_nonsense(&self) -> Result<(Status, String)> {
        let answer: BroadcastResponse =
            answer_to_nonsense(self.orderer().await?, "/orderer.AtomicBroadcast/Broadcast").await?;
        Ok((answer.status(), answer.info))
    }
}

/// The first answer to a [`Nonsense`] sent to a streaming method.
pub async fn answer_to_nonsense<A: Message + Default + 'static>(channel: Channel, method: &'static str) -> Result<A> {
    let mut client = tonic::client::Grpc::new(channel);
    client.ready().await.context("no connection")?;
    let codec = ProstCodec::<Nonsense, A>::default();
    let requests = tonic::Request::new(tokio_stream::iter([Nonsense { number: 7 }]));
    let mut answers = client.streaming(requests, PathAndQuery::from_static(method), codec).await?.into_inner();
    answers.message().await?.context("no answer")
}

/// An envelope of a kind and with data of one's own, well signed.
pub fn envelope(identity: &Identity, kind: common::HeaderType, channel: &str, data: Bytes) -> Envelope {
    let channel_header =
        common::ChannelHeader { r#type: kind.into(), channel_id: channel.to_owned(), ..Default::default() };
    let nonce = Bytes::from_static(b"24 bytes, used once more");
    let signature_header = common::SignatureHeader { creator: identity.serialized().clone(), nonce };
    let header = common::Header {
        channel_header: channel_header.encode_to_vec().into(),
        signature_header: signature_header.encode_to_vec().into(),
    };
    let payload = Bytes::from(common::Payload { header: Some(header), data }.encode_to_vec());
    Envelope { signature: identity.sign(&payload), payload }
}
