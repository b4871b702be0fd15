//! What the organisations share: hotels, what their systems call revenue, exchange rates, the consortium's policy, and the
//! agreements between a programme's owner and a host.
//!
//! `awaited` holds the stays of hotels that nobody has registered yet.

pub(super) mod agreement;
pub(super) mod awaited;
pub(super) mod exchange;
pub(super) mod hotel;
pub(super) mod policy;
pub(super) mod revenue_map;
