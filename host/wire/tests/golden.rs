//! Eight blocks that real Fabric peers committed: we read the same in them and come to the same hashes.
#![allow(clippy::unwrap_used, reason = "a test stops where it fails")]

use std::path::PathBuf;

use bytes::Bytes;
use folio_crypto::PublicKey;
use folio_types::{UpdateBatch, ValidationCode};
use folio_wire::{
    Block, Body, EndorserTransaction, Envelope, SerializedIdentity, check_canonical, commit_hash, data_hash_of,
    encode_rwset, endorsed_bytes, header_der, parse_envelope,
};
use serde::Deserialize;
use x509_cert::Certificate;
use x509_cert::der::{DecodePem, Encode};

#[derive(Deserialize)]
struct GoldenBlock {
    number: u64,
    previous_hash: String,
    data_hash: String,
    header_asn1: String,
    header_hash: String,
    tx_filter: String,
    commit_hash: String,
    txs: Vec<GoldenTransaction>,
}

/// Genesis has a first transaction of which the file keeps only the headers.
#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
struct GoldenTransaction {
    tx_id: String,
    nonce: String,
    creator: String,
    proposal_hash: String,
    prp: String,
    channel_header: String,
    signature_header: String,
    endorsements: Vec<GoldenEndorsement>,
    envelope: String,
}

#[derive(Deserialize)]
struct GoldenEndorsement {
    endorser: String,
    signature: String,
}

fn golden_blocks() -> Vec<GoldenBlock> {
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/fabric_golden_blocks.json"));
    match std::fs::read(&path) {
        Ok(json) => serde_json::from_slice(&json).unwrap(),
        Err(error) => {
            println!("skipped: {}: {error}", path.display());
            Vec::new()
        }
    }
}

fn bytes(hex_digits: &str) -> Bytes {
    hex::decode(hex_digits).unwrap().into()
}

/// The blocks whose envelopes the file holds.
fn blocks_with_envelopes() -> impl Iterator<Item = (GoldenBlock, Vec<Bytes>)> {
    golden_blocks().into_iter().filter(|block| block.number > 0).map(|block| {
        let data = block.txs.iter().map(|tx| bytes(&tx.envelope)).collect();
        (block, data)
    })
}

fn opened() -> impl Iterator<Item = (GoldenTransaction, Bytes, Envelope, Box<EndorserTransaction>)> {
    blocks_with_envelopes().flat_map(|(block, data)| block.txs.into_iter().zip(data)).map(|(golden, bytes)| {
        let (envelope, body) = parse_envelope(&bytes).unwrap();
        let Body::Endorser(transaction) = body else { unreachable!("not an endorsed transaction") };
        (golden, bytes, envelope, transaction)
    })
}

fn verify(identity: &Bytes, message: &[u8], signature: &[u8]) {
    let identity = SerializedIdentity::decode(identity).unwrap();
    let certificate = Certificate::from_pem(&identity.id_bytes).unwrap();
    let key = certificate.tbs_certificate().subject_public_key_info().to_der().unwrap();
    PublicKey::from_spki_der(&key).unwrap().verify(message, signature).unwrap();
}

#[test]
fn headers_have_fabrics_der_form_and_hash() {
    for golden in golden_blocks() {
        let previous = (!golden.previous_hash.is_empty()).then(|| bytes(&golden.previous_hash)[..].try_into().unwrap());
        let data_hash = bytes(&golden.data_hash)[..].try_into().unwrap();
        let der = header_der(golden.number, previous.as_ref(), &data_hash);
        assert_eq!(hex::encode(der), golden.header_asn1);
        let block =
            Block { number: golden.number, previous_hash: previous, data_hash, data: Vec::new(), metadata: Vec::new() };
        assert_eq!(hex::encode(block.header_hash()), golden.header_hash);
    }
}

#[test]
fn each_block_names_the_header_hash_before_it() {
    let blocks = golden_blocks();
    for pair in blocks.windows(2) {
        assert_eq!(pair[1].previous_hash, pair[0].header_hash);
    }
}

#[test]
fn data_hashes_are_over_the_joined_envelopes() {
    for (golden, data) in blocks_with_envelopes() {
        assert_eq!(hex::encode(data_hash_of(&data)), golden.data_hash);
    }
}

#[test]
fn commit_hashes_chain_verdicts_and_writes() {
    let mut previous = None;
    for (golden, data) in blocks_with_envelopes() {
        let verdicts: Vec<_> =
            bytes(&golden.tx_filter).iter().map(|code| ValidationCode::from_number(*code).unwrap()).collect();
        let mut updates = UpdateBatch::default();
        for (tx, (envelope, verdict)) in data.iter().zip(&verdicts).enumerate() {
            if let (Body::Endorser(transaction), true) = (parse_envelope(envelope).unwrap().1, verdict.is_valid()) {
                updates.apply(golden.number, tx as u64, &transaction.rwset);
            }
        }
        let hash = commit_hash(&verdicts, &updates, previous.as_ref());
        assert_eq!(hex::encode(hash), golden.commit_hash, "block {}", golden.number);
        previous = Some(hash);
    }
}

#[test]
fn transactions_say_what_fabric_reads_in_them() {
    for (golden, _, envelope, transaction) in opened() {
        assert_eq!(transaction.tx_id.to_string(), golden.tx_id);
        assert_eq!(envelope.header.nonce, bytes(&golden.nonce));
        assert_eq!(envelope.header.creator, bytes(&golden.creator));
        assert_eq!(envelope.header.channel_header, bytes(&golden.channel_header));
        assert_eq!(envelope.header.signature_header, bytes(&golden.signature_header));
        assert_eq!(transaction.response_payload, bytes(&golden.prp));
        let outcome = folio_wire::ResponsePayload::decode(&transaction.response_payload).unwrap();
        assert_eq!(hex::encode(outcome.proposal_hash), golden.proposal_hash);
        assert_eq!(transaction.response.status, 200);
        let endorsements = transaction.endorsements.iter().map(|e| (e.endorser.clone(), e.signature.clone()));
        let expected = golden.endorsements.iter().map(|e| (bytes(&e.endorser), bytes(&e.signature)));
        assert!(endorsements.eq(expected));
    }
}

#[test]
fn endorsers_and_creators_signed_what_we_say_they_signed() {
    for (_, _, envelope, transaction) in opened() {
        verify(&envelope.header.creator, &envelope.payload, &envelope.signature);
        for endorsement in &transaction.endorsements {
            let signed = endorsed_bytes(&transaction.response_payload, &endorsement.endorser);
            verify(&endorsement.endorser, &signed, &endorsement.signature);
        }
    }
}

#[test]
fn envelopes_are_canonical_and_come_out_as_they_went_in() {
    for (_, bytes, envelope, _) in opened() {
        check_canonical(&bytes).unwrap();
        assert_eq!(envelope.encode(), bytes);
    }
}

/// Fabric sorts hashed keys by the clear keys, which a block does not tell: there, only the content is compared.
#[test]
fn read_write_sets_encode_to_the_bytes_they_came_from() {
    for (golden, _, _, transaction) in opened() {
        let encoded = encode_rwset(&transaction.rwset);
        let hashed = transaction.rwset.namespaces.values().any(|part| !part.collections.is_empty());
        if hashed {
            assert_eq!(encoded.len(), transaction.results.len(), "{}", golden.tx_id);
            assert_eq!(folio_wire::decode_rwset(&encoded).unwrap(), transaction.rwset);
        } else {
            assert_eq!(encoded, transaction.results, "{}", golden.tx_id);
        }
    }
}
