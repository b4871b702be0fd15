//! The rules, driven as the handlers drive them: a definition, a stay, a member, and what comes of it.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test reports")]

mod eligibility;
mod elsewhere;
mod everything;
mod properties;
mod published;
mod screening;
mod standing;
mod support;
mod textbook;
mod transfers;
mod years;
