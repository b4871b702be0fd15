//! Queries that answer page by page.

use folio_chaincode_sdk::Cursor;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::ids::{MemberId, ProgrammeId};

/// Arguments of a query that lists something of a programme.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct OfProgramme {
    pub(in crate::handlers) programme: ProgrammeId,
    /// How many rows are looked at.
    #[serde(default)]
    pub(in crate::handlers) limit: Option<u32>,
    /// Where the page before ended.
    #[serde(default)]
    pub(in crate::handlers) after: Option<Cursor>,
}

/// Arguments of a query that lists something of a member in a programme.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct OfMember {
    pub(in crate::handlers) programme: ProgrammeId,
    pub(in crate::handlers) member: MemberId,
    /// How many rows are looked at.
    #[serde(default)]
    pub(in crate::handlers) limit: Option<u32>,
    /// Where the page before ended.
    #[serde(default)]
    pub(in crate::handlers) after: Option<Cursor>,
}
