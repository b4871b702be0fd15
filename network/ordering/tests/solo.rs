//! Solo as its users see it: order, durability, replay, release.

use std::fs;
use std::path::Path;

use bytes::Bytes;
use folio_ordering::{Batch, Consensus, Leadership, LogError, ProposeError, Solo, SoloOptions};

fn batch(number: usize) -> Batch {
    Batch { envelopes: vec![Bytes::from(number.to_be_bytes().to_vec()), Bytes::from(vec![0xab; 1000])] }
}

#[tokio::test(flavor = "multi_thread")]
async fn batches_are_committed_in_the_order_in_which_they_were_handed_in() {
    const BATCHES: usize = 300;
    let folder = tempfile::tempdir().unwrap();
    let (solo, mut committed) = Solo::open(folder.path(), 0, SoloOptions::default()).unwrap();
    let consumer = tokio::spawn(async move {
        for number in 0..BATCHES {
            let entry = committed.next().await.unwrap();
            assert_eq!((entry.index, entry.batch), (number as u64 + 1, batch(number)));
        }
        committed
    });
    let mut proposals = Vec::new();
    for number in 0..BATCHES {
        proposals.push(solo.propose(batch(number)).await.unwrap());
    }
    for (number, proposal) in proposals.into_iter().enumerate() {
        assert_eq!(proposal.await, Ok(number as u64 + 1));
    }
    let mut committed = consumer.await.unwrap();
    drop(solo);
    assert_eq!(committed.next().await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reopened_log_replays_what_was_not_applied_and_goes_on_behind_it() {
    let folder = tempfile::tempdir().unwrap();
    for round in 0..5_usize {
        let applied = round.saturating_sub(1) as u64;
        let (solo, mut committed) = Solo::open(folder.path(), applied, SoloOptions::default()).unwrap();
        for number in applied as usize..round {
            assert_eq!(committed.next().await.unwrap().batch, batch(number));
        }
        assert_eq!(solo.propose(batch(round)).await.unwrap().await, Ok(round as u64 + 1));
        assert_eq!(committed.next().await.unwrap().batch, batch(round));
        drop(solo);
        assert_eq!(committed.next().await, None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn released_segments_leave_the_disk() {
    let count = |folder: &Path| fs::read_dir(folder).unwrap().count();
    let folder = tempfile::tempdir().unwrap();
    let (solo, mut committed) = Solo::open(folder.path(), 0, SoloOptions { segment_bytes: 1 }).unwrap();
    for number in 0..10 {
        solo.propose(batch(number)).await.unwrap().await.unwrap();
        committed.next().await.unwrap();
    }
    assert_eq!(count(folder.path()), 10);
    committed.release(10);
    solo.propose(batch(10)).await.unwrap().await.unwrap();
    drop(solo);
    while committed.next().await.is_some() {}
    assert_eq!(count(folder.path()), 1);
    assert!(matches!(
        Solo::open(folder.path(), 2, SoloOptions::default()),
        Err(LogError::Missing { first: 11, needed: 3 })
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_solo_node_leads_and_stops_taking_batches_when_their_consumer_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let (solo, committed) = Solo::open(folder.path(), 0, SoloOptions::default()).unwrap();
    assert_eq!(*solo.leadership().borrow(), Leadership::Leader);
    drop(committed);
    // The first may still be synced; it is never reported lost.
    let _ = solo.propose(batch(0)).await.unwrap().await;
    let after = match solo.propose(batch(1)).await {
        Ok(proposal) => proposal.await,
        Err(error) => Err(error),
    };
    assert!(matches!(after, Err(ProposeError::Stopped { .. })));
}
