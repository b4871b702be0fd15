//! Broadcast and Deliver spoken to directly, with everything that is no transaction and no request for blocks.

use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use folio_client::Identity;
use folio_proto::common::{Envelope, HeaderType, Status};
use folio_proto::gateway::{EndorseResponse, SubmitRequest};
use folio_proto::orderer::atomic_broadcast_client::AtomicBroadcastClient;
use folio_proto::protos::deliver_client::DeliverClient;
use folio_proto::{orderer, protos};
use folio_tests::orderer::{answer_to_nonsense, envelope};
use folio_tests::{TestNetwork, text_of};
use folio_types::limits::ENVELOPE_BYTES_MAX;
use folio_wire::SeekPosition;
use tonic::Code;

use crate::support::still_works;

/// An envelope, the orderer's answer to it, and words of the reason.
type Case = (&'static str, Envelope, Status, &'static str);

fn refused_by_the_orderer(network: &TestNetwork, client: &Identity, channel: &str) -> Result<Vec<Case>> {
    let own = |kind, data: &'static [u8]| envelope(client, kind, channel, Bytes::from_static(data));
    let sound = || own(HeaderType::EndorserTransaction, b"data");
    let large = |bytes| envelope(client, HeaderType::EndorserTransaction, channel, vec![7; bytes].into());
    let other = network.identity("borea", "pms")?;
    Ok(vec![
        ("nothing at all", Envelope::default(), Status::BadRequest, "no payload"),
        ("unsigned", Envelope { signature: Bytes::new(), ..sound() }, Status::BadRequest, "no signature"),
        ("no protobuf", Envelope { payload: Bytes::from_static(b"\xff"), ..sound() }, Status::BadRequest, "payload"),
        (
            "half an envelope",
            Envelope { payload: sound().payload.slice(..40), ..sound() },
            Status::BadRequest,
            "payload",
        ),
        (
            "signed by another",
            Envelope { signature: other.sign(&sound().payload), ..sound() },
            Status::Forbidden,
            "signature",
        ),
        ("a configuration update", own(HeaderType::ConfigUpdate, b""), Status::BadRequest, "configuration updates"),
        ("a configuration", own(HeaderType::Config, b""), Status::BadRequest, "configuration updates"),
        ("a request for blocks", own(HeaderType::DeliverSeekInfo, b""), Status::BadRequest, "header type"),
        (
            "unknown channel",
            envelope(client, HeaderType::EndorserTransaction, "nowhere", Bytes::new()),
            Status::NotFound,
            "nowhere",
        ),
        ("above the limit", large(ENVELOPE_BYTES_MAX), Status::RequestEntityTooLarge, "above the limit of 8388608"),
        ("far above it", large(3 * ENVELOPE_BYTES_MAX), Status::RequestEntityTooLarge, "too large"),
    ])
}

pub(crate) async fn envelopes_that_the_orderer_refuses(network: &TestNetwork) -> Result<()> {
    let client = network.identity("aurora", "pms")?;
    let channel = network.network().topology().channel.clone();
    for (what, envelope, status, words) in refused_by_the_orderer(network, &client, &channel)? {
        let (got, said) = network.broadcast(envelope).await.with_context(|| what.to_owned())?;
        ensure!(
            got == status && said.contains(words),
            "{what}: expected {status:?} with {words:?}, got {got:?}: {said}"
        );
    }
    // The same through a gateway, whose one stream to the orderer carries everybody's envelopes.
    let submit = async |envelope: Envelope| {
        let request = SubmitRequest { prepared_transaction: Some(envelope), ..Default::default() };
        let said = network.gateway().await?.submit(request).await.err().context("it was ordered")?;
        anyhow::Ok(text_of(&said))
    };
    let own = |kind, bytes| envelope(&client, kind, &channel, vec![7; bytes].into());
    for (what, envelope, words) in [
        ("a configuration update", own(HeaderType::ConfigUpdate, 0), "configuration updates"),
        ("above the limit", own(HeaderType::EndorserTransaction, 3 * ENVELOPE_BYTES_MAX), "above the limit of 8388608"),
        ("nothing at all", Envelope::default(), "must be signed"),
    ] {
        let said = submit(envelope).await.with_context(|| what.to_owned())?;
        ensure!(said.contains(words), "{what}: expected {words:?} in {said}");
    }
    still_works(network).await
}

