//! What stays and purchases share on the way from a report to points.
//!
//! `rated` is what a report comes to once the rules were asked, and the account that it goes into. `posting` enters the
//! difference to what was posted before, with what campaigns and an offer give beside it, and `receipt` is what both tell
//! their reporter. Here stands nothing that only a stay has, such as nights and groups, and nothing that only a purchase
//! has.

pub(super) mod posting;
pub(super) mod rated;
pub(super) mod receipt;
