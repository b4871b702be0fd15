//! The form in which a definition stands in the world state.

use super::definition::Definition;

/// Schema of what follows the first byte.
const SCHEMA_JSON: u8 = 1;

/// Why stored bytes are not a definition. It is the chaincode's own state that is wrong, not an input.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoredError {
    /// The first byte names a schema that is not known.
    #[error("a stored definition has schema {schema:?}, which is not known")]
    Schema {
        /// The byte, if there was one.
        schema: Option<u8>,
    },
    /// The rest cannot be read.
    #[error("a stored definition cannot be read: {message}")]
    Unreadable {
        /// What the reader found.
        message: String,
    },
}

impl Definition {
    /// The stored form. It can be read back by this and every later version of the chaincode.
    pub fn to_stored(&self) -> Result<Vec<u8>, StoredError> {
        let mut bytes = vec![SCHEMA_JSON];
        serde_json::to_writer(&mut bytes, self)
            .map_err(|error| StoredError::Unreadable { message: error.to_string() })?;
        Ok(bytes)
    }

    /// Reads the stored form. It was validated before it was stored.
    pub fn from_stored(bytes: &[u8]) -> Result<Self, StoredError> {
        match bytes.split_first() {
            Some((&SCHEMA_JSON, json)) => {
                serde_json::from_slice(json).map_err(|error| StoredError::Unreadable { message: error.to_string() })
            }
            other => Err(StoredError::Schema { schema: other.map(|(schema, _)| *schema) }),
        }
    }
}
