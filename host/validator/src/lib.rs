//! The verdict on a block: which of its transactions count, and what they write.
//!
//! Three steps, so that the dear ones run on all cores and ahead of time:
//! 1. [`check`]: everything about one entry that needs no ledger: form, creator, signatures. Blocks may be checked
//!    before the ones ahead of them are committed.
//! 2. [`weigh`]: everything about one entry against the committed ledger: duplicates, definition, policies, versions.
//! 3. [`decide`]: entries against those before them in the block, one after the other.
//!
//! Invariant: the verdict depends on the block, the committed ledger and the channel's configuration, and on nothing
//! else: no clock, no random, no order of threads. Chaincode is never run. Codes are given in the order in which Fabric
//! looks for them, so that an entry that is wrong in several ways gets the same code everywhere.

mod chaincode;
mod check;
mod conflicts;
mod decide;
mod endorsed;
mod limits;
#[cfg(test)]
mod model;
mod own;
mod private;
mod refusal;
mod validate;
mod verdict;
mod weigh;

pub use chaincode::{Chaincode, Chaincodes};
pub use check::{Checked, Rules, check};
pub use decide::decide;
pub use own::{OWN_ENDORSEMENTS_MAX, OwnEndorsements};
pub use private::{PrivateWrites, select_private};
pub use validate::{check_all, validate, weigh_all};
pub use verdict::{Judged, Verdict};
pub use weigh::{View, Weighed, weigh};
