//! How an exact ratio becomes a whole number.

use folio_chaincode_sdk::Packed;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A declared rounding. Programmes publish none, so each definition names its own.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Packed)]
#[serde(rename_all = "snake_case")]
pub enum Rounding {
    /// Towards minus infinity.
    #[default]
    Floor,
    /// To the nearest; a half goes towards plus infinity.
    HalfUp,
    /// To the nearest; a half goes to the even neighbour.
    HalfEven,
}
