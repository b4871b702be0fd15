//! State values: a schema byte, then a message.

use prost::Message;

use crate::{Error, Result, codes};

/// A message that stands in world state.
///
/// What is written begins with the byte [`SCHEMA`](Self::SCHEMA). Compatible growth (a new field) keeps the byte; any
/// other change raises it and teaches [`older`](Self::older) to read what was written before. Messages must not hold
/// hash maps or floats: their bytes stand in signed results.
pub trait Record: Message + Default {
    /// The schema that is written.
    const SCHEMA: u8 = 1;

    /// Reads a body written under an older schema. `None` says that there never was such a schema.
    fn older(schema: u8, body: &[u8]) -> Option<std::result::Result<Self, prost::DecodeError>> {
        let _ = (schema, body);
        None
    }

    /// The bytes that stand in world state.
    fn to_state(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(1 + self.encoded_len());
        bytes.push(Self::SCHEMA);
        self.encode_raw(&mut bytes);
        bytes
    }

    /// Reads any schema that was ever written. `what` names the value in the refusal.
    fn from_state(bytes: &[u8], what: &str) -> Result<Self> {
        let unreadable = |why: String| Error::new(codes::STATE_UNREADABLE, format!("{what} cannot be read: {why}"));
        let (schema, body) = bytes.split_first().ok_or_else(|| unreadable("it is empty".to_owned()))?;
        let decoded = if *schema == Self::SCHEMA {
            Self::decode(body)
        } else {
            Self::older(*schema, body).ok_or_else(|| unreadable(format!("schema {schema} is unknown")))?
        };
        decoded.map_err(|error| unreadable(error.to_string()))
    }
}
