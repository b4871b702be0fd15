//! Which blocks Deliver sends, and with which status it ends.

mod support;

use bytes::Bytes;
use folio_ca::{Organisation, Validity};
use folio_channel::ChannelConfig;
use folio_crypto::Curve;
use folio_proto::common::{Envelope, Status};
use folio_proto::orderer::deliver_response::Type;
use folio_types::{BlockNumber, Role};
use folio_wire::SeekPosition::{self, Newest, NextCommit, Number, Oldest};
use folio_wire::{Block, SeekInfo, Timestamp};
use support::*;

/// A channel with the blocks 0 to 4, each of one envelope.
async fn with_four_blocks() -> (Consortium, Server) {
    let consortium = Consortium::new(Cutting { messages_max: 1, ..Cutting::default() });
    let server = Server::start(consortium.config()).await;
    let client = consortium.client();
    let mut connection = server.connect(&consortium).await;
    order(&mut connection, (0..4).map(|number| envelope(&client, number)).collect()).await;
    chain(&mut connection, &client, 4).await;
    (consortium, server)
}

fn range(start: SeekPosition, stop: SeekPosition, fail_if_not_ready: bool) -> SeekInfo {
    SeekInfo { start, stop, fail_if_not_ready, ..SeekInfo::from(0) }
}