/// What a Deliver service answers to one request.
async fn at_orderer(network: &TestNetwork, request: Envelope) -> Result<Option<orderer::deliver_response::Type>> {
    let mut client = AtomicBroadcastClient::new(network.orderer().await?);
    let answer = client.deliver(tokio_stream::iter([request])).await?.into_inner().message().await?;
    Ok(answer.and_then(|answer| answer.r#type))
}

async fn at_peer(network: &TestNetwork, request: Envelope) -> Result<Option<protos::deliver_response::Type>> {
    let mut client = DeliverClient::new(network.peer("aurora").await?);
    let answer = client.deliver(tokio_stream::iter([request])).await?.into_inner().message().await?;
    Ok(answer.and_then(|answer| answer.r#type))
}

pub(crate) async fn requests_for_blocks_that_nobody_serves(network: &TestNetwork) -> Result<()> {
    let client = network.identity("aurora", "pms")?;
    let sound = || network.seek(&client, SeekPosition::Newest, SeekPosition::Newest);
    let other = network.identity("borea", "pms")?;
    let cases = [
        ("nothing at all", Envelope::default(), Status::BadRequest),
        ("no protobuf", Envelope { payload: Bytes::from_static(b"\xff"), ..sound() }, Status::BadRequest),
        ("unsigned", Envelope { signature: Bytes::new(), ..sound() }, Status::Forbidden),
        ("signed by another", Envelope { signature: other.sign(&sound().payload), ..sound() }, Status::Forbidden),
        ("no moment", envelope(&client, HeaderType::DeliverSeekInfo, "folio", Bytes::new()), Status::BadRequest),
    ];
    for (what, request, status) in cases {
        let got = at_orderer(network, request.clone()).await?;
        let expected = orderer::deliver_response::Type::Status(status.into());
        ensure!(got == Some(expected), "{what}: expected {status:?} of the orderer, got {got:?}");
        let got = at_peer(network, request).await?;
        let expected = protos::deliver_response::Type::Status(status.into());
        ensure!(got == Some(expected), "{what}: expected {status:?} of the peer, got {got:?}");
    }
    still_works(network).await
}

pub(crate) async fn messages_that_are_none_of_the_protocol(network: &TestNetwork) -> Result<()> {
    let (status, said) = network.broadcast_nonsense().await?;
    ensure!(status == Status::BadRequest && said.contains("no envelope"), "Broadcast answered {status:?}: {said}");
    let bad_request = i32::from(Status::BadRequest);
    let orderer: orderer::DeliverResponse =
        answer_to_nonsense(network.orderer().await?, "/orderer.AtomicBroadcast/Deliver").await?;
    ensure!(orderer.r#type == Some(orderer::deliver_response::Type::Status(bad_request)), "{orderer:?}");
    let peer: protos::DeliverResponse =
        answer_to_nonsense(network.peer("aurora").await?, "/protos.Deliver/Deliver").await?;
    ensure!(peer.r#type == Some(protos::deliver_response::Type::Status(bad_request)), "{peer:?}");
    let gateway =
        answer_to_nonsense::<EndorseResponse>(network.peer("aurora").await?, "/gateway.Gateway/Endorse").await;
    let said = gateway.err().context("nonsense was endorsed")?;
    let status = said.downcast_ref::<tonic::Status>().with_context(|| format!("{said:#}"))?;
    ensure!(status.code() == Code::Internal && status.message().contains("decode"), "{status:?}");
    still_works(network).await
}
