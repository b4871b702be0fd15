//! Private keys.

use std::fmt;

use k256::elliptic_curve::pkcs8::{
    AlgorithmIdentifierRef, EncodePrivateKey, LineEnding, ObjectIdentifier, PrivateKeyInfoRef, SecretDocument,
    der::asn1::OctetStringRef,
};
use p256::ecdsa::signature::Signer;
use ring::signature::{Ed25519KeyPair, KeyPair};
use zeroize::Zeroizing;

use crate::{
    Curve, KeyError, PublicKey, backend,
    ecdsa::{Order, Scalars},
};

/// Bytes of a private scalar or seed, on every curve.
const SECRET_BYTES: usize = 32;
/// Draws before giving up on randomness: one in 2^32 draws of P-256 is out of range, fewer on secp256k1.
const DRAWS_MAX: usize = 16;

const PEM_LABEL: &str = "PRIVATE KEY";
const OID_EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const OID_P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
const OID_SECP256K1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.10");
const OID_ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");

/// A private key. It never prints itself, and wipes its memory when dropped where the library beneath does.
pub struct SigningKey {
    secret: Secret,
    public: PublicKey,
}

enum Secret {
    Secp256k1(backend::Secp256k1Secret),
    P256(p256::ecdsa::SigningKey),
    Ed25519 { seed: Zeroizing<[u8; SECRET_BYTES]>, pair: Ed25519KeyPair },
}

impl SigningKey {
    /// A fresh key.
    pub fn generate(curve: Curve) -> Result<Self, KeyError> {
        let mut secret = Zeroizing::new([0; SECRET_BYTES]);
        for _ in 0..DRAWS_MAX {
            getrandom::fill(secret.as_mut_slice()).map_err(|e| KeyError::Random { reason: e.to_string() })?;
            if let Ok(secret) = Secret::new(curve, secret.as_slice()) {
                return Self::new(secret);
            }
        }
        Err(KeyError::Random { reason: format!("{DRAWS_MAX} draws gave no number below the order of {curve}") })
    }

    /// Reads an unencrypted PKCS#8 key in PEM.
    pub fn from_pkcs8_pem(pem: &str) -> Result<Self, KeyError> {
        let (label, document) = SecretDocument::from_pem(pem).map_err(|e| KeyError::Pem { reason: e.to_string() })?;
        if label != PEM_LABEL {
            return Err(KeyError::PemLabel { got: label.to_owned() });
        }
        let info: PrivateKeyInfoRef<'_> = document.decode_msg().map_err(malformed)?;
        let curve = curve_of(&info.algorithm)?;
        let secret = match curve {
            Curve::Secp256k1 => {
                let secret = k256::SecretKey::try_from(info).map_err(malformed)?;
                Secret::new(curve, Zeroizing::new(secret.to_bytes()).as_slice())?
            }
            Curve::P256 => Secret::P256(p256::SecretKey::try_from(info).map_err(malformed)?.into()),
            // The private key is an OCTET STRING of 32 bytes inside of PKCS#8's own OCTET STRING (RFC 8410).
            Curve::Ed25519 => match info.private_key.as_bytes() {
                [0x04, 0x20, seed @ ..] => Secret::new(curve, seed)?,
                _ => return Err(malformed("the seed is no OCTET STRING of 32 bytes")),
            },
        };
        Self::new(secret)
    }

