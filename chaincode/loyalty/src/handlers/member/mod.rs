//! Members: who they are, with which key they sign, and what becomes of their accounts.
//!
//! `row` reads the registry, `get` shows what a member has, `key` binds and changes the key and `recovery` replaces a lost
//! one. `link` records what two members agree on, `merge` makes one of two, `status` matches a tier and `close` ends a
//! membership.

mod close;
mod get;
mod key;
mod link;
mod merge;
mod recovery;
mod row;
mod status;

pub(super) use close::close;
pub(super) use get::get;
pub(super) use key::{bind_key, rotate_key};
pub(super) use link::link;
pub(super) use merge::{merge, merge_account};
pub(super) use recovery::{cancel_recovery, recover};
pub(super) use row::{checked_key, enrolled_on, home_programme, key_in_force, must_get, require_not_merged, unknown};
pub(super) use status::match_status;
