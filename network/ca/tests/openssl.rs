//! OpenSSL, a stranger to this code, trusts what the authorities issue and no longer trusts what they revoke.
#![allow(clippy::unwrap_used)]

use std::{collections::BTreeMap, path::Path, process::Command};

use folio_ca::{Enrolment, Organisation, Validity};
use folio_crypto::Curve;
use folio_types::Role;
use x509_cert::{Certificate, der::DecodePem};

const CENTURY: Validity = Validity::days(1_577_836_800, 36_500);

fn openssl_trusts(folder: &Path, arguments: &[&str]) -> (bool, String) {
    let output = Command::new("openssl").arg("verify").args(arguments).current_dir(folder).output().unwrap();
    (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn openssl_trusts_identities_on_every_curve_until_they_are_revoked() {
    if Command::new("openssl").arg("version").output().is_err() {
        println!("skipped: no openssl on this machine");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    for authority in Curve::ALL {
        let organisation = Organisation::create("AuroraMSP", authority, CENTURY).unwrap();
        write("ca.pem", organisation.identity_authority().certificate_pem());
        for curve in Curve::ALL {
            let attributes = BTreeMap::from([("folio.role".to_owned(), "pms".to_owned())]);
            let enrolment = Enrolment { common_name: "pms1".to_owned(), role: Role::Client, attributes };
            let identity = organisation.enrol(&enrolment, curve, CENTURY).unwrap();
            write("cert.pem", &identity.certificate_pem);
            let (trusted, why) = openssl_trusts(folder.path(), &["-x509_strict", "-CAfile", "ca.pem", "cert.pem"]);
            assert!(trusted, "{curve} by {authority}: {why}");

            let certificate = Certificate::from_pem(&identity.certificate_pem).unwrap();
            let serial = certificate.tbs_certificate().serial_number().as_bytes();
            let lists = [(&[][..], true), (&[serial][..], false)];
            for (serials, expected) in lists {
                let list = organisation.identity_authority().revocation_list(serials, 1, 1_600_000_000).unwrap();
                write("crl.pem", &list);
                let arguments = ["-crl_check", "-CAfile", "ca.pem", "-CRLfile", "crl.pem", "cert.pem"];
                let (trusted, why) = openssl_trusts(folder.path(), &arguments);
                assert_eq!(trusted, expected, "{curve} by {authority}: {why}");
                assert_eq!(why.contains("revoked"), !expected, "{why}");
            }
        }
    }
}
