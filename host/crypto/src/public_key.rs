//! Public keys and the acceptance of signatures.

use std::fmt;

use crate::{
    Curve, KeyError, SignatureError, backend,
    ecdsa::{Order, Scalars},
};

/// Bytes of an uncompressed EC point.
const POINT_BYTES: usize = 65;
/// Bytes of a compressed EC point.
const COMPRESSED_POINT_BYTES: usize = 33;
/// Bytes of an Ed25519 point.
const ED25519_POINT_BYTES: usize = 32;
/// Bytes of an Ed25519 signature.
const ED25519_SIGNATURE_BYTES: usize = 64;

/// The `y` of the points whose order divides 8, little-endian. As a key, such a point would let one signature fit many
/// messages.
const ED25519_SMALL_ORDER_Y: [[u8; ED25519_POINT_BYTES]; 5] = [
    little_endian(0x00, 0x00, 0x00),
    little_endian(0x01, 0x00, 0x00),
    little_endian(0xec, 0xff, 0x7f),
    [
        0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5, 0xdf,
        0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05,
    ],
    [
        0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a, 0x20,
        0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a,
    ],
];

/// The field prime of Ed25519, little-endian: a canonical `y` is below it.
const ED25519_PRIME: [u8; ED25519_POINT_BYTES] = little_endian(0xed, 0xff, 0x7f);

/// A key that signatures are checked against.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey(Point);

#[derive(Clone, PartialEq, Eq)]
enum Point {
    Secp256k1(secp256k1::PublicKey),
    P256([u8; POINT_BYTES]),
    Ed25519([u8; ED25519_POINT_BYTES]),
}

impl PublicKey {
    /// Reads a DER SubjectPublicKeyInfo, as it stands in a certificate.
    pub fn from_spki_der(der: &[u8]) -> Result<Self, KeyError> {
        for curve in Curve::ALL {
            if let Some(point) = der.strip_prefix(curve.spki_prefix()) {
                // Inside of a certificate no choice of encodings is left.
                let whole = if curve == Curve::Ed25519 { ED25519_POINT_BYTES } else { POINT_BYTES };
                if point.len() == whole {
                    return Self::from_sec1(curve, point);
                }
            }
        }
        Err(KeyError::UnsupportedPublicKey { length: der.len() })
    }

    /// Reads a bare point: SEC1, compressed or not, for the EC curves; the 32 bytes of RFC 8032 for Ed25519.
    pub fn from_sec1(curve: Curve, bytes: &[u8]) -> Result<Self, KeyError> {
        let invalid = || KeyError::InvalidPoint { curve };
        match curve {
            Curve::Secp256k1 => {
                plain_sec1(bytes).and_then(|it| secp256k1::PublicKey::from_slice(it).ok()).map(Point::Secp256k1)
            }
            Curve::P256 => plain_sec1(bytes)
                .and_then(|it| p256::ecdsa::VerifyingKey::from_sec1_bytes(it).ok())
                .and_then(|key| key.to_sec1_point(false).as_bytes().try_into().ok())
                .map(Point::P256),
            Curve::Ed25519 => bytes.try_into().ok().filter(ed25519_point_is_sound).map(Point::Ed25519),
        }
        .map(Self)
        .ok_or_else(invalid)
    }

    /// A key that the library itself worked out.
    pub(crate) const fn of_secp256k1(point: secp256k1::PublicKey) -> Self {
        Self(Point::Secp256k1(point))
    }

    /// The curve that it lies on.
    pub const fn curve(&self) -> Curve {
        match &self.0 {
            Point::Secp256k1(_) => Curve::Secp256k1,
            Point::P256(_) => Curve::P256,
            Point::Ed25519(_) => Curve::Ed25519,
        }
    }

    /// Accepts or refuses a signature by the one rule of the ledger: strict DER, low `s`, SHA-256 for ECDSA; exactly 64
    /// bytes for Ed25519. Allocates nothing.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), SignatureError> {
        let holds = match &self.0 {
            Point::Secp256k1(point) => {
                backend::secp256k1(point, message, &Scalars::parse(signature, &Order::SECP256K1)?)
            }
            Point::P256(point) => backend::p256(point, message, &Scalars::parse(signature, &Order::P256)?),
            Point::Ed25519(point) => return verify_ed25519(point, message, signature),
        };
        if holds { Ok(()) } else { Err(SignatureError::Mismatch) }
    }

    /// As [`PublicKey::verify`], but takes a high `s` too: for signatures on certificates only, which foreign
    /// authorities make without lowering it. [`low_s`](crate::low_s) gives the form to identify the certificate by.
    pub fn verify_certificate(&self, message: &[u8], signature: &[u8]) -> Result<(), SignatureError> {
        let lowered = |order: &Order| Scalars::parse_any_s(signature, order).map(|it| it.lowered(order));
        let holds = match &self.0 {
            Point::Secp256k1(point) => backend::secp256k1(point, message, &lowered(&Order::SECP256K1)?),
            Point::P256(point) => backend::p256(point, message, &lowered(&Order::P256)?),
            Point::Ed25519(point) => return verify_ed25519(point, message, signature),
        };
        if holds { Ok(()) } else { Err(SignatureError::Mismatch) }
    }

    /// The bare point: uncompressed SEC1 for the EC curves, the 32 bytes of RFC 8032 for Ed25519.
    pub fn sec1_bytes(&self) -> Vec<u8> {
        match &self.0 {
            Point::Secp256k1(point) => point.serialize_uncompressed().to_vec(),
            Point::P256(point) => point.to_vec(),
            Point::Ed25519(point) => point.to_vec(),
        }
    }

    /// The DER SubjectPublicKeyInfo.
    pub fn to_spki_der(&self) -> Vec<u8> {
        [self.curve().spki_prefix(), &self.sec1_bytes()].concat()
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({}, ", self.curve())?;
        self.sec1_bytes().iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
        f.write_str(")")
    }
}

