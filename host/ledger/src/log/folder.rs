//! Folders and files for the owner only.

use std::{
    fs::{DirBuilder, File, OpenOptions, TryLockError},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::Path,
};

use crate::{LedgerError, error::IoContext};

/// Makes a folder for the owner only, and its missing ancestors, so that they survive a power cut.
pub(super) fn create_folder(dir: &Path) -> Result<(), LedgerError> {
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

/// Keeps other processes out of a folder, for as long as the file lives.
pub(super) fn lock_folder(dir: &Path) -> Result<File, LedgerError> {
    let path = dir.join("lock");
    let file = open_for_writing(&path)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(LedgerError::Locked { path: dir.to_owned() }),
        Err(TryLockError::Error(error)) => Err(error).context("lock", &path),
    }
}

/// Cuts a file, for good.
pub(super) fn truncate(path: &Path, length: u64) -> Result<(), LedgerError> {
    let file = open_for_writing(path)?;
    file.set_len(length).context("truncate", path)?;
    file.sync_all().context("sync", path)
}

/// Opens a file, or makes it.
pub(super) fn open_for_writing(path: &Path) -> Result<File, LedgerError> {
    OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(path).context("open", path)
}
