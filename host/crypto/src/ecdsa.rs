//! The one encoding of an ECDSA signature: `SEQUENCE { INTEGER r, INTEGER s }` in strict DER with a low `s`.
//!
//! Both curves have orders of 256 bits, so each number fits 32 bytes and every length fits one byte.

use crate::{Curve, SignatureError};

/// Bytes of a scalar of either curve.
const SCALAR_BYTES: usize = 32;
/// Longest INTEGER content: a scalar after the zero that keeps it positive.
const INTEGER_BYTES_MAX: usize = SCALAR_BYTES + 1;
/// Longest signature: sequence header, and two integers with their headers.
const SIGNATURE_BYTES_MAX: usize = 2 + 2 * (2 + INTEGER_BYTES_MAX);

const TAG_INTEGER: u8 = 0x02;
const TAG_SEQUENCE: u8 = 0x30;

/// The numbers of a signature, big-endian, each in `1..n`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Scalars {
    pub(crate) r: [u8; SCALAR_BYTES],
    pub(crate) s: [u8; SCALAR_BYTES],
}

impl Scalars {
    /// Reads a signature that must be strict in every way. This is the rule of the ledger.
    pub(crate) fn parse(der: &[u8], order: &Order) -> Result<Self, SignatureError> {
        let scalars = Self::parse_any_s(der, order)?;
        if order.is_high(&scalars.s) { Err(SignatureError::HighS) } else { Ok(scalars) }
    }

    /// As [`Scalars::parse`], but takes either form of `s`. Only for the signatures of certificate authorities, whose
    /// software often does not lower `s`.
    pub(crate) fn parse_any_s(der: &[u8], order: &Order) -> Result<Self, SignatureError> {
        let body = match der {
            [] => return refused("empty"),
            [TAG_SEQUENCE, length, body @ ..] if usize::from(*length) == body.len() => body,
            [TAG_SEQUENCE, 0x80..=0xff, ..] => return refused("length in long form"),
            [TAG_SEQUENCE, ..] => return refused("sequence length differs from the bytes that follow"),
            _ => return refused("not a sequence"),
        };
        let (r, rest) = integer(body)?;
        let (s, rest) = integer(rest)?;
        if !rest.is_empty() {
            return refused("bytes after s");
        }
        if !order.in_range(&r) || !order.in_range(&s) {
            return Err(SignatureError::OutOfRange);
        }
        Ok(Self { r, s })
    }

    /// The same signature with its low `s`.
    pub(crate) fn lowered(self, order: &Order) -> Self {
        if order.is_high(&self.s) { Self { r: self.r, s: order.complement(&self.s) } } else { self }
    }

    /// The strict DER form.
    pub(crate) fn to_der(self) -> Vec<u8> {
        let mut der = Vec::with_capacity(SIGNATURE_BYTES_MAX);
        der.extend([TAG_SEQUENCE, 0]);
        for scalar in [&self.r, &self.s] {
            let zeros = scalar.iter().take_while(|byte| **byte == 0).count().min(SCALAR_BYTES - 1);
            let digits = &scalar[zeros..];
            let pad = usize::from(digits[0] >= 0x80);
            der.extend([TAG_INTEGER, (digits.len() + pad) as u8]);
            der.extend(std::iter::repeat_n(0, pad));
            der.extend_from_slice(digits);
        }
        der[1] = (der.len() - 2) as u8;
        der
    }

    /// From `r` then `s`, 64 bytes.
    pub(crate) fn from_fixed(fixed: &[u8; 2 * SCALAR_BYTES]) -> Self {
        let mut scalars = Self { r: [0; SCALAR_BYTES], s: [0; SCALAR_BYTES] };
        scalars.r.copy_from_slice(&fixed[..SCALAR_BYTES]);
        scalars.s.copy_from_slice(&fixed[SCALAR_BYTES..]);
        scalars
    }

    /// `r` then `s`, 64 bytes.
    pub(crate) fn to_fixed(self) -> [u8; 2 * SCALAR_BYTES] {
        let mut fixed = [0; 2 * SCALAR_BYTES];
        fixed[..SCALAR_BYTES].copy_from_slice(&self.r);
        fixed[SCALAR_BYTES..].copy_from_slice(&self.s);
        fixed
    }
}

/// The order of a curve's group, big-endian, with the largest `s` that counts as low.
pub(crate) struct Order {
    n: [u8; SCALAR_BYTES],
    half: [u8; SCALAR_BYTES],
}

impl Order {
    /// Of secp256k1 (SEC 2, section 2.4.1).
    pub(crate) const SECP256K1: Self = Self::new([
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe, 0xba, 0xae,
        0xdc, 0xe6, 0xaf, 0x48, 0xa0, 0x3b, 0xbf, 0xd2, 0x5e, 0x8c, 0xd0, 0x36, 0x41, 0x41,
    ]);

