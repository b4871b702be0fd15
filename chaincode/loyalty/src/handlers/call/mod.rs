//! What every function asks of its call before it looks at the books.
//!
//! `access` says who calls and what they may do, `mandate` whether the member has agreed, `clock` what dates may be named,
//! and `request` whether the same was asked before. `page` is how a list is asked for, `secret` and `text` read what an
//! argument or the transient map says, and `refusal` is how a rule's "no" becomes a code.

pub(super) mod access;
pub(super) mod clock;
pub(super) mod mandate;
pub(super) mod page;
mod refusal;
pub(super) mod request;
pub(super) mod secret;
pub(super) mod text;
