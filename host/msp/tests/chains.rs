//! Whom an organisation's authorities vouch for, and which certificates are refused.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use common::*;
use folio_ca::{Authority, Validity};
use folio_crypto::Curve;
use folio_msp::{Certificate, MspError, Msps};
use folio_types::Role;
use folio_wire::config::MspConfig;

/// Extension identifiers as DER writes them, with their length.
const OID_KEY_USAGE: &[u8] = &[3, 0x55, 0x1d, 0x0f];
const OID_SUBJECT_KEY: &[u8] = &[3, 0x55, 0x1d, 0x0e];
const OID_UNKNOWN: &[u8] = &[3, 0x55, 0x1d, 0x7f];

#[test]
fn a_certificate_that_was_changed_is_not_believed() {
    for curve in Curve::ALL {
        let aurora = organisation("AuroraMSP", curve);
        let honest = enrol(&aurora, Role::Client).certificate_pem;
        let (mut tbs, algorithm, signature) = parts(&honest);
        let at = tbs.windows(6).position(|bytes| bytes == b"client").unwrap();
        tbs[at..at + 6].copy_from_slice(b"client".map(|b| b ^ 1).as_slice());
        let changed = resolve(&config(&aurora), &assemble(&tbs, &algorithm, &signature));
        assert!(matches!(changed, Err(MspError::NotSigned { .. })), "{changed:?}");
    }
}

#[test]
fn an_authority_of_the_same_name_but_another_key_vouches_for_nobody() {
    for curve in Curve::ALL {
        let (aurora, pretender) = (organisation("AuroraMSP", curve), organisation("AuroraMSP", curve));
        let refused = resolve(&config(&aurora), &enrol(&pretender, Role::Client).certificate_pem);
        assert!(matches!(refused, Err(MspError::NotSigned { .. })), "{refused:?}");
        // While a key is replaced, both authorities are listed and each certificate finds its own.
        let both = config_of("AuroraMSP", &[aurora.identity_authority(), pretender.identity_authority()]);
        for organisation in [&aurora, &pretender] {
            resolve(&both, &enrol(organisation, Role::Client).certificate_pem).unwrap();
        }
    }
    let other_curve = organisation("AuroraMSP", Curve::Ed25519);
    let aurora = organisation("AuroraMSP", Curve::P256);
    let refused = resolve(&config(&aurora), &enrol(&other_curve, Role::Client).certificate_pem);
    assert!(matches!(refused, Err(MspError::Algorithm { curve: Curve::P256, .. })), "{refused:?}");
}

#[test]
fn an_authority_of_another_organisation_is_unknown() {
    let (aurora, borea) = (organisation("AuroraMSP", Curve::P256), organisation("BoreaMSP", Curve::P256));
    let refused = resolve(&config(&aurora), &enrol(&borea, Role::Client).certificate_pem);
    assert!(matches!(refused, Err(MspError::UnknownIssuer { .. })), "{refused:?}");
    // The TLS authority is no authority for identities.
    let tls = aurora.issue_server("peer0", &["localhost"], CENTURY).unwrap().certificate_pem;
    assert!(matches!(resolve(&config(&aurora), &tls), Err(MspError::UnknownIssuer { .. })));
}

#[test]
fn secp256k1_is_accepted_only_where_the_organisation_says_so() {
    let not_allowed = |refused: Result<_, MspError>| {
        matches!(refused, Err(MspError::CurveNotAllowed { curve: Curve::Secp256k1, .. }))
    };
    let aurora = organisation("AuroraMSP", Curve::P256);
    let user = aurora.enrol(&enrolment(Role::Client), Curve::Secp256k1, CENTURY).unwrap().certificate_pem;
    let mut strict = config(&aurora);
    resolve(&strict, &user).unwrap();
    strict.accepts_secp256k1 = false;
    assert!(not_allowed(resolve(&strict, &user).map(drop)));
    resolve(&strict, &enrol(&aurora, Role::Client).certificate_pem).unwrap();

    let mut strict = config(&organisation("AuroraMSP", Curve::Secp256k1));
    strict.accepts_secp256k1 = false;
    assert!(not_allowed(Msps::new(&[strict]).map(drop)), "an authority on secp256k1 was taken");
}

