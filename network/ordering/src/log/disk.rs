//! The few file operations of the log, behind a seam so that tests can make each of them fail.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::Path;

const FILE_MODE: u32 = 0o600;

/// Opens segment files for writing.
pub(crate) trait Disk: Send {
    /// Makes a file that holds `head`; it appears under its name only when that is synced.
    fn create(&mut self, path: &Path, head: &[u8]) -> io::Result<Box<dyn SegmentFile>>;

    /// Opens a file that is there.
    fn open(&mut self, path: &Path) -> io::Result<Box<dyn SegmentFile>>;
}

/// A segment file under writing.
pub(crate) trait SegmentFile: Send {
    /// Writes all of `bytes` at `offset`.
    fn write_at(&mut self, bytes: &[u8], offset: u64) -> io::Result<()>;

    /// Makes what was written durable.
    fn sync(&mut self) -> io::Result<()>;

    /// Cuts the file to `length`.
    fn truncate(&mut self, length: u64) -> io::Result<()>;
}

/// Files of the operating system.
pub(crate) struct RealDisk;

impl Disk for RealDisk {
    fn create(&mut self, path: &Path, head: &[u8]) -> io::Result<Box<dyn SegmentFile>> {
        let unfinished = path.with_extension("new");
        let mut options = OpenOptions::new();
        let file = options.write(true).create(true).truncate(true).mode(FILE_MODE).open(&unfinished)?;
        file.write_all_at(head, 0)?;
        file.sync_all()?;
        fs::rename(&unfinished, path)?;
        sync_folder(path)?;
        Ok(Box::new(file))
    }

    fn open(&mut self, path: &Path) -> io::Result<Box<dyn SegmentFile>> {
        Ok(Box::new(OpenOptions::new().write(true).open(path)?))
    }
}

impl SegmentFile for File {
    fn write_at(&mut self, bytes: &[u8], offset: u64) -> io::Result<()> {
        self.write_all_at(bytes, offset)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.sync_data()
    }

    fn truncate(&mut self, length: u64) -> io::Result<()> {
        self.set_len(length)
    }
}

/// Makes the entry of `path` in its folder durable.
fn sync_folder(path: &Path) -> io::Result<()> {
    path.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
}

/// A disk that fails on order.
#[cfg(test)]
pub(crate) mod faulty {
    use std::collections::VecDeque;
    use std::sync::{Arc, Mutex};

    use super::*;

    /// The next operation of its kind fails.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(crate) enum Fault {
        /// A write stops after this many bytes because the disk is full.
        FullAfter(usize),
        /// A sync fails.
        Sync,
        /// A truncation fails.
        Truncate,
    }

    /// Faults still to come, shared with every file of the disk.
    #[derive(Clone, Default)]
    pub(crate) struct FaultyDisk(Arc<Mutex<VecDeque<Fault>>>);

    struct FaultyFile {
        file: Box<dyn SegmentFile>,
        disk: FaultyDisk,
    }

    impl FaultyDisk {
        pub(crate) fn fail(&self, fault: Fault) {
            self.0.lock().unwrap().push_back(fault);
        }

        fn take(&self, wanted: fn(&Fault) -> bool) -> Option<Fault> {
            let mut faults = self.0.lock().unwrap();
            faults.front().copied().filter(wanted)?;
            faults.pop_front()
        }

        fn wrap(&self, file: Box<dyn SegmentFile>) -> Box<dyn SegmentFile> {
            Box::new(FaultyFile { file, disk: self.clone() })
        }
    }

    impl Disk for FaultyDisk {
        fn create(&mut self, path: &Path, head: &[u8]) -> io::Result<Box<dyn SegmentFile>> {
            match self.take(|fault| matches!(fault, Fault::FullAfter(_))) {
                Some(_) => Err(io::ErrorKind::StorageFull.into()),
                None => RealDisk.create(path, head).map(|file| self.wrap(file)),
            }
        }

        fn open(&mut self, path: &Path) -> io::Result<Box<dyn SegmentFile>> {
            RealDisk.open(path).map(|file| self.wrap(file))
        }
    }

    impl SegmentFile for FaultyFile {
        fn write_at(&mut self, bytes: &[u8], offset: u64) -> io::Result<()> {
            match self.disk.take(|fault| matches!(fault, Fault::FullAfter(_))) {
                Some(Fault::FullAfter(written)) => {
                    self.file.write_at(&bytes[..written.min(bytes.len())], offset)?;
                    Err(io::ErrorKind::StorageFull.into())
                }
                _ => self.file.write_at(bytes, offset),
            }
        }

        fn sync(&mut self) -> io::Result<()> {
            match self.disk.take(|fault| *fault == Fault::Sync) {
                Some(_) => Err(io::Error::other("the disk is gone")),
                None => self.file.sync(),
            }
        }

        fn truncate(&mut self, length: u64) -> io::Result<()> {
            match self.disk.take(|fault| *fault == Fault::Truncate) {
                Some(_) => Err(io::Error::other("the disk is gone")),
                None => self.file.truncate(length),
            }
        }
    }
}
