//! Hashes of blocks.

use bytes::Bytes;
use folio_crypto::sha256;
use folio_types::{BlockNumber, Digest};

const DER_SEQUENCE: u8 = 0x30;
const DER_INTEGER: u8 = 0x02;
const DER_OCTET_STRING: u8 = 0x04;

/// The hash over a block's content: SHA-256 over all entries, joined.
pub fn data_hash_of(data: &[Bytes]) -> Digest {
    let parts: Vec<&[u8]> = data.iter().map(AsRef::as_ref).collect();
    sha256(&parts)
}

/// A block header as it is hashed and signed: DER of number, previous hash and data hash.
pub fn header_der(number: BlockNumber, previous_hash: Option<&Digest>, data_hash: &Digest) -> Vec<u8> {
    let mut content = Vec::with_capacity(80);
    put(&mut content, DER_INTEGER, &unsigned(number));
    put(&mut content, DER_OCTET_STRING, previous_hash.map_or(&[], |digest| digest.as_slice()));
    put(&mut content, DER_OCTET_STRING, data_hash);
    let mut der = Vec::with_capacity(content.len() + 2);
    put(&mut der, DER_SEQUENCE, &content);
    der
}

/// A DER value. All lengths here are below 128, so that one byte holds them.
fn put(der: &mut Vec<u8>, tag: u8, content: &[u8]) {
    der.push(tag);
    der.push(content.len() as u8);
    der.extend_from_slice(content);
}

/// The fewest big-endian bytes whose first bit is no sign.
fn unsigned(number: u64) -> Vec<u8> {
    let mut bytes = vec![0];
    bytes.extend_from_slice(&number.to_be_bytes());
    let needless = bytes.windows(2).take_while(|pair| pair[0] == 0 && pair[1] < 0x80).count();
    bytes.split_off(needless)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_minimal_and_positive() {
        for (number, expected) in
            [(0, "00"), (127, "7f"), (128, "0080"), (256, "0100"), (0x8000, "008000"), (u64::MAX, "00ffffffffffffffff")]
        {
            assert_eq!(hex::encode(unsigned(number)), expected);
        }
    }

    #[test]
    fn the_longest_header_has_one_byte_lengths() {
        let der = header_der(u64::MAX, Some(&[0xff; 32]), &[0xff; 32]);
        assert_eq!(usize::from(der[1]), der.len() - 2);
        assert!(der[1] < 0x80);
    }

    #[test]
    fn entries_are_hashed_joined() {
        let whole = [Bytes::from_static(b"abcd")];
        let halves = [Bytes::from_static(b"ab"), Bytes::from_static(b"cd")];
        assert_eq!(data_hash_of(&whole), data_hash_of(&halves));
    }
}
