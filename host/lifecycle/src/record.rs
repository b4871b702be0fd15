//! Fabric's way of spreading a record over keys of world state: which type, which fields, then one key a field.

use bytes::Bytes;
use folio_proto::lifecycle::state_data::Type as FieldValue;
use folio_proto::lifecycle::{StateData, StateMetadata};
use folio_simulator::Simulator;
use prost::Message;

use crate::{LifecycleError, keys};

/// A value of one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Field {
    Int(i64),
    Bytes(Bytes),
}

impl Field {
    pub(crate) fn encode(&self) -> Bytes {
        let value = match self {
            Self::Int(number) => FieldValue::Int64(*number),
            Self::Bytes(bytes) => FieldValue::Bytes(bytes.clone()),
        };
        StateData { r#type: Some(value) }.encode_to_vec().into()
    }

    pub(crate) fn int(key: &str, bytes: &Bytes) -> Result<i64, LifecycleError> {
        match field_value(key, bytes)? {
            Some(FieldValue::Int64(number)) => Ok(number),
            other => Err(wrong_type(key, other.as_ref())),
        }
    }

    pub(crate) fn bytes(key: &str, bytes: &Bytes) -> Result<Bytes, LifecycleError> {
        match field_value(key, bytes)? {
            Some(FieldValue::Bytes(bytes)) => Ok(bytes),
            other => Err(wrong_type(key, other.as_ref())),
        }
    }
}

/// Reads the metadata of a record; none where the name is not defined.
pub(crate) fn decode_metadata(key: &str, bytes: Option<&Bytes>) -> Result<Option<StateMetadata>, LifecycleError> {
    bytes.map(|bytes| decode(key, bytes)).transpose()
}

/// Decodes what only this crate can have written.
pub(crate) fn decode<M: Message + Default>(key: &str, bytes: &Bytes) -> Result<M, LifecycleError> {
    M::decode(bytes.clone()).map_err(|error| LifecycleError::Corrupt { key: key.to_owned(), reason: error.to_string() })
}

/// Writes a record: only the fields that change, as Fabric does.
pub(crate) fn write(
    simulator: &mut Simulator,
    chaincode: &str,
    datatype: &str,
    fields: &[(&'static str, Field)],
) -> Result<(), LifecycleError> {
    let metadata = StateMetadata {
        datatype: datatype.to_owned(),
        fields: fields.iter().map(|(name, _)| (*name).to_owned()).collect(),
    };
    put_if_changed(simulator, &keys::metadata(chaincode), metadata.encode_to_vec().into())?;
    for (name, value) in fields {
        put_if_changed(simulator, &keys::field(chaincode, name), value.encode())?;
    }
    Ok(())
}

fn put_if_changed(simulator: &mut Simulator, key: &str, value: Bytes) -> Result<(), LifecycleError> {
    if simulator.get(key)?.as_ref() != Some(&value) {
        simulator.put(key, value)?;
    }
    Ok(())
}

fn field_value(key: &str, bytes: &Bytes) -> Result<Option<FieldValue>, LifecycleError> {
    decode::<StateData>(key, bytes).map(|data| data.r#type)
}

fn wrong_type(key: &str, got: Option<&FieldValue>) -> LifecycleError {
    LifecycleError::Corrupt { key: key.to_owned(), reason: format!("a value of another type: {got:?}") }
}
