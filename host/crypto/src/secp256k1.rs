//! Verification on secp256k1, which takes half as long for keys that sign often.
//!
//! A few keys sign nearly everything on a ledger: those of its peers and of its clients. Once a key has been checked
//! against [`CHECKS_BEFORE_TABLE`] times, multiples of its point are kept, and later checks only add them up. The
//! equation is the same either way, and so is the verdict.

use std::fmt;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, OnceLock};

use k256::ecdsa::signature::Verifier;
use k256::ecdsa::{Signature, VerifyingKey};
use k256::elliptic_curve::BatchNormalize;
use k256::elliptic_curve::group::Group;
use k256::elliptic_curve::ops::{Invert, Reduce};
use k256::elliptic_curve::point::AffineCoordinates;
use k256::{AffinePoint, FieldBytes, ProjectivePoint, Scalar};

use crate::ecdsa::Scalars;
use crate::sha256;

/// Checks after which a key's table is worth its making, which costs as much as some forty checks.
const CHECKS_BEFORE_TABLE: u32 = 64;

/// Most tables at once, of 72 KiB each. Keys beyond that are checked without one.
const TABLES_MAX: usize = 128;

/// Digits of a scalar, in bits, for a key's table: wider ones save less time than they cost memory.
const KEY_DIGIT_BITS: usize = 5;

/// The same for the curve's generator, of which there is one.
const GENERATOR_DIGIT_BITS: usize = 8;

const SCALAR_BITS: usize = 256;

static GENERATOR: OnceLock<Multiples> = OnceLock::new();
static TABLES: AtomicUsize = AtomicUsize::new(0);

/// A point ready for verification: decoding it once saves work at every signature. Clones share its table.
#[derive(Clone)]
pub(crate) struct Secp256k1Point(Arc<Key>);

struct Key {
    key: VerifyingKey,
    checks: AtomicU32,
    table: OnceLock<Table>,
}

/// A key's table, counted while it lives.
struct Table {
    multiples: Multiples,
    _place: Place,
}

/// One of the [`TABLES_MAX`] places.
struct Place;

impl Secp256k1Point {
    /// Reads SEC1 bytes.
    pub(crate) fn from_sec1_bytes(bytes: &[u8]) -> Option<Self> {
        let key = VerifyingKey::from_sec1_bytes(bytes).ok()?;
        Some(Self(Arc::new(Key { key, checks: AtomicU32::new(0), table: OnceLock::new() })))
    }

    /// Uncompressed SEC1 bytes.
    pub(crate) fn to_sec1_bytes(&self) -> Vec<u8> {
        self.0.key.to_sec1_point(false).as_bytes().to_vec()
    }

    /// Whether the signature over SHA-256 of `message` is by this key.
    pub(crate) fn verify(&self, message: &[u8], scalars: &Scalars) -> bool {
        let Ok(signature) = Signature::from_scalars(scalars.r, scalars.s) else { return false };
        match self.table() {
            Some(table) => table.verify(message, &signature),
            None => self.0.key.verify(message, &signature).is_ok(),
        }
    }

    /// The table, made when it is due and there is a place for it.
    fn table(&self) -> Option<&Multiples> {
        let Key { key, checks, table } = &*self.0;
        if let Some(table) = table.get() {
            return Some(&table.multiples);
        }
        if checks.fetch_add(1, Relaxed) < CHECKS_BEFORE_TABLE {
            return None;
        }
        let place = Place::take()?;
        let make = || Table { multiples: Multiples::of((*key.as_affine()).into(), KEY_DIGIT_BITS), _place: place };
        Some(&table.get_or_init(make).multiples)
    }
}

impl PartialEq for Secp256k1Point {
    fn eq(&self, other: &Self) -> bool {
        self.0.key == other.0.key
    }
}

impl Eq for Secp256k1Point {}

impl fmt::Debug for Secp256k1Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.key.fmt(f)
    }
}

impl Place {
    fn take() -> Option<Self> {
        let free = |taken| (taken < TABLES_MAX).then_some(taken + 1);
        TABLES.fetch_update(Relaxed, Relaxed, free).ok().map(|_| Self)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        TABLES.fetch_sub(1, Relaxed);
    }
}

/// Multiples of a point: for each digit of a scalar, from the lowest, 1 to 2^(bits-1) times the digit's weight. Digits
/// are signed, so that half of the multiples do.
struct Multiples {
    digit_bits: usize,
    points: Vec<AffinePoint>,
}

impl Multiples {
    fn of(point: ProjectivePoint, digit_bits: usize) -> Self {
        let (digits, half) = (digits_of(digit_bits), 1 << (digit_bits - 1));
        let mut points = Vec::with_capacity(digits * half);
        let mut weight = point;
        for _ in 0..digits {
            let mut multiple = weight;
            for _ in 0..half {
                points.push(multiple);
                multiple += weight;
            }
            // The loop went one past half of the next weight.
            weight = (multiple - weight).double();
        }
        let points = <ProjectivePoint as BatchNormalize<[ProjectivePoint]>>::batch_normalize(&points);
        Self { digit_bits, points }
    }

