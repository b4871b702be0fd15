//! A copy of a peer's block files, so that nothing that is done to them touches the peer.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// A folder beside a ledger, removed when it is dropped.
pub(super) struct Scratch(PathBuf);

impl Scratch {
    pub(super) fn beside(ledger: &Path) -> Result<Self> {
        let folder = ledger.with_extension(format!("audit-{}", std::process::id()));
        fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        Ok(Self(folder))
    }

    /// Copies the block files of `ledger`. A block that is being written may be torn off; the peer has it whole.
    pub(super) fn blocks_of(&self, ledger: &Path) -> Result<PathBuf> {
        let (from, to) = (ledger.join("blocks"), self.0.join("copied"));
        fs::create_dir_all(&to).with_context(|| format!("cannot make {}", to.display()))?;
        let entries = fs::read_dir(&from).with_context(|| format!("cannot read {}", from.display()))?;
        for entry in entries {
            let path = entry?.path();
            if let Some(name) = path.file_name().filter(|_| path.is_file()) {
                fs::copy(&path, to.join(name)).with_context(|| format!("cannot copy {}", path.display()))?;
            }
        }
        Ok(to)
    }

    /// Where the replay keeps its own ledger.
    pub(super) fn ledger(&self) -> PathBuf {
        self.0.join("replayed")
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
