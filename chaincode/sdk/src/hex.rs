//! Lowercase hexadecimal digits: one way to write, one way to read.

const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// Two digits a byte.
pub(crate) struct Digits<const BYTES: usize>([[u8; 2]; BYTES]);

impl<const BYTES: usize> Digits<BYTES> {
    /// The digits of these bytes.
    pub(crate) fn of(bytes: &[u8; BYTES]) -> Self {
        Self(bytes.map(|byte| [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]))
    }

    /// The digits, as text.
    pub(crate) fn as_str(&self) -> &str {
        // Digits are always text.
        str::from_utf8(self.0.as_flattened()).unwrap_or_default()
    }
}

/// Appends two digits a byte.
pub(crate) fn push<const BYTES: usize>(out: &mut String, bytes: &[u8; BYTES]) {
    out.push_str(Digits::of(bytes).as_str());
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
