//! A lean form for large state values: what a type declares, by position.
//!
//! | what | bytes |
//! |---|---|
//! | `bool`, option | one byte, 0 or 1; what is there follows |
//! | unsigned number | base 128, least significant group first, the high bit says that more follow |
//! | signed number | zigzag, then as an unsigned one |
//! | text | its length, then itself |
//! | list, map | how many, then each |
//! | tuple, newtype | each part |
//! | structure | how many fields, then each in its order |
//! | enumeration | the place of the variant, then its content |
//!
//! A field that is added later goes to the end of its structure with a serde default, and a variant to the end of its
//! enumeration: bytes written before still read. A value is written in one form only. Floats have none, since their bytes
//! would stand in signed results.

mod unpacker;
mod values;

pub use folio_chaincode_derive::Packed;
pub use unpacker::Unpacker;
pub use values::pack_text;

/// A value that has a packed form. `#[derive(Packed)]` makes it of a type's declaration; a type with rules of its own
/// implements it by hand, and refuses bytes that it would not have written.
///
/// What would make the bytes say what they are, or a result depend on a float, does not compile:
///
/// ```compile_fail
/// #[derive(folio_chaincode_sdk::Packed)]
/// struct Rate {
///     value: f64,
/// }
/// ```
///
/// ```compile_fail
/// #[derive(serde::Deserialize, folio_chaincode_sdk::Packed)]
/// #[serde(untagged)]
/// enum Guess {
///     Number(u8),
///     Text(String),
/// }
/// ```
pub trait Packed: Sized {
    /// Appends the packed form.
    fn pack(&self, into: &mut Vec<u8>);

    /// Reads what [`pack`](Self::pack) has written, now or in an earlier version.
    fn unpack(from: &mut Unpacker<'_>) -> Result<Self, PackedError>;
}

/// Why bytes are not a packed value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PackedError {
    /// The bytes end within the value.
    #[error("the value is cut off")]
    Truncated,
    /// Something that nothing would have written.
    #[error("{0} is malformed")]
    Malformed(&'static str),
    /// More bytes than the value takes.
    #[error("{0} bytes follow the value")]
    Trailing(usize),
}

/// The packed form of a value.
pub fn to_packed<T: Packed>(value: &T) -> Vec<u8> {
    let mut bytes = Vec::new();
    value.pack(&mut bytes);
    bytes
}

/// Reads a packed value, which must take all of the bytes.
pub fn from_packed<T: Packed>(bytes: &[u8]) -> Result<T, PackedError> {
    let mut from = Unpacker::new(bytes);
    let value = T::unpack(&mut from)?;
    match from.left() {
        0 => Ok(value),
        more => Err(PackedError::Trailing(more)),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[derive(Debug, PartialEq, Packed)]
    enum Shape {
        Nothing,
        Text(String),
        Pair(u8, i64),
        Named { wide: u64, inner: Box<Shape> },
    }

    #[derive(Debug, PartialEq, Packed)]
    struct Wrapped(i32);

    #[derive(Debug, PartialEq, Packed)]
    struct Everything {
        flag: bool,
        small: i8,
        wide: u64,
        low: i64,
        letter: String,
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
            letter: "ß".to_owned(),
            none: None,
            some: Some(Wrapped(-300)),
            pair: (3, 4),
            shapes: vec![Shape::Nothing, Shape::Text("ä".to_owned()), Shape::Named { wide: 128, inner }],
            named: BTreeMap::from([(String::new(), (0, false)), ("a".to_owned(), (u16::MAX, true))]),
        }
    }

    #[test]
    fn what_is_written_reads_back_and_its_bytes_are_frozen() {
        let bytes = to_packed(&everything());
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
        let bytes = to_packed(&everything());
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
        assert_eq!(from_packed::<Shape>(&[9]), Err(PackedError::Malformed("a variant")));
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
        #[derive(Packed)]
        struct Before {
            a: u8,
        }
        #[derive(Debug, PartialEq, Packed)]
        struct After {
            a: u8,
            #[serde(default)]
            b: Vec<u8>,
        }
        // The value behind it is not taken for the new field.
        let bytes = to_packed(&(Before { a: 7 }, 9_u8));
        assert_eq!(from_packed::<(After, u8)>(&bytes), Ok((After { a: 7, b: Vec::new() }, 9)));
        // Nor is a field that is not known read over.
        let newer = to_packed(&(After { a: 7, b: vec![1] }, 9_u8));
        #[derive(Debug, PartialEq, Packed)]
        struct Older {
            a: u8,
        }
        assert_eq!(from_packed::<(Older, u8)>(&newer), Err(PackedError::Malformed("a structure")));
    }

    #[test]
    fn a_default_is_that_of_the_field_or_of_the_whole_and_what_is_skipped_is_not_written() {
        #[derive(Debug, PartialEq, serde::Deserialize, Packed)]
        #[serde(default)]
        struct Whole {
            a: u8,
            b: u8,
            #[serde(skip)]
            found: u8,
        }
        impl Default for Whole {
            fn default() -> Self {
                Self { a: 1, b: 2, found: 3 }
            }
        }
        #[derive(Debug, PartialEq, serde::Deserialize, Packed)]
        struct Parts {
            #[serde(default)]
            early: u8,
            needed: u8,
            #[serde(default = "seven")]
            late: u8,
        }
        const fn seven() -> u8 {
            7
        }
        assert_eq!(to_packed(&Whole { a: 8, b: 9, found: 4 }), [2, 8, 9]);
        assert_eq!(from_packed(&[1, 8]), Ok(Whole { a: 8, b: 2, found: 3 }));
        assert_eq!(from_packed(&[0]), Ok(Whole::default()));
        assert_eq!(from_packed(&[2, 5, 6]), Ok(Parts { early: 5, needed: 6, late: 7 }));
        assert_eq!(from_packed::<Parts>(&[1, 5]), Err(PackedError::Malformed("a structure")));
    }
}
