//! The shape of functions as JSON Schema, for those who build on a chaincode.
//!
//! Schemas are made from the types that the functions read and answer, by native tools. A component holds none.

use std::borrow::Cow;

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
        json_schema!({ "type": "string", "minLength": 1, "maxLength": MAX, "pattern": "^[--}]+$" })
    }
}
