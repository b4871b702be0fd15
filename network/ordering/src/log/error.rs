//! What can go wrong with the log.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::{BatchError, LogIndex};

/// Why the log cannot be opened, read or written.
#[derive(Debug, Error)]
pub enum LogError {
    /// An operation on a file failed.
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// On which file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A batch was not written; what was begun is cut off again, and the log stays usable.
    #[error("the log took nothing of the batch: cannot write {}: {source}", path.display())]
    NotWritten {
        /// The segment.
        path: PathBuf,
        /// What the system said, such as that the disk is full.
        source: io::Error,
    },
    /// An earlier sync, or the cutting off of an unfinished write, failed. What the disk holds is unknown until restart.
    #[error("the log is closed to writing since {reason}")]
    Poisoned {
        /// The failure that closed it.
        reason: String,
    },
    /// A file holds what a crash cannot have left.
    #[error("log file {} is damaged at byte {offset}: {reason}", path.display())]
    Damaged {
        /// The segment.
        path: PathBuf,
        /// Where in it.
        offset: u64,
        /// What is wrong there.
        reason: String,
    },
    /// Entries that are needed were dropped, or never were here.
    #[error("the log begins at entry {first}, but entry {needed} is needed: blocks that were released are missing")]
    Missing {
        /// The first entry that is here.
        first: LogIndex,
        /// The one that is needed.
        needed: LogIndex,
    },
    /// The owner has entries that the log never had.
    #[error(
        "the log ends at entry {last}, but entry {applied} is already in a block: this is not the log of these blocks"
    )]
    Behind {
        /// The last entry that is here.
        last: LogIndex,
        /// The last one that its owner has.
        applied: LogIndex,
    },
    /// A batch cannot be kept or read.
    #[error(transparent)]
    Batch(#[from] BatchError),
}

impl LogError {
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { action, path: path.to_owned(), source }
    }
}
