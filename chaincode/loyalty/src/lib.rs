//! The loyalty chaincode: what a stay earns, what a member holds and what one chain owes another.
//!
//! Rules come first and are pure: they take values and return values, so every organisation that replays the same
//! stay under the same programme version gets the same points. Nothing in this crate reads a clock, draws a random
//! number or computes with floating point, and every refusal and every zero carries a stable reason code.

#![forbid(unsafe_code)]

pub mod books;
pub mod ids;
pub mod rules;
pub mod units;
