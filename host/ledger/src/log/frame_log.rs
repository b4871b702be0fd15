//! The log itself.

use std::{
    fs::{self, DirBuilder, File, OpenOptions, TryLockError},
    io,
    os::unix::fs::{DirBuilderExt, FileExt, OpenOptionsExt},
    path::{Path, PathBuf},
    sync::{Mutex, RwLock},
};

use folio_types::{BlockNumber, Digest};

use super::{
    frame::{FILE_HEADER_BYTES, FRAME_HEADER_BYTES, FileHeader, FrameHeader, Magic, encode_frame},
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
        writer.file.sync_data().context("sync", &path)?;
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

/// The frames of a log that nobody has open, in order, with the file of each.
#[derive(Debug)]
pub(crate) struct Survey {
    pub(crate) frames: Vec<(PathBuf, Entry)>,
    pub(crate) files: usize,
    pub(crate) bytes: u64,
    /// Bytes of an unfinished write at the end.
    pub(crate) torn_bytes: u64,
    /// Where reading stopped, if it had to.
    pub(crate) damage: Option<LedgerError>,
    _lock: File,
}

/// Reads a whole log, tests every checksum, and changes nothing.
pub(crate) fn survey(dir: &Path, layout: &Layout) -> Result<Survey, LedgerError> {
    let guard = lock_folder(dir)?;
    let paths = list_files(dir, layout.extension)?;
    let mut survey =
        Survey { frames: Vec::new(), files: paths.len(), bytes: 0, torn_bytes: 0, damage: None, _lock: guard };
    for (number, path) in (0u32..).zip(&paths) {
        let expected = survey.frames.last().map_or(0, |(_, entry): &(_, Entry)| entry.number + 1);
        let last = number as usize + 1 == paths.len();
        let (magic, consecutive) = (layout.magic, layout.consecutive);
        match scan_file(&Target { path, magic, number, expected, consecutive, payloads: true, last }) {
            Ok(scan) => {
                survey.frames.extend(scan.entries.into_iter().map(|entry| (path.clone(), entry)));
                survey.bytes += scan.end;
                survey.torn_bytes = scan.torn_bytes;
            }
            Err(error) => {
                survey.damage = Some(error);
                break;
            }
        }
    }
    Ok(survey)
}

/// The tag and payload of the frame `number`, which begins at `offset` of a log file.
pub(crate) fn read_frame(
    path: &Path,
    magic: Magic,
    number: BlockNumber,
    offset: u32,
) -> Result<(Digest, Vec<u8>), LedgerError> {
    let offset = u64::from(offset);
    let corrupt = |reason| LedgerError::Corrupt { file: path.to_owned(), offset, block: number, reason };
    let file = File::open(path).context("open", path)?;
    let file_header = read_file_header(&file, path, magic)?.ok_or_else(|| corrupt("the file's header is damaged"))?;
    let mut header = [0; FRAME_HEADER_BYTES];
    file.read_exact_at(&mut header, offset).context("read", path)?;
    let header = FrameHeader::decode(file_header.salt, &header)
        .filter(|header| header.number == number)
        .ok_or_else(|| corrupt("the frame's header is damaged"))?;
    let mut stored = vec![0; header.stored_bytes()];
    file.read_exact_at(&mut stored, offset + FRAME_HEADER_BYTES as u64).context("read", path)?;
    if !header.vouches_for(&stored) {
        return Err(corrupt("the frame's bytes do not match their checksum"));
    }
    let payload = header.decode_payload(stored).ok_or_else(|| corrupt("the frame's bytes do not decode"))?;
    Ok((header.tag, payload))
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

/// Makes a folder for the owner only, and its missing ancestors, so that they survive a power cut.
fn create_folder(dir: &Path) -> Result<(), LedgerError> {
    if dir.is_dir() {
        return Ok(());
    }
    let parent = dir.parent().filter(|parent| !parent.as_os_str().is_empty());
    if let Some(parent) = parent {
        create_folder(parent)?;
    }
    DirBuilder::new().mode(0o700).create(dir).context("create", dir)?;
    let parent = parent.unwrap_or(Path::new("."));
    File::open(parent).and_then(|parent| parent.sync_all()).context("sync", parent)
}

fn lock_folder(dir: &Path) -> Result<File, LedgerError> {
    let path = dir.join("lock");
    let file = open_for_writing(&path)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(LedgerError::Locked { path: dir.to_owned() }),
        Err(TryLockError::Error(error)) => Err(error).context("lock", &path),
    }
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

fn truncate(path: &Path, length: u64) -> Result<(), LedgerError> {
    let file = open_for_writing(path)?;
    file.set_len(length).context("truncate", path)?;
    file.sync_all().context("sync", path)
}

fn open_for_writing(path: &Path) -> Result<File, LedgerError> {
    OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(path).context("open", path)
}
