//! How far a feed has been submitted, so that a broken run goes on instead of starting again.
//!
//! A row counts as submitted when all rows before it are: what ran ahead is sent again after a crash, and the ledger
//! answers it as a duplicate. Losing the journal therefore costs time and never points.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::error::StaysError;
use crate::outcome::{Outcome, RowResult};
use crate::source::FeedDigest;

/// Bytes after which a journal is written anew with its last checkpoint only.
const JOURNAL_BYTES_MAX: u64 = 1024 * 1024;

/// Hexadecimal digits of a line's checksum.
const CHECKSUM_DIGITS: usize = 8;

/// Rows that may have ended ahead of one that has not.
pub const AHEAD_ROWS_MAX: usize = 65_536;

/// All rows before `position` are submitted, with this outcome.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// The first row that may not be submitted.
    pub position: u64,
    /// What became of the rows before it.
    pub outcome: Outcome,
}

/// Puts rows, which end in any order, back into the order of the feed.
#[derive(Debug, Default)]
pub struct Progress {
    done: Checkpoint,
    ahead: BTreeMap<u64, RowResult>,
}

impl Progress {
    /// Goes on from a checkpoint.
    pub const fn from(checkpoint: Checkpoint) -> Self {
        Self { done: checkpoint, ahead: BTreeMap::new() }
    }

    /// Whether a row may be started: one further than this ahead of the oldest unfinished row must wait.
    pub const fn may_start(&self, position: u64) -> bool {
        position < self.done.position.saturating_add(AHEAD_ROWS_MAX as u64)
    }

    /// A row has ended. A row that had ended before is not counted again.
    pub fn complete(&mut self, position: u64, result: RowResult) {
        if position < self.done.position {
            return;
        }
        self.ahead.entry(position).or_insert(result);
        while let Some(next) = self.ahead.remove(&self.done.position) {
            self.done.outcome.add(&next);
            self.done.position += 1;
        }
    }

    /// What is submitted without a gap.
    pub const fn checkpoint(&self) -> &Checkpoint {
        &self.done
    }
}

/// The checkpoints of one feed, in a file that only one process writes.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    file: File,
    bytes: u64,
    feed: String,
}

impl Journal {
    /// Opens the journal of a feed in a folder, which is made when it is not there, and finds its last checkpoint.
    /// A line that was torn while it was written is cut off.
    pub fn open(folder: &Path, feed: FeedDigest) -> Result<(Self, Option<Checkpoint>), StaysError> {
        let feed = hex::encode(feed);
        let path = folder.join(format!("stays-{}.journal", &feed[..16]));
        let failed = |source| StaysError::File { path: path.clone(), source };
        fs::create_dir_all(folder).map_err(failed)?;
        let mut file =
            OpenOptions::new().create(true).read(true).write(true).truncate(false).open(&path).map_err(failed)?;
        file.try_lock().map_err(|_| StaysError::JournalBusy { path: path.clone() })?;
        let mut text = Vec::new();
        (&mut file).take(2 * JOURNAL_BYTES_MAX).read_to_end(&mut text).map_err(failed)?;
        let (bytes, last) = last_checkpoint(&text, &feed);
        file.set_len(bytes).and_then(|()| file.seek(io::SeekFrom::End(0))).map_err(failed)?;
        Ok((Self { path, file, bytes, feed }, last))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Notes a checkpoint; it is on disk when this returns.
    pub fn record(&mut self, checkpoint: &Checkpoint) -> Result<(), StaysError> {
        let entry = Entry { feed: self.feed.clone(), checkpoint: checkpoint.clone() };
        let written = line_of(&entry).and_then(|line| {
            if self.bytes + line.len() as u64 > JOURNAL_BYTES_MAX {
                self.file = written_anew(&self.path, &line)?;
                self.bytes = 0;
            } else {
                self.file.write_all(&line)?;
                self.file.sync_data()?;
            }
            self.bytes += line.len() as u64;
            Ok(())
        });
        written.map_err(|source| StaysError::File { path: self.path.clone(), source })
    }

    /// The whole feed is submitted: submitting it once more starts at its first row.
    pub fn finish(self) -> Result<(), StaysError> {
        fs::remove_file(&self.path).map_err(|source| StaysError::File { path: self.path.clone(), source })
    }
}

#[derive(Serialize, Deserialize)]
struct Entry {
    feed: String,
    #[serde(flatten)]
    checkpoint: Checkpoint,
}

// A line is the checksum of an entry, a blank, and the entry.
fn line_of(entry: &Entry) -> io::Result<Vec<u8>> {
    let json = serde_json::to_string(entry)?;
    Ok(format!("{:0width$x} {json}\n", crc32fast::hash(json.as_bytes()), width = CHECKSUM_DIGITS).into_bytes())
}

// The bytes up to the first damaged line, and the checkpoint of the last whole one.
fn last_checkpoint(text: &[u8], feed: &str) -> (u64, Option<Checkpoint>) {
    let (mut bytes, mut last) = (0, None);
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        match entry_of(line) {
            Some(entry) if entry.feed == feed => last = Some(entry.checkpoint),
            _ => break,
        }
        bytes += line.len() as u64;
    }
    (bytes, last)
}

