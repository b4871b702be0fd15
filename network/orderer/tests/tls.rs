//! What the server asks of connections and of its own files.

mod support;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use bytes::Bytes;
use folio_crypto::{Curve, sha256};
use folio_orderer::{Config, OrdererError};
use folio_proto::common::Status;
use folio_types::Role;
use folio_wire::SeekInfo;
use folio_wire::SeekPosition::Newest;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use support::*;

#[tokio::test(flavor = "multi_thread")]
async fn where_clients_need_a_certificate_requests_for_blocks_are_bound_to_it() {
    let consortium = Consortium::new(Cutting::default());
    let mut config = consortium.config();
    let roots = consortium.path("client-roots.pem");
    fs::write(&roots, consortium.aurora.tls_authority().certificate_pem()).unwrap();
    config.tls.client_roots = Some(roots);
    let server = Server::start(config).await;
    let own = consortium.aurora.issue_server("client", &["client"], CENTURY).unwrap();
    let der = CertificateDer::from_pem_slice(own.certificate_pem.as_bytes()).unwrap();
    let client = consortium.client();
    let newest = SeekInfo { start: Newest, stop: Newest, ..SeekInfo::from(0) };
    for (hash, status) in [
        (Bytes::copy_from_slice(&sha256(&[&der])), Status::Success),
        (Bytes::new(), Status::BadRequest),
        (Bytes::from(vec![7; 32]), Status::BadRequest),
    ] {
        let mut connection = server.connect_as(&consortium, Some(&own)).await.unwrap();
        let mut stream = delivering(&mut connection).await;
        let (_, got) = stream.request(seek_at(&client, CHANNEL, newest, now(), hash)).await;
        assert_eq!(got, status);
    }
    // TLS 1.3 tells a client without a certificate only when it first reads.
    let refused = match server.connect_as(&consortium, None).await {
        Ok(mut connection) => connection.broadcast(tokio_stream::iter([envelope(&client, 1)])).await.is_err(),
        Err(_) => true,
    };
    assert!(refused);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn private_keys_that_others_can_read_are_refused() {
    for key in ["identity/key.pem", "tls/key.pem"] {
        let consortium = Consortium::new(Cutting::default());
        fs::set_permissions(consortium.path(key), fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(Server::try_start(consortium.config()).await, Err(OrdererError::KeyFile(_))), "{key}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_are_not_what_they_should_be_are_named() {
    let consortium = Consortium::new(Cutting::default());
    fs::write(consortium.path("rubbish"), b"rubbish").unwrap();
    let other = consortium.path("tls/cert.pem");
    type Spoil = fn(&mut Config, PathBuf);
    let table: [(Spoil, &str); 4] = [
        (|config, path| config.genesis = vec![path], "no genesis block"),
        (|config, path| config.identity.certificate = path, "signing identity"),
        (|config, _| config.genesis = vec!["/nowhere".into()], "/nowhere"),
        (|config, _| config.genesis.push(config.genesis[0].clone()), "twice"),
    ];
    for (spoil, named) in table {
        let mut config = consortium.config();
        spoil(&mut config, consortium.path("rubbish"));
        let error = Server::try_start(config).await.err().unwrap().to_string();
        assert!(error.contains(named), "{error}");
    }
    let mut config = consortium.config();
    config.identity.certificate = other;
    assert!(matches!(Server::try_start(config).await, Err(OrdererError::Identity { .. })));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_identity_whose_blocks_no_peer_would_take_is_refused() {
    let consortium = Consortium::new(Cutting::default());
    for (role, organisation) in [(Role::Client, &consortium.ordering), (Role::Peer, &consortium.aurora)] {
        enrol(organisation, role, Curve::Secp256k1, CENTURY).save(&consortium.path("identity")).unwrap();
        let mut config = consortium.config();
        config.identity.msp_id = organisation.msp_id().to_owned();
        let error = Server::try_start(config).await.err().unwrap().to_string();
        assert!(error.contains("/Channel/Orderer/BlockValidation"), "{error}");
    }
}
