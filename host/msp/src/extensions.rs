//! The certificate extensions that the ledger looks at.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use x509_cert::{
    der::{
        Decode,
        asn1::ObjectIdentifier,
        oid::{
            AssociatedOid,
            db::rfc5280::{ID_CE_EXT_KEY_USAGE, ID_CE_SUBJECT_ALT_NAME},
        },
    },
    ext::{
        Extension,
        pkix::{BasicConstraints, KeyUsage},
    },
};

use crate::{MspError, certificate::WHAT};

/// Where Fabric's certificate authority keeps an identity's attributes, as JSON text.
const OID_ATTRIBUTES: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.3.4.5.6.7.8.1");

/// What the extensions of a certificate say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Extensions {
    /// Whether the holder may issue certificates.
    pub(crate) authority: bool,
    /// How many authorities may stand in a row below.
    pub(crate) path_length: Option<u8>,
    /// What the key may do; absent means that nothing is said.
    pub(crate) key_usage: Option<KeyUsage>,
    /// Attributes of the identity.
    pub(crate) attributes: BTreeMap<String, String>,
}

impl Extensions {
    /// Reads all extensions; one that is critical and unknown refuses the certificate (RFC 5280, section 4.2).
    pub(crate) fn read(subject: &str, extensions: &[Extension]) -> Result<Self, MspError> {
        let mut read = Self::default();
        let mut seen = BTreeSet::new();
        for extension in extensions {
            if !seen.insert(extension.extn_id) {
                return Err(malformed(format!("extension {} stands twice", extension.extn_id)));
            }
            let value = extension.extn_value.as_bytes();
            match extension.extn_id {
                BasicConstraints::OID => {
                    let constraints = BasicConstraints::from_der(value).map_err(malformed)?;
                    (read.authority, read.path_length) = (constraints.ca, constraints.path_len_constraint);
                }
                KeyUsage::OID => read.key_usage = Some(KeyUsage::from_der(value).map_err(malformed)?),
                OID_ATTRIBUTES => read.attributes = attributes(value)?,
                // Made for TLS, which does not concern the ledger: names and purposes do not limit a signature here.
                ID_CE_EXT_KEY_USAGE | ID_CE_SUBJECT_ALT_NAME => {}
                oid if extension.critical => {
                    return Err(MspError::CriticalExtension { subject: subject.to_owned(), oid: oid.to_string() });
                }
                _ => {}
            }
        }
        Ok(read)
    }
}

fn attributes(json: &[u8]) -> Result<BTreeMap<String, String>, MspError> {
    #[derive(Deserialize)]
    struct Attributes {
        attrs: BTreeMap<String, String>,
    }
    let read: Attributes = serde_json::from_slice(json).map_err(|e| malformed(format!("attributes: {e}")))?;
    Ok(read.attrs)
}

fn malformed(reason: impl ToString) -> MspError {
    MspError::Malformed { what: WHAT, reason: reason.to_string() }
}
