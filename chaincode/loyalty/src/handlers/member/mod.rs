//! Members: who they are, with which key they sign, and what becomes of their accounts.
//!
//! `enrol` makes one, `row` reads the registry, `number` leads from a membership number to a member, `get` shows what a
//! member has and `statement` how it came. `key` binds and changes the key and `recovery` replaces a lost one. `link`
//! records what two members agree on, `merge` makes one of two, `status` matches a tier and `close` ends a membership.

mod close;
mod enrol;
mod get;
mod key;
mod link;
mod merge;
mod number;
mod recovery;
mod row;
mod statement;
mod status;

pub(super) use close::close;
pub(super) use enrol::enrol;
pub(super) use get::get;
pub(super) use key::{bind_key, rotate_key};
pub(super) use link::link;
pub(super) use merge::{merge, merge_account};
pub(super) use number::{Number, resolve};
pub(super) use recovery::{cancel_recovery, recover};
pub(super) use row::{checked_key, enrolled_on, home_programme, key_in_force, must_get, require_not_merged, unknown};
pub(super) use statement::statement;
pub(super) use status::match_status;
