//! Values to the JSON of results and events.

use serde::Serialize;

/// Room for what most calls answer, so that the text is not moved while it grows.
const BYTES_EXPECTED: usize = 1024;

/// The JSON of a value.
pub(crate) fn write(value: &impl Serialize) -> serde_json::Result<Vec<u8>> {
    let mut json = Vec::with_capacity(BYTES_EXPECTED);
    serde_json::to_writer(&mut json, value)?;
    Ok(json)
}
