//! The log as a whole: finding its end, appending, handing out, dropping its old end.

use std::collections::BTreeSet;
use std::fs::{self, DirBuilder, File};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use bytes::Bytes;

use super::disk::Disk;
use super::error::LogError;
use super::frame::{Header, Scan, Tail, scan};
use super::segment::{AppendError, Segment, path_of};
use crate::{Batch, Committed, LogIndex};

const FOLDER_MODE: u32 = 0o700;

/// Batches in their order, each durable before its index is told.
pub(crate) struct Log {
    folder: PathBuf,
    disk: Box<dyn Disk>,
    segment_bytes: u64,
    /// First indexes of the segments before the last one.
    closed: BTreeSet<LogIndex>,
    last: Segment,
    poisoned: Option<String>,
}

impl Log {
    /// Opens the log of a folder, or begins one in which the first entry follows `applied`.
    ///
    /// Returns it with the entries above `applied`, which its owner does not have yet. A new segment is begun when the
    /// last one has `segment_bytes`.
    pub(crate) fn open(
        folder: &Path,
        mut disk: Box<dyn Disk>,
        segment_bytes: u64,
        applied: LogIndex,
    ) -> Result<(Self, Vec<Committed>), LogError> {
        make_folder(folder).map_err(LogError::io("create the folder", folder))?;
        let mut firsts = segments_of(folder)?;
        let needed = applied.saturating_add(1);
        let Some(last_first) = firsts.pop_last() else {
            let last = Segment::create(disk.as_mut(), folder, needed)?;
            let log = Self { folder: folder.to_owned(), disk, segment_bytes, closed: firsts, last, poisoned: None };
            return Ok((log, Vec::new()));
        };
        let mut entries = read_closed(folder, &firsts, last_first, needed)?;
        let path = path_of(folder, last_first);
        let (header, scan) = read_segment(&path, last_first)?;
        let torn = scan.tail == Tail::Torn;
        if torn {
            tracing::warn!(file = %path.display(), offset = scan.good_bytes, "cutting off an entry that was never synced");
        }
        let next = scan.entries.last().map_or(last_first, |entry| entry.index.saturating_add(1));
        let last = Segment::open(disk.as_mut(), path, header, next, scan.good_bytes as u64, torn)?;
        entries.extend(scan.entries);
        entries.retain(|entry| entry.index >= needed);

        let first = firsts.first().copied().unwrap_or(last_first);
        if next < needed {
            return Err(LogError::Behind { last: next.saturating_sub(1), applied });
        }
        if first > needed {
            return Err(LogError::Missing { first, needed });
        }
        let log = Self { folder: folder.to_owned(), disk, segment_bytes, closed: firsts, last, poisoned: None };
        Ok((log, entries))
    }

    /// Makes `batches` durable together, with one write and one sync. Returns the index of the first; the others follow.
    pub(crate) fn append(&mut self, batches: &[Batch]) -> Result<LogIndex, LogError> {
        if let Some(reason) = &self.poisoned {
            return Err(LogError::Poisoned { reason: reason.clone() });
        }
        if self.last.bytes() >= self.segment_bytes && !self.last.is_empty() {
            let next = Segment::create(self.disk.as_mut(), &self.folder, self.last.next())?;
            self.closed.insert(self.last.first());
            self.last = next;
        }
        self.last.append(batches).map_err(|error| match error {
            AppendError::NotWritten(error) => error,
            AppendError::Unknown(reason) => {
                self.poisoned = Some(reason.clone());
                LogError::Poisoned { reason }
            }
        })
    }

    /// Drops the segments whose entries all stand at `upto` or below. The last segment always stays: it knows where the
    /// log goes on.
    pub(crate) fn release(&mut self, upto: LogIndex) -> Result<(), LogError> {
        while let Some(first) = self.closed.first().copied() {
            let after = self.closed.range(first.saturating_add(1)..).next().copied().unwrap_or(self.last.first());
            if after > upto.saturating_add(1) {
                break;
            }
            // Oldest first: a crash in between leaves no gap.
            let path = path_of(&self.folder, first);
            fs::remove_file(&path).map_err(LogError::io("remove", &path))?;
            self.closed.remove(&first);
        }
        Ok(())
    }

    /// Whether a failure has closed the log to writing.
    pub(crate) fn is_poisoned(&self) -> bool {
        self.poisoned.is_some()
    }
}

/// Makes the folder, private and durable, where it is not there.
fn make_folder(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(FOLDER_MODE).create(folder)?;
    folder.parent().map_or(Ok(()), |parent| File::open(parent)?.sync_all())
}

/// The first indexes of the segments in a folder. Segments that were not finished being made are removed.
fn segments_of(folder: &Path) -> Result<BTreeSet<LogIndex>, LogError> {
    let mut firsts = BTreeSet::new();
    for entry in fs::read_dir(folder).map_err(LogError::io("list", folder))? {
        let path = entry.map_err(LogError::io("list", folder))?.path();
        let first = path.file_stem().and_then(|stem| stem.to_str()).and_then(|stem| stem.parse::<LogIndex>().ok());
        match (path.extension().and_then(|extension| extension.to_str()), first) {
            (Some("log"), Some(first)) if path == path_of(folder, first) => {
                firsts.insert(first);
            }
            (Some("new"), Some(_)) => fs::remove_file(&path).map_err(LogError::io("remove", &path))?,
            _ => {
                let reason = "this file does not belong into a log".to_owned();
                return Err(LogError::Damaged { path, offset: 0, reason });
            }
        }
    }
    Ok(firsts)
}

/// The entries of the segments before the last one, as far as some of theirs may be needed.
fn read_closed(
    folder: &Path,
    firsts: &BTreeSet<LogIndex>,
    last: LogIndex,
    needed: LogIndex,
) -> Result<Vec<Committed>, LogError> {
    let mut entries: Vec<Committed> = Vec::new();
    let afters = firsts.iter().skip(1).chain(std::iter::once(&last));
    for (first, after) in firsts.iter().zip(afters).filter(|(_, after)| **after > needed) {
        let path = path_of(folder, *first);
        let (_, scan) = read_segment(&path, *first)?;
        let next = scan.entries.last().map_or(*first, |entry| entry.index.saturating_add(1));
        if scan.tail != Tail::Clean || next != *after {
            let reason = format!("it ends before entry {next}, and the next segment begins with {after}");
            return Err(LogError::Damaged { path, offset: scan.good_bytes as u64, reason });
        }
        entries.extend(scan.entries);
    }
    Ok(entries)
}

fn read_segment(path: &Path, first: LogIndex) -> Result<(Header, Scan), LogError> {
    let bytes = Bytes::from(read_file(path).map_err(LogError::io("read", path))?);
    let damaged =
        |offset: usize, reason: String| LogError::Damaged { path: path.to_owned(), offset: offset as u64, reason };
    let header = Header::decode(&bytes).map_err(|reason| damaged(0, reason))?;
    if header.first != first {
        return Err(damaged(
            0,
            format!("its name says that it begins with entry {first}, its header {}", header.first),
        ));
    }
    let scan = scan(&bytes, header).map_err(|error| damaged(0, format!("a frame whose checksum holds: {error}")))?;
    if scan.tail == Tail::Damaged {
        return Err(damaged(scan.good_bytes, "an entry is bad, though a later one holds".to_owned()));
    }
    Ok((header, scan))
}

fn read_file(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    io::Read::read_to_end(&mut File::open(path)?, &mut bytes)?;
    Ok(bytes)
}
