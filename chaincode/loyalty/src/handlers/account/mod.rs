//! A member's account at work, whatever for.
//!
//! `holder` finds the account of a member who may have become part of another, and `upkeep` does to it what time has done
//! since it was last touched. `granting` gives what is due beside points, and takes back what no longer is. `spending` is
//! how everything begins that takes points out.

pub(super) mod granting;
pub(super) mod holder;
pub(super) mod spending;
pub(super) mod upkeep;