#[test]
fn a_revoked_certificate_is_refused_and_the_others_are_not() {
    for curve in Curve::ALL {
        let aurora = organisation("AuroraMSP", curve);
        let [first, second, third] = [0; 3].map(|_| enrol(&aurora, Role::Client).certificate_pem);
        let list = |serials: &[&[u8]]| pem(&aurora.identity_authority().revocation_list(serials, 1, START).unwrap());
        let mut config = config(&aurora);
        config.revocation_lists = vec![list(&[]), list(&[&serial(&first)]), list(&[&serial(&second)])];
        for revoked in [&first, &second] {
            let refused = resolve(&config, revoked);
            let expected = hex::encode(serial(revoked));
            assert!(matches!(&refused, Err(MspError::Revoked { serial, .. }) if *serial == expected), "{refused:?}");
        }
        resolve(&config, &third).unwrap();
    }
}

#[test]
fn only_an_authority_of_the_organisation_revokes() {
    let (aurora, pretender) = (organisation("AuroraMSP", Curve::P256), organisation("AuroraMSP", Curve::P256));
    let victim = serial(&enrol(&aurora, Role::Client).certificate_pem);
    let mut config = config(&aurora);
    let list = pretender.identity_authority().revocation_list(&[&victim], 1, START).unwrap();
    config.revocation_lists = vec![pem(&list)];
    assert!(matches!(Msps::new(&[config.clone()]), Err(MspError::UnknownListIssuer { .. })));
    config.revocation_lists = vec![pem("no list")];
    assert!(matches!(Msps::new(&[config]), Err(MspError::Pem { .. })));
}

/// A root with an authority below it, as large organisations have.
fn with_intermediate() -> (Authority, Authority, MspConfig) {
    let root = Authority::root(&subject("root"), Curve::Ed25519, CENTURY).unwrap();
    let below = root.subordinate(&subject("below"), Curve::P256, CENTURY).unwrap();
    let mut config = config_of("AuroraMSP", &[&root]);
    config.intermediate_certs = vec![pem(below.certificate_pem())];
    (root, below, config)
}

fn issue(authority: &Authority) -> String {
    let key = folio_crypto::SigningKey::generate(Curve::Secp256k1).unwrap().public_key();
    authority.issue_identity("AuroraMSP", &enrolment(Role::Client), &key, CENTURY).unwrap()
}

#[test]
fn an_authority_below_a_root_vouches_and_its_root_then_no_longer_does() {
    let (root, below, config) = with_intermediate();
    resolve(&config, &issue(&below)).unwrap();
    let by_root = resolve(&config, &issue(&root));
    assert!(matches!(by_root, Err(MspError::Unfit { .. })), "{by_root:?}");
    let unlisted = config_of("AuroraMSP", &[&root]);
    assert!(matches!(resolve(&unlisted, &issue(&below)), Err(MspError::UnknownIssuer { .. })));
}

#[test]
fn a_revoked_authority_takes_all_that_it_issued_with_it() {
    let (root, below, mut config) = with_intermediate();
    let user = issue(&below);
    let list = root.revocation_list(&[&serial(below.certificate_pem())], 1, START).unwrap();
    config.revocation_lists = vec![pem(&list)];
    let refused = resolve(&config, &user);
    assert!(matches!(&refused, Err(MspError::Revoked { subject, .. }) if subject.contains("below")), "{refused:?}");
    // A list of one authority says nothing about the serial numbers of another.
    config.revocation_lists = vec![pem(&root.revocation_list(&[&serial(&user)], 1, START).unwrap())];
    resolve(&config, &user).unwrap();
    config.revocation_lists = vec![pem(&below.revocation_list(&[&serial(&user)], 1, START).unwrap())];
    assert!(matches!(resolve(&config, &user), Err(MspError::Revoked { .. })));
}

#[test]
fn authorities_may_be_listed_in_any_order_but_not_deeper_than_their_path_length_says() {
    let (_, below, mut config) = with_intermediate();
    let deeper = below.subordinate(&subject("deeper"), Curve::P256, CENTURY).unwrap();
    config.intermediate_certs.insert(0, pem(deeper.certificate_pem()));
    let refused = Msps::new(&[config]).unwrap_err();
    assert!(matches!(&refused, MspError::Unfit { subject, .. } if subject.contains("deeper")), "{refused}");
}

