//! Values to bytes.

use serde::Serialize;
use serde::ser::{
    SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple, SerializeTupleStruct,
    SerializeTupleVariant, Serializer,
};

use super::PackedError;

type Result<T> = std::result::Result<T, PackedError>;

/// Writes one value; and the parts of a value that has parts.
pub(super) struct Writer<'a> {
    pub(super) bytes: &'a mut Vec<u8>,
}

impl Writer<'_> {
    fn number(self, mut value: u64) {
        while value >= 0x80 {
            self.bytes.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.bytes.push(value as u8);
    }

    fn count(self, count: usize) -> Self {
        Writer { bytes: &mut *self.bytes }.number(count as u64);
        self
    }

    fn part<T: Serialize + ?Sized>(&mut self, part: &T) -> Result<()> {
        part.serialize(Writer { bytes: self.bytes })
    }
}

impl Serializer for Writer<'_> {
    type Ok = ();
    type Error = PackedError;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Self;
    type SerializeTupleVariant = Self;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    type SerializeStructVariant = Self;

    fn is_human_readable(&self) -> bool {
        false
    }

    fn serialize_bool(self, value: bool) -> Result<()> {
        self.bytes.push(value.into());
        Ok(())
    }

    fn serialize_i8(self, value: i8) -> Result<()> {
        self.serialize_i64(value.into())
    }

    fn serialize_i16(self, value: i16) -> Result<()> {
        self.serialize_i64(value.into())
    }

    fn serialize_i32(self, value: i32) -> Result<()> {
        self.serialize_i64(value.into())
    }

    fn serialize_i64(self, value: i64) -> Result<()> {
        self.number(((value << 1) ^ (value >> 63)).cast_unsigned());
        Ok(())
    }

    fn serialize_u8(self, value: u8) -> Result<()> {
        self.serialize_u64(value.into())
    }

    fn serialize_u16(self, value: u16) -> Result<()> {
        self.serialize_u64(value.into())
    }

    fn serialize_u32(self, value: u32) -> Result<()> {
        self.serialize_u64(value.into())
    }

    fn serialize_u64(self, value: u64) -> Result<()> {
        self.number(value);
        Ok(())
    }

    fn serialize_f32(self, _: f32) -> Result<()> {
        Err(PackedError::Unsupported("a float"))
    }

    fn serialize_f64(self, _: f64) -> Result<()> {
        Err(PackedError::Unsupported("a float"))
    }

    fn serialize_char(self, value: char) -> Result<()> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Result<()> {
        self.serialize_bytes(value.as_bytes())
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<()> {
        self.count(value.len()).bytes.extend_from_slice(value);
        Ok(())
    }

    fn serialize_none(self) -> Result<()> {
        self.serialize_bool(false)
    }

    fn serialize_some<T: Serialize + ?Sized>(mut self, value: &T) -> Result<()> {
        self.bytes.push(1);
        self.part(value)
    }

    fn serialize_unit(self) -> Result<()> {
        Err(PackedError::Unsupported("a unit"))
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<()> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(self, _: &'static str, variant: u32, _: &'static str) -> Result<()> {
        self.serialize_u32(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<()> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        variant: u32,
        _: &'static str,
        value: &T,
    ) -> Result<()> {
        value.serialize(self.count(variant as usize))
    }

    fn serialize_seq(self, count: Option<usize>) -> Result<Self> {
        let count = count.ok_or(PackedError::Unsupported("a list of unknown length"))?;
        Ok(self.count(count))
    }

    fn serialize_tuple(self, _: usize) -> Result<Self> {
        Ok(self)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self> {
        Ok(self)
    }

    fn serialize_tuple_variant(self, _: &'static str, variant: u32, _: &'static str, _: usize) -> Result<Self> {
        Ok(self.count(variant as usize))
    }

    fn serialize_map(self, count: Option<usize>) -> Result<Self> {
        let count = count.ok_or(PackedError::Unsupported("a map of unknown length"))?;
        Ok(self.count(count))
    }

    fn serialize_struct(self, _: &'static str, fields: usize) -> Result<Self> {
        Ok(self.count(fields))
    }

    fn serialize_struct_variant(self, _: &'static str, variant: u32, _: &'static str, fields: usize) -> Result<Self> {
        Ok(self.count(variant as usize).count(fields))
    }
}

/// Parts stand one behind the other.
macro_rules! parts {
    ($trait:ident, $method:ident) => {
        impl $trait for Writer<'_> {
            type Ok = ();
            type Error = PackedError;

            fn $method<T: Serialize + ?Sized>(&mut self, part: &T) -> Result<()> {
                self.part(part)
            }

            fn end(self) -> Result<()> {
                Ok(())
            }
        }
    };
}

parts!(SerializeSeq, serialize_element);
parts!(SerializeTuple, serialize_element);
parts!(SerializeTupleStruct, serialize_field);
parts!(SerializeTupleVariant, serialize_field);

/// The same for named fields, none of which may be left out: their order is all that tells them apart.
macro_rules! fields {
    ($trait:ident) => {
        impl $trait for Writer<'_> {
            type Ok = ();
            type Error = PackedError;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, _: &'static str, field: &T) -> Result<()> {
                self.part(field)
            }

            fn skip_field(&mut self, _: &'static str) -> Result<()> {
                Err(PackedError::Unsupported("a structure that leaves out fields"))
            }

            fn end(self) -> Result<()> {
                Ok(())
            }
        }
    };
}

fields!(SerializeStruct);
fields!(SerializeStructVariant);

impl SerializeMap for Writer<'_> {
    type Ok = ();
    type Error = PackedError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<()> {
        self.part(key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        self.part(value)
    }

    fn end(self) -> Result<()> {
        Ok(())
    }
}
