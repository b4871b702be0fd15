//! Stays: what hotels report, and what is posted for it.
//!
//! `report` reads what the hotel sent and keeps it in private data, `rating` judges it and finds out what it earns, and
//! `receipt` is what the hotel is told; what happens in between is the same for a purchase and stands in `earning`. `group`
//! gathers stays that are rated as one. `submission` leads a report through them, `void` takes a stay back, and `claim` is
//! for guests who miss theirs.

mod claim;
mod group;
mod post;
mod queries;
mod rating;
mod receipt;
mod report;
mod submission;
mod void;

pub(super) use claim::{answer, claim, claims};
pub(super) use post::{post, resolve};
pub(super) use queries::{get, simulate, suspense};
pub(super) use void::void;
