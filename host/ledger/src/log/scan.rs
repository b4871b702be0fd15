//! Reading a log file from its beginning: which frames it holds, and where the good bytes end.

use std::{
    fs::File,
    io,
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
};

use folio_types::{BlockNumber, Digest};

use super::frame::{FILE_HEADER_BYTES, FRAME_HEADER_BYTES, FileHeader, FrameHeader, Magic, find_frame};
use crate::{LedgerError, error::IoContext};

/// One frame of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) number: BlockNumber,
    pub(crate) offset: u32,
    pub(crate) tag: Digest,
}

/// What a file holds.
#[derive(Debug)]
pub(crate) struct FileScan {
    /// `None` where not even the file's header was written whole.
    pub(crate) header: Option<FileHeader>,
    pub(crate) entries: Vec<Entry>,
    /// Where the good bytes end.
    pub(crate) end: u64,
    /// Bytes behind that end which no whole frame follows: a write that never finished.
    pub(crate) torn_bytes: u64,
}

/// Which file to read, and what to expect of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Target<'a> {
    pub(crate) path: &'a Path,
    pub(crate) magic: Magic,
    /// The file's number in its log.
    pub(crate) number: u32,
    /// The number of its first frame, or the least that it may have.
    pub(crate) expected: BlockNumber,
    /// Whether each frame's number is the one before it plus one.
    pub(crate) consecutive: bool,
    /// Whether the checksums of payloads are tested, too.
    pub(crate) payloads: bool,
    /// Whether the file is the log's last, where an unfinished write may stand.
    pub(crate) last: bool,
}

impl Target<'_> {
    fn corrupt(&self, offset: u64, block: BlockNumber, reason: &'static str) -> LedgerError {
        LedgerError::Corrupt { file: self.path.to_owned(), offset, block, reason }
    }
}

/// Reads a file's frames.
///
/// # Errors
/// [`LedgerError::Corrupt`] when a damaged frame is not simply the unfinished end of the last file.
pub(crate) fn scan_file(target: &Target<'_>) -> Result<FileScan, LedgerError> {
    let path = target.path;
    let file = File::open(path).context("open", path)?;
    let length = file.metadata().context("measure", path)?.len();
    let Some(header) = read_file_header(&file, path, target.magic)?.filter(|header| header.number == target.number)
    else {
        if target.last && length <= FILE_HEADER_BYTES as u64 {
            return Ok(FileScan { header: None, entries: Vec::new(), end: 0, torn_bytes: length });
        }
        return Err(target.corrupt(0, target.expected, "the file's header is damaged"));
    };
    let mut scan = FileScan { header: Some(header), entries: Vec::new(), end: FILE_HEADER_BYTES as u64, torn_bytes: 0 };
    let mut expected = target.expected;
    while scan.end < length {
        let Some(frame) = whole_frame(&file, header.salt, scan.end, length, target.payloads).context("read", path)?
        else {
            break;
        };
        if frame.number < expected || (target.consecutive && frame.number != expected) {
            return Err(target.corrupt(scan.end, expected, "the frame carries another block's number"));
        }
        // Files stay far below 4 GiB: see FILE_BYTES_LIMIT.
        scan.entries.push(Entry { number: frame.number, offset: scan.end as u32, tag: frame.tag });
        scan.end += frame.frame_bytes();
        expected = frame.number + 1;
    }
    scan.torn_bytes = length - scan.end;
    if scan.torn_bytes > 0 {
        if !target.last {
            return Err(target.corrupt(scan.end, expected, "the frame is damaged, and later files follow"));
        }
        let mut rest = vec![0; usize::try_from(scan.torn_bytes).unwrap_or(usize::MAX) - 1];
        file.read_exact_at(&mut rest, scan.end + 1).context("read", path)?;
        if find_frame(header.salt, &rest).is_some() {
            return Err(target.corrupt(scan.end, expected, "the frame is damaged, and whole frames follow"));
        }
    }
    Ok(scan)
}

/// The header at the beginning of a log file, if it is whole.
pub(crate) fn read_file_header(file: &File, path: &Path, magic: Magic) -> Result<Option<FileHeader>, LedgerError> {
    let mut bytes = [0; FILE_HEADER_BYTES];
    match file.read_exact_at(&mut bytes, 0) {
        Ok(()) => Ok(FileHeader::decode(magic, &bytes)),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
        Err(error) => Err(error).context("read", path),
    }
}

fn whole_frame(file: &File, salt: u32, at: u64, length: u64, payload: bool) -> io::Result<Option<FrameHeader>> {
    let mut bytes = [0; FRAME_HEADER_BYTES];
    if length - at < bytes.len() as u64 {
        return Ok(None);
    }
    file.read_exact_at(&mut bytes, at)?;
    let Some(frame) = FrameHeader::decode(salt, &bytes).filter(|frame| frame.frame_bytes() <= length - at) else {
        return Ok(None);
    };
    if payload {
        let mut stored = vec![0; frame.stored_bytes()];
        file.read_exact_at(&mut stored, at + FRAME_HEADER_BYTES as u64)?;
        return Ok(frame.vouches_for(&stored).then_some(frame));
    }
    Ok(Some(frame))
}

/// The log files of a folder, in order.
///
/// # Errors
/// [`LedgerError::Corrupt`] when one of them is missing.
pub(crate) fn list_files(dir: &Path, extension: &str) -> Result<Vec<PathBuf>, LedgerError> {
    let mut numbers = Vec::new();
    for entry in std::fs::read_dir(dir).context("list", dir)? {
        let path = entry.context("list", dir)?.path();
        let number = path.file_stem().and_then(|stem| stem.to_str()).and_then(|stem| stem.parse::<u32>().ok());
        if let (Some(number), Some(true)) = (number, path.extension().map(|found| found == extension)) {
            numbers.push(number);
        }
    }
    numbers.sort_unstable();
    let paths: Vec<_> = (0..numbers.len() as u32).map(|number| file_path(dir, number, extension)).collect();
    match paths.iter().zip(&numbers).find(|(path, _)| !path.exists()) {
        Some((path, _)) => Err(LedgerError::Corrupt {
            file: path.clone(),
            offset: 0,
            block: 0,
            reason: "the file is missing, though later ones are there",
        }),
        None => Ok(paths),
    }
}

/// The name of a log's file.
pub(crate) fn file_path(dir: &Path, number: u32, extension: &str) -> PathBuf {
    dir.join(format!("{number:06}.{extension}"))
}
