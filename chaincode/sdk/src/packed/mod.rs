//! A lean form for large state values: what serde derives, by position.
//!
//! | what | bytes |
//! |---|---|
//! | `bool`, option | one byte, 0 or 1; what is there follows |
//! | unsigned number | base 128, least significant group first, the high bit says that more follow |
//! | signed number | zigzag, then as an unsigned one |
//! | text, bytes | their length, then themselves |
//! | list, map | how many, then each |
//! | tuple, newtype | each part |
//! | structure | how many fields, then each in its order |
//! | enumeration | the place of the variant, then its content |
//!
//! A field that is added later goes to the end of its structure with a serde default, and a variant to the end of its
//! enumeration: bytes written before still read. A value is written in one form only. Floats are
//! refused, since their bytes stand in signed results; so is a unit, which has none, and whatever asks the bytes what they
//! are (untagged enumerations, flattened fields).

mod read;
mod write;

use serde::{Deserialize, Serialize};

/// Why a value cannot be written or read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PackedError {
    /// The bytes end within the value.
    #[error("the value is cut off")]
    Truncated,
    /// A number, a count, a mark or a text that nothing would have written.
    #[error("{0} is malformed")]
    Malformed(&'static str),
    /// More bytes than the value takes.
    #[error("{0} bytes follow the value")]
    Trailing(usize),
    /// The type has no packed form.
    #[error("{0} has no packed form")]
    Unsupported(&'static str),
    /// What the type itself says.
    #[error("{0}")]
    Refused(String),
}

/// The packed form of a value.
pub fn to_packed<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, PackedError> {
    let mut bytes = Vec::new();
    value.serialize(write::Writer { bytes: &mut bytes })?;
    Ok(bytes)
}

/// Reads a packed value, which must take all of the bytes.
pub fn from_packed<'de, T: Deserialize<'de>>(bytes: &'de [u8]) -> Result<T, PackedError> {
    let mut reader = read::Reader { rest: bytes };
    let value = T::deserialize(&mut reader)?;
    match reader.rest.len() {
        0 => Ok(value),
        more => Err(PackedError::Trailing(more)),
    }
}

impl serde::ser::Error for PackedError {
    fn custom<T: std::fmt::Display>(message: T) -> Self {
        Self::Refused(message.to_string())
    }
}

impl serde::de::Error for PackedError {
    fn custom<T: std::fmt::Display>(message: T) -> Self {
        Self::Refused(message.to_string())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    enum Shape {
        Nothing,
        Text(String),
        Pair(u8, i64),
        Named { wide: u64, inner: Box<Shape> },
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Wrapped(i32);

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Everything {
        flag: bool,
        small: i8,
        wide: u64,
        low: i64,
        letter: char,
        none: Option<u8>,
        some: Option<Wrapped>,
        pair: (u8, u8),
        shapes: Vec<Shape>,
        named: BTreeMap<String, (u16, bool)>,
    }

    fn everything() -> Everything {
        let inner = Box::new(Shape::Pair(255, i64::MIN));
        Everything {
            flag: true,
            small: -1,
            wide: u64::MAX,
            low: -65,
            letter: 'ß',
            none: None,
            some: Some(Wrapped(-300)),
            pair: (3, 4),
            shapes: vec![Shape::Nothing, Shape::Text("ä".to_owned()), Shape::Named { wide: 128, inner }],
            named: BTreeMap::from([(String::new(), (0, false)), ("a".to_owned(), (u16::MAX, true))]),
        }
    }

    #[test]
    fn what_is_written_reads_back_and_its_bytes_are_frozen() {
        let bytes = to_packed(&everything()).unwrap();
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(
            hex,
            "0a0101ffffffffffffffffff01810102c39f0001d70403040300\
             0102c3a40302800102ff01ffffffffffffffffff0102000000\
             0161ffff0301"
        );
        assert_eq!(from_packed::<Everything>(&bytes), Ok(everything()));
    }

    #[test]
    fn bytes_that_are_cut_off_or_go_on_are_refused() {
        let bytes = to_packed(&everything()).unwrap();
        for length in 0..bytes.len() {
            assert_eq!(from_packed::<Everything>(&bytes[..length]), Err(PackedError::Truncated), "{length}");
        }
        let longer = [&bytes[..], &[0, 0]].concat();
        assert_eq!(from_packed::<Everything>(&longer), Err(PackedError::Trailing(2)));
    }

    #[test]
    fn a_value_has_one_form_only() {
        for (bytes, what) in [
            (&[0x80, 0x00][..], "a number"),
            (&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02], "a number"),
            (&[0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01], "a number"),
        ] {
            assert_eq!(from_packed::<u64>(bytes), Err(PackedError::Malformed(what)), "{bytes:?}");
        }
        assert_eq!(from_packed::<u8>(&[0x80, 0x02]), Err(PackedError::Malformed("a number")));
        assert_eq!(from_packed::<i8>(&[0x80, 0x02]), Err(PackedError::Malformed("a number")));
        assert_eq!(from_packed::<bool>(&[2]), Err(PackedError::Malformed("a flag")));
        assert_eq!(from_packed::<Option<u8>>(&[2, 0]), Err(PackedError::Malformed("an option")));
        assert_eq!(from_packed::<String>(&[1, 0xff]), Err(PackedError::Malformed("a text")));
        assert!(matches!(from_packed::<Shape>(&[9]), Err(PackedError::Refused(_))));
    }

    #[test]
    fn a_count_that_the_bytes_cannot_hold_takes_no_memory() {
        let count = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01];
        assert!(from_packed::<Vec<u64>>(&count).is_err());
        assert!(from_packed::<String>(&count).is_err());
        assert!(from_packed::<BTreeMap<u64, u64>>(&count).is_err());
    }

    #[test]
    fn a_field_that_was_added_reads_as_its_default_from_older_bytes() {
        #[derive(Serialize)]
        struct Before {
            a: u8,
        }
        #[derive(Debug, PartialEq, Serialize, Deserialize)]
        struct After {
            a: u8,
            #[serde(default)]
            b: Vec<u8>,
        }
        // The value behind it is not taken for the new field.
        let bytes = to_packed(&(Before { a: 7 }, 9_u8)).unwrap();
        assert_eq!(from_packed::<(After, u8)>(&bytes), Ok((After { a: 7, b: Vec::new() }, 9)));
        // Nor is a field that is not known read over.
        let newer = to_packed(&(After { a: 7, b: vec![1] }, 9_u8)).unwrap();
        #[derive(Debug, PartialEq, Deserialize)]
        struct Older {
            a: u8,
        }
        assert_eq!(from_packed::<(Older, u8)>(&newer), Err(PackedError::Malformed("a structure")));
    }

    #[test]
    fn floats_and_what_asks_the_bytes_are_refused() {
        assert_eq!(to_packed(&1.5_f64), Err(PackedError::Unsupported("a float")));
        assert_eq!(from_packed::<f32>(&[0; 4]), Err(PackedError::Unsupported("a float")));
        assert_eq!(
            from_packed::<serde_json::Value>(&[0]),
            Err(PackedError::Unsupported("a value that does not say what it is"))
        );
    }
}