#[test]
fn authorities_and_identities_do_not_stand_in_for_each_other() {
    let (root, below, config) = with_intermediate();
    let unfit = |refused: Result<_, MspError>| matches!(refused, Err(MspError::Unfit { .. }));
    assert!(unfit(resolve(&config, below.certificate_pem()).map(drop)), "an authority was taken as identity");
    assert!(unfit(resolve(&config, root.certificate_pem()).map(drop)), "a root was taken as identity");
    let user = issue(&below);
    for field in ["root", "intermediate"] {
        let mut wrong = config.clone();
        if field == "root" {
            wrong.root_certs = vec![pem(&user)];
        } else {
            wrong.intermediate_certs.push(pem(&user));
        }
        assert!(unfit(Msps::new(&[wrong]).map(drop)), "an identity was taken as {field}");
    }
    let mut swapped = config.clone();
    swapped.root_certs = vec![pem(below.certificate_pem())];
    assert!(unfit(Msps::new(&[swapped]).map(drop)), "an authority below a root was taken as root");
    let mut none = config;
    none.root_certs.clear();
    assert_eq!(Msps::new(&[none]).unwrap_err(), MspError::NoRoot { msp_id: "AuroraMSP".to_owned() });
}

#[test]
fn a_certificate_must_begin_while_its_authority_is_valid() {
    let aurora = organisation("AuroraMSP", Curve::P256);
    let key = key_of(aurora.identity_authority());
    let honest = aurora.enrol(&enrolment(Role::Client), Curve::P256, Validity::days(START, 30)).unwrap();
    let early = forged(&honest.certificate_pem, b"200101000000Z", b"191231235959Z", &key);
    let refused = resolve(&config(&aurora), &early);
    assert!(matches!(&refused, Err(MspError::Unfit { .. })), "{refused:?}");
    let later = forged(&honest.certificate_pem, b"200101000000Z", b"200101000001Z", &key);
    resolve(&config(&aurora), &later).unwrap();
}

type Refusal = fn(&MspError) -> bool;

/// Certificates that the authority really signed, but should not have.
#[test]
fn certificates_that_break_the_rules_are_refused_though_signed() {
    let aurora = organisation("AuroraMSP", Curve::P256);
    let key = key_of(aurora.identity_authority());
    let honest = enrol(&aurora, Role::Client).certificate_pem;
    let unfit: Refusal = |error| matches!(error, MspError::Unfit { .. });
    let malformed: Refusal = |error| matches!(error, MspError::Malformed { .. });
    let rows: [(&str, &[u8], &[u8], Refusal); 8] = [
        (
            "unknown critical extension",
            OID_KEY_USAGE,
            OID_UNKNOWN,
            |error| matches!(error, MspError::CriticalExtension { oid, .. } if oid == "2.5.29.127"),
        ),
        ("extension that stands twice", OID_SUBJECT_KEY, OID_KEY_USAGE, malformed),
        ("key that may not sign", &[3, 2, 7, 0x80], &[3, 2, 6, 0x40], unfit),
        ("version 2", &[0xa0, 3, 2, 1, 2], &[0xa0, 3, 2, 1, 1], unfit),
        ("another algorithm inside", &[0x3d, 4, 3, 2], &[0x3d, 4, 3, 3], unfit),
        ("attributes that are not such", b"{\"attrs\"", b"{\"attrz\"", malformed),
        ("attributes that are no JSON", b"{\"attrs\"", b"!\"attrs\"", malformed),
        ("public key off the curve", &[0x03, 0x42, 0x00, 0x04], &[0x03, 0x42, 0x00, 0x06], |error| {
            matches!(error, MspError::Key { .. })
        }),
    ];
    for (name, from, to, expected) in rows {
        let error = resolve(&config(&aurora), &forged(&honest, from, to, &key)).unwrap_err();
        assert!(expected(&error), "{name}: {error}");
    }
    // An unknown extension that is not critical is of no concern.
    resolve(&config(&aurora), &forged(&honest, OID_SUBJECT_KEY, OID_UNKNOWN, &key)).unwrap();
}

#[test]
fn what_is_no_certificate_says_why() {
    let aurora = organisation("AuroraMSP", Curve::P256);
    let honest = enrol(&aurora, Role::Client).certificate_pem;
    let cut = honest.replacen("-----END", "", 1);
    let rows = [
        ("", "empty"),
        (" \n\t", "empty"),
        ("certificate", "not PEM"),
        (cut.as_str(), "not PEM"),
        (&honest.replace("CERTIFICATE", "X509 CRL"), "labelled \"X509 CRL\""),
        (&format!("{honest}{honest}"), "not PEM"),
        (&honest.replacen('M', "*", 1), "not PEM"),
        ("-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n", "malformed"),
        ("-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n", "certificate"),
    ];
    for (text, fact) in rows {
        let error = Certificate::from_pem(text.as_bytes()).unwrap_err().to_string();
        assert!(error.contains(fact), "{text:?} gave {error}");
    }
    assert!(matches!(Certificate::from_pem(&[0xff, 0xfe]), Err(MspError::Pem { .. })));
}
