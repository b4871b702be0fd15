//! What is encoded is read again, whatever it is.
#![allow(clippy::unwrap_used, reason = "a test stops where it fails")]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use bytes::Bytes;
use folio_types::{
    ApplicationPolicy, CollectionSet, ConfigPolicy, HashedWrite, MetaRule, NamespaceSet, PrivateSet, RangeRead,
    ReadWriteSet, Role, SignaturePolicy, SignatureRule, ValidationCode, Version, Write,
};
use folio_wire::config::{
    Acls, AnchorPeer, AnchorPeers, BatchSize, BatchTimeout, BlockDataHashingStructure, Capabilities, Config,
    ConfigGroup, ConsensusType, Consortium, Endpoints, HashingAlgorithm, MspConfig, NodeOus, OrdererAddresses, Setting,
    config_of_block, genesis_block,
};
use folio_wire::{
    Block, BlockSigning, Body, SeekInfo, SeekPosition, SeekRequest, Timestamp, decode_application_policy,
    decode_private_set, decode_rwset, encode_application_policy, encode_private_set, encode_rwset, parse_envelope,
    parse_signed_proposal, private_writes_hash, written_collections,
};
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use prost::Message;

fn version() -> impl Strategy<Value = Version> {
    (any::<u64>(), any::<u64>()).prop_map(|(block, tx)| Version::new(block, tx))
}

fn write() -> impl Strategy<Value = Write> {
    prop_oneof![vec(any::<u8>(), 1..20).prop_map(|value| Write::Put(value.into())), Just(Write::Delete)]
}

fn range() -> impl Strategy<Value = RangeRead> {
    (".{0,8}", ".{0,8}", any::<bool>(), vec((".{0,8}", version()), 0..4))
        .prop_map(|(start, end, exhausted, results)| RangeRead { start, end, exhausted, results })
}

fn collection() -> impl Strategy<Value = CollectionSet> {
    let hashed = prop_oneof![any::<[u8; 32]>().prop_map(HashedWrite::Put), Just(HashedWrite::Delete)];
    (
        btree_map(any::<[u8; 32]>(), option::of(version()), 0..3),
        btree_map(any::<[u8; 32]>(), hashed, 0..3),
        option::of(any::<[u8; 32]>()),
    )
        .prop_map(|(reads, writes, private_set_hash)| CollectionSet { reads, writes, private_set_hash })
}

fn namespace() -> impl Strategy<Value = NamespaceSet> {
    (
        btree_map(".{0,8}", option::of(version()), 0..4),
        vec(range(), 0..3),
        btree_map(".{0,8}", write(), 0..4),
        btree_map(".{0,8}", collection(), 0..3),
    )
        .prop_map(|(reads, ranges, writes, collections)| NamespaceSet { reads, ranges, writes, collections })
}