fn entry_of(line: &[u8]) -> Option<Entry> {
    let (checksum, json) = line.strip_suffix(b"\n")?.split_at_checked(CHECKSUM_DIGITS)?;
    let json = json.strip_prefix(b" ")?;
    let checksum = u32::from_str_radix(std::str::from_utf8(checksum).ok()?, 16).ok()?;
    (checksum == crc32fast::hash(json)).then(|| serde_json::from_slice(json).ok())?
}

// The new file takes the old one's name when it is whole: at no moment is there no checkpoint.
fn written_anew(path: &Path, line: &[u8]) -> io::Result<File> {
    let fresh = path.with_extension("journal.new");
    let mut file = File::create(&fresh)?;
    file.lock()?;
    file.write_all(line)?;
    file.sync_data()?;
    fs::rename(&fresh, path)?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::Answer;

    const FEED: FeedDigest = [7; 32];

    fn at(position: u64) -> Checkpoint {
        let reasons = BTreeMap::from([("NIGHTS_MISMATCH".to_owned(), position)]);
        Checkpoint { position, outcome: Outcome { rows: position, reasons, ..Outcome::default() } }
    }

    fn refused() -> RowResult {
        let answer = Answer::Refused("X".to_owned());
        RowResult { check_out_nights: None, answer, conflicts: 0, mismatches: 0, reconnects: 0 }
    }

    #[test]
    fn only_rows_without_a_gap_are_submitted() {
        let mut progress = Progress::from(at(10));
        for position in [12, 11, 14, 9] {
            progress.complete(position, refused());
        }
        assert_eq!(progress.checkpoint().position, 10);
        progress.complete(10, refused());
        progress.complete(10, refused());
        assert_eq!((progress.checkpoint().position, progress.checkpoint().outcome.refused), (13, 3));
        assert!(progress.may_start(13 + AHEAD_ROWS_MAX as u64 - 1));
        assert!(!progress.may_start(13 + AHEAD_ROWS_MAX as u64));
    }

    #[test]
    fn a_journal_goes_on_from_its_last_checkpoint() {
        let folder = tempfile::tempdir().unwrap();
        let (mut journal, none) = Journal::open(folder.path(), FEED).unwrap();
        assert_eq!(none, None);
        journal.record(&at(500)).unwrap();
        journal.record(&at(1_000)).unwrap();
        drop(journal);
        let (journal, found) = Journal::open(folder.path(), FEED).unwrap();
        assert_eq!(found, Some(at(1_000)));
        assert_eq!(Journal::open(folder.path(), [8; 32]).unwrap().1, None, "another feed has its own journal");
        journal.finish().unwrap();
        assert_eq!(Journal::open(folder.path(), FEED).unwrap().1, None);
    }

    #[test]
    fn a_journal_torn_at_any_byte_gives_the_checkpoint_before() {
        let folder = tempfile::tempdir().unwrap();
        let (mut journal, _) = Journal::open(folder.path(), FEED).unwrap();
        journal.record(&at(500)).unwrap();
        let whole = journal.bytes as usize;
        journal.record(&at(1_000)).unwrap();
        let path = journal.path().to_owned();
        drop(journal);
        let text = fs::read(&path).unwrap();
        for length in whole..text.len() {
            fs::write(&path, &text[..length]).unwrap();
            let (mut journal, found) = Journal::open(folder.path(), FEED).unwrap();
            assert_eq!(found, Some(at(500)), "{length} bytes");
            journal.record(&at(700)).unwrap();
            drop(journal);
            assert_eq!(Journal::open(folder.path(), FEED).unwrap().1, Some(at(700)));
        }
        let mut damaged = text;
        damaged[whole + 20] ^= 1;
        fs::write(&path, damaged).unwrap();
        assert_eq!(Journal::open(folder.path(), FEED).unwrap().1, Some(at(500)));
    }

    #[test]
    fn a_journal_does_not_grow_for_ever() {
        let folder = tempfile::tempdir().unwrap();
        let (mut journal, _) = Journal::open(folder.path(), FEED).unwrap();
        journal.bytes = JOURNAL_BYTES_MAX;
        journal.record(&at(5)).unwrap();
        journal.record(&at(6)).unwrap();
        assert!(journal.bytes < 4_096);
        drop(journal);
        assert_eq!(Journal::open(folder.path(), FEED).unwrap().1, Some(at(6)));
    }

    #[test]
    fn one_process_at_a_time_submits_a_feed() {
        let folder = tempfile::tempdir().unwrap();
        let first = Journal::open(folder.path(), FEED).unwrap();
        assert!(matches!(Journal::open(folder.path(), FEED), Err(StaysError::JournalBusy { .. })));
        drop(first);
    }
}
