//! Text for people in arguments.

use folio_chaincode_sdk::value_schema;
use serde::de::{self, Deserialize, Deserializer};

/// Longest name of a chain, brand, hotel or reward.
const LABEL_BYTES_MAX: usize = 64;

/// A name of 1 to 64 bytes without control characters. It stands on the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::handlers) struct Label(pub(in crate::handlers) String);

value_schema!(Label, "Label", {
    "type": "string",
    "minLength": 1,
    "maxLength": 64,
    "pattern": "^[^\\x00-\\x1f\\x7f-\\x9f]+$",
});
value_schema!(HexBytes, "HexBytes", { "type": "string", "pattern": "^([0-9a-f]{2})*$" });

impl<'de> Deserialize<'de> for Label {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if (1..=LABEL_BYTES_MAX).contains(&text.len()) && !text.contains(char::is_control) {
            Ok(Self(text))
        } else {
            Err(de::Error::custom(format_args!("expected 1 to {LABEL_BYTES_MAX} bytes without control characters")))
        }
    }
}

/// Bytes written as lowercase hex digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::handlers) struct HexBytes(pub(in crate::handlers) Vec<u8>);

impl<'de> Deserialize<'de> for HexBytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let digit = |byte: u8| match byte {
            b'0'..=b'9' => Some(byte - b'0'),
            b'a'..=b'f' => Some(byte - b'a' + 10),
            _ => None,
        };
        let (pairs, odd) = text.as_bytes().as_chunks::<2>();
        let bytes: Option<Vec<u8>> = pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?)).collect();
        bytes.filter(|_| odd.is_empty()).map(Self).ok_or_else(|| de::Error::custom("expected lowercase hex digits"))
    }
}

/// Bytes as lowercase hex digits.
pub(in crate::handlers) fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        for digit in [byte >> 4, byte & 15] {
            text.push(char::from_digit(u32::from(digit), 16).unwrap_or_default());
        }
    }
    text
}
