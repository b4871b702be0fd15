//! Each fault of an envelope gets the validation code that Fabric gives it.
#![allow(clippy::unwrap_used, reason = "a test stops where it fails")]

mod support;

use bytes::Bytes;
use folio_proto::{common, protos};
use folio_types::ValidationCode;
use folio_wire::parse_envelope;
use prost::Message;

/// Changes the payload of the good envelope and says what comes of it.
fn verdict_on(change: impl FnOnce(&mut Parts)) -> ValidationCode {
    let mut parts = Parts::new();
    change(&mut parts);
    parse_envelope(&parts.encode()).map_or_else(|error| error.code, |_| ValidationCode::Valid)
}

type Change = Box<dyn FnOnce(&mut Parts)>;

/// An envelope taken apart into messages that a test can bend.
struct Parts {
    channel_header: common::ChannelHeader,
    signature_header: common::SignatureHeader,
    action_header: Option<Bytes>,
    actions: usize,
    input: protos::ChaincodeProposalPayload,
    action: protos::ChaincodeAction,
    proposal_hash: Option<Bytes>,
}

impl Parts {
    fn new() -> Self {
        let proposal = support::signed_proposal();
        let outcome = protos::ProposalResponsePayload::decode(support::response_payload(&proposal)).unwrap();
        Self {
            channel_header: Message::decode(proposal.header.channel_header.clone()).unwrap(),
            signature_header: Message::decode(proposal.header.signature_header.clone()).unwrap(),
            action_header: None,
            actions: 1,
            input: Message::decode(proposal.payload_without_transient.clone()).unwrap(),
            action: Message::decode(outcome.extension).unwrap(),
            proposal_hash: None,
        }
    }

    fn encode(self) -> Bytes {
        let bytes = |message: Vec<u8>| Bytes::from(message);
        let channel_header = bytes(self.channel_header.encode_to_vec());
        let signature_header = bytes(self.signature_header.encode_to_vec());
        let input = bytes(self.input.encode_to_vec());
        let hash = folio_crypto::sha256(&[&channel_header, &signature_header, &input]);
        let outcome = protos::ProposalResponsePayload {
            proposal_hash: self.proposal_hash.unwrap_or_else(|| Bytes::copy_from_slice(&hash)),
            extension: bytes(self.action.encode_to_vec()),
        };
        let endorsed = protos::ChaincodeEndorsedAction {
            proposal_response_payload: bytes(outcome.encode_to_vec()),
            endorsements: Vec::new(),
        };
        let payload = protos::ChaincodeActionPayload { chaincode_proposal_payload: input, action: Some(endorsed) };
        let action = protos::TransactionAction {
            header: self.action_header.unwrap_or_else(|| signature_header.clone()),
            payload: bytes(payload.encode_to_vec()),
        };
        let transaction = protos::Transaction { actions: vec![action; self.actions] };
        let payload = common::Payload {
            header: Some(common::Header { channel_header, signature_header }),
            data: bytes(transaction.encode_to_vec()),
        };
        folio_wire::encode_envelope(&bytes(payload.encode_to_vec()), &Bytes::from_static(b"signature"))
    }
}

