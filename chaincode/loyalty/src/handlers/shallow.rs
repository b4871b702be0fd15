//! Guards a function whose argument may nest: reading JSON takes stack, and a component has little.

use folio_chaincode_sdk::{Context, Error, Handler, Result, codes};

/// Deepest nesting of objects and arrays in a nested argument.
const DEPTH_MAX: u32 = 24;

/// Refuses arguments that nest too deeply, before they are read.
pub(super) struct Shallow<H>(pub(super) H);

impl<H: Handler> Handler for Shallow<H> {
    fn handle(&self, context: &mut Context<'_>, object: &[u8]) -> Result<Vec<u8>> {
        if depth(object) > DEPTH_MAX {
            return Err(Error::new(codes::BAD_ARGUMENTS, format!("arguments nest deeper than {DEPTH_MAX}")));
        }
        self.0.handle(context, object)
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
