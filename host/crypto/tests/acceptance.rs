//! The table of signatures that the ledger accepts and refuses. It holds for every library that may stand behind
//! verification: a peer that decides one row otherwise forks.
#![allow(clippy::unwrap_used)]

use folio_crypto::{Curve, PublicKey, SignatureError, SigningKey, low_s};

const MESSAGE: &[u8] = b"two nights at AUR-CITY";

/// Orders of the groups, big-endian.
const SECP256K1_N: &str = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";
const P256_N: &str = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
/// Order of the Ed25519 base point, little-endian.
const ED25519_L: &str = "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010";

#[derive(Debug, PartialEq)]
enum Verdict {
    Accepted,
    Encoding,
    Length,
    OutOfRange,
    HighS,
    Mismatch,
}
use Verdict::*;

fn verdict(outcome: Result<(), SignatureError>) -> Verdict {
    match outcome {
        Ok(()) => Accepted,
        Err(SignatureError::Encoding { .. }) => Encoding,
        Err(SignatureError::Length { .. }) => Length,
        Err(SignatureError::OutOfRange) => OutOfRange,
        Err(SignatureError::HighS) => HighS,
        Err(SignatureError::Mismatch) => Mismatch,
    }
}

/// A good signature taken apart: big-endian numbers of 32 bytes.
struct Parts {
    r: Vec<u8>,
    s: Vec<u8>,
    n: Vec<u8>,
}

impl Parts {
    fn of(signature: &[u8], curve: Curve) -> Self {
        let n = hex::decode(if curve == Curve::P256 { P256_N } else { SECP256K1_N }).unwrap();
        let r_length = usize::from(signature[3]);
        let scalar = |content: &[u8]| {
            let digits = content.strip_prefix(&[0]).unwrap_or(content);
            [vec![0; 32 - digits.len()], digits.to_vec()].concat()
        };
        Self { r: scalar(&signature[4..4 + r_length]), s: scalar(&signature[6 + r_length..]), n }
    }

    fn high_s(&self) -> Vec<u8> {
        minus(&self.n, &self.s)
    }
}

fn minus(a: &[u8], b: &[u8]) -> Vec<u8> {
    let mut out = vec![0; a.len()];
    let mut borrow = 0i16;
    for i in (0..a.len()).rev() {
        let digit = i16::from(a[i]) - i16::from(b[i]) - borrow;
        borrow = i16::from(digit < 0);
        out[i] = digit.rem_euclid(256) as u8;
    }
    out
}

fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
    [&[tag, content.len() as u8], content].concat()
}

/// The minimal positive INTEGER of a big-endian number.
fn int(number: &[u8]) -> Vec<u8> {
    let first = number.iter().position(|b| *b != 0).unwrap_or(number.len() - 1);
    let pad: &[u8] = if number[first] >= 0x80 { &[0] } else { &[] };
    tlv(0x02, &[pad, &number[first..]].concat())
}

fn seq(parts: &[Vec<u8>]) -> Vec<u8> {
    tlv(0x30, &parts.concat())
}