#[test]
fn each_fault_has_fabrics_code() {
    use ValidationCode as Code;
    use folio_proto::kvrwset::{KvMetadataWrite, KvRead, KvrwSet};
    use folio_proto::rwset::{NsReadWriteSet, TxReadWriteSet};
    let garbage = Bytes::from_static(b"\xff\xff\xff");
    let rwset = |namespaces: Vec<NsReadWriteSet>| -> Bytes {
        TxReadWriteSet { data_model: 0, ns_rwset: namespaces }.encode_to_vec().into()
    };
    let namespace = |set: KvrwSet| NsReadWriteSet {
        namespace: "loyalty".to_owned(),
        rwset: set.encode_to_vec().into(),
        collection_hashed_rwset: Vec::new(),
    };
    let read = || KvRead { key: "k".to_owned(), version: None };
    let cases: Vec<(&str, Code, Change)> = vec![
        ("nothing changed", Code::Valid, Box::new(|_| ())),
        ("message type", Code::BadCommonHeader, Box::new(|p| p.channel_header.r#type = 0)),
        ("seek type", Code::BadCommonHeader, Box::new(|p| p.channel_header.r#type = 5)),
        ("config update", Code::UnsupportedTxPayload, Box::new(|p| p.channel_header.r#type = 2)),
        ("epoch", Code::BadCommonHeader, Box::new(|p| p.channel_header.epoch = 1)),
        ("nonce", Code::BadCommonHeader, Box::new(|p| p.signature_header.nonce = Bytes::new())),
        ("creator", Code::BadCommonHeader, Box::new(|p| p.signature_header.creator = Bytes::new())),
        ("other creator", Code::BadProposalTxid, Box::new(|p| p.signature_header.creator = Bytes::from_static(b"x"))),
        ("upper-case id", Code::BadProposalTxid, Box::new(|p| p.channel_header.tx_id.make_ascii_uppercase())),
        ("no action", Code::InvalidEndorserTransaction, Box::new(|p| p.actions = 0)),
        ("two actions", Code::InvalidEndorserTransaction, Box::new(|p| p.actions = 2)),
        ("action header", Code::InvalidEndorserTransaction, Box::new(|p| p.action_header = Some(Bytes::new()))),
        ("proposal hash", Code::InvalidEndorserTransaction, Box::new(|p| p.proposal_hash = Some(vec![0; 32].into()))),
        ("extension", Code::BadHeaderExtension, Box::new(|p| p.channel_header.extension = garbage)),
        ("no extension", Code::InvalidOtherReason, Box::new(|p| p.channel_header.extension = Bytes::new())),
        ("empty action", Code::BadResponsePayload, Box::new(|p| p.action = Default::default())),
        ("no response", Code::BadResponsePayload, Box::new(|p| p.action.response = None)),
        ("results", Code::BadRwset, Box::new(|p| p.action.results = Bytes::from_static(b"\xff"))),
        (
            "namespace twice",
            Code::IllegalWriteset,
            Box::new({
                let twice = rwset(vec![namespace(KvrwSet::default()), namespace(KvrwSet::default())]);
                move |p| p.action.results = twice
            }),
        ),
        (
            "key twice",
            Code::BadRwset,
            Box::new({
                let twice = rwset(vec![namespace(KvrwSet { reads: vec![read(), read()], ..Default::default() })]);
                move |p| p.action.results = twice
            }),
        ),
        (
            "metadata",
            Code::BadRwset,
            Box::new({
                let metadata_writes = vec![KvMetadataWrite::default()];
                let metadata = rwset(vec![namespace(KvrwSet { metadata_writes, ..Default::default() })]);
                move |p| p.action.results = metadata
            }),
        ),
        ("no chaincode", Code::InvalidOtherReason, Box::new(|p| p.action.chaincode_id = None)),
        (
            "other chaincode",
            Code::InvalidChaincode,
            Box::new(|p| p.action.chaincode_id.as_mut().unwrap().name = "other".to_owned()),
        ),
        ("no version", Code::InvalidChaincode, Box::new(|p| p.action.chaincode_id.as_mut().unwrap().version.clear())),
        ("event", Code::InvalidOtherReason, Box::new(|p| p.action.events = Bytes::from_static(b"\xff"))),
        (
            "event of another chaincode",
            Code::InvalidOtherReason,
            Box::new(|p| p.action.events = Bytes::from_static(b"\x0a\x01x")),
        ),
    ];
    for (name, expected, change) in cases {
        assert_eq!(verdict_on(change), expected, "{name}");
    }
    assert_eq!(parse_envelope(&Bytes::new()).unwrap_err().code, Code::NilEnvelope);
    assert_eq!(parse_envelope(&Bytes::from_static(b"\xff")).unwrap_err().code, Code::InvalidOtherReason);
    assert_eq!(parse_envelope(&Bytes::from_static(b"\x0a\x01\xff")).unwrap_err().code, Code::BadPayload);
    assert_eq!(parse_envelope(&Bytes::from_static(b"\x0a\x00")).unwrap_err().code, Code::BadCommonHeader);
}