    /// The key as unencrypted PKCS#8 in PEM, as OpenSSL, Go and Node read it.
    pub fn to_pkcs8_pem(&self) -> Result<Zeroizing<String>, KeyError> {
        match &self.secret {
            Secret::Secp256k1(secret) => {
                let secret = k256::SecretKey::from_slice(secret.bytes().as_slice()).map_err(malformed)?;
                secret.to_pkcs8_pem(LineEnding::LF).map_err(malformed)
            }
            Secret::P256(key) => key.to_pkcs8_pem(LineEnding::LF).map_err(malformed),
            Secret::Ed25519 { seed, .. } => {
                let wrapped = Zeroizing::new([&[0x04, 0x20], seed.as_slice()].concat());
                let algorithm = AlgorithmIdentifierRef { oid: OID_ED25519, parameters: None };
                let info = PrivateKeyInfoRef::new(algorithm, OctetStringRef::new(&wrapped).map_err(malformed)?);
                let document = SecretDocument::encode_msg(&info).map_err(malformed)?;
                document.to_pem(PEM_LABEL, LineEnding::LF).map_err(malformed)
            }
        }
    }

    /// Its curve.
    pub const fn curve(&self) -> Curve {
        self.public.curve()
    }

    /// The key that its signatures are checked against.
    pub fn public_key(&self) -> PublicKey {
        self.public.clone()
    }

    /// Signs, in the one form that [`PublicKey::verify`] accepts. All three schemes are deterministic (RFC 6979,
    /// RFC 8032): no randomness is needed and the same message gives the same bytes.
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        match &self.secret {
            Secret::Secp256k1(secret) => secret.sign(message).lowered(&Order::SECP256K1).to_der(),
            Secret::P256(key) => {
                let signature: p256::ecdsa::Signature = key.sign(message);
                let (r, s) = signature.split_bytes();
                Scalars { r: r.into(), s: s.into() }.lowered(&Order::P256).to_der()
            }
            Secret::Ed25519 { pair, .. } => pair.sign(message).as_ref().to_vec(),
        }
    }

    fn new(secret: Secret) -> Result<Self, KeyError> {
        let public = match &secret {
            Secret::Secp256k1(secret) => Ok(PublicKey::of_secp256k1(secret.public())),
            Secret::P256(key) => PublicKey::from_sec1(Curve::P256, key.verifying_key().to_sec1_point(false).as_bytes()),
            Secret::Ed25519 { pair, .. } => PublicKey::from_sec1(Curve::Ed25519, pair.public_key().as_ref()),
        }?;
        Ok(Self { secret, public })
    }
}

impl Secret {
    fn new(curve: Curve, bytes: &[u8]) -> Result<Self, KeyError> {
        Ok(match curve {
            Curve::Secp256k1 => Self::Secp256k1(backend::Secp256k1Secret::new(bytes).map_err(malformed)?),
            Curve::P256 => Self::P256(p256::ecdsa::SigningKey::from_slice(bytes).map_err(malformed)?),
            Curve::Ed25519 => Self::Ed25519 {
                seed: Zeroizing::new(bytes.try_into().map_err(malformed)?),
                pair: Ed25519KeyPair::from_seed_unchecked(bytes).map_err(malformed)?,
            },
        })
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({}, hidden)", self.curve())
    }
}

fn curve_of(algorithm: &AlgorithmIdentifierRef<'_>) -> Result<Curve, KeyError> {
    let parameters = algorithm.parameters.and_then(|it| it.decode_as::<ObjectIdentifier>().ok());
    match (algorithm.oid, parameters) {
        (OID_EC, Some(OID_SECP256K1)) => Ok(Curve::Secp256k1),
        (OID_EC, Some(OID_P256)) => Ok(Curve::P256),
        (OID_ED25519, None) => Ok(Curve::Ed25519),
        (oid, None) => Err(KeyError::UnsupportedPrivateKey { algorithm: oid.to_string() }),
        (oid, Some(curve)) => Err(KeyError::UnsupportedPrivateKey { algorithm: format!("{oid}, curve {curve}") }),
    }
}

