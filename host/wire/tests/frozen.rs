//! Encodings that must never change: blocks already written and signatures already made rest on them.
//!
//! The inputs are those of `support`. A difference here is a fork of every channel, never a reason to edit the table.

mod support;

use std::collections::BTreeMap;

use bytes::Bytes;
use folio_types::{
    ApplicationPolicy, Namespace, PrivateSet, Role, SignaturePolicy, StateWrite, UpdateBatch, ValidationCode, Version,
    Write,
};
use folio_wire::config::{Config, MspConfig, NodeOus, genesis_block};
use folio_wire::{
    Block, BlockSigning, SeekInfo, Timestamp, commit_hash, encode_application_policy, encode_private_set, encode_rwset,
};

fn sha256(bytes: &[u8]) -> Vec<u8> {
    folio_crypto::sha256(&[bytes]).to_vec()
}

fn private_set() -> PrivateSet {
    let writes = BTreeMap::from([
        ("stay".to_owned(), Write::Put(Bytes::from_static(b"salt and stay"))),
        ("gone".to_owned(), Write::Delete),
    ]);
    PrivateSet { collections: BTreeMap::from([(("loyalty".to_owned(), "_implicit_org_AuroraMSP".to_owned()), writes)]) }
}

fn updates() -> UpdateBatch {
    let mut updates = UpdateBatch::default();
    updates.apply(9, 0, &support::rwset());
    let write = StateWrite { value: Some(Bytes::from_static(b"v")), version: Version::new(9, 300) };
    updates.put(Namespace::public("_lifecycle"), Bytes::from_static(b"k"), write);
    updates
}

fn signed_block() -> Block {
    let mut block = Block::new(200, Some([7; 32]), vec![support::envelope()]);
    let nonce = Bytes::from_static(b"nonce of the orderer");
    let signing = BlockSigning::new(3, Bytes::from_static(b"term 1"), &support::endorser("OrdererMSP"), &nonce);
    signing.finish(&mut block, Bytes::from_static(b"the orderer's signature"));
    block.set_verdicts(&[ValidationCode::Valid]);
    block.set_commit_hash(&[8; 32]);
    block
}

fn genesis() -> Block {
    let mut config = Config::default();
    let msp = MspConfig { msp_id: "AuroraMSP".to_owned(), node_ous: Some(NodeOus::usual()), ..Default::default() };
    config.channel.set(&msp, "Admins");
    let timestamp = Timestamp { seconds: 1_435_708_800, nanos: 0 };
    genesis_block("folio", &config, timestamp, &Bytes::from_static(b"nonce of the founder"))
}

#[test]
fn encodings_are_frozen() {
    let proposal = support::signed_proposal();
    let two_of_three = SignaturePolicy::n_of(2, &["AuroraMSP", "BoreaMSP", "CedarMSP"], Role::Peer);
    let seek = SeekInfo::from(7).payload("folio", &support::creator(), proposal.header.timestamp(), Bytes::new());
    let values: [(&str, Vec<u8>); 17] = [
        ("creator", support::creator().to_vec()),
        ("proposal", sha256(&proposal.proposal_bytes)),
        ("transaction id", proposal.header.tx_id.digest().to_vec()),
        ("proposal hash", proposal.hash().to_vec()),
        ("invocation", proposal.payload_without_transient.to_vec()),
        ("read-write set", sha256(&encode_rwset(&support::rwset()))),
        ("private set", encode_private_set(&private_set()).to_vec()),
        ("response payload", sha256(&support::response_payload(&proposal))),
        ("envelope", sha256(&support::envelope())),
        ("endorsement policy", encode_application_policy(&ApplicationPolicy::Signature(two_of_three)).to_vec()),
        ("request for blocks", sha256(&seek)),
        ("commit hash", commit_hash(&[ValidationCode::Valid; 200], &updates(), Some(&[5; 32])).to_vec()),
        ("block header", signed_block().header_der()),
        ("block header hash", signed_block().header_hash().to_vec()),
        ("block", sha256(&signed_block().encode())),
        ("genesis header hash", genesis().header_hash().to_vec()),
        ("genesis", sha256(&genesis().encode())),
    ];
    for ((name, value), (frozen_name, frozen)) in values.iter().zip(FROZEN) {
        assert_eq!(*name, frozen_name);
        assert_eq!(hex::encode(value), frozen, "{name}");
    }
}

/// Long encodings stand as their SHA-256.
const FROZEN: [(&str, &str); 17] = [
    ("creator", "0a094175726f72614d5350120d61206365727469666963617465"),
    ("proposal", "536ab37b6687ea93b1a843fee90702c451f672311735830a940f9af6c6b97e66"),
    ("transaction id", "8413f69cbd1ef0ef8ac6afeef9bf394ce4591c4567661cc643e5d0ababf5cfad"),
    ("proposal hash", "30049c6f44778424ec4c682d7d53b5a45d704c33b9a1448713e2936372f7bf3d"),
    ("invocation", "0a2e0a2c120912076c6f79616c74791a1f0a09737461792e706f73740a127b22726571756573745f6964223a2231227d"),
    ("read-write set", "81c58e190b50efcfa57ebb6e2ce9c02a18c0962d1148867aedf5a204317b05d0"),
    (
        "private set",
        "12470a076c6f79616c7479123c0a175f696d706c696369745f6f72675f4175726f72614d535012211a080a04676f6e6510011a150a04737461791a0d73616c7420616e642073746179",
    ),
    ("response payload", "80b13a5bdfb163376d3aec71af2cb2474bc47b35fca85fe9a5be834649927cea"),
    ("envelope", "5e53618c63a07c1df6ca4d38062f2994d1d15ce069ac5d852830c7bc76ec486d"),
    (
        "endorsement policy",
        "0a431210120e08021202080012020801120208021a0f120d0a094175726f72614d535010031a0e120c0a08426f7265614d535010031a0e120c0a0843656461724d53501003",
    ),
    ("request for blocks", "009f24cf77ca037019eff9cacb67e7ec94118681ad45c21a7b4cde6ef6242b38"),
    ("commit hash", "ab1724b9fae683a82d99d5dd0d872dac6ff2105c7edefb6a7c050d229ce82450"),
    (
        "block header",
        "3048020200c80420070707070707070707070707070707070707070707070707070707070707070704205e53618c63a07c1df6ca4d38062f2994d1d15ce069ac5d852830c7bc76ec486d",
    ),
    ("block header hash", "a1479c24334d1e4fe7c518526eeb57ba0eec506ec5b7737d025c6ea6b8678dc6"),
    ("block", "cd00776fddd204ac1102df9e1ac85b3aa88eac99d0b44e4ab7c643e2e62e31d4"),
    ("genesis header hash", "2161b27731ecf4b267270958bb7efea0cdb0502aab44068dd04bf9166a4b0b5e"),
    ("genesis", "5f0da5cf671ea550fb3ec7b07915f7738feebf4465b98011a426d38185616be8"),
];
