//! The loyalty chaincode: what a stay earns, what a member holds and what one chain owes another.
//!
//! Rules come first and are pure: they take values and return values, so every organisation that replays the same
//! stay under the same programme version gets the same points. Nothing in this crate reads a clock, draws a random
//! number or computes with floating point, and every refusal and every zero carries a stable reason code.
//!
//! To read it as a rulebook, begin with [`rules`]: what a programme may say and how it is applied. [`books`] is how points
//! are kept: double entry, lots, holds and debt. [`state`] says what stands on the ledger and under which key, and
//! [`handlers`] is the list of functions and who may call them. [`units`] and [`ids`] are the vocabulary.

#![cfg_attr(not(target_arch = "wasm32"), forbid(unsafe_code))]

pub mod books;
pub mod handlers;
pub mod ids;
pub mod rules;
pub mod state;
pub mod units;

folio_chaincode_sdk::export!(handlers::ROUTER);
