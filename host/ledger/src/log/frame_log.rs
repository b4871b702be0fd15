//! The log itself.

use std::{
    fs::{self, File},
    io,
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
    sync::{Mutex, RwLock},
};

use folio_types::{BlockNumber, Digest};

use super::{
    folder::{create_folder, lock_folder, open_for_writing, truncate},
    frame::{FILE_HEADER_BYTES, FileHeader, Magic, encode_frame},
    read::read_frame,
    scan::{Entry, FileScan, Target, file_path, list_files, read_file_header, scan_file},
    side_index,
};
use crate::{
    LedgerError, Step, StepHook,
    error::IoContext,
    sync::{lock, read, write},
};

/// Files are not rolled later than this, so that an offset fits in 32 bits even behind the largest frame.
const FILE_BYTES_LIMIT: u64 = 1024 * 1024 * 1024;

/// What one kind of log looks like.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Layout {
    pub(crate) magic: Magic,
    pub(crate) extension: &'static str,
    /// Whether frames carry consecutive numbers from 0, or only growing ones.
    pub(crate) consecutive: bool,
    /// A file that would grow beyond this is followed by a new one.
    pub(crate) file_bytes_max: u64,
    /// Whether a frame is synced before it counts as written.
    pub(crate) durable: bool,
    pub(crate) write_step: Step,
    pub(crate) sync_step: Step,
}

/// An open log. Any number of threads may read while one appends.
#[derive(Debug)]
pub(crate) struct FrameLog {
    dir: PathBuf,
    layout: Layout,
    hook: StepHook,
    positions: RwLock<Vec<Position>>,
    writer: Mutex<Writer>,
    _lock: File,
}

#[derive(Clone, Copy, Debug)]
struct Position {
    number: BlockNumber,
    file: u32,
    offset: u32,
}

#[derive(Debug)]
struct Writer {
    file: File,
    header: FileHeader,
    end: u64,
    /// The frames of the current file.
    entries: Vec<Entry>,
    /// The least number that the next frame may carry.
    next: BlockNumber,
    poisoned: Option<String>,
}

impl FrameLog {
    /// Opens the log in `dir`, or begins one. Frames numbered `keep_below` and higher are dropped.
    ///
    /// An unfinished write at the end is cut off and told in the process log. Beside the log itself comes the number and
    /// tag of each frame.
    pub(crate) fn open(
        dir: &Path,
        layout: Layout,
        hook: StepHook,
        keep_below: Option<BlockNumber>,
    ) -> Result<(Self, Vec<(BlockNumber, Digest)>), LedgerError> {
        create_folder(dir)?;
        let guard = lock_folder(dir)?;
        let mut positions = Vec::new();
        let mut tags = Vec::new();
        let mut last = None;
        let paths = list_files(dir, layout.extension)?;
        for (number, path) in (0u32..).zip(&paths) {
            let is_last = number as usize + 1 == paths.len();
            let expected = positions.last().map_or(0, |position: &Position| position.number + 1);
            let scan = load_file(&layout, dir, path, number, expected, is_last)?;
            positions.extend(scan.entries.iter().map(|entry| Position {
                number: entry.number,
                file: number,
                offset: entry.offset,
            }));
            tags.extend(scan.entries.iter().map(|entry| (entry.number, entry.tag)));
            last = Some(scan);
        }
        let keep = keep_below.map_or(positions.len(), |below| positions.partition_point(|p| p.number < below));
        if let Some(first_dropped) = positions.get(keep).copied() {
            tracing::warn!(log = %dir.display(), block = first_dropped.number, "frames dropped that no block follows");
            drop_files_after(dir, &layout, first_dropped.file, paths.len())?;
            truncate(&file_path(dir, first_dropped.file, layout.extension), u64::from(first_dropped.offset))?;
            drop(guard);
            return Self::open(dir, layout, hook, None);
        }
        let writer = match last {
            Some(scan) => Writer::resume(dir, &layout, paths.len() as u32 - 1, scan, &positions)?,
            None => Writer::begin(dir, &layout, 0, 0)?,
        };
        let log = Self {
            dir: dir.to_owned(),
            layout,
            hook,
            positions: RwLock::new(positions),
            writer: Mutex::new(writer),
            _lock: guard,
        };
        Ok((log, tags))
    }

    /// The number that follows the last frame's.
    pub(crate) fn next(&self) -> BlockNumber {
        lock(&self.writer).next
    }

    /// Writes a frame and syncs it. When this returns, the frame survives a power cut.
    ///
    /// # Errors
    /// After any failure of the disk, this and all later calls fail until the log is opened again.
    pub(crate) fn append(&self, number: BlockNumber, tag: &Digest, payload: &[u8]) -> Result<(), LedgerError> {
        let mut writer = lock(&self.writer);
        if let Some(reason) = &writer.poisoned {
            return Err(LedgerError::poisoned(reason));
        }
        if number < writer.next || (self.layout.consecutive && number != writer.next) {
            return Err(LedgerError::OutOfOrder { expected: writer.next, got: number });
        }
        let frame = encode_frame(writer.header.salt, number, tag, payload)?;
        match self.write_frame(&mut writer, number, tag, payload, frame) {
            Ok(position) => {
                write(&self.positions).push(position);
                Ok(())
            }
            Err(error) => {
                writer.poisoned = Some(error.to_string());
                Err(error)
            }
        }
    }

