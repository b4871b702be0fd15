//! Points that move or end without a stay and without a reward.
//!
//! Between members: `transfer`, `gift` and `pool`; `fee` is what the first two cost. By the programme: `award` gives for events and activities, `adjust`
//! corrects, `goodwill` extends and reinstates, and `issue` bounds what one call may bring in. By time: `expiry`. To a
//! partner's currency: `convert`.

pub(super) mod adjust;
pub(super) mod award;
pub(super) mod convert;
pub(super) mod expiry;
pub(super) mod fee;
pub(super) mod gift;
pub(super) mod goodwill;
pub(super) mod issue;
pub(super) mod pool;
pub(super) mod transfer;
