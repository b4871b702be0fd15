//! Bytes to values.

use serde::de::value::U32Deserializer;
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, MapAccess, SeqAccess, VariantAccess, Visitor,
};

use super::PackedError;

type Result<T> = std::result::Result<T, PackedError>;

/// Bits of a number that one byte carries.
const GROUP_BITS: u32 = 7;

/// Reads values one behind the other.
pub(super) struct Reader<'de> {
    pub(super) rest: &'de [u8],
}

/// The parts of a list, a tuple, a map or a structure.
struct Parts<'a, 'de> {
    reader: &'a mut Reader<'de>,
    left: usize,
}

impl<'de> Reader<'de> {
    fn byte(&mut self) -> Result<u8> {
        let (byte, rest) = self.rest.split_first().ok_or(PackedError::Truncated)?;
        self.rest = rest;
        Ok(*byte)
    }

    #[inline]
    fn number(&mut self) -> Result<u64> {
        match self.byte()? {
            byte @ 0..0x80 => Ok(byte.into()),
            byte => self.long_number(byte),
        }
    }

    /// A number whose first byte says that more follow.
    fn long_number(&mut self, first: u8) -> Result<u64> {
        let mut value = u64::from(first & 0x7f);
        let mut shift = GROUP_BITS;
        loop {
            let byte = self.byte()?;
            let group = u64::from(byte & 0x7f);
            // The last of ten bytes has room for one bit.
            if shift >= u64::BITS || group >> (u64::BITS - shift).min(GROUP_BITS) != 0 {
                return Err(PackedError::Malformed("a number"));
            }
            value |= group << shift;
            match byte {
                0 => return Err(PackedError::Malformed("a number")),
                1..0x80 => return Ok(value),
                _ => shift += GROUP_BITS,
            }
        }
    }

    fn unsigned<T: TryFrom<u64>>(&mut self) -> Result<T> {
        T::try_from(self.number()?).map_err(|_| PackedError::Malformed("a number"))
    }

    fn signed<T: TryFrom<i64>>(&mut self) -> Result<T> {
        let zigzag = self.number()?;
        let value = (zigzag >> 1).cast_signed() ^ -(zigzag & 1).cast_signed();
        T::try_from(value).map_err(|_| PackedError::Malformed("a number"))
    }

    /// A count of parts of at least one byte each.
    fn count(&mut self) -> Result<usize> {
        let count = self.unsigned()?;
        if count > self.rest.len() { Err(PackedError::Truncated) } else { Ok(count) }
    }

    fn slice(&mut self) -> Result<&'de [u8]> {
        let length = self.count()?;
        let (slice, rest) = self.rest.split_at(length);
        self.rest = rest;
        Ok(slice)
    }

    fn text(&mut self) -> Result<&'de str> {
        str::from_utf8(self.slice()?).map_err(|_| PackedError::Malformed("a text"))
    }

    fn mark(&mut self, what: &'static str) -> Result<bool> {
        match self.byte()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(PackedError::Malformed(what)),
        }
    }

    fn parts(&mut self, left: usize) -> Parts<'_, 'de> {
        Parts { reader: self, left }
    }

    /// Fields in their order. Fewer than the type has are what an older version wrote.
    fn fields<V: Visitor<'de>>(&mut self, known: usize, visitor: V) -> Result<V::Value> {
        let written = self.unsigned()?;
        if written > known {
            return Err(PackedError::Malformed("a structure"));
        }
        visitor.visit_seq(self.parts(written))
    }
}

macro_rules! numbers {
    ($($method:ident $visit:ident $read:ident;)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
            visitor.$visit(self.$read()?)
        }
    )*};
}

macro_rules! unsupported {
    ($($method:ident $what:literal;)*) => {$(
        fn $method<V: Visitor<'de>>(self, _: V) -> Result<V::Value> {
            Err(PackedError::Unsupported($what))
        }
    )*};
}

impl<'de> Deserializer<'de> for &mut Reader<'de> {
    type Error = PackedError;

    fn is_human_readable(&self) -> bool {
        false
    }

    numbers! {
        deserialize_u8 visit_u8 unsigned;
        deserialize_u16 visit_u16 unsigned;
        deserialize_u32 visit_u32 unsigned;
        deserialize_u64 visit_u64 unsigned;
        deserialize_i8 visit_i8 signed;
        deserialize_i16 visit_i16 signed;
        deserialize_i32 visit_i32 signed;
        deserialize_i64 visit_i64 signed;
        deserialize_str visit_borrowed_str text;
        deserialize_string visit_borrowed_str text;
        deserialize_bytes visit_borrowed_bytes slice;
        deserialize_byte_buf visit_borrowed_bytes slice;
    }

    unsupported! {
        deserialize_f32 "a float";
        deserialize_f64 "a float";
        deserialize_any "a value that does not say what it is";
        deserialize_ignored_any "a value that does not say what it is";
        deserialize_identifier "a name";
        deserialize_unit "a unit";
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_bool(self.mark("a flag")?)
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_borrowed_str(self.text()?)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        if self.mark("an option")? { visitor.visit_some(self) } else { visitor.visit_none() }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        let count = self.count()?;
        visitor.visit_seq(self.parts(count))
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, parts: usize, visitor: V) -> Result<V::Value> {
        visitor.visit_seq(self.parts(parts))
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(self, _: &'static str, parts: usize, visitor: V) -> Result<V::Value> {
        visitor.visit_seq(self.parts(parts))
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        let count = self.count()?;
        visitor.visit_map(self.parts(count))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        self.fields(fields.len(), visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        visitor.visit_enum(self)
    }
}

impl<'de> SeqAccess<'de> for Parts<'_, 'de> {
    type Error = PackedError;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>> {
        let Some(left) = self.left.checked_sub(1) else { return Ok(None) };
        self.left = left;
        seed.deserialize(&mut *self.reader).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.left)
    }
}

impl<'de> MapAccess<'de> for Parts<'_, 'de> {
    type Error = PackedError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>> {
        self.next_element_seed(seed)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value> {
        seed.deserialize(&mut *self.reader)
    }
}

impl<'de> EnumAccess<'de> for &mut Reader<'de> {
    type Error = PackedError;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self)> {
        let place: U32Deserializer<PackedError> = self.unsigned::<u32>()?.into_deserializer();
        Ok((seed.deserialize(place)?, self))
    }
}

impl<'de> VariantAccess<'de> for &mut Reader<'de> {
    type Error = PackedError;

    fn unit_variant(self) -> Result<()> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, parts: usize, visitor: V) -> Result<V::Value> {
        visitor.visit_seq(self.parts(parts))
    }

    fn struct_variant<V: Visitor<'de>>(self, fields: &'static [&'static str], visitor: V) -> Result<V::Value> {
        self.fields(fields.len(), visitor)
    }
}
