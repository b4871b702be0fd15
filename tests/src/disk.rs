//! A disk that is full for one process, by the system's limit on the size of files.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use anyhow::{Context, Result};
use folio_topology::Process;
use rustix::process::{Pid, Resource, Rlimit, getrlimit, prlimit};

use crate::TestNetwork;

impl TestNetwork {
    /// Starts a process again so that a write beyond the limit fails, as on a full disk, in place of ending the process.
    pub fn restart_limitable(&self, process: &Process) -> Result<()> {
        let script = self.scratch().join("limitable.sh");
        let folio = self.folio().path().display();
        fs::write(&script, format!("#!/bin/sh\ntrap '' XFSZ\nexec '{folio}' \"$@\"\n"))?;
        fs::set_permissions(&script, fs::Permissions::from_mode(0o700))?;
        process.stop();
        process.start(&script)?;
        Ok(process.wait_until_listening()?)
    }
}

/// Lets no file of a running process grow beyond `bytes`; `None` lifts the limit.
pub fn limit_files(process: &Process, bytes: Option<u64>) -> Result<()> {
    let pid = process.pid().and_then(Pid::from_raw).with_context(|| format!("{} does not run", process.name))?;
    let limit = Rlimit { current: bytes, maximum: getrlimit(Resource::Fsize).maximum };
    prlimit(Some(pid), Resource::Fsize, limit).context("the limit on the size of files")?;
    Ok(())
}

/// The size of the largest file in a folder, with what is in it.
pub fn largest_file_bytes(folder: &Path) -> Result<u64> {
    let mut largest = 0;
    for entry in fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))? {
        let entry = entry?;
        let bytes =
            if entry.file_type()?.is_dir() { largest_file_bytes(&entry.path())? } else { entry.metadata()?.len() };
        largest = largest.max(bytes);
    }
    Ok(largest)
}
