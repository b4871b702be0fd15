//! The books: double entry, in points of one programme.
//!
//! Every change is an [`Entry`] whose postings sum to zero, made of movements from one [`Account`] to another. What a
//! member has is [`Holdings`]: lots free to spend, lots held for a reward, lots that become available later, and debt; a
//! [`Wallet`] has lots, and a [`Till`] of a merchant's treasury has points. Totals of a programme are sums of postings
//! ([`Totals`]); nothing else counts points.
//!
//! Invariants: no lot is empty or negative; a member never has points to spend and debt at once, because whatever comes
//! in repays debt first; and at every moment, per programme,
//! `imported + issued - reversed = available + pending + reserved + wallet + treasury + redeemed + converted + expired +
//! forfeited + decayed + fees - debt`.

mod account;
mod ending;
mod entry;
mod error;
mod gift;
mod holdings;
mod import;
mod lot;
mod lots;
mod over_time;
#[cfg(test)]
mod proptests;
mod redemption;
#[cfg(test)]
mod testing;
mod totals;
mod treasury;
mod wallet;

pub use account::{Account, Kind};
pub use entry::Entry;
pub use error::BooksError;
pub use holdings::{HOLDS_MAX, Hold, Holdings};
pub use lot::{CostClass, Lot, LotKey};
pub use lots::{DatedLot, LOTS_MAX, LotKind, Lots};
pub use over_time::Pending;
pub use totals::Totals;
pub use treasury::Till;
pub use wallet::Wallet;