fn numbers(blocks: &[Block]) -> Vec<BlockNumber> {
    blocks.iter().map(|block| block.number).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn blocks_are_chained_and_signed_by_the_orderer() {
    let consortium = Consortium::new(Cutting { messages_max: 3, ..Cutting::default() });
    let server = Server::start(consortium.config()).await;
    let client = consortium.client();
    let mut connection = server.connect(&consortium).await;
    order(&mut connection, (0..10).map(|number| envelope(&client, number)).collect()).await;
    let chain = chain(&mut connection, &client, 10).await;
    assert_eq!(chain[0], consortium.genesis);
    let config = ChannelConfig::from_block(&consortium.genesis).unwrap();
    for pair in chain.windows(2) {
        let block = &pair[1];
        assert_eq!((block.number, block.previous_hash), (pair[0].number + 1, Some(pair[0].header_hash())));
        block.check_data_hash().unwrap();
        let metadata = block.orderer_metadata().unwrap();
        assert_eq!((metadata.last_config, metadata.signatures.len()), (0, 1));
        let signature = &metadata.signatures[0];
        let signer = config.msps().resolve(&signature.creator).unwrap();
        assert_eq!((signer.msp_id.as_str(), signer.role), ("OrdererMSP", Role::Orderer));
        signer.verify(&metadata.signed_bytes(signature, block), &signature.signature).unwrap();
        assert_eq!(block.metadata.len(), 5);
        assert!(block.metadata[2..].iter().all(Bytes::is_empty), "the peer's entries are left empty");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_stream_serves_request_after_request() {
    let (consortium, server) = with_four_blocks().await;
    let client = consortium.client();
    let mut stream = delivering(&mut server.connect(&consortium).await).await;
    let table: [(SeekPosition, SeekPosition, &[BlockNumber]); 7] = [
        (Oldest, Newest, &[0, 1, 2, 3, 4]),
        (Oldest, Oldest, &[0]),
        (Newest, Newest, &[4]),
        (Number(2), Number(3), &[2, 3]),
        (Number(3), Newest, &[3, 4]),
        (Number(4), Number(4), &[4]),
        (Number(0), Number(1), &[0, 1]),
    ];
    for (start, stop, expected) in table {
        for fail in [false, true] {
            let (blocks, status) = stream.request(seek(&client, range(start, stop, fail))).await;
            assert_eq!((numbers(&blocks).as_slice(), status), (expected, Status::Success), "{start:?} to {stop:?}");
        }
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_is_not_fulfilled_ends_its_stream_with_a_status() {
    let (consortium, server) = with_four_blocks().await;
    let client = consortium.client();
    let orderer = identity(&consortium.ordering, Role::Orderer, CENTURY);
    let expired = identity(&consortium.aurora, Role::Client, Validity::days(1_577_836_800, 1));
    let stranger = Organisation::create("StrangerMSP", Curve::Secp256k1, CENTURY).unwrap();
    let stranger = identity(&stranger, Role::Client, CENTURY);
    let all = SeekInfo::from(0);
    let at = |apart: i64| Timestamp { seconds: now().seconds + apart, nanos: 0 };
    let good = || seek(&client, all);
    let table: Vec<(&str, Envelope, &[BlockNumber], Status)> = vec![
        ("beyond the end", seek(&client, range(Number(6), Number(9), false)), &[], Status::NotFound),
        ("not ready", seek(&client, range(Number(3), Number(9), true)), &[3, 4], Status::NotFound),
        ("next not ready", seek(&client, range(NextCommit, Number(9), true)), &[], Status::NotFound),
        ("stop before start", seek(&client, range(Number(3), Number(2), false)), &[], Status::BadRequest),
        ("rubbish", Envelope { payload: Bytes::from_static(b"\xff"), ..good() }, &[], Status::BadRequest),
        ("no signature", Envelope { signature: Bytes::new(), ..good() }, &[], Status::Forbidden),
        ("a transaction", envelope(&client, 1), &[], Status::BadRequest),
        ("too old", seek_at(&client, CHANNEL, all, at(-1000), Bytes::new()), &[], Status::BadRequest),
        ("from the future", seek_at(&client, CHANNEL, all, at(1000), Bytes::new()), &[], Status::BadRequest),
        ("no channel", seek_at(&client, "other", all, now(), Bytes::new()), &[], Status::NotFound),
        ("stranger", seek(&stranger, all), &[], Status::Forbidden),
        ("expired", seek(&expired, all), &[], Status::Forbidden),
        ("no reader", seek(&orderer, all), &[], Status::Forbidden),
    ];
    for (name, request, expected, status) in table {
        let mut stream = delivering(&mut server.connect(&consortium).await).await;
        let (blocks, got) = stream.request(request).await;
        assert_eq!((numbers(&blocks).as_slice(), got), (expected, status), "{name}");
        assert!(stream.answer().await.is_none(), "{name}");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_streams_wait_for_the_next_block_and_all_get_it() {
    const STREAMS: usize = 40;
    let (consortium, server) = with_four_blocks().await;
    let client = consortium.client();
    let mut connection = server.connect(&consortium).await;
    let mut streams = Vec::new();
    for stream in 0..STREAMS {
        let mut waiting = delivering(&mut connection).await;
        // The newest block first: it shows that the request is being served.
        waiting.requests.send(seek(&client, range(Newest, Number(6), false))).await.unwrap();
        assert_eq!(waiting.block().await.number, 4, "stream {stream}");
        streams.push(waiting);
    }
    order(&mut connection, vec![envelope(&client, 4), envelope(&client, 5)]).await;
    for mut stream in streams {
        let (five, six) = (stream.block().await, stream.block().await);
        assert_eq!(five.data, [encoded(&envelope(&client, 4))]);
        assert_eq!(six.previous_hash, Some(five.header_hash()));
        assert_eq!(stream.answer().await, Some(Type::Status(Status::Success.into())));
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_come_without_content_but_for_the_configuration() {
    let (consortium, server) = with_four_blocks().await;
    let client = consortium.client();
    let mut stream = delivering(&mut server.connect(&consortium).await).await;
    let request = SeekInfo { headers_only: true, ..range(Oldest, Newest, false) };
    stream.requests.send(seek(&client, request)).await.unwrap();
    for number in 0..5 {
        let Some(Type::Block(block)) = stream.answer().await else { panic!("no block {number}") };
        assert_eq!(block.header.unwrap().number, number);
        assert_eq!(block.data.is_some(), number == 0);
        assert!(!block.metadata.unwrap().metadata[0].is_empty() || number == 0);
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_waiting_stream_is_told_when_the_orderer_ends() {
    let (consortium, server) = with_four_blocks().await;
    let mut stream = delivering(&mut server.connect(&consortium).await).await;
    stream.requests.send(seek(&consortium.client(), range(Newest, Number(9), false))).await.unwrap();
    assert_eq!(stream.block().await.number, 4);
    server.stop().await;
    assert_eq!(stream.answer().await, Some(Type::Status(Status::ServiceUnavailable.into())));
    assert!(stream.answer().await.is_none());
}