    /// The equation of ECDSA: `(z/s) G + (r/s) Q` has the abscissa `r`.
    fn verify(&self, message: &[u8], signature: &Signature) -> bool {
        let generator = GENERATOR.get_or_init(|| Self::of(ProjectivePoint::GENERATOR, GENERATOR_DIGIT_BITS));
        let z = <Scalar as Reduce<FieldBytes>>::reduce(&sha256(&[message]).into());
        let (r, s) = signature.split_scalars();
        let inverse = s.invert_vartime();
        let mut sum = ProjectivePoint::IDENTITY;
        generator.add(&mut sum, &(z * inverse.as_ref()));
        self.add(&mut sum, &(*r.as_ref() * inverse.as_ref()));
        let abscissa = sum.to_affine().x();
        !bool::from(sum.is_identity()) && <Scalar as Reduce<FieldBytes>>::reduce(&abscissa) == *r.as_ref()
    }

    /// Adds the point times `scalar`.
    fn add(&self, sum: &mut ProjectivePoint, scalar: &Scalar) {
        let (bits, half) = (self.digit_bits, 1_usize << (self.digit_bits - 1));
        // Little-endian, with zeros behind so that every digit can be read from two bytes.
        let mut bytes = [0_u8; SCALAR_BITS / 8 + 4];
        let scalar: FieldBytes = scalar.to_bytes();
        for (to, from) in bytes.iter_mut().zip(scalar.iter().rev()) {
            *to = *from;
        }
        let mut carry = 0;
        for (place, multiples) in self.points.chunks_exact(half).enumerate() {
            let at = place * bits;
            let two = u16::from_le_bytes([bytes[at / 8], bytes[at / 8 + 1]]);
            let digit = usize::from(two >> (at % 8)) % (2 * half) + carry;
            carry = usize::from(digit > half);
            match (carry, digit) {
                (0, 0) => {}
                (0, digit) => *sum += &multiples[digit - 1],
                (_, digit) if digit == 2 * half => {}
                (_, digit) => *sum -= &multiples[2 * half - digit - 1],
            }
        }
    }
}

/// Digits of a scalar, and one for the last carry.
const fn digits_of(digit_bits: usize) -> usize {
    SCALAR_BITS.div_ceil(digit_bits) + 1
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{Curve, SigningKey, ecdsa::Order};

    /// A key with its table made.
    fn busy(key: &SigningKey) -> Secp256k1Point {
        let point = Secp256k1Point::from_sec1_bytes(&key.public_key().sec1_bytes()).unwrap();
        point.0.checks.store(CHECKS_BEFORE_TABLE, Relaxed);
        assert!(point.table().is_some());
        point
    }

    #[test]
    fn a_table_multiplies_as_the_curve_does() {
        let point = ProjectivePoint::GENERATOR * Scalar::from(77_u64);
        let all_halves = |digit: u8| <Scalar as Reduce<FieldBytes>>::reduce(&[digit; 32].into());
        let scalars = [
            Scalar::ZERO,
            Scalar::ONE,
            -Scalar::ONE,
            -Scalar::from(2_u64),
            Scalar::from(16_u64),
            Scalar::from(17_u64),
            Scalar::from(31_u64),
            all_halves(0x84),
            all_halves(0x80),
            all_halves(0x81),
            all_halves(0x7f),
            all_halves(0x10),
        ];
        for bits in [4, KEY_DIGIT_BITS, 6, GENERATOR_DIGIT_BITS] {
            let multiples = Multiples::of(point, bits);
            assert_eq!(multiples.points.len(), digits_of(bits) << (bits - 1));
            for scalar in scalars {
                let mut sum = ProjectivePoint::GENERATOR;
                multiples.add(&mut sum, &scalar);
                assert_eq!(sum, ProjectivePoint::GENERATOR + point * scalar, "{bits} bits, {scalar:?}");
            }
        }
    }

    #[test]
    fn a_key_gets_its_table_after_so_many_checks() {
        let key = SigningKey::generate(Curve::Secp256k1).unwrap();
        let point = Secp256k1Point::from_sec1_bytes(&key.public_key().sec1_bytes()).unwrap();
        let scalars = Scalars::parse(&key.sign(b"stay"), &Order::SECP256K1).unwrap();
        for _ in 0..CHECKS_BEFORE_TABLE {
            assert!(point.verify(b"stay", &scalars));
            assert!(point.0.table.get().is_none());
        }
        assert!(point.verify(b"stay", &scalars) && !point.verify(b"story", &scalars));
        assert!(point.clone().0.table.get().is_some());
    }

    proptest! {
        #[test]
        fn the_verdict_is_the_same_with_and_without_a_table(
            message in proptest::collection::vec(any::<u8>(), 0..200),
            r in any::<[u8; 32]>(),
            s in any::<[u8; 32]>(),
            flip in 0_usize..64,
        ) {
            let key = SigningKey::generate(Curve::Secp256k1).unwrap();
            let (busy, plain) = (busy(&key), VerifyingKey::from_sec1_bytes(&key.public_key().sec1_bytes()).unwrap());
            let good = Scalars::parse(&key.sign(&message), &Order::SECP256K1).unwrap();
            prop_assert!(busy.verify(&message, &good));
            let mut bent = good;
            if flip < 32 { bent.r[flip] ^= 1 } else { bent.s[flip - 32] ^= 1 }
            for scalars in [bent, Scalars { r, s }, Scalars { r, ..good }, Scalars { s, ..good }] {
                let by_library = Signature::from_scalars(scalars.r, scalars.s)
                    .is_ok_and(|signature| plain.verify(&message, &signature).is_ok());
                prop_assert_eq!(busy.verify(&message, &scalars), by_library);
            }
        }
    }
}
