//! Lowercase hexadecimal digits: one way to write, one way to read.

const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// Bytes that are written in one go.
const CHUNK_BYTES: usize = 32;

/// Appends two digits a byte.
pub(crate) fn push(out: &mut String, bytes: &[u8]) {
    for chunk in bytes.chunks(CHUNK_BYTES) {
        let mut digits = [[0; 2]; CHUNK_BYTES];
        for (pair, byte) in digits.iter_mut().zip(chunk) {
            *pair = [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]];
        }
        out.push_str(str::from_utf8(digits[..chunk.len()].as_flattened()).unwrap_or_default());
    }
}

/// Reads exactly `2 * N` lowercase digits.
pub(crate) fn read<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digits = text.as_bytes();
    if digits.len() != N * 2 {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(bytes)
}

fn digit(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}
