//! The outer shape that certificates and revocation lists share: content, algorithm, signature.

use folio_crypto::{Curve, PublicKey, SignatureError, low_s, sha256};
use folio_types::Digest;
use x509_cert::{
    der::{
        Decode, Document, Reader, SliceReader,
        asn1::{BitStringRef, ObjectIdentifier},
    },
    spki::AlgorithmIdentifierRef,
};

use crate::MspError;

const OID_ECDSA_WITH_SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.2");
const OID_ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");

const TAG_BIT_STRING: u8 = 0x03;
const TAG_SEQUENCE: u8 = 0x30;
const NO_SPARE_BITS: &[u8] = &[0];

/// Something signed, with the bytes that were signed as they came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Signed {
    /// The signed part, header included.
    pub(crate) content: Vec<u8>,
    /// The signature scheme as it stands behind the content, header included.
    pub(crate) algorithm: Vec<u8>,
    /// The scheme's name.
    pub(crate) algorithm_oid: ObjectIdentifier,
    signature: Vec<u8>,
}

impl Signed {
    /// Reads one PEM block with the given label and nothing after it but white space.
    pub(crate) fn from_pem(what: &'static str, expected: &'static str, pem: &[u8]) -> Result<Self, MspError> {
        let refused = |reason: String| MspError::Pem { what, expected, reason };
        let text = std::str::from_utf8(pem).map_err(|_| refused("it is not text".to_owned()))?.trim();
        if text.is_empty() {
            return Err(refused("it is empty".to_owned()));
        }
        let (label, document) = Document::from_pem(text).map_err(|e| refused(e.to_string()))?;
        if label != expected {
            return Err(refused(format!("the block is labelled {label:?}")));
        }
        Self::from_der(document.as_bytes()).map_err(|reason| MspError::Malformed { what, reason: reason.to_string() })
    }

    fn from_der(der: &[u8]) -> x509_cert::der::Result<Self> {
        let mut reader = SliceReader::new(der)?;
        let signed = reader.sequence(|inner| {
            let content = inner.tlv_bytes()?.to_vec();
            let algorithm = inner.tlv_bytes()?;
            let signature = BitStringRef::decode(inner)?;
            Ok::<_, x509_cert::der::Error>(Self {
                content,
                algorithm: algorithm.to_vec(),
                algorithm_oid: AlgorithmIdentifierRef::from_der(algorithm)?.oid,
                // A signature is whole bytes; with spare bits it is none, and then fails as such.
                signature: signature.as_bytes().unwrap_or_default().to_vec(),
            })
        })?;
        reader.finish()?;
        Ok(signed)
    }

    /// Whether the scheme is the one that keys on this curve sign with.
    pub(crate) fn fits(&self, curve: Curve) -> bool {
        match curve {
            Curve::Secp256k1 | Curve::P256 => self.algorithm_oid == OID_ECDSA_WITH_SHA256,
            Curve::Ed25519 => self.algorithm_oid == OID_ED25519,
        }
    }

    /// Whether `key` signed the content.
    pub(crate) fn verify(&self, key: &PublicKey) -> Result<(), SignatureError> {
        key.verify_certificate(&self.content, &self.signature)
    }

    /// SHA-256 over the whole in DER, with the low form of an ECDSA signature by an authority on `curve`: the other
    /// form, which anybody can compute, must not look like another certificate.
    pub(crate) fn fingerprint(&self, curve: Curve) -> Digest {
        let signature = low_s(curve, &self.signature);
        let bits = [&header(TAG_BIT_STRING, 1 + signature.len()), NO_SPARE_BITS, &signature].concat();
        let whole = self.content.len() + self.algorithm.len() + bits.len();
        sha256(&[&header(TAG_SEQUENCE, whole), &self.content, &self.algorithm, &bits])
    }
}

/// Tag and length in DER.
fn header(tag: u8, length: usize) -> Vec<u8> {
    let digits: Vec<u8> = length.to_be_bytes().into_iter().skip_while(|byte| *byte == 0).collect();
    match digits.as_slice() {
        [] => vec![tag, 0],
        [short @ 0..0x80] => vec![tag, *short],
        long => [&[tag, 0x80 | long.len() as u8], long].concat(),
    }
}
