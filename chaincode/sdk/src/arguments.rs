//! A function's arguments: its name and one JSON object.

use serde::de::DeserializeOwned;

use crate::{Error, Result, codes};

/// Largest JSON object that a function takes.
pub const ARGUMENT_BYTES_MAX: usize = 64 * 1024;

/// The function's name and its JSON object.
pub const ARGUMENTS_MAX: usize = 2;

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
    // Clients of contracts with several parts write "contract:function".
    Ok((name.rsplit_once(':').map_or(name, |(_, function)| function), object))
}

/// Reads one JSON object, in which every field must be known.
pub(crate) fn parse<A: DeserializeOwned>(object: &[u8]) -> Result<A> {
    // A record is also read from an array of its fields; positions are no names.
    if object.iter().find(|byte| !byte.is_ascii_whitespace()) != Some(&b'{') {
        return Err(bad("expected one JSON object".to_owned()));
    }
    let mut json = serde_json::Deserializer::from_slice(object);
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

fn bad(message: String) -> Error {
    Error::new(codes::BAD_ARGUMENTS, message)
}
