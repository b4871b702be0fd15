//! Distinguished names.

use x509_cert::{
    attr::AttributeTypeAndValue,
    der::{
        Decode, Encode, Tag,
        asn1::Any,
        oid::{ObjectIdentifier, db::rfc4519},
    },
    name::{Name, RdnSequence, RelativeDistinguishedName},
};

use crate::CaError;

/// Longest part of a name (RFC 5280, appendix A: `ub-common-name` and its like).
pub const NAME_CHARS_MAX: usize = 64;

/// Whom a certificate names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// O.
    pub organisation: String,
    /// OU: the role of an identity.
    pub unit: Option<String>,
    /// CN.
    pub common_name: String,
}

impl Subject {
    /// The name, general part first as X.509 has it. Built from parts: text with commas or equals signs stays text.
    pub(crate) fn to_name(&self) -> Result<Name, CaError> {
        let mut sequence = RdnSequence::default();
        let parts = [
            ("organisation", rfc4519::ORGANIZATION_NAME, Some(&self.organisation)),
            ("organisational unit", rfc4519::ORGANIZATIONAL_UNIT_NAME, self.unit.as_ref()),
            ("common name", rfc4519::COMMON_NAME, Some(&self.common_name)),
        ];
        for (field, oid, text) in parts {
            if let Some(text) = text {
                sequence.push(part(field, oid, text)?);
            }
        }
        sequence.to_der().and_then(|der| Name::from_der(&der)).map_err(CaError::der("subject"))
    }
}

fn part(field: &'static str, oid: ObjectIdentifier, text: &str) -> Result<RelativeDistinguishedName, CaError> {
    let length = text.chars().count();
    if length == 0 || length > NAME_CHARS_MAX || text.chars().any(char::is_control) {
        let got = text.chars().take(NAME_CHARS_MAX).collect();
        return Err(CaError::Name { field, got, max: NAME_CHARS_MAX });
    }
    Any::new(Tag::Utf8String, text.as_bytes())
        .and_then(|value| RelativeDistinguishedName::try_from(vec![AttributeTypeAndValue { oid, value }]))
        .map_err(CaError::der("subject"))
}
