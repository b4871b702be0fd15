//! What an orderer still has after it ended, was killed, or lost files that it can make again.

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::time::Duration;

use bytes::Bytes;
use folio_crypto::Curve;
use folio_orderer::OrdererError;
use folio_proto::common::Status;
use folio_wire::config::{config_of_block, genesis_block};
use support::*;

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_is_there_after_a_restart_and_the_chain_goes_on() {
    let consortium = Consortium::new(Cutting::default());
    let client = consortium.client();
    let mut before = Vec::new();
    for round in 0..4_u64 {
        let server = Server::start(consortium.config()).await;
        let mut connection = server.connect(&consortium).await;
        order(&mut connection, (0..25).map(|number| envelope(&client, round * 25 + number)).collect()).await;
        let chain = chain(&mut connection, &client, (round as usize + 1) * 25).await;
        assert_eq!(chain[..before.len()], before, "round {round}");
        assert!(chain.windows(2).all(|pair| pair[1].previous_hash == Some(pair[0].header_hash())));
        before = chain;
        if round % 2 == 0 { server.stop().await } else { server.kill() }
    }
    let expected: Vec<_> = (0..100).map(|number| encoded(&envelope(&client, number))).collect();
    assert_eq!(envelopes(&before), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ending_orderer_orders_and_answers_what_it_has_taken() {
    // Only full batches are cut, until the orderer ends.
    let patient = Cutting { messages_max: 3, timeout: Duration::from_secs(600), ..Cutting::default() };
    let consortium = Consortium::new(patient);
    let client = consortium.client();
    let server = Server::start(consortium.config()).await;
    let mut stream = broadcasting(&mut server.connect(&consortium).await).await;
    for number in 0..5 {
        stream.envelopes.send(envelope(&client, number)).await.unwrap();
    }
    for _ in 0..3 {
        assert_eq!(stream.answer().await.0, Status::Success);
    }
    server.stop().await;
    let mut acknowledged = 3;
    while let Some(Ok(answer)) = tokio_stream::StreamExt::next(&mut stream.answers).await {
        assert_eq!(answer.status(), Status::Success);
        acknowledged += 1;
    }
    let server = Server::start(consortium.config()).await;
    let chain = chain(&mut server.connect(&consortium).await, &client, acknowledged).await;
    let expected: Vec<_> = (0..acknowledged as u64).map(|number| encoded(&envelope(&client, number))).collect();
    assert_eq!(envelopes(&chain), expected);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_copied_at_any_moment_holds_all_that_was_acknowledged_before() {
    const ENVELOPES: u64 = 400;
    let consortium =
        Consortium::new(Cutting { messages_max: 7, timeout: Duration::from_millis(5), ..Cutting::default() });
    let client = consortium.client();
    let server = Server::start(consortium.config()).await;
    let mut stream = broadcasting(&mut server.connect(&consortium).await).await;
    let mut copies = Vec::new();
    for number in 0..ENVELOPES {
        stream.envelopes.send(envelope(&client, number)).await.unwrap();
    }
    for number in 0..ENVELOPES {
        assert_eq!(stream.answer().await.0, Status::Success);
        if number % 40 == 0 {
            let data = consortium.path(&format!("copy-{number}"));
            // Blocks first: what is in them must also be in the log, which is copied after.
            for part in ["blocks", "log"] {
                copy_folder(&consortium.config().data.join(CHANNEL).join(part), &data.join(CHANNEL).join(part));
            }
            copies.push((data, number as usize + 1));
        }
    }
    let whole = chain(&mut server.connect(&consortium).await, &client, ENVELOPES as usize).await;
    server.stop().await;
    for (data, acknowledged) in copies {
        let mut config = consortium.config();
        config.data = data;
        let server = Server::start(config).await;
        let mut connection = server.connect(&consortium).await;
        let copy = chain(&mut connection, &client, acknowledged).await;
        assert_eq!(copy[..], whole[..copy.len()], "with {acknowledged} acknowledged");
        order(&mut connection, vec![envelope(&client, 10_000)]).await;
        server.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn lost_blocks_are_made_again_from_the_log_byte_for_byte() {
    for curve in [Curve::Secp256k1, Curve::P256, Curve::Ed25519] {
        let consortium = Consortium::on(curve, Cutting::default());
        let signer = consortium.client();
        let server = Server::start(consortium.config()).await;
        let mut connection = server.connect(&consortium).await;
        order(&mut connection, (0..30).map(|number| envelope(&signer, number)).collect()).await;
        let before = chain(&mut connection, &signer, 30).await;
        server.kill();
        let blocks = consortium.config().data.join(CHANNEL).join("blocks");
        while fs::rename(&blocks, consortium.path("lost")).is_err() {
            tokio::task::yield_now().await;
        }
        let server = Server::start(consortium.config()).await;
        let after = chain(&mut server.connect(&consortium).await, &signer, 30).await;
        assert_eq!(after, before, "{curve}");
        server.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_envelope_that_was_never_acknowledged_is_ordered_at_most_once() {
    let consortium =
        Consortium::new(Cutting { messages_max: 5, timeout: Duration::from_millis(2), ..Cutting::default() });
    let client = consortium.client();
    for round in 0..5_u64 {
        let server = Server::start(consortium.config()).await;
        let mut stream = broadcasting(&mut server.connect(&consortium).await).await;
        for number in 0..50 {
            stream.envelopes.send(envelope(&client, round * 50 + number)).await.unwrap();
        }
        for _ in 0..=round * 7 {
            assert_eq!(stream.answer().await.0, Status::Success);
        }
        server.kill();
    }
    let server = Server::start(consortium.config()).await;
    let mut connection = server.connect(&consortium).await;
    order(&mut connection, vec![envelope(&client, 1_000)]).await;
    let mut known = Vec::new();
    let mut wanted = 1;
    while known.last() != Some(&encoded(&envelope(&client, 1_000))) {
        known = envelopes(&chain(&mut connection, &client, wanted).await);
        wanted = known.len() + 1;
    }
    assert_eq!(known.iter().collect::<BTreeSet<_>>().len(), known.len());
    for round in 0..5_u64 {
        for number in 0..=round * 7 {
            assert!(known.contains(&encoded(&envelope(&client, round * 50 + number))), "round {round}, {number}");
        }
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_process_on_the_folder_and_another_genesis_are_refused() {
    let consortium = Consortium::new(Cutting::default());
    let server = Server::start(consortium.config()).await;
    assert!(matches!(Server::try_start(consortium.config()).await, Err(OrdererError::InUse { .. })));
    server.stop().await;
    let (channel, config) = config_of_block(&consortium.genesis).unwrap();
    let other = genesis_block(&channel, &config, now(), &Bytes::from_static(b"another nonce"));
    fs::write(consortium.path("genesis.block"), other.encode()).unwrap();
    let config = consortium.config();
    assert!(
        matches!(Server::try_start(config).await, Err(OrdererError::OtherGenesis { channel }) if channel == CHANNEL)
    );
}
