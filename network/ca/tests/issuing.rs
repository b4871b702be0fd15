//! What the authorities issue, as other software sees it.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::{collections::BTreeMap, fs::Permissions, os::unix::fs::PermissionsExt, sync::Arc};

use folio_ca::{CaError, Credential, Enrolment, Organisation, Validity};
use folio_crypto::{Curve, KeyFileError};
use folio_types::Role;
use rustls::{
    ClientConfig, ClientConnection, RootCertStore, ServerConfig, ServerConnection,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, ServerName, pem::PemObject},
};
use x509_cert::{Certificate, der::DecodePem};

/// 2020 to 2120: the TLS library looks at the clock.
const CENTURY: Validity = Validity::days(1_577_836_800, 36_500);

fn organisation() -> Organisation {
    Organisation::create("AuroraMSP", Curve::Secp256k1, CENTURY).unwrap()
}

fn enrolment(common_name: &str) -> Enrolment {
    Enrolment { common_name: common_name.to_owned(), role: Role::Client, attributes: BTreeMap::new() }
}

/// Both ends of a TLS connection in memory; the client expects `name` and both present certificates.
fn handshake(authority: &str, server: &Credential, name: &str) -> Result<(), rustls::Error> {
    let chain = || vec![CertificateDer::from_pem_slice(server.certificate_pem.as_bytes()).unwrap()];
    let key = || PrivateKeyDer::from_pem_slice(server.key.to_pkcs8_pem().unwrap().as_bytes()).unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(authority.as_bytes()).unwrap()).unwrap();
    let roots = Arc::new(roots);
    let provider = Arc::new(ring::default_provider());
    let clients = rustls::server::WebPkiClientVerifier::builder_with_provider(roots.clone(), provider.clone());
    let server = ServerConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()?
        .with_client_cert_verifier(clients.build().unwrap())
        .with_single_cert(chain(), key())?;
    let client = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_client_auth_cert(chain(), key())?;
    let name = ServerName::try_from(name.to_owned()).unwrap();
    let mut client = ClientConnection::new(Arc::new(client), name)?;
    let mut server = ServerConnection::new(Arc::new(server))?;
    while client.is_handshaking() || server.is_handshaking() {
        let mut bytes = Vec::new();
        client.write_tls(&mut bytes).unwrap();
        server.read_tls(&mut bytes.as_slice()).unwrap();
        server.process_new_packets()?;
        bytes.clear();
        server.write_tls(&mut bytes).unwrap();
        client.read_tls(&mut bytes.as_slice()).unwrap();
        client.process_new_packets()?;
    }
    Ok(())
}

#[test]
fn a_tls_endpoint_is_trusted_under_each_of_its_names_and_no_other() {
    let organisation = organisation();
    let names = ["peer0.aurora.example", "localhost", "127.0.0.1", "::1"];
    let server = organisation.issue_server("peer0", &names, CENTURY).unwrap();
    let authority = organisation.tls_authority().certificate_pem();
    for name in names {
        handshake(authority, &server, name).unwrap();
    }
    for other in ["peer1.aurora.example", "127.0.0.2"] {
        assert!(matches!(handshake(authority, &server, other), Err(rustls::Error::InvalidCertificate(_))));
    }
    let stranger = self::organisation();
    assert!(handshake(stranger.tls_authority().certificate_pem(), &server, "localhost").is_err());
}

#[test]
fn an_expired_tls_endpoint_is_not_trusted() {
    let organisation = organisation();
    let expired = organisation.issue_server("peer0", &["localhost"], Validity::days(1_577_836_800, 30)).unwrap();
    assert!(handshake(organisation.tls_authority().certificate_pem(), &expired, "localhost").is_err());
}

