//! What a commit and a read cost: `cargo run --release -p folio-ledger --example commit_cost [blocks] [folder]`.
//!
//! Blocks of 500 transactions, each with 4 writes of 300 bytes to keys of their own, as large as real ones: two
//! endorsements and the creator twice, with certificates of 800 bytes.

#![allow(clippy::unwrap_used, reason = "a measurement stops at the first surprise")]

use std::{
    env,
    path::PathBuf,
    time::{Duration, Instant},
};

use bytes::Bytes;
use folio_crypto::sha256;
use folio_ledger::{Commit, Ledger, LedgerOptions, Step, StepHook, TransactionRecord};
use folio_types::{Namespace, ReadWriteSet, StateReader, UpdateBatch, ValidationCode, Write};
use folio_wire::{
    Block, ChaincodeId, Endorsement, Envelope, NewProposal, Response, Timestamp, build_envelope_payload,
    build_response_payload, encode_envelope, encode_rwset,
};

const TXS_PER_BLOCK: u64 = 500;
const WRITES_PER_TX: u64 = 4;
const VALUE_BYTES: usize = 300;
const CERTIFICATE_BYTES: usize = 800;
const READS: u64 = 200_000;

/// Bytes that do not compress.
fn noise(seed: &[u64], bytes: usize) -> Vec<u8> {
    let seed: Vec<u8> = seed.iter().flat_map(|part| part.to_be_bytes()).collect();
    (0u64..).flat_map(|i| sha256(&[&seed, &i.to_be_bytes()])).take(bytes).collect()
}

fn key(number: u64) -> String {
    // Members and stays are random ids: their keys are spread over the whole key space.
    format!("acct/{}", hex::encode(noise(&[number], 16)))
}

fn identity(seed: u64) -> Bytes {
    // A certificate is base64, which is four fifths as dense as noise.
    hex::encode(noise(&[seed], CERTIFICATE_BYTES / 2)).into()
}

fn transaction(number: u64) -> (Bytes, ReadWriteSet) {
    let mut set = ReadWriteSet::default();
    let namespace = set.namespaces.entry("loyalty".to_owned()).or_default();
    for write in 0..WRITES_PER_TX {
        let number = number * WRITES_PER_TX + write;
        namespace.writes.insert(key(number), Write::Put(noise(&[number, 1], VALUE_BYTES).into()));
    }
    let proposal = NewProposal {
        creator: identity(u64::MAX - number % 20),
        channel_id: "folio".to_owned(),
        chaincode: "loyalty".to_owned(),
        args: vec![Bytes::from_static(b"stay.post"), noise(&[number, 2], 100).into()],
        transient: Default::default(),
        timestamp: Timestamp { seconds: 1_700_000_000, nanos: 0 },
        nonce: noise(&[number, 3], 24).into(),
    };
    let proposal = proposal.sign(|_| noise(&[number, 4], 70)).unwrap();
    let response = Response { status: 200, message: String::new(), payload: noise(&[number, 5], 150).into() };
    let chaincode = ChaincodeId { name: "loyalty".to_owned(), version: "1".to_owned() };
    let outcome = build_response_payload(&proposal.hash(), encode_rwset(&set), None, &response, &chaincode);
    let endorsements =
        [0, 1].map(|peer| Endorsement { endorser: identity(peer), signature: noise(&[number, 6 + peer], 70).into() });
    let payload = build_envelope_payload(&proposal, &outcome, &endorsements);
    (encode_envelope(&payload, &noise(&[number, 8], 70).into()), set)
}

fn commit_of(ledger: &Ledger, number: u64) -> Commit {
    let made: Vec<_> = (0..TXS_PER_BLOCK).map(|tx| transaction(number * TXS_PER_BLOCK + tx)).collect();
    let mut updates = UpdateBatch::default();
    (0..).zip(&made).for_each(|(tx, (_, set))| updates.apply(number, tx, set));
    let block = Block::new(number, ledger.tip().block_hash, made.iter().map(|(bytes, _)| bytes.clone()).collect());
    let record = |(bytes, set): (Bytes, ReadWriteSet)| {
        TransactionRecord::new(Envelope::decode(&bytes).ok().as_ref(), ValidationCode::Valid, Some(set))
    };
    Commit { block, transactions: made.into_iter().map(record).collect(), updates, private: Vec::new() }
}

/// Processor time of this thread, which other programs on the machine do not lengthen; nothing where Linux does not
/// tell.
fn processor_time() -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    Duration::from_nanos(text.split(' ').next().and_then(|nanos| nanos.parse().ok()).unwrap_or_default())
}

