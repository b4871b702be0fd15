//! Compiled code on disk: one file a component, engine and schema, in a folder that only its owner may enter. Peers that
//! one operator runs on one machine may share it: who compiles holds it, and the others find what came of it.
//!
//! A file is `schema (4 bytes, little-endian) | SHA-256 | code`. The digest covers the schema, the component's hash, the
//! engine's fingerprint and the code. A file that does not match is as good as none: it is compiled again and replaced.

use std::fs::{self, FileTimes};
use std::hash::{Hash, Hasher};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use folio_crypto::{create_private_folder, sha256};
use folio_types::Digest;
use wasmtime::Engine;

use crate::native::TrustedCode;
use crate::{ComponentHash, RuntimeError};

/// Raised whenever the file's form or the meaning of an install check changes.
const SCHEMA: u32 = 2;
const HEADER_BYTES: usize = 4 + 32;

/// Compiled code is larger than the component, but not by more than this.
const FILE_BYTES_MAX: u64 = 256 * 1024 * 1024;

/// Files that are kept, those that were used last.
const FILES_MAX: usize = 16;

/// Names the drafts of this process apart.
static DRAFTS: AtomicU64 = AtomicU64::new(0);

/// The folder of compiled code, for one engine.
pub(crate) struct Cache {
    folder: PathBuf,
    engine: Digest,
}

impl Cache {
    pub(crate) fn open(folder: &Path, engine: &Engine) -> Result<Self, RuntimeError> {
        create_private_folder(folder).map_err(|error| RuntimeError::Folder { reason: error.to_string() })?;
        let mut fingerprint = Fingerprint::default();
        engine.precompile_compatibility_hash().hash(&mut fingerprint);
        Ok(Self { folder: folder.to_owned(), engine: sha256(&[&fingerprint.0]) })
    }

    /// Holds the folder until the guard is dropped, waiting for whoever else holds it. Where the file system knows no
    /// locks nobody is kept out, and what is compiled twice replaces itself.
    pub(crate) fn hold(&self) -> Option<fs::File> {
        let folder = fs::File::open(&self.folder).ok()?;
        if let Err(fs::TryLockError::WouldBlock) = folder.try_lock() {
            tracing::info!(folder = %self.folder.display(), "waiting for another process that compiles chaincode");
            folder.lock().ok()?;
        }
        Some(folder)
    }

    /// Calls `use_code` with the compiled code of `component`, if it is there and whole.
    pub(crate) fn read<T>(&self, component: &ComponentHash, use_code: impl FnOnce(&TrustedCode<'_>) -> T) -> Option<T> {
        let path = self.path(component);
        if fs::metadata(&path).ok()?.len() > FILE_BYTES_MAX {
            return None;
        }
        let file = fs::read(&path).ok()?;
        let (header, code) = file.split_at_checked(HEADER_BYTES)?;
        if *header != self.header(component, code) {
            tracing::warn!(path = %path.display(), "compiled code is damaged and will be made again");
            return None;
        }
        // What is used stays; that the time could not be noted only makes it look older.
        let used = FileTimes::new().set_accessed(SystemTime::now());
        let _ = fs::File::options().write(true).open(&path).and_then(|file| file.set_times(used));
        Some(use_code(&TrustedCode::new(code)))
    }

    /// Keeps compiled code. It is there whole or not at all; where it cannot be kept, it is made again at the next start.
    pub(crate) fn write(&self, component: &ComponentHash, code: &[u8]) {
        let path = self.path(component);
        // Two that write at once must not rename each other's draft away.
        let draft = path.with_extension(format!("{}-{}.part", process::id(), DRAFTS.fetch_add(1, Ordering::Relaxed)));
        let write = || -> io::Result<()> {
            let mut file = fs::File::create(&draft)?;
            file.write_all(&self.header(component, code))?;
            file.write_all(code)?;
            file.sync_all()?;
            fs::rename(&draft, &path)
        };
        if let Err(error) = write() {
            let _ = fs::remove_file(&draft);
            tracing::warn!(path = %path.display(), %error, "compiled code could not be kept");
        }
        self.drop_unused();
    }

    /// Removes what was used longest ago, when there is too much. Whoever misses it compiles it again.
    fn drop_unused(&self) {
        let Ok(entries) = fs::read_dir(&self.folder) else { return };
        let used = |entry: &fs::DirEntry| entry.metadata().and_then(|data| data.accessed()).ok();
        let files = entries.flatten().filter_map(|entry| Some((used(&entry)?, entry.path())));
        // A draft belongs to whoever writes it, unless it was left behind.
        let day_ago = SystemTime::now() - Duration::from_secs(24 * 60 * 60);
        let is_draft = |path: &Path| path.extension().is_some_and(|extension| extension == "part");
        let mut files: Vec<_> = files.filter(|(used, path)| !is_draft(path) || *used < day_ago).collect();
        files.sort();
        let surplus = files.len().saturating_sub(FILES_MAX);
        for (_, path) in files.drain(..surplus) {
            let _ = fs::remove_file(path);
        }
    }

    fn path(&self, component: &ComponentHash) -> PathBuf {
        let engine = hex::encode(&self.engine[..8]);
        self.folder.join(format!("{}-{engine}-{SCHEMA}.code", hex::encode(component)))
    }

    fn header(&self, component: &ComponentHash, code: &[u8]) -> [u8; HEADER_BYTES] {
        let schema = SCHEMA.to_le_bytes();
        let mut header = [0; HEADER_BYTES];
        header[..4].copy_from_slice(&schema);
        header[4..].copy_from_slice(&sha256(&[&schema, component, &self.engine, code]));
        header
    }
}

/// Collects what is hashed, since the standard hasher's result is too short to tell engines apart for good.
#[derive(Default)]
struct Fingerprint(Vec<u8>);

impl Hasher for Fingerprint {
    fn write(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    fn finish(&self) -> u64 {
        0
    }
}
