//! The form in which campaigns and offers stand in the world state.

use folio_chaincode_sdk::{from_packed, to_packed};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Campaign, Offer};
use crate::rules::programme::StoredError;

/// Schema of what follows the first byte: the [packed form](to_packed). As with definitions, a field that is added later
/// goes to the end of its structure with a serde default; anything else takes a new number.
const SCHEMA_PACKED: u8 = 1;

fn to_stored<T: Serialize>(value: &T) -> Result<Vec<u8>, StoredError> {
    let mut bytes = to_packed(value)?;
    bytes.insert(0, SCHEMA_PACKED);
    Ok(bytes)
}

fn from_stored<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, StoredError> {
    match bytes.split_first() {
        Some((&SCHEMA_PACKED, packed)) => Ok(from_packed(packed)?),
        other => Err(StoredError::Schema { schema: other.map(|(schema, _)| *schema) }),
    }
}

impl Campaign {
    /// The stored form.
    pub fn to_stored(&self) -> Result<Vec<u8>, StoredError> {
        to_stored(self)
    }

    /// Reads the stored form. It was validated before it was stored.
    pub fn from_stored(bytes: &[u8]) -> Result<Self, StoredError> {
        from_stored(bytes)
    }
}

impl Offer {
    /// The stored form.
    pub fn to_stored(&self) -> Result<Vec<u8>, StoredError> {
        to_stored(self)
    }

    /// Reads the stored form. It was validated before it was stored.
    pub fn from_stored(bytes: &[u8]) -> Result<Self, StoredError> {
        from_stored(bytes)
    }
}
