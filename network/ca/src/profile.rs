//! The extensions of the three kinds of certificates.

use std::collections::BTreeMap;

use serde::Serialize;
use x509_cert::{
    TbsCertificate,
    builder::{Result as BuilderResult, profile::BuilderProfile},
    der::{
        asn1::{Ia5String, ObjectIdentifier, OctetString},
        oid::db::rfc5280::{ID_KP_CLIENT_AUTH, ID_KP_SERVER_AUTH},
    },
    ext::{
        Extension, Extensions, ToExtension,
        pkix::{
            AuthorityKeyIdentifier, BasicConstraints, ExtendedKeyUsage, KeyUsage, KeyUsages, SubjectAltName,
            SubjectKeyIdentifier, name::GeneralName,
        },
    },
    name::Name,
    spki::SubjectPublicKeyInfoRef,
};

use crate::CaError;

/// Where Fabric's certificate authority keeps an identity's attributes.
const OID_ATTRIBUTES: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.3.4.5.6.7.8.1");

/// What a certificate is for.
pub(crate) enum Kind {
    /// Signs certificates, and has at most so many authorities in a row below itself.
    Authority { subordinates: Option<u8> },
    /// Signs transactions.
    Identity { attributes_json: Option<Vec<u8>> },
    /// Proves a TLS endpoint, as server and as client.
    Server { names: Vec<GeneralName> },
}

/// Names and extensions, for the builder.
pub(crate) struct Profile {
    pub(crate) issuer: Name,
    pub(crate) subject: Name,
    pub(crate) kind: Kind,
}

impl BuilderProfile for Profile {
    fn get_issuer(&self, _subject: &Name) -> Name {
        self.issuer.clone()
    }

    fn get_subject(&self) -> Name {
        self.subject.clone()
    }

    fn build_extensions(
        &self,
        subject_key: SubjectPublicKeyInfoRef<'_>,
        issuer_key: SubjectPublicKeyInfoRef<'_>,
        tbs: &TbsCertificate,
    ) -> BuilderResult<Extensions> {
        let mut extensions = Extensions::new();
        let mut add = |extension: BuilderResult<Extension>| extension.map(|it| extensions.push(it));
        let subject = tbs.subject();
        let (constraints, usage) = match &self.kind {
            Kind::Authority { subordinates } => (
                BasicConstraints { ca: true, path_len_constraint: *subordinates },
                KeyUsages::KeyCertSign | KeyUsages::CRLSign | KeyUsages::DigitalSignature,
            ),
            Kind::Identity { .. } | Kind::Server { .. } => {
                (BasicConstraints { ca: false, path_len_constraint: None }, KeyUsages::DigitalSignature.into())
            }
        };
        // Both are critical: who does not understand them must not trust the certificate.
        add(Ok((true, &constraints).to_extension(subject, &[])?))?;
        add(Ok((true, &KeyUsage(usage)).to_extension(subject, &[])?))?;
        add(Ok(SubjectKeyIdentifier::try_from(subject_key)?.to_extension(subject, &[])?))?;
        if self.issuer != self.subject {
            add(Ok(AuthorityKeyIdentifier::try_from(issuer_key)?.to_extension(subject, &[])?))?;
        }
        match &self.kind {
            Kind::Authority { .. } | Kind::Identity { attributes_json: None } => {}
            // Fabric's extension holds the JSON text itself, not wrapped in any ASN.1 type.
            Kind::Identity { attributes_json: Some(json) } => {
                let extn_value = OctetString::new(json.as_slice())?;
                add(Ok(Extension { extn_id: OID_ATTRIBUTES, critical: false, extn_value }))?;
            }
            Kind::Server { names } => {
                let usage = ExtendedKeyUsage(vec![ID_KP_SERVER_AUTH, ID_KP_CLIENT_AUTH]);
                add(Ok(usage.to_extension(subject, &[])?))?;
                add(Ok(SubjectAltName(names.clone()).to_extension(subject, &[])?))?;
            }
        }
        Ok(extensions)
    }
}

/// Reads a DNS name or an IP address.
pub(crate) fn server_name(text: &str) -> Result<GeneralName, CaError> {
    let refused = || CaError::ServerName { got: text.chars().take(80).collect() };
    if let Ok(address) = text.parse::<std::net::IpAddr>() {
        return Ok(address.into());
    }
    let label_is_sound = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    if text.len() > 253 || !text.split('.').all(label_is_sound) {
        return Err(refused());
    }
    Ia5String::new(text).map(GeneralName::DnsName).map_err(|_| refused())
}

/// The text of Fabric CA's extension; no attributes, no extension.
pub(crate) fn attributes_json(attributes: &BTreeMap<String, String>) -> Result<Option<Vec<u8>>, CaError> {
    #[derive(Serialize)]
    struct Attributes<'a> {
        attrs: &'a BTreeMap<String, String>,
    }
    if attributes.is_empty() {
        return Ok(None);
    }
    serde_json::to_vec(&Attributes { attrs: attributes })
        .map(Some)
        .map_err(|e| CaError::Encoding { what: "attributes", reason: e.to_string() })
}