/// Whether `signature` (strict DER, low `s`) over SHA-256 of `message` is by the secp256k1 key with these SEC1 bytes,
/// compressed or not. A malformed key is an answer too: what a chaincode passes in must not become an error of ours.
pub fn verify_secp256k1(sec1: &[u8], message: &[u8], signature: &[u8]) -> bool {
    PublicKey::from_sec1(Curve::Secp256k1, sec1).is_ok_and(|key| key.verify(message, signature).is_ok())
}

fn verify_ed25519(point: &[u8; ED25519_POINT_BYTES], message: &[u8], signature: &[u8]) -> Result<(), SignatureError> {
    let fixed: &[u8; ED25519_SIGNATURE_BYTES] = signature
        .try_into()
        .map_err(|_| SignatureError::Length { expected: ED25519_SIGNATURE_BYTES, got: signature.len() })?;
    if backend::ed25519(point, message, fixed) { Ok(()) } else { Err(SignatureError::Mismatch) }
}

/// Only the two plain SEC1 forms: libraries differ on the identity, the hybrid and the compact ones.
fn plain_sec1(bytes: &[u8]) -> Option<&[u8]> {
    match (bytes.first()?, bytes.len()) {
        (0x02 | 0x03, COMPRESSED_POINT_BYTES) | (0x04, POINT_BYTES) => Some(bytes),
        _ => None,
    }
}

/// Whether `y` is reduced and the point not of small order. Whether it is on the curve shows at the first signature,
/// which can then not be valid.
fn ed25519_point_is_sound(point: &[u8; ED25519_POINT_BYTES]) -> bool {
    let mut y = *point;
    y[ED25519_POINT_BYTES - 1] &= 0x7f;
    let canonical = y.iter().rev().lt(ED25519_PRIME.iter().rev());
    canonical && !ED25519_SMALL_ORDER_Y.contains(&y)
}

/// `first`, then `middle` 30 times, then `last`.
const fn little_endian(first: u8, middle: u8, last: u8) -> [u8; ED25519_POINT_BYTES] {
    let mut bytes = [middle; ED25519_POINT_BYTES];
    bytes[0] = first;
    bytes[ED25519_POINT_BYTES - 1] = last;
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SigningKey;

    #[test]
    fn a_public_key_reads_back_what_it_writes() {
        for curve in Curve::ALL {
            let key = SigningKey::generate(curve).unwrap().public_key();
            assert_eq!(key.curve(), curve);
            assert_eq!(PublicKey::from_spki_der(&key.to_spki_der()), Ok(key.clone()));
            assert_eq!(PublicKey::from_sec1(curve, &key.sec1_bytes()), Ok(key));
        }
    }

    #[test]
    fn compressed_points_are_taken_bare_but_not_in_a_certificate() {
        for curve in [Curve::Secp256k1, Curve::P256] {
            let key = SigningKey::generate(curve).unwrap().public_key();
            let whole = key.sec1_bytes();
            let mut compressed = whole[..33].to_vec();
            compressed[0] = 2 + (whole[64] & 1);
            assert_eq!(PublicKey::from_sec1(curve, &compressed), Ok(key));
            let spki = [curve.spki_prefix(), &compressed].concat();
            assert_eq!(PublicKey::from_spki_der(&spki), Err(KeyError::UnsupportedPublicKey { length: spki.len() }));
        }
    }

    #[test]
    fn points_off_the_curve_and_unusual_encodings_are_refused() {
        for curve in [Curve::Secp256k1, Curve::P256] {
            let good = SigningKey::generate(curve).unwrap().public_key().sec1_bytes();
            let with = |index: usize, byte: u8| {
                let mut bytes = good.clone();
                bytes[index] = byte;
                bytes
            };
            let hybrid = 6 + (good[64] & 1);
            let compact = [&[5], &good[1..33]].concat();
            for bad in
                [vec![], vec![0], with(64, good[64] ^ 1), with(0, hybrid), with(0, 2), compact, good[..64].to_vec()]
            {
                assert_eq!(PublicKey::from_sec1(curve, &bad), Err(KeyError::InvalidPoint { curve }), "{bad:02x?}");
            }
        }
    }

    #[test]
    fn ed25519_points_of_small_order_or_not_reduced_are_refused() {
        let sign = |mut y: [u8; 32]| {
            y[31] |= 0x80;
            y
        };
        let not_reduced = [ED25519_PRIME, little_endian(0xee, 0xff, 0x7f), little_endian(0xff, 0xff, 0x7f)];
        for y in ED25519_SMALL_ORDER_Y.into_iter().chain(not_reduced) {
            for point in [y, sign(y)] {
                let refused = Err(KeyError::InvalidPoint { curve: Curve::Ed25519 });
                assert_eq!(PublicKey::from_sec1(Curve::Ed25519, &point), refused);
            }
        }
    }
}
