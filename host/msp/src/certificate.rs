//! A certificate, read once.

use std::collections::BTreeMap;

use folio_crypto::PublicKey;
use x509_cert::{
    TbsCertificate, Version,
    der::{
        Decode, Encode,
        asn1::ObjectIdentifier,
        oid::db::rfc4519::{COMMON_NAME, ORGANIZATIONAL_UNIT_NAME},
    },
    ext::pkix::{KeyUsage, name::DirectoryString},
    name::Name,
    time::Time,
};

use crate::{MspError, extensions::Extensions, signed::Signed};

/// How errors call it.
pub(crate) const WHAT: &str = "certificate";
const PEM_LABEL: &str = "CERTIFICATE";

/// A certificate whose encoding is sound. Whether anybody vouches for it is another question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    signed: Signed,
    subject: String,
    subject_der: Vec<u8>,
    issuer: String,
    issuer_der: Vec<u8>,
    common_name: String,
    units: Vec<String>,
    serial: Vec<u8>,
    not_before: i64,
    not_after: i64,
    key: PublicKey,
    extensions: Extensions,
}

impl Certificate {
    /// Reads one certificate in PEM.
    pub fn from_pem(pem: &[u8]) -> Result<Self, MspError> {
        let signed = Signed::from_pem(WHAT, PEM_LABEL, pem)?;
        let tbs = TbsCertificate::from_der(&signed.content).map_err(malformed)?;
        let subject = tbs.subject().to_string();
        if tbs.version() != Version::V3 {
            return Err(MspError::Unfit { subject, reason: "is not of version 3" });
        }
        if tbs.signature().to_der().map_err(malformed)? != signed.algorithm {
            return Err(MspError::Unfit { subject, reason: "names two signature algorithms" });
        }
        let spki = tbs.subject_public_key_info().to_der().map_err(malformed)?;
        let key =
            PublicKey::from_spki_der(&spki).map_err(|source| MspError::Key { subject: subject.clone(), source })?;
        Ok(Self {
            extensions: Extensions::read(&subject, tbs.extensions().map_or(&[], Vec::as_slice))?,
            subject_der: tbs.subject().to_der().map_err(malformed)?,
            issuer: tbs.issuer().to_string(),
            issuer_der: tbs.issuer().to_der().map_err(malformed)?,
            common_name: texts(tbs.subject(), COMMON_NAME)?.into_iter().next().unwrap_or_default(),
            units: texts(tbs.subject(), ORGANIZATIONAL_UNIT_NAME)?,
            serial: tbs.serial_number().as_bytes().to_vec(),
            not_before: unix_seconds(tbs.validity().not_before),
            not_after: unix_seconds(tbs.validity().not_after),
            subject,
            key,
            signed,
        })
    }

    /// The subject as text (RFC 4514).
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// The issuer as text (RFC 4514).
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// CN of the subject, empty if it has none.
    pub fn common_name(&self) -> &str {
        &self.common_name
    }

    /// All OU of the subject.
    pub fn units(&self) -> &[String] {
        &self.units
    }

    /// The serial number, big-endian.
    pub fn serial(&self) -> &[u8] {
        &self.serial
    }

    /// First second of validity, unix time.
    pub const fn not_before(&self) -> i64 {
        self.not_before
    }

    /// Last second of validity, unix time.
    pub const fn not_after(&self) -> i64 {
        self.not_after
    }

    /// The holder's key.
    pub const fn public_key(&self) -> &PublicKey {
        &self.key
    }

    /// Attributes from Fabric CA's extension.
    pub const fn attributes(&self) -> &BTreeMap<String, String> {
        &self.extensions.attributes
    }

    pub(crate) const fn signed(&self) -> &Signed {
        &self.signed
    }

    pub(crate) const fn path_length(&self) -> Option<u8> {
        self.extensions.path_length
    }

    pub(crate) fn issued_by(&self, authority: &Self) -> bool {
        self.issuer_der == authority.subject_der
    }

    pub(crate) fn has_subject(&self, name_der: &[u8]) -> bool {
        self.subject_der == name_der
    }

    /// Whether it may issue certificates, and says so in both of the places that must.
    pub(crate) fn check_authority(&self) -> Result<(), MspError> {
        if !self.extensions.authority {
            return self.unfit("is not that of an authority (basic constraints)");
        }
        if !self.extensions.key_usage.as_ref().is_some_and(KeyUsage::key_cert_sign) {
            return self.unfit("may not sign certificates (key usage)");
        }
        Ok(())
    }

    /// Whether it may sign revocation lists.
    pub(crate) fn may_sign_lists(&self) -> bool {
        self.extensions.key_usage.as_ref().is_some_and(KeyUsage::crl_sign)
    }

    /// Whether it may sign transactions.
    pub(crate) fn check_identity(&self) -> Result<(), MspError> {
        if self.extensions.authority {
            return self.unfit("is that of an authority, not of an identity");
        }
        if self.extensions.key_usage.as_ref().is_some_and(|usage| !usage.digital_signature()) {
            return self.unfit("may not sign (key usage)");
        }
        Ok(())
    }

    pub(crate) fn unfit<T>(&self, reason: &'static str) -> Result<T, MspError> {
        Err(MspError::Unfit { subject: self.subject.clone(), reason })
    }
}

fn texts(name: &Name, oid: ObjectIdentifier) -> Result<Vec<String>, MspError> {
    name.iter()
        .filter(|part| part.oid == oid)
        .map(|part| DirectoryString::try_from(&part.value).map(|text| text.value().into_owned()).map_err(malformed))
        .collect()
}

fn unix_seconds(time: Time) -> i64 {
    i64::try_from(time.to_unix_duration().as_secs()).unwrap_or(i64::MAX)
}

fn malformed(reason: x509_cert::der::Error) -> MspError {
    MspError::Malformed { what: WHAT, reason: reason.to_string() }
}