fn main() {
    let mut args = env::args().skip(1);
    let blocks: u64 = args.next().map_or(200, |blocks| blocks.parse().unwrap());
    let scratch = tempfile::tempdir().unwrap();
    let dir = args.next().map_or_else(|| scratch.path().to_owned(), PathBuf::from);

    let clock = std::sync::Arc::new(std::sync::Mutex::new((Instant::now(), [Duration::ZERO; 6])));
    let hook = StepHook::new({
        let clock = clock.clone();
        move |step| {
            let mut clock = clock.lock().unwrap();
            let spent = clock.0.elapsed();
            clock.1[Step::ALL.iter().position(|known| *known == step).unwrap()] += spent;
            clock.0 = Instant::now();
            Ok(())
        }
    });
    let ledger = Ledger::open(&dir, LedgerOptions { hook, ..Default::default() }).unwrap();
    let first = ledger.height();
    let mut processor = Duration::ZERO;
    let (mut total, mut publishing, mut sizes, mut slowest) = (Duration::ZERO, Duration::ZERO, 0, Duration::ZERO);
    for number in first..first + blocks {
        let commit = commit_of(&ledger, number);
        let processor_before = processor_time();
        let begun = Instant::now();
        clock.lock().unwrap().0 = begun;
        let block = ledger.commit(commit).unwrap();
        let spent = begun.elapsed();
        processor += processor_time() - processor_before;
        publishing += clock.lock().unwrap().0.elapsed();
        total += spent;
        slowest = slowest.max(spent);
        sizes += block.encode().len();
    }
    let txs = (blocks * TXS_PER_BLOCK) as f64;
    let per_tx = |spent: Duration| spent.as_secs_f64() * 1e6 / txs;
    println!("{blocks} blocks, {:.0} bytes a transaction in its block", sizes as f64 / txs);
    println!("commit   {:6.2} us/tx, {:.0} tx/s, slowest block {slowest:?}", per_tx(total), 1e6 / per_tx(total));
    println!("  on the processor       {:6.2}", per_tx(processor));
    let steps = clock.lock().unwrap().1;
    println!("  hash, encode, compress {:6.2}", per_tx(steps[2]));
    println!("  write                  {:6.2}", per_tx(steps[3]));
    println!("  sync                   {:6.2}", per_tx(steps[4]));
    println!("  state                  {:6.2}", per_tx(steps[5]));
    println!("  publish                {:6.2}", per_tx(publishing));

    let keys = (first + blocks) * TXS_PER_BLOCK * WRITES_PER_TX;
    let namespace = Namespace::public("loyalty");
    for (what, from) in [("recent", keys.saturating_sub(20_000)), ("any", 0)] {
        let snapshot = ledger.snapshot();
        let wanted: Vec<_> =
            (0..READS).map(|i| key(from + i.wrapping_mul(0x9e37_79b9_7f4a_7c15) % (keys - from))).collect();
        let begun = Instant::now();
        for key in &wanted {
            assert!(snapshot.get(&namespace, key.as_bytes()).unwrap().is_some());
        }
        println!("read     {:6.2} us, {what} of {keys} keys", begun.elapsed().as_secs_f64() * 1e6 / READS as f64);
    }
    let begun = Instant::now();
    ledger.state_hash().unwrap();
    println!("state hash over all keys {:?}", begun.elapsed());
    drop(ledger);
    let begun = Instant::now();
    let ledger = Ledger::open(&dir, LedgerOptions::default()).unwrap();
    println!("open     {:?}", begun.elapsed());
    drop(ledger);
    std::fs::remove_dir_all(dir.join("state")).unwrap();
    let begun = Instant::now();
    let ledger = Ledger::open(&dir, LedgerOptions::default()).unwrap();
    let all = ledger.height() * TXS_PER_BLOCK;
    println!("replay   {:6.2} us/tx", begun.elapsed().as_secs_f64() * 1e6 / all as f64);
    let bytes = |part: &str| -> u64 {
        let mut folders = vec![dir.join(part)];
        let mut bytes = 0;
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
                let metadata = entry.metadata().unwrap();
                if metadata.is_dir() { folders.push(entry.path()) } else { bytes += metadata.len() }
            }
        }
        bytes
    };
    println!("disk     {} bytes/tx of blocks, {} of state", bytes("blocks") / all, bytes("state") / all);
}
