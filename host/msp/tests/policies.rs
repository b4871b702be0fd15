//! From signatures to policies, with real identities.
#![allow(clippy::unwrap_used)]

mod common;

use common::*;
use folio_ca::Organisation;
use folio_crypto::Curve;
use folio_msp::{Msps, SignedData, SigningIdentity, satisfied, valid_signers};
use folio_types::{Role, SignaturePolicy};

/// Who signed what.
type Signed<'a> = (&'a SigningIdentity, &'a [u8]);

fn signer(organisation: &Organisation, role: Role) -> SigningIdentity {
    let credential = organisation.enrol(&enrolment(role), Curve::Secp256k1, CENTURY).unwrap();
    SigningIdentity::new(organisation.msp_id(), &credential.certificate_pem, credential.key).unwrap()
}

#[test]
fn a_policy_counts_each_identity_once_and_only_those_that_signed() {
    const MESSAGE: &[u8] = b"read-write set";
    let organisations = ["AuroraMSP", "BoreaMSP", "CedarMSP"].map(|id| organisation(id, Curve::P256));
    let msps = Msps::new(&organisations.each_ref().map(config)).unwrap();
    assert_eq!(msps.ids().collect::<Vec<_>>(), ["AuroraMSP", "BoreaMSP", "CedarMSP"]);
    let [aurora, borea, cedar] = organisations.each_ref().map(|it| signer(it, Role::Peer));
    let client = signer(&organisations[2], Role::Client);
    let stranger = signer(&organisation("AuroraMSP", Curve::P256), Role::Peer);

    let two = SignaturePolicy::n_of(2, &["AuroraMSP", "BoreaMSP", "CedarMSP"], Role::Peer);
    let rows: [(&str, Vec<Signed<'_>>, usize, bool); 8] = [
        ("two organisations", vec![(&aurora, MESSAGE), (&borea, MESSAGE)], 2, true),
        ("all", vec![(&aurora, MESSAGE), (&borea, MESSAGE), (&cedar, MESSAGE)], 3, true),
        ("one", vec![(&aurora, MESSAGE)], 1, false),
        ("one twice", vec![(&aurora, MESSAGE), (&aurora, MESSAGE)], 1, false),
        ("one of the wrong role", vec![(&aurora, MESSAGE), (&client, MESSAGE)], 2, false),
        ("one over something else", vec![(&aurora, MESSAGE), (&borea, b"other")], 1, false),
        ("a stranger first", vec![(&stranger, MESSAGE), (&aurora, MESSAGE), (&borea, MESSAGE)], 2, true),
        ("a bad signature before a good one", vec![(&aurora, b"x"), (&borea, MESSAGE), (&aurora, MESSAGE)], 2, true),
    ];
    for (name, signed, count, expected) in rows {
        let signatures: Vec<Vec<u8>> = signed.iter().map(|(who, what)| who.sign(what)).collect();
        let signed: Vec<SignedData<'_>> = signed
            .iter()
            .zip(&signatures)
            .map(|((who, _), signature)| SignedData { identity: who.serialized(), message: MESSAGE, signature })
            .collect();
        let signers = valid_signers(&msps, &signed);
        assert_eq!((signers.len(), satisfied(&two, &signers)), (count, expected), "{name}");
    }
}

/// Endorsements of a real Fabric network verify with the keys in their certificates.
#[test]
fn endorsements_of_real_blocks_verify() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/fabric_golden_blocks.json");
    let Ok(text) = std::fs::read(path) else {
        println!("skipped: {path} is not there");
        return;
    };
    let blocks: serde_json::Value = serde_json::from_slice(&text).unwrap();
    let bytes = |value: &serde_json::Value| hex::decode(value.as_str().unwrap()).unwrap();
    let mut checked = 0;
    for transaction in blocks.as_array().unwrap().iter().flat_map(|block| block["txs"].as_array().unwrap()) {
        for endorsement in transaction["endorsements"].as_array().into_iter().flatten() {
            let endorser = bytes(&endorsement["endorser"]);
            let identity = folio_wire::SerializedIdentity::decode(&endorser.clone().into()).unwrap();
            let certificate = folio_msp::Certificate::from_pem(&identity.id_bytes).unwrap();
            let message = [bytes(&transaction["prp"]), endorser].concat();
            assert_eq!(certificate.public_key().verify(&message, &bytes(&endorsement["signature"])), Ok(()));
            checked += 1;
        }
    }
    assert!(checked > 0);
}
