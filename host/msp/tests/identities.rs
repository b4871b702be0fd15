//! Who is an identity of an organisation, and what it may do.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use std::sync::Arc;

use bytes::Bytes;
use common::*;
use folio_ca::Validity;
use folio_crypto::{Curve, SigningKey, sha256};
use folio_msp::{IDENTITIES_CACHED_MAX, IDENTITY_BYTES_MAX, MspError, Msps, SigningIdentity};
use folio_types::Role;
use folio_wire::config::{NodeOus, OrganizationalUnit};
use x509_cert::der::Document;

#[test]
fn an_identity_on_any_curve_is_known_when_an_authority_on_any_curve_vouches_for_it() {
    for authority in Curve::ALL {
        let organisation = organisation("AuroraMSP", authority);
        let msps = Msps::new(&[config(&organisation)]).unwrap();
        for curve in Curve::ALL {
            let credential = organisation.enrol(&enrolment(Role::Client), curve, CENTURY).unwrap();
            let der = Document::from_pem(&credential.certificate_pem).unwrap().1;
            let signing = SigningIdentity::new("AuroraMSP", &credential.certificate_pem, credential.key).unwrap();
            let identity = msps.resolve(signing.serialized()).unwrap();
            assert_eq!((identity.msp_id.as_str(), identity.role), ("AuroraMSP", Role::Client));
            assert_eq!(identity.certificate.common_name(), "somebody");
            assert_eq!(identity.certificate.units(), ["client"]);
            assert_eq!(identity.certificate.attributes()["folio.hotels"], "AUR-CITY");
            assert_eq!(identity.certificate.public_key().curve(), curve);
            assert_eq!(identity.fingerprint, sha256(&[der.as_bytes()]));
            assert_eq!(&identity.serialized, signing.serialized());
            let signature = signing.sign(b"two nights");
            assert_eq!(identity.verify(b"two nights", &signature), Ok(()));
            assert!(identity.verify(b"three nights", &signature).is_err());
        }
    }
}

#[test]
fn the_unit_gives_the_role_and_each_role_also_is_a_member() {
    let aurora = organisation("AuroraMSP", Curve::P256);
    for role in [Role::Client, Role::Peer, Role::Admin, Role::Orderer] {
        let identity = resolve(&config(&aurora), &enrol(&aurora, role).certificate_pem).unwrap();
        assert_eq!(identity.role, role);
        for asked in [Role::Member, Role::Client, Role::Peer, Role::Admin, Role::Orderer] {
            assert_eq!(identity.has_role(asked), asked == role || asked == Role::Member, "{role:?} as {asked:?}");
        }
    }
}

#[test]
fn where_roles_are_told_apart_an_identity_has_exactly_one() {
    let aurora = organisation("AuroraMSP", Curve::P256);
    let nobody = enrol(&aurora, Role::Member).certificate_pem;
    assert!(matches!(resolve(&config(&aurora), &nobody), Err(MspError::Roles { units, .. }) if units.is_empty()));

    let mut both = config(&aurora);
    let unit = OrganizationalUnit { name: "client".to_owned(), certificate: Bytes::new() };
    both.node_ous = Some(NodeOus { peer: Some(unit), ..NodeOus::usual() });
    let client = enrol(&aurora, Role::Client).certificate_pem;
    assert!(matches!(resolve(&both, &client), Err(MspError::Roles { .. })));

    let mut flat = config(&aurora);
    flat.node_ous = None;
    for certificate in [nobody, client] {
        assert_eq!(resolve(&flat, &certificate).unwrap().role, Role::Member);
    }
}

#[test]
fn a_unit_may_be_bound_to_the_authority_that_certifies_it() {
    let aurora = organisation("AuroraMSP", Curve::P256);
    let other = organisation("AuroraMSP", Curve::P256);
    let mut bound = config_of("AuroraMSP", &[aurora.identity_authority(), other.identity_authority()]);
    let unit = |name: &str| {
        let certificate = pem(aurora.identity_authority().certificate_pem());
        Some(OrganizationalUnit { name: name.to_owned(), certificate })
    };
    bound.node_ous = Some(NodeOus { client: unit("client"), ..NodeOus::default() });
    assert_eq!(resolve(&bound, &enrol(&aurora, Role::Client).certificate_pem).unwrap().role, Role::Client);
    let elsewhere = resolve(&bound, &enrol(&other, Role::Client).certificate_pem);
    assert!(matches!(elsewhere, Err(MspError::Roles { .. })));
}

#[test]
fn a_listed_administrator_is_one_whatever_its_unit_says() {
    let aurora = organisation("AuroraMSP", Curve::Secp256k1);
    let listed = enrol(&aurora, Role::Client).certificate_pem;
    let mut config = config(&aurora);
    config.admins = vec![pem(&listed)];
    let identity = resolve(&config, &listed).unwrap();
    assert_eq!(identity.role, Role::Admin);
    assert!(identity.has_role(Role::Admin) && identity.has_role(Role::Client) && !identity.has_role(Role::Peer));
    assert_eq!(resolve(&config, &enrol(&aurora, Role::Client).certificate_pem).unwrap().role, Role::Client);

    config.admins = vec![pem(&enrol(&organisation("AuroraMSP", Curve::P256), Role::Admin).certificate_pem)];
    assert!(Msps::new(&[config]).is_err(), "an administrator that nobody vouches for was configured");
}