#[test]
fn an_organisation_comes_back_from_its_folder_and_goes_on_issuing() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("aurora");
    let created = organisation();
    created.save(&folder).unwrap();
    for (file, mode) in [("", 0o700), ("identity-ca.key", 0o600), ("tls-ca.key", 0o600)] {
        let permissions = std::fs::metadata(folder.join(file)).unwrap().permissions();
        assert_eq!(permissions.mode() & 0o7777, mode, "{file}");
    }

    let loaded = Organisation::load(&folder).unwrap();
    assert_eq!(loaded.msp_id(), "AuroraMSP");
    assert_eq!(loaded.identity_authority().certificate_pem(), created.identity_authority().certificate_pem());
    let server = loaded.issue_server("peer0", &["localhost"], CENTURY).unwrap();
    handshake(created.tls_authority().certificate_pem(), &server, "localhost").unwrap();

    let credentials = root.path().join("user");
    let user = loaded.enrol(&enrolment("user"), Curve::Ed25519, CENTURY).unwrap();
    user.save(&credentials).unwrap();
    let again = Credential::load(&credentials).unwrap();
    assert_eq!(again.certificate_pem, user.certificate_pem);
    assert_eq!(again.key.public_key(), user.key.public_key());

    std::fs::set_permissions(folder.join("tls-ca.key"), Permissions::from_mode(0o644)).unwrap();
    assert!(matches!(Organisation::load(&folder), Err(CaError::KeyFile(KeyFileError::TooOpen { .. }))));
    std::fs::set_permissions(folder.join("tls-ca.key"), Permissions::from_mode(0o600)).unwrap();
    std::fs::copy(folder.join("identity-ca.pem"), folder.join("tls-ca.pem")).unwrap();
    assert!(matches!(Organisation::load(&folder), Err(CaError::KeyMismatch { .. })));
}

#[test]
fn what_cannot_stand_in_a_certificate_is_refused_with_the_fact() {
    let organisation = organisation();
    for bad in ["", "line\nbreak", &"x".repeat(65)] {
        let error = organisation.enrol(&enrolment(bad), Curve::P256, CENTURY).unwrap_err();
        assert!(matches!(error, CaError::Name { field: "common name", .. }), "{error}");
    }
    for bad in ["", "-peer", "peer..example", "peer 0", "pèer", &"x".repeat(64)] {
        let error = organisation.issue_server("peer0", &[bad], CENTURY).unwrap_err();
        assert!(matches!(error, CaError::ServerName { .. }), "{error}");
    }
    assert!(matches!(organisation.issue_server("peer0", &[], CENTURY), Err(CaError::NoServerName)));
    for (not_before, not_after) in [(5, 5), (6, 5), (0, -1)] {
        let validity = Validity { not_before, not_after };
        let error = organisation.enrol(&enrolment("user"), Curve::P256, validity).unwrap_err();
        assert!(matches!(error, CaError::Validity { .. }), "{error}");
    }
    let Validity { not_before, not_after } = CENTURY;
    for (not_before, not_after) in [(not_before, not_after + 1), (not_before - 1, not_after), (-1, 5)] {
        let validity = Validity { not_before, not_after };
        let error = organisation.enrol(&enrolment("user"), Curve::P256, validity).unwrap_err();
        assert!(matches!(error, CaError::OutsideAuthority { .. }), "{error}");
    }
    let never = Validity { not_before: 0, not_after: i64::MAX };
    assert!(matches!(Organisation::create("X", Curve::P256, never), Err(CaError::Validity { .. })));
}

#[test]
fn signs_of_syntax_in_a_name_stay_text() {
    let organisation = organisation();
    let name = "a,OU=admin/CN=b+\\ \"c\";#=ü";
    let pem = organisation.enrol(&enrolment(name), Curve::P256, CENTURY).unwrap().certificate_pem;
    let certificate = Certificate::from_pem(pem).unwrap();
    let subject = certificate.tbs_certificate().subject();
    assert_eq!(subject.len(), 3);
    assert_eq!(subject.common_name().unwrap().unwrap().value(), name);
}

#[test]
fn serial_numbers_do_not_repeat() {
    let organisation = organisation();
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..50 {
        let pem = organisation.enrol(&enrolment("user"), Curve::Ed25519, CENTURY).unwrap().certificate_pem;
        let certificate = Certificate::from_pem(pem).unwrap();
        assert!(seen.insert(certificate.tbs_certificate().serial_number().as_bytes().to_vec()));
    }
}