type Row = (&'static str, fn(&Parts) -> Vec<u8>, Verdict);

#[rustfmt::skip]
const ECDSA: &[Row] = &[
    ("as signed", |p| seq(&[int(&p.r), int(&p.s)]), Accepted),
    ("high s", |p| seq(&[int(&p.r), int(&p.high_s())]), HighS),
    ("s is n-1", |p| seq(&[int(&p.r), int(&minus(&p.n, &one()))]), HighS),
    ("r zero", |p| seq(&[int(&[0]), int(&p.s)]), OutOfRange),
    ("s zero", |p| seq(&[int(&p.r), int(&[0])]), OutOfRange),
    ("both zero", |_| seq(&[int(&[0]), int(&[0])]), OutOfRange),
    ("r is n", |p| seq(&[int(&p.n), int(&p.s)]), OutOfRange),
    ("s is n", |p| seq(&[int(&p.r), int(&p.n)]), OutOfRange),
    ("r is 2^256-1", |p| seq(&[int(&[0xff; 32]), int(&p.s)]), OutOfRange),
    ("r of 33 bytes", |p| seq(&[int(&[0x7f; 33]), int(&p.s)]), OutOfRange),
    ("s of 40 bytes", |p| seq(&[int(&p.r), int(&[0x11; 40])]), OutOfRange),
    ("r negative", |p| seq(&[tlv(2, &[&[0x80], &p.r[1..]].concat()), int(&p.s)]), Encoding),
    ("s negative", |p| seq(&[int(&p.r), tlv(2, &[0xff])]), Encoding),
    ("r not minimal", |p| seq(&[tlv(2, &[&[0, 0x12], &p.r[1..]].concat()), int(&p.s)]), Encoding),
    ("s not minimal", |p| seq(&[int(&p.r), tlv(2, &[&[0, 0], &p.s[..]].concat())]), Encoding),
    ("zero of two bytes", |p| seq(&[int(&p.r), tlv(2, &[0, 0])]), Encoding),
    ("r empty", |p| seq(&[tlv(2, &[]), int(&p.s)]), Encoding),
    ("s empty", |p| seq(&[int(&p.r), tlv(2, &[])]), Encoding),
    ("garbage after the sequence", |p| [seq(&[int(&p.r), int(&p.s)]), vec![0]].concat(), Encoding),
    ("garbage inside of the sequence", |p| seq(&[int(&p.r), int(&p.s), vec![5, 0]]), Encoding),
    ("third integer", |p| seq(&[int(&p.r), int(&p.s), int(&[1])]), Encoding),
    ("s missing", |p| seq(&[int(&p.r)]), Encoding),
    ("both missing", |_| seq(&[]), Encoding),
    ("long-form length of the sequence", |p| {
        let body = [int(&p.r), int(&p.s)].concat();
        [vec![0x30, 0x81, body.len() as u8], body].concat()
    }, Encoding),
    ("long-form length of r", |p| {
        let r = int(&p.r);
        seq(&[[&[2, 0x81], &r[1..]].concat(), int(&p.s)])
    }, Encoding),
    ("long-form length of s", |p| {
        let s = int(&p.s);
        seq(&[int(&p.r), [&[2, 0x81], &s[1..]].concat()])
    }, Encoding),
    ("indefinite length", |p| [vec![0x30, 0x80], int(&p.r), int(&p.s), vec![0, 0]].concat(), Encoding),
    ("cut by one byte", |p| { let mut it = seq(&[int(&p.r), int(&p.s)]); it.pop(); it }, Encoding),
    ("sequence one byte too short", |p| { let mut it = seq(&[int(&p.r), int(&p.s)]); it[1] -= 1; it }, Encoding),
    ("r longer than the sequence", |p| { let mut it = seq(&[int(&p.r), int(&p.s)]); it[3] = 0x7f; it }, Encoding),
    ("set instead of sequence", |p| tlv(0x31, &[int(&p.r), int(&p.s)].concat()), Encoding),
    ("octet string instead of r", |p| seq(&[tlv(4, &p.r), int(&p.s)]), Encoding),
    ("64 bare bytes", |p| [&p.r[..], &p.s].concat(), Encoding),
    ("empty", |_| vec![], Encoding),
    ("one byte", |_| vec![0x30], Encoding),
    ("r and s swapped", |p| seq(&[int(&low(p, &p.s)), int(&low(p, &p.r))]), Mismatch),
    ("r is one", |p| seq(&[int(&one()), int(&p.s)]), Mismatch),
    ("s is one", |p| seq(&[int(&p.r), int(&one())]), Mismatch),
    ("s is half the order", |p| seq(&[int(&p.r), int(&half(&p.n))]), Mismatch),
    ("s is half the order and one", |p| seq(&[int(&p.r), int(&minus(&p.n, &half(&p.n)))]), HighS),
];

fn one() -> Vec<u8> {
    [vec![0; 31], vec![1]].concat()
}

fn half(n: &[u8]) -> Vec<u8> {
    (0..n.len()).map(|i| n[i] >> 1 | if i == 0 { 0 } else { n[i - 1] << 7 }).collect()
}

fn low(p: &Parts, number: &[u8]) -> Vec<u8> {
    let other = minus(&p.n, number);
    if other.as_slice() < number { other } else { number.to_vec() }
}

/// Several keys, so that numbers with and without a padding zero pass by.
fn each_ecdsa_signature(mut check: impl FnMut(&PublicKey, &[u8], &Parts)) {
    for curve in [Curve::Secp256k1, Curve::P256] {
        for _ in 0..8 {
            let key = SigningKey::generate(curve).unwrap();
            let signature = key.sign(MESSAGE);
            check(&key.public_key(), &signature, &Parts::of(&signature, curve));
        }
    }
}

#[test]
fn ecdsa_signatures_are_taken_in_one_form_only() {
    each_ecdsa_signature(|key, signature, parts| {
        for (name, build, expected) in ECDSA {
            let got = verdict(key.verify(MESSAGE, &build(parts)));
            assert_eq!(got, *expected, "{} {name}, from {}", key.curve(), hex::encode(signature));
        }
    });
}

#[test]
fn only_certificates_may_carry_a_high_s_and_lowering_it_gives_the_signature_of_the_ledger() {
    each_ecdsa_signature(|key, signature, parts| {
        for (name, build, expected) in ECDSA {
            let der = build(parts);
            let certificate = verdict(key.verify_certificate(MESSAGE, &der));
            match expected {
                HighS if *name == "high s" => assert_eq!(certificate, Accepted),
                HighS => assert_eq!(certificate, Mismatch, "{name}"),
                _ => assert_eq!(certificate, *expected, "{name}"),
            }
        }
        let high = seq(&[int(&parts.r), int(&parts.high_s())]);
        assert_eq!(low_s(key.curve(), &high), signature);
        assert_eq!(low_s(key.curve(), signature), signature);
    });
}

#[test]
fn another_key_or_message_is_a_mismatch() {
    for curve in Curve::ALL {
        let (key, other) = (SigningKey::generate(curve).unwrap(), SigningKey::generate(curve).unwrap());
        let signature = key.sign(MESSAGE);
        assert_eq!(verdict(key.public_key().verify(MESSAGE, &signature)), Accepted);
        assert_eq!(verdict(other.public_key().verify(MESSAGE, &signature)), Mismatch);
        for message in [b"".as_slice(), &MESSAGE[1..], b"three nights at AUR-CITY"] {
            assert_eq!(verdict(key.public_key().verify(message, &signature)), Mismatch);
        }
    }
}

#[test]
fn ed25519_signatures_are_64_bytes_with_a_reduced_s() {
    let key = SigningKey::generate(Curve::Ed25519).unwrap();
    let good = key.sign(MESSAGE);
    let with = |index: usize, change: u8| {
        let mut bytes = good.clone();
        bytes[index] ^= change;
        bytes
    };
    let l = hex::decode(ED25519_L).unwrap();
    let mut not_reduced = good.clone();
    let mut carry = 0u16;
    for (digit, add) in not_reduced[32..].iter_mut().zip(&l) {
        carry += u16::from(*digit) + u16::from(*add);
        *digit = carry as u8;
        carry >>= 8;
    }
    let rows: [(&str, Vec<u8>, Verdict); 14] = [
        ("as signed", good.clone(), Accepted),
        ("s not reduced", not_reduced, Mismatch),
        ("s is the order", [&good[..32], &l].concat(), Mismatch),
        ("s all ones", [&good[..32], &[0xff; 32]].concat(), Mismatch),
        ("s zero", [&good[..32], &[0; 32]].concat(), Mismatch),
        ("R zero", [&[0; 32], &good[32..]].concat(), Mismatch),
        ("R not on the curve", [&[2][..], &[0; 31], &good[32..]].concat(), Mismatch),
        ("all zero", vec![0; 64], Mismatch),
        ("R changed", with(0, 1), Mismatch),
        ("s changed", with(32, 1), Mismatch),
        ("sign of R changed", with(31, 0x80), Mismatch),
        ("one byte short", good[..63].to_vec(), Length),
        ("one byte more", [good.as_slice(), &[0]].concat(), Length),
        ("empty", vec![], Length),
    ];
    for (name, signature, expected) in rows {
        assert_eq!(verdict(key.public_key().verify(MESSAGE, &signature)), expected, "{name}");
        assert_eq!(verdict(key.public_key().verify_certificate(MESSAGE, &signature)), expected, "{name}");
    }
}

/// Published answers: the generator as key of secp256k1, RFC 6979 A.2.5 for P-256, RFC 8032 7.1 for Ed25519.
#[test]
fn published_signatures_are_judged_as_their_authors_say() {
    let p256 = "0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6\
                7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299";
    let g = "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798";
    let ed25519 = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c";
    let rows: [(Curve, &str, &[u8], String, Verdict); 4] = [
        (
            Curve::Secp256k1,
            g,
            b"Satoshi Nakamoto",
            pair(
                "934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d8",
                "2442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5",
            ),
            Accepted,
        ),
        (
            Curve::P256,
            p256,
            b"test",
            pair(
                "f1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367",
                "019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083",
            ),
            Accepted,
        ),
        (
            Curve::P256,
            p256,
            b"sample",
            pair(
                "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716",
                "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8",
            ),
            HighS,
        ),
        (
            Curve::Ed25519,
            ed25519,
            &[0x72],
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da\
             085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
                .to_owned(),
            Accepted,
        ),
    ];
    for (curve, key, message, signature, expected) in rows {
        let key = PublicKey::from_sec1(curve, &hex::decode(key).unwrap()).unwrap();
        assert_eq!(verdict(key.verify(message, &hex::decode(signature).unwrap())), expected, "{curve}");
    }
}

fn pair(r: &str, s: &str) -> String {
    hex::encode(seq(&[int(&hex::decode(r).unwrap()), int(&hex::decode(s).unwrap())]))
}

/// The second library at hand for a curve decides as the first: whoever switches loses no peer.
#[test]
fn two_libraries_agree_on_every_row_that_the_encoding_lets_through() {
    use p256::ecdsa::signature::Verifier;
    let by_the_other = |curve, point: &[u8], der: &[u8]| match curve {
        Curve::Secp256k1 => {
            let key = k256::ecdsa::VerifyingKey::from_sec1_bytes(point).unwrap();
            key.verify(MESSAGE, &k256::ecdsa::Signature::from_der(der).unwrap()).is_ok()
        }
        _ => {
            let key = p256::ecdsa::VerifyingKey::from_sec1_bytes(point).unwrap();
            key.verify(MESSAGE, &p256::ecdsa::Signature::from_der(der).unwrap()).is_ok()
        }
    };
    let mut compared = 0;
    each_ecdsa_signature(|key, _, parts| {
        for (name, build, expected) in ECDSA.iter().filter(|row| matches!(row.2, Accepted | Mismatch)) {
            let verdict = by_the_other(key.curve(), &key.sec1_bytes(), &build(parts));
            assert_eq!(verdict, *expected == Accepted, "{}: {name}", key.curve());
            compared += 1;
        }
    });
    assert!(compared > 0);
}

#[test]
fn what_chaincode_asks_about_a_secp256k1_signature_is_answered_and_never_fails() {
    let key = SigningKey::generate(Curve::Secp256k1).unwrap();
    let point = key.public_key().sec1_bytes();
    let compressed = [&[2 + (point[64] & 1)], &point[1..33]].concat();
    let signature = key.sign(MESSAGE);
    for form in [&point, &compressed] {
        assert!(folio_crypto::verify_secp256k1(form, MESSAGE, &signature));
        assert!(!folio_crypto::verify_secp256k1(form, b"other", &signature));
    }
    for bad in [&[][..], &point[1..], &[0; 65], &[4; 65]] {
        assert!(!folio_crypto::verify_secp256k1(bad, MESSAGE, &signature));
    }
}
