//! The runtime over the probe's real component.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may stop where they stand")]

mod calls;
mod install;
mod mock;
mod stores;
mod support;
