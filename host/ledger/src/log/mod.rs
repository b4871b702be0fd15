//! A log of frames in numbered files: append at the end, read anywhere, survive a crash at any byte.
//!
//! Invariant: a frame is written only after the one before it was synced, so that at most the last one can be unfinished.
//! Blocks and private values are each kept in such a log.

mod folder;
mod frame;
mod frame_log;
mod read;
mod scan;
mod side_index;
mod survey;

pub(crate) use frame_log::{FrameLog, Layout};
pub(crate) use read::read_frame;
pub(crate) use survey::{Survey, survey};
