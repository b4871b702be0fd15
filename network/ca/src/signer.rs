//! Our keys in the terms of the certificate builder.

use folio_crypto::{Curve, SigningKey};
use signature::{Keypair, Signer};
use x509_cert::{
    der::{
        Document,
        asn1::{BitString, ObjectIdentifier},
    },
    spki::{
        self, AlgorithmIdentifierOwned, DynSignatureAlgorithmIdentifier, EncodePublicKey, SignatureBitStringEncoding,
    },
};

const OID_ECDSA_WITH_SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.2");
const OID_ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");

/// Signs certificates and revocation lists.
pub(crate) struct CertificateSigner<'a>(pub(crate) &'a SigningKey);

impl CertificateSigner<'_> {
    /// The name of the signature scheme.
    pub(crate) fn algorithm(&self) -> AlgorithmIdentifierOwned {
        let oid = match self.0.curve() {
            Curve::Secp256k1 | Curve::P256 => OID_ECDSA_WITH_SHA256,
            Curve::Ed25519 => OID_ED25519,
        };
        AlgorithmIdentifierOwned { oid, parameters: None }
    }
}

/// A public key as DER SubjectPublicKeyInfo.
#[derive(Clone)]
pub(crate) struct Spki(Vec<u8>);

/// A finished signature.
pub(crate) struct SignatureBytes(Vec<u8>);

impl Keypair for CertificateSigner<'_> {
    type VerifyingKey = Spki;

    fn verifying_key(&self) -> Spki {
        Spki(self.0.public_key().to_spki_der())
    }
}

impl EncodePublicKey for Spki {
    fn to_public_key_der(&self) -> spki::Result<Document> {
        Ok(Document::try_from(self.0.as_slice())?)
    }
}

impl DynSignatureAlgorithmIdentifier for CertificateSigner<'_> {
    fn signature_algorithm_identifier(&self) -> spki::Result<AlgorithmIdentifierOwned> {
        Ok(self.algorithm())
    }
}

impl Signer<SignatureBytes> for CertificateSigner<'_> {
    fn try_sign(&self, message: &[u8]) -> Result<SignatureBytes, signature::Error> {
        Ok(SignatureBytes(self.0.sign(message)))
    }
}

impl SignatureBitStringEncoding for SignatureBytes {
    fn to_bitstring(&self) -> x509_cert::der::Result<BitString> {
        BitString::from_bytes(&self.0)
    }
}
