//! No bytes make the crate panic, and an envelope has one form only.
#![allow(clippy::unwrap_used, reason = "a test stops where it fails")]

mod support;

use bytes::{BufMut, Bytes, BytesMut};
use folio_proto::common;
use folio_wire::config::{MspConfig, Setting, config_of_block, decode_config};
use folio_wire::{
    Block, Envelope, ProposalResponse, ResponsePayload, SeekRequest, SerializedIdentity, WireError, check_canonical,
    decode_application_policy, decode_private_set, decode_rwset, decode_signature_policy, parse_envelope,
    parse_signed_proposal,
};
use proptest::prelude::*;
use prost::Message;

/// Hands the bytes to every decoder there is.
fn decode_as_everything(bytes: &Bytes) {
    let _ = check_canonical(bytes);
    let _ = parse_envelope(bytes);
    let _ = parse_signed_proposal(bytes);
    let _ = ResponsePayload::decode(bytes);
    let _ = ProposalResponse::decode(bytes);
    let _ = SerializedIdentity::decode(bytes);
    let _ = decode_rwset(bytes);
    let _ = decode_private_set(bytes);
    let _ = decode_signature_policy(bytes);
    let _ = decode_application_policy(bytes);
    let _ = decode_config(bytes);
    let _ = MspConfig::decode(bytes);
    let _ = SeekRequest::parse(common::Envelope { payload: bytes.clone(), signature: Bytes::new() });
    if let Ok(block) = Block::decode(bytes) {
        let _ = (block.orderer_metadata(), block.commit_hash(), block.verdicts().count(), config_of_block(&block));
        let _ = (block.check_data_hash(), block.first_envelope(), block.verdict(u64::MAX));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        decode_as_everything(&bytes.into());
    }

    #[test]
    fn a_bent_envelope_never_panics(at in any::<prop::sample::Index>(), to in any::<u8>()) {
        let mut bytes = support::envelope().to_vec();
        let at = at.index(bytes.len());
        bytes[at] = to;
        decode_as_everything(&bytes.into());
    }
}

#[test]
fn an_envelope_cut_anywhere_is_refused_and_never_panics() {
    let whole = support::envelope();
    parse_envelope(&whole).unwrap();
    for length in 0..whole.len() {
        let cut = whole.slice(..length);
        assert!(check_canonical(&cut).is_err(), "cut at {length}");
        decode_as_everything(&cut);
    }
}

#[test]
fn every_part_cut_anywhere_never_panics() {
    let proposal = support::signed_proposal();
    let parts = [
        proposal.proposal_bytes.clone(),
        support::response_payload(&proposal),
        folio_wire::encode_rwset(&support::rwset()),
        Envelope::decode(&support::envelope()).unwrap().payload,
    ];
    for part in parts {
        (0..part.len()).for_each(|length| decode_as_everything(&part.slice(..length)));
    }
}

#[test]
fn other_forms_of_the_same_envelope_are_not_canonical() {
    let canonical = support::envelope();
    check_canonical(&canonical).unwrap();
    let message = common::Envelope::decode(canonical.clone()).unwrap();
    let field = |key: u8, content: &Bytes| {
        let mut out = BytesMut::new();
        out.put_u8(key);
        prost::encoding::encode_varint(content.len() as u64, &mut out);
        out.put_slice(content);
        out.freeze()
    };
    let (payload, signature) = (field(0x0a, &message.payload), field(0x12, &message.signature));
    let unknown = field(0x1a, &Bytes::from_static(b"x"));
    let mut long_length = vec![0x0a];
    // The payload's length in one byte more than it needs.
    let length = message.payload.len();
    long_length.extend([(length & 0x7f) as u8 | 0x80, (length >> 7) as u8 | 0x80, 0]);
    long_length.extend_from_slice(&message.payload);
    let forms: [(&str, Vec<u8>); 6] = [
        ("fields swapped", [&signature[..], &payload].concat()),
        ("payload twice", [&payload[..], &payload, &signature].concat()),
        ("unknown field", [&payload[..], &signature, &unknown].concat()),
        ("long length", [&long_length[..], &signature].concat()),
        ("no signature", payload.to_vec()),
        ("empty signature", [&payload[..], &[0x12, 0]].concat()),
    ];
    for (name, form) in forms {
        common::Envelope::decode(&form[..]).unwrap_or_else(|error| panic!("{name} is no envelope: {error}"));
        assert!(check_canonical(&form).is_err(), "{name}");
    }
}

#[test]
fn an_envelope_over_the_limit_is_refused_before_it_is_read() {
    let big = Bytes::from(vec![0x0a; folio_types::limits::ENVELOPE_BYTES_MAX + 1]);
    let error = Envelope::decode(&big).unwrap_err();
    assert!(matches!(error.reason, WireError::TooLong { .. }), "{error}");
}
