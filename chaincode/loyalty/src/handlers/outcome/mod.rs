//! What a transaction leaves behind.
//!
//! `journal` writes lines into the books, with statements and totals; `owing` makes one organisation owe another for them;
//! `event` tells everybody on the channel.

pub mod event;
pub(super) mod journal;
pub(super) mod owing;
