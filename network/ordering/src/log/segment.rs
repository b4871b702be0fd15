//! One segment under writing.

use std::io;
use std::path::{Path, PathBuf};

use super::disk::{Disk, SegmentFile};
use super::error::LogError;
use super::frame::{HEADER_BYTES, Header, encode_frame};
use crate::{Batch, LogIndex};

/// How writing a frame ended, if not well.
#[derive(Debug)]
pub(super) enum AppendError {
    /// Nothing of the frame is kept; the segment is as before.
    NotWritten(LogError),
    /// It is unknown what the disk holds.
    Unknown(String),
}

/// The last segment of a log, open for appending.
pub(super) struct Segment {
    path: PathBuf,
    file: Box<dyn SegmentFile>,
    header: Header,
    next: LogIndex,
    synced_bytes: u64,
}

impl Segment {
    /// Makes an empty segment whose first entry will be `first`.
    pub(super) fn create(disk: &mut dyn Disk, folder: &Path, first: LogIndex) -> Result<Self, LogError> {
        let path = path_of(folder, first);
        let mut salt = [0; size_of::<u64>()];
        let random = getrandom::fill(&mut salt).map_err(io::Error::other);
        random.map_err(LogError::io("draw random bytes for", &path))?;
        let header = Header { first, salt: u64::from_be_bytes(salt) };
        let file = disk.create(&path, &header.encode()).map_err(LogError::io("create", &path))?;
        Ok(Self { path, file, header, next: first, synced_bytes: HEADER_BYTES as u64 })
    }

    /// Opens a segment that is good up to `good_bytes`, and cuts off what follows.
    pub(super) fn open(
        disk: &mut dyn Disk,
        path: PathBuf,
        header: Header,
        next: LogIndex,
        good_bytes: u64,
        torn: bool,
    ) -> Result<Self, LogError> {
        let mut file = disk.open(&path).map_err(LogError::io("open", &path))?;
        if torn {
            file.truncate(good_bytes).map_err(LogError::io("cut the torn end off", &path))?;
        }
        // Also what looked whole may have been read from memory only: it becomes durable before it is handed out.
        file.sync().map_err(LogError::io("sync", &path))?;
        Ok(Self { path, file, header, next, synced_bytes: good_bytes })
    }

    /// Writes and syncs one frame that holds `batches`. Returns the index of the first.
    pub(super) fn append(&mut self, batches: &[Batch]) -> Result<LogIndex, AppendError> {
        let first = self.next;
        let frame = encode_frame(self.header.salt, first, batches)
            .map_err(|error| AppendError::NotWritten(LogError::Batch(error)))?;
        if let Err(source) = self.file.write_at(&frame, self.synced_bytes) {
            return Err(self.undo(source));
        }
        if let Err(error) = self.file.sync() {
            // The system may have dropped the pages that it could not write: syncing again would prove nothing.
            return Err(AppendError::Unknown(format!("{} could not be synced: {error}", self.path.display())));
        }
        self.synced_bytes = self.synced_bytes.saturating_add(frame.len() as u64);
        self.next = self.next.saturating_add(batches.len() as u64);
        Ok(first)
    }

    /// Takes back a write that failed half-way.
    fn undo(&mut self, source: io::Error) -> AppendError {
        match self.file.truncate(self.synced_bytes) {
            Ok(()) => AppendError::NotWritten(LogError::NotWritten { path: self.path.clone(), source }),
            Err(error) => AppendError::Unknown(format!(
                "{} could be neither written ({source}) nor cut back ({error})",
                self.path.display()
            )),
        }
    }

    pub(super) fn first(&self) -> LogIndex {
        self.header.first
    }

    /// Index of the next entry.
    pub(super) fn next(&self) -> LogIndex {
        self.next
    }

    pub(super) fn is_empty(&self) -> bool {
        self.next == self.header.first
    }

    pub(super) fn bytes(&self) -> u64 {
        self.synced_bytes
    }
}

/// Where the segment that begins with `first` stands.
pub(super) fn path_of(folder: &Path, first: LogIndex) -> PathBuf {
    folder.join(format!("{first:020}.log"))
}
