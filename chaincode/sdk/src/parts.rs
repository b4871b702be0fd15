//! Components that a key may hold: ids, text, numbers. Each also reads and writes itself as JSON.

use std::fmt;
use std::sync::Arc;

use serde::de::{self, Deserialize, Deserializer};
use serde::{Serialize, Serializer};

use crate::hex;
use crate::key::{KeyPart, KeyReader};

/// An id of `BYTES` bytes, written as lowercase hex digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HexId<const BYTES: usize>([u8; BYTES]);

impl<const BYTES: usize> HexId<BYTES> {
    /// The id of these bytes.
    pub const fn new(bytes: [u8; BYTES]) -> Self {
        Self(bytes)
    }

    /// The id that begins a longer digest, or `None` when `bytes` is too short.
    pub fn from_start_of(bytes: &[u8]) -> Option<Self> {
        Some(Self(*bytes.first_chunk()?))
    }

    /// Reads exactly `2 * BYTES` lowercase digits.
    pub fn parse(text: &str) -> Option<Self> {
        hex::read(text).map(Self)
    }

    /// The bytes.
    pub const fn bytes(&self) -> &[u8; BYTES] {
        &self.0
    }
}

impl<const BYTES: usize> fmt::Display for HexId<BYTES> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(hex::Digits::of(&self.0).as_str())
    }
}

impl<const BYTES: usize> fmt::Debug for HexId<BYTES> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl<const BYTES: usize> Serialize for HexId<BYTES> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(hex::Digits::of(&self.0).as_str())
    }
}

impl<'de, const BYTES: usize> Deserialize<'de> for HexId<BYTES> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| de::Error::custom(format_args!("expected {} hex digits", 2 * BYTES)))
    }
}

impl<const BYTES: usize> KeyPart for HexId<BYTES> {
    const FORM: &'static str = "hex";

    fn write(&self, out: &mut String) {
        hex::push(out, &self.0);
    }

    fn read(key: &mut KeyReader<'_>) -> Option<Self> {
        Self::parse(key.fixed(BYTES.checked_mul(2)?)?)
    }
}

/// Text of 1 to `MAX` bytes from `-` to `}` in ASCII: letters, digits and `- . / : ; < = > ? @ [ \ ] ^ _` and a few more;
/// no space, comma or quote. A clone shares it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text<const MAX: usize>(Arc<str>);

impl<const MAX: usize> Text<MAX> {
    /// The text, if it may stand in a key.
    pub fn new(text: &str) -> Option<Self> {
        let fits = (1..=MAX).contains(&text.len()) && text.bytes().all(|byte| (b'-'..=b'}').contains(&byte));
        fits.then(|| Self(text.into()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<const MAX: usize> fmt::Display for Text<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<const MAX: usize> fmt::Debug for Text<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl<const MAX: usize> Serialize for Text<MAX> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de, const MAX: usize> Deserialize<'de> for Text<MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::new(&text).ok_or_else(|| {
            de::Error::custom(format_args!("expected 1 to {MAX} ASCII characters without space, comma or quote"))
        })
    }
}

impl<const MAX: usize> KeyPart for Text<MAX> {
    const FORM: &'static str = "text,";

    fn write(&self, out: &mut String) {
        out.push_str(&self.0);
        out.push(',');
    }

    fn read(key: &mut KeyReader<'_>) -> Option<Self> {
        Self::new(key.until_comma()?)
    }
}

macro_rules! number_part {
    ($number:ty, $bytes:literal, $form:literal) => {
        impl KeyPart for $number {
            const FORM: &'static str = $form;

            fn write(&self, out: &mut String) {
                hex::push(out, &self.to_be_bytes());
            }

            fn read(key: &mut KeyReader<'_>) -> Option<Self> {
                hex::read::<$bytes>(key.fixed($bytes * 2)?).map(Self::from_be_bytes)
            }
        }
    };
}

number_part!(u16, 2, "number, 4 hex digits");
number_part!(u32, 4, "number, 8 hex digits");
number_part!(u64, 8, "number, 16 hex digits");
