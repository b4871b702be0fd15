//! One certificate authority: a key, its certificate, and what it issues.

use std::{collections::BTreeMap, path::Path};

use folio_crypto::{Curve, KeyError, PublicKey, SigningKey, read_key_file, write_key_file};
use folio_types::Role;
use x509_cert::{
    Certificate, Version,
    builder::{Builder, CertificateBuilder},
    crl::{CertificateList, RevokedCert, TbsCertList},
    der::{Decode, DecodePem, Encode, EncodePem, asn1::BitString, pem::LineEnding},
    ext::{
        Extensions, ToExtension,
        pkix::{AuthorityKeyIdentifier, CrlNumber},
    },
    serial_number::SerialNumber,
    spki::{SubjectPublicKeyInfoOwned, SubjectPublicKeyInfoRef},
};

use crate::{
    CaError, Subject, Validity,
    profile::{Kind, Profile, attributes_json, server_name},
    signer::{CertificateSigner, SignatureBytes},
    validity::{to_time, to_unix_seconds},
};

/// Random bytes of a serial number (CA/Browser Forum asks for 8, RFC 5280 allows 20).
const SERIAL_BYTES: usize = 16;

/// What an identity is to be called and to carry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enrolment {
    /// CN.
    pub common_name: String,
    /// Becomes the OU; [`Role::Member`] gives none.
    pub role: Role,
    /// Become Fabric CA's attributes extension.
    pub attributes: BTreeMap<String, String>,
}

/// A key with the certificate that lets it issue others.
#[derive(Debug)]
pub struct Authority {
    key: SigningKey,
    certificate: Certificate,
    pem: String,
}

impl Authority {
    /// A new root on the given curve.
    pub fn root(subject: &Subject, curve: Curve, validity: Validity) -> Result<Self, CaError> {
        let key = SigningKey::generate(curve)?;
        let name = subject.to_name()?;
        let profile = Profile { issuer: name.clone(), subject: name, kind: Kind::Authority { subordinates: None } };
        let certificate = build(profile, &key.public_key(), validity, &key)?;
        Self::new(key, certificate)
    }

    /// A new authority under this one; it cannot have authorities below itself.
    pub fn subordinate(&self, subject: &Subject, curve: Curve, validity: Validity) -> Result<Self, CaError> {
        let key = SigningKey::generate(curve)?;
        let kind = Kind::Authority { subordinates: Some(0) };
        let certificate = self.issue(subject, kind, &key.public_key(), validity)?;
        Self::new(key, certificate)
    }

    /// A certificate, in PEM, for an identity whose key was made elsewhere.
    pub fn issue_identity(
        &self,
        organisation: &str,
        enrolment: &Enrolment,
        key: &PublicKey,
        validity: Validity,
    ) -> Result<String, CaError> {
        let subject = Subject {
            organisation: organisation.to_owned(),
            unit: unit_of(enrolment.role).map(str::to_owned),
            common_name: enrolment.common_name.clone(),
        };
        let kind = Kind::Identity { attributes_json: attributes_json(&enrolment.attributes)? };
        pem_of(&self.issue(&subject, kind, key, validity)?)
    }

    /// A certificate, in PEM, for a TLS endpoint under the given DNS names and IP addresses.
    pub fn issue_server(
        &self,
        subject: &Subject,
        names: &[&str],
        key: &PublicKey,
        validity: Validity,
    ) -> Result<String, CaError> {
        if names.is_empty() {
            return Err(CaError::NoServerName);
        }
        let names = names.iter().map(|name| server_name(name)).collect::<Result<_, _>>()?;
        pem_of(&self.issue(subject, Kind::Server { names }, key, validity)?)
    }

    /// A list, in PEM, that revokes the certificates with these serial numbers (big-endian, as in the certificate).
    pub fn revocation_list(&self, serials: &[&[u8]], number: u32, issued: i64) -> Result<String, CaError> {
        let encoding = CaError::der("revocation list");
        let this_update = to_time(issued).ok_or(CaError::Validity { not_before: issued, not_after: issued })?;
        let revoked = serials
            .iter()
            .map(|serial| {
                let serial_number: SerialNumber = SerialNumber::new(serial)?;
                Ok(RevokedCert { serial_number, revocation_date: this_update, crl_entry_extensions: None })
            })
            .collect::<Result<Vec<_>, _>>()
            .map_err(&encoding)?;
        let issuer = self.certificate.tbs_certificate().subject();
        let spki = self.key.public_key().to_spki_der();
        let key_id = SubjectPublicKeyInfoRef::try_from(spki.as_slice())
            .map_err(|e| CaError::Encoding { what: "revocation list", reason: e.to_string() })
            .and_then(|spki| AuthorityKeyIdentifier::try_from(spki).map_err(&encoding))?;
        let number = CrlNumber::try_from(number).map_err(&encoding)?;
        let extensions: Extensions = vec![
            number.to_extension(issuer, &[]).map_err(&encoding)?,
            key_id.to_extension(issuer, &[]).map_err(&encoding)?,
        ];
        let signer = CertificateSigner(&self.key);
        let tbs_cert_list = TbsCertList {
            version: Version::V2,
            signature: signer.algorithm(),
            issuer: issuer.clone(),
            this_update,
            next_update: None,
            revoked_certificates: Some(revoked).filter(|it| !it.is_empty()),
            crl_extensions: Some(extensions),
        };
        let signature = self.key.sign(&tbs_cert_list.to_der().map_err(&encoding)?);
        let signature = BitString::from_bytes(&signature).map_err(&encoding)?;
        let list = CertificateList { tbs_cert_list, signature_algorithm: signer.algorithm(), signature };
        list.to_pem(LineEnding::LF).map_err(encoding)
    }

