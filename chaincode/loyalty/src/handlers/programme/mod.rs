//! Programmes: what they say is data, in versions.
//!
//! `decide` leads a version from its proposal until it is in force; `terms` finds the version that holds on a date.

mod decide;
pub(super) mod terms;

pub(super) use decide::{activate, approve, get, propose, versions};
