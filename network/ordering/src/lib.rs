//! Putting envelopes into one order: when a batch is cut, and when a cut batch is committed.
//!
//! - [`Cutter`] gathers messages into batches. It is pure: time is handed in, batches come out.
//! - [`Consensus`] is the seam behind which batches become an ordered, durable sequence.
//! - [`Solo`] is the consensus of one node: its own log on disk, where synced means committed.
//!
//! Invariant: a batch that was reported committed is handed out again after every restart, under the same index and
//! with the same bytes, until its owner releases it. Nothing here knows what an envelope holds.

mod batch;
mod consensus;
mod cutter;
mod log;
mod solo;

pub use batch::{Batch, BatchError};
pub use consensus::{Committed, CommittedBatches, Consensus, Leadership, LogIndex, Proposal, ProposeError};
pub use cutter::{CutLimits, CutLimitsError, Cutter, Oversized};
pub use log::LogError;
pub use solo::{Solo, SoloOptions};