fn malformed(reason: impl fmt::Display) -> KeyError {
    KeyError::MalformedPrivateKey { reason: reason.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_private_key_reads_back_what_it_writes_and_signs_the_same() {
        for curve in Curve::ALL {
            let key = SigningKey::generate(curve).unwrap();
            let again = SigningKey::from_pkcs8_pem(&key.to_pkcs8_pem().unwrap()).unwrap();
            assert_eq!(again.public_key(), key.public_key());
            assert_eq!(again.sign(b"folio"), key.sign(b"folio"));
            assert_eq!(key.public_key().verify(b"folio", &key.sign(b"folio")), Ok(()));
        }
    }

    #[test]
    fn a_private_key_does_not_print_itself() {
        for curve in Curve::ALL {
            let key = SigningKey::generate(curve).unwrap();
            assert_eq!(format!("{key:?}"), format!("SigningKey({curve}, hidden)"));
        }
    }

    /// Made by `openssl genpkey`.
    #[test]
    fn keys_of_other_software_are_read() {
        let rows = [
            (
                Curve::Secp256k1,
                "-----BEGIN PRIVATE KEY-----\n\
                 MIGEAgEAMBAGByqGSM49AgEGBSuBBAAKBG0wawIBAQQg06WjjTVgc7aFQDEZbvdn\n\
                 QCJuNPoEcmxUMfDDzirguG2hRANCAARWvUr7xKGsMF+qaymZma17TcAQ4YBNqsCP\n\
                 zfAJ+ysJDyQqE9AWSNZXBhNL92gQsnPFMfQVvyG/ALd8ubBCp0E1\n\
                 -----END PRIVATE KEY-----\n",
                "3056301006072a8648ce3d020106052b8104000a0342000456bd4afbc4a1ac305faa6b299999ad7b4dc010e180\
                 4daac08fcdf009fb2b090f242a13d01648d65706134bf76810b273c531f415bf21bf00b77cb9b042a74135",
            ),
            (
                Curve::P256,
                "-----BEGIN PRIVATE KEY-----\n\
                 MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg4PgVhvFM8zzfbsPe\n\
                 VY61fPcrcBW2NQX9nhUdFXpheFmhRANCAAQyymcEe1IY4QNkMGXvsjTSaF3k1sUg\n\
                 p0nrYRObT5SZ4Km64uFbdI4jktTxTd1j39DZqGwzze483H7iojpLrcYn\n\
                 -----END PRIVATE KEY-----\n",
                "3059301306072a8648ce3d020106082a8648ce3d0301070342000432ca67047b5218e103643065efb234d2685d\
                 e4d6c520a749eb61139b4f9499e0a9bae2e15b748e2392d4f14ddd63dfd0d9a86c33cdee3cdc7ee2a23a4badc627",
            ),
            (
                Curve::Ed25519,
                "-----BEGIN PRIVATE KEY-----\n\
                 MC4CAQAwBQYDK2VwBCIEIGumUevv/haYNg5TZIsAWazPtXFMNzIgWp9+LZSOzj5E\n\
                 -----END PRIVATE KEY-----\n",
                "302a300506032b6570032100333268f1a861487dd02c9b510548d5d07f806596efc77fe43e3888400231396c\
                 ",
            ),
        ];
        for (curve, pem, spki) in rows {
            let key = SigningKey::from_pkcs8_pem(pem).unwrap();
            assert_eq!(key.curve(), curve);
            assert_eq!(hex::encode(key.public_key().to_spki_der()), spki);
            assert_eq!(key.to_pkcs8_pem().unwrap().as_str(), pem);
        }
    }

    #[test]
    fn what_is_no_usable_private_key_says_why() {
        let p384 = "-----BEGIN PRIVATE KEY-----\n\
                    MBcCAQAwEAYHKoZIzj0CAQYFK4EEACIEAA==\n\
                    -----END PRIVATE KEY-----\n";
        let cases = [
            ("", "not PEM"),
            ("-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n", "expected \"PRIVATE KEY\""),
            ("-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n", "malformed"),
            (p384, "1.3.132.0.34"),
        ];
        for (pem, fact) in cases {
            let error = SigningKey::from_pkcs8_pem(pem).unwrap_err().to_string();
            assert!(error.contains(fact), "{pem:?} gave {error}");
        }
    }
}
