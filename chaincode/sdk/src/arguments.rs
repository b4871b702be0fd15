//! A function's arguments: its name and one JSON object.

use serde::de::DeserializeOwned;

use crate::{Error, Result, codes};

/// Largest JSON object that a function takes.
pub const ARGUMENT_BYTES_MAX: usize = 64 * 1024;

/// The function's name and its JSON object.
pub const ARGUMENTS_MAX: usize = 2;

/// Deepest nesting of objects and arrays in it: reading takes stack, of which a component has 64 KiB.
pub const ARGUMENT_DEPTH_MAX: u32 = 24;

/// The function's name and its JSON object; a missing object stands for `{}`.
pub(crate) fn split(args: &[Vec<u8>]) -> Result<(&str, &[u8])> {
    let (name, object) = match args {
        [name] => (name, &b"{}"[..]),
        [name, object] => (name, object.as_slice()),
        _ => return Err(bad(format!("a call has a name and one JSON object, this one has {} arguments", args.len()))),
    };
    if object.len() > ARGUMENT_BYTES_MAX {
        return Err(bad(format!("arguments may have {ARGUMENT_BYTES_MAX} bytes, these have {}", object.len())));
    }
    let name = std::str::from_utf8(name).map_err(|_| bad("the function's name is not UTF-8".to_owned()))?;
    Ok((name, object))
}

/// Reads one JSON object, in which every field must be known.
pub(crate) fn parse<A: DeserializeOwned>(object: &[u8]) -> Result<A> {
    // A record is also read from an array of its fields; positions are no names.
    if object.iter().find(|byte| !byte.is_ascii_whitespace()) != Some(&b'{') {
        return Err(bad("expected one JSON object".to_owned()));
    }
    if depth(object) > ARGUMENT_DEPTH_MAX {
        return Err(bad(format!("arguments may nest {ARGUMENT_DEPTH_MAX} deep")));
    }
    let object = std::str::from_utf8(object).map_err(|error| bad(format!("arguments are no text: {error}")))?;
    let mut json = serde_json::Deserializer::from_str(object);
    let mut unknown = None;
    let arguments = serde_ignored::deserialize(&mut json, |path| {
        unknown.get_or_insert_with(|| path.to_string());
    });
    let arguments = arguments.map_err(|error| bad(error.to_string()))?;
    json.end().map_err(|error| bad(error.to_string()))?;
    match unknown {
        Some(field) => Err(bad(format!("field `{field}` is unknown"))),
        None => Ok(arguments),
    }
}

/// The deepest nesting of a JSON text. Of bytes that are no JSON it is some number, and the reader refuses them.
fn depth(json: &[u8]) -> u32 {
    let (mut open, mut deepest) = (0_u32, 0);
    let mut bytes = json.iter();
    while let Some(byte) = bytes.next() {
        match byte {
            b'{' | b'[' => {
                open = open.saturating_add(1);
                deepest = deepest.max(open);
            }
            b'}' | b']' => open = open.saturating_sub(1),
            b'"' => skip_text(&mut bytes),
            _ => {}
        }
    }
    deepest
}

/// Moves past the quote that ends a text.
fn skip_text<'a>(bytes: &mut impl Iterator<Item = &'a u8>) {
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => return,
            b'\\' => drop(bytes.next()),
            _ => {}
        }
    }
}

fn bad(message: String) -> Error {
    Error::new(codes::BAD_ARGUMENTS, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth_counts_brackets_outside_of_texts() {
        let cases = [
            ("{}", 1),
            (r#"{"a":[[1],[2]]}"#, 3),
            (r#"{"a":"[[[[","b":"\"[[["}"#, 1),
            (r#"{"a":"\\","b":[]}"#, 2),
            ("]]]{", 1),
            (r#"{"a":"[["#, 1),
        ];
        for (json, expected) in cases {
            assert_eq!(depth(json.as_bytes()), expected, "{json}");
        }
    }
}