#[test]
fn expiry_is_a_question_of_its_own() {
    let aurora = organisation("AuroraMSP", Curve::Secp256k1);
    let month = Validity::days(START + 1_000, 30);
    let credential = aurora.enrol(&enrolment(Role::Client), Curve::Secp256k1, month).unwrap();
    let identity = resolve(&config(&aurora), &credential.certificate_pem).unwrap();
    for (moment, expired) in
        [(0, false), (month.not_before, false), (month.not_after, false), (month.not_after + 1, true)]
    {
        assert_eq!(identity.expired_at(moment), expired, "at {moment}");
    }
}

#[test]
fn one_certificate_written_in_two_ways_is_one_identity() {
    let aurora = organisation("AuroraMSP", Curve::P256);
    let plain = enrol(&aurora, Role::Client).certificate_pem;
    let spaced = format!("\n{}\n\n", plain.replace('\n', "\r\n"));
    let (tbs, algorithm, signature) = parts(&plain);
    let other_s = assemble(&tbs, &algorithm, &with_high_s(&signature));
    let msps = Msps::new(&[config(&aurora)]).unwrap();
    let of = |certificate: &str| msps.resolve(&serialized("AuroraMSP", certificate)).unwrap();
    assert_ne!(plain, other_s);
    assert!(of(&plain).is_same(&of(&spaced)) && of(&plain).is_same(&of(&other_s)));
    assert!(!of(&plain).is_same(&of(&enrol(&aurora, Role::Client).certificate_pem)));
}

/// The other form of a P-256 signature whose `r` and `s` are as the ledger wants them.
fn with_high_s(signature: &[u8]) -> Vec<u8> {
    let n = hex::decode("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551").unwrap();
    let at = 4 + usize::from(signature[3]);
    let s = &signature[at + 2..];
    let s = [vec![0; 32 - s.len()], s.to_vec()].concat();
    let (mut high, mut borrow) = (vec![0; 33], 0);
    for i in (0..32).rev() {
        let digit = i16::from(n[i]) - i16::from(s[i]) - borrow;
        borrow = i16::from(digit < 0);
        high[i + 1] = digit.rem_euclid(256) as u8;
    }
    let mut other = [&signature[..at], &[0x02, 33], &high].concat();
    other[1] = (other.len() - 2) as u8;
    other
}

#[test]
fn a_resolved_identity_is_remembered_and_memory_is_bounded() {
    let aurora = organisation("AuroraMSP", Curve::P256);
    let msps = Msps::new(&[config(&aurora)]).unwrap();
    let first = serialized("AuroraMSP", &enrol(&aurora, Role::Client).certificate_pem);
    let identity = msps.resolve(&first).unwrap();
    assert!(Arc::ptr_eq(&identity, &msps.resolve(&first).unwrap()));
    let text = enrol(&aurora, Role::Client).certificate_pem;
    for spaces in 0..=IDENTITIES_CACHED_MAX {
        msps.resolve(&serialized("AuroraMSP", &format!("{text}{}", " ".repeat(spaces)))).unwrap();
    }
    assert!(!Arc::ptr_eq(&identity, &msps.resolve(&first).unwrap()));
}

#[test]
fn identities_of_unknown_organisations_and_of_huge_size_are_refused() {
    let aurora = organisation("AuroraMSP", Curve::P256);
    let msps = Msps::new(&[config(&aurora)]).unwrap();
    let certificate = enrol(&aurora, Role::Client).certificate_pem;
    let unknown = MspError::UnknownMsp { msp_id: "BoreaMSP".to_owned() };
    assert_eq!(msps.resolve(&serialized("BoreaMSP", &certificate)), Err(unknown));
    let huge = serialized("AuroraMSP", &format!("{certificate}{}", " ".repeat(IDENTITY_BYTES_MAX)));
    assert_eq!(msps.resolve(&huge), Err(MspError::TooLarge { length: huge.len(), max: IDENTITY_BYTES_MAX }));
    for garbage in [&b""[..], b"\xff\xff", b"\x12\x01x"] {
        assert!(matches!(msps.resolve(&Bytes::copy_from_slice(garbage)), Err(MspError::Wire(_))));
    }
    let twice = MspError::DuplicateMsp { msp_id: "AuroraMSP".to_owned() };
    assert_eq!(Msps::new(&[config(&aurora), config(&aurora)]).unwrap_err(), twice);
}

#[test]
fn a_key_must_be_that_of_its_certificate() {
    let certificate = enrol(&organisation("AuroraMSP", Curve::P256), Role::Peer).certificate_pem;
    let stranger = SigningKey::generate(Curve::P256).unwrap();
    let error = SigningIdentity::new("AuroraMSP", &certificate, stranger).unwrap_err();
    assert!(matches!(error, MspError::KeyMismatch { .. }), "{error}");
}
