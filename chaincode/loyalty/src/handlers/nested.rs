//! A function whose argument nests. Reading nested JSON takes stack, of which a component has little, so the depth is
//! looked at first.

use folio_chaincode_sdk::{Context, Error, Handler, Result, codes};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Deepest nesting of objects and arrays.
const DEPTH_MAX: u32 = 24;

/// A function that may write and whose argument nests. `A` itself refuses unknown fields, at every depth.
pub(super) struct Nested<A, R>(pub(super) fn(&mut Context<'_>, A) -> Result<R>);

impl<A: DeserializeOwned, R: Serialize> Handler for Nested<A, R> {
    fn handle(&self, context: &mut Context<'_>, object: &[u8]) -> Result<Vec<u8>> {
        if depth(object) > DEPTH_MAX {
            return Err(Error::new(codes::BAD_ARGUMENTS, format!("arguments nest deeper than {DEPTH_MAX}")));
        }
        // Fields are also read from an array, where their order would count.
        if object.trim_ascii_start().first() != Some(&b'{') {
            return Err(Error::new(codes::BAD_ARGUMENTS, "expected one JSON object"));
        }
        let arguments =
            serde_json::from_slice(object).map_err(|error| Error::new(codes::BAD_ARGUMENTS, error.to_string()))?;
        let result = (self.0)(context, arguments)?;
        serde_json::to_vec(&result).map_err(|error| Error::new(codes::RESULT_UNWRITABLE, error.to_string()))
    }
}

/// The deepest nesting of JSON. Of bytes that are not JSON it is some number, and the reader refuses them.
fn depth(json: &[u8]) -> u32 {
    let (mut depth, mut deepest, mut in_text, mut escaped) = (0_u32, 0_u32, false, false);
    for byte in json {
        if in_text {
            (in_text, escaped) = (escaped || *byte != b'"', !escaped && *byte == b'\\');
            continue;
        }
        match byte {
            b'"' => in_text = true,
            b'{' | b'[' => {
                depth = depth.saturating_add(1);
                deepest = deepest.max(depth);
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth_counts_brackets_outside_of_text() {
        for (json, expected) in [
            ("{}", 1),
            (r#"{"a":[[1],[2]]}"#, 3),
            (r#"{"a":"[[[[","b":"\"[[["}"#, 1),
            (r#"{"a":"\\","b":[]}"#, 2),
            ("]]]{", 1),
        ] {
            assert_eq!(depth(json.as_bytes()), expected, "{json}");
        }
    }
}
