//! The packed form of the language's own values.

use std::collections::BTreeMap;

use super::{Packed, PackedError, Unpacker};
use crate::{HexId, Text, hex};

type Result<T> = std::result::Result<T, PackedError>;

fn pack_number(mut value: u64, into: &mut Vec<u8>) {
    while value >= 0x80 {
        into.push(value as u8 | 0x80);
        value >>= 7;
    }
    into.push(value as u8);
}

macro_rules! unsigned {
    ($($number:ty)*) => {$(
        impl Packed for $number {
            fn pack(&self, into: &mut Vec<u8>) {
                pack_number(*self as u64, into);
            }

            #[inline]
            fn unpack(from: &mut Unpacker<'_>) -> Result<Self> {
                Self::try_from(from.number()?).map_err(|_| PackedError::Malformed("a number"))
            }
        }
    )*};
}

macro_rules! signed {
    ($($number:ty)*) => {$(
        impl Packed for $number {
            fn pack(&self, into: &mut Vec<u8>) {
                let value = i64::from(*self);
                pack_number(((value << 1) ^ (value >> 63)).cast_unsigned(), into);
            }

            #[inline]
            fn unpack(from: &mut Unpacker<'_>) -> Result<Self> {
                let zigzag = from.number()?;
                let value = (zigzag >> 1).cast_signed() ^ -(zigzag & 1).cast_signed();
                Self::try_from(value).map_err(|_| PackedError::Malformed("a number"))
            }
        }
    )*};
}

unsigned!(u8 u16 u32 u64 usize);
signed!(i8 i16 i32 i64);

impl Packed for bool {
    fn pack(&self, into: &mut Vec<u8>) {
        into.push((*self).into());
    }

    #[inline]
    fn unpack(from: &mut Unpacker<'_>) -> Result<Self> {
        from.mark("a flag")
    }
}

/// Appends the packed form of a text, as [`Unpacker::text`] reads it.
pub fn pack_text(text: &str, into: &mut Vec<u8>) {
    text.len().pack(into);
    into.extend_from_slice(text.as_bytes());
}

impl Packed for String {
    fn pack(&self, into: &mut Vec<u8>) {
        pack_text(self, into);
    }

    fn unpack(from: &mut Unpacker<'_>) -> Result<Self> {
        from.text().map(str::to_owned)
    }
}

impl<T: Packed> Packed for Option<T> {
    fn pack(&self, into: &mut Vec<u8>) {
        self.is_some().pack(into);
        if let Some(value) = self {
            value.pack(into);
        }
    }

    #[inline]
    fn unpack(from: &mut Unpacker<'_>) -> Result<Self> {
        if from.mark("an option")? { T::unpack(from).map(Some) } else { Ok(None) }
    }
}

impl<T: Packed> Packed for Box<T> {
    fn pack(&self, into: &mut Vec<u8>) {
        (**self).pack(into);
    }

    fn unpack(from: &mut Unpacker<'_>) -> Result<Self> {
        T::unpack(from).map(Self::new)
    }
}

impl<T: Packed> Packed for Vec<T> {
    fn pack(&self, into: &mut Vec<u8>) {
        self.len().pack(into);
        for part in self {
            part.pack(into);
        }
    }

    fn unpack(from: &mut Unpacker<'_>) -> Result<Self> {
        from.parts()
    }
}

impl<K: Packed + Ord, V: Packed> Packed for BTreeMap<K, V> {
    fn pack(&self, into: &mut Vec<u8>) {
        self.len().pack(into);
        for (key, value) in self {
            key.pack(into);
            value.pack(into);
        }
    }

    fn unpack(from: &mut Unpacker<'_>) -> Result<Self> {
        let parts: Vec<(K, V)> = from.parts()?;
        if parts.is_sorted_by(|(left, _), (right, _)| left < right) {
            Ok(parts.into_iter().collect())
        } else {
            Err(PackedError::Malformed("a map"))
        }
    }
}

impl<A: Packed, B: Packed> Packed for (A, B) {
    fn pack(&self, into: &mut Vec<u8>) {
        self.0.pack(into);
        self.1.pack(into);
    }

    #[inline]
    fn unpack(from: &mut Unpacker<'_>) -> Result<Self> {
        Ok((A::unpack(from)?, B::unpack(from)?))
    }
}

impl<const BYTES: usize> Packed for HexId<BYTES> {
    fn pack(&self, into: &mut Vec<u8>) {
        pack_text(hex::Digits::of(self.bytes()).as_str(), into);
    }

    fn unpack(from: &mut Unpacker<'_>) -> Result<Self> {
        Self::parse(from.text()?).ok_or(PackedError::Malformed("an id"))
    }
}

impl<const MAX: usize> Packed for Text<MAX> {
    fn pack(&self, into: &mut Vec<u8>) {
        pack_text(self.as_str(), into);
    }

    fn unpack(from: &mut Unpacker<'_>) -> Result<Self> {
        Self::new(from.text()?).ok_or(PackedError::Malformed("a text for keys"))
    }
}
