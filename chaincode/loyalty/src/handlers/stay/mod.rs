//! Stays: what hotels report, and what is posted for it.
//!
//! `report` reads what the hotel sent and keeps it in private data, `rating` finds out what it earns, `posting` enters the
//! difference to what was posted before, and `receipt` is what the hotel is told.

mod post;
mod posting;
mod queries;
mod rating;
mod receipt;
mod report;

pub(super) use post::post;
pub(super) use queries::{get, simulate, suspense};
