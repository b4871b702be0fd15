//! A system before this ledger: its opening balances come in, and while it still runs the two are compared.
//!
//! An import has batches, each of which comes in whole or not at all, and is closed when all batches together are what the
//! system says they should be. `totals` is how both sides count, `row` what is said of a member and what must be true of it,
//! `numbers` the membership numbers, which stand in private data.

mod batch;
mod close;
mod get;
mod mirror;
mod mirror_list;
mod numbers;
mod row;
mod totals;

pub(super) use batch::import;
pub(super) use close::close;
pub(super) use get::get;
pub(super) use mirror::mirror;
pub(super) use mirror_list::mirror_list;