    /// Of P-256 (FIPS 186-5).
    pub(crate) const P256: Self = Self::new([
        0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6,
        0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
    ]);

    const fn new(n: [u8; SCALAR_BYTES]) -> Self {
        let mut half = [0; SCALAR_BYTES];
        let mut i = 0;
        let mut carry = 0;
        while i < SCALAR_BYTES {
            half[i] = n[i] >> 1 | carry;
            carry = n[i] << 7;
            i += 1;
        }
        Self { n, half }
    }

    /// Big-endian arrays compare as numbers. The values are public, so the comparison need not hide its timing.
    fn in_range(&self, scalar: &[u8; SCALAR_BYTES]) -> bool {
        *scalar != [0; SCALAR_BYTES] && *scalar < self.n
    }

    fn is_high(&self, s: &[u8; SCALAR_BYTES]) -> bool {
        *s > self.half
    }

    /// `n - s`, for an `s` in range.
    fn complement(&self, s: &[u8; SCALAR_BYTES]) -> [u8; SCALAR_BYTES] {
        let mut out = [0; SCALAR_BYTES];
        let mut borrow = false;
        for i in (0..SCALAR_BYTES).rev() {
            let (digit, under) = self.n[i].overflowing_sub(s[i]);
            let (digit, under_again) = digit.overflowing_sub(u8::from(borrow));
            out[i] = digit;
            borrow = under || under_again;
        }
        out
    }
}

/// The DER signature with its low `s`: what identifies a certificate however its authority chose `s`. Ed25519 and
/// malformed signatures come back as they are.
pub fn low_s(curve: Curve, signature: &[u8]) -> Vec<u8> {
    let order = match curve {
        Curve::Secp256k1 => Order::SECP256K1,
        Curve::P256 => Order::P256,
        Curve::Ed25519 => return signature.to_vec(),
    };
    match Scalars::parse_any_s(signature, &order) {
        Ok(scalars) => scalars.lowered(&order).to_der(),
        Err(_) => signature.to_vec(),
    }
}

/// Takes one minimal positive INTEGER off the front.
fn integer(input: &[u8]) -> Result<([u8; SCALAR_BYTES], &[u8]), SignatureError> {
    let [TAG_INTEGER, length, rest @ ..] = input else {
        return refused("an integer is missing");
    };
    if *length >= 0x80 {
        return refused("length in long form");
    }
    let Some((content, rest)) = rest.split_at_checked(usize::from(*length)) else {
        return refused("an integer is longer than the sequence");
    };
    let digits = match content {
        [] => return refused("an integer is empty"),
        [0x80..=0xff, ..] => return refused("an integer is negative"),
        [0, 0x80..=0xff, ..] => &content[1..],
        [0, _, ..] => return refused("an integer is not minimal"),
        _ => content,
    };
    let mut scalar = [0; SCALAR_BYTES];
    let Some(zeros) = SCALAR_BYTES.checked_sub(digits.len()) else {
        return Err(SignatureError::OutOfRange);
    };
    scalar[zeros..].copy_from_slice(digits);
    Ok((scalar, rest))
}

fn refused<T>(why: &'static str) -> Result<T, SignatureError> {
    Err(SignatureError::Encoding { why })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn half_of_the_order_is_the_largest_low_s() {
        for order in [Order::SECP256K1, Order::P256] {
            let mut above = order.half;
            above[31] += 1;
            assert!(!order.is_high(&order.half) && order.is_high(&above));
            // n is odd: n - (n-1)/2 = (n+1)/2.
            assert_eq!(order.complement(&order.half), above);
            assert_eq!(order.complement(&above), order.half);
        }
    }

    proptest! {
        #[test]
        fn every_pair_in_range_has_exactly_one_accepted_encoding(r in any::<[u8; 32]>(), s in any::<[u8; 32]>(), shift in 0usize..32) {
            let mut small = [0; 32];
            small[shift..].copy_from_slice(&r[shift..]);
            for order in [Order::SECP256K1, Order::P256] {
                prop_assume!(order.in_range(&small) && order.in_range(&s));
                let low = Scalars { r: small, s }.lowered(&order);
                let der = low.to_der();
                prop_assert_eq!(Scalars::parse(&der, &order), Ok(low));
                let high = Scalars { r: small, s: order.complement(&low.s) };
                prop_assert_eq!(Scalars::parse(&high.to_der(), &order), Err(SignatureError::HighS));
                prop_assert_eq!(Scalars::parse_any_s(&high.to_der(), &order), Ok(high));
            }
        }

        #[test]
        fn no_bytes_make_the_parser_fail_and_what_it_takes_it_gives_back(der in proptest::collection::vec(any::<u8>(), 0..80)) {
            if let Ok(scalars) = Scalars::parse_any_s(&der, &Order::P256) {
                prop_assert_eq!(scalars.to_der(), der);
            }
        }
    }
}
