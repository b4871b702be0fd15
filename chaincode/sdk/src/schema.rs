//! The shape of functions as JSON Schema, for those who build on a chaincode.
//!
//! Schemas are made from the types that the functions read and answer, by native tools. A component holds none.

use std::borrow::Cow;

#[cfg(not(target_arch = "wasm32"))]
use schemars::generate::SchemaSettings;
#[cfg(not(target_arch = "wasm32"))]
use schemars::transform::RecursiveTransform;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::{Date, HexId, Text};

/// The shape of one function.
#[derive(Debug, Clone)]
pub struct Shape {
    /// Its name.
    pub function: &'static str,
    /// Whether it may write.
    pub writes: bool,
    /// What it takes.
    pub arguments: Schema,
    /// What it answers.
    pub result: Schema,
}

/// What readers of the type take. A record holds the fields listed and no others: they are refused.
#[cfg(not(target_arch = "wasm32"))]
pub fn of_input<T: JsonSchema>() -> Schema {
    let settings = SchemaSettings::draft2020_12().for_deserialize().with_transform(RecursiveTransform(close));
    untitled(settings.into_generator().into_root_schema_for::<T>())
}

/// What writers of the type make. Later versions may make more fields.
#[cfg(not(target_arch = "wasm32"))]
pub fn of_output<T: JsonSchema>() -> Schema {
    untitled(SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<T>())
}

/// The title is the type's name in Rust, which is nobody else's.
#[cfg(not(target_arch = "wasm32"))]
fn untitled(mut schema: Schema) -> Schema {
    schema.remove("title");
    schema
}

#[cfg(not(target_arch = "wasm32"))]
fn close(schema: &mut Schema) {
    let says = |keyword| schema.get(keyword).is_some();
    let is_record = schema.get("type").and_then(|kind| kind.as_str()) == Some("object");
    if is_record && !says("additionalProperties") && !says("unevaluatedProperties") {
        let parted = says("oneOf") || says("anyOf") || says("allOf") || says("$ref");
        schema.insert(if parted { "unevaluatedProperties" } else { "additionalProperties" }.to_owned(), false.into());
    }
}

/// Describes a type that reads and writes itself as one JSON value, by a schema of that value.
#[macro_export]
macro_rules! value_schema {
    ($type:ty, $name:literal, $schema:tt) => {
        impl ::schemars::JsonSchema for $type {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> ::std::borrow::Cow<'static, str> {
                $name.into()
            }

            fn json_schema(_: &mut ::schemars::SchemaGenerator) -> ::schemars::Schema {
                ::schemars::json_schema!($schema)
            }
        }
    };
}

value_schema!(Date, "Date", { "type": "string", "format": "date" });

impl<const BYTES: usize> JsonSchema for HexId<BYTES> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("Id{BYTES}").into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let pattern = format!("^[0-9a-f]{{{}}}$", BYTES.saturating_mul(2));
        json_schema!({ "type": "string", "pattern": pattern })
    }
}

impl<const MAX: usize> JsonSchema for Text<MAX> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("Text{MAX}").into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "minLength": 1, "maxLength": MAX, "pattern": "^[-.-}]+$" })
    }
}
