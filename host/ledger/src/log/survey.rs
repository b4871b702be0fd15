//! Reading a whole log that nobody has open, without changing it.

use std::{
    fs::File,
    path::{Path, PathBuf},
};

use super::{
    Layout,
    folder::lock_folder,
    scan::{Entry, Target, list_files, scan_file},
};
use crate::LedgerError;

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