fn rule(principals: usize) -> impl Strategy<Value = SignatureRule> {
    (0..principals).prop_map(SignatureRule::SignedBy).prop_recursive(4, 16, 4, |inner| {
        (0usize..5, vec(inner, 0..4)).prop_map(|(n, rules)| SignatureRule::NOutOf { n, rules })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn read_write_sets(namespaces in btree_map(".{0,8}", namespace(), 0..3)) {
        let set = ReadWriteSet { namespaces };
        let encoded = encode_rwset(&set);
        let collections = set.namespaces.values().flat_map(|set| &set.collections);
        let written = collections.filter(|(_, set)| !set.writes.is_empty()).map(|(name, _)| name.clone());
        prop_assert_eq!(written_collections(&encoded).unwrap(), written.collect());
        prop_assert_eq!(decode_rwset(&encoded).unwrap(), set);
    }

    #[test]
    fn private_sets(collections in btree_map((".{1,4}", ".{1,4}"), btree_map(".{1,4}", write(), 1..3), 0..5)) {
        let set = PrivateSet { collections };
        prop_assert_eq!(decode_private_set(&encode_private_set(&set)).unwrap(), set);
    }

    #[test]
    fn endorsement_policies(rule in rule(3)) {
        let mut policy = SignaturePolicy::n_of(0, &["AuroraMSP", "BoreaMSP", "CedarMSP"], Role::Peer);
        policy.rule = rule;
        let policy = ApplicationPolicy::Signature(policy);
        prop_assert_eq!(decode_application_policy(&encode_application_policy(&policy)).unwrap(), policy);
    }

    #[test]
    fn blocks(
        number in any::<u64>(),
        previous_hash in option::of(any::<[u8; 32]>()),
        data in vec(vec(any::<u8>(), 0..30).prop_map(Bytes::from), 0..4),
    ) {
        let mut block = Block::new(number, previous_hash, data);
        block.set_verdicts(&[ValidationCode::Valid, ValidationCode::MvccReadConflict]);
        block.set_commit_hash(&[9; 32]);
        let read = Block::decode(&block.encode()).unwrap();
        prop_assert_eq!(&read, &block);
        read.check_data_hash().unwrap();
        prop_assert_eq!(read.commit_hash().unwrap(), Some([9; 32]));
        prop_assert_eq!(read.verdict(1), Some(ValidationCode::MvccReadConflict));
        prop_assert_eq!(read.verdict(2), None);
    }
}

#[test]
fn a_rule_may_name_only_the_principals_that_stand_beside_it() {
    let mut policy = SignaturePolicy::n_of(1, &["AuroraMSP"], Role::Peer);
    policy.rule = SignatureRule::SignedBy(1);
    assert!(decode_application_policy(&encode_application_policy(&ApplicationPolicy::Signature(policy))).is_err());
}

#[test]
fn a_proposal_says_what_the_client_asked() {
    let asked = support::new_proposal();
    let encoded: Bytes = support::signed_proposal().to_message().encode_to_vec().into();
    let proposal = parse_signed_proposal(&encoded).unwrap();
    assert_eq!(proposal.args, asked.args);
    assert_eq!(proposal.transient, asked.transient);
    assert_eq!(proposal.header.channel_id, asked.channel_id);
    assert_eq!(proposal.header.chaincode, asked.chaincode);
    assert_eq!(proposal.header.creator, asked.creator);
    assert_eq!(proposal.header.nonce, asked.nonce);
    assert_eq!(proposal.header.timestamp(), asked.timestamp);
    assert_eq!(proposal.header.tx_id, folio_wire::tx_id(&asked.nonce, &asked.creator));
}

#[test]
fn the_transient_part_is_not_hashed() {
    let mut other = support::new_proposal();
    other.transient.clear();
    let other = other.sign(|_| vec![1]).unwrap();
    assert_ne!(other.proposal_bytes, support::signed_proposal().proposal_bytes);
    assert_eq!(other.hash(), support::signed_proposal().hash());
}

#[test]
fn a_transaction_says_what_was_endorsed() {
    let (envelope, body) = parse_envelope(&support::envelope()).unwrap();
    let Body::Endorser(transaction) = body else { panic!("not a transaction") };
    let proposal = support::signed_proposal();
    assert_eq!(envelope.header.channel_id, "folio");
    assert_eq!(envelope.signature, "the client's signature");
    assert_eq!(transaction.tx_id, proposal.header.tx_id);
    assert_eq!(transaction.response_payload, support::response_payload(&proposal));
    assert_eq!(transaction.endorsements, support::endorsements());
    assert_eq!(transaction.chaincode.name, "loyalty");
    assert_eq!(transaction.chaincode.version, "1.0");
    assert_eq!(transaction.rwset, support::rwset());
    assert_eq!(transaction.event, Some(support::event(proposal.header.tx_id)));
    assert_eq!(transaction.response, support::response());
}

#[test]
fn an_endorser_counts_once_in_an_envelope() {
    let proposal = support::signed_proposal();
    let twice = [support::endorsements(), support::endorsements()].concat();
    let outcome = support::response_payload(&proposal);
    assert_eq!(
        folio_wire::build_envelope_payload(&proposal, &outcome, &twice),
        folio_wire::build_envelope_payload(&proposal, &outcome, &support::endorsements()),
    );
}

#[test]
fn values_are_slices_of_what_was_received() {
    let bytes = support::envelope();
    let within = |part: &Bytes| bytes.as_ptr_range().contains(&part.as_ptr());
    let (envelope, Body::Endorser(transaction)) = parse_envelope(&bytes).unwrap() else { panic!("not a transaction") };
    assert!(within(&envelope.payload) && within(&envelope.header.creator) && within(&transaction.results));
    let Write::Put(value) = &transaction.rwset.namespaces["loyalty"].writes["account"] else { panic!("deleted") };
    assert!(within(value));
}

#[test]
fn a_private_write_without_a_value_deletes() {
    let put_nothing = BTreeMap::from([("k".to_owned(), Write::Put(Bytes::new()))]);
    let deleted = BTreeMap::from([("k".to_owned(), Write::Delete)]);
    assert_eq!(private_writes_hash(&put_nothing), private_writes_hash(&deleted));
}

#[test]
fn a_request_for_blocks_says_what_was_asked() {
    let seek = SeekInfo {
        stop: SeekPosition::Newest,
        fail_if_not_ready: true,
        best_effort: true,
        headers_only: true,
        ..SeekInfo::from(7)
    };
    let payload = seek.payload("folio", &support::creator(), Timestamp { seconds: 1, nanos: 2 }, Bytes::new());
    let message = folio_proto::common::Envelope { payload, signature: Bytes::from_static(b"s") };
    let request = SeekRequest::parse(message).unwrap();
    assert_eq!(request.seek, seek);
    assert_eq!(request.header.channel_id, "folio");
    assert_eq!(request.header.timestamp, Some(Timestamp { seconds: 1, nanos: 2 }));
    assert!(request.header.nonce.is_empty());
    for position in [SeekPosition::Oldest, SeekPosition::Newest, SeekPosition::Number(0), SeekPosition::NextCommit] {
        assert_eq!(SeekPosition::from_message(position.to_message()).unwrap(), position);
    }
}

#[test]
fn an_orderer_signs_value_header_and_block_header() {
    let mut block = Block::new(5, Some([1; 32]), vec![support::envelope()]);
    let nonce = Bytes::from_static(b"nonce");
    let signing = BlockSigning::new(3, Bytes::from_static(b"term"), &support::creator(), &nonce);
    let signed = signing.signed_bytes(&block);
    assert!(signed.ends_with(&block.header_der()));
    signing.finish(&mut block, Bytes::from_static(b"signature"));
    let metadata = Block::decode(&block.encode()).unwrap().orderer_metadata().unwrap();
    assert_eq!(metadata.last_config, 3);
    assert_eq!(metadata.consenter_metadata, "term");
    let [signature] = &metadata.signatures[..] else { panic!("not one signature") };
    assert_eq!(signature.creator, support::creator());
    assert_eq!(signature.signature, "signature");
    assert_eq!(metadata.signed_bytes(signature, &block), signed);
}

fn settings_round_trip<S: Setting + PartialEq + std::fmt::Debug>(setting: &S) {
    assert_eq!(S::decode(&setting.encode()).unwrap(), *setting, "{}", S::NAME);
}

fn msp() -> MspConfig {
    MspConfig {
        msp_id: "AuroraMSP".to_owned(),
        root_certs: vec![Bytes::from_static(b"root")],
        tls_root_certs: vec![Bytes::from_static(b"tls root")],
        revocation_lists: vec![Bytes::from_static(b"list")],
        node_ous: Some(NodeOus::usual()),
        accepts_secp256k1: true,
        ..Default::default()
    }
}

#[test]
fn settings_are_read_again() {
    settings_round_trip(&BatchSize { envelopes_max: 500, bytes_max: 10_000_000, preferred_bytes_max: 2_000_000 });
    settings_round_trip(&BatchTimeout(Duration::from_millis(200)));
    settings_round_trip(&ConsensusType { name: "solo".to_owned(), metadata: Bytes::from_static(b"m") });
    settings_round_trip(&OrdererAddresses(vec!["localhost:7050".to_owned()]));
    settings_round_trip(&Endpoints(vec!["localhost:7050".to_owned()]));
    settings_round_trip(&Capabilities(BTreeSet::from(["V2_0".to_owned()])));
    settings_round_trip(&Acls(BTreeMap::from([(
        "peer/Propose".to_owned(),
        "/Channel/Application/Writers".to_owned(),
    )])));
    settings_round_trip(&AnchorPeers(vec![AnchorPeer { host: "localhost".to_owned(), port: 7051 }]));
    settings_round_trip(&Consortium("Folio".to_owned()));
    settings_round_trip(&HashingAlgorithm);
    settings_round_trip(&BlockDataHashingStructure);
    settings_round_trip(&msp());
    settings_round_trip(&MspConfig { msp_id: "Plain".to_owned(), ..Default::default() });
}

#[test]
fn a_genesis_block_carries_the_configuration() {
    let mut organisation = ConfigGroup { mod_policy: "Admins".to_owned(), ..Default::default() };
    organisation.set(&msp(), "Admins");
    let members = SignaturePolicy::n_of(1, &["AuroraMSP"], Role::Member);
    organisation.set_policy("Readers", ConfigPolicy::Signature(members), "Admins");
    let mut application = ConfigGroup::default();
    application.groups.insert("Aurora".to_owned(), organisation);
    let meta = ConfigPolicy::ImplicitMeta { sub_policy: "Endorsement".to_owned(), rule: MetaRule::Majority };
    application.set_policy("Endorsement", meta, "Admins");
    let mut channel = ConfigGroup::default();
    channel.set(&HashingAlgorithm, "Admins");
    channel.groups.insert("Application".to_owned(), application);
    let config = Config { sequence: 0, channel };

    let nonce = Bytes::from_static(b"nonce");
    let block = genesis_block("folio", &config, Timestamp { seconds: 1, nanos: 0 }, &nonce);
    assert_eq!(block, genesis_block("folio", &config, Timestamp { seconds: 1, nanos: 0 }, &nonce));
    assert_eq!((block.number, block.previous_hash), (0, None));
    let read = Block::decode(&block.encode()).unwrap();
    assert!(read.orderer_metadata().unwrap().signatures.is_empty());
    assert_eq!(read.commit_hash().unwrap(), None);
    let (channel_id, read) = config_of_block(&read).unwrap();
    assert_eq!(channel_id, "folio");
    assert_eq!(read, config);
    let organisation = read.channel.group(&["Application", "Aurora"]).unwrap();
    assert_eq!(organisation.setting::<MspConfig>().unwrap(), Some(msp()));
    assert_eq!(organisation.setting::<AnchorPeers>().unwrap(), None);
}
