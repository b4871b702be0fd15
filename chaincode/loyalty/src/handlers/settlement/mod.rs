//! Settlement: from rows of single transactions to what chains pay each other.
//!
//! Every transaction writes what it makes one organisation owe another as a row of its own, into its business date. `seal`
//! ends a date: what comes later goes into the date that is open then. `fold` adds the rows of sealed dates up to
//! positions, `price` values what had no agreement, and `close` sets the positions of folded dates off against each other,
//! but for what is disputed.
//!
//! Invariant: no row of a sealed date is ever written again. A correction, a later price and the outcome of a dispute land
//! in the open date, and so in a later closing. Nothing scans dates that are open but queries.

mod accept;
mod breakage;
mod close;
pub(super) mod dates;
mod dispute;
mod fold;
mod liability;
mod outside;
mod owed;
mod payables;
mod position;
mod price;
mod row;
mod seal;

pub(super) use accept::{accept, get};
pub(super) use breakage::estimate_breakage;
pub(super) use close::{close, net};
pub(super) use dispute::{dispute, settle_dispute};
pub(super) use fold::fold;
pub(super) use liability::liability;
pub(super) use outside::outside;
pub(super) use owed::owed;
pub(super) use position::position;
pub(super) use price::price;
pub(super) use seal::seal;
