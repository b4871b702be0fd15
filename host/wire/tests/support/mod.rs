//! A transaction made of fixed inputs, for tests that need a whole one.
#![allow(clippy::unwrap_used, reason = "a test stops where it fails")]
#![allow(dead_code, reason = "each test binary uses a part")]

use std::collections::BTreeMap;

use bytes::Bytes;
use folio_types::{
    CollectionSet, HashedWrite, NamespaceSet, RangeRead, ReadWriteSet, TxId, Version, Write, implicit_collection,
};
use folio_wire::{
    ChaincodeEvent, ChaincodeId, Endorsement, NewProposal, Response, SerializedIdentity, SignedProposal, Timestamp,
    build_envelope_payload, build_response_payload, encode_envelope, encode_rwset,
};

pub(crate) fn creator() -> Bytes {
    SerializedIdentity { msp_id: "AuroraMSP".to_owned(), id_bytes: Bytes::from_static(b"a certificate") }.encode()
}

pub(crate) fn endorser(msp_id: &str) -> Bytes {
    SerializedIdentity { msp_id: msp_id.to_owned(), id_bytes: Bytes::from_static(b"a peer's certificate") }.encode()
}

pub(crate) fn new_proposal() -> NewProposal {
    NewProposal {
        creator: creator(),
        channel_id: "folio".to_owned(),
        chaincode: "loyalty".to_owned(),
        args: vec![Bytes::from_static(b"stay.post"), Bytes::from_static(b"{\"request_id\":\"1\"}")],
        transient: BTreeMap::from([("stay".to_owned(), Bytes::from_static(b"{}"))]),
        timestamp: Timestamp { seconds: 1_435_708_800, nanos: 5 },
        nonce: Bytes::from_static(b"twenty-four random bytes"),
    }
}

pub(crate) fn signed_proposal() -> SignedProposal {
    new_proposal().sign(|_| b"the client's signature".to_vec()).unwrap()
}

pub(crate) fn rwset() -> ReadWriteSet {
    let results = vec![("lot~1".to_owned(), Version::new(3, 0)), ("lot~2".to_owned(), Version::new(3, 1))];
    let collection = CollectionSet {
        reads: BTreeMap::from([([1; 32], None)]),
        writes: BTreeMap::from([([1; 32], HashedWrite::Put([2; 32])), ([3; 32], HashedWrite::Delete)]),
        private_set_hash: Some([4; 32]),
    };
    let part = NamespaceSet {
        reads: BTreeMap::from([
            ("account".to_owned(), Some(Version::new(7, 2))),
            ("genesis".to_owned(), Some(Version::new(0, 0))),
            ("nothing".to_owned(), None),
        ]),
        ranges: vec![RangeRead { start: "lot~".to_owned(), end: "lot~\u{7f}".to_owned(), exhausted: true, results }],
        writes: BTreeMap::from([
            ("account".to_owned(), Write::Put(Bytes::from_static(b"\x01value"))),
            ("gone".to_owned(), Write::Delete),
        ]),
        collections: BTreeMap::from([(implicit_collection("AuroraMSP"), collection)]),
    };
    let only_read = NamespaceSet { reads: BTreeMap::from([("key".to_owned(), None)]), ..Default::default() };
    let namespaces = BTreeMap::from([("_lifecycle".to_owned(), only_read), ("loyalty".to_owned(), part)]);
    ReadWriteSet { namespaces }
}

pub(crate) fn event(tx_id: TxId) -> ChaincodeEvent {
    ChaincodeEvent {
        chaincode: "loyalty".to_owned(),
        tx_id: tx_id.to_string(),
        name: "stay.posted".to_owned(),
        payload: Bytes::from_static(b"[]"),
    }
}

pub(crate) fn response() -> Response {
    Response { status: 200, message: String::new(), payload: Bytes::from_static(b"{\"outcome\":\"posted\"}") }
}

pub(crate) fn response_payload(proposal: &SignedProposal) -> Bytes {
    let chaincode = ChaincodeId { name: "loyalty".to_owned(), version: "1.0".to_owned() };
    let event = event(proposal.header.tx_id);
    build_response_payload(&proposal.hash(), encode_rwset(&rwset()), Some(&event), &response(), &chaincode)
}

pub(crate) fn endorsements() -> Vec<Endorsement> {
    let endorsement =
        |msp_id| Endorsement { endorser: endorser(msp_id), signature: Bytes::from_static(b"an endorser's signature") };
    vec![endorsement("AuroraMSP"), endorsement("BoreaMSP")]
}

pub(crate) fn envelope() -> Bytes {
    let proposal = signed_proposal();
    let payload = build_envelope_payload(&proposal, &response_payload(&proposal), &endorsements());
    encode_envelope(&payload, &Bytes::from_static(b"the client's signature"))
}
