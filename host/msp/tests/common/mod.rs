//! A consortium to resolve identities of, and tools to forge certificates.
#![allow(dead_code, clippy::unwrap_used, reason = "each test file uses its part")]

use std::collections::BTreeMap;

use bytes::Bytes;
use folio_ca::{Authority, Credential, Enrolment, Organisation, Subject, Validity};
use folio_crypto::{Curve, SigningKey};
use folio_msp::{Certificate, MspError, Msps};
use folio_types::Role;
use folio_wire::{
    SerializedIdentity,
    config::{MspConfig, NodeOus},
};
use x509_cert::der::{Decode, Document, Encode, asn1::BitString, pem::LineEnding};

/// 2020-01-01 and about 100 years.
pub(crate) const START: i64 = 1_577_836_800;
pub(crate) const CENTURY: Validity = Validity::days(START, 36_500);

pub(crate) fn organisation(msp_id: &str, curve: Curve) -> Organisation {
    Organisation::create(msp_id, curve, CENTURY).unwrap()
}

pub(crate) fn enrolment(role: Role) -> Enrolment {
    let attributes = BTreeMap::from([
        ("folio.role".to_owned(), "pms".to_owned()),
        ("folio.hotels".to_owned(), "AUR-CITY".to_owned()),
    ]);
    Enrolment { common_name: "somebody".to_owned(), role, attributes }
}

pub(crate) fn enrol(organisation: &Organisation, role: Role) -> Credential {
    organisation.enrol(&enrolment(role), Curve::P256, CENTURY).unwrap()
}

pub(crate) fn subject(common_name: &str) -> Subject {
    Subject { organisation: "AuroraMSP".to_owned(), unit: None, common_name: common_name.to_owned() }
}

pub(crate) fn config(organisation: &Organisation) -> MspConfig {
    config_of(organisation.msp_id(), &[organisation.identity_authority()])
}

pub(crate) fn config_of(msp_id: &str, roots: &[&Authority]) -> MspConfig {
    MspConfig {
        msp_id: msp_id.to_owned(),
        root_certs: roots.iter().map(|root| pem(root.certificate_pem())).collect(),
        node_ous: Some(NodeOus::usual()),
        accepts_secp256k1: true,
        ..MspConfig::default()
    }
}

pub(crate) fn pem(text: &str) -> Bytes {
    Bytes::copy_from_slice(text.as_bytes())
}

pub(crate) fn serialized(msp_id: &str, certificate_pem: &str) -> Bytes {
    SerializedIdentity { msp_id: msp_id.to_owned(), id_bytes: pem(certificate_pem) }.encode()
}

/// Resolves one certificate of AuroraMSP under one configuration.
pub(crate) fn resolve(
    config: &MspConfig,
    certificate_pem: &str,
) -> Result<std::sync::Arc<folio_msp::Identity>, MspError> {
    Msps::new(std::slice::from_ref(config))?.resolve(&serialized(&config.msp_id, certificate_pem))
}

pub(crate) fn serial(certificate_pem: &str) -> Vec<u8> {
    Certificate::from_pem(certificate_pem.as_bytes()).unwrap().serial().to_vec()
}

/// The key of an authority, as somebody who stole its folder has it.
pub(crate) fn key_of(authority: &Authority) -> SigningKey {
    let folder = tempfile::tempdir().unwrap();
    let private = folder.path().join("ca");
    folio_crypto::create_private_folder(&private).unwrap();
    authority.save(&private, "ca").unwrap();
    SigningKey::from_pkcs8_pem(&folio_crypto::read_key_file(&private.join("ca.key")).unwrap()).unwrap()
}

/// Replaces bytes inside of the signed part of a certificate, which must stand there exactly once, and signs anew.
pub(crate) fn forged(certificate_pem: &str, from: &[u8], to: &[u8], key: &SigningKey) -> String {
    let (tbs, algorithm, _) = parts(certificate_pem);
    let at: Vec<usize> = (0..tbs.len() - from.len()).filter(|at| tbs[*at..].starts_with(from)).collect();
    assert_eq!((at.len(), from.len()), (1, to.len()), "{from:02x?}");
    let mut forged = tbs.clone();
    forged[at[0]..at[0] + to.len()].copy_from_slice(to);
    let signature = key.sign(&forged);
    assemble(&forged, &algorithm, &signature)
}

/// Content, algorithm and signature of a certificate.
pub(crate) fn parts(certificate_pem: &str) -> (Vec<u8>, Vec<u8>, Vec<u8>) {
    let (_, document) = Document::from_pem(certificate_pem).unwrap();
    let certificate = x509_cert::Certificate::from_der(document.as_bytes()).unwrap();
    (
        certificate.tbs_certificate().to_der().unwrap(),
        certificate.signature_algorithm().to_der().unwrap(),
        certificate.signature().raw_bytes().to_vec(),
    )
}

pub(crate) fn assemble(tbs: &[u8], algorithm: &[u8], signature: &[u8]) -> String {
    let bits = BitString::from_bytes(signature).unwrap().to_der().unwrap();
    let body = [tbs, algorithm, &bits].concat();
    let length = u16::try_from(body.len()).unwrap().to_be_bytes();
    let der = if length[0] == 0 {
        [&[0x30, 0x81, length[1]], body.as_slice()].concat()
    } else {
        [&[0x30, 0x82, length[0], length[1]], body.as_slice()].concat()
    };
    Document::try_from(der.as_slice()).unwrap().to_pem("CERTIFICATE", LineEnding::LF).unwrap()
}
