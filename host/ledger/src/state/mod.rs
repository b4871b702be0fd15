//! World state and everything else that is made from blocks: one database, written in one batch a block.

mod batch;
mod cache;
mod database;
mod hash;
mod keys;
mod snapshot;

pub(crate) use batch::BlockBatch;
pub(crate) use cache::Cache;
pub(crate) use database::{StateDatabase, Tip};
pub(crate) use hash::state_hash;
pub use snapshot::Snapshot;
