//! Stays: what hotels report, and what is posted for it.
//!
//! `report` reads what the hotel sent and keeps it in private data, `rating` finds out what it earns, `posting` enters the
//! difference to what was posted before, and `receipt` is what the hotel is told. `group` gathers stays that are rated as one. `submission`
//! leads a report through them.

mod group;
mod post;
pub(super) mod posting;
mod queries;
pub(super) mod rating;
pub(super) mod receipt;
mod report;
mod submission;
mod void;

pub(super) use post::{post, resolve};
pub(super) use queries::{get, simulate, suspense};
pub(super) use void::void;