    /// The authority's own certificate, in PEM.
    pub fn certificate_pem(&self) -> &str {
        &self.pem
    }

    /// Writes `<stem>.pem` and `<stem>.key` into a folder that only its owner can open.
    pub fn save(&self, folder: &Path, stem: &str) -> Result<(), CaError> {
        write_key_file(&folder.join(format!("{stem}.key")), self.key.to_pkcs8_pem()?.as_bytes())?;
        let path = folder.join(format!("{stem}.pem"));
        std::fs::write(&path, &self.pem).map_err(|source| CaError::Io { action: "write", path, source })
    }

    /// Reads what [`Authority::save`] wrote; both files must belong together.
    pub fn load(folder: &Path, stem: &str) -> Result<Self, CaError> {
        let key = SigningKey::from_pkcs8_pem(&read_key_file(&folder.join(format!("{stem}.key")))?)?;
        let path = folder.join(format!("{stem}.pem"));
        let pem = std::fs::read_to_string(&path).map_err(|source| CaError::Io {
            action: "read",
            path: path.clone(),
            source,
        })?;
        let certificate = Certificate::from_pem(&pem)
            .map_err(|e| CaError::Certificate { path: path.clone(), reason: e.to_string() })?;
        let spki = certificate.tbs_certificate().subject_public_key_info().to_der();
        if spki.map_err(CaError::der("public key"))? != key.public_key().to_spki_der() {
            return Err(CaError::KeyMismatch { path });
        }
        Ok(Self { key, certificate, pem })
    }

    pub(crate) fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    fn new(key: SigningKey, certificate: Certificate) -> Result<Self, CaError> {
        let pem = pem_of(&certificate)?;
        Ok(Self { key, certificate, pem })
    }

    fn issue(
        &self,
        subject: &Subject,
        kind: Kind,
        key: &PublicKey,
        validity: Validity,
    ) -> Result<Certificate, CaError> {
        let own = self.certificate.tbs_certificate();
        let Validity { not_before, not_after } = validity;
        let (from, until) = (to_unix_seconds(own.validity().not_before), to_unix_seconds(own.validity().not_after));
        // An interval that is none is refused as such when the certificate is built.
        if not_before < not_after && (not_before < from || not_after > until) {
            return Err(CaError::OutsideAuthority { not_before, not_after, from, until });
        }
        let profile = Profile { issuer: own.subject().clone(), subject: subject.to_name()?, kind };
        build(profile, key, validity, &self.key)
    }
}

/// The organisational unit that says which role an identity has.
const fn unit_of(role: Role) -> Option<&'static str> {
    match role {
        Role::Member => None,
        Role::Admin => Some("admin"),
        Role::Client => Some("client"),
        Role::Peer => Some("peer"),
        Role::Orderer => Some("orderer"),
    }
}

fn build(profile: Profile, key: &PublicKey, validity: Validity, signer: &SigningKey) -> Result<Certificate, CaError> {
    let spki = SubjectPublicKeyInfoOwned::from_der(&key.to_spki_der()).map_err(CaError::der("public key"))?;
    let builder = CertificateBuilder::new(profile, random_serial()?, validity.to_x509()?, spki)
        .map_err(CaError::encoding("certificate"))?;
    builder.build::<_, SignatureBytes>(&CertificateSigner(signer)).map_err(CaError::encoding("certificate"))
}

fn random_serial() -> Result<SerialNumber, CaError> {
    let mut bytes = [0; SERIAL_BYTES];
    getrandom::fill(&mut bytes).map_err(|e| KeyError::Random { reason: e.to_string() })?;
    // Positive, and never shorter than it looks.
    bytes[0] = bytes[0] & 0x3f | 0x40;
    SerialNumber::new(&bytes).map_err(CaError::der("serial number"))
}

fn pem_of(certificate: &Certificate) -> Result<String, CaError> {
    certificate.to_pem(LineEnding::LF).map_err(CaError::der("certificate"))
}