    /// The tag and payload of a frame, if there is one with this number.
    pub(crate) fn read(&self, number: BlockNumber) -> Result<Option<(Digest, Vec<u8>)>, LedgerError> {
        let position = {
            let positions = read(&self.positions);
            match positions.binary_search_by_key(&number, |position| position.number) {
                Ok(found) => positions[found],
                Err(_) => return Ok(None),
            }
        };
        let path = file_path(&self.dir, position.file, self.layout.extension);
        read_frame(&path, self.layout.magic, number, position.offset).map(Some)
    }

    fn write_frame(
        &self,
        writer: &mut Writer,
        number: BlockNumber,
        tag: &Digest,
        payload: &[u8],
        mut frame: Vec<u8>,
    ) -> Result<Position, LedgerError> {
        let limit = self.layout.file_bytes_max.min(FILE_BYTES_LIMIT);
        if !writer.entries.is_empty() && writer.end + frame.len() as u64 > limit {
            let path = file_path(&self.dir, writer.header.number, "index");
            side_index::store(&path, &writer.header, writer.end, &writer.entries);
            *writer = Writer::begin(&self.dir, &self.layout, writer.header.number + 1, writer.next)?;
            frame = encode_frame(writer.header.salt, number, tag, payload)?;
        }
        let path = file_path(&self.dir, writer.header.number, self.layout.extension);
        self.hook.before(self.layout.write_step).context("write", &path)?;
        writer.file.write_all_at(&frame, writer.end).context("write", &path)?;
        self.hook.before(self.layout.sync_step).context("sync", &path)?;
        if self.layout.durable {
            writer.file.sync_data().context("sync", &path)?;
        }
        let offset = writer.end as u32;
        writer.entries.push(Entry { number, offset, tag: *tag });
        writer.end += frame.len() as u64;
        writer.next = number + 1;
        Ok(Position { number, file: writer.header.number, offset })
    }
}

impl Writer {
    /// A new file, empty but for its header.
    fn begin(dir: &Path, layout: &Layout, number: u32, next: BlockNumber) -> Result<Self, LedgerError> {
        let path = file_path(dir, number, layout.extension);
        let file = open_for_writing(&path)?;
        let mut salt = [0; 4];
        getrandom::fill(&mut salt).map_err(io::Error::other).context("salt", &path)?;
        let header = FileHeader { number, salt: u32::from_le_bytes(salt) };
        file.set_len(0).context("empty", &path)?;
        file.write_all_at(&header.encode(layout.magic), 0).context("write", &path)?;
        file.sync_all().context("sync", &path)?;
        File::open(dir).and_then(|dir| dir.sync_all()).context("sync", dir)?;
        Ok(Self { file, header, end: FILE_HEADER_BYTES as u64, entries: Vec::new(), next, poisoned: None })
    }

    /// The last file of a log that was opened again, without what never finished.
    fn resume(
        dir: &Path,
        layout: &Layout,
        number: u32,
        scan: FileScan,
        positions: &[Position],
    ) -> Result<Self, LedgerError> {
        let path = file_path(dir, number, layout.extension);
        let next = positions.last().map_or(0, |position| position.number + 1);
        let Some(header) = scan.header else {
            tracing::warn!(file = %path.display(), "a log file was begun, but not finished; begun again");
            return Self::begin(dir, layout, number, next);
        };
        if scan.torn_bytes > 0 {
            let (file, offset, bytes) = (path.display(), scan.end, scan.torn_bytes);
            tracing::warn!(%file, offset, bytes, block = next, "an unfinished write was cut off");
            truncate(&path, scan.end)?;
        }
        let file = open_for_writing(&path)?;
        Ok(Self { file, header, end: scan.end, entries: scan.entries, next, poisoned: None })
    }
}

/// A file's frames: from its side index where it is full, else by reading it.
fn load_file(
    layout: &Layout,
    dir: &Path,
    path: &Path,
    number: u32,
    expected: BlockNumber,
    last: bool,
) -> Result<FileScan, LedgerError> {
    let target =
        Target { path, magic: layout.magic, number, expected, consecutive: layout.consecutive, payloads: last, last };
    if last {
        return scan_file(&target);
    }
    let index_path = file_path(dir, number, "index");
    let file = File::open(path).context("open", path)?;
    let length = file.metadata().context("measure", path)?.len();
    if let Some(header) = read_file_header(&file, path, layout.magic)?
        && let Some(entries) = side_index::load(&index_path, &header, length)
        && entries.first().is_some_and(|entry| entry.number >= expected)
    {
        return Ok(FileScan { header: Some(header), entries, end: length, torn_bytes: 0 });
    }
    let scan = scan_file(&target)?;
    if let Some(header) = &scan.header {
        side_index::store(&index_path, header, scan.end, &scan.entries);
    }
    Ok(scan)
}

fn drop_files_after(dir: &Path, layout: &Layout, file: u32, count: usize) -> Result<(), LedgerError> {
    for number in (file + 1..count as u32).rev() {
        let path = file_path(dir, number, layout.extension);
        fs::remove_file(&path).context("remove", &path)?;
    }
    let index_path = file_path(dir, file, "index");
    match fs::remove_file(&index_path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error).context("remove", &index_path),
        _ => Ok(()),
    }
}
