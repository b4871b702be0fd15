//! Which envelopes are ordered, and how each is answered.

mod support;

use std::time::Duration;

use bytes::Bytes;
use folio_ca::{Organisation, Validity};
use folio_crypto::Curve;
use folio_proto::common::{Envelope, Status};
use folio_types::Role;
use folio_types::limits::ENVELOPE_BYTES_MAX;
use folio_wire::HeaderType;
use support::*;

/// An envelope, the answer that it must get, and a part of the information.
type Case = (&'static str, Envelope, Status, &'static str);

#[allow(clippy::unwrap_used, reason = "what fails here fails the test")]
fn refused(consortium: &Consortium) -> Vec<Case> {
    let client = consortium.client();
    let other = consortium.client();
    let peer = identity(&consortium.aurora, Role::Peer, CENTURY);
    let expired = identity(&consortium.aurora, Role::Client, Validity::days(1_577_836_800, 1));
    let stranger = Organisation::create("StrangerMSP", Curve::Secp256k1, CENTURY).unwrap();
    let stranger = identity(&stranger, Role::Client, CENTURY);
    let impostor = Organisation::create("AuroraMSP", Curve::Secp256k1, CENTURY).unwrap();
    let impostor = identity(&impostor, Role::Client, CENTURY);
    let good = || envelope(&client, 1);
    let draft = |spoil: fn(&mut Draft)| {
        let mut draft = Draft::new(&client, 1);
        spoil(&mut draft);
        draft.sign(&client)
    };
    vec![
        ("no payload", Envelope { payload: Bytes::new(), ..good() }, Status::BadRequest, "payload"),
        ("no signature", Envelope { signature: Bytes::new(), ..good() }, Status::BadRequest, "signature"),
        ("rubbish", Envelope { payload: Bytes::from_static(b"\xff\xff"), ..good() }, Status::BadRequest, "payload"),
        ("no nonce", draft(|d| d.nonce = Bytes::new()), Status::BadRequest, "nonce"),
        ("no creator", draft(|d| d.creator = Bytes::new()), Status::BadRequest, "creator"),
        ("epoch", draft(|d| d.epoch = 1), Status::BadRequest, "epoch"),
        ("message", draft(|d| d.kind = 0), Status::BadRequest, "header type"),
        ("config", draft(|d| d.kind = HeaderType::Config.number()), Status::BadRequest, "configuration"),
        ("config update", draft(|d| d.kind = HeaderType::ConfigUpdate.number()), Status::BadRequest, "configuration"),
        ("unknown channel", draft(|d| d.channel = "other".to_owned()), Status::NotFound, "other"),
        ("no channel", draft(|d| d.channel = String::new()), Status::NotFound, ""),
        (
            "above the channel's limit",
            draft(|d| d.data = vec![0; ABSOLUTE_BYTES_MAX as usize].into()),
            Status::RequestEntityTooLarge,
            "1048576",
        ),
        (
            "above any limit",
            draft(|d| d.data = vec![0; ENVELOPE_BYTES_MAX].into()),
            Status::RequestEntityTooLarge,
            "8388608",
        ),
        ("creator is rubbish", draft(|d| d.creator = Bytes::from_static(b"me")), Status::Forbidden, "nobody"),
        ("stranger", envelope(&stranger, 1), Status::Forbidden, "StrangerMSP"),
        ("impostor", envelope(&impostor, 1), Status::Forbidden, "not signed by"),
        ("expired", envelope(&expired, 1), Status::Forbidden, "expired"),
        ("no writer", envelope(&peer, 1), Status::Forbidden, "/Channel/Writers"),
        ("signed by another", Draft::new(&client, 1).sign(&other), Status::Forbidden, "signature"),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn each_envelope_is_answered_in_order_and_a_refusal_does_not_end_the_stream() {
    let consortium = Consortium::new(Cutting::default());
    let server = Server::start(consortium.config()).await;
    let client = consortium.client();
    let mut stream = broadcasting(&mut server.connect(&consortium).await).await;
    let cases = refused(&consortium);
    for (number, (_, envelope, ..)) in cases.iter().enumerate() {
        stream.envelopes.send(envelope.clone()).await.unwrap();
        stream.envelopes.send(support::envelope(&client, number as u64)).await.unwrap();
    }
    for (name, _, status, info) in &cases {
        let (got, text) = stream.answer().await;
        assert_eq!(got, *status, "{name}: {text}");
        assert!(text.contains(info), "{name}: {text}");
        assert_eq!(stream.answer().await, (Status::Success, String::new()), "after {name}");
    }
    // Exactly the good ones are in blocks.
    let chain = chain(&mut server.connect(&consortium).await, &client, cases.len()).await;
    let expected: Vec<_> = (0..cases.len()).map(|number| encoded(&envelope(&client, number as u64))).collect();
    assert_eq!(envelopes(&chain), expected);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_envelopes_on_many_streams_are_each_ordered_once_and_in_the_order_of_their_stream() {
    const STREAMS: u64 = 8;
    const EACH: u64 = 250;
    let consortium = Consortium::new(Cutting { messages_max: 100, ..Cutting::default() });
    let server = Server::start(consortium.config()).await;
    let client = consortium.client();
    let mut streams = Vec::new();
    for stream in 0..STREAMS {
        let mut connection = server.connect(&consortium).await;
        let envelopes = (0..EACH).map(|number| envelope(&client, stream * EACH + number)).collect();
        streams.push(tokio::spawn(async move { order(&mut connection, envelopes).await }));
    }
    for stream in streams {
        stream.await.unwrap();
    }
    let chain = chain(&mut server.connect(&consortium).await, &client, (STREAMS * EACH) as usize).await;
    assert!(chain.iter().all(|block| block.data.len() <= 100));
    let ordered = envelopes(&chain);
    for stream in 0..STREAMS {
        let expected: Vec<_> = (0..EACH).map(|number| encoded(&envelope(&client, stream * EACH + number))).collect();
        let got: Vec<_> = ordered.iter().filter(|envelope| expected.contains(envelope)).cloned().collect();
        assert_eq!(got, expected, "stream {stream}");
    }
    assert_eq!(ordered.len(), (STREAMS * EACH) as usize);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_is_cut_by_count_or_when_its_first_envelope_has_waited() {
    let consortium =
        Consortium::new(Cutting { messages_max: 3, timeout: Duration::from_millis(300), ..Cutting::default() });
    let server = Server::start(consortium.config()).await;
    let client = consortium.client();
    order(&mut server.connect(&consortium).await, (0..7).map(|number| envelope(&client, number)).collect()).await;
    let chain = chain(&mut server.connect(&consortium).await, &client, 7).await;
    assert_eq!(chain.iter().skip(1).map(|block| block.data.len()).collect::<Vec<_>>(), [3, 3, 1]);
    server.stop().await;
}
