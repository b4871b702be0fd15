//! The chaincode packages that are installed on this peer.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use folio_lifecycle::Package;
use folio_runtime::{Chaincode, ComponentHash, Runtime};

use crate::EndorserError;

/// Largest package that can be installed.
pub const PACKAGE_BYTES_MAX: usize = 32 * 1024 * 1024;

/// Packages by id in a folder, and their components ready to run by hash.
pub(crate) struct Components {
    folder: PathBuf,
    runtime: Arc<Runtime>,
    loaded: Mutex<BTreeMap<ComponentHash, Arc<Chaincode>>>,
    packages: Mutex<BTreeMap<String, Installed>>,
}

/// One installed package.
#[derive(Clone, Debug)]
pub(crate) struct Installed {
    pub(crate) label: String,
    pub(crate) component: ComponentHash,
}

impl Components {
    /// Opens the folder and makes every package in it ready to run; compiled code comes from the runtime's cache.
    pub(crate) fn open(folder: &Path, runtime: Arc<Runtime>) -> Result<Self, EndorserError> {
        let failed = |error: std::io::Error| EndorserError::Install { reason: format!("{}: {error}", folder.display()) };
        fs::create_dir_all(folder).map_err(failed)?;
        let components =
            Self { folder: folder.to_owned(), runtime, loaded: Mutex::default(), packages: Mutex::default() };
        for entry in fs::read_dir(folder).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            if path.extension().is_some_and(|extension| extension == "pkg") {
                let bytes = fs::read(&path).map_err(failed)?;
                components.load(&bytes.into())?;
            }
        }
        Ok(components)
    }

    /// Checks, compiles and keeps a package. Installing it again changes nothing.
    pub(crate) fn install(&self, bytes: &Bytes) -> Result<(String, Installed), EndorserError> {
        if bytes.len() > PACKAGE_BYTES_MAX {
            let reason = format!("a package may have {PACKAGE_BYTES_MAX} bytes, this one has {}", bytes.len());
            return Err(EndorserError::Install { reason });
        }
        let (id, installed) = self.load(bytes)?;
        // A package id is "label:hash"; the hash alone names the file, since a label may hold any letter.
        let name = id.rsplit(':').next().unwrap_or(&id);
        let file = self.folder.join(format!("{name}.pkg"));
        write_durably(&file, bytes)
            .map_err(|error| EndorserError::Install { reason: format!("{}: {error}", file.display()) })?;
        Ok((id, installed))
    }

    /// The component with this hash, if a package that holds it is installed.
    pub(crate) fn get(&self, hash: &ComponentHash) -> Option<Arc<Chaincode>> {
        self.loaded.lock().unwrap_or_else(PoisonError::into_inner).get(hash).cloned()
    }

    /// Every package, by id.
    pub(crate) fn packages(&self) -> BTreeMap<String, Installed> {
        self.packages.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn load(&self, bytes: &Bytes) -> Result<(String, Installed), EndorserError> {
        let package =
            Package::parse(bytes).map_err(|error| EndorserError::Install { reason: error.to_string() })?;
        let refused = |error: &dyn std::fmt::Display| EndorserError::Install {
            reason: format!("the component of {}: {error}", package.id()),
        };
        let hash = self.runtime.install(package.component()).map_err(|error| refused(&error))?;
        let chaincode = self.runtime.load(hash).map_err(|error| refused(&error))?;
        let installed = Installed { label: package.label().to_owned(), component: hash };
        self.loaded.lock().unwrap_or_else(PoisonError::into_inner).insert(hash, chaincode);
        let mut packages = self.packages.lock().unwrap_or_else(PoisonError::into_inner);
        packages.insert(package.id().to_owned(), installed.clone());
        Ok((package.id().to_owned(), installed))
    }
}

/// Writes beside the file, syncs, then renames: a crash leaves the old file, or none, or the whole new one.
fn write_durably(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let beside = path.with_extension("part");
    fs::write(&beside, bytes)?;
    fs::File::open(&beside)?.sync_all()?;
    fs::rename(&beside, path)?;
    path.parent().map_or(Ok(()), |folder| fs::File::open(folder)?.sync_all())
}
